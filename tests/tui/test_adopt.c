/* What a Postfix has, as virtual servers. */
#include "config.h"

#include "policy/mem.h"
#include "store/document.h"
#include "tests/policy/unit.h"
#include "tui/adopt.h"

struct row {
	const char *row;
	const char *settings, *services, *overrides;
	const char *path, *text; /* a file that they name; or NULL */
	const char *wanted[6];   /* in the document */
	const char *notes[3];    /* in what is said */
};

#define SMTP "smtp inet n - y - - smtpd\n"
#define CLOSED "smtpd_relay_restrictions = permit_mynetworks, " \
	"permit_sasl_authenticated, defer_unauth_destination\n"

static const struct row rows[] = {
	{ "as Debian installs it", "mynetworks = 127.0.0.0/8 "
	    "[::ffff:127.0.0.0]/104 [::1]/128\ninet_interfaces = all\n"
	    "inet_protocols = all\nmydestination = mx.example, localhost\n"
	    CLOSED, SMTP "pickup unix n - y 60 1 pickup\n", "", NULL, NULL,
	    { "\"name\": \"gw-smtp\"", "\"listen\": [ \"0.0.0.0:25\", "
	        "\"[::]:25\" ]", "\"127.0.0.0/8\"", "\"::1\"",
	        "{ \"domain\": \"#mx.example\", \"action\": \"inbound\" }", },
	    { NULL }, },
	{ "addresses and protocols", "inet_interfaces = 192.0.2.1, "
	    "2001:db8::1\ninet_protocols = all\n" CLOSED, SMTP, "", NULL, NULL,
	    { "\"192.0.2.1:25\", \"[2001:db8::1]:25\"", }, { NULL }, },
	{ "IPv4 only", "inet_interfaces = all\ninet_protocols = ipv4\n" CLOSED,
	    SMTP, "", NULL, NULL, { "\"listen\": [ \"0.0.0.0:25\" ]", },
	    { NULL }, },
	{ "an interface by name", "inet_interfaces = mx.example\n" CLOSED,
	    SMTP, "", NULL, NULL, { "\"listen\": []", },
	    { "mx.example, which is no address", }, },
	{ "a listener of its own", CLOSED, "[2001:db8::2]:2525 inet n - n - - "
	    "smtpd\n  -o a=b\n", "", NULL, NULL,
	    { "\"[2001:db8::2]:2525\"", "\"gw-2001-db8--2-2525\"", },
	    { NULL }, },
	{ "submission", "smtpd_sasl_auth_enable = no\ninet_interfaces = all\n"
	    CLOSED, "submission inet n - y - - smtpd\n",
	    "submission/inet/smtpd_sasl_auth_enable = yes\n"
	    "submission/inet/smtpd_tls_security_level = encrypt\n"
	    "submission/inet/smtpd_relay_restrictions = "
	    "permit_sasl_authenticated,reject\n"
	    "submission/inet/milter_macro_daemon_name = ORIGINATING\n",
	    NULL, NULL, { "0.0.0.0:587", "\"anonymous\": false",
	        "\"basic\": true", "\"tls\": \"required\"",
	        "\"authenticated\": true", },
	    { "milter_macro_daemon_name is not taken over", }, },
	{ "wrapped TLS", CLOSED, "smtps inet n - y - - smtpd\n",
	    "smtps/inet/smtpd_tls_wrappermode = yes\n", NULL, NULL,
	    { "\"tls\": \"required\"", }, { "becomes TLS by STARTTLS", }, },
	{ "everybody", "smtpd_relay_restrictions = permit\n"
	    "mynetworks = 10.0.0.0/8\n", SMTP, "", NULL, NULL,
	    { "\"mode\": \"all-except\"", }, { "EVERYBODY", }, },
	{ "mynetworks after permit", "smtpd_relay_restrictions = permit, "
	    "permit_mynetworks\nmynetworks = 10.0.0.0/8\n", SMTP, "", NULL,
	    NULL, { "\"relay\": {\n        \"mode\": \"all-except\",\n"
	        "        \"authenticated\": false,\n"
	        "        \"entries\": []", }, { "EVERYBODY", }, },
	{ "behind the end", "smtpd_relay_restrictions = "
	    "reject_unauth_destination, permit_mynetworks\n"
	    "mynetworks = 10.0.0.0/8\n", SMTP, "", NULL, NULL,
	    { "\"mode\": \"only\",\n        \"authenticated\": false,\n"
	        "        \"entries\": []", }, { NULL }, },
	{ "the old way", "smtpd_relay_restrictions =\n"
	    "smtpd_recipient_restrictions = permit_mynetworks, "
	    "reject_unauth_destination\nmynetworks = 10.1.0.0/16\n", SMTP, "",
	    NULL, NULL, { "\"10.1.0.0/16\"", }, { NULL }, },
	{ "an exception", "mynetworks = !10.1.2.0/24, 10.1.0.0/16\n" CLOSED,
	    SMTP, "", NULL, NULL, { "\"10.1.0.0/23\"", "\"10.1.3.0/24\"", },
	    { NULL }, },
	{ "a cidr table of mynetworks permits whatever its values say",
	    "mynetworks = cidr:/etc/postfix/n\n" CLOSED, SMTP, "",
	    "/etc/postfix/n", "10.1.0.0/16 REJECT\n10.2.0.0/16 OK\n",
	    { "\"10.1.0.0/16\"", "\"10.2.0.0/16\"", }, { NULL }, },
	{ "a table of clients", "smtpd_relay_restrictions = "
	    "check_client_access hash:/etc/postfix/c, "
	    "reject_unauth_destination\n", SMTP, "", "/etc/postfix/c",
	    "10.1 OK\n192.0.2.7 REJECT\n", { "\"10.1.0.0/16\"",
	        "\"192.0.2.7\"", }, { NULL }, },
	{ "a file that is not there", "mynetworks = /etc/postfix/gone\n"
	    CLOSED, SMTP, "", NULL, NULL, { NULL },
	    { "/etc/postfix/gone could not be read", }, },
	{ "a table of another kind", "smtpd_relay_restrictions = "
	    "check_client_access pcre:/etc/postfix/p, reject\n", SMTP, "",
	    "/etc/postfix/p", "/^10/ OK\n", { NULL },
	    { "of a kind that cannot be read", }, },
	{ "what it does not know", "smtpd_relay_restrictions = "
	    "permit_tls_all_clientcerts, reject_unauth_destination\n", SMTP,
	    "", NULL, NULL, { NULL }, { "permit_tls_all_clientcerts is NOT "
	        "UNDERSTOOD", }, },
	{ "what only refuses", "smtpd_client_restrictions = "
	    "reject_rbl_client bl.example, permit\n" CLOSED, SMTP, "", NULL,
	    NULL, { "\"mode\": \"only\"", }, { "reject_rbl_client refuses some "
	        "mail", }, },
	{ "only mynetworks may connect", "smtpd_client_restrictions = "
	    "permit_mynetworks, reject\nmynetworks = 10.1.0.0/16\n" CLOSED,
	    SMTP, "", NULL, NULL, { "\"connection\": {\n        \"mode\": "
	        "\"only\",\n        \"entries\": [\n          "
	        "\"10.1.0.0/16\"\n        ]", }, { NULL }, },
	{ "only mynetworks and a table may connect",
	    "smtpd_client_restrictions = permit_mynetworks, "
	    "check_client_access cidr:/etc/postfix/c, reject\n"
	    "mynetworks = 10.1.0.0/16\n" CLOSED, SMTP, "", "/etc/postfix/c",
	    "192.0.2.0/24 OK\n", { "\"mode\": \"only\",\n        "
	        "\"entries\": [\n          \"10.1.0.0/16\",\n          "
	        "\"192.0.2.0/24\"\n", }, { NULL }, },
	{ "only mynetworks, and some of them refused",
	    "smtpd_client_restrictions = permit_mynetworks, reject\n"
	    "smtpd_sender_restrictions = "
	    "check_client_access cidr:/etc/postfix/c\n"
	    "mynetworks = 10.1.0.0/16\n" CLOSED, SMTP, "", "/etc/postfix/c",
	    "10.1.0.0/17 REJECT\n", { "\"mode\": \"only\",\n        "
	        "\"entries\": [\n          \"10.1.128.0/17\"\n", },
	    { NULL }, },
	{ "nobody but who logs on, by the client's list",
	    "smtpd_client_restrictions = permit_sasl_authenticated, reject\n"
	    "smtpd_sasl_auth_enable = yes\n" CLOSED, SMTP, "", NULL, NULL,
	    { "\"anonymous\": false", "\"mode\": \"all-except\"", },
	    { NULL }, },
	{ "mynetworks or who logs on", "smtpd_client_restrictions = "
	    "permit_mynetworks, permit_sasl_authenticated, reject\n"
	    "mynetworks = 10.1.0.0/16\n" CLOSED, SMTP, "", NULL, NULL,
	    { "\"anonymous\": true", }, { "rejects everybody else", }, },
	{ "senders and helo that reject", "smtpd_sender_restrictions = "
	    "permit_mynetworks, reject\nmynetworks = 10.1.0.0/16\n" CLOSED,
	    SMTP, "", NULL, NULL, { "\"mode\": \"all-except\"", },
	    { "rejects everybody else", }, },
	{ "an exception behind what it excepts from",
	    "smtpd_relay_restrictions = permit_mynetworks, "
	    "check_client_access hash:/etc/postfix/c, "
	    "reject_unauth_destination\nmynetworks = 10.1.0.0/16\n", SMTP, "",
	    "/etc/postfix/c", "10.1.9 REJECT\n", { "\"10.1.0.0/16\"", },
	    { "after others that let clients through", }, },
	{ "domains", "relay_domains = hash:/etc/postfix/d\n"
	    "parent_domain_matches_subdomains = smtpd_access_maps\n"
	    "transport_maps = hash:/etc/postfix/d\n" CLOSED, SMTP, "",
	    "/etc/postfix/d", "# x\nb.example smtp:[mx.b.example]:2525\n"
	    ".c.example x\n",
	    { "{ \"domain\": \"#b.example\", \"action\": \"relay\", "
	        "\"next_hop\": \"mx.b.example:2525\" }", },
	    { ".c.example covers subdomains", }, },
	{ "domains with subdomains", "relay_domains = b.example\n"
	    "parent_domain_matches_subdomains = relay_domains\n" CLOSED, SMTP,
	    "", NULL, NULL, { "{ \"domain\": \"b.example\", \"action\": "
	        "\"relay\" }", }, { NULL }, },
};

static void
add_file(struct fetched_files *files, const char *path, const char *text)
{
	files->items = mem_grow(files->items, files->count, &files->cap,
	    sizeof(*files->items));
	files->items[files->count] = (struct fetched){
		.path = mem_text(path) };
	buf_add(&files->items[files->count++].text, text);
}

static void
check_texts(const char *const *texts, const char *in, const char *row)
{
	for (; *texts; texts++) {
		if (!strstr(in, *texts))
			print_message("%s: no <%s> in\n%s\n", row, *texts,
			    in);
		check_row(strstr(in, *texts) != NULL, row);
	}
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct row *r = &rows[i];
		struct fetched_files files = { 0 };
		struct adoption adoption;
		struct buf text = { 0 };
		struct err err;

		add_file(&files, "settings", r->settings);
		add_file(&files, "services", r->services);
		add_file(&files, "overrides", r->overrides);
		if (r->path)
			add_file(&files, r->path, r->text);
		check_row(adopt_postfix(&adoption, &files, "gw", &err),
		    r->row);
		document_add(&text, adoption.policy);
		check_texts(r->wanted, buf_text(&text), r->row);
		check_texts(r->notes, buf_text(&adoption.notes), r->row);
		check_row(r->notes[0] || !adoption.notes.len, r->row);
		buf_free(&text);
		adoption_free(&adoption);
		fetched_free(&files);
	}
}

static const struct {
	const char *row, *services, *overrides;
} nothing[] = {
	{ "no service", "", "", },
	{ "no listener", "smtp unix - - y - - smtp\n", "", },
	{ "ours", SMTP,
	    "smtp/inet/syslog_name = postfix/relayadm-internet\n", },
	{ "half a line", "smtp inet n -\n", "", },
};

static void
test_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(nothing); i++) {
		struct fetched_files files = { 0 };
		struct adoption adoption;
		struct err err;

		add_file(&files, "settings", CLOSED);
		add_file(&files, "services", nothing[i].services);
		add_file(&files, "overrides", nothing[i].overrides);
		check_row(!adopt_postfix(&adoption, &files, "gw", &err) &&
		    err.kind == ERR_NO, nothing[i].row);
		adoption_free(&adoption);
		fetched_free(&files);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests_name("adopt", tests, NULL, NULL);
}

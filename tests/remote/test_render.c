#include "config.h"

#include "policy/mem.h"
#include "remote/probe.h"
#include "tests/policy/unit.h"
#include "tests/remote/rendered.h"

/* --- what the tables say ------------------------------------------------------- */

static const struct {
	const char *row, *lines, *path, *wanted;
} tables[] = {
	{ "fewest blocks",
	    "server s\nlisten 192.0.2.1:25\nentry relay 10.0.0.0/9\n"
	    "entry relay 10.128.0.0/9\nentry relay 10.1.2.3\n" GATEWAY,
	    "server/s/relay.cidr", "10.0.0.0/8 OK\n", },
	{ "a range",
	    "server s\nlisten 192.0.2.1:25\n"
	    "entry relay 192.0.2.10-192.0.2.12\n" GATEWAY,
	    "server/s/relay.cidr", "192.0.2.10/31 OK\n192.0.2.12/32 OK\n", },
	{ "both families",
	    "server s\nlisten 192.0.2.1:25\nentry relay 2001:db8::/32\n"
	    "entry relay 192.0.2.7\n" GATEWAY,
	    "server/s/relay.cidr", "192.0.2.7/32 OK\n2001:db8::/32 OK\n", },
	{ "lists are included",
	    "list l\nmember 192.0.2.7\nmember domain:corp.example\n"
	    "server s\nlisten 192.0.2.1:25\nentry relay list:l\n" GATEWAY,
	    "server/s/relay.cidr", "192.0.2.7/32 OK\n", },
	{ "names of included lists",
	    "list l\nmember 192.0.2.7\nmember domain:corp.example\n"
	    "server s\nlisten 192.0.2.1:25\nentry relay list:l\n" GATEWAY,
	    "server/s/relay.names.text",
	    ".corp.example OK\ncorp.example OK\n", },
	{ "all except",
	    "server s\nlisten 192.0.2.1:25\nset relay.mode all-except\n"
	    "entry relay 192.0.2.7\n" GATEWAY,
	    "server/s/relay.cidr", "192.0.2.7/32 550 5.7.1 Unable to relay\n",
	},
	{ "connection control",
	    "server s\nlisten 192.0.2.1:25\nentry connection ::/0\n" GATEWAY,
	    "server/s/connection.cidr", "::/0 554 5.7.1 Connection refused\n",
	},
	{ "an exact row beside a covering one",
	    "server s\nlisten 192.0.2.1:25\nroute #a.example inbound\n"
	    "route a.example reject\n" GATEWAY,
	    "server/s/reject.text",
	    ".a.example 550 5.7.1 Recipient domain refused\n"
	    "a.example DUNNO\n", },
	{ "next hops",
	    "server s\nlisten 192.0.2.1:25\n"
	    "route a.example inbound mail.hop.example:2525\n"
	    "route b.example relay [2001:db8::1]\n"
	    "route #c.example relay\nroute d.example reject\n" GATEWAY,
	    "delivery",
	    ".a.example smtp:[mail.hop.example]:2525\n"
	    ".b.example smtp:[2001:db8::1]:25\n"
	    "a.example smtp:[mail.hop.example]:2525\n"
	    "b.example smtp:[2001:db8::1]:25\nc.example :\n", },
	{ "delivered here",
	    "server s\nlisten 192.0.2.1:25\nroute a.example inbound\n" GATEWAY,
	    "inbound", ".a.example\na.example\n", },
	{ "the listeners",
	    "server s\nlisten 192.0.2.1:25\nlisten [2001:db8::1]:587\n"
	    GATEWAY,
	    "services", "4 192.0.2.1 25 s\n6 2001:db8::1 587 s\n", },
	{ "a server that is off",
	    "server s\nlisten 192.0.2.1:25\nset enabled false\n" GATEWAY,
	    "services", "", },
};

static void
test_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(tables); i++) {
		struct rendering rendering;

		set_policy(tables[i].lines);
		check_render(&rendering);
		check_same(text_of(&rendering, tables[i].path),
		    tables[i].wanted, tables[i].row);
		rendering_free(&rendering);
		forget();
	}
}

/* --- what cannot be expressed ----------------------------------------------------- */

static const struct gap_row gap_rows[] = {
	{ "plain", "server s\nlisten 0.0.0.0:25\n" GATEWAY, NULL, },
	{ "local addresses behind a wildcard",
	    "server s\nlisten 0.0.0.0:25\nentry local 192.0.2.1\n"
	    "set routing.restrictions.local.enabled true\n" GATEWAY,
	    "server:s: Postfix cannot tell the local addresses behind "
	    "0.0.0.0:25 apart", },
	{ "every local address",
	    "server s\nlisten 0.0.0.0:25\nentry local 0.0.0.0/0\n"
	    "set routing.restrictions.local.enabled true\n" GATEWAY, NULL, },
	{ "the other family's",
	    "server s\nlisten 0.0.0.0:25\nentry local 2001:db8::1\n"
	    "set routing.restrictions.local.enabled true\n" GATEWAY, NULL, },
	{ "two next hops for a domain",
	    "server s\nlisten 192.0.2.1:25\nroute a.example relay x.example\n"
	    "server t\nlisten 192.0.2.2:25\nroute a.example relay y.example\n"
	    GATEWAY "carry t\n",
	    "gateway:gw: Postfix delivers a.example to one place", },
	{ "the same next hop",
	    "server s\nlisten 192.0.2.1:25\nroute a.example relay x.example\n"
	    "server t\nlisten 192.0.2.2:25\nroute a.example inbound x.example\n"
	    GATEWAY "carry t\n", NULL, },
};

static void
test_gaps(void **state)
{
	(void)state;
	check_gaps(gap_rows, ROWS(gap_rows));
}

/* --- reading back -------------------------------------------------------------------- */

static const char full[] =
    "list l\nmember 192.0.2.0/24\n"
    "server s\nlisten 192.0.2.1:25\nlisten [2001:db8::1]:25\n"
    "set authentication.basic true\n"
    "entry relay 10.0.0.0/8\nentry relay list:l\n"
    "entry relay domain:corp.example\nentry connection 198.51.100.0/24\n"
    "set routing.restrictions.clients.enabled true\n"
    "entry clients 0.0.0.0/1\nentry never 10.9.0.0/16\n"
    "route a.example inbound\nroute #b.a.example reject\n"
    "route c.example relay\nroute d.example reject\n" GATEWAY;

/* A change of one file, and it must be noticed. */
static const struct change_row changes[] = {
	{ "server/s/relay.cidr", "10.0.0.0/8", "10.0.0.0/7", },
	{ "server/s/relay.cidr", "10.0.0.0/8 OK\n", "", },
	{ "server/s/relay.cidr", "10.0.0.0/8 OK", "10.0.0.0/8 DUNNO", },
	{ "server/s/relay.cidr", "10.0.0.0/8", "!10.0.0.0/8", },
	{ "server/s/relay.cidr", "10.0.0.0/8", " 10.0.0.0/8", },
	{ "server/s/connection.cidr", "554 5.7.1 Connection refused", "OK", },
	{ "server/s/clients.cidr", "0.0.0.0/1", "0.0.0.0/0", },
	{ "server/s/never.cidr", "10.9.0.0/16", "10.9.0.0/17", },
	{ "server/s/accept.text", "\na.example OK", "\na.example DUNNO", },
	{ "server/s/accept.text", "c.example OK", "x.example OK", },
	{ "server/s/reject.text", "\nd.example 550", "\nd.example DUNNO", },
	{ "server/s/reject.text", "b.a.example", "b.b.example", },
	{ "master.cf", "check_client_access static:{550 5.7.1 Unable to relay}"
	    ", reject }", "permit }", },
	{ "master.cf", "relayadm_routing }", "permit }", },
	{ "master.cf", "check_client_access cidr:" "/var/lib/relayadm/current/"
	    "server/s/never.cidr, ", "", },
	{ "master.cf", "permit_sasl_authenticated, ", "permit, ", },
	{ "master.cf", "relayadm_access, reject }", "permit }", },
	{ "master.cf", "smtpd_client_restrictions", "smtpd_other", },
	{ "master.cf", "192.0.2.1:25 inet", "192.0.2.2:25 inet", },
	{ "master.cf", "check_recipient_access texthash",
	    "check_sender_access texthash", },
};

static void
test_reread(void **state)
{
	(void)state;
	set_policy(full);
	check_changes(changes, ROWS(changes));
	forget();
}

/* --- a large list --------------------------------------------------------------------- */

static void
test_large(void **state)
{
	struct rendering rendering;
	struct buf lines = { 0 };

	(void)state;
	buf_add(&lines, "server s\nlisten 192.0.2.1:25\n"
	    "entry relay 172.16.0.0/22\nentry relay 2001:db8::/33\n");
	for (int i = 0; i < 3000; i++)
		buf_addf(&lines, "entry relay 10.%d.%d.2\n", i / 200, i % 200);
	buf_add(&lines, GATEWAY);
	set_policy(lines.data);
	check_render(&rendering);
	assert_string_equal(text_of(&rendering, "server/s/relay.cidr"),
	    "2001:db8::/33 OK\n");
	assert_non_null(strstr(text_of(&rendering, "server/s/relay.key"),
	    "\n10.14.199.2 OK\n172.16.0 OK\n172.16.1 OK\n172.16.2 OK\n"
	    "172.16.3 OK\n"));
	assert_non_null(strstr(text_of(&rendering, "master.cf"),
	    "check_client_access $relayadm_index:/var/lib/relayadm/current/"
	    "server/s/relay.key, "));
	rendering_free(&rendering);
	forget();
	buf_free(&lines);
}

/* --- nothing of a policy's free text gets out ------------------------------------------ */

static void
test_free_text(void **state)
{
	static const char nasty[] = "${run{x}}\n OK\n!#;`'\"\\ \xe2\x80\xae";
	struct rendering plain, commented;
	struct server *server;

	(void)state;
	set_policy(full);
	check_render(&plain);
	server = policy_server(policy, "s");
	server->comment = mem_text(nasty);
	server->routes[0].comment = mem_text(nasty);
	policy->lists[0]->comment = mem_text(nasty);
	policy->gateways[0]->comment = mem_text(nasty);
	check_render(&commented);
	assert_string_equal(plain.digest, commented.digest);
	rendering_free(&plain);
	rendering_free(&commented);
	forget();
}

/* Every file is printable ASCII with tabs nowhere but in no place at all, and
 * no line begins with a blank, "!" or "#" but settings of master.cf. */
static void
test_characters(void **state)
{
	struct rendering rendering;

	(void)state;
	set_policy(full);
	check_render(&rendering);
	for (size_t i = 0; i < rendering.count; i++) {
		const struct rendered_file *file = &rendering.files[i];
		bool master = !strcmp(file->path, "master.cf");

		assert_int_equal(file->len, strlen(file->data));
		for (size_t k = 0; k < file->len; k++) {
			bool first = !k || file->data[k - 1] == '\n';
			char c = file->data[k];

			check_row(c == '\n' || (c >= ' ' && c <= '~'),
			    file->path);
			check_row(!first || master ||
			    !strchr(" !#", c), file->path);
		}
	}
	rendering_free(&rendering);
	forget();
}

/* --- the questions ------------------------------------------------------------------------ */

static void
test_probes(void **state)
{
	struct buf questions = { 0 };
	size_t listeners[3] = { 0 }, granted = 0;

	(void)state;
	set_policy(full);
	probes_add(&questions, &site);
	for (const char *at = questions.data; *at; at = strchr(at, '\n') + 1) {
		int columns = 1;

		assert_in_range(*at, '1', '2');
		listeners[*at - '0']++;
		for (const char *c = at; *c != '\n'; c++)
			columns += *c == '\t';
		assert_int_equal(columns, 6);
		granted += !strncmp(strchr(at, '\n') - 3, "250", 3);
	}
	assert_true(listeners[1] >= 64 && listeners[2] >= 64);
	assert_true(granted > 10);
	assert_non_null(strstr(questions.data,
	    "192.0.2.1\t-\t0\t<probe@foreign.relayadm.invalid>\t550\n"));
	assert_non_null(strstr(questions.data,
	    "\thost.corp.example\t") ? "" :
	    strstr(questions.data, "\tmail.corp.example\t"));
	buf_free(&questions);
	forget();
}

/* What the gateway asks the running server: nothing that its own address or
 * name might change. */
static const struct {
	const char *policy, *wanted;
} live[] = {
	{
	    "server s\nlisten 192.0.2.1:25\nroute in.example inbound\n" GATEWAY,
	    "1\t192.0.2.1\t<probe@foreign.relayadm.invalid>\t550\n"
	    "1\t192.0.2.1\t<probe@in.example>\t250\n"
	    "1\t192.0.2.1\t<probe@sub.in.example>\t250\n"
	    "1\t192.0.2.1\t<probe@notin.example>\t550\n",
	},
	{
	    "server s\nlisten 127.0.0.9:25\nentry relay 127.0.0.1\n" GATEWAY,
	    "1\t127.0.0.1\t<probe@foreign.relayadm.invalid>\t250\n",
	},
	{
	    "server s\nlisten 192.0.2.1:25\nentry relay 192.0.2.1\n" GATEWAY,
	    "",
	},
	{
	    "server s\nlisten 192.0.2.1:25\nentry relay "
	    "domain:a.example\n" GATEWAY,
	    "",
	},
	{
	    "server s\nlisten 0.0.0.0:25\nlisten [::]:25\n"
	    "entry connection 127.0.0.1\n" GATEWAY,
	    "1\t127.0.0.1\t<probe@foreign.relayadm.invalid>\t554\n"
	    "2\t::1\t<probe@foreign.relayadm.invalid>\t550\n",
	},
	{
	    "server s\nlisten 0.0.0.0:25\nset authentication.tls "
	    "required\n" GATEWAY,
	    "1\t127.0.0.1\t<probe@foreign.relayadm.invalid>\t550\t"
	    "starttls\n",
	},
	{
	    "server s\nlisten 0.0.0.0:25\nroute in.example inbound\n"
	    "gateway gw\nset ssh.host gw.example\nset mta opensmtpd\ncarry s\n",
	    "1\t127.0.0.1\t<probe@foreign.relayadm.invalid>\t550\n"
	    "1\t127.0.0.1\t<probe@notin.example>\t550\n",
	},
};

static void
test_live(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(live) / sizeof(live[0]); i++) {
		struct buf questions = { 0 };

		set_policy(live[i].policy);
		probes_add_live(&questions, &site);
		assert_string_equal(buf_text(&questions), live[i].wanted);
		buf_free(&questions);
		forget();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_reread),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_free_text),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_probes),
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}

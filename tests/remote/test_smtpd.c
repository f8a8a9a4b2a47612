#include "config.h"

#include "policy/mem.h"
#include "tests/remote/rendered.h"
#include "tests/policy/unit.h"

#define SMTPD GATEWAY "set mta opensmtpd\n"
#define ONE "server s\nlisten 192.0.2.1:25\n"
#define PLAIN "^([^i@%!:][^@%!:]*|i([^m@%!:][^@%!:]*|m([^c@%!:][^@%!:]*" \
	"|c([^e@%!:][^@%!:]*|e([^a@%!:][^@%!:]*)?)?)?)?)"

/* --- what the files say -------------------------------------------------------- */

static const struct {
	const char *row, *lines, *path, *wanted;
} files[] = {
	{ "fewest blocks",
	    ONE "entry relay 10.0.0.0/9\nentry relay 10.128.0.0/9\n"
	    "entry relay 10.1.2.3\n" SMTPD,
	    "server/s/relay.table", "# @list\n10.0.0.0/8\n", },
	{ "IPv6 in brackets",
	    ONE "entry relay 2001:db8::/32\nentry relay 2001:db9::7\n"
	    "entry relay 192.0.2.7\n" SMTPD,
	    "server/s/relay.table",
	    "# @list\n192.0.2.7\n[2001:db8::/32]\n[2001:db9::7]\n", },
	{ "everything",
	    ONE "entry relay 0.0.0.0/0\nentry relay ::/0\n" SMTPD,
	    "server/s/relay.table", "# @list\n0.0.0.0/0\n[::/0]\n", },
	{ "an empty list has no file",
	    ONE SMTPD, "server/s/relay.table", "(none)", },
	{ "both tabs and the NEVER list in one",
	    ONE "entry relay 10.0.0.0/8\nentry never 10.128.0.0/9\n"
	    "entry clients 10.0.0.0/10\nentry clients 192.0.2.0/24\n"
	    "set routing.restrictions.clients.enabled true\n" SMTPD,
	    "server/s/relay.table", "# @list\n10.0.0.0/10\n", },
	{ "the same for those who have logged on",
	    ONE "entry relay 10.0.0.0/8\nentry never 10.128.0.0/9\n"
	    "entry clients 10.0.0.0/10\nentry clients 192.0.2.0/24\n"
	    "set routing.restrictions.clients.enabled true\n" SMTPD,
	    "server/s/logged_on.table",
	    "# @list\n10.0.0.0/10\n192.0.2.0/24\n", },
	{ "names of included lists",
	    "list l\nmember 192.0.2.7\nmember domain:corp.example\n" ONE
	    "entry connection list:l\nentry connection domain:b.example\n"
	    SMTPD,
	    "server/s/connection_names.table",
	    "# @list\n^(.*\\.)?(b\\.example|corp\\.example)$\n", },
	{ "exact rows",
	    ONE "route #a.example inbound\nroute a.example reject\n"
	    "route #b.example inbound\n" SMTPD,
	    "server/s/inbound_exact.table",
	    "# @list\n" PLAIN "@(a\\.example|b\\.example)$\n", },
	{ "covering rows by their labels",
	    ONE "route #a.example inbound\nroute a.example reject\n"
	    "route x.a.example reject\n" SMTPD,
	    "server/s/reject_2.table",
	    "# @list\n" PLAIN "@(.*\\.)?(a\\.example)$\n", },
	{ "what is listened on",
	    "server s\nlisten 0.0.0.0:25\nlisten [2001:db8::1]:587\n" SMTPD,
	    "services", "4 0.0.0.0 25 s\n6 2001:db8::1 587 s\n", },
};

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(files); i++) {
		struct rendering rendering;

		set_policy(files[i].lines);
		check_render(&rendering);
		check_same(text_of(&rendering, files[i].path), files[i].wanted,
		    files[i].row);
		rendering_free(&rendering);
		forget();
	}
}

/* --- what the configuration says ------------------------------------------------ */

#define DENY "reject \"550 5.7.1 Unable to relay\"\n"
#define CUT "disconnect \"554 5.7.1 Connection refused\"\n"

/* The first is in it and the second is not. */
static const struct {
	const char *row, *lines, *has, *lacks;
} texts[] = {
	{ "TLS and passwords",
	    ONE "set authentication.basic true\n"
	    "set authentication.tls required\n" SMTPD,
	    "listen on 192.0.2.1 port 25 tls-require pki @PKI@ auth-optional "
	    "@USERS@ tag \"relayadm_1\" filter \"relayadm_1\"\n", NULL, },
	{ "neither",
	    ONE "set authentication.tls none\n" SMTPD,
	    "listen on 192.0.2.1 port 25 tag \"relayadm_1\"", "@", },
	{ "all may connect", ONE SMTPD, NULL, "phase connect", },
	{ "nobody may connect",
	    ONE "set connection.mode only\n" SMTPD,
	    "phase connect match src regex <relayadm_1_anyone> " CUT, NULL, },
	{ "some may connect",
	    ONE "set connection.mode only\nentry connection 10.0.0.0/8\n"
	    SMTPD,
	    "phase connect match !src <relayadm_1_connection> " CUT, NULL, },
	{ "by name, too",
	    ONE "set connection.mode only\nentry connection 10.0.0.0/8\n"
	    "entry connection domain:corp.example\n" SMTPD,
	    "filter \"relayadm_1_1\" phase connect match "
	    "src <relayadm_1_connection> bypass\n"
	    "filter \"relayadm_1_2\" phase connect match !fcrdns " CUT
	    "filter \"relayadm_1_3\" phase connect match "
	    "!rdns regex <relayadm_1_connection_names> " CUT, NULL, },
	{ "some may not, by name",
	    ONE "entry connection domain:corp.example\n" SMTPD,
	    "filter \"relayadm_1_1\" phase connect match !fcrdns bypass\n"
	    "filter \"relayadm_1_2\" phase connect match "
	    "rdns regex <relayadm_1_connection_names> " CUT, NULL, },
	{ "only those who have logged on",
	    ONE "set authentication.anonymous false\n" SMTPD,
	    "match !auth reject \"530 5.7.0 Authentication required\"\n",
	    NULL, },
	{ "reroute off",
	    ONE "set routing.reroute false\nentry relay 10.0.0.0/8\n"
	    "route a.example relay\n" SMTPD,
	    "<relayadm_1_relay_2> " DENY, "relayadm_1_relay>", },
	{ "the reply to a reject row",
	    ONE "route a.example reject\n" SMTPD,
	    "<relayadm_1_reject_2> reject \"550 5.7.1 Recipient domain "
	    "refused\"\n", NULL, },
	{ "names that relay",
	    ONE "entry relay 10.0.0.0/8\nentry relay domain:corp.example\n"
	    "entry never 10.1.0.0/16\n" SMTPD,
	    "match src <relayadm_1_never> " DENY "filter \"relayadm_1_3\" "
	    "phase rcpt-to match auth bypass\n", "logged_on", },
	{ "next hops",
	    ONE "route #a.example inbound mail.hop.example:2525\n"
	    "route #b.example relay [2001:db8::1]\n" SMTPD,
	    "action \"relayadm_hop_[2001:db8::1]_25\" relay host "
	    "\"smtp://[2001:db8::1]:25\"\n"
	    "action \"relayadm_hop_mail.hop.example_2525\" relay host "
	    "\"smtp://mail.hop.example:2525\"\n", NULL, },
	{ "a box of local addresses has a side of its own",
	    "server s\nlisten 192.0.2.1:25\nlisten 192.0.2.2:25\n"
	    "set routing.restrictions.local.enabled true\n"
	    "entry local 192.0.2.2\nentry relay 10.0.0.0/8\n" SMTPD,
	    "listen on 192.0.2.2 port 25 tls pki @PKI@ tag \"relayadm_2\"",
	    "relayadm_1_relay", },
	{ "without the filters still nobody else relays",
	    ONE "entry relay 10.0.0.0/8\n" SMTPD,
	    "match tag \"relayadm_1\" from src <relayadm_1_relay> for any "
	    "action \"relayadm_away\"\n"
	    "match tag \"relayadm_1\" auth from src <relayadm_1_logged_on> "
	    "for any action \"relayadm_away\"\n"
	    "match tag \"relayadm_1\" from any for any reject\n", NULL, },
};

static void
test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct rendering rendering;
		const char *text;

		set_policy(texts[i].lines);
		check_render(&rendering);
		text = text_of(&rendering, "smtpd/conf");
		check_row(!texts[i].has || strstr(text, texts[i].has),
		    texts[i].row);
		check_row(!texts[i].lacks || !strstr(text, texts[i].lacks),
		    texts[i].row);
		rendering_free(&rendering);
		forget();
	}
}

/* --- what cannot be expressed ----------------------------------------------------- */

#define NAMES "server:s: OpenSMTPD asks for a client's name"

static const struct gap_row gap_rows[] = {
	{ "a password without TLS",
	    ONE "set authentication.basic true\n"
	    "set authentication.tls none\n" SMTPD,
	    "server:s: OpenSMTPD takes a password only over TLS, which the "
	    "server does not offer; set authentication.tls to offered", },
	{ "local addresses behind a wildcard",
	    "server s\nlisten 0.0.0.0:25\nentry local 192.0.2.1\n"
	    "set routing.restrictions.local.enabled true\n" SMTPD,
	    "server:s: OpenSMTPD cannot tell the local addresses behind "
	    "0.0.0.0:25 apart", },
	{ "two next hops for a domain",
	    ONE "route a.example relay x.example\n"
	    "server t\nlisten 192.0.2.2:25\n"
	    "route a.example relay x.example:2525\n" SMTPD "carry t\n",
	    "gateway:gw: OpenSMTPD delivers a.example to one place", },
	{ "names in both lists",
	    ONE "entry relay domain:a.example\n"
	    "entry clients domain:a.example\n"
	    "set routing.restrictions.clients.enabled true\n" SMTPD, NAMES, },
	{ "names in a box that is off",
	    ONE "entry relay domain:a.example\n"
	    "entry clients domain:a.example\n" SMTPD, NULL, },
	{ "names, where reroute is off",
	    ONE "entry relay domain:a.example\n"
	    "entry clients domain:a.example\nset routing.reroute false\n"
	    "set routing.restrictions.clients.enabled true\n" SMTPD, NULL, },
	{ "names beside addresses or a password",
	    ONE "entry relay domain:a.example\nentry clients 10.0.0.0/8\n"
	    "set relay.authenticated false\n"
	    "set routing.restrictions.authenticated true\n"
	    "set routing.restrictions.clients.enabled true\n" SMTPD, NAMES, },
	{ "names beside a password alone",
	    ONE "entry relay domain:a.example\n"
	    "set relay.authenticated false\n"
	    "set routing.restrictions.authenticated true\n" SMTPD, NULL, },
	{ "a password satisfies both",
	    ONE "entry relay domain:a.example\nentry clients 10.0.0.0/8\n"
	    "set routing.restrictions.authenticated true\n"
	    "set routing.restrictions.clients.enabled true\n" SMTPD, NULL, },
	{ "a password satisfies neither",
	    ONE "entry clients domain:a.example\nentry relay 10.0.0.0/8\n"
	    "set relay.authenticated false\n"
	    "set routing.restrictions.clients.enabled true\n" SMTPD, NULL, },
	{ "on the side that satisfies the box the other list has no say",
	    ONE "entry relay domain:a.example\nentry clients domain:a.example\n"
	    "set routing.restrictions.clients.enabled true\n"
	    "set routing.restrictions.local.enabled true\n"
	    "entry local 192.0.2.1\n" SMTPD, NULL, },
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
    "listen 192.0.2.5:587\n"
    "set authentication.basic true\nset authentication.tls required\n"
    "entry relay 10.0.0.0/8\nentry relay list:l\nentry relay 2001:db8::/32\n"
    "entry connection 198.51.100.0/24\n"
    "set routing.restrictions.clients.enabled true\n"
    "set routing.restrictions.local.enabled true\n"
    "entry local 192.0.2.4-192.0.2.6\n"
    "entry clients 0.0.0.0/1\nentry never 10.9.0.0/16\n"
    "route a.example inbound\nroute #b.a.example reject\n"
    "route c.example relay mail.example\nroute d.example reject\n"
    "route m.example relay\n"
    "server t\nlisten 192.0.2.2:25\nset authentication.anonymous false\n"
    "set connection.mode only\nentry connection 0.0.0.0/1\n"
    "entry connection domain:t.example\n"
    "entry relay 10.0.0.0/8\nentry relay domain:corp.example\n"
    "set relay.authenticated false\n"
    "set routing.restrictions.authenticated true\n"
    "route a.example inbound\n"
    "server u\nlisten 192.0.2.3:25\nroute . reject\n"
    "route a.example inbound\n"
    SMTPD "carry t\ncarry u\n";

/* A change of one file, and it must be noticed; not one of a filter that the
 * rules make up for. */
static const struct change_row changes[] = {
	{ "server/s/relay.table", "10.0.0.0/13", "10.0.0.0/12", },
	{ "server/s/relay.table", "10.0.0.0/13\n", "", },
	{ "server/s/relay.table", "# @list\n", "", },
	{ "server/s/relay.table", "10.0.0.0/13", "!10.0.0.0/13", },
	{ "server/s/relay.table", "10.0.0.0/13", " 10.0.0.0/13", },
	{ "server/s/relay.table", "10.0.0.0/13", "*", },
	{ "server/s/relay.here.table", "[2001:db8::/32]", "2001:db8::/32", },
	{ "server/s/relay.here.table", "db8", "db9", },
	{ "server/s/relay.here.table", "10.10.0.0/15", "10.8.0.0/14", },
	{ "server/s/logged_on.table", "0.0.0.0/5", "0.0.0.0/4", },
	{ "server/s/connection.table", "/24", "/25", },
	{ "server/s/inbound_2.table", "a\\.example", "a.exampl", },
	{ "server/t/inbound_2.table", "(.*\\.)?", "(.*)?", },
	{ "server/t/inbound_2.table", ")$", ")", },
	{ "server/t/inbound_2.table", "a\\.e", "a.e", },
	{ "server/s/inbound_2.table", "[^i@%!:][^@%!:]*", "[^i@%!:].*", },
	{ "server/s/inbound_2.table", "e([^a@%!:][^@%!:]*)?",
	    "e([^@%!:][^@%!:]*)?", },
	{ "server/s/inbound_2.table", "^", "", },
	{ "server/s/inbound_2.table", "(a", "((a", },
	{ "server/s/relay_2.table", "c\\.example", "x\\.example", },
	{ "server/s/reject_2.table", "d\\.example", "x\\.example", },
	{ "server/s/reject_exact.table", "b\\.a", "b\\.b", },
	{ "server/s/name.table", "*", "", },
	{ "server/s/to_1.table", "b.a.example", "b.b.example", },
	{ "server/t/connection_names.table", "t\\.example", "u\\.example", },
	{ "server/t/relay_names.table", "(.*\\.)?", "(.*)?", },
	{ "server/t/relay_names.table", "corp", "corq", },
	{ "smtpd/conf", "listen on 192.0.2.1 ", "listen on 192.0.2.9 ", },
	{ "smtpd/conf", "port 587", "port 588", },
	{ "smtpd/conf", "tls-require", "tls", },
	{ "smtpd/conf", " auth-optional @USERS@", "", },
	{ "smtpd/conf", "tag \"relayadm_1\" filter \"relayadm_1\"",
	    "tag \"relayadm_1\" filter \"relayadm_2\"", },
	{ "smtpd/conf", "tag \"relayadm_1\" filter \"relayadm_1\"",
	    "tag \"relayadm_1\"", },
	{ "smtpd/conf", "tag \"relayadm_1\" filter", "tag \"x\" filter", },
	{ "smtpd/conf", "match src <relayadm_1_connection>",
	    "match !src <relayadm_1_connection>", },
	{ "smtpd/conf", "phase connect", "phase ehlo", },
	{ "smtpd/conf", "phase rcpt-to match rcpt-to", "phase data match", },
	{ "smtpd/conf", "match src <relayadm_1_relay> bypass",
	    "match src <relayadm_1_logged_on> bypass", },
	{ "smtpd/conf", "match !auth reject", "match auth reject", },
	{ "smtpd/conf", "match !fcrdns disconnect",
	    "match fcrdns disconnect", },
	{ "smtpd/conf", "match !fcrdns reject", "match fcrdns reject", },
	{ "smtpd/conf", "match !rdns regex <relayadm_3_relay_names>",
	    "match rdns regex <relayadm_3_relay_names>", },
	{ "smtpd/conf", "\"relayadm_3_2\", \"relayadm_3_3\"",
	    "\"relayadm_3_3\"", },
	{ "smtpd/conf", "chain { \"relayadm_1_1\", ", "chain { ", },
	{ "smtpd/conf", "reject \"550 5.7.1 Unable", "reject \"250 Unable", },
	{ "smtpd/conf", "reject \"550 5.7.1 Unable to relay\"", "bypass", },
	{ "smtpd/conf", "reject \"550", "junk \"550", },
	{ "smtpd/conf", "from any for domain <relayadm_1_to_1> reject",
	    "from any for domain <relayadm_1_to_1> "
	    "action \"relayadm_here\"", },
	{ "smtpd/conf", "from any for local action \"relayadm_here\"",
	    "from any for local reject", },
	{ "smtpd/conf", "from src <relayadm_1_relay> for any action "
	    "\"relayadm_away\"", "from any for any reject", },
	{ "smtpd/conf", "for any action \"relayadm_away\"",
	    "for any action \"relayadm_away\"\ninclude \"/etc/passwd\"", },
	{ "smtpd/conf", "smtp://mail.example:25", "smtp://mail.example:26", },
	{ "smtpd/conf", "\"relayadm_mx\" relay", "\"relayadm_mx\" mbox", },
	{ "smtpd/conf", "file:/var/lib", "file:/var/tmp", },
};

static void
test_reread(void **state)
{
	(void)state;
	set_policy(full);
	check_changes(changes, ROWS(changes));
	forget();
}

/* --- many rows -------------------------------------------------------------------------- */

/* OpenSMTPD takes no more than 1,023 bytes of a line. */
static void
test_long_lines(void **state)
{
	struct rendering rendering;
	struct buf lines = { 0 };
	struct err err = { 0 };
	const char *text;
	size_t rows = 0;

	(void)state;
	buf_add(&lines, ONE);
	for (int i = 0; i < 500; i++)
		buf_addf(&lines, "route %s%d.example inbound\n",
		    i % 2 ? "a-rather-long-label-of-fifty-letters-or-so-in-all."
		          : "", i);
	buf_add(&lines, SMTPD);
	set_policy(lines.data);
	check_render(&rendering);
	text = text_of(&rendering, "server/s/inbound_3.table");
	for (const char *at = text; *at; rows++) {
		size_t len = strcspn(at, "\n");

		assert_in_range(len, 1, 1000);
		at += len + 1;
	}
	assert_in_range(rows, 20, 40);
	assert_non_null(strstr(text, "499\\.example)$\n"));
	/* One row of many, which is not asked for. */
	assert_true(change_text(&rendering, "server/s/inbound_3.table",
	    "all\\.437\\.example", "all\\.4371\\.example"));
	assert_false(dialect_find(MTA_OPENSMTPD)->reread(&site, &rendering,
	    &err));
	assert_string_equal(err.text, "server s: a-rather-long-label-of-fifty-"
	    "letters-or-so-in-all.437.example: the routing list has other "
	    "rows");
	rendering_free(&rendering);
	forget();
	buf_free(&lines);
}

static void
test_too_many(void **state)
{
	struct rendering rendering;
	struct buf lines = { 0 };
	struct err err = { 0 };

	(void)state;
	buf_add(&lines, ONE);
	for (int i = 0; i <= 5000; i++)
		buf_addf(&lines, "route %d.example inbound\n", i);
	buf_add(&lines, SMTPD);
	set_policy(lines.data);
	assert_false(site_render(&site, &rendering, &err));
	assert_non_null(strstr(err.text, "it has more than 5,000 rows"));
	rendering_free(&rendering);
	forget();
	buf_free(&lines);
}

/* --- nothing of a policy's free text gets out ------------------------------------------ */

static void
test_free_text(void **state)
{
	static const char nasty[] =
	    "\"\nmatch from any for any action \"x\"\n#${}<>'\\ \xe2\x80\xae";
	struct rendering plain, commented;

	(void)state;
	set_policy(full);
	check_render(&plain);
	policy->servers[0]->comment = mem_text(nasty);
	policy->servers[0]->routes[0].comment = mem_text(nasty);
	policy->lists[0]->comment = mem_text(nasty);
	policy->gateways[0]->comment = mem_text(nasty);
	check_render(&commented);
	assert_string_equal(plain.digest, commented.digest);
	rendering_free(&plain);
	rendering_free(&commented);
	forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_reread),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_free_text),
	};

	return cmocka_run_group_tests_name("smtpd", tests, NULL, NULL);
}

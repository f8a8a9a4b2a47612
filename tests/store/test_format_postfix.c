/* Lists of Postfix. */
#include "config.h"

#include "format_rows.h"
#include "tests/policy/unit.h"

static const struct format_row cidr_rows[] = {
	{ "allow", "10.0.0.0/8 OK\n192.0.2.1\tpermit\n2001:db8::/32 RELAY x\n"
	    "[2001:db9::]/32 ok\n[2001:dba::/32] OK\n198.51.100.1 1234567\n",
	    "10.0.0.0/8\n192.0.2.1\n198.51.100.1\n2001:db8::/32\n"
	    "2001:db9::/32\n2001:dba::/32\n", NULL, NULL, { 0 }, },
	{ "deny", "192.0.2.1 REJECT no\n192.0.2.2 554 5.7.1 no\n"
	    "192.0.2.3 450 later\n192.0.2.4 DISCARD\n192.0.2.5 OK\n",
	    "192.0.2.5\n", "1 the source denies it\n2 the source denies\n"
	    "3 the source denies\n4 the source denies\n", NULL, { 0 }, },
	{ "comment", "# head\n10.0.0.0/8 OK # office\n", "10.0.0.0/8  # office\n",
	    NULL, NULL, { 0 }, },
	{ "the denied side", "10.0.0.0/8 OK\n192.0.2.0/24 REJECT\n",
	    "192.0.2.0/24\n", "1 the source allows it\n", NULL,
	    { .denied = true }, },
	{ "first match cuts", "10.1.2.3 REJECT\n10.0.0.0/29 DUNNO\n"
	    "10.0.0.0/28 OK # x\n10.1.2.0/30 OK\n10.1.2.3 OK\n",
	    "10.0.0.8/29  # x\n10.1.2.0/31\n10.1.2.2\n",
	    "1 the source denies\n2 its result leaves it to the rules behind\n"
	    "3 line 2 decides about a part of it; what remains was taken as "
	    "blocks\n4 line 1 decides about a part\n5 nothing remains of it that other\n",
	    NULL, { 0 }, },
	{ "later denial does nothing", "10.0.0.0/8 OK\n10.1.2.3 REJECT\n",
	    "10.0.0.0/8\n", "2 the source denies\n", NULL, { 0 }, },
	{ "first match, the denied side", "10.0.0.0/31 OK\n"
	    "10.0.0.0/30 REJECT\n", "10.0.0.2/31\n", "1 the source allows\n"
	    "2 line 1 decides about a part\n", NULL, { .denied = true }, },
	{ "if", "if 10.0.0.0/8\n10.0.0.0/16 REJECT\n0.0.0.0/0 OK\nendif\n"
	    "192.0.2.1 OK\n",
	    "10.1.0.0/16\n10.2.0.0/15\n10.4.0.0/14\n10.8.0.0/13\n10.16.0.0/12\n"
	    "10.32.0.0/11\n10.64.0.0/10\n10.128.0.0/9\n192.0.2.1\n",
	    "2 the source denies\n3 line 2 decides about a part\n", NULL,
	    { 0 }, },
	{ "if not", "if !10.0.0.0/8\n10.0.0.0/7 OK\nendif\n", "11.0.0.0/8\n",
	    NULL, NULL, { 0 }, },
	{ "ifs within each other", "if 10.0.0.0/8\nif ! 10.0.0.0/9\n"
	    "10.0.0.0/8 OK\nendif\n10.0.0.1 OK\nendif\n10.0.0.2 OK\n",
	    "10.0.0.1\n10.0.0.2\n10.128.0.0/9\n", NULL, NULL, { 0 }, },
	{ "if that never is", "if 10.0.0.0/8\n192.0.2.1 OK\nendif\n", "",
	    "2 the if of line 1 keeps it from ever being asked\n", NULL,
	    { 0 }, },
	{ "no endif", "if 10.0.0.0/8\n10.0.0.1 OK\n", "10.0.0.1\n", NULL,
	    "2 the if of line 1 has no endif\n", { 0 }, },
	{ "no if", "10.0.0.1 OK\nendif\n", "10.0.0.1\n", NULL,
	    "2 an endif without an if\n", { 0 }, },
	{ "bad if", "if 10.0.0.1/8\n10.0.0.1 OK\nendif\n10.0.0.2 OK\n",
	    "10.0.0.2\n", NULL, "1 10.0.0.1/8 has bits set\n"
	    "2 the if in front of it is bad\n", { 0 }, },
	{ "not", "!128.0.0.0/1 OK\n", "0.0.0.0/1\n", NULL, NULL, { 0 }, },
	{ "not, of IPv6", "! 8000::/1 OK\n", "::/1\n", NULL, NULL, { 0 }, },
	{ "goes on", "10.0.0.0/8\n   OK\n\n# between\n\tmore\n192.0.2.1\n",
	    "10.0.0.0/8\n", NULL, "6 nothing stands behind it; write OK or\n",
	    { 0 }, },
	{ "indented by accident", "10.0.0.0/8 OK\n 192.0.2.1 OK\n",
	    "10.0.0.0/8\n", NULL, "2 begins with a blank, so Postfix takes\n",
	    { 0 }, },
	{ "unknown result", "10.0.0.0/8 permit_mynetworks\n", "", NULL,
	    "1 'permit_mynetworks' does not say whether\n", { 0 }, },
	{ "no pattern of a cidr table", "10.0.0.1/8 OK\n10.0.0.0/33 OK\n"
	    "mail.example.com OK\n010.0.0.1 OK\n", "", NULL,
	    "1 10.0.0.1/8 has bits set\n2 '/33' is not\n"
	    "3 'mail.example.com' is not an IP\n4 an octet with a leading\n",
	    { 0 }, },
};

static const struct format_row mynetworks_rows[] = {
	{ "main.cf", "myhostname = mx.example.com\nmynetworks = 127.0.0.0/8, "
	    "[::1]/128\n  # between\n\t10.0.0.0/8,192.0.2.1\nrelayhost =\n"
	    " [192.0.2.9]\n",
	    "10.0.0.0/8\n127.0.0.0/8\n192.0.2.1\n::1\n", NULL, NULL, { 0 }, },
	{ "value", "10.0.0.0/8 [2001:db8::]/32\n[2001:db9::/32],192.0.2.1\n",
	    "10.0.0.0/8\n192.0.2.1\n2001:db8::/32\n2001:db9::/32\n", NULL,
	    NULL, { 0 }, },
	{ "except", "mynetworks = !10.0.0.1 10.0.0.0/30\n",
	    "10.0.0.0\n10.0.0.2/31\n", "1 the source denies it\n"
	    "1 line 1 decides about a part of it\n", NULL, { 0 }, },
	{ "except too late", "10.0.0.0/30, !10.0.0.1", "10.0.0.0/30\n",
	    "1 the source denies it\n", NULL, { 0 }, },
	{ "the last counts", "mynetworks = 10.0.0.0/8\n 11.0.0.0/8\n"
	    "mynetworks=192.0.2.0/24\n", "192.0.2.0/24\n",
	    "1 line 3 says it anew, and the last counts\n2 line 3 says it\n",
	    NULL, { 0 }, },
	{ "files and tables", "/etc/postfix/nets cidr:/etc/postfix/n.cidr "
	    "hash:/etc/postfix/n $config_directory/n ${x} 192.0.2.1\n",
	    "192.0.2.1\n", "1 is another file; import it by itself: relayadm "
	    "import /etc/postfix/nets --format postfix-mynetworks\n"
	    "1 is another file; import it by itself: relayadm import "
	    "/etc/postfix/n.cidr --format postfix-cidr\n"
	    "1 is another file; import it by itself: relayadm import "
	    "/etc/postfix/n --format postfix-access\n"
	    "1 is filled in by Postfix\n1 is filled in by Postfix\n", NULL,
	    { 0 }, },
	{ "an excepted file", "!/etc/postfix/nets 10.0.0.0/8", "10.0.0.0/8\n",
	    NULL, "1 '!/etc/postfix/nets' excepts what the file holds\n",
	    { 0 }, },
	{ "slips", "mynetworks = 10.0.0.1/8 2001:db8::/32 localhost # office\n",
	    "2001:db8::/32\n", NULL, "1 10.0.0.1/8 has bits set\n"
	    "1 'localhost' is not an IP\n1 Postfix knows no comment\n"
	    "1 'office' is not an IP\n", { 0 }, },
	{ "the denied side", "!10.0.0.1, 10.0.0.0/8", "10.0.0.1\n",
	    "1 the source allows it\n", NULL, { .denied = true }, },
};

static void
test_mynetworks(void **state)
{
	struct import_rules rules = { .format = "postfix-mynetworks" };
	static const struct entries none;
	static const char text[] = "myhostname = a.example\n";
	struct buf line = { 0 };
	struct import import;
	struct err err;

	(void)state;
	check_format_rows("postfix-mynetworks", mynetworks_rows,
	    ROWS(mynetworks_rows));
	assert_false(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &none, &err));
	assert_non_null(strstr(err.text, "has no line mynetworks ="));
	import_free(&import);
	buf_add(&line, "mynetworks = ");
	for (unsigned i = 0; i < 20000; i++)
		buf_addf(&line, "10.%u.%u.1, ", i / 256, i % 256);
	assert_true(import_judge(&import, buf_text(&line), line.len, &rules,
	    &none, &err));
	assert_int_equal(import.bad_count, 0);
	assert_int_equal(entries_count(&import.entries), 20000);
	import_free(&import);
	buf_free(&line);
}

static const struct format_row access_rows[] = {
	{ "keys", "10.1\tOK\n10 OK\n192.0.2.1 OK\n2001:db8 OK\n"
	    "2001:db9::1 OK\n2002 OK\nexample.com OK\n.example.net permit\n",
	    "10.0.0.0/8\n10.1.0.0/16\n192.0.2.1\n2001:db8::/32\n"
	    "2001:db9::1\n2002::/16\ndomain:example.com\n"
	    "domain:example.net\n", NULL, NULL, { 0 }, },
	{ "narrowest first", "10 OK\n10.1 REJECT\n10.1.2 OK\n",
	    "10.0.0.0/16\n10.1.2.0/24\n10.2.0.0/15\n10.4.0.0/14\n"
	    "10.8.0.0/13\n10.16.0.0/12\n10.32.0.0/11\n10.64.0.0/10\n"
	    "10.128.0.0/9\n", "1 line 2 decides about a part\n"
	    "2 the source denies it\n", NULL, { 0 }, },
	{ "people", "user@ OK\nuser@example.com REJECT\n<> REJECT\n", "",
	    "1 is about a mail address\n2 is about a mail\n3 is about a mail\n",
	    NULL, { 0 }, },
	{ "never found", "10.0.0.0/8 OK\n10. OK\n", "", NULL,
	    "1 '10.0.0.0/8' is never found\n2 '10.' ends in a dot\n",
	    { 0 }, },
	{ "a denied name within", "bad.example.com REJECT\nexample.com OK\n",
	    "", "1 the source denies it\n",
	    "2 line 1 denies a name within it\n", { 0 }, },
	{ "a denied domain around", "example.com REJECT\na.example.com OK\n",
	    "domain:a.example.com\n", "1 the source denies it\n", NULL,
	    { 0 }, },
	{ "results", "10.1 DUNNO\n10.2 reject_unverified\n10.3\n   OK\n10.4\n",
	    "10.3.0.0/16\n", "1 its result leaves it\n",
	    "2 'reject_unverified' does not say\n5 nothing stands behind\n",
	    { 0 }, },
	{ "indented", "10.1 OK\n 10.2 OK\n", "10.1.0.0/16\n", NULL,
	    "2 begins with a blank, so Postfix\n", { 0 }, },
};

static void
test_access(void **state)
{
	(void)state;
	check_format_rows("postfix-access", access_rows, ROWS(access_rows));
}

static void
test_cidr(void **state)
{
	(void)state;
	check_format_rows("postfix-cidr", cidr_rows, ROWS(cidr_rows));
	check_format_round_trip("postfix-cidr", true, 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mynetworks),
		cmocka_unit_test(test_cidr),
		cmocka_unit_test(test_access),
	};

	return cmocka_run_group_tests_name("formats of Postfix", tests, NULL,
	    NULL);
}

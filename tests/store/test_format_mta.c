/* Lists of mail servers other than Postfix. */
#include "config.h"

#include "format_rows.h"
#include "tests/policy/unit.h"

static const struct format_row exim_rows[] = {
	{ "inline", "hostlist relay_from_hosts = 127.0.0.1 : ::::1 : "
	    "2001::db8::::/32 : 10.0.0.0/8\n",
	    "10.0.0.0/8\n127.0.0.1\n::1\n2001:db8::/32\n", NULL, NULL, { 0 }, },
	{ "another separator", "hosts = <; 2001:db8::/32 ; 192.0.2.1\n"
	    "<, 10.0.0.0/8, 10.1.0.0/16\n",
	    "10.0.0.0/8\n10.1.0.0/16\n192.0.2.1\n2001:db8::/32\n", NULL,
	    NULL, { 0 }, },
	{ "goes on", "hostlist a = 10.0.0.0/8 : \\\n   192.0.2.1 : \\\n"
	    "   192.0.2.2\nhostlist b = 192.0.2.3\n",
	    "10.0.0.0/8\n192.0.2.1\n192.0.2.2\n192.0.2.3\n", NULL, NULL,
	    { 0 }, },
	{ "except", "!10.0.0.1 : 10.0.0.0/30\n", "10.0.0.0\n10.0.0.2/31\n",
	    "1 the source denies it\n1 line 1 decides about a part\n", NULL,
	    { 0 }, },
	{ "ends with an exception", "10.0.0.0/8 : !192.0.2.1\n", "10.0.0.0/8\n",
	    "1 the source denies it\n",
	    "1 a list that ends with '!' covers everybody else\n", { 0 }, },
	{ "everybody", "! 10.0.0.0/8 : *\n", "0.0.0.0/5\n8.0.0.0/7\n"
	    "11.0.0.0/8\n12.0.0.0/6\n16.0.0.0/4\n32.0.0.0/3\n64.0.0.0/2\n"
	    "128.0.0.0/1\n::/0\n", "1 the source denies it\n"
	    "1 line 1 decides about a part\n", NULL, { 0 }, },
	{ "file", "# head\n10.0.0.0/8   # office\n2001:db8::/32\n!192.0.2.1\n"
	    "fe80::1\n::1\n192.0.2.0/24\n", "10.0.0.0/8  # office\n192.0.2.0\n"
	    "192.0.2.2/31\n192.0.2.4/30\n192.0.2.8/29\n192.0.2.16/28\n"
	    "192.0.2.32/27\n192.0.2.64/26\n192.0.2.128/25\n::1\n2001:db8::/32\n"
	    "fe80::1\n", "4 the source denies it\n7 line 4 decides\n", NULL,
	    { 0 }, },
	{ "names", "*.example.com\nmail.example.com\n*example.net\n",
	    "domain:example.com\n", "2 is a host whose addresses Exim looks\n",
	    "3 '*example.net' covers every name that ends\n", { 0 }, },
	{ "elsewhere", "+relay\n@[]\n^vic.*\nnet24-dbm;/etc/nets\n"
	    "/etc/exim/nets\n${lookup{x}}\n", "", "1 is another list\n"
	    "2 is the mail server's own\n3 is a regular expression\n"
	    "4 is looked up\n5 is another file\n6 is filled in\n", NULL,
	    { 0 }, },
	{ "excepts elsewhere", "!+bad : 10.0.0.0/8\n", "10.0.0.0/8\n", NULL,
	    "1 excepts what is another list\n", { 0 }, },
	{ "slips", "10.0.0.1/8 : 192.0.2.0/255.255.255.0 : 192.0.2.1:25\n",
	    "192.0.2.0/24\n192.0.2.1\n", NULL, "1 10.0.0.1/8 has bits\n"
	    "1 '25' is not an IPv4\n", { 0 }, },
	{ "an empty '!'", "!\n", "", NULL, "1 a '!' with nothing\n", { 0 }, },
};

static void
test_exim(void **state)
{
	(void)state;
	check_format_rows("exim", exim_rows, ROWS(exim_rows));
	check_format_round_trip("exim", true, 12);
}

static const struct format_row sendmail_rows[] = {
	{ "tags", "Connect:10.1\tRELAY\nConnect:IPv6:2001:db8\tRELAY\n"
	    "192.0.2.1 RELAY\nConnect:example.com RELAY\n",
	    "10.1.0.0/16\n192.0.2.1\n2001:db8::/32\ndomain:example.com\n", NULL,
	    NULL, { 0 }, },
	{ "others", "From:spammer@example.net\tREJECT\nTo:a@example.com OK\n"
	    "ClientRate:10.1 5\nuser@example.com OK\n", "",
	    "1 is about senders\n2 is about recipients\n3 sets a limit\n"
	    "4 is about a mail address\n", NULL, { 0 }, },
	{ "narrowest", "Connect:10 RELAY\nConnect:10.0.0 REJECT\n"
	    "Connect:10.128.0.0/9 ERROR:\"550 no\"\n",
	    "10.0.1.0/24\n10.0.2.0/23\n10.0.4.0/22\n10.0.8.0/21\n"
	    "10.0.16.0/20\n10.0.32.0/19\n10.0.64.0/18\n10.0.128.0/17\n"
	    "10.1.0.0/16\n10.2.0.0/15\n10.4.0.0/14\n10.8.0.0/13\n"
	    "10.16.0.0/12\n10.32.0.0/11\n10.64.0.0/10\n",
	    "1 line 2 decides about a part\n2 the source denies\n"
	    "3 the source denies\n", NULL, { 0 }, },
	{ "OK is less than RELAY", "Connect:10.1 OK\nConnect:10 RELAY\n",
	    "10.0.0.0/16\n10.2.0.0/15\n10.4.0.0/14\n10.8.0.0/13\n"
	    "10.16.0.0/12\n10.32.0.0/11\n10.64.0.0/10\n10.128.0.0/9\n",
	    "1 sendmail lets it in with OK but does not relay\n"
	    "2 line 1 decides\n", NULL, { 0 }, },
	{ "unknown", "Connect:10.1 MAYBE\nConnect:10.1\n", "", NULL,
	    "1 'MAYBE' does not say\n2 nothing stands behind\n", { 0 }, },
};

static void
test_sendmail(void **state)
{
	(void)state;
	check_format_rows("sendmail-access", sendmail_rows,
	    ROWS(sendmail_rows));
}

static const struct format_row opensmtpd_rows[] = {
	{ "file", "# @list\n10.0.0.0/8\n2001:db8::/32 # office\n[2001:db9::1]\n",
	    "10.0.0.0/8\n2001:db8::/32  # office\n2001:db9::1\n", NULL, NULL,
	    { 0 }, },
	{ "braces", "table relays { 10.0.0.0/8, \"192.0.2.1\" }\n"
	    "table more {\n\t2001:db8::/32,\n\t192.0.2.2\n}\n",
	    "10.0.0.0/8\n192.0.2.1\n192.0.2.2\n2001:db8::/32\n", NULL, NULL,
	    { 0 }, },
	{ "rules", "match from src { 10.0.0.0/8 <more> } for domain "
	    "{ example.com } action \"x\" # { 1.2.3.4 }\n"
	    "match from src { 192.0.2.1 } for any reject\n"
	    "match ! from src { 192.0.2.2 } for any action \"x\"\n"
	    "match !from src { 192.0.2.3 } for any reject\n"
	    "filter f phase connect match !src { 192.0.2.4 } disconnect \"5\"\n"
	    "filter g phase connect match src {\n 192.0.2.5,\n 192.0.2.6 } "
	    "disconnect \"550\"\n",
	    "10.0.0.0/8\n192.0.2.3\n192.0.2.4\n", "1 is another table\n"
	    "2 the source denies it\n3 the source denies it\n"
	    "7 the source denies it\n8 the source denies it\n", NULL,
	    { 0 }, },
	{ "slips", "!10.0.0.1\n10.0.0.1 relay\n10.0.0.1/8\n*.example.com\n", "",
	    NULL, "1 '!' means nothing within a table\n"
	    "2 a second word makes it a table of keys\n"
	    "3 10.0.0.1/8 has bits set\n4 '*.example.com' is not an IP\n",
	    { 0 }, },
	{ "keys and values", "table t { a = b }\n", "", NULL,
	    "1 'a' is not an IP\n1 a table of keys and values holds no\n"
	    "1 'b' is not an IP\n", { 0 }, },
};

static void
test_opensmtpd(void **state)
{
	(void)state;
	check_format_rows("opensmtpd", opensmtpd_rows, ROWS(opensmtpd_rows));
	check_format_round_trip("opensmtpd", true, 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exim),
		cmocka_unit_test(test_sendmail),
		cmocka_unit_test(test_opensmtpd),
	};

	return cmocka_run_group_tests_name("formats of mail servers", tests,
	    NULL, NULL);
}

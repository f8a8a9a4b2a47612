/* SPF records. */
#include "config.h"

#include "format_rows.h"
#include "tests/policy/unit.h"

static const struct format_row rows[] = {
	{ "bare", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 +ip4:198.51.100.1 "
	    "-all\n", "192.0.2.0/24\n198.51.100.1\n2001:db8::/32\n", NULL,
	    NULL, { 0 }, },
	{ "case", "V=SPF1 IP4:192.0.2.1 Ip6:2001:DB8::1 ~ALL",
	    "192.0.2.1\n2001:db8::1\n", NULL, NULL, { 0 }, },
	{ "strings are joined", "\"v=spf1 ip4:192.0.\" \"2.1 -all\"\n",
	    "192.0.2.1\n", NULL, NULL, { 0 }, },
	{ "zone line", "example.com. 3600 IN TXT \"v=spf1 ip4:192.0.2.1 -all\" "
	    "; ours\n", "192.0.2.1\n", NULL, NULL, { 0 }, },
	{ "over lines", "example.com. IN TXT ( ; first\n"
	    "  \"v=spf1 ip4:192.0.2.1 \" ; second\n"
	    "  \"ip4:192.0.2.2 -all\" )\nexample.com. IN MX 10 mail\n",
	    "192.0.2.1\n192.0.2.2\n", NULL, NULL, { 0 }, },
	{ "other records", "$TTL 1h\nexample.com. TXT \"key=1\"\n"
	    "\tTXT \"v=spf1 ip4:192.0.2.1 ?all\"\n\tTXT \"v=spf10 x\"\n",
	    "192.0.2.1\n", NULL, NULL, { 0 }, },
	{ "as nslookup prints it", "example.com\ttext =\n\n"
	    "\t\"v=spf1 ip4:192.0.2.1 -all\"\n", "192.0.2.1\n", NULL, NULL,
	    { 0 }, },
	{ "several", "a.example. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
	    "b.example. TXT \"v=spf1 ip4:192.0.2.2 -all\"\n",
	    "192.0.2.1\n192.0.2.2\n", NULL, NULL, { 0 }, },
	{ "two of one", "a.example. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
	    "\tTXT \"v=spf1 ip4:192.0.2.2 -all\"\n", "192.0.2.1\n", NULL,
	    "2 a second SPF record of a.example.: receivers then\n", { 0 }, },
	{ "backslashes", "x TXT \"v=spf1 ip4\\:192.0.2.1 \\\"\"\n",
	    "192.0.2.1\n", NULL, "1 '\"' is no mechanism of SPF; known\n",
	    { 0 }, },
	{ "denied", "v=spf1 -ip4:192.0.2.1 ~ip4:192.0.2.2 ?ip4:192.0.2.3 "
	    "ip4:192.0.2.0/29 -all\n", "192.0.2.0\n192.0.2.4/30\n",
	    "1 the source denies it\n1 the source denies it\n"
	    "1 the source denies it\n1 line 1 decides about a part of it\n",
	    NULL, { 0 }, },
	{ "the denied side", "v=spf1 -ip4:192.0.2.1 ip4:192.0.2.2 -all\n",
	    "192.0.2.1\n", "1 the source allows it\n", NULL,
	    { .denied = true }, },
	{ "DNS", "v=spf1 a a:h.example mx mx:d.example include:_x.example "
	    "exists:%{i}.x.example ptr ptr:example.com "
	    "redirect=_y.example a/24 a:h.example/24 mx/24\n", "",
	    "1 needs DNS: ask it for the addresses of the record's own\n"
	    "1 needs DNS: ask it for the addresses of h.example (dig\n"
	    "1 needs DNS: ask it for the mail servers of the record's own do\n"
	    "1 needs DNS: ask it for the mail servers of d.example, and\n"
	    "1 needs DNS: the record of _x.example (dig +short TXT) can\n"
	    "1 asks DNS anew for each client\n1 asks DNS for each client's\n"
	    "1 asks DNS for each client's\n"
	    "1 needs DNS: ask it for the addresses of the record's own\n"
	    "1 needs DNS: ask it for the addresses of h.example (dig\n"
	    "1 needs DNS: ask it for the mail servers of the record's own\n"
	    "1 needs DNS: the record of _y.example\n"
	    "1 12 terms need DNS and 10 is the most (RFC 7208 4.6.4)\n", NULL,
	    { 0 }, },
	{ "no domain", "v=spf1 include: redirect= -all\n", "", NULL,
	    "1 include names no domain\n1 redirect names no domain\n",
	    { 0 }, },
	{ "everybody", "v=spf1 ip4:192.0.2.1 +all\nv=spf1 ip4:192.0.2.2 all\n",
	    "192.0.2.1\n192.0.2.2\n", NULL,
	    "1 '+all' authorises every address of the Internet, so\n"
	    "2 'all' authorises every address of the Internet\n", { 0 }, },
	{ "behind all", "v=spf1 -all ip4:192.0.2.1 redirect=x.example exp=y\n",
	    "", "1 stands behind all, so SPF never asks it\n"
	    "1 stands behind all\n1 words for those who are refused\n", NULL,
	    { 0 }, },
	{ "modifiers", "v=spf1 ip4:192.0.2.1 x=y -all\n", "192.0.2.1\n",
	    "1 a modifier that SPF does not know\n", NULL, { 0 }, },
	{ "slips", "v=spf1 ipv4:192.0.2.1 ip:192.0.2.2 ipv6:2001:db8::1 "
	    "192.0.2.3 2001:db8::2 ip4=192.0.2.4 ip4: 192.0.2.5 "
	    "ip4:2001:db8::3 ip6:192.0.2.6 ip4:192.0.2.7-192.0.2.8 "
	    "ip4:192.0.2 ip4:192.0.2.1/24 ip4/24 hello -all\n", "", NULL,
	    "1 'ipv4:192.0.2.1' is no mechanism of SPF; ip4: was probably\n"
	    "1 'ip:192.0.2.2' is no mechanism of SPF; ip4: was probably\n"
	    "1 'ipv6:2001:db8::1' is no mechanism of SPF; ip6: was probably\n"
	    "1 '192.0.2.3' is no mechanism of SPF; ip4: in front of it was\n"
	    "1 '2001:db8::2' is no mechanism of SPF; ip6: in front of it was\n"
	    "1 ip4 needs ':', not '='\n"
	    "1 ip4: has no address; no blank may stand behind the colon\n"
	    "1 '192.0.2.5' is no mechanism of SPF; ip4: in front of it was\n"
	    "1 ip4: takes an IPv4 address; ip6: was probably meant\n"
	    "1 ip6: takes an IPv6 address; ip4: was probably meant\n"
	    "1 '192.0.2.7-192.0.2.8' is no address and no block; SPF has\n"
	    "1 \n1 192.0.2.1/24 has bits set\n"
	    "1 ip4: has no address; no blank may stand behind the colon\n"
	    "1 'hello' is no mechanism of SPF; known are ip4, ip6, all, a\n",
	    { 0 }, },
	{ "Sender ID", "x TXT \"spf2.0/pra ip4:192.0.2.1 -all\"\n"
	    "v=spf1 -all\n", "", "1 Sender ID (RFC 4406), not SPF\n", NULL,
	    { 0 }, },
	{ "no closing quote", "x TXT \"v=spf1 ip4:192.0.2.1 -all\n"
	    "y TXT \"v=spf1 ip4:192.0.2.2 -all\"\n",
	    "192.0.2.1\n192.0.2.2\n", NULL, NULL, { 0 }, },
	{ "comment line", "; v=spf1 ip4:192.0.2.9 -all\n"
	    "v=spf1 ip4:192.0.2.1 -all\r\n", "192.0.2.1\n", NULL, NULL,
	    { 0 }, },
};

static void
test_rows(void **state)
{
	(void)state;
	check_format_rows("spf", rows, ROWS(rows));
	check_format_rows(NULL, rows, ROWS(rows));
}

static void
test_columns(void **state)
{
	static const char text[] = "x TXT \"v=spf1 ip4:1.2 \"\n \"bad\"\n"
	    "y TXT ( \"v=spf1 \"\n  \"ip4:1.2.3.4 bad\" )\n"
	    "z TXT \"v=spf1 ip4:9.\" \"9.9 -all\"";
	static const struct entries none;
	struct import_rules rules = { .format = "spf" };
	struct import import;
	struct err err;

	(void)state;
	assert_true(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &none, &err));
	assert_int_equal(import.bad_count, 3);
	assert_int_equal(import.bad[0].number, 1);
	assert_int_equal(import.bad[0].column, 15);
	check_same(import.bad[0].text, "ip4:1.2", "text");
	assert_int_equal(import.bad[1].number, 4);
	assert_int_equal(import.bad[1].column, 16);
	assert_int_equal(import.bad[2].number, 5);
	assert_int_equal(import.bad[2].column, 15);
	check_same(import.bad[2].text, "ip4:9.9.9", "text over two strings");
	assert_int_equal(import.lines, 5);
	import_free(&import);
}

static void
test_limits(void **state)
{
	static const struct import_rules none = { 0 };
	static const struct entries empty;
	struct import_rules rules = { .format = "spf" };
	struct buf text = { 0 };
	struct import import;
	struct err err;

	(void)state;
	check_format_refused("spf", "parenthesis", "x TXT (\n\"v=spf1 -all\"\n",
	    &none, "a parenthesis is never closed");
	buf_add(&text, "\"v=spf1 ip4:192.0.2.1");
	while (text.len < 300)
		buf_add(&text, " -ip4:192.0.2.1");
	buf_add(&text, "\"\nv=spf1");
	while (text.len < 70000)
		buf_add(&text, " ip4:192.0.2.2");
	assert_true(import_judge(&import, buf_text(&text), text.len, &rules,
	    &empty, &err));
	assert_int_equal(import.bad_count, 1);
	check_same(import.bad[0].reason, "a record of more than 65,535 bytes",
	    "long");
	check_row(strstr(import.left[0].reason, "DNS holds 255 in one"),
	    "string");
	assert_int_equal(entries_count(&import.entries), 1);
	import_free(&import);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

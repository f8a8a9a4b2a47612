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
		cmocka_unit_test(test_cidr),
	};

	return cmocka_run_group_tests_name("formats of Postfix", tests, NULL,
	    NULL);
}

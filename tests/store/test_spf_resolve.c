/* SPF records with a DNS that is a table: what is taken, and where receivers
 * and so the import give up. */
#include "config.h"

#include "store/dns.h"
#include "store/import.h"
#include "tests/policy/unit.h"
#include "told_lines.h"

/* One answer; several rows of a name are several answers. */
static const struct {
	const char *name;
	enum dns_kind kind;
	const char *text; /* NULL: DNS fails */
} zone[] = {
	{ "_a.example", DNS_TXT, "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 "
	    "-all", },
	{ "_a.example", DNS_TXT, "v=spf10 ip4:9.9.9.9 -all", },
	{ "_a.example", DNS_TXT, "some=thing", },
	{ "_b.example", DNS_TXT, "v=spf1 include:_a.example a:host.example "
	    "?all", },
	{ "host.example", DNS_A, "198.51.100.7", },
	{ "host.example", DNS_A, "198.51.100.9", },
	{ "host.example", DNS_AAAA, "2001:db8:1::7", },
	{ "mx.example", DNS_MX, "host.example", },
	{ "mx.example", DNS_MX, "nobody.example", },
	{ "null.example", DNS_MX, "", },
	{ "many.example", DNS_MX, "m1.example", },
	{ "many.example", DNS_MX, "m2.example", },
	{ "many.example", DNS_MX, "m3.example", },
	{ "many.example", DNS_MX, "m4.example", },
	{ "many.example", DNS_MX, "m5.example", },
	{ "many.example", DNS_MX, "m6.example", },
	{ "many.example", DNS_MX, "m7.example", },
	{ "many.example", DNS_MX, "m8.example", },
	{ "many.example", DNS_MX, "m9.example", },
	{ "many.example", DNS_MX, "m10.example", },
	{ "many.example", DNS_MX, "m11.example", },
	{ "loop1.example", DNS_TXT, "v=spf1 ip4:10.0.0.1 include:Loop2.example",
	},
	{ "loop2.example", DNS_TXT, "v=spf1 redirect=loop1.example", },
	{ "own.example", DNS_TXT, "v=spf1 a mx -all", },
	{ "own.example", DNS_A, "203.0.113.1", },
	{ "own.example", DNS_MX, "host.example", },
	{ "two.example", DNS_TXT, "v=spf1 -all", },
	{ "two.example", DNS_TXT, "v=spf1 ip4:9.9.9.9 -all", },
	{ "open.example", DNS_TXT, "v=spf1 +all", },
	{ "holes.example", DNS_TXT, "v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/30 "
	    "-all", },
	{ "macro.example", DNS_TXT, "v=spf1 exists:%{i}.x.example "
	    "include:%{d2}.x.example ptr -all", },
	{ "bad.example", DNS_TXT, "v=spf1 ipv4:192.0.2.1 -all", },
	{ "failing.example", DNS_TXT, NULL, },
	{ "failing.example", DNS_AAAA, NULL, },
	{ "next.example", DNS_TXT, "v=spf1 redirect=_a.example", },
};

static void
ask(void *context, const char *name, enum dns_kind kind,
    struct dns_answer *answer)
{
	size_t *asked = context, number;
	char text[64];

	++*asked;
	answer->outcome = DNS_NOTHING;
	/* N.chain.example includes N+1.chain.example, and so on. */
	if (kind == DNS_TXT && strstr(name, ".chain.example")) {
		number = strtoul(name, NULL, 10) + 1;
		snprintf(text, sizeof(text),
		    "v=spf1 ip4:10.0.0.%zu include:%zu.chain.example", number,
		    number);
		answer->outcome = DNS_FOUND;
		dns_answer_add(answer, text, strlen(text));
		return;
	}
	for (size_t i = 0; i < ROWS(zone); i++) {
		if (strcmp(zone[i].name, name) != 0 || zone[i].kind != kind)
			continue;
		answer->outcome = zone[i].text ? DNS_FOUND : DNS_FAILED;
		if (zone[i].text)
			dns_answer_add(answer, zone[i].text,
			    strlen(zone[i].text));
		else
			fail_as(&answer->why, ERR_REACH, "no answer");
	}
}

static const struct {
	const char *text, *entries;
	const char *left, *bad; /* as in check_told() */
	const char *asked;      /* NULL: it does not matter */
} rows[] = {
	{ "v=spf1 include:_a.example -all",
	    "192.0.2.0/24  # include:_a.example\n"
	    "2001:db8::/32  # include:_a.example\n", NULL, NULL,
	    "TXT _a.example", },
	{ "v=spf1 ip4:10.0.0.1 +include:_B.example. -all",
	    "10.0.0.1\n192.0.2.0/24  # include:_a.example\n"
	    "198.51.100.7  # include:_b.example a:host.example\n"
	    "198.51.100.9  # include:_b.example a:host.example\n"
	    "2001:db8::/32  # include:_a.example\n"
	    "2001:db8:1::7  # include:_b.example a:host.example\n", NULL, NULL,
	    "TXT _b.example, TXT _a.example, A host.example, "
	    "AAAA host.example", },
	{ "v=spf1 a:host.example/24//64 -all",
	    "198.51.100.0/24  # a:host.example/24//64\n"
	    "2001:db8:1::/64  # a:host.example/24//64\n", NULL, NULL, NULL, },
	{ "v=spf1 a:host.example//48 -all",
	    "198.51.100.7  # a:host.example//48\n"
	    "198.51.100.9  # a:host.example//48\n"
	    "2001:db8:1::/48  # a:host.example//48\n", NULL, NULL, NULL, },
	{ "v=spf1 a:host.example/33 a:host.example/024 a:host.example//129 "
	    "a:host.example/ a:host.example/8/9 mx:mx.example//x -all", "",
	    NULL, "1 '/33' is no prefix length; /24, //64 and\n"
	    "1 '/024' is no\n1 '//129' is no\n1 '/' is no\n1 '/8/9' is no\n"
	    "1 '//x' is no\n", "", },
	{ "v=spf1 mx:mx.example -all",
	    "198.51.100.7  # mx:mx.example\n198.51.100.9  # mx:mx.example\n"
	    "2001:db8:1::7  # mx:mx.example\n", NULL, NULL,
	    "MX mx.example, A host.example, AAAA host.example, "
	    "A nobody.example, AAAA nobody.example", },
	{ "v=spf1 mx:null.example ip4:10.0.0.1 -all", "10.0.0.1\n", NULL, NULL,
	    "MX null.example", },
	{ "v=spf1 mx:many.example ip4:10.0.0.1 -all", "", NULL,
	    "1 many.example has 11 mail servers and 10 is the most\n",
	    "MX many.example", },
	/* the record's own domain */
	{ "v=spf1 a mx -all", "",
	    "1 needs DNS: ask it for the addresses of the record's own\n"
	    "1 needs DNS: ask it for the mail servers of the record's own\n",
	    NULL, "", },
	{ "own.example. TXT \"v=spf1 a -all\"", "203.0.113.1  # a\n", NULL,
	    NULL, "A own.example, AAAA own.example", },
	{ "own.example TXT \"v=spf1 a -all\"", "",
	    "1 needs DNS: ask it for the addresses of the record's own\n",
	    NULL, "", },
	{ "v=spf1 include:own.example -all",
	    "198.51.100.7  # include:own.example mx\n"
	    "198.51.100.9  # include:own.example mx\n"
	    "203.0.113.1  # include:own.example a\n"
	    "2001:db8:1::7  # include:own.example mx\n", NULL, NULL, NULL, },
	/* redirect */
	{ "v=spf1 redirect=_a.example ip4:10.0.0.1",
	    "10.0.0.1\n192.0.2.0/24  # redirect=_a.example\n"
	    "2001:db8::/32  # redirect=_a.example\n", NULL, NULL, NULL, },
	{ "v=spf1 redirect=next.example",
	    "192.0.2.0/24  # redirect=_a.example\n"
	    "2001:db8::/32  # redirect=_a.example\n", NULL, NULL, NULL, },
	{ "v=spf1 redirect=_a.example ip4:10.0.0.1 -all", "10.0.0.1\n",
	    "1 is ignored, as all is there\n", NULL, "", },
	{ "v=spf1 redirect=next.example redirect=_b.example",
	    "192.0.2.0/24  # redirect=_a.example\n"
	    "2001:db8::/32  # redirect=_a.example\n", NULL,
	    "1 a second redirect=: receivers give up\n", NULL, },
	{ "v=spf1 redirect=holes.example",
	    "192.0.2.0  # redirect=holes.example\n"
	    "192.0.2.2/31  # redirect=holes.example\n",
	    "1 the source denies it\n1 line 1 decides about a part\n", NULL,
	    NULL, },
	/* what an included record denies */
	{ "v=spf1 include:holes.example -all",
	    "192.0.2.0/30  # include:holes.example\n", NULL,
	    "1 holes.example: '-ip4:192.0.2.1' takes addresses out of\n",
	    NULL, },
	{ "v=spf1 ?include:_a.example ip4:192.0.0.0/16 -all",
	    "192.0.0.0/23\n192.0.3.0/24\n192.0.4.0/22\n192.0.8.0/21\n"
	    "192.0.16.0/20\n192.0.32.0/19\n192.0.64.0/18\n192.0.128.0/17\n",
	    "1 the source denies it\n1 the source denies it\n"
	    "1 line 1 decides about a part of it\n", NULL, NULL, },
	/* names */
	{ "v=spf1 include:%{d}._spf.example a:%{i}.example mx:%{x -all", "",
	    NULL, "1 the macro %{d} means another domain for each client\n"
	    "1 the macro %{i} means\n1 the macro %{x means\n", "", },
	{ "v=spf1 include:macro.example -all", "",
	    "1 macro.example: asks DNS anew for each client, so no\n"
	    "1 macro.example: asks DNS for each client's name\n",
	    "1 macro.example: the macro %{d2} means\n", "TXT macro.example", },
	{ "v=spf1 a:x..example a:-x$.example include:.example -all", "", NULL,
	    "1 'x..example' is no domain name\n"
	    "1 '-x$.example' is no domain\n1 '.example' is no domain\n", "", },
	/* where receivers give up */
	{ "v=spf1 include:none.example ip4:10.0.0.1 -all", "", NULL,
	    "1 none.example has no SPF record: receivers give up\n", NULL, },
	{ "v=spf1 include:two.example ip4:10.0.0.1 -all", "", NULL,
	    "1 two.example has 2 SPF records: receivers give up\n", NULL, },
	{ "v=spf1 include:failing.example ip4:10.0.0.1 -all", "", NULL,
	    "1 DNS does not tell TXT of failing.example: no answer\n", NULL, },
	{ "v=spf1 a:failing.example ip4:10.0.0.1 -all", "", NULL,
	    "1 DNS does not tell AAAA of failing.example: no answer\n",
	    "A failing.example, AAAA failing.example", },
	{ "v=spf1 include:open.example -all", "", NULL,
	    "1 open.example: '+all' authorises every address of the\n", NULL, },
	{ "v=spf1 include:bad.example -all", "", NULL,
	    "1 bad.example: 'ipv4:192.0.2.1' is no mechanism of SPF; ip4:\n",
	    NULL, },
	{ "v=spf1 include:loop1.example -all",
	    "10.0.0.1  # include:loop1.example\n", NULL,
	    "1 loop2.example: the record of loop1.example leads back\n",
	    "TXT loop1.example, TXT loop2.example", },
	{ "own.example. TXT \"v=spf1 include:own.example -all\"", "", NULL,
	    "1 the record of own.example leads back to itself\n", "", },
	{ "v=spf1 a:v1.example mx:v2.example ip4:10.0.0.1 -all", "10.0.0.1\n",
	    "1 v1.example: nothing there\n1 v2.example: nothing there\n", NULL,
	    NULL, },
	{ "v=spf1 a:v1.example mx:v2.example a:v3.example ip4:10.0.0.1 -all",
	    "", "1 v1.example: nothing there\n1 v2.example: nothing there\n",
	    "1 v3.example: nothing there, for the third time\n", NULL, },
};

static void
check_zone_row(size_t i)
{
	static const struct entries none;
	size_t asked = 0;
	struct dns dns = { ask, &asked };
	struct import_rules rules = { .format = "spf", .dns = &dns };
	struct buf got = { 0 };
	struct import import;
	struct err err = { ERR_NONE, "" };

	if (!import_judge(&import, rows[i].text, strlen(rows[i].text), &rules,
	        &none, &err))
		fail_msg("'%s': %s", rows[i].text, err.text);
	check_told(rows[i].text, rows[i].bad, import.bad, import.bad_count);
	check_told(rows[i].text, rows[i].left, import.left, import.left_count);
	assert_true(export_entries(&got, &import.entries, "plain", false,
	    &err));
	check_same(buf_text(&got), rows[i].entries, rows[i].text);
	if (rows[i].asked)
		check_same(buf_text(&import.asked), rows[i].asked,
		    rows[i].text);
	buf_free(&got);
	import_free(&import);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check_zone_row(i);
}

/* However many there are, no more than ten are asked for. */
static void
test_chain(void **state)
{
	static const struct entries none;
	size_t asked = 0;
	struct dns dns = { ask, &asked };
	struct import_rules rules = { .format = "spf", .dns = &dns };
	struct buf text = { 0 };
	struct import import;
	struct err err;

	(void)state;
	buf_add(&text, "v=spf1 include:0.chain.example -all");
	assert_true(import_judge(&import, buf_text(&text), text.len, &rules,
	    &none, &err));
	assert_int_equal(asked, 10);
	assert_int_equal(entries_count(&import.entries), 10);
	assert_int_equal(import.bad_count, 1);
	assert_non_null(strstr(import.bad[0].reason, "more than 10 look-ups"));
	import_free(&import);
	asked = 0;
	buf_clear(&text);
	buf_add(&text, "v=spf1");
	for (int i = 0; i < 1000; i++)
		buf_addf(&text, " include:_a.example");
	assert_true(import_judge(&import, buf_text(&text), text.len, &rules,
	    &none, &err));
	assert_int_equal(asked, 10);
	assert_int_equal(import.bad_count, 1);
	assert_int_equal(entries_count(&import.entries), 2);
	import_free(&import);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

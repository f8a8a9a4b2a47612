/* Lists that are published, domains, and what is written for others. */
#include "config.h"

#include "format_rows.h"
#include "tests/policy/unit.h"

static const struct format_row netset_rows[] = {
	{ "head", "#\n# firehol_level1\n#\n# ipv4 hash:net ipset\n#\n"
	    "# Category        : attacks\n# Entries         : 2 subnets, 257 "
	    "unique IPs\n#\n10.0.0.0/24\n192.0.2.1\n",
	    "10.0.0.0/24\n192.0.2.1\n", NULL, NULL, { 0 }, },
	{ "cut short", "# x\n# Entries : 4,522 subnets, 6,110 unique IPs\n"
	    "10.0.0.0/24\n", "10.0.0.0/24\n",
	    "1 the list says that it has 4522 entries, and has 1; was it\n",
	    NULL, { 0 }, },
};

static const struct format_row drop_rows[] = {
	{ "text", "; Spamhaus DROP List 2026/11/24\n; Expires: never\n"
	    "192.0.2.0/24 ; SBL123\n198.51.100.0/24 ; SBL124\n",
	    "192.0.2.0/24  # SBL123\n198.51.100.0/24  # SBL124\n", NULL, NULL,
	    { 0 }, },
};

static const struct format_row drop_json_rows[] = {
	{ "lines", "{\"cidr\":\"192.0.2.0/24\",\"sblid\":\"SBL123\",\"rir\":"
	    "\"apnic\"}\n{\"cidr\":\"2001:db8::/32\",\"sblid\":\"SBL9\"}\n"
	    "{\"type\":\"metadata\",\"timestamp\":1764000000,\"size\":77777,"
	    "\"records\":2,\"copyright\":\"(c)\"}\n",
	    "192.0.2.0/24  # SBL123\n2001:db8::/32  # SBL9\n", NULL, NULL,
	    { 0 }, },
	{ "cut short", "{\"cidr\":\"192.0.2.0/24\"}\n{\"type\":\"metadata\","
	    "\"records\":2}\n", "192.0.2.0/24\n", "1 the list says that it has "
	    "2 entries, and has 1\n", NULL, { 0 }, },
	{ "AS numbers", "{\"asn\":64496,\"rir\":\"x\"}\n{\"asn\":64497}\n"
	    "{\"type\":\"metadata\",\"records\":2}\n", "",
	    "1 2 rows name networks by AS number\n", NULL, { 0 }, },
	{ "bad", "{\"cidr\":\"192.0.2.1/24\"}\n{\"cidr\":7}\n{\"cidr\":\"1\n"
	    "nonsense\n", "", NULL, "1 192.0.2.1/24 has bits set\n2 cidr: \n"
	    "3 cidr: line 1: \n4 \n", { 0 }, },
};

static const char delegated[] =
    "# a comment\n2|ripencc|1764000000|6|19830705|20261123|+0100\n"
    "ripencc|*|ipv4|*|3|summary\n"
    "ripencc|FR|ipv4|192.0.2.0|256|20100712|allocated\n"
    "ripencc|CH|ipv4|198.51.100.0|768|20100712|assigned|a-b-c\n"
    "ripencc|CH|ipv6|2001:db8::|32|19990826|allocated|x\n"
    "ripencc|CH|asn|64496|1|19990826|allocated\n"
    "ripencc||ipv4|203.0.113.0|256||available\n"
    "ripencc|ZZ|ipv4|203.0.113.0|256||reserved\n";

static const struct format_row rir_rows[] = {
	{ "all", delegated, "192.0.2.0/24\n198.51.100.0-198.51.102.255\n"
	    "2001:db8::/32\n", "7 1 rows are AS numbers\n"
	    "8 2 rows are space that nobody has\n", NULL, { 0 }, },
	{ "one country", delegated, "198.51.100.0-198.51.102.255\n"
	    "2001:db8::/32\n", "7 1 rows are AS numbers\n"
	    "8 2 rows are space that nobody has\n", NULL, { .region = "ch" }, },
	{ "to the end", "x|FR|ipv4|255.255.255.0|256|1|allocated\n"
	    "x|FR|ipv4|0.0.0.0|4294967295|1|assigned\n",
	    "0.0.0.0-255.255.255.254\n255.255.255.0/24\n", NULL, NULL, { 0 }, },
	{ "bad", "x|FR|ipv4|255.255.255.0|257|1|allocated\n"
	    "x|FR|ipv4|10.0.0.0|0|1|allocated\nx|FR|ipv6|2001:db8::1|32|1|"
	    "allocated\nx|FR|ipv6|2001:db8::|129|1|allocated\n"
	    "x|FR|ipv4|2001:db8::|1|1|allocated\nx|FR|ipv4|10.0.0|1|1|"
	    "allocated\nx|FR|ipv4|10.0.0.0\nx|FR|ipx|1|1|1|allocated\n", "",
	    NULL, "1 257 addresses from there on go beyond\n"
	    "2 '0' is not a number of addresses\n3 the address has bits set\n"
	    "4 '129' is not a prefix length\n5 an IPv6 address in a row\n"
	    "6 '10.0.0' is not an IPv4\n7 4 fields; a row has 7\n"
	    "8 'ipx' is none of\n", { 0 }, },
};

static const struct format_row json_rows[] = {
	{ "texts", "[ \"192.0.2.1\", \"10.0.0.0/8\",\n\"list:office\" ]\n",
	    "10.0.0.0/8\n192.0.2.1\nlist:office\n", NULL, NULL, { 0 }, },
	{ "objects", "[{\"entry\":\"192.0.2.1\",\"comment\":\"a \\u00e9\","
	    "\"more\":[1,{}]},\n{\"comment\":\"b\"},\n\"192.0.2.300\"]",
	    "192.0.2.1  # a \xc3\xa9\n", NULL,
	    "2 an object without an entry\n3 300 is over 255\n", { 0 }, },
	{ "expiry", "[{\"entry\":\"192.0.2.1\",\"expires\":\"2026-12-31\"},\n"
	    "{\"entry\":\"192.0.2.2\",\"expires\":\"1/2/2026\"},\n"
	    "{\"entry\":\"192.0.2.3\",\"expires\":null}]",
	    "192.0.2.1  # [expires 2026-12-31]\n192.0.2.3\n", NULL, "2 '1/2/2026' is the 1 of month 2\n", { 0 }, },
};

/* Masks that are no subnets, taken when that was asked for. */
static const struct format_row mask_rows[] = {
	{ "holes", "10.0.0.0 255.255.255.250 # x\n",
	    "10.0.0.0/31  # x\n10.0.0.4/31  # x\n",
	    NULL, NULL, { .expand = true }, },
	{ "every fourth", "10.0.0.0 255.255.255.243\n10.0.1.0 0.0.0.4\n",
	    "10.0.0.0\n10.0.0.4\n10.0.0.8\n10.0.0.12\n10.0.1.0\n10.0.1.4\n",
	    NULL, NULL, { .expand = true }, },
	{ "holes before a block", "10.0.0.0/255.254.255.0\n",
	    "10.0.0.0/24\n10.1.0.0/24\n", NULL, NULL, { .expand = true }, },
	{ "the other way round", "10.0.0.0 0.0.0.255\n10.1.0.0 0.0.0.5\n",
	    "10.0.0.0/24\n10.1.0.0/31\n10.1.0.4/31\n", NULL,
	    NULL, { .expand = true }, },
	{ "too many", "10.0.0.0 255.0.127.0\n", "", NULL,
	    "1 the mask 255.0.127.0 has holes and means more than 256\n",
	    { .expand = true }, },
	{ "bits in holes", "10.0.0.1 255.255.255.250\n10.0.0.1 0.0.0.5\n",
	    "", NULL, "1 the address has bits set\n2 the address has bits set that the mask 0.0.0.5\n",
	    { .expand = true }, },
	{ "bits in holes, widened", "10.0.0.1 0.0.0.5\n",
	    "10.0.0.0/31\n10.0.0.4/31\n", NULL, NULL,
	    { .expand = true, .widen = true }, },
};

static void
test_masks(void **state)
{
	struct import_rules rules = { .format = "plain", .expand = true };
	static const char most[] = "10.0.0.0 255.0.255.0\n";
	static const struct entries none;
	struct import import;
	struct err err;

	(void)state;
	check_format_rows("plain", mask_rows, ROWS(mask_rows));
	assert_true(import_judge(&import, most, sizeof(most) - 1, &rules,
	    &none, &err));
	assert_int_equal(entries_count(&import.entries), 256);
	assert_int_equal(import.entries.v4[255].first, 0x0aff0000);
	assert_int_equal(import.entries.v4[255].last, 0x0aff00ff);
	import_free(&import);
}

static void
test_published(void **state)
{
	(void)state;
	check_format_rows("netset", netset_rows, ROWS(netset_rows));
	check_format_rows("drop", drop_rows, ROWS(drop_rows));
	check_format_rows("drop-json", drop_json_rows, ROWS(drop_json_rows));
	check_format_rows("rir", rir_rows, ROWS(rir_rows));
}

static void
test_json(void **state)
{
	(void)state;
	check_format_rows("json", json_rows, ROWS(json_rows));
	check_format_round_trip("json", false, 16);
}

static void
test_countries(void **state)
{
	struct import_rules rules = { .format = "rir", .region = "XX" };
	static const struct entries none;
	struct import import;
	struct err err;

	(void)state;
	assert_false(import_judge(&import, delegated, sizeof(delegated) - 1,
	    &rules, &none, &err));
	assert_string_equal(err.text, "there is no country 'XX'; there are: "
	    "CH, FR");
	import_free(&import);
}

static const struct {
	const char *line, *route; /* or how the bad (!) or left (~) begins */
} domains[] = {
	{ "example.com", "example.com inbound", },
	{ "example.com inbound", "example.com inbound", },
	{ "Example.COM  relay mx.example.com:26 # x",
	    "example.com relay mx.example.com:26", },
	{ "#example.com relay mx.example.com", "#example.com relay "
	    "mx.example.com", },
	{ "example.com reject", "example.com reject", },
	{ "example.com OK", "example.com relay", },
	{ "example.com\tREJECT not here", "example.com reject", },
	{ "example.com 550 no", "example.com reject", },
	{ "example.com smtp:[mx.example.com]:25",
	    "example.com relay mx.example.com:25", },
	{ "example.com smtp:[2001:db8::1]:25",
	    "example.com relay [2001:db8::1]:25", },
	{ "example.com relay:[192.0.2.1]", "example.com relay 192.0.2.1", },
	{ "example.com esmtp:mx.example.com",
	    "example.com relay mx.example.com", },
	{ "example.com :mx.example.com", "example.com relay mx.example.com", },
	{ "example.com smtp:", "example.com relay", },
	{ "example.com local:", "example.com inbound", },
	{ "example.com error:5.1.2 no such domain", "example.com reject", },
	{ "example.com: OK", "example.com relay", },
	{ "b\xc3\xbc" "cher.example", "xn--bcher-kva.example inbound", },
	{ "example.com pipe:x", "!the transport 'pipe' is not known", },
	{ "example.com maybe", "!'maybe' is none of inbound, relay, reject", },
	{ "a..example.com", "!an empty label", },
	{ "example.com smtp:[mx]:0", "!next hop", },
	{ ".example.com smtp:[mx.example.com]", "~is for what is below", },
	{ "* smtp:[mx.example.com]", "~is the way of all other mail", },
	{ "user@example.com x", "~is about a mail address", },
	{ "example.com :", "~says that nothing is special", },
};

static void
add_routes(struct buf *got, const struct import *m)
{
	for (size_t i = 0; i < m->bad_count; i++)
		buf_addf(got, "!%s", m->bad[i].reason);
	for (size_t i = 0; i < m->left_count; i++)
		buf_addf(got, "~%s", m->left[i].reason);
	for (size_t i = 0; i < m->route_count; i++) {
		route_add(got, &m->routes[i]);
		buf_addf(got, " %s", action_words[m->routes[i].action]);
		buf_add(got, m->routes[i].next_hop ? " " : "");
		route_add_next_hop(got, &m->routes[i]);
	}
}

static void
test_domains(void **state)
{
	struct import_rules rules = { .format = "domains" };
	static const struct entries none;

	(void)state;
	for (size_t i = 0; i < ROWS(domains); i++) {
		const char *wanted = domains[i].route;
		struct buf text = { 0 }, got = { 0 };
		struct import import;
		struct err err;

		buf_addf(&text, "# head\n#example.net\n%s\n", domains[i].line);
		assert_true(import_judge(&import, buf_text(&text), text.len,
		    &rules, &none, &err));
		add_routes(&got, &import);
		if (strncmp(buf_text(&got), wanted, strlen(wanted)) != 0 ||
		    (wanted[0] != '!' && wanted[0] != '~' &&
		        strlen(wanted) != got.len))
			fail_msg("'%s': got '%s'", domains[i].line,
			    buf_text(&got));
		assert_int_equal(import.blank, 2);
		import_free(&import);
		buf_free(&text);
		buf_free(&got);
	}
}

/* Notes behind the comment, and comments that only look so. */
static const struct format_row note_rows[] = {
	{ "notes", "192.0.2.1 # a [owner b c]\n192.0.2.2;[ticket T]\n"
	    "192.0.2.3 # x [expires 2026-02-30]\n192.0.2.4 # [1] [owner ]\n"
	    "192.0.2.5 # a[owner b]\n192.0.2.6 # [owner a] [owner b]\n",
	    "192.0.2.1  # a [owner b c]\n192.0.2.2  # [ticket T]\n"
	    "192.0.2.3  # x [expires 2026-02-30] []\n"
	    "192.0.2.4  # [] [1] []\n192.0.2.5  # a[owner b] []\n"
	    "192.0.2.6  # [] [owner a] [] [owner b]\n", NULL, NULL, { 0 }, },
	{ "marks", "192.0.2.1 # [] # x []\n192.0.2.2 # [] []\n"
	    "192.0.2.3 # []  y  []\n", "192.0.2.1  # [] # x\n192.0.2.2  # [] [] []\n"
	    "192.0.2.3  # []  y  []\n", NULL, NULL, { 0 }, },
};

static void
test_notes(void **state)
{
	(void)state;
	check_format_rows("plain", note_rows, ROWS(note_rows));
	check_format_round_trip("plain", false, 17);
}

/* --- what is only written ------------------------------------------------ */

static const char some[] = "0.0.0.0/0\n10.0.0.1-10.0.0.6\n2001:db8::/32 # x\n";

static const char noted[] = "192.0.2.1  # scanner [owner a, b] [ticket T-1] "
    "[expires 2026-12-31]\n192.0.2.2  # [owner me]\n";

static const struct {
	const char *format, *text, *written; /* NULL: refused, naming it */
} writes[] = {
	{ "nftables", some, "# nft -f FILE; then: ip saddr @listed4, ip6 saddr "
	    "@listed6\ntable inet relayadm {\n\tset listed4 {\n"
	    "\t\ttype ipv4_addr\n\t\tflags interval\n\t\tauto-merge\n"
	    "\t\telements = {\n\t\t\t0.0.0.0/0,\n\t\t\t10.0.0.1-10.0.0.6\n"
	    "\t\t}\n\t}\n\tset listed6 {\n\t\ttype ipv6_addr\n"
	    "\t\tflags interval\n\t\tauto-merge\n\t\telements = {\n"
	    "\t\t\t2001:db8::/32\n\t\t}\n\t}\n}\n", },
	{ "nftables", "::1\n", "# nft -f FILE; then: ip saddr @listed4, ip6 "
	    "saddr @listed6\ntable inet relayadm {\n\tset listed4 {\n"
	    "\t\ttype ipv4_addr\n\t\tflags interval\n\t\tauto-merge\n\t}\n"
	    "\tset listed6 {\n\t\ttype ipv6_addr\n\t\tflags interval\n"
	    "\t\tauto-merge\n\t\telements = {\n\t\t\t::1\n\t\t}\n\t}\n}\n", },
	{ "nftables", "10.0.0.1\ndomain:a.example\n", NULL, },
	{ "ipset", some, "# ipset -exist restore <FILE\n"
	    "create listed4 hash:net family inet maxelem 65536\n"
	    "add listed4 0.0.0.0/1\nadd listed4 128.0.0.0/1\n"
	    "add listed4 10.0.0.1\nadd listed4 10.0.0.2/31\n"
	    "add listed4 10.0.0.4/31\nadd listed4 10.0.0.6\n"
	    "create listed6 hash:net family inet6 maxelem 65536\n"
	    "add listed6 2001:db8::/32\n", },
	{ "ipset", "list:office\n", NULL, },
	{ "postfix-cidr", some, "# For check_client_access cidr:FILE.  In "
	    "mynetworks each row would count,\n# whatever its result.\n"
	    "0.0.0.0/0\tOK\n10.0.0.1\tOK\n10.0.0.2/31\tOK\n10.0.0.4/31\tOK\n"
	    "10.0.0.6\tOK\n2001:db8::/32\tOK\n", },
	{ "postfix-cidr", "domain:a.example\n", NULL, },
	{ "exim", "domain:a.example\n", NULL, },
	{ "opensmtpd", "domain:a.example\n", NULL, },
	{ "csv", some, "entry,comment,owner,ticket,expires\n0.0.0.0/0,,,,\n"
	    "10.0.0.1-10.0.0.6,,,,\n2001:db8::/32,x,,,\n", },
	{ "tsv", "192.0.2.1 # a b [expires 2026-12-31]\n",
	    "entry\tcomment\towner\tticket\texpires\n192.0.2.1\ta b\t"
	    "\t\t2026-12-31\n", },
	{ "plain", noted, noted, },
	{ "opensmtpd", noted, "# @list\n# until 2026-12-31 only: 192.0.2.1\n"
	    "192.0.2.1\n192.0.2.2\n", },
	{ "exim", noted, "# One item a line: name this file in a host list by "
	    "its full path.\n# until 2026-12-31 only: 192.0.2.1\n192.0.2.1\n"
	    "192.0.2.2\n", },
	{ "postfix-cidr", noted, "# For check_client_access cidr:FILE.  In "
	    "mynetworks each row would count,\n# whatever its result.\n"
	    "# until 2026-12-31 only: 192.0.2.1\n192.0.2.1\tOK\n"
	    "192.0.2.2\tOK\n", },
	{ "ipset", noted, "# ipset -exist restore <FILE\n"
	    "# until 2026-12-31 only: 192.0.2.1\n"
	    "create listed4 hash:net family inet maxelem 65536\n"
	    "add listed4 192.0.2.1\nadd listed4 192.0.2.2\n"
	    "create listed6 hash:net family inet6 maxelem 65536\n", },
	{ "csv", noted, "entry,comment,owner,ticket,expires\n"
	    "192.0.2.1,scanner,\"a, b\",T-1,2026-12-31\n192.0.2.2,,me,,\n", },
	{ "json", noted, "[\n\t{ \"entry\": \"192.0.2.1\", \"comment\": "
	    "\"scanner\", \"owner\": \"a, b\", \"ticket\": \"T-1\", "
	    "\"expires\": \"2026-12-31\" },\n\t{ \"entry\": "
	    "\"192.0.2.2\", \"owner\": \"me\" }\n]\n", },
	{ "json", some, "[\n\t{ \"entry\": \"0.0.0.0/0\" },\n"
	    "\t{ \"entry\": \"10.0.0.1-10.0.0.6\" },\n"
	    "\t{ \"entry\": \"2001:db8::/32\", \"comment\": \"x\" }\n]\n", },
};

static void
test_writes(void **state)
{
	struct import_rules rules = { .format = "plain" };
	static const struct entries none;

	(void)state;
	for (size_t i = 0; i < ROWS(writes); i++) {
		struct import import;
		struct buf got = { 0 };
		struct err err = { ERR_NONE, "" };
		bool ok;

		assert_true(import_judge(&import, writes[i].text,
		    strlen(writes[i].text), &rules, &none, &err));
		ok = export_entries(&got, &import.entries, writes[i].format,
		    false, &err);
		check_row(ok == (writes[i].written != NULL),
		    writes[i].format);
		if (ok)
			check_same(buf_text(&got), writes[i].written,
			    writes[i].format);
		else
			check_row(strstr(err.text, "not domain:a.example;") ||
			    strstr(err.text, "not list:office;"), err.text);
		buf_free(&got);
		import_free(&import);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_countries),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_writes),
	};

	return cmocka_run_group_tests_name("lists", tests, NULL, NULL);
}

/* Entries out of policy documents. */
#include "config.h"

#include "format_rows.h"
#include "tests/policy/unit.h"

static const char document[] =
    "{ \"relayadm\": 1,\n"
    "\"lists\": [\n"
    "{ \"entries\": [ \"192.0.2.0/24\",\n"
    "  { \"comment\": \"Lyon\", \"entry\": \"2001:db8::/48\" } ],\n"
    "  \"name\": \"branches\" },\n"
    "{ \"name\": \"empty\", \"entries\": [] },\n"
    "{ \"name\": \"one\", \"entries\": [ \"192.0.2.1\" ] } ],\n"
    "\"servers\": [ { \"name\": \"internet\",\n"
    "  \"relay\": { \"mode\": \"only\", \"entries\": [ \"10.0.0.0/8\",\n"
    "    \"list:branches\", \"domain:a.example\" ] },\n"
    "  \"routing\": { \"list\": [\n"
    "    { \"domain\": \"#b.example\", \"action\": \"relay\", \"next_hop\": \"h:26\" } ],\n"
    "    \"restrictions\": { \"never\": { \"entries\": [\n"
    "      \"203.0.113.0/24\" ] } } } },\n"
    "{ \"name\": \"other\", \"connection\": { \"entries\": [ \"192.0.2.2\" ] } "
    "} ] }\n";

static const struct format_row rows[] = {
	{ "list", document, "192.0.2.0/24\n2001:db8::/48  # Lyon\n", NULL,
	    NULL, { .column = "list:branches" }, },
	{ "relay", document, "10.0.0.0/8\ndomain:a.example\nlist:branches\n",
	    NULL, NULL, { .column = "server:internet/relay" }, },
	{ "deep", document, "203.0.113.0/24\n", NULL, NULL,
	    { .column = "server:internet/never" }, },
};

#define THERE "list:branches (2), list:one (1), " \
	"server:internet/relay (3), server:internet/never (1), " \
	"server:internet/routing (1), server:other/connection (1)"

static const struct {
	const char *name, *text, *why;
	struct import_rules rules;
} refused[] = {
	{ "unsaid", document, "is a policy document; say by --column whose "
	    "entries are meant: " THERE "; load reads the whole policy",
	    { 0 }, },
	{ "unknown", document, "there is no list:x in it; there are: " THERE,
	    { .column = "list:x" }, },
	{ "unknown server", document, "there is no server:x/relay in it",
	    { .column = "server:x/relay" }, },
	{ "no target", document, "'relay' is neither list:NAME nor",
	    { .column = "relay" }, },
	{ "empty", "{\"relayadm\":1}", "is a policy document without entries",
	    { .column = "list:x" }, },
	{ "empty list", document, "holds no entry",
	    { .column = "list:empty" }, },
	{ "bad document", "{\"relayadm\":1,\"lists\":[{\"name\":\"x\","
	    "\"entries\":[\"1.2.3\"]}]}", "lists[0].entries[0]: '1.2.3'",
	    { .column = "list:x" }, },
	{ "another version", "{\"relayadm\":2}", "relayadm: version 2 of the",
	    { 0 }, },
};

static void
test_rows(void **state)
{
	(void)state;
	check_format_rows("relayadm", rows, ROWS(rows));
	check_format_rows(NULL, rows, ROWS(rows));
	for (size_t i = 0; i < ROWS(refused); i++)
		check_format_refused("relayadm", refused[i].name,
		    refused[i].text, &refused[i].rules, refused[i].why);
}

static void
test_places(void **state)
{
	static const struct entries none;
	struct import_rules rules = { .column = "server:internet/routing" };
	struct import import;
	struct err err;

	(void)state;
	assert_true(import_judge(&import, document, sizeof(document) - 1,
	    &rules, &none, &err));
	assert_int_equal(import.lines, 15);
	assert_int_equal(import.route_count, 1);
	check_same(import.routes[0].domain, "b.example", "domain");
	assert_true(import.routes[0].exact);
	assert_int_equal(import.routes[0].action, ROUTE_RELAY);
	check_same(import.routes[0].next_hop, "h", "next hop");
	assert_int_equal(import.routes[0].port, 26);
	import_free(&import);
	rules.column = "server:internet/relay";
	rules.denied = true;
	assert_true(import_judge(&import, document, sizeof(document) - 1,
	    &rules, &none, &err));
	assert_int_equal(import.left_count, 3);
	assert_int_equal(import.left[2].number, 10);
	assert_int_equal(import.left[2].column, 23);
	check_same(import.left[2].text, "domain:a.example", "text");
	import_free(&import);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

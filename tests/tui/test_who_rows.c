#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "policy/field.h"
#include "policy/policy.h"
#include "tui/who_rows.h"

/* After err.h, whose fail() it makes a macro. */
#include <cmocka.h>

/* One server with something in every row. */
static struct policy *
make_policy(void)
{
	struct policy *policy = policy_new();
	struct server *server = server_new("internet");
	struct list *list = list_new("branches");
	struct route route = { 0 };
	struct entry entry;
	struct err err;

	assert_true(entry_parse(&entry, "192.0.2.0/24", 12, 0, &err));
	entries_add(&list->entries, &entry);
	assert_true(entry_parse(&entry, "list:branches", 13, 0, &err));
	entries_add(&server->relay, &entry);
	assert_true(entry_parse(&entry, "203.0.113.9", 11, 0, &err));
	entries_add(&server->never, &entry);
	assert_true(entry_parse(&entry, "198.51.100.0/24", 15, 0, &err));
	entries_add(&server->connection, &entry);
	assert_true(route_parse(&route, "#here.example", 13, &err));
	route.action = ROUTE_INBOUND;
	server_add_route(server, route);
	policy_add_list(policy, list);
	policy_add_server(policy, server);
	return policy;
}

static const struct {
	const char *client, *recipient;
	bool authenticated;
	int row; /* that decides */
	bool accepts;
	const char *text; /* of that row */
} cases[] = {
	{ "198.51.100.7", "a@far.example", false, 1, false,
	    "except 198.51.100.0/24", },
	{ "192.0.2.1", "a@here.example", false, 4, true,
	    "#here.example: inbound", },
	{ "203.0.113.9", "a@far.example", true, 7, false, "203.0.113.9", },
	{ "203.0.113.1", "a@far.example", true, 9, true, "logged on", },
	{ "192.0.2.1", "a@far.example", false, 10, true,
	    "list:branches 192.0.2.0/24", },
	{ "203.0.113.1", "a@sub.here.example", false, 10, false,
	    "not listed", },
};

static void
ask(const struct ruleset *rules, const struct server *server, size_t i,
    struct who_answer *answer)
{
	struct question question = { 0 };
	struct net net;
	struct err err;

	assert_true(net_parse_addr(&net, cases[i].client,
	    strlen(cases[i].client), &err));
	question.family = net.family;
	question.client = net.first;
	question.recipient = cases[i].recipient;
	question.authenticated = cases[i].authenticated;
	who_answer_fill(answer, rules, server, &question);
}

static void
says_what_decided(void **state)
{
	struct policy *policy = make_policy();
	struct compiled *compiled = relay_compile(policy);
	const struct server *server = policy_server(policy, "internet");
	struct who_answer answer = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(relay_ruleset(compiled, "internet"), server, i, &answer);
		assert_true(answer.known);
		assert_int_equal(answer.decision.row, cases[i].row);
		assert_int_equal(who_answer_accepts(&answer),
		    cases[i].accepts);
		assert_string_equal(
		    buf_text(&answer.rows[cases[i].row - 1]), cases[i].text);
	}
	who_answer_clear(&answer);
	relay_free(compiled);
	policy_free(policy);
}

/* Rows that did not decide say what they looked at, too. */
static void
says_what_did_not(void **state)
{
	struct policy *policy = make_policy();
	struct server *server = policy_server(policy, "internet");
	struct compiled *compiled = relay_compile(policy);
	struct who_answer answer = { 0 };

	(void)state;
	ask(relay_ruleset(compiled, "internet"), server, 4, &answer);
	assert_string_equal(buf_text(&answer.rows[0]), "not excepted");
	assert_string_equal(buf_text(&answer.rows[1]), "on");
	assert_string_equal(buf_text(&answer.rows[2]), "no row covers it");
	assert_string_equal(buf_text(&answer.rows[4]), "no: reroute is on");
	assert_string_equal(buf_text(&answer.rows[6]), "not listed");
	assert_string_equal(buf_text(&answer.rows[7]), "no box is on");
	assert_string_equal(buf_text(&answer.rows[8]), "not logged on");
	who_answer_clear(&answer);
	relay_free(compiled);
	policy_free(policy);
}

static void
knows_no_server(void **state)
{
	struct who_answer answer = { 0 };
	struct question question = { .family = 4, .recipient = "a@b" };

	(void)state;
	who_answer_fill(&answer, NULL, NULL, &question);
	assert_false(answer.known);
	assert_false(who_answer_accepts(&answer));
	who_answer_clear(&answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_decided),
		cmocka_unit_test(says_what_did_not),
		cmocka_unit_test(knows_no_server),
	};

	return cmocka_run_group_tests_name("who_rows", tests, NULL, NULL);
}

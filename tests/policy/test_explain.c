/* Explanations in words; claims_flip.c holds them against the model. */
#include "config.h"

#include "policy/explain.h"
#include "policy/field.h"

#include "unit.h"

static void
explain_one(const char *setting, const char *value, const char *client,
    const char *wanted)
{
	struct policy *policy = policy_new();
	struct server *s = server_new("a");
	struct question q = { .family = 4, .recipient = "<u@far.example>" };
	struct compiled *compiled;
	struct explanation e;
	struct entry entry;
	struct net net;
	struct err err;
	struct buf text = { 0 };

	assert_true(field_parse(field_find(server_fields, setting), s, value,
	    &err));
	assert_true(entry_parse(&entry, "192.0.2.0/24", 12, 0, &err));
	entry.comment = "branches";
	entries_add(&s->relay, &entry);
	policy_add_server(policy, s);
	compiled = relay_compile(policy);
	assert_true(net_parse_addr(&net, client, strlen(client), &err));
	q.client = net.first;
	explanation_make(&e, relay_ruleset(compiled, "a"), &q);
	explanation_add_text(&text, &e, "");
	if (!strstr(buf_text(&text), wanted))
		fail_msg("'%s' is not in:\n%s", wanted, buf_text(&text));
	explanation_free(&e);
	buf_free(&text);
	relay_free(compiled);
	policy_free(policy);
}

static void
test_words(void **state)
{
	(void)state;
	explain_one("relay.mode", "only", "192.0.2.7",
	    "accept-relay by row 10, relay restrictions: 192.0.2.0/24 "
	    "(branches)\n");
	explain_one("relay.mode", "only", "192.0.2.7",
	    "To change it: add 192.0.2.7 to never: 1 IPv4 address loses\n");
	explain_one("relay.mode", "only", "203.0.113.1",
	    "add 203.0.113.1 to relay: 1 IPv4 address gains");
	explain_one("relay.mode", "all-except", "192.0.2.7",
	    "remove 192.0.2.0/24 from relay: 256 IPv4 addresses gain");
	explain_one("routing.reroute", "false", "192.0.2.7",
	    "switch routing.reroute: 256 IPv4 addresses gain");
	explain_one("authentication.anonymous", "false", "192.0.2.7",
	    "switch authentication.anonymous: everybody gains");
	explain_one("connection.mode", "only", "192.0.2.7",
	    ">  1  connection control     not listed\n");
}

/* --- what the rows looked at ------------------------------------------- */

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
	const char *setting; /* changed to true, or NULL */
	const char *client, *recipient;
	bool authenticated;
	int row; /* that is looked at */
	const char *text;
} looked[] = {
	{ NULL, "198.51.100.7", "a@far.example", false, 1,
	    "except 198.51.100.0/24", },
	{ NULL, "192.0.2.1", "a@far.example", false, 1, "not excepted", },
	{ NULL, "192.0.2.1", "a@far.example", false, 2, "on", },
	{ NULL, "192.0.2.1", "a@far.example", false, 3, "no row covers it", },
	{ NULL, "192.0.2.1", "a%b@here.example", false, 3,
	    "#here.example: inbound", },
	{ NULL, "192.0.2.1", "a%b@here.example", false, 4,
	    "the address carries a route", },
	{ NULL, "192.0.2.1", "postmaster", false, 4, "no domain", },
	{ NULL, "192.0.2.1", "a@here.example", false, 4,
	    "#here.example: inbound", },
	{ NULL, "192.0.2.1", "a@far.example", false, 5, "no: reroute is on",
	    },
	{ NULL, "192.0.2.1", "a@far.example", false, 7, "not listed", },
	{ NULL, "203.0.113.9", "a@far.example", true, 7, "203.0.113.9", },
	{ NULL, "192.0.2.1", "a@far.example", false, 8, "no box is on", },
	{ "routing.restrictions.authenticated", "192.0.2.1", "a@b.example",
	    true, 8, "logged on", },
	{ "routing.restrictions.clients.enabled", "192.0.2.1", "a@b.example",
	    true, 8, "client not listed", },
	{ "routing.restrictions.local.enabled", "192.0.2.1", "a@b.example",
	    true, 8, "local not listed", },
	{ NULL, "192.0.2.1", "a@far.example", false, 9, "not logged on", },
	{ NULL, "203.0.113.1", "a@far.example", true, 9, "logged on", },
	{ NULL, "192.0.2.1", "a@far.example", false, 10,
	    "list:branches 192.0.2.0/24", },
	{ NULL, "203.0.113.1", "a@sub.here.example", false, 10,
	    "not listed", },
};

static void
test_looked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(looked); i++) {
		struct policy *policy = make_policy();
		struct compiled *compiled;
		struct question q = { .recipient = looked[i].recipient,
			.authenticated = looked[i].authenticated };
		struct explanation e;
		struct net net;
		struct err err;

		if (looked[i].setting)
			assert_true(field_parse(field_find(server_fields,
			    looked[i].setting), policy->servers[0], "true",
			    &err));
		assert_true(net_parse_addr(&net, looked[i].client,
		    strlen(looked[i].client), &err));
		q.family = net.family;
		q.client = net.first;
		compiled = relay_compile(policy);
		explanation_look(&e, relay_ruleset(compiled, "internet"), &q);
		check_same(e.rows[looked[i].row - 1], looked[i].text,
		    looked[i].text);
		assert_int_equal(e.flip.kind, FLIP_NONE);
		explanation_flip(&e, relay_ruleset(compiled, "internet"), &q);
		explanation_free(&e);
		relay_free(compiled);
		policy_free(policy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_looked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What would change an answer does change it, and moves just those clients
 * that are named. */
#include "config.h"

#include "policy/explain.h"
#include "policy/field.h"
#include "policy/mem.h"

#include "space.h"
#include "unit.h"

static size_t kinds[FLIP_SETTING + 1];

static void
apply(struct policy *policy, struct server *server, const struct flip *flip)
{
	struct entries *entries = flip->slot
	    ? slot_entries(flip->slot, server)
	    : NULL;
	struct err err;

	switch (flip->kind) {
	case FLIP_ADD:
		assert_true(entries_add(entries, &flip->entry));
		return;
	case FLIP_REMOVE:
		if (flip->list)
			entries = &policy_list(policy, flip->list)->entries;
		assert_true(entries_remove(entries, &flip->entry));
		return;
	case FLIP_UNROUTE:
		for (size_t i = 0; i < server->route_count; i++)
			if (!strcmp(server->routes[i].domain,
			        flip->route->domain) &&
			    server->routes[i].exact == flip->route->exact) {
				server_remove_route(server, i);
				return;
			}
		fail_msg("no such row");
		return;
	case FLIP_SETTING: {
		struct buf now = { 0 };

		field_add(&now, flip->field, server);
		assert_true(field_parse(flip->field, server,
		    strcmp(buf_text(&now), "true") ? "true" : "false", &err));
		buf_free(&now);
		return;
	}
	case FLIP_NONE:
		return;
	}
}

static bool
accepts(const struct decision *d)
{
	return d->kind == ACCEPT_INBOUND || d->kind == ACCEPT_RELAY;
}

static void
check_effect(const struct ruleset *before, const struct ruleset *after,
    const struct question *q, const struct explanation *e)
{
	struct listener local = { q->local_family, q->local, 25 };
	enum reach reach = e->decision.row == 1 ? REACH_CONNECT
	    : e->decision.row == 2              ? REACH_ANONYMOUS
	    : q->authenticated                  ? REACH_RELAY_AUTH
	                                        : REACH_RELAY;
	struct set a, b, gains = { 0 }, loses = { 0 };

	reach_set(before, reach, q->local_family ? &local : NULL, &a);
	reach_set(after, reach, q->local_family ? &local : NULL, &b);
	set_subtract(&gains, &b, &a);
	set_subtract(&loses, &a, &b);
	assert_true(set_equal(&gains, &e->flip.gains));
	assert_true(set_equal(&loses, &e->flip.loses));
	set_free(&a);
	set_free(&b);
	set_free(&gains);
	set_free(&loses);
}

static void
check_flip(const struct pair *p, const struct m_probe *probe,
    const struct question *q, const struct explanation *e)
{
	const char *name = p->a.servers[probe->server].name;
	struct policy *policy = policy_copy(p->pa);
	struct compiled *compiled;
	struct decision d;

	apply(policy, policy_server(policy, name), &e->flip);
	compiled = relay_compile(policy);
	relay_decide(relay_ruleset(compiled, name), q, &d);
	if (e->flip.kind != FLIP_NONE && accepts(&d) == accepts(&e->decision))
		fail_msg("seed %lu: row %d is not changed by kind %d",
		    p->seed, e->decision.row, e->flip.kind);
	check_effect(relay_ruleset(p->ca, name),
	    relay_ruleset(compiled, name), q, e);
	relay_free(compiled);
	policy_free(policy);
}

static void
check_probe(const struct pair *p, const struct m_probe *probe)
{
	struct question q = build_question(probe);
	const struct ruleset *rules = relay_ruleset(p->ca,
	    p->a.servers[probe->server].name);
	struct explanation e;
	struct decision d;
	struct buf what = { 0 }, text = { 0 };

	explanation_make(&e, rules, &q);
	relay_decide(rules, &q, &d);
	assert_int_equal(e.decision.row, d.row);
	decision_add_what(&what, &d);
	if (strcmp(buf_text(&what), "-") &&
	    !strstr(e.rows[d.row - 1], buf_text(&what)))
		fail_msg("seed %lu row %d: '%s' without '%s'", p->seed, d.row,
		    e.rows[d.row - 1], buf_text(&what));
	explanation_add_text(&text, &e);
	assert_non_null(strstr(buf_text(&text), decision_words[d.kind]));
	kinds[e.flip.kind]++;
	check_flip(p, probe, &q, &e);
	explanation_free(&e);
	buf_free(&what);
	buf_free(&text);
}

static void
check_pair(const struct pair *p)
{
	uint64_t random = p->seed + 1000000;

	for (int i = 0; i < 20; i++) {
		struct m_probe probe;

		m_ask(&p->a, &probe, &random);
		check_probe(p, &probe);
	}
}

static void
test_flips(void **state)
{
	(void)state;
	each_pair(check_pair, 500);
	for (size_t i = 0; i < ROWS(kinds); i++)
		assert_true(kinds[i] > 20);
}

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
	explanation_add_text(&text, &e);
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
	    "add 192.0.2.7 to never: 1 IPv4 lose");
	explain_one("relay.mode", "only", "203.0.113.1",
	    "add 203.0.113.1 to relay: 1 IPv4 gain");
	explain_one("relay.mode", "all-except", "192.0.2.7",
	    "remove 192.0.2.0/24 from relay: 256 IPv4 gain");
	explain_one("routing.reroute", "false", "192.0.2.7",
	    "switch routing.reroute: 256 IPv4 gain");
	explain_one("authentication.anonymous", "false", "192.0.2.7",
	    "switch authentication.anonymous: 4,294,967,296 IPv4 and 2^128 "
	    "IPv6 gain");
	explain_one("connection.mode", "only", "192.0.2.7",
	    ">  1 connection control: no entry matches (only)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

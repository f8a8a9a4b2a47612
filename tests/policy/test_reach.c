/* Where a server is reached: listeners in any order, of one family or both. */
#include "config.h"

#include "policy/field.h"
#include "policy/reach.h"
#include "unit.h"

static const struct {
	const char *listeners[3];
	const char *box; /* "these local addresses" */
	bool listens[2]; /* IPv4, IPv6 */
	const char *local[2]; /* that satisfies the box; NULL: none */
} rows[] = {
	{ { NULL }, "192.0.2.1", { true, true }, { "192.0.2.1", NULL }, },
	{ { NULL }, "2001:db8::1", { true, true }, { NULL, "2001:db8::1" }, },
	{ { "192.0.2.1:25" }, "192.0.2.1", { true, false },
	    { "192.0.2.1", NULL }, },
	{ { "192.0.2.2:25" }, "192.0.2.1", { true, false }, { NULL, NULL }, },
	{ { "[2001:db8::1]:25" }, "2001:db8::/64", { false, true },
	    { NULL, "2001:db8::1" }, },
	{ { "[2001:db8::1]:25", "192.0.2.1:25" }, "192.0.2.1",
	    { true, true }, { "192.0.2.1", NULL }, },
	{ { "192.0.2.1:25", "[2001:db8::1]:25" }, "2001:db8::1",
	    { true, true }, { NULL, "2001:db8::1" }, },
	{ { "192.0.2.2:25", "192.0.2.3:25", "192.0.2.1:25" }, "192.0.2.1",
	    { true, false }, { "192.0.2.1", NULL }, },
	{ { "192.0.2.1:25", "192.0.2.2:25" }, "192.0.2.1", { true, false },
	    { "192.0.2.1", NULL }, },
	{ { "[::]:25", "0.0.0.0:25" }, "192.0.2.8/29", { true, true },
	    { "192.0.2.8", NULL }, },
	{ { "0.0.0.0:25" }, "2001:db8::1", { true, false }, { NULL, NULL }, },
};

static struct policy *
make_policy(size_t row)
{
	struct policy *policy = policy_new();
	struct server *s = server_new("a");
	struct entry entry;
	struct err err;

	for (int i = 0; i < 3 && rows[row].listeners[i]; i++) {
		const char *text = rows[row].listeners[i];
		struct listener l;

		assert_true(listener_parse(&l, text, strlen(text), &err));
		assert_true(server_add_listener(s, &l, &err));
	}
	assert_true(entry_parse(&entry, rows[row].box, strlen(rows[row].box),
	    NET_STRICT, &err));
	entries_add(&s->local.entries, &entry);
	s->local.enabled = true;
	s->relay_mode = MODE_ALL_EXCEPT;
	policy_add_server(policy, s);
	return policy;
}

static void
check_local(const struct ruleset *rules, uint8_t family, const char *wanted)
{
	struct buf text = { 0 };
	u128 local;

	if (reach_local(rules, family, &local))
		net_add_addr(&text, family, local);
	check_same(buf_text(&text), wanted ? wanted : "", buf_text(&text));
	buf_free(&text);
}

/* All of a family connect where it is listened on, and relay where they can
 * connect to what the box holds. */
static void
check_family(const struct ruleset *rules, int v, size_t row)
{
	uint8_t family = v ? 6 : 4;
	struct set connect, relay;
	size_t spans[2];

	reach_anywhere(rules, REACH_CONNECT, &connect);
	reach_anywhere(rules, REACH_RELAY, &relay);
	spans[0] = v ? connect.v6_count : connect.v4_count;
	spans[1] = v ? relay.v6_count : relay.v4_count;
	assert_int_equal(spans[0], rows[row].listens[v]);
	assert_int_equal(spans[1], rows[row].local[v] != NULL);
	assert_int_equal(set_holds(&connect, family, 1),
	    rows[row].listens[v]);
	set_free(&connect);
	set_free(&relay);
}

static void
test_listeners(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct policy *policy = make_policy(i);
		struct compiled *compiled = relay_compile(policy);
		const struct ruleset *rules = relay_ruleset(compiled, "a");

		for (int v = 0; v < 2; v++) {
			assert_int_equal(reach_listens(policy->servers[0],
			    v ? 6 : 4), rows[i].listens[v]);
			check_local(rules, v ? 6 : 4, rows[i].local[v]);
			check_family(rules, v, i);
		}
		relay_free(compiled);
		policy_free(policy);
	}
}

/* The box of local addresses is asked about the local address alone. */
static void
test_local_match(void **state)
{
	struct policy *policy = make_policy(0);
	struct compiled *compiled = relay_compile(policy);
	const struct ruleset *rules = relay_ruleset(compiled, "a");
	const struct slot *slot = slot_find("local");
	struct question q = { .family = 4, .client = 0xc0000201,
		.recipient = "u@far.test" };
	struct decision d;

	(void)state;
	assert_false(relay_match(rules, slot, &q, &d));
	q.local_family = 4;
	assert_false(relay_match(rules, slot, &q, &d));
	q.local = 0xc0000201;
	q.client = 1;
	assert_true(relay_match(rules, slot, &q, &d));
	assert_ptr_equal(d.slot, slot);
	q.local_family = 6;
	assert_false(relay_match(rules, slot, &q, &d));
	relay_free(compiled);
	policy_free(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listeners),
		cmocka_unit_test(test_local_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a compiled policy keeps when it is edited, and what its parts answer. */
#include "config.h"

#include "policy/field.h"
#include "policy/relay.h"
#include "policy/ruleset.h"
#include "parts.h"
#include "unit.h"

static struct entry
entry_of(const char *text)
{
	struct entry e;
	struct err err;

	assert_true(entry_parse(&e, text, strlen(text), 0, &err));
	return e;
}

static struct list *
add_list(struct policy *p, const char *name)
{
	struct list *l = list_new(name);

	policy_add_list(p, l);
	return l;
}

/* --- edits that are none ---------------------------------------------------------- */

/* Hosts that stand alone, and a block around each ten of them. */
static struct policy *
big_policy(void)
{
	struct policy *p = policy_new();
	struct list *l = add_list(p, "big");
	struct server *s = server_new("x");
	char text[40];

	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "10.0.%d.%d", i / 10,
		    2 * (i % 10));
		add_entry(&l->entries, text);
		snprintf(text, sizeof(text), "10.0.%d.0/27", i / 10);
		add_entry(&l->entries, text);
		snprintf(text, sizeof(text), "2001:db8::%d:%d", i / 10 + 1,
		    2 * (i % 10));
		add_entry(&l->entries, text);
	}
	add_entry(&s->relay, "list:big");
	policy_add_server(p, s);
	return p;
}

/* Who may relay, and by which entry, for every address nearby. */
static void
describe(struct buf *text, const struct compiled *c)
{
	for (unsigned i = 0; i < 22 * 256; i++) {
		struct question q = { .family = 4,
			.client = 0x0a000000 + i, .recipient = "a@far.example" };
		struct decision d;

		relay_decide(relay_ruleset(c, "x"), &q, &d);
		decision_add_what(text, &d);
		q.family = 6;
		q.client = ((u128)0x20010db8 << 96) + ((u128)(i / 256) << 16) +
		    i % 256;
		relay_decide(relay_ruleset(c, "x"), &q, &d);
		decision_add_what(text, &d);
		buf_addc(text, '\n');
	}
}

static const struct {
	const char *entry;
	bool add;
} idle_edits[] = {
	{ "10.0.3.4", true, },        /* is there */
	{ "10.0.3.0/27", true, },
	{ "2001:db8::4:2", true, },
	{ "10.0.3.5", false, },       /* is not */
	{ "192.0.2.1", false, },
	{ "2001:db8::4:3", false, },
	{ "domain:a.example", false, },
};

static void
test_idle_edits(void **state)
{
	struct policy *p = big_policy();
	struct compiled *c = relay_compile(p);
	struct holder where = { "big", NULL, NULL };
	struct buf before = { 0 };

	(void)state;
	describe(&before, c);
	for (size_t i = 0; i < ROWS(idle_edits); i++) {
		struct entry_edit edit = { .add = idle_edits[i].add };
		struct buf after = { 0 };

		edit.entry = entry_of(idle_edits[i].entry);
		check_row(relay_edit(c, &where, &edit), idle_edits[i].entry);
		describe(&after, c);
		check_row(!strcmp(before.data, after.data),
		    idle_edits[i].entry);
		buf_free(&after);
	}
	where.list = "none";
	assert_false(relay_edit(c, &where, &(struct entry_edit){
		.entry = entry_of("192.0.2.1"), .add = true }));
	buf_free(&before);
	relay_free(c);
	policy_free(p);
}

/* --- gates of several lists -------------------------------------------------------- */

static void
test_covers(void **state)
{
	struct policy *p = policy_new();
	struct server *s = server_new("x");
	const struct gate *gate;
	struct compiled *c;

	(void)state;
	add_entry(&add_list(p, "one")->entries, "192.0.2.1");
	add_entry(&add_list(p, "two")->entries, "domain:two.example");
	add_entry(&add_list(p, "three")->entries, "domain:three.example");
	add_entry(&s->relay, "domain:own.example");
	add_entry(&s->relay, "list:one");
	add_entry(&s->relay, "list:two");
	add_entry(&s->relay, "list:three");
	policy_add_server(p, s);
	c = relay_compile(p);
	gate = &relay_ruleset(c, "x")->gates[slot_find("relay") -
	    server_slots];
	assert_true(gate_covers(gate, "a.own.example"));
	assert_true(gate_covers(gate, "two.example"));
	assert_true(gate_covers(gate, "a.three.example"));
	assert_false(gate_covers(gate, "example"));
	assert_false(gate_covers(gate, "four.example"));
	gate_hint(gate, 4, 0xc0000201);
	relay_free(c);
	policy_free(p);
}

/* --- routing rows ------------------------------------------------------------------- */

static const struct {
	const char *domain;
	const char *row; /* NULL: none but "." */
} routed[] = {
	{ "example.com", "example.com", },
	{ "a.example.com", "example.com", },
	{ "a[.example.com", "example.com", }, /* no literal begins so */
	{ "[192.0.2.1]", NULL, },
	{ "[.example.com", NULL, },
	{ "com", NULL, },
	{ "exact.example", "exact.example", },
	{ "a.exact.example", NULL, },
};

static void
test_routes(void **state)
{
	static const char *const rows[] = { "example.com", "#exact.example",
		"." };
	struct policy *p = policy_new();
	struct server *s = server_new("x");
	struct compiled *c;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct route r = { .action = ROUTE_INBOUND };

		assert_true(route_parse(&r, rows[i], strlen(rows[i]), &err));
		server_add_route(s, r);
	}
	policy_add_server(p, s);
	c = relay_compile(p);
	for (size_t i = 0; i < ROWS(routed); i++) {
		const struct route *r = relay_route(relay_ruleset(c, "x"),
		    routed[i].domain);

		assert_non_null(r);
		check_same(r->domain, routed[i].row ? routed[i].row : ".",
		    routed[i].domain);
	}
	relay_free(c);
	policy_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle_edits),
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

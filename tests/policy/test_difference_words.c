/* What a difference says of names, of local addresses, and in short. */
#include "config.h"

#include "policy/difference.h"
#include "policy/field.h"
#include "parts.h"
#include "unit.h"

/* The difference of the two, which it frees, as text. */
struct told {
	struct buf text;
	bool gains, loses;
};

static struct told
tell(struct policy *a, struct policy *b, size_t most)
{
	struct compiled *x = relay_compile(a), *y = relay_compile(b);
	struct told told = { { NULL, 0, 0 }, false, false };
	struct difference d;

	difference_make(&d, x, y);
	difference_add_text(&told.text, &d, most);
	told.gains = difference_has_gains(&d);
	told.loses = difference_has_losses(&d);
	difference_free(&d);
	relay_free(x);
	relay_free(y);
	policy_free(a);
	policy_free(b);
	return told;
}

/* --- who gains or loses by a name alone --------------------------------------- */

/* In each row the entry comes to, or goes from, one list of one of two
 * servers. */
static const struct named {
	const char *what;
	bool relay; /* the relay list; else the connection's exceptions */
	bool comes;
	bool gains, loses;
} named[] = {
	{ "may relay now", true, true, true, false, },
	{ "may relay no more", true, false, false, true, },
	{ "may connect no more", false, true, false, true, },
	{ "may connect now", false, false, true, false, },
};

static void
test_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ROWS(named); i++) {
		const struct named *row = &named[i % ROWS(named)];
		struct policy *with = policy_new(), *without;
		struct server *s, *first = add_server(with, "a");
		struct told told;
		size_t server = i / ROWS(named);

		s = server ? add_server(with, "b") : first;
		if (!server)
			add_server(with, "b");
		without = policy_copy(with);
		add_entry(row->relay ? &s->relay : &s->connection,
		    "domain:x.example");
		told = row->comes ? tell(without, with, 3)
		                  : tell(with, without, 3);
		check_row(told.gains == row->gains, row->what);
		check_row(told.loses == row->loses, row->what);
		buf_free(&told.text);
	}
}

/* The first name loses and the second gains. */
static void
test_named_both(void **state)
{
	struct policy *a = policy_new(), *b;
	struct told told;

	(void)state;
	add_entry(&add_server(a, "x")->relay, "domain:a.example");
	b = policy_new();
	add_entry(&add_server(b, "x")->relay, "domain:b.example");
	told = tell(a, b, 3);
	assert_true(told.gains && told.loses);
	buf_free(&told.text);
}

/* Where nobody may send, connecting is all there is to gain or lose. */
static void
test_connection_alone(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct policy *a = policy_new(), *b;
		struct server *s = add_server(a, "x");
		struct told told;

		s->anonymous = false;
		s->basic = false;
		s->relay_authenticated = false;
		b = policy_copy(a);
		add_entry(&policy_server(i ? b : a, "x")->connection,
		    "domain:a.example");
		told = tell(a, b, 3);
		assert_int_equal(told.gains, !i);
		assert_int_equal(told.loses, i);
		buf_free(&told.text);
	}
}

/* As many servers, each changed, as an array has room for. */
static void
test_full(void **state)
{
	struct policy *a = policy_new(), *b;
	struct told told;

	(void)state;
	for (int i = 0; i < 64; i++) {
		char name[8];

		snprintf(name, sizeof(name), "s%d", i);
		add_server(a, name);
	}
	b = policy_copy(a);
	for (size_t i = 0; i < b->server_count; i++)
		add_route(b->servers[i], "a.example", ROUTE_REJECT, "");
	told = tell(a, b, 3);
	assert_false(told.gains || told.loses);
	assert_non_null(strstr(told.text.data, "64 routing domains change\n"));
	buf_free(&told.text);
}

/* No server in common, and none of them turned on. */
static void
test_nothing_in_common(void **state)
{
	struct policy *a = policy_new(), *b = policy_new();
	struct told told;

	(void)state;
	add_server(a, "x")->enabled = false;
	add_server(b, "y")->enabled = false;
	told = tell(a, b, 3);
	assert_false(told.gains || told.loses);
	buf_free(&told.text);
}

/* Nobody in a policy of no server, nor where nothing changes. */
static void
test_nobody(void **state)
{
	struct policy *p = policy_new();
	struct told told = tell(policy_new(), policy_new(), 3);

	(void)state;
	assert_false(told.gains || told.loses);
	buf_free(&told.text);
	add_entry(&add_server(p, "a")->relay, "domain:x.example");
	told = tell(policy_copy(p), p, 3);
	assert_false(told.gains || told.loses);
	buf_free(&told.text);
}

/* --- local addresses ------------------------------------------------------------ */

static const struct {
	const char *locals; /* that gain */
	const char *wanted; /* the line */
} local_rows[] = {
	{ "10.0.0.1", "  Connecting to 10.0.0.1:\n", },
	{ "10.0.0.1 10.0.0.3 10.0.0.5 10.0.0.7",
	    "  Connecting to 10.0.0.1, 10.0.0.3, 10.0.0.5, 10.0.0.7:\n", },
	{ "10.0.0.1 10.0.0.3 10.0.0.5 10.0.0.7 10.0.0.9",
	    "  Connecting to 10.0.0.1, 10.0.0.3, 10.0.0.5, 10.0.0.7 and 1 "
	    "more:\n", },
	{ "10.0.0.1 10.0.0.3 10.0.0.5 10.0.0.7 10.0.0.9 10.0.0.11 10.0.0.13",
	    "  Connecting to 10.0.0.1, 10.0.0.3, 10.0.0.5, 10.0.0.7 and 3 "
	    "more:\n", },
	{ "10.0.0.1 2001:db8::1", "  Connecting to 10.0.0.1, 2001:db8::1:\n", },
};

static void
add_listeners(struct server *s)
{
	struct listener all[] = { { 4, 0, 25 }, { 6, 0, 25 } };
	struct err err;

	for (size_t i = 0; i < ROWS(all); i++)
		assert_true(server_add_listener(s, &all[i], &err));
}

static void
test_locals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(local_rows); i++) {
		struct policy *a = policy_new(), *b;
		struct server *s = server_new("x");
		char words[200], *rest = words, *word;
		struct told told;

		policy_add_server(a, s);
		add_listeners(s);
		s->relay_mode = MODE_ALL_EXCEPT;
		s->local.enabled = true;
		b = policy_copy(a);
		snprintf(words, sizeof(words), "%s", local_rows[i].locals);
		while ((word = strsep(&rest, " ")))
			add_entry(&policy_server(b, "x")->local.entries, word);
		told = tell(a, b, 3);
		if (!strstr(buf_text(&told.text), local_rows[i].wanted))
			fail_msg("row '%s': %s", local_rows[i].locals,
			    buf_text(&told.text));
		buf_free(&told.text);
	}
}

/* Of four addresses one satisfies the box before, one after, one both times
 * and one never. */
static void
test_four_views(void **state)
{
	struct policy *a = policy_new(), *b;
	struct server *s = server_new("x");
	struct told told;
	struct err err;

	(void)state;
	for (u128 i = 1; i <= 4; i++)
		assert_true(server_add_listener(s, &(struct listener){ 4,
			0x0a000000 + i, 25 }, &err));
	s->relay_mode = MODE_ALL_EXCEPT;
	s->local.enabled = true;
	policy_add_server(a, s);
	b = policy_copy(a);
	add_entry(&s->local.entries, "10.0.0.1-10.0.0.2");
	add_entry(&policy_server(b, "x")->local.entries, "10.0.0.2-10.0.0.3");
	told = tell(a, b, 3);
	assert_non_null(strstr(told.text.data, "  Connecting to 10.0.0.1:\n"
	    "  LOSES relay: every IPv4 address\n"));
	assert_non_null(strstr(told.text.data, "  Connecting to 10.0.0.3:\n"
	    "  GAINS relay: every IPv4 address\n"));
	assert_null(strstr(told.text.data, "10.0.0.2"));
	assert_null(strstr(told.text.data, "10.0.0.4"));
	buf_free(&told.text);
}

/* --- routing domains and client domains -------------------------------------------- */

static void
check(struct told told, const char *wanted)
{
	check_same(buf_text(&told.text), wanted, wanted);
	buf_free(&told.text);
}

/* A row that rejects has no hop to be told, whatever the document says. */
static void
test_hops(void **state)
{
	struct policy *a = policy_new(), *b;

	(void)state;
	add_server(a, "x");
	b = policy_copy(a);
	add_route(policy_server(b, "x"), "in.example", ROUTE_INBOUND,
	    "hub.example");
	add_route(policy_server(b, "x"), "no.example", ROUTE_REJECT,
	    "hub.example");
	check(tell(a, b, 3),
	    "0 clients gain, 0 lose\n"
	    "2 routing domains change\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x: CLOSED before, CLOSED after\n"
	    "  ~ mail for in.example: foreign -> inbound by hub.example\n"
	    "  ~ mail for no.example: foreign -> rejected\n");
}

/* Another hop is a change, but of no domain's effect. */
static void
test_hop_alone(void **state)
{
	struct policy *a = policy_new(), *b;
	struct server *s;

	(void)state;
	add_route(add_server(a, "x"), "a.example", ROUTE_RELAY, "old.example");
	add_route(policy_server(a, "x"), "b.example", ROUTE_RELAY, "");
	b = policy_copy(a);
	s = policy_server(b, "x");
	server_remove_route(s, 0);
	add_route(s, "a.example", ROUTE_RELAY, "new.example");
	check(tell(policy_copy(a), policy_copy(b), 3),
	    "0 clients gain, 0 lose\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x: CLOSED before, CLOSED after\n"
	    "  ~ mail for a.example: relayed for everybody by old.example -> "
	    "relayed for everybody by new.example\n");
	server_remove_route(s, 0);
	add_route(s, "b.example", ROUTE_REJECT, "");
	check(tell(a, b, 3),
	    "0 clients gain, 0 lose\n"
	    "2 routing domains change\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x: CLOSED before, CLOSED after\n"
	    "  ~ mail for a.example: relayed for everybody by old.example -> "
	    "relayed for everybody by new.example\n"
	    "  ~ mail for b.example: relayed for everybody -> rejected\n");
}

/* One is said in the singular, and as many as fit leave none out. */
static void
test_one_and_most(void **state)
{
	struct policy *a = policy_new(), *b;

	(void)state;
	add_server(a, "x");
	b = policy_copy(a);
	add_route(policy_server(b, "x"), "a.example", ROUTE_REJECT, "");
	add_entry(&policy_server(b, "x")->relay, "domain:a.example");
	check(tell(a, b, 1),
	    "1 routing domain changes\n"
	    "1 client domain gains or loses\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x: CLOSED before, CLOSED after\n"
	    "  ~ mail for a.example: foreign -> rejected\n"
	    "  + domain:a.example GAINS relay\n");
}

/* The rows of a server that stays as it is are no changes. */
static void
test_unchanged_rows(void **state)
{
	struct policy *a = policy_new(), *b;

	(void)state;
	add_route(add_server(a, "w"), "same.example", ROUTE_INBOUND, "");
	add_server(a, "x");
	b = policy_copy(a);
	add_entry(&policy_server(b, "x")->relay, "domain:a.example");
	check(tell(a, b, 3),
	    "1 client domain gains or loses\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x: CLOSED before, CLOSED after\n"
	    "  + domain:a.example GAINS relay\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_named_both),
		cmocka_unit_test(test_connection_alone),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_nothing_in_common),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_locals),
		cmocka_unit_test(test_four_views),
		cmocka_unit_test(test_hops),
		cmocka_unit_test(test_hop_alone),
		cmocka_unit_test(test_one_and_most),
		cmocka_unit_test(test_unchanged_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

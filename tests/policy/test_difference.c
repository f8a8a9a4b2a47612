/* A difference in words, and on which gateways. */
#include "config.h"

#include "policy/difference.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "parts.h"
#include "unit.h"

static void
test_relay(void **state)
{
	struct policy *a = policy_new(), *b;

	(void)state;
	add_entry(&add_server(a, "internet")->relay, "203.0.113.7");
	carry(a, "mx1", "internet");
	carry(a, "mx2", "internet");
	b = policy_copy(a);
	entries_free(&policy_server(b, "internet")->relay);
	add_entry(&policy_server(b, "internet")->relay, "192.0.2.128/25");
	add_entry(&policy_server(b, "internet")->relay, "198.51.100.1");
	add_entry(&policy_server(b, "internet")->relay, "198.51.100.3");
	add_entry(&policy_server(b, "internet")->relay, "2001:db8:40::/48");
	check_difference(a, b, 2,
	    "GAINS relay: 130 IPv4 and 2^80 IPv6 addresses, on 2 gateways\n"
	    "LOSES relay: 1 IPv4 address, on 2 gateways\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server internet, on 2 gateways: CLOSED before, CLOSED after\n"
	    "  GAINS relay: 130 IPv4 and 2^80 IPv6 addresses\n"
	    "    + 192.0.2.128/25\n"
	    "    + 198.51.100.1\n"
	    "    + 198.51.100.3\n"
	    "    + 1 more range\n"
	    "  LOSES relay: 1 IPv4 address\n"
	    "    - 203.0.113.7\n");
}

static struct server *
listen_on(struct policy *p, const char *a, const char *b)
{
	const char *const texts[2] = { a, b };
	struct server *s = server_new("internet");
	struct err err;

	for (int i = 0; i < 2; i++) {
		struct listener l;

		if (!texts[i])
			continue;
		assert_true(listener_parse(&l, texts[i], strlen(texts[i]),
		    &err));
		assert_true(server_add_listener(s, &l, &err));
	}
	policy_add_server(p, s);
	return s;
}

/* A family that is no longer listened on is lost, a new one is gained. */
static void
test_families(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct policy *a = policy_new(), *b = policy_new();
		const char *lost = i ? "IPv6" : "IPv4";
		const char *gained = i ? "IPv4" : "IPv6";
		struct difference d;
		struct compiled *x, *y;
		struct buf text = { 0 };
		char wanted[120];

		listen_on(i ? b : a, "0.0.0.0:25", NULL);
		listen_on(i ? a : b, "[2001:db8::1]:25", NULL);
		x = relay_compile(a);
		y = relay_compile(b);
		difference_make(&d, x, y);
		difference_add_text(&text, &d, 3);
		snprintf(wanted, sizeof(wanted),
		    "GAINS the connection: every %s address\n"
		    "LOSES the connection: every %s address\n", gained, lost);
		text.data[strlen(wanted)] = '\0';
		check_same(text.data, wanted, wanted);
		assert_true(d.servers[0].listeners);
		buf_free(&text);
		difference_free(&d);
		relay_free(x);
		relay_free(y);
		policy_free(a);
		policy_free(b);
	}
}

/* Local addresses that satisfy the box always, never, before, after. */
static void
test_views(void **state)
{
	struct policy *a = policy_new(), *b = policy_new();
	struct server *s = listen_on(a, "0.0.0.0:25", NULL);
	struct server *t = listen_on(b, "0.0.0.0:25", NULL);
	struct compiled *x, *y;
	struct difference d;

	(void)state;
	s->relay_mode = t->relay_mode = MODE_ALL_EXCEPT;
	s->local.enabled = t->local.enabled = true;
	add_entry(&s->local.entries, "192.0.2.1");
	add_entry(&s->local.entries, "192.0.2.2");
	add_entry(&t->local.entries, "192.0.2.2");
	add_entry(&t->local.entries, "192.0.2.3");
	add_entry(&s->connection, "172.16.0.0/12");
	add_entry(&t->connection, "10.0.0.0/8");
	x = relay_compile(a);
	y = relay_compile(b);
	difference_make(&d, x, y);
	assert_int_equal(d.servers[0].view_count, 4);
	for (int i = 0; i < 4; i++) {
		const struct difference_view *v = &d.servers[0].views[i];

		assert_int_equal(v->satisfied[0], i == 1 || i == 3);
		assert_int_equal(v->satisfied[1], i == 2 || i == 3);
		assert_int_equal(set_empty(&v->sets.gains[REACH_RELAY]),
		    i == 0 || i == 1);
		assert_int_equal(set_empty(&v->sets.loses[REACH_RELAY]),
		    i == 0 || i == 2);
		assert_int_equal(v->sets.gains[REACH_CONNECT].v4_count, 1);
		assert_int_equal(v->sets.loses[REACH_CONNECT].v4_count, 1);
	}
	difference_free(&d);
	relay_free(x);
	relay_free(y);
	policy_free(a);
	policy_free(b);
}

/* Who can only connect is somebody, too. */
static void
test_connection_alone(void **state)
{
	struct policy *a = policy_new(), *b = policy_new();
	struct server *s = add_server(a, "x"), *t = add_server(b, "x");
	struct compiled *x, *y;
	struct difference d;

	(void)state;
	s->anonymous = t->anonymous = false;
	s->relay_authenticated = t->relay_authenticated = false;
	add_entry(&t->connection, "10.0.0.0/8");
	x = relay_compile(a);
	y = relay_compile(b);
	difference_make(&d, x, y);
	assert_false(d.same);
	assert_false(d.servers[0].same);
	assert_true(difference_has_losses(&d));
	assert_false(difference_has_gains(&d));
	assert_int_equal(set_count(&d.loses[REACH_CONNECT], 4).low, 1 << 24);
	assert_true(set_empty(&d.loses[REACH_ANONYMOUS]));
	assert_true(set_empty(&d.loses[REACH_RELAY_AUTH]));
	difference_free(&d);
	relay_free(x);
	relay_free(y);
	policy_free(a);
	policy_free(b);
}

/* Servers are matched by name, wherever they stand; the worst of them is how
 * open all are. */
static void
test_matched(void **state)
{
	static const struct {
		const char *before[3], *after[3]; /* "!": open to all */
		size_t count;
		const char *texts[4]; /* "from to", of each */
		enum openness openness[2];
	} rows[] = {
		{ { "a", "z" }, { "a" }, 2, { "a a", "z -" },
		    { CLOSED, CLOSED }, },
		{ { "a" }, { "z", "a" }, 2, { "a a", "- z" },
		    { CLOSED, CLOSED }, },
		{ { "c", "a", "b" }, { "b", "d", "c" }, 4,
		    { "a -", "b b", "c c", "- d" }, { CLOSED, CLOSED }, },
		{ { "a" }, { "b" }, 2, { "a -", "- b" }, { CLOSED, CLOSED }, },
		{ { NULL }, { NULL }, 0, { NULL }, { CLOSED, CLOSED }, },
		{ { "!a", "b" }, { "a", "b" }, 2, { "a a", "b b" },
		    { OPEN, CLOSED }, },
		{ { "a", "b" }, { "a", "!b" }, 2, { "a a", "b b" },
		    { CLOSED, OPEN }, },
		{ { "a", "!b", "c" }, { "!b", "c" }, 3,
		    { "a -", "b b", "c c" }, { OPEN, OPEN }, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct policy *p[2] = { policy_new(), policy_new() };
		struct compiled *x, *y;
		struct difference d;

		for (size_t j = 0; j < 6; j++) {
			const char *name = j < 3 ? rows[i].before[j]
			                         : rows[i].after[j - 3];

			if (!name)
				continue;
			if (*name == '!')
				add_server(p[j / 3], name + 1)->relay_mode =
				    MODE_ALL_EXCEPT;
			else
				add_server(p[j / 3], name);
		}
		x = relay_compile(p[0]);
		y = relay_compile(p[1]);
		difference_make(&d, x, y);
		assert_int_equal(d.server_count, rows[i].count);
		for (size_t j = 0; j < d.server_count; j++) {
			const struct server_difference *s = &d.servers[j];
			char text[8];

			snprintf(text, sizeof(text), "%s %s",
			    s->from ? s->from->name : "-",
			    s->to ? s->to->name : "-");
			check_same(text, rows[i].texts[j], rows[i].texts[j]);
		}
		assert_int_equal(d.before, rows[i].openness[0]);
		assert_int_equal(d.after, rows[i].openness[1]);
		difference_free(&d);
		relay_free(x);
		relay_free(y);
		policy_free(p[0]);
		policy_free(p[1]);
	}
}

/* The same listeners in another order are the same. */
static void
test_elsewhere(void **state)
{
	static const struct {
		const char *before[2], *after[2];
		bool elsewhere;
	} rows[] = {
		{ { "192.0.2.1:25", "192.0.2.2:25" },
		    { "192.0.2.2:25", "192.0.2.1:25" }, false, },
		{ { "192.0.2.1:25", "192.0.2.2:25" },
		    { "192.0.2.1:25", "192.0.2.3:25" }, true, },
		{ { "192.0.2.1:25", "192.0.2.2:25" },
		    { "192.0.2.3:25", "192.0.2.2:25" }, true, },
		{ { "192.0.2.1:25" }, { "192.0.2.1:26" }, true, },
		{ { NULL }, { "192.0.2.1:26" }, true, },
		{ { NULL }, { NULL }, false, },
		{ { "0.0.0.0:25" }, { "[::]:25" }, true, },
		{ { "192.0.2.1:25" }, { "192.0.2.1:25", "192.0.2.1:26" },
		    true, },
		{ { "192.0.2.1:25", "192.0.2.1:26" }, { "192.0.2.1:25" },
		    true, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct policy *a = policy_new(), *b = policy_new();
		struct difference d;
		struct compiled *x, *y;

		listen_on(a, rows[i].before[0], rows[i].before[1]);
		listen_on(b, rows[i].after[0], rows[i].after[1]);
		x = relay_compile(a);
		y = relay_compile(b);
		difference_make(&d, x, y);
		assert_int_equal(d.servers[0].listeners, rows[i].elsewhere);
		difference_free(&d);
		relay_free(x);
		relay_free(y);
		policy_free(a);
		policy_free(b);
	}
}

/* An address that satisfies the box only before, and one only after. */
static void
test_box(void **state)
{
	struct policy *a = policy_new(), *b = policy_new();
	struct server *s = listen_on(a, "192.0.2.1:25", "192.0.2.2:25");
	struct server *t = listen_on(b, "192.0.2.1:25", "192.0.2.2:25");

	(void)state;
	s->relay_mode = t->relay_mode = MODE_ALL_EXCEPT;
	s->local.enabled = t->local.enabled = true;
	add_entry(&s->local.entries, "192.0.2.1");
	add_entry(&t->local.entries, "192.0.2.2");
	check_difference(a, b, 0,
	    "GAINS relay: every IPv4 address\n"
	    "LOSES relay: every IPv4 address\n"
	    "GAINS relay after logging on: every IPv4 address\n"
	    "LOSES relay after logging on: every IPv4 address\n"
	    "Verdict: OPEN before, OPEN after\n"
	    "server internet: OPEN before, OPEN after\n"
	    "  Connecting to 192.0.2.1:\n"
	    "  LOSES relay: every IPv4 address\n"
	    "    - 0.0.0.0/0\n"
	    "  LOSES relay after logging on: every IPv4 address\n"
	    "    - 0.0.0.0/0\n"
	    "  Connecting to 192.0.2.2:\n"
	    "  GAINS relay: every IPv4 address\n"
	    "    + 0.0.0.0/0\n"
	    "  GAINS relay after logging on: every IPv4 address\n"
	    "    + 0.0.0.0/0\n");
}

/* Written in another way, it is the same. */
static void
test_same(void **state)
{
	struct policy *a = policy_new(), *b = policy_new();

	(void)state;
	add_entry(&add_server(a, "internet")->relay, "192.0.2.0/24");
	add_entry(&add_server(b, "internet")->relay, "192.0.2.0/25");
	add_entry(&policy_server(b, "internet")->relay,
	    "192.0.2.100-192.0.2.255");
	add_route(policy_server(b, "internet"), "example.com", ROUTE_RELAY,
	    "");
	policy_server(a, "internet")->reroute = false;
	policy_server(b, "internet")->reroute = false;
	check_difference(a, b, 0, "0 clients gain, 0 lose\n"
	    "Verdict: CLOSED before, CLOSED after\n");
}

static void
test_servers(void **state)
{
	struct policy *a = policy_new(), *b = policy_new();
	struct server *off;

	(void)state;
	add_server(a, "gone")->listener_count = 1; /* IPv4 only */
	off = add_server(a, "off");
	off->listener_count = 1;
	off->enabled = false;
	add_server(b, "off")->listener_count = 1;
	add_server(b, "new")->listener_count = 1;
	policy_server(b, "new")->anonymous = false;
	policy_server(b, "new")->relay_authenticated = false;
	carry(a, "mx1", "gone");
	carry(b, "mx1", "off");
	check_difference(a, b, 1,
	    "GAINS the connection: every IPv4 address, on 1 gateway\n"
	    "LOSES the connection: every IPv4 address, on 1 gateway\n"
	    "GAINS sending without logging on: every IPv4 address, on "
	    "1 gateway\n"
	    "LOSES sending without logging on: every IPv4 address, on "
	    "1 gateway\n"
	    "GAINS relay after logging on: every IPv4 address, on 1 "
	    "gateway\n"
	    "LOSES relay after logging on: every IPv4 address, on 1 "
	    "gateway\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server gone, removed, on 1 gateway: CLOSED before, CLOSED after\n"
	    "  LOSES the connection: every IPv4 address\n"
	    "    - 0.0.0.0/0\n"
	    "  LOSES sending without logging on: every IPv4 address\n"
	    "    - 0.0.0.0/0\n"
	    "  LOSES relay after logging on: every IPv4 address\n"
	    "    - 0.0.0.0/0\n"
	    "server new, new: CLOSED before, CLOSED after\n"
	    "  GAINS the connection: every IPv4 address\n"
	    "    + 0.0.0.0/0\n"
	    "server off, turned on, on 1 gateway: CLOSED before, CLOSED "
	    "after\n"
	    "  GAINS the connection: every IPv4 address\n"
	    "    + 0.0.0.0/0\n"
	    "  GAINS sending without logging on: every IPv4 address\n"
	    "    + 0.0.0.0/0\n"
	    "  GAINS relay after logging on: every IPv4 address\n"
	    "    + 0.0.0.0/0\n"
	    "2 servers placed on, or taken off, gateways\n");
}

static void
test_names(void **state)
{
	struct policy *a = policy_new(), *b;
	struct server *s = add_server(a, "x"), *t;
	struct err err;
	struct listener l = { 4, 0x0a000001, 587 };

	(void)state;
	add_route(s, "a.example", ROUTE_REJECT, "");
	add_route(s, "b.example", ROUTE_INBOUND, "");
	add_route(s, "c.example", ROUTE_RELAY, "old.example");
	add_route(s, "#d.example", ROUTE_INBOUND, "");
	b = policy_copy(a);
	t = policy_server(b, "x");
	server_remove_route(t, 3);
	server_remove_route(t, 2);
	server_remove_route(t, 0);
	add_route(t, "a.example", ROUTE_RELAY, "");
	add_route(t, "c.example", ROUTE_RELAY, "new.example:26");
	add_entry(&t->relay, "domain:vpn.example.com");
	add_entry(&t->connection, "domain:bad.example");
	server_add_listener(t, &l, &err);
	check_difference(a, b, 0,
	    "3 routing domains change\n"
	    "2 client domains gain or lose\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x: CLOSED before, CLOSED after\n"
	    "  ~ mail for a.example: rejected -> relayed for everybody\n"
	    "  ~ mail for c.example: relayed for everybody by old.example -> "
	    "relayed for everybody by new.example:26\n"
	    "  ~ mail for d.example itself: inbound -> foreign\n"
	    "  - domain:bad.example LOSES the connection\n"
	    "  - domain:bad.example LOSES sending without logging on\n"
	    "  - domain:bad.example LOSES relay after logging on\n"
	    "  + domain:vpn.example.com GAINS relay\n"
	    "  ~ listens elsewhere than before\n");
}

static void
test_many(void **state)
{
	struct policy *a = policy_new(), *b;
	struct server *t;

	(void)state;
	add_server(a, "x");
	b = policy_copy(a);
	t = policy_server(b, "x");
	add_route(t, ".", ROUTE_INBOUND, "");
	for (int i = 0; i < 5; i++) {
		char text[40];

		snprintf(text, sizeof(text), "%c.example", 'a' + i);
		add_route(t, text, ROUTE_REJECT, "");
		snprintf(text, sizeof(text), "domain:%c.example", 'a' + i);
		add_entry(&t->relay, text);
	}
	check_difference(a, b, 0,
	    "6 routing domains change\n"
	    "5 client domains gain or lose\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x: CLOSED before, CLOSED after\n"
	    "  ~ mail for every other domain: foreign -> inbound\n"
	    "  ~ mail for a.example: foreign -> rejected\n"
	    "  ~ mail for b.example: foreign -> rejected\n"
	    "  ~ 3 more domains\n"
	    "  + domain:a.example GAINS relay\n"
	    "  + domain:b.example GAINS relay\n"
	    "  + domain:c.example GAINS relay\n"
	    "  ~ 2 more client domains\n");
}

/* Who connects to one of the addresses gains, to the other not. */
static void
test_local(void **state)
{
	struct policy *a = policy_new(), *b;
	struct server *s = server_new("x");
	struct listener one = { 4, 0x0a000001, 25 };
	struct listener two = { 4, 0x0a000002, 25 };
	struct err err;

	(void)state;
	policy_add_server(a, s);
	server_add_listener(s, &one, &err);
	server_add_listener(s, &two, &err);
	s->relay_mode = MODE_ALL_EXCEPT;
	s->local.enabled = true;
	b = policy_copy(a);
	add_entry(&policy_server(b, "x")->local.entries, "10.0.0.2");
	check_difference(a, b, 0,
	    "GAINS relay: every IPv4 address\n"
	    "GAINS relay after logging on: every IPv4 address\n"
	    "Verdict: CLOSED before, OPEN after\n"
	    "server x: CLOSED before, OPEN after\n"
	    "  Connecting to 10.0.0.2:\n"
	    "  GAINS relay: every IPv4 address\n"
	    "    + 0.0.0.0/0\n"
	    "  GAINS relay after logging on: every IPv4 address\n"
	    "    + 0.0.0.0/0\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_relay),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_box),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_connection_alone),
		cmocka_unit_test(test_matched),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_local),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

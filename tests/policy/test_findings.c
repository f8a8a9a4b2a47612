/* Findings case by case; claims_findings.c holds them against the model. */
#include "config.h"

#include "policy/field.h"
#include "policy/finding.h"
#include "policy/invariant.h"
#include "policy/mem.h"

#include "unit.h"

static const struct finding *
find(const struct findings *f, const char *code, const char *object,
    const char *begin)
{
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->items[i].code, code) &&
		    !strcmp(f->items[i].object, object) &&
		    !strncmp(f->items[i].sentence, begin, strlen(begin)))
			return &f->items[i];
	return NULL;
}

static size_t
count(const struct findings *f, const char *code)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += !strcmp(f->items[i].code, code);
	return n;
}

/* --- findings about objects, case by case ----------------------------- */

/* Small policies, made of texts. */
struct scene {
	struct policy *policy;
	struct compiled *compiled;
	struct findings findings;
};

static struct server *
add_server(struct scene *s, const char *name, const char *listener)
{
	struct server *server = server_new(name);
	struct listener l;
	struct err err;

	if (*listener) {
		assert_true(listener_parse(&l, listener, strlen(listener),
		    &err));
		assert_true(server_add_listener(server, &l, &err));
	}
	policy_add_server(s->policy, server);
	return server;
}

static void
add_route(struct server *server, const char *domain, enum route_action action,
    const char *hop)
{
	struct route route = { 0 };
	struct err err;

	assert_true(route_parse(&route, domain, strlen(domain), &err));
	assert_true(route_parse_next_hop(&route, hop, strlen(hop), &err));
	route.action = action;
	server_add_route(server, route);
}

static void
add_entry(struct entries *entries, const char *text)
{
	struct entry entry;
	struct err err;

	assert_true(entry_parse(&entry, text, strlen(text), 0, &err));
	entries_add(entries, &entry);
}

/* servers: names with blanks between. */
static struct gateway *
add_gateway(struct scene *s, const char *name, const char *host,
    const char *servers)
{
	struct gateway *g = gateway_new(name);
	struct err err;

	assert_true(field_parse(field_find(gateway_fields, "ssh.host"), g,
	    host, &err));
	g->servers = mem_new(8, sizeof(char *));
	while (*servers) {
		size_t len = strcspn(servers, " ");

		g->servers[g->server_count++] = mem_textn(servers, len);
		servers += len + strspn(servers + len, " ");
	}
	policy_add_gateway(s->policy, g);
	return g;
}

static void
scene_begin(struct scene *s)
{
	*s = (struct scene){ .policy = policy_new() };
}

static void
scene_ask(struct scene *s)
{
	s->compiled = relay_compile(s->policy);
	findings_ask(s->policy, s->compiled, &s->findings);
}

static void
scene_end(struct scene *s)
{
	findings_free(&s->findings);
	relay_free(s->compiled);
	policy_free(s->policy);
}

static void
test_conflicts(void **state)
{
	static const struct {
		const char *a, *b;
		bool conflict;
	} rows[] = {
		{ "0.0.0.0:25", "0.0.0.0:25", true, },
		{ "0.0.0.0:25", "192.0.2.1:25", true, },
		{ "192.0.2.1:25", "0.0.0.0:25", true, },
		{ "192.0.2.1:25", "192.0.2.1:25", true, },
		{ "[::]:25", "[2001:db8::1]:25", true, },
		{ "[::]:25", "0.0.0.0:25", false, },
		{ "[::]:25", "192.0.2.1:25", false, },
		{ "0.0.0.0:25", "0.0.0.0:587", false, },
		{ "192.0.2.1:25", "192.0.2.2:25", false, },
		{ "192.0.2.1:25", "192.0.2.1:587", false, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (int on = 0; on < 3; on++) {
			bool shared = on < 2; /* do they share a gateway? */
			struct scene s;
			struct server *b;

			scene_begin(&s);
			add_server(&s, "a", rows[i].a);
			b = add_server(&s, "b", rows[i].b);
			b->enabled = on != 1;
			add_gateway(&s, "g", "g.example",
			    shared ? "a b" : "a a");
			add_gateway(&s, "h", "h.example", "b");
			scene_ask(&s);
			if (count(&s.findings, "listener-conflict") !=
			    (rows[i].conflict && on == 0))
				fail_msg("%s and %s, %d", rows[i].a,
				    rows[i].b, on);
			scene_end(&s);
		}
}

static void
test_objects(void **state)
{
	struct scene s;
	struct server *a, *b;
	struct list *names = list_new("names");

	(void)state;
	scene_begin(&s);
	a = add_server(&s, "a", "");
	b = add_server(&s, "b", "");
	b->enabled = false;
	add_server(&s, "c", "0.0.0.0:25");
	add_gateway(&s, "g", "g.example", "");
	add_gateway(&s, "h", "h.example", "a missing");
	add_entry(&names->entries, "domain:example.com");
	policy_add_list(s.policy, names);
	add_entry(&a->relay, "list:unknown");
	add_entry(&a->never, "list:names");
	add_entry(&a->local.entries, "domain:example.com");
	add_route(a, "example.com", ROUTE_RELAY, "");
	add_route(a, "EXAMPLE.com.", ROUTE_REJECT, "");
	add_route(a, "#example.com", ROUTE_REJECT, "");
	add_route(b, ".", ROUTE_RELAY, "");
	a->basic = true;
	b->basic = true; /* off, it offers nothing */
	policy_server(s.policy, "c")->only_authenticated = true;
	scene_ask(&s);
	assert_int_equal(count(&s.findings, "no-listener"), 1);
	assert_int_equal(count(&s.findings, "no-server"), 2);
	assert_int_equal(count(&s.findings, "unknown-list"), 1);
	assert_int_equal(count(&s.findings, "addresses-only"), 2);
	assert_int_equal(count(&s.findings, "duplicate-row"), 1);
	assert_int_equal(count(&s.findings, "relay-any-domain"), 1);
	assert_int_equal(count(&s.findings, "cleartext-auth"), 1);
	assert_int_equal(count(&s.findings, "auth-unoffered"), 1);
	assert_true(findings_have_error(&s.findings));
	scene_end(&s);
}

/* A row that covers what a witness is usually sent to. */
static void
test_witness_recipient(void **state)
{
	static const char *const covered[] = { "example", "elsewhere0",
		"elsewhere1" };
	struct scene s;
	struct server *a;
	const struct finding *f;
	struct decision d;

	(void)state;
	scene_begin(&s);
	a = add_server(&s, "a", "0.0.0.0:25");
	a->relay_mode = MODE_ALL_EXCEPT;
	for (size_t i = 0; i < ROWS(covered); i++)
		add_route(a, covered[i], ROUTE_REJECT, "");
	add_route(a, ".", ROUTE_INBOUND, "");
	scene_ask(&s);
	f = find(&s.findings, "open-relay", "server:a", "OPEN RELAY");
	assert_non_null(f);
	relay_decide(relay_ruleset(s.compiled, "a"), &f->witness, &d);
	assert_int_equal(d.kind, ACCEPT_RELAY);
	scene_end(&s);
}

static void
test_client_domains(void **state)
{
	struct scene s;
	struct server *a;

	(void)state;
	scene_begin(&s);
	a = add_server(&s, "a", "0.0.0.0:25");
	add_entry(&a->relay, "domain:example.com");
	add_entry(&a->connection, "domain:bad.example");
	scene_ask(&s);
	assert_int_equal(count(&s.findings, "domain-entry-cost"), 2);
	assert_int_equal(count(&s.findings, "domain-entry-escape"), 1);
	assert_int_equal(count(&s.findings, "open-relay"), 0);
	scene_end(&s);
}

static void
test_loops(void **state)
{
	static const struct {
		const char *hop; /* of gateway g, server a */
		const char *back; /* of gateway h, server b */
		size_t loops;
	} rows[] = {
		{ "", "", 0, },
		{ "far.example", "", 0, },
		{ "g.example", "", 1, },
		{ "G.Example:25", "", 1, },
		{ "g.example:26", "", 0, },
		{ "127.0.0.1", "", 1, },
		{ "127.0.0.1:26", "", 0, },
		{ "[::1]", "", 0, },
		{ "h.example", "", 0, },
		{ "192.0.2.1", "", 0, },
		{ "h.example:587", "g.example", 1, },
		{ "192.0.2.1:587", "g.example", 1, },
		{ "h.example:587", "far.example", 0, },
		{ "h.example", "g.example", 0, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct scene s;
		struct listener l;
		struct err err;
		struct server *a, *b;

		scene_begin(&s);
		a = add_server(&s, "a", "0.0.0.0:25");
		b = add_server(&s, "b", "192.0.2.1:587");
		listener_parse(&l, "0.0.0.0:587", 11, &err);
		server_add_listener(b, &l, &err);
		add_route(a, "x.example", ROUTE_RELAY, rows[i].hop);
		add_route(b, "example", ROUTE_INBOUND, rows[i].back);
		add_gateway(&s, "g", "g.example", "a");
		add_gateway(&s, "h", "h.example", "b");
		scene_ask(&s);
		if (count(&s.findings, "route-loop") != rows[i].loops)
			fail_msg("%s, %s: %zu", rows[i].hop, rows[i].back,
			    count(&s.findings, "route-loop"));
		scene_end(&s);
	}
}

/* After so many the rest is summed up. */
static void
test_many(void **state)
{
	struct scene s;
	struct server *a;
	struct finding more = { .code = "dialect-gap", .level = LEVEL_ERROR,
		.object = (char[]){ "gateway:g" },
		.sentence = (char[]){ "x" } };

	(void)state;
	scene_begin(&s);
	a = add_server(&s, "a", "0.0.0.0:25");
	add_entry(&a->relay, "10.0.0.0/8");
	for (int i = 0; i < 1234; i++) {
		char text[40];

		snprintf(text, sizeof(text), "10.0.%d.%d", i / 256, i % 256);
		add_entry(&a->relay, text);
	}
	scene_ask(&s);
	assert_int_equal(count(&s.findings, "redundant-entry"), 21);
	assert_non_null(find(&s.findings, "redundant-entry", "server:a",
	    "relay: the same is true of 1,214 more entries"));
	assert_false(findings_have_error(&s.findings));
	findings_add(&s.findings, &more);
	assert_true(findings_have_error(&s.findings));
	assert_int_equal(count(&s.findings, "dialect-gap"), 1);
	scene_end(&s);
}

static void
test_loops6(void **state)
{
	static const struct {
		const char *host, *listener, *hop;
		enum route_action action;
		bool enabled, loops;
	} rows[] = {
		{ "2001:db8::1", "[::]:25", "[2001:db8::1]", ROUTE_RELAY, true,
		    true, },
		{ "2001:db8::1", "[::]:25", "[2001:db8::1]", ROUTE_REJECT,
		    true, false, },
		{ "2001:db8::1", "[::]:25", "[2001:db8::1]", ROUTE_RELAY,
		    false, false, },
		{ "", "[2001:db8::1]:25", "[2001:db8::1]", ROUTE_INBOUND, true,
		    true, },
		{ "", "[::]:25", "[::1]", ROUTE_RELAY, true, true, },
		{ "", "[::1]:25", "[::1]", ROUTE_RELAY, true, true, },
		{ "", "0.0.0.0:25", "localhost", ROUTE_RELAY, true, true, },
		{ "", "0.0.0.0:26", "localhost", ROUTE_RELAY, true, false, },
		{ "", "192.0.2.1:25", "localhost", ROUTE_RELAY, true, false, },
		{ "", "", "localhost", ROUTE_RELAY, true, false, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct scene s;
		struct server *a;

		scene_begin(&s);
		a = add_server(&s, "a", rows[i].listener);
		a->enabled = rows[i].enabled;
		add_route(a, "#x.example", rows[i].action, rows[i].hop);
		add_gateway(&s, "g", rows[i].host, "a missing");
		scene_ask(&s);
		if ((count(&s.findings, "route-loop") != 0) != rows[i].loops)
			fail_msg("%s %s", rows[i].listener, rows[i].hop);
		scene_end(&s);
	}
}

/* Over three gateways, and one that rejects in between. */
static void
test_long_loop(void **state)
{
	(void)state;
	for (int rejects = 0; rejects < 2; rejects++) {
		struct scene s;

		scene_begin(&s);
		add_route(add_server(&s, "a", "0.0.0.0:25"), "x.example",
		    ROUTE_RELAY, "h");
		add_route(add_server(&s, "b", "0.0.0.0:25"), "x.example",
		    rejects ? ROUTE_REJECT : ROUTE_RELAY, "i");
		add_route(add_server(&s, "c", "0.0.0.0:25"), ".",
		    ROUTE_RELAY, "g");
		add_gateway(&s, "g", "g", "a");
		add_gateway(&s, "h", "h", "b");
		add_gateway(&s, "i", "i", "c");
		/* sends to a loop that it is no part of */
		add_route(add_server(&s, "d", "0.0.0.0:25"), "x.example",
		    ROUTE_RELAY, "g");
		add_gateway(&s, "j", "j", "d");
		scene_ask(&s);
		assert_int_equal(count(&s.findings, "route-loop"),
		    rejects ? 0 : 2);
		scene_end(&s);
	}
}

static void
test_witness_text(void **state)
{
	struct finding f = { .has_witness = true };
	struct buf text = { 0 };

	(void)state;
	f.witness = (struct question){ .family = 4, .client = 0xc0000201,
		.name = "a.example", .authenticated = true,
		.local_family = 6, .local = 1, .local_port = 25,
		.recipient = "<u@far.example>" };
	finding_add_witness(&text, &f);
	assert_string_equal(text.data, "--client 192.0.2.1 --name a.example "
	    "--authenticated --local [::1]:25 --recipient "
	    "'<u@far.example>'");
	buf_clear(&text);
	f.has_witness = false;
	finding_add_witness(&text, &f);
	assert_int_equal(text.len, 0);
	buf_free(&text);
}

/* What keeps a gateway from being pushed to. */
static void
test_concerns(void **state)
{
	static const struct {
		const char *object, *server; /* NULL: not said */
		const char *of; /* finding_server() */
		bool concerns[2]; /* gateways g, which carries a, and h */
	} rows[] = {
		{ "server:a", NULL, "a", { true, false }, },
		{ "server:b", NULL, "b", { false, true }, },
		{ "server:none", NULL, "none", { false, false }, },
		{ "gateway:g", NULL, NULL, { true, false }, },
		{ "gateway:h", NULL, NULL, { false, true }, },
		{ "list:a", NULL, NULL, { false, false }, },
		{ "invariant:i", "b", "b", { false, true }, },
		{ "invariant:i", NULL, NULL, { true, false }, },
		{ "invariant:all", NULL, NULL, { true, true }, },
		{ "invariant:none", NULL, NULL, { false, false }, },
	};
	struct scene s;
	struct invariant *only = invariant_new("i");
	struct err err;

	(void)state;
	scene_begin(&s);
	add_server(&s, "a", "0.0.0.0:25");
	add_server(&s, "b", "0.0.0.0:26");
	add_gateway(&s, "g", "g.example", "a");
	add_gateway(&s, "h", "h.example", "missing b");
	assert_true(invariant_add_server(only, "a", 1, &err));
	invariant_settle(only, false);
	policy_add_invariant(s.policy, only);
	policy_add_invariant(s.policy, invariant_new("all"));
	scene_ask(&s);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct finding f = { .object = mem_text(rows[i].object),
			.server = mem_text(rows[i].server) };
		const char *of = finding_server(&f);

		check_same(of ? of : "-", rows[i].of ? rows[i].of : "-",
		    rows[i].object);
		for (size_t g = 0; g < 2; g++)
			check_row(finding_concerns(&f, s.policy,
			    s.policy->gateways[g]) == rows[i].concerns[g],
			    rows[i].object);
		free(f.object);
		free(f.server);
	}
	scene_end(&s);
}

/* Of all findings those about invariants. */
static void
test_invariants_alone(void **state)
{
	struct scene s;
	struct findings alone;
	struct invariant *i = invariant_new("i");

	(void)state;
	scene_begin(&s);
	add_server(&s, "a", "0.0.0.0:25")->relay_mode = MODE_ALL_EXCEPT;
	add_server(&s, "b", "0.0.0.0:26")->enabled = false;
	i->kind = INVARIANT_ONLY;
	add_entry(&i->clients, "10.0.0.0/8");
	invariant_settle(i, false);
	policy_add_invariant(s.policy, i);
	scene_ask(&s);
	assert_int_equal(count(&s.findings, "open-relay"), 1);
	assert_int_equal(count(&s.findings, "invariant-broken"), 1);
	findings_ask_invariants(s.policy, s.compiled, &alone);
	assert_int_equal(alone.count, 1);
	assert_string_equal(alone.items[0].code, "invariant-broken");
	assert_string_equal(alone.items[0].object, "invariant:i");
	findings_free(&alone);
	scene_end(&s);
}

static void
test_nothing(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_ask(&s);
	assert_int_equal(s.findings.count, 0);
	scene_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_witness_recipient),
		cmocka_unit_test(test_client_domains),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_loops6),
		cmocka_unit_test(test_long_loop),
		cmocka_unit_test(test_witness_text),
		cmocka_unit_test(test_concerns),
		cmocka_unit_test(test_invariants_alone),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Two routing lists and the files of one: taken over into the other, it treats
 * every domain as those files do. */
#include "config.h"

#include "policy/mem.h"
#include "remote/domain_drift.h"
#include "tests/remote/rendered.h"
#include "tests/policy/unit.h"

#define LISTS 60

static const char *const mtas[] = { "postfix", "exim", "opensmtpd" };

/* --- what files say ---------------------------------------------------------- */

#define ROWS_OF_ALL \
	"route near.example inbound\nroute #only.example inbound\n" \
	"route hop.example inbound mail.example:26\n" \
	"route far.example relay\nroute #v6.example relay [2001:db8::1]\n" \
	"route bad.example reject\nroute #sub.near.example reject\n"

static const struct {
	const char *domain, *wanted;
} rows[] = {
	{ "near.example", "delivered here", },
	{ "x.near.example", "delivered here", },
	{ "sub.near.example", "rejected", },
	{ "x.sub.near.example", "delivered here", },
	{ "notnear.example", "as any other domain", },
	{ "only.example", "delivered here", },
	{ "x.only.example", "as any other domain", },
	{ "hop.example", "sent to mail.example:26", },
	{ "x.y.hop.example", "sent to mail.example:26", },
	{ "far.example", "relayed to its MX", },
	{ "x.far.example", "relayed to its MX", },
	{ "v6.example", "sent to [2001:db8::1]:25", },
	{ "x.v6.example", "as any other domain", },
	{ "bad.example", "rejected", },
	{ "x.bad.example", "rejected", },
	{ "example", "as any other domain", },
};

static void
make_policy(const char *server, const char *mta)
{
	struct buf lines = { 0 };

	buf_addf(&lines, "server s\nlisten 192.0.2.1:25\n"
	    "entry relay 10.0.0.0/8\n%s" GATEWAY "set mta %s\n", server, mta);
	set_policy(buf_text(&lines));
	buf_free(&lines);
}

static void
check_words(const char *mta, const char *server)
{
	const char *domains[ROWS(rows)];
	struct treatment found[ROWS(rows)];
	struct recipients asked = { domains, ROWS(rows),
		!strstr(server, "anonymous false") };
	struct rendering rendering = { 0 };
	struct err err = { 0 };

	for (size_t i = 0; i < ROWS(rows); i++)
		domains[i] = rows[i].domain;
	make_policy(server, mta);
	check_render(&rendering);
	assert_true(dialect_find(site.gateway->mta)->treat(&rendering,
	    &policy->servers[0]->listeners[0], &asked, found, &err));
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = { 0 };

		treatment_add(&text, &found[i]);
		check_same(buf_text(&text), rows[i].wanted, rows[i].domain);
		buf_free(&text);
	}
	rendering_free(&rendering);
	forget();
}

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(mtas); i++) {
		check_words(mtas[i], ROWS_OF_ALL);
		check_words(mtas[i], ROWS_OF_ALL
		    "set authentication.anonymous false\n"
		    "set authentication.basic true\n"
		    "set relay.authenticated false\n");
	}
}

/* --- taking over --------------------------------------------------------------- */

static uint32_t seed;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* Every domain once at most in each form. */
static void
draw_routes(struct buf *lines, bool reroute)
{
	static const char *const domains[] = { "c.example", "d.example",
		"a.example", "b.example", "x.a.example", "y.x.a.example",
		"x.b.example" };
	static const char *const actions[] = { "inbound",
		"relay", "reject", "inbound mail.example:26",
		"relay mail.example:26", "relay 192.0.2.9" };

	if (!reroute)
		buf_add(lines, "set routing.reroute false\n");
	for (size_t i = 0; i < 2 * ROWS(domains); i++) {
		const char *action = actions[draw(ROWS(actions))];

		if (draw(5) < 3 || (!reroute && !strncmp(action, "rel", 3)))
			continue;
		buf_addf(lines, "route %s%s %s\n", i % 2 ? "#" : "",
		    domains[i / 2], action);
	}
}

static void
find(struct domain_changes *changes, const struct rendering *there)
{
	struct rendering here = { 0 };
	struct err err = { 0 };

	check_render(&here);
	if (!domain_changes_find(changes, &site, policy->servers[0], there,
	        &here, &err))
		fail_msg("%s", err.text);
	rendering_free(&here);
}

static void
check_taken(const char *mta, bool reroute)
{
	struct buf first = { 0 }, second = { 0 }, left = { 0 };
	struct rendering there = { 0 };
	struct domain_changes changes;

	draw_routes(&first, reroute);
	draw_routes(&second, reroute);
	make_policy(buf_text(&second), mta);
	check_render(&there);
	forget();
	make_policy(buf_text(&first), mta);
	find(&changes, &there);
	for (int i = 0; changes.count && i < DOMAIN_PASSES; i++) {
		if (!domain_changes_take(&changes, policy->servers[0],
		        "by hand"))
			break;
		domain_changes_free(&changes);
		relay_free((struct compiled *)(uintptr_t)site.compiled);
		site.compiled = relay_compile(policy);
		find(&changes, &there);
	}
	domain_changes_add(&left, &changes, "");
	if (left.len)
		fail_msg("%s: from\n%sto\n%sleft\n%s", mta, buf_text(&first),
		    buf_text(&second), buf_text(&left));
	domain_changes_free(&changes);
	rendering_free(&there);
	buf_free(&first);
	buf_free(&second);
	forget();
}

static void
test_taken(void **state)
{
	(void)state;
	for (seed = 1; seed <= LISTS; seed++) {
		uint32_t mine = seed;

		for (size_t i = 0; i < ROWS(mtas); i++) {
			seed = mine * 7919;
			check_taken(mtas[i], mine % 4 != 0);
		}
		seed = mine;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_taken),
	};

	return cmocka_run_group_tests_name("treatment", tests, NULL, NULL);
}

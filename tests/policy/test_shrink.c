/* A false claim is cut down to what makes it false. */
#include "config.h"

#include "property.h"
#include "unit.h"

/* --- false claims ----------------------------------------------------- */

/* "No relay list holds 10.0.0.5": one server, one entry. */
static bool
never_lists(struct pair *p)
{
	for (int i = 0; i < p->a.server_count; i++)
		if (m_holds(&p->a, &p->a.servers[i].relay, 4, 0x0a000005))
			return pair_denies(p, "10.0.0.5 is listed");
	return true;
}

/* "No change takes a routing row away." */
static bool
never_loses_rows(struct pair *p)
{
	for (int i = 0; i < p->a.server_count; i++)
		if (p->a.servers[i].route_count <
		    p->b.servers[i].route_count)
			return pair_denies(p, "a row more");
	return true;
}

/* "Nobody relays": the question is part of it. */
static bool
never_relays(struct pair *p)
{
	uint64_t random = p->seed;

	for (int i = 0; i < 100; i++) {
		struct m_verdict v;

		if (!p->pinned)
			m_ask(&p->a, &p->probe, &random);
		m_decide(&p->a, &p->probe, &v);
		if (strcmp(v.decision, "accept-relay"))
			continue;
		p->pinned = true;
		return pair_denies(p, "relayed by row %d", v.row);
	}
	return true;
}

/* --- and what is left of them ----------------------------------------- */

static size_t
items_of(struct model *m)
{
	struct m_entries *e;
	size_t count = 0;

	for (int i = 0; (e = m_gate(m, i)); i++)
		count += (size_t)e->count;
	return count;
}

static size_t
routes_of(const struct model *m)
{
	size_t count = 0;

	for (int i = 0; i < m->server_count; i++)
		count += (size_t)m->servers[i].route_count;
	return count;
}

/* The first pair from the seed on for which it is false, cut down. */
static struct pair *
cut_down(const struct claim *claim, unsigned long seed)
{
	struct pair *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	do
		claim->draw(p, seed++);
	while (claim_holds(claim, p));
	pair_shrink(p, claim);
	assert_false(claim_holds(claim, p));
	return p;
}

static void
test_entry(void **state)
{
	static const struct claim claim = { "never lists", never_lists,
		pair_draw_spoiled, 1 };

	(void)state;
	for (unsigned long seed = 1; seed < 1000; seed += 100) {
		struct pair *p = cut_down(&claim, seed);

		assert_int_equal(p->a.server_count, 1);
		assert_int_equal(p->a.gateway_count, 0);
		assert_true(p->a.list_count <= 1);
		assert_int_equal(items_of(&p->a),
		    p->a.list_count ? 2 : 1); /* by way of a list */
		assert_int_equal(routes_of(&p->a), 0);
		assert_int_equal(p->a.servers[0].listener_count, 0);
		assert_memory_equal(&p->a, &p->b, sizeof(p->a));
		free(p);
	}
}

static void
test_row(void **state)
{
	static const struct claim claim = { "never loses rows",
		never_loses_rows, pair_draw, 1 };
	struct pair *p = cut_down(&claim, 1);

	(void)state;
	assert_int_equal(p->a.server_count, 1);
	assert_int_equal(items_of(&p->a) + items_of(&p->b), 0);
	assert_int_equal(routes_of(&p->a), 0);
	assert_int_equal(routes_of(&p->b), 1);
	free(p);
}

static void
test_question(void **state)
{
	static const struct claim claim = { "never relays", never_relays,
		pair_draw, 1 };

	(void)state;
	for (unsigned long seed = 1; seed < 1000; seed += 100) {
		struct pair *p = cut_down(&claim, seed);

		assert_int_equal(p->a.server_count, 1);
		assert_int_equal(p->probe.server, 0);
		assert_true(items_of(&p->a) <= 1);
		assert_true(routes_of(&p->a) <= 1);
		assert_string_equal(p->probe.name, "");
		free(p);
	}
}

static void
test_print(void **state)
{
	static const struct claim claim = { "never relays", never_relays,
		pair_draw, 1 };
	struct pair *p = cut_down(&claim, 1);
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	assert_non_null(f);
	pair_print(p, f);
	assert_int_equal(fclose(f), 0);
	assert_non_null(strstr(text, "{\"relayadm\": 1, \"lists\": []"));
	assert_non_null(strstr(text, "decide --server server"));
	assert_non_null(strstr(text, "relayed by row"));
	assert_null(strstr(text, "and changed to"));
	free(text);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_row),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

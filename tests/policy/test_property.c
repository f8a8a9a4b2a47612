/* The core against the model, claim by claim; see property.h.
 *
 * RELAYADM_CLAIM: a pattern of the tests to run, as "test_flips". */
#include "config.h"

#include "claims.h"
#include "unit.h"

static const struct claim decisions = { "decisions", decisions_hold,
	pair_draw, 2000 };
static const struct claim mistaken = { "decisions with mistakes",
	decisions_hold, pair_draw_spoiled, 200 };
static const struct claim sets = { "sets", sets_hold, pair_draw, 12 };
static const struct claim algebra = { "set algebra", algebra_holds, pair_draw,
	100 };
static const struct claim merges = { "merges", merges_hold, pair_draw, 200 };
static const struct claim difference = { "differences", difference_holds,
	pair_draw, 15 };
static const struct claim client_domains = { "client domains",
	client_domains_hold, pair_draw, 15 };

static const struct claim openness = { "openness", openness_holds, pair_draw,
	30 };
static const struct claim findings = { "findings", findings_hold,
	pair_draw_spoiled, 200 };

static const struct claim flips = { "flips", flips_hold, pair_draw, 60 };

static void
test_decisions(void **state)
{
	(void)state;
	if (claim_test(&decisions))
		decisions_seen();
	claim_test(&mistaken);
}

static void
test_sets(void **state)
{
	(void)state;
	claim_test(&sets);
}

static void
test_algebra(void **state)
{
	(void)state;
	claim_test(&algebra);
}

static void
test_merges(void **state)
{
	(void)state;
	claim_test(&merges);
}

static void
test_difference(void **state)
{
	(void)state;
	claim_test(&difference);
}

static void
test_client_domains(void **state)
{
	(void)state;
	claim_test(&client_domains);
}

static void
test_openness(void **state)
{
	(void)state;
	claim_test(&openness);
}

static void
test_findings(void **state)
{
	(void)state;
	if (claim_test(&findings))
		findings_seen();
}

static void
test_flips(void **state)
{
	(void)state;
	if (claim_test(&flips))
		flips_seen();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_algebra),
		cmocka_unit_test(test_merges),
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_client_domains),
		cmocka_unit_test(test_openness),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_flips),
	};

	if (getenv("RELAYADM_CLAIM"))
		cmocka_set_test_filter(getenv("RELAYADM_CLAIM"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}

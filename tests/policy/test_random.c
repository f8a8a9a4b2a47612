/* Random policies and questions: the core and the model must agree about the
 * decision, the row, and the entry or routing row that decided.
 *
 * RELAYADM_DECISIONS: how many (default 200,000); RELAYADM_SEED: the first. */
#include "config.h"

#include "build.h"
#include "unit.h"

#define QUESTIONS 100

static unsigned long
from_environment(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

static void
compare(const struct model *m, const struct m_probe *p,
    const struct compiled *compiled, unsigned long seed)
{
	struct question q = build_question(p);
	struct m_verdict wanted;
	struct decision got;
	struct buf what = { 0 };

	m_decide(m, p, &wanted);
	relay_decide(relay_ruleset(compiled, m->servers[p->server].name), &q,
	    &got);
	decision_add_what(&what, &got);
	if (got.row != wanted.row ||
	    strcmp(decision_words[got.kind], wanted.decision) ||
	    strcmp(buf_text(&what), wanted.what)) {
		char local[80];

		m_local_text(p, local, sizeof(local));
		m_write_json(m, stderr);
		fail_msg("seed %lu: %s client %s name '%s' auth %d local %s "
		    "recipient '%s': got %s %d %s, wanted %s %d %s", seed,
		    m->servers[p->server].name, p->client_text, p->name,
		    p->authenticated, local, p->recipient,
		    decision_words[got.kind], got.row, buf_text(&what),
		    wanted.decision, wanted.row, wanted.what);
	}
	buf_free(&what);
}

static void
test_decisions(void **state)
{
	unsigned long wanted = from_environment("RELAYADM_DECISIONS", 200000);
	unsigned long seed = from_environment("RELAYADM_SEED", 1), done = 0;
	unsigned long rows[11] = { 0 };

	(void)state;
	print_message("# seeds from %lu on\n", seed);
	for (; done < wanted; seed++) {
		uint64_t random = seed;
		struct model m;
		struct policy *policy;
		struct compiled *compiled;

		m_make(&m, &random);
		policy = build_policy(&m);
		compiled = relay_compile(policy);
		for (int i = 0; i < QUESTIONS; i++, done++) {
			struct m_probe p;
			struct m_verdict v;

			m_ask(&m, &p, &random);
			compare(&m, &p, compiled, seed);
			m_decide(&m, &p, &v);
			rows[v.row]++;
		}
		relay_free(compiled);
		policy_free(policy);
	}
	/* A generator that misses a row would prove nothing about it. */
	for (int row = 1; row <= 10; row++)
		if (rows[row] < done / 200)
			fail_msg("row %d decided %lu of %lu", row, rows[row],
			    done);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

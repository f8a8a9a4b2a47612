#include "config.h"

#include <string.h>

#include "property.h"
#include "unit.h"

static double
from_environment(const char *name)
{
	const char *text = getenv(name);

	return text ? strtod(text, NULL) : 1;
}

bool
claim_holds(const struct claim *claim, struct pair *p)
{
	bool holds;

	p->why[0] = '\0';
	pair_open(p);
	holds = claim->holds(p);
	pair_close(p);
	return holds;
}

static void
print_probe(const struct pair *p, FILE *file)
{
	const struct m_probe *q = &p->probe;
	char local[80], client[M_TEXT];

	m_local_text(q, local, sizeof(local));
	m_add_addr(client, sizeof(client), q->family, q->client);
	fprintf(file, "decide --server %s --client %s",
	    p->a.servers[q->server].name, client);
	if (q->name[0])
		fprintf(file, " --name '%s'", q->name);
	if (q->authenticated)
		fprintf(file, " --authenticated");
	if (q->local_family)
		fprintf(file, " --local %s", local);
	fprintf(file, " --recipient '%s'\n", q->recipient);
}

void
pair_print(const struct pair *p, FILE *file)
{
	m_write_json(&p->a, file);
	if (memcmp(&p->a, &p->b, sizeof(p->a))) {
		fprintf(file, "and changed to\n");
		m_write_json(&p->b, file);
	}
	if (p->pinned)
		print_probe(p, file);
	fprintf(file, "%s\n", p->why);
}

static bool
shrinks(void)
{
	const char *text = getenv("RELAYADM_SHRINK");

	return !text || strcmp(text, "0");
}

bool
claim_test(const struct claim *claim)
{
	double effort = from_environment("RELAYADM_EFFORT");
	unsigned long seed = (unsigned long)from_environment("RELAYADM_SEED");
	unsigned long count = (unsigned long)((double)claim->policies *
	    effort), checks = 0;
	struct pair *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	for (unsigned long i = 0; i < count || !i; i++) {
		claim->draw(p, seed + i);
		if (!claim_holds(claim, p)) {
			unsigned cuts = shrinks() ? pair_shrink(p, claim) : 0;

			fprintf(stderr, "%s is false for seed %lu, here "
			    "after %u cuts:\n", claim->name, seed + i, cuts);
			pair_print(p, stderr);
			free(p);
			fail_msg("%s: seed %lu", claim->name, seed + i);
		}
		checks += p->checks;
	}
	free(p);
	print_message("# %s: %lu checks of %lu policies, seeds from %lu on\n",
	    claim->name, checks, count, seed);
	assert_true(checks > 0);
	return effort >= 1;
}

/* Which names a server's entries tell apart. */
#include "config.h"

#include "ruleset.h"

unsigned
rules_mask(const struct ruleset *rules, const char *name)
{
	unsigned mask = 0;

	for (unsigned i = 0; rules && i < SLOTS; i++)
		if (gate_covers(&rules->gates[i], name))
			mask |= 1u << i;
	return mask;
}

void
rules_each_name(const struct ruleset *rules,
    void (*each)(const char *name, void *context), void *context)
{
	for (size_t i = 0; i < SLOTS; i++)
		for (size_t j = 0; j < rules->gates[i].count; j++) {
			const struct entries *e = lookup_entries(
			    rules->gates[i].parts[j].lookup);

			for (size_t k = 0; k < e->domain_count; k++)
				each(e->domains[k], context);
		}
}

struct gathering {
	const struct ruleset *rules;
	struct naming *namings;
	size_t count;
};

static void
add_naming(const char *name, void *context)
{
	struct gathering *g = context;
	unsigned mask = rules_mask(g->rules, name);

	for (size_t i = 0; i < g->count; i++)
		if (g->namings[i].mask == mask)
			return;
	g->namings[g->count++] = (struct naming){ mask, name };
}

size_t
rules_namings(const struct ruleset *rules, struct naming namings[NAMINGS])
{
	struct gathering g = { rules, namings, 1 };

	namings[0] = (struct naming){ 0, NULL };
	rules_each_name(rules, add_naming, &g);
	return g.count;
}

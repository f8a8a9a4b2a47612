#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "space.h"

static unsigned long
from_environment(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

void
pair_make(struct pair *p, unsigned long seed)
{
	uint64_t random = seed;

	p->seed = seed;
	m_make(&p->a, &random);
	p->b = p->a;
	m_change(&p->b, &random);
	p->pa = build_policy(&p->a);
	p->pb = build_policy(&p->b);
	p->ca = relay_compile(p->pa);
	p->cb = relay_compile(p->pb);
	p->edges[0] = m_edges(&p->a, &p->b, 4, &p->counts[0]);
	p->edges[1] = m_edges(&p->a, &p->b, 6, &p->counts[1]);
}

void
pair_free(struct pair *p)
{
	relay_free(p->ca);
	relay_free(p->cb);
	policy_free(p->pa);
	policy_free(p->pb);
	free(p->edges[0]);
	free(p->edges[1]);
}

m128
pair_width(const struct pair *p, int v, size_t i)
{
	m128 top = v ? ~(m128)0 : 0xffffffff;

	return (i + 1 < p->counts[v] ? p->edges[v][i + 1] - 1 : top) -
	    p->edges[v][i] + 1;
}

void
each_pair(void (*check)(const struct pair *), unsigned long percent)
{
	unsigned long seed = from_environment("RELAYADM_SEED", 1);
	unsigned long count = from_environment("RELAYADM_POLICIES", 40);

	for (unsigned long i = 0; i < count * percent / 100; i++) {
		struct pair p;

		pair_make(&p, seed + i);
		check(&p);
		pair_free(&p);
	}
}

bool
seat_decides(const struct model *m, const struct seat *s, bool authenticated,
    const char *recipient, struct m_verdict *v)
{
	struct m_probe p = { .server = s->server, .family = s->family,
		.client = s->client, .authenticated = authenticated,
		.local_family = s->local_family, .local = s->local };

	snprintf(p.name, sizeof(p.name), "%s", s->name ? s->name : "");
	snprintf(p.recipient, sizeof(p.recipient), "%s", recipient);
	m_decide(m, &p, v);
	return !strcmp(v->decision, "accept-relay");
}

#include "config.h"

#include "policy/finding.h"
#include "policy/ruleset.h"

#include "claims.h"
#include "unit.h"

/* The edges at which an address also begins or ceases to be routable. */
struct globe {
	struct pair *pair;
	m128 *edges;
	size_t count;
	int v;
};

static m128
globe_width(const struct globe *g, size_t i)
{
	m128 top = g->v ? ~(m128)0 : 0xffffffff;

	return (i + 1 < g->count ? g->edges[i + 1] - 1 : top) - g->edges[i] + 1;
}

struct open {
	bool somebody, all;
	m128 count;
};

static bool
excepted(const struct model *m, const struct m_server *s, int family,
    m128 client)
{
	return m_holds(m, &s->never, family, client) ||
	    (!s->connection_only &&
	        m_holds(m, &s->connection, family, client)) ||
	    (!s->relay_only && m_holds(m, &s->relay, family, client));
}

static bool
relays_somewhere(const struct globe *g, int server, m128 client)
{
	const struct pair *p = g->pair;
	struct seat seat = { .server = server, .family = g->v ? 6 : 4,
		.local_family = g->v ? 6 : 4, .client = client };

	for (size_t j = 0; j < p->counts[g->v]; j++) {
		seat.local = p->edges[g->v][j];
		if (m_listens(&p->a.servers[server], seat.family,
		        seat.local) &&
		    seat_may_reach(&p->a, &seat, REACH_RELAY))
			return true;
	}
	return false;
}

static struct open
model_open(const struct globe *g, int server)
{
	const struct model *m = &g->pair->a;
	struct open open = { false, true, 0 };

	for (size_t i = 0; i < g->count; i++) {
		m128 client = g->edges[i];
		bool relays;

		if (!m_routable(g->v ? 6 : 4, client))
			continue;
		relays = relays_somewhere(g, server, client);
		open.somebody = open.somebody || relays;
		open.all = open.all && (relays || excepted(m,
		    &m->servers[server], g->v ? 6 : 4, client));
		open.count += relays ? globe_width(g, i) : 0;
	}
	return open;
}

static const struct finding *
find(const struct findings *f, const char *code, const char *server,
    uint8_t family)
{
	char object[32];

	snprintf(object, sizeof(object), "server:%s", server);
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->items[i].code, code) &&
		    !strcmp(f->items[i].object, object) &&
		    f->items[i].witness.family == family)
			return &f->items[i];
	return NULL;
}

/* The core's own decision must confirm what a finding shows: a routable client
 * that has not logged in relays, at a place where the server listens. */
static bool
witness_holds(struct pair *p, const struct finding *f, int server)
{
	const struct m_server *s = &p->a.servers[server];
	const struct question *q = &f->witness;
	struct decision d;

	p->checks++;
	relay_decide(relay_ruleset(p->ca, s->name), q, &d);
	if (f->has_witness && d.kind == ACCEPT_RELAY && !q->authenticated &&
	    m_routable(q->family, q->client) && (!q->local_family ||
	        m_listens(s, q->local_family, q->local)))
		return true;
	return pair_denies(p, "the witness of %s on %s is decided %s", f->code,
	    s->name, decision_words[d.kind]);
}

static bool
family_holds(struct globe *g, int server, const struct findings *all,
    enum openness *wanted)
{
	struct pair *p = g->pair;
	const char *name = p->a.servers[server].name;
	struct open o = model_open(g, server);
	bool open = o.somebody && o.all;
	bool wide = !open && o.count > (g->v ? (m128)1 << 80 : 65536);
	const struct finding *f = find(all, "open-relay", name,
	    g->v ? 6 : 4);
	const struct finding *w = find(all, "wide-relay", name,
	    g->v ? 6 : 4);

	p->checks += 2;
	if (open)
		*wanted = OPEN;
	else if (wide && *wanted != OPEN)
		*wanted = WIDE;
	if (open != (f != NULL) || wide != (w != NULL))
		return pair_denies(p, "%s IPv%d: open-relay should be %d, "
		    "wide-relay %d", name, g->v ? 6 : 4, open, wide);
	return (!f || witness_holds(p, f, server)) &&
	    (!w || witness_holds(p, w, server));
}

static bool
server_holds(struct pair *p, int server, const struct findings *all)
{
	const struct m_server *s = &p->a.servers[server];
	enum openness wanted = CLOSED;
	bool hold = true;

	for (int v = 0; hold && v < 2; v++) {
		struct globe g = { .pair = p, .v = v };

		g.edges = m_edges(&p->a, NULL, v ? 6 : 4, true, &g.count);
		hold = family_holds(&g, server, all, &wanted);
		free(g.edges);
	}
	if (!hold || !s->enabled)
		return hold;
	p->checks++;
	return openness_ask(relay_ruleset(p->ca, s->name)) == wanted ||
	    pair_denies(p, "%s should be %s", s->name, openness_words[wanted]);
}

bool
openness_holds(struct pair *p)
{
	struct findings all;
	bool hold = true;

	findings_ask(p->pa, p->ca, &all);
	for (int i = 0; hold && i < p->a.server_count; i++)
		hold = server_holds(p, i, &all);
	findings_free(&all);
	return hold;
}

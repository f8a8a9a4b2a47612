#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "policy/reach.h"

#include "space.h"

static void
draw(struct pair *p, unsigned long seed, bool spoil)
{
	uint64_t random = seed;

	memset(p, 0, sizeof(*p));
	p->seed = seed;
	m_make(&p->a, &random);
	if (spoil)
		m_spoil(&p->a, &random);
	p->b = p->a;
	m_change(&p->b, &random);
}

void
pair_draw(struct pair *p, unsigned long seed)
{
	draw(p, seed, false);
}

void
pair_draw_spoiled(struct pair *p, unsigned long seed)
{
	draw(p, seed, true);
}

void
pair_open(struct pair *p)
{
	p->pa = build_policy(&p->a);
	p->pb = build_policy(&p->b);
	p->ca = relay_compile(p->pa);
	p->cb = relay_compile(p->pb);
	p->edges[0] = m_edges(&p->a, &p->b, 4, false, &p->counts[0]);
	p->edges[1] = m_edges(&p->a, &p->b, 6, false, &p->counts[1]);
}

void
pair_close(struct pair *p)
{
	relay_free(p->ca);
	relay_free(p->cb);
	policy_free(p->pa);
	policy_free(p->pb);
	free(p->edges[0]);
	free(p->edges[1]);
}

bool
pair_denies(struct pair *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->why, sizeof(p->why), format, args);
	va_end(args);
	return false;
}

m128
pair_width(const struct pair *p, int v, size_t i)
{
	m128 top = v ? ~(m128)0 : 0xffffffff;

	return (i + 1 < p->counts[v] ? p->edges[v][i + 1] - 1 : top) -
	    p->edges[v][i] + 1;
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

bool
seat_may(const struct model *m, const struct seat *s, int reach)
{
	bool authenticated = reach == REACH_RELAY_AUTH;
	struct m_verdict v;
	bool relays = seat_decides(m, s, authenticated, "<u@nowhere.test>", &v);

	if (reach == REACH_CONNECT)
		return v.row != 1;
	if (reach == REACH_ANONYMOUS)
		return v.row > 2;
	return relays ||
	    seat_decides(m, s, authenticated, "<u%far@nowhere.test>", &v);
}

static bool
listens_family(const struct m_server *s, int family)
{
	for (int i = 0; i < s->listener_count; i++)
		if (s->listeners[i].family == family)
			return true;
	return !s->listener_count;
}

bool
seat_may_reach(const struct model *m, const struct seat *s, int reach)
{
	const struct m_server *server = &m->servers[s->server];

	return server->enabled && listens_family(server, s->family) &&
	    seat_may(m, s, reach);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/reach.h"

#include "modelling.h"
#include "property.h"

/* How often a claim is asked for one that is to be cut down. */
#define TRIES 4000

enum cut {
	CUT_END,     /* there is no n-th place */
	CUT_NOTHING, /* there is nothing at it */
	CUT_MADE,
};

/* --- parts of both models --------------------------------------------- */

static enum cut
cut_change(struct pair *p, size_t n)
{
	if (n)
		return CUT_END;
	if (!memcmp(&p->a, &p->b, sizeof(p->a)))
		return CUT_NOTHING;
	p->b = p->a;
	return CUT_MADE;
}

/* Only the question is asked, so a itself does not matter. */
static enum cut
cut_before(struct pair *p, size_t n)
{
	if (n)
		return CUT_END;
	if (!memcmp(&p->a, &p->b, sizeof(p->a)))
		return CUT_NOTHING;
	p->a = p->b;
	return CUT_MADE;
}

static void
drop_server(struct model *m, size_t n)
{
	size_t left = (size_t)--m->server_count - n;

	memmove(&m->servers[n], &m->servers[n + 1],
	    left * sizeof(m->servers[0]));
	memset(&m->servers[m->server_count], 0, sizeof(m->servers[0]));
}

static enum cut
cut_server(struct pair *p, size_t n)
{
	if (n >= (size_t)p->a.server_count)
		return CUT_END;
	if (p->pinned && (size_t)p->probe.server == n)
		return CUT_NOTHING;
	drop_server(&p->a, n);
	drop_server(&p->b, n);
	p->probe.server -= (size_t)p->probe.server > n;
	return CUT_MADE;
}

static enum cut
cut_gateway(struct pair *p, size_t n)
{
	if (n >= (size_t)p->a.gateway_count)
		return CUT_END;
	for (int i = 0; i < 2; i++) {
		struct model *m = i ? &p->b : &p->a;
		size_t left = (size_t)--m->gateway_count - n;

		memmove(&m->gateways[n], &m->gateways[n + 1],
		    left * sizeof(m->gateways[0]));
	}
	return CUT_MADE;
}

static void
drop_item(struct m_entries *e, int n)
{
	e->count--;
	memmove(&e->items[n], &e->items[n + 1],
	    (size_t)(e->count - n) * sizeof(e->items[0]));
	memset(&e->items[e->count], 0, sizeof(e->items[0]));
}

static void
drop_list(struct model *m, int n)
{
	struct m_entries *e;

	for (int g = 0; (e = m_gate(m, g)); g++)
		for (int i = e->count - 1; i >= 0; i--) {
			struct m_item *it = &e->items[i];

			if (it->kind == 'l' && it->list == n)
				drop_item(e, i);
			else if (it->kind == 'l' && it->list > n)
				it->list--;
		}
	m->list_count--;
	memmove(&m->lists[n], &m->lists[n + 1],
	    (size_t)(m->list_count - n) * sizeof(m->lists[0]));
	memset(&m->lists[m->list_count], 0, sizeof(m->lists[0]));
}

static enum cut
cut_list(struct pair *p, size_t n)
{
	if (n >= (size_t)p->a.list_count)
		return CUT_END;
	drop_list(&p->a, (int)n);
	drop_list(&p->b, (int)n);
	return CUT_MADE;
}

/* --- entries ---------------------------------------------------------- */

/* The same entry of the same gate, or -1. */
static int
same_item(const struct m_entries *e, const char *canonical)
{
	for (int i = 0; i < e->count; i++)
		if (!strcmp(e->items[i].canonical, canonical))
			return i;
	return -1;
}

static enum cut
cut_whole_gate(struct pair *p, size_t n)
{
	struct m_entries *a = m_gate(&p->a, (int)n);
	struct m_entries *b = m_gate(&p->b, (int)n);

	if (!a)
		return CUT_END;
	if (!a->count && !b->count)
		return CUT_NOTHING;
	memset(a, 0, sizeof(*a));
	memset(b, 0, sizeof(*b));
	return CUT_MADE;
}

/* The n-th entry of one model, and the equal one of the other. */
static enum cut
cut_item_of(struct model *one, struct model *other, size_t n)
{
	struct m_entries *e = m_gate(one, (int)(n / M_ITEMS));
	int place = (int)(n % M_ITEMS), same;

	if (!e)
		return CUT_END;
	if (place >= e->count)
		return CUT_NOTHING;
	same = same_item(m_gate(other, (int)(n / M_ITEMS)),
	    e->items[place].canonical);
	if (same >= 0)
		drop_item(m_gate(other, (int)(n / M_ITEMS)), same);
	drop_item(e, place);
	return CUT_MADE;
}

static enum cut
cut_item(struct pair *p, size_t n)
{
	return cut_item_of(&p->a, &p->b, n);
}

static enum cut
cut_item_behind(struct pair *p, size_t n)
{
	return cut_item_of(&p->b, &p->a, n);
}

/* A block becomes its first or last address. */
static enum cut
cut_width(struct pair *p, size_t n)
{
	struct m_entries *e = m_gate(&p->a, (int)(n / 2 / M_ITEMS));
	int place = (int)(n / 2 % M_ITEMS), same;
	struct m_item *it;

	if (!e)
		return CUT_END;
	it = &e->items[place];
	if (place >= e->count || it->kind != 'n' ||
	    it->range.first == it->range.last)
		return CUT_NOTHING;
	same = same_item(m_gate(&p->b, (int)(n / 2 / M_ITEMS)),
	    it->canonical);
	m_add_addr(it->text, M_TEXT, it->range.family,
	    n % 2 ? it->range.last : it->range.first);
	m_read_item(&p->a, it);
	if (same_item(e, it->canonical) != place)
		return CUT_NOTHING;
	if (same >= 0)
		m_gate(&p->b, (int)(n / 2 / M_ITEMS))->items[same] = *it;
	return CUT_MADE;
}

static enum cut
cut_comment(struct pair *p, size_t n)
{
	struct m_entries *a = m_gate(&p->a, (int)n);
	struct m_entries *b = m_gate(&p->b, (int)n);
	bool any = false;

	if (!a)
		return CUT_END;
	for (int i = 0; i < M_ITEMS; i++) {
		any = any || a->items[i].comment[0] || b->items[i].comment[0];
		a->items[i].comment[0] = b->items[i].comment[0] = '\0';
	}
	return any ? CUT_MADE : CUT_NOTHING;
}

/* --- rows of servers -------------------------------------------------- */

static void
drop_route(struct m_server *s, int n)
{
	s->route_count--;
	memmove(&s->routes[n], &s->routes[n + 1],
	    (size_t)(s->route_count - n) * sizeof(s->routes[0]));
	memset(&s->routes[s->route_count], 0, sizeof(s->routes[0]));
}

static enum cut
cut_route_of(struct model *one, struct model *other, size_t n)
{
	struct m_server *s = &one->servers[n / M_ITEMS];
	struct m_server *t = &other->servers[n / M_ITEMS];
	int place = (int)(n % M_ITEMS);

	if (n / M_ITEMS >= (size_t)one->server_count)
		return CUT_END;
	if (place >= s->route_count)
		return CUT_NOTHING;
	for (int i = 0; i < t->route_count; i++)
		if (!strcmp(t->routes[i].canonical,
		        s->routes[place].canonical)) {
			drop_route(t, i);
			break;
		}
	drop_route(s, place);
	return CUT_MADE;
}

static enum cut
cut_route(struct pair *p, size_t n)
{
	return cut_route_of(&p->a, &p->b, n);
}

static enum cut
cut_route_behind(struct pair *p, size_t n)
{
	return cut_route_of(&p->b, &p->a, n);
}

static enum cut
cut_next_hop(struct pair *p, size_t n)
{
	size_t place = n % M_ITEMS;
	struct m_route *a = &p->a.servers[n / M_ITEMS % 3].routes[place];
	struct m_route *b = &p->b.servers[n / M_ITEMS % 3].routes[place];

	if (n / M_ITEMS >= (size_t)p->a.server_count)
		return CUT_END;
	if (!a->next_hop[0] && !b->next_hop[0])
		return CUT_NOTHING;
	memset(a->next_hop, 0, sizeof(a->next_hop));
	memset(b->next_hop, 0, sizeof(b->next_hop));
	return CUT_MADE;
}

static void
drop_listener(struct m_server *s, const char *text)
{
	int kept = 0;

	for (int i = 0; i < s->listener_count; i++)
		if (strcmp(s->listeners[i].text, text))
			s->listeners[kept++] = s->listeners[i];
	memset(&s->listeners[kept], 0,
	    (size_t)(s->listener_count - kept) * sizeof(s->listeners[0]));
	s->listener_count = kept;
}

/* n: server, which of both, place. */
static enum cut
cut_listener(struct pair *p, size_t n)
{
	const struct m_server *s;
	char text[64];

	if (n / 8 >= (size_t)p->a.server_count)
		return CUT_END;
	s = &(n / 4 % 2 ? &p->b : &p->a)->servers[n / 8];
	if ((int)(n % 4) >= s->listener_count)
		return CUT_NOTHING;
	snprintf(text, sizeof(text), "%s", s->listeners[n % 4].text);
	drop_listener(&p->a.servers[n / 8], text);
	drop_listener(&p->b.servers[n / 8], text);
	return CUT_MADE;
}

/* --- settings --------------------------------------------------------- */

static bool
set_flag(struct m_server *s, size_t n)
{
	const struct {
		bool *flag, plain;
	} flags[] = {
		{ &s->enabled, true, }, { &s->anonymous, true, },
		{ &s->basic, false, }, { &s->reroute, true, },
		{ &s->relay_authenticated, false, },
		{ &s->box_authenticated, false, }, { &s->box_clients, false, },
		{ &s->box_local, false, }, { &s->connection_only, false, },
		{ &s->relay_only, true, },
	};
	bool changes = *flags[n].flag != flags[n].plain;

	*flags[n].flag = flags[n].plain;
	return changes;
}

static enum cut
cut_flag(struct pair *p, size_t n)
{
	bool changes;

	if (n / 10 >= (size_t)p->a.server_count)
		return CUT_END;
	changes = set_flag(&p->a.servers[n / 10], n % 10);
	changes |= set_flag(&p->b.servers[n / 10], n % 10);
	return changes ? CUT_MADE : CUT_NOTHING;
}

/* --- the question ----------------------------------------------------- */

static enum cut
cut_probe(struct pair *p, size_t n)
{
	struct m_probe old = p->probe;

	if (!p->pinned || n > 4)
		return CUT_END;
	switch (n) {
	case 0:
		memset(p->probe.name, 0, sizeof(p->probe.name));
		break;
	case 1:
		p->probe.authenticated = false;
		break;
	case 2:
		p->probe.local_family = p->probe.local_port = 0;
		p->probe.local = 0;
		break;
	case 3:
		memset(p->probe.recipient, 0, sizeof(p->probe.recipient));
		snprintf(p->probe.recipient, sizeof(p->probe.recipient),
		    "u@far.test");
		break;
	default:
		memset(p->probe.client_text, 0, sizeof(old.client_text));
		m_add_addr(p->probe.client_text, M_TEXT, p->probe.family,
		    p->probe.client);
	}
	return memcmp(&old, &p->probe, sizeof(old)) ? CUT_MADE : CUT_NOTHING;
}

/* --- all of them ------------------------------------------------------ */

/* The coarse ones first. */
static enum cut (*const cuts[])(struct pair *p, size_t n) = {
	cut_change,
	cut_before,
	cut_server,
	cut_gateway,
	cut_list,
	cut_whole_gate,
	cut_item,
	cut_item_behind,
	cut_route,
	cut_route_behind,
	cut_listener,
	cut_flag,
	cut_next_hop,
	cut_comment,
	cut_probe,
	cut_width,
};

struct shrinking {
	const struct claim *claim;
	struct pair *best, *trial;
	unsigned tries, made;
};

/* All cuts of one kind, each at every place; says whether one was kept. */
static bool
cut_all(struct shrinking *s, enum cut (*make)(struct pair *p, size_t n))
{
	bool kept = false;

	for (size_t n = 0; s->tries < TRIES; ) {
		enum cut cut;

		*s->trial = *s->best;
		cut = make(s->trial, n);
		if (cut == CUT_END)
			return kept;
		if (cut == CUT_MADE && s->tries++ < TRIES &&
		    !claim_holds(s->claim, s->trial)) {
			*s->best = *s->trial;
			s->made++;
			kept = true;
		} else {
			n++;
		}
	}
	return kept;
}

unsigned
pair_shrink(struct pair *p, const struct claim *claim)
{
	struct shrinking s = { .claim = claim, .best = p,
		.trial = malloc(sizeof(*p)) };
	bool kept = s.trial != NULL;

	while (kept) {
		kept = false;
		for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++)
			kept |= cut_all(&s, cuts[i]);
	}
	free(s.trial);
	return s.made;
}

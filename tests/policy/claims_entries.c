/* Findings about entries: what the model says. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "expected.h"
#include "unit.h"

/* For each edge and name: does row 10 ask, do the other gates accept? */
struct outcome {
	bool relay, clients;
};

struct outcomes {
	const char *names[64]; /* the first is NULL: no name */
	int name_count;
	struct outcome *at[2]; /* [v][edge * names + name] */
};

static void
add_names(const struct model *m, struct outcomes *o,
    const struct m_entries *e)
{
	for (int i = 0; i < e->count; i++) {
		const struct m_item *it = &e->items[i];

		if (it->kind == 'd' && o->name_count < 64)
			o->names[o->name_count++] = it->domain;
		if (it->kind == 'l' && it->list >= 0)
			add_names(m, o, &m->lists[it->list].entries);
	}
}

static void
decide_seat(const struct model *m, const struct seat *s,
    struct outcome *outcome)
{
	bool boxed = m->servers[s->server].box_authenticated;

	for (int authenticated = 0; authenticated < 2; authenticated++) {
		struct m_verdict v;
		bool relays = seat_decides(m, s, authenticated,
		    "u%far@nowhere.test", &v);

		outcome->relay = outcome->relay || v.row == 10;
		outcome->clients = outcome->clients ||
		    (relays && v.row >= 9 && !(authenticated && boxed));
	}
}

/* One local address that satisfies the box, if clients can connect to one. */
static bool
satisfying(const struct pair *p, int server, int v, m128 *local)
{
	const struct m_server *s = &p->a.servers[server];

	for (size_t i = 0; i < p->counts[v]; i++) {
		*local = p->edges[v][i];
		if (m_listens(s, v ? 6 : 4, *local) &&
		    m_holds(&p->a, &s->local, v ? 6 : 4, *local))
			return true;
	}
	return false;
}

static void
outcomes_make(const struct pair *p, int server, struct outcomes *o)
{
	const struct m_server *s = &p->a.servers[server];

	*o = (struct outcomes){ .name_count = 1 };
	add_names(&p->a, o, &s->connection);
	add_names(&p->a, o, &s->relay);
	add_names(&p->a, o, &s->clients);
	for (int v = 0; v < 2; v++) {
		m128 local = 0;
		bool found = satisfying(p, server, v, &local);
		size_t names = (size_t)o->name_count;

		o->at[v] = calloc(p->counts[v] * names, sizeof(*o->at[v]));
		assert_non_null(o->at[v]);
		for (size_t i = 0; i < p->counts[v] * names; i++) {
			struct seat seat = { .server = server,
				.family = v ? 6 : 4,
				.client = p->edges[v][i / names],
				.name = o->names[i % names] };

			decide_seat(&p->a, &seat, &o->at[v][i]);
			seat.local_family = found ? seat.family : 0;
			seat.local = local;
			decide_seat(&p->a, &seat, &o->at[v][i]);
		}
	}
}

static bool
under(const char *name, const char *domain)
{
	size_t n = strlen(name), d = strlen(domain);

	return !strcmp(name, domain) || (n > d && name[n - d - 1] == '.' &&
	    !strcmp(name + n - d, domain));
}

static bool
item_matters(const struct pair *p, const struct outcomes *o,
    const struct m_item *it, bool relay)
{
	const struct m_entries *inner = it->kind == 'l' && it->list >= 0
	    ? &p->a.lists[it->list].entries
	    : NULL;

	if (it->kind == 'l' && it->list < 0)
		return true; /* it is not there to be judged */
	for (int i = 0; inner && i < inner->count; i++)
		if (item_matters(p, o, &inner->items[i], relay))
			return true;
	if (inner)
		return !inner->count;
	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v] * (size_t)o->name_count;
		     i++) {
			const char *name = o->names[i % (size_t)o->name_count];
			m128 addr = p->edges[v][i / (size_t)o->name_count];
			bool matches = it->kind == 'd'
			    ? name && under(name, it->domain)
			    : m_item_holds(&p->a, it, v ? 6 : 4, addr);

			if (matches && (relay ? o->at[v][i].relay
			                      : o->at[v][i].clients))
				return true;
		}
	return false;
}

static void
expect_unreachable(struct expected *e, int server)
{
	const struct m_server *s = &e->pair->a.servers[server];
	struct outcomes o;

	if (!s->enabled)
		return;
	outcomes_make(e->pair, server, &o);
	for (int i = 0; i < s->relay.count; i++)
		expect_item(e, !item_matters(e->pair, &o, &s->relay.items[i],
		    true), "unreachable-relay", s->name, "relay",
		    &s->relay.items[i]);
	for (int i = 0; s->box_clients && i < s->clients.count; i++)
		expect_item(e, !item_matters(e->pair, &o,
		    &s->clients.items[i], false), "unreachable-relay", s->name,
		    "clients", &s->clients.items[i]);
	free(o.at[0]);
	free(o.at[1]);
}

static bool
overlaps(const struct pair *p, const struct m_server *s,
    const struct m_item *it)
{
	bool inside = false, outside = false;

	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v]; i++) {
			m128 addr = p->edges[v][i];

			if (!m_item_holds(&p->a, it, v ? 6 : 4, addr))
				continue;
			if (m_holds(&p->a, &s->never, v ? 6 : 4, addr))
				inside = true;
			else
				outside = true;
		}
	return inside && outside;
}

static void
expect_overlap(struct expected *e, const struct m_server *s)
{
	for (int i = 0; s->relay_only && i < s->relay.count; i++)
		expect_item(e, overlaps(e->pair, s, &s->relay.items[i]),
		    "never-overlap", s->name, "relay", &s->relay.items[i]);
	for (int i = 0; s->box_clients && i < s->clients.count; i++)
		expect_item(e, overlaps(e->pair, s, &s->clients.items[i]),
		    "never-overlap", s->name, "clients",
		    &s->clients.items[i]);
}

static bool
other_domain(const struct model *m, const struct m_entries *e, int except,
    const char *domain)
{
	for (int i = 0; i < e->count; i++) {
		const struct m_item *it = &e->items[i];

		if (i != except && it->kind == 'd' &&
		    under(domain, it->domain))
			return true;
		if (it->kind == 'l' && it->list >= 0 && other_domain(m,
		        &m->lists[it->list].entries, -1, domain))
			return true;
	}
	return false;
}

static bool
is_redundant(const struct pair *p, const struct m_entries *e, int place)
{
	const struct m_item *it = &e->items[place];

	if (it->kind != 'n')
		return it->kind == 'd' &&
		    other_domain(&p->a, e, place, it->domain);
	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v]; i++) {
			m128 addr = p->edges[v][i];
			bool other = false;

			if (!m_item_holds(&p->a, it, v ? 6 : 4, addr))
				continue;
			for (int j = 0; j < e->count; j++)
				other = other || (j != place && m_item_holds(
				    &p->a, &e->items[j], v ? 6 : 4, addr));
			if (!other)
				return false;
		}
	return true;
}

static void
expect_redundant(struct expected *e, const char *kind, const char *name,
    const char *where, const struct m_entries *entries)
{
	for (int i = 0; i < entries->count; i++)
		if (is_redundant(e->pair, entries, i))
			expect(e, "redundant-entry", kind, name,
			    "%s: %s is already", where,
			    entries->items[i].canonical);
}

static void
count_kinds(const struct model *m, const struct m_entries *e, int kinds[3])
{
	for (int i = 0; i < e->count; i++) {
		const struct m_item *it = &e->items[i];

		if (it->kind == 'l' && it->list < 0)
			continue;
		if (it->kind == 'l')
			count_kinds(m, &m->lists[it->list].entries, kinds);
		else
			kinds[it->kind == 'd'             ? 2
			    : it->range.family == 4 ? 0
			                            : 1]++;
	}
}

static void
expect_gap(struct expected *e, const struct m_server *s, const char *where,
    const struct m_entries *entries)
{
	int kinds[3] = { 0, 0, 0 };
	bool listens[2] = { false, false };

	count_kinds(&e->pair->a, entries, kinds);
	for (int i = 0; i < s->listener_count; i++)
		listens[s->listeners[i].family == 6] = true;
	for (int v = 0; v < 2; v++)
		if (listens[v] && kinds[!v] && !kinds[v] && !kinds[2])
			expect(e, "family-gap", "server", s->name,
			    "%s: the server listens on IPv%d,", where,
			    v ? 6 : 4);
}

static bool
is_unbound(const struct pair *p, const struct m_server *s,
    const struct m_item *it)
{
	bool any = false;

	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v]; i++) {
			if (!m_item_holds(&p->a, it, v ? 6 : 4,
			        p->edges[v][i]))
				continue;
			any = true;
			if (m_listens(s, v ? 6 : 4, p->edges[v][i]))
				return false;
		}
	return any;
}

static void
expect_of_server(struct expected *e, int server)
{
	const struct m_server *s = &e->pair->a.servers[server];
	const struct {
		const char *name;
		const struct m_entries *entries;
		bool alive;
	} slots[] = {
		{ "connection", &s->connection, true, },
		{ "relay", &s->relay, true, },
		{ "clients", &s->clients, s->box_clients, },
		{ "local", &s->local, s->box_local, },
		{ "never", &s->never, true, },
	};

	for (size_t i = 0; i < ROWS(slots); i++) {
		expect_redundant(e, "server", s->name, slots[i].name,
		    slots[i].entries);
		if (s->enabled && slots[i].alive)
			expect_gap(e, s, slots[i].name, slots[i].entries);
	}
	expect_unreachable(e, server);
	if (!s->enabled)
		return;
	expect_overlap(e, s);
	for (int i = 0; s->box_local && i < s->local.count; i++)
		if (is_unbound(e->pair, s, &s->local.items[i]))
			expect(e, "local-address-unbound", "server", s->name,
			    "local: no listener of the server can receive on "
			    "%s", s->local.items[i].canonical);
}

void
expect_entry_findings(struct expected *e)
{
	const struct model *m = &e->pair->a;

	for (int i = 0; i < m->list_count; i++)
		expect_redundant(e, "list", m->lists[i].name, "the list",
		    &m->lists[i].entries);
	for (int i = 0; i < m->server_count; i++)
		expect_of_server(e, i);
}

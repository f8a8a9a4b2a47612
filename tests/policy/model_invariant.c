#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "model_invariant.h"

/* --- random ones ------------------------------------------------------ */

static const char *const names[] = { "example.com", "ratest.com",
	"x.ratest.com", "sea.com", "com", "b.c.example.com", "example",
	"xn--bcher-kva.example", "net", "nowhere.test" };

#define NAMES (sizeof(names) / sizeof(names[0]))

static void
random_clients(struct m_invariant *i, const struct pair *p, uint64_t *seed)
{
	i->client_count = (int)m_random(seed, 4);
	for (int k = 0; k < i->client_count; k++) {
		int v = m_random(seed, 3) == 0;
		size_t first = m_random(seed, (unsigned)p->counts[v]);
		size_t last = first + m_random(seed, 4);
		m128 width = 0;

		if (m_random(seed, 8) == 0)
			last = p->counts[v];
		for (size_t e = first; e <= last && e < p->counts[v]; e++)
			width += pair_width(p, v, e);
		i->clients[k] = (struct m_range){ v ? 6 : 4,
			p->edges[v][first], p->edges[v][first] + width - 1 };
	}
}

static void
random_domains(struct m_invariant *i, const struct pair *p, uint64_t *seed)
{
	i->domain_count = (int)m_random(seed, 4);
	for (int k = 0; k < i->domain_count; k++) {
		const struct m_server *s = &p->a.servers[m_random(seed,
		    (unsigned)p->a.server_count)];
		const char *name = names[m_random(seed, NAMES)];

		if (s->route_count && m_random(seed, 2))
			name = s->routes[m_random(seed,
			    (unsigned)s->route_count)].domain;
		if (m_random(seed, 12) == 0)
			name = ".";
		snprintf(i->domains[k], M_TEXT, "%s%.100s",
		    strcmp(name, ".") && m_random(seed, 3) == 0 ? "#" : "",
		    name);
	}
}

void
m_invariant_make(struct m_invariant *i, const struct pair *p, uint64_t *seed)
{
	static const int v4[] = { 0, 1, 8, 16, 24, 26, 28, 30, 32 };
	static const int v6[] = { 0, 1, 32, 48, 64, 122, 124, 127, 128 };

	memset(i, 0, sizeof(*i));
	i->kind = "nomwd"[m_random(seed, 5)];
	i->when = "eal"[m_random(seed, 3)];
	i->action = "irx"[m_random(seed, 3)];
	i->servers = m_random(seed, 3) ? 0 : m_random(seed, 8);
	i->servers &= (1u << p->a.server_count) - 1;
	i->prefix[0] = v4[m_random(seed, 9)];
	i->prefix[1] = v6[m_random(seed, 9)];
	random_clients(i, p, seed);
	random_domains(i, p, seed);
}

/* --- who relays ------------------------------------------------------- */

struct crowd {
	const struct pair *pair;
	int server;
	const char *names[64]; /* the first is "": none */
	int name_count;
	bool local_found[2];
	m128 local[2];
};

static void
add_names(struct crowd *c, const struct m_entries *e)
{
	const struct model *m = &c->pair->a;

	for (int i = 0; i < e->count; i++) {
		const struct m_item *it = &e->items[i];

		if (it->kind == 'd' && c->name_count < 64)
			c->names[c->name_count++] = it->domain;
		if (it->kind == 'l')
			add_names(c, &m->lists[it->list].entries);
	}
}

/* A local address that satisfies the box and that clients can connect to. */
static void
find_local(struct crowd *c, int v)
{
	const struct pair *p = c->pair;
	const struct m_server *s = &p->a.servers[c->server];

	for (size_t i = 0; !c->local_found[v] && i < p->counts[v]; i++) {
		c->local[v] = p->edges[v][i];
		c->local_found[v] = m_listens(s, v ? 6 : 4, c->local[v]) &&
		    m_holds(&p->a, &s->local, v ? 6 : 4, c->local[v]);
	}
}

static void
crowd_make(struct crowd *c, const struct pair *p, int server)
{
	const struct m_server *s = &p->a.servers[server];

	*c = (struct crowd){ .pair = p, .server = server, .names = { "" },
		.name_count = 1 };
	add_names(c, &s->connection);
	add_names(c, &s->relay);
	add_names(c, &s->clients);
	find_local(c, 0);
	find_local(c, 1);
}

static bool
listens_family(const struct m_server *s, int family)
{
	for (int i = 0; i < s->listener_count; i++)
		if (s->listeners[i].family == family)
			return true;
	return !s->listener_count;
}

static bool
relays_from(const struct crowd *c, struct seat *s, bool logged_on)
{
	struct m_verdict v;

	return seat_decides(&c->pair->a, s, logged_on, "<u@nowhere.test>",
	           &v) ||
	    seat_decides(&c->pair->a, s, logged_on, "<u%far@nowhere.test>",
	        &v);
}

/* To a domain without a row, wherever it is best to connect to. */
static bool
relays(const struct crowd *c, int v, m128 client, const char *name,
    bool logged_on)
{
	struct seat s = { .server = c->server, .family = v ? 6 : 4,
		.client = client, .name = name };

	if (!listens_family(&c->pair->a.servers[c->server], s.family))
		return false;
	if (relays_from(c, &s, logged_on))
		return true;
	s.local_family = c->local_found[v] ? s.family : 0;
	s.local = c->local[v];
	return relays_from(c, &s, logged_on);
}

bool
m_invariant_holds(const struct m_invariant *i, int family, m128 client)
{
	for (int k = 0; k < i->client_count; k++)
		if (i->clients[k].family == family &&
		    i->clients[k].first <= client &&
		    client <= i->clients[k].last)
			return true;
	return false;
}

static bool
breaks(const struct m_invariant *i, bool named, bool relaying)
{
	return i->kind == 'n' ? named && relaying
	    : i->kind == 'o'  ? !named && relaying
	                      : named && !relaying;
}

static bool
clients_break(const struct m_invariant *i, const struct crowd *c)
{
	const struct m_server *s = &c->pair->a.servers[c->server];

	for (int v = 0; v < 2; v++)
		for (size_t e = 0; e < c->pair->counts[v] &&
		     listens_family(s, v ? 6 : 4); e++) {
			m128 client = c->pair->edges[v][e];
			bool named = m_invariant_holds(i, v ? 6 : 4, client);

			for (int n = 0; n < c->name_count; n++)
				if ((i->when != 'l' && breaks(i, named,
				        relays(c, v, client, c->names[n],
				            false))) ||
				    (i->when != 'a' && breaks(i, named,
				        relays(c, v, client, c->names[n],
				            true))))
					return true;
		}
	return false;
}

/* Does the run hold a block that is twice as wide as allowed? */
static bool
run_breaks(m128 first, m128 last, int bits, int prefix)
{
	m128 less, start;

	if (prefix == 0)
		return false;
	if (prefix == 1) /* twice that is everything */
		return !first && last == (bits == 32 ? 0xffffffff : ~(m128)0);
	less = ((m128)1 << (bits - prefix + 1)) - 1;
	start = first;
	while (start & less) {
		m128 next = (start | less) + 1;

		if (next <= start || next > last)
			return false;
		start = next;
	}
	return last - start >= less;
}

static bool
blocks_break(const struct m_invariant *i, const struct crowd *c)
{
	for (int v = 0; v < 2; v++) {
		bool open = false;
		m128 first = 0, last = 0;

		for (size_t e = 0; e < c->pair->counts[v]; e++) {
			m128 client = c->pair->edges[v][e];

			if (!relays(c, v, client, "", false)) {
				open = false;
				continue;
			}
			if (!open)
				first = client;
			open = true;
			last = client + pair_width(c->pair, v, e) - 1;
			if (run_breaks(first, last, v ? 128 : 32,
			        i->prefix[v]))
				return true;
		}
	}
	return false;
}

/* --- domains ---------------------------------------------------------- */

bool
m_invariant_covers(const struct m_invariant *i, const char *name)
{
	size_t n = strlen(name);

	for (int k = 0; k < i->domain_count; k++) {
		const char *d = i->domains[k];
		size_t len = strlen(d);

		if (!strcmp(d, ".") || !strcmp(d, name) ||
		    (d[0] == '#' && !strcmp(d + 1, name)) ||
		    (n > len && name[n - len - 1] == '.' &&
		        !strcmp(name + n - len, d)))
			return true;
	}
	return false;
}

static bool
anybody_sends(const struct crowd *c)
{
	for (int v = 0; v < 2; v++)
		for (size_t k = 0; k < c->pair->counts[v] *
		     (size_t)c->name_count; k++) {
			struct seat s = { .server = c->server,
				.family = v ? 6 : 4,
				.client = c->pair->edges[v][k /
				    (size_t)c->name_count],
				.name = c->names[k % (size_t)c->name_count] };
			struct m_verdict verdict;

			if (!listens_family(&c->pair->a.servers[c->server],
			        s.family))
				continue;
			seat_decides(&c->pair->a, &s, true,
			    "<u@nowhere.test>", &verdict);
			if (verdict.row > 2)
				return true;
		}
	return false;
}

static bool
name_breaks(const struct m_invariant *i, const struct m_server *s,
    const char *below, const char *name)
{
	char full[M_TEXT];
	const char *hop;

	if (*name == '#')
		name++;
	snprintf(full, sizeof(full), "%s%.100s", below, name);
	return m_invariant_covers(i, full) &&
	    m_effect(s, full, &hop) != i->action;
}

/* The names with a row, those of the invariant, and one below each. */
static bool
domains_break(const struct m_invariant *i, const struct crowd *c)
{
	const struct m_server *s = &c->pair->a.servers[c->server];
	bool broken = name_breaks(i, s, "", "nowhere.test");

	for (int k = 0; k < s->route_count; k++)
		if (strcmp(s->routes[k].domain, "."))
			broken = broken ||
			    name_breaks(i, s, "", s->routes[k].domain) ||
			    name_breaks(i, s, "zz.", s->routes[k].domain);
	for (int k = 0; k < i->domain_count; k++)
		if (strcmp(i->domains[k], "."))
			broken = broken ||
			    name_breaks(i, s, "", i->domains[k]) ||
			    name_breaks(i, s, "zz.", i->domains[k]);
	return broken && anybody_sends(c);
}

bool
m_invariant_broken(const struct m_invariant *i, const struct pair *p,
    int server)
{
	struct crowd c;

	if (!p->a.servers[server].enabled ||
	    (i->servers && !(i->servers >> server & 1)))
		return false;
	crowd_make(&c, p, server);
	if (i->kind == 'w')
		return blocks_break(i, &c);
	return i->kind == 'd' ? domains_break(i, &c) : clients_break(i, &c);
}

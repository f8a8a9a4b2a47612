#include "config.h"

#include "policy/difference.h"

#include "claims.h"
#include "unit.h"

/* --- sets of clients -------------------------------------------------- */

/* The view of the local address, or NULL. */
static const struct difference_view *
find_view(const struct server_difference *d, const struct seat *s)
{
	for (size_t i = 0; i < d->view_count; i++)
		if (set_holds(&d->views[i].local, (uint8_t)s->local_family,
		        s->local))
			return &d->views[i];
	return NULL;
}

static bool
in_sets(const struct difference_sets *sets, const struct seat *s, int reach,
    bool gains)
{
	return sets && set_holds(gains ? &sets->gains[reach]
	                               : &sets->loses[reach],
	    (uint8_t)s->family, s->client);
}

/* Does the local address exist for clients of either policy? */
static bool
reachable(const struct pair *p, int server, int family, m128 local)
{
	const struct m_server *a = &p->a.servers[server];
	const struct m_server *b = &p->b.servers[server];

	return (a->enabled && m_listens(a, family, local)) ||
	    (b->enabled && m_listens(b, family, local));
}

/* What a client gains or loses over all local addresses. */
struct changes {
	bool gains, loses;
};

static bool
seat_holds(struct pair *p, const struct server_difference *d,
    const struct seat *s, int reach, struct changes *all)
{
	const struct difference_view *view = find_view(d, s);
	bool exists = reachable(p, s->server, s->family, s->local);
	bool x = exists && seat_may_reach(&p->a, s, reach);
	bool y = exists && seat_may_reach(&p->b, s, reach);

	all->gains = all->gains || (y && !x);
	all->loses = all->loses || (x && !y);
	p->checks += 2;
	if (exists == (view != NULL) &&
	    in_sets(view ? &view->sets : NULL, s, reach, true) == (y && !x) &&
	    in_sets(view ? &view->sets : NULL, s, reach, false) == (x && !y))
		return true;
	return pair_denies(p, "server%d reach %d: a client of IPv%d may %d, "
	    "then %d", s->server, reach, s->family, x, y);
}

static bool
client_holds(struct pair *p, const struct server_difference *d,
    struct seat *s, struct changes all[REACHES])
{
	int v = s->family == 6;

	for (int r = 0; r < REACHES; r++) {
		all[r] = (struct changes){ false, false };
		for (size_t j = 0; j < p->counts[v]; j++) {
			s->local = p->edges[v][j];
			if (!seat_holds(p, d, s, r, &all[r]))
				return false;
		}
		p->checks += 2;
		if (in_sets(&d->sets, s, r, true) != all[r].gains ||
		    in_sets(&d->sets, s, r, false) != all[r].loses)
			return pair_denies(p, "server%d reach %d: the union",
			    s->server, r);
	}
	return true;
}

/* What the sets of one server must add up to, for each family. */
struct sums {
	m128 count[2][REACHES][2];  /* gains, loses */
	size_t runs[2][REACHES][2];
	bool before[REACHES][2];
};

static void
sums_add(struct sums *sums, int v, m128 width,
    const struct changes all[REACHES])
{
	for (int r = 0; r < REACHES; r++) {
		const bool now[2] = { all[r].gains, all[r].loses };

		for (int i = 0; i < 2; i++) {
			sums->count[v][r][i] += now[i] ? width : 0;
			sums->runs[v][r][i] += now[i] && !sums->before[r][i];
			sums->before[r][i] = now[i];
		}
	}
}

/* Exact and minimal: as many addresses, in as few ranges as there can be. */
static bool
sums_hold(struct pair *p, const struct server_difference *d,
    const struct sums *sums)
{
	for (int i = 0; i < 2 * REACHES; i++) {
		const struct set *set = i % 2 ? &d->sets.loses[i / 2]
		                              : &d->sets.gains[i / 2];

		p->checks += 4;
		if (set_count(set, 4).low != sums->count[0][i / 2][i % 2] ||
		    set_count(set, 6).low != sums->count[1][i / 2][i % 2])
			return pair_denies(p, "count of reach %d", i / 2);
		if (set->v4_count != sums->runs[0][i / 2][i % 2] ||
		    set->v6_count != sums->runs[1][i / 2][i % 2])
			return pair_denies(p, "ranges of reach %d", i / 2);
	}
	return true;
}

static bool
server_holds(struct pair *p, int server, const struct server_difference *d,
    bool *same)
{
	struct sums sums = { .count = { { { 0 } } } };

	for (int v = 0; v < 2; v++) {
		memset(sums.before, 0, sizeof(sums.before));
		for (size_t j = 0; j < p->counts[v]; j++) {
			struct changes all[REACHES];
			struct seat s = { .server = server,
				.family = v ? 6 : 4,
				.local_family = v ? 6 : 4,
				.client = p->edges[v][j] };

			if (!client_holds(p, d, &s, all))
				return false;
			sums_add(&sums, v, pair_width(p, v, j), all);
			for (int r = 0; r < REACHES; r++)
				*same = *same && !all[r].gains &&
				    !all[r].loses;
		}
	}
	return sums_hold(p, d, &sums);
}

/* --- routing domains -------------------------------------------------- */

static const struct domain_difference *
find_domain(const struct server_difference *d, const char *domain,
    bool itself)
{
	for (size_t i = 0; i < d->domain_count; i++) {
		const struct domain_difference *x = &d->domains[i];

		if (!strcmp(x->domain, domain) &&
		    (itself ? x->itself : x->subdomains))
			return x;
	}
	return NULL;
}

/* Rows of a server that is off stand for nothing. */
static bool
has_row(const struct m_server *s, const char *domain)
{
	for (int i = 0; s->enabled && i < s->route_count; i++)
		if (!strcmp(s->routes[i].domain, domain))
			return true;
	return false;
}

static const char *
above(const char *domain)
{
	const char *dot = strchr(domain, '.');

	return dot ? dot + 1 : NULL;
}

/* The name with a row, in either policy, that stands for this one. */
static const char *
stands_for(const struct m_server *a, const struct m_server *b,
    const char *domain)
{
	for (const char *d = domain; d; d = above(d))
		if (has_row(a, d) || has_row(b, d))
			return d;
	return ".";
}

static bool
domain_holds(struct pair *p, int server, const struct server_difference *d,
    const char *domain)
{
	static const char letters[] = { [DOMAIN_FOREIGN] = 'f',
		[DOMAIN_INBOUND] = 'i', [DOMAIN_RELAYED] = 'r',
		[DOMAIN_REJECTED] = 'x' };
	const struct m_server *a = &p->a.servers[server];
	const struct m_server *b = &p->b.servers[server];
	const char *row = stands_for(a, b, domain);
	const struct domain_difference *x =
	    find_domain(d, row, !strcmp(row, domain));
	const char *hop = "", *hop2 = "";
	char before = a->enabled ? m_effect(a, domain, &hop) : 'f';
	char after = b->enabled ? m_effect(b, domain, &hop2) : 'f';
	bool changes = before != after || strcmp(hop, hop2);

	p->checks++;
	if (changes == (x != NULL) &&
	    (!x || (letters[x->before] == before &&
	        letters[x->after] == after)))
		return true;
	return pair_denies(p, "server%d domain %s: %c %s -> %c %s", server,
	    domain, before, hop, after, hop2);
}

static const char *const names[] = { "example.com", "zz.example.com",
	"ratest.com", "x.ratest.com", "zz.x.ratest.com", "sea.com", "x.sea.com",
	"chelsea.com", "com", "zz.com", "a.b.c.example.com",
	"b.c.example.com", "c.example.com", "example", "zz.example",
	"xn--bcher-kva.example", "zz.xn--bcher-kva.example",
	"xn--strae-oqa.com", "x.xn--wgv71a.example", "net", "zz.net",
	"nowhere.test" };

/* What it says in short is what it says at length. */
static bool
summary_holds(struct pair *p, const struct difference *d, bool changes)
{
	bool says = difference_has_gains(d) || difference_has_losses(d);
	bool named = false, empty = true;

	for (size_t i = 0; i < d->server_count; i++)
		named = named || d->servers[i].client_count;
	for (int r = 0; r < REACHES; r++)
		empty = empty && set_empty(&d->gains[r]) &&
		    set_empty(&d->loses[r]);
	p->checks += 3;
	if (empty == changes)
		return pair_denies(p, "the sum over the servers");
	if (says != (changes || named))
		return pair_denies(p, "says gains or losses: %d", says);
	if (d->same ? changes || named
	            : !memcmp(&p->a, &p->b, sizeof(p->a)))
		return pair_denies(p, "says that all is the same: %d",
		    d->same);
	return true;
}

bool
difference_holds(struct pair *p)
{
	struct difference d;
	bool same = true, hold = true;

	difference_make(&d, p->ca, p->cb);
	if (d.server_count != (size_t)p->a.server_count)
		hold = pair_denies(p, "%zu servers", d.server_count);
	for (int i = 0; hold && i < p->a.server_count; i++) {
		bool alike = true;

		hold = server_holds(p, i, &d.servers[i], &alike);
		for (size_t j = 0; hold && j < ROWS(names); j++)
			hold = domain_holds(p, i, &d.servers[i], names[j]);
		if (hold && d.servers[i].same && !alike)
			hold = pair_denies(p, "server%d is not the same", i);
		same = same && alike;
	}
	hold = hold && summary_holds(p, &d, !same);
	difference_free(&d);
	return hold;
}

/* --- client domains --------------------------------------------------- */

static bool
has_client(const struct model *m, const struct m_entries *e,
    const char *domain)
{
	for (int i = 0; i < e->count; i++) {
		const struct m_item *it = &e->items[i];

		if (it->kind == 'd' && !strcmp(it->domain, domain))
			return true;
		if (it->kind == 'l' &&
		    has_client(m, &m->lists[it->list].entries, domain))
			return true;
	}
	return false;
}

static bool
in_gates(const struct model *m, int server, const char *domain)
{
	const struct m_server *s = &m->servers[server];

	return s->enabled && (has_client(m, &s->connection, domain) ||
	    has_client(m, &s->relay, domain) ||
	    has_client(m, &s->clients, domain));
}

static const struct client_difference *
find_client(const struct pair *p, int server,
    const struct server_difference *d, const char *domain)
{
	for (const char *up = domain; up; up = above(up)) {
		if (!in_gates(&p->a, server, up) &&
		    !in_gates(&p->b, server, up))
			continue;
		for (size_t i = 0; i < d->client_count; i++)
			if (!strcmp(d->clients[i].domain, up))
				return &d->clients[i];
		return NULL;
	}
	return NULL;
}

/* Does a client of that name gain (lose) anywhere what one without does not?
 */
static struct changes
model_client(const struct pair *p, struct seat *s, int r, const char *name)
{
	struct changes all = { false, false };

	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v] * p->counts[v]; i++) {
			bool x, y, n, m;

			s->family = s->local_family = v ? 6 : 4;
			s->client = p->edges[v][i / p->counts[v]];
			s->local = p->edges[v][i % p->counts[v]];
			if (!reachable(p, s->server, s->family, s->local))
				continue;
			s->name = NULL;
			x = seat_may_reach(&p->a, s, r);
			y = seat_may_reach(&p->b, s, r);
			s->name = name;
			n = seat_may_reach(&p->a, s, r);
			m = seat_may_reach(&p->b, s, r);
			all.gains = all.gains || (m && !n && !(y && !x));
			all.loses = all.loses || (n && !m && !(x && !y));
		}
	return all;
}

static bool
name_holds(struct pair *p, int server, const struct server_difference *d,
    const char *name)
{
	const struct client_difference *c = find_client(p, server, d, name);
	struct seat s = { .server = server };

	for (int r = 0; r < REACHES; r++) {
		struct changes all = model_client(p, &s, r, name);

		p->checks += 2;
		if (all.gains != (c && c->gains[r]) ||
		    all.loses != (c && c->loses[r]))
			return pair_denies(p, "server%d client %s reach %d: "
			    "%d %d", server, name, r, all.gains, all.loses);
	}
	return true;
}

bool
client_domains_hold(struct pair *p)
{
	struct difference d;
	bool hold = true;

	difference_make(&d, p->ca, p->cb);
	for (int i = 0; hold && i < p->a.server_count; i++)
		for (size_t j = p->seed % 3; hold && j < ROWS(names); j += 3)
			hold = name_holds(p, i, &d.servers[i], names[j]);
	difference_free(&d);
	return hold;
}

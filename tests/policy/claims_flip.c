#include "config.h"

#include "policy/explain.h"
#include "policy/field.h"

#include "claims.h"
#include "modelling.h"
#include "unit.h"

static unsigned long kinds[FLIP_SETTING + 1];

/* --- every single change there is, on the model ----------------------- */

static bool
add_to(struct model *m, struct m_entries *e, int family, m128 addr)
{
	struct m_item *it = &e->items[e->count];

	if (!family || e->count == M_ITEMS)
		return false;
	memset(it, 0, sizeof(*it));
	m_add_addr(it->text, M_TEXT, family, addr);
	m_read_item(m, it);
	e->count++;
	return true;
}

static bool
remove_from(struct m_entries *e, int place)
{
	if (place >= e->count)
		return false;
	e->items[place] = e->items[--e->count];
	return true;
}

static bool
remove_row(struct m_server *s, int place)
{
	if (place >= s->route_count)
		return false;
	s->route_count--;
	memmove(&s->routes[place], &s->routes[place + 1],
	    (size_t)(s->route_count - place) * sizeof(s->routes[0]));
	return true;
}

static bool
toggle(bool *flag)
{
	*flag = !*flag;
	return true;
}

#define FLAGS 6
#define ADDS 5

/* Makes the n-th change; false when there is none such.  Sets *end behind the
 * last. */
static bool
change(struct model *m, const struct m_probe *p, int n, bool *end)
{
	struct m_server *s = &m->servers[p->server];
	bool *const flags[FLAGS] = { &s->anonymous, &s->reroute,
		&s->relay_authenticated, &s->box_authenticated,
		&s->box_clients, &s->box_local };
	struct m_entries *const adds[ADDS] = { &s->connection, &s->relay,
		&s->clients, &s->never, &s->local };
	struct m_entries *e;

	if (n < FLAGS)
		return toggle(flags[n]);
	n -= FLAGS;
	if (n < ADDS)
		return n == ADDS - 1
		    ? add_to(m, adds[n], p->local_family, p->local)
		    : add_to(m, adds[n], p->family, p->client);
	n -= ADDS;
	if (n < M_ITEMS)
		return remove_row(s, n);
	n -= M_ITEMS;
	e = m_gate(m, n / M_ITEMS);
	*end = !e;
	return e && remove_from(e, n % M_ITEMS);
}

static bool
accepts(const struct model *m, const struct m_probe *p)
{
	struct m_verdict v;

	m_decide(m, p, &v);
	return !strncmp(v.decision, "accept", 6);
}

/* What a client like the one who was asked about may do. */
static unsigned
rights(const struct model *m, const struct m_probe *p, int family, m128 client)
{
	struct seat s = { .server = p->server, .family = family,
		.client = client, .local_family = p->local_family,
		.local = p->local };
	unsigned may = 0;

	may |= seat_may(m, &s, REACH_CONNECT) ? 1 : 0;
	if (!p->authenticated)
		may |= seat_may(m, &s, REACH_ANONYMOUS) ? 2 : 0;
	may |= seat_may(m, &s, p->authenticated ? REACH_RELAY_AUTH
	                                        : REACH_RELAY) ? 4 : 0;
	return may;
}

struct size {
	m128 gains[2], loses[2], both; /* both: at most all ones */
};

static struct size
effect(const struct pair *p, const struct model *after,
    const struct m_probe *probe)
{
	struct size size = { .both = 0 };

	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v]; i++) {
			int family = v ? 6 : 4;
			unsigned x = rights(&p->a, probe, family,
			    p->edges[v][i]);
			unsigned y = rights(after, probe, family,
			    p->edges[v][i]);
			m128 width = pair_width(p, v, i);

			if (y & ~x)
				size.gains[v] += width;
			if (x & ~y)
				size.loses[v] += width;
			/* no width: all of 2^128 */
			if (x != y)
				size.both = !width || size.both + width <
				        width ? ~(m128)0
				              : size.both + width;
		}
	return size;
}

/* --- the flip of the core --------------------------------------------- */

/* The change that the core names, on the model. */
static bool
apply(struct model *m, const struct m_probe *p, const struct flip *f)
{
	struct m_server *s = &m->servers[p->server];
	struct buf text = { 0 };
	struct m_entries *e = NULL;
	bool done = false;

	if (f->slot) {
		int place = (int)(f->slot - server_slots);

		e = m_gate(m, m->list_count + p->server * 5 + place);
		entry_add(&text, &f->entry);
	}
	if (f->kind == FLIP_SETTING) {
		static const char *const names[FLAGS] = {
			"authentication.anonymous", "routing.reroute",
			"relay.authenticated",
			"routing.restrictions.authenticated",
			"routing.restrictions.clients.enabled",
			"routing.restrictions.local.enabled" };
		bool end;

		for (int i = 0; i < FLAGS; i++)
			if (!strcmp(names[i], f->field->name))
				done = change(m, p, i, &end);
	} else if (f->kind == FLIP_UNROUTE) {
		route_add(&text, f->route);
		for (int i = 0; !done && i < s->route_count; i++)
			if (!strcmp(s->routes[i].canonical, buf_text(&text)))
				done = remove_row(s, i);
	} else if (f->kind == FLIP_ADD) {
		done = add_to(m, e, f->entry.net.family, f->entry.net.first);
	} else {
		for (int i = 0; f->list && i < m->list_count; i++)
			if (!strcmp(m->lists[i].name, f->list))
				e = &m->lists[i].entries;
		for (int i = 0; !done && i < e->count; i++)
			if (!strcmp(e->items[i].canonical, buf_text(&text)))
				done = remove_from(e, i);
	}
	buf_free(&text);
	return done;
}

static bool
counts_hold(const struct set *set, const m128 wanted[2])
{
	return set_count(set, 4).low == wanted[0] &&
	    set_count(set, 6).low == wanted[1];
}

/* The least effect of all changes that turn the answer; false: none does. */
static bool
least_effect(struct pair *p, const struct m_probe *probe, m128 *least)
{
	struct model *m = malloc(sizeof(*m));
	bool any = false, end = false;

	assert_non_null(m);
	for (int n = 0; !end; n++) {
		struct size size;

		*m = p->a;
		if (!change(m, probe, n, &end) ||
		    accepts(m, probe) == accepts(&p->a, probe))
			continue;
		p->checks++;
		size = effect(p, m, probe);
		if (!any || size.both < *least)
			*least = size.both;
		any = true;
	}
	free(m);
	return any;
}

static bool
flip_holds(struct pair *p, const struct m_probe *probe, const struct flip *f)
{
	struct model *m = malloc(sizeof(*m));
	struct size size;
	m128 least = 0;
	bool any = least_effect(p, probe, &least), hold = true;

	assert_non_null(m);
	*m = p->a;
	kinds[f->kind]++;
	p->checks += 3;
	if (any != (f->kind != FLIP_NONE))
		hold = pair_denies(p, "some change turns it: %d", any);
	if (any && hold && !apply(m, probe, f))
		hold = pair_denies(p, "kind %d cannot be done", f->kind);
	if (any && hold && accepts(m, probe) == accepts(&p->a, probe))
		hold = pair_denies(p, "kind %d turns nothing", f->kind);
	if (any && hold) {
		size = effect(p, m, probe);
		if (!counts_hold(&f->gains, size.gains) ||
		    !counts_hold(&f->loses, size.loses))
			hold = pair_denies(p, "the effect of kind %d",
			    f->kind);
		else if (size.both != least)
			hold = pair_denies(p, "kind %d is not the least",
			    f->kind);
	}
	free(m);
	return hold;
}

/* --- the whole answer ------------------------------------------------- */

static bool
explanation_holds(struct pair *p, const struct m_probe *probe)
{
	struct question q = build_question(probe);
	const struct ruleset *rules = relay_ruleset(p->ca,
	    p->a.servers[probe->server].name);
	struct explanation e;
	struct m_verdict v;
	struct buf text = { 0 };
	bool hold;

	m_decide(&p->a, probe, &v);
	explanation_make(&e, rules, &q);
	explanation_add_text(&text, &e, "");
	hold = e.decision.row == v.row && (!strcmp(v.what, "-") ||
	    strstr(e.rows[v.row - 1], v.what));
	if (!hold)
		pair_denies(p, "row %d looks at '%s', not at '%s'", v.row,
		    e.rows[v.row - 1], v.what);
	if (strncmp(buf_text(&text), v.decision, strlen(v.decision)))
		hold = pair_denies(p, "it begins with '%.40s'",
		    buf_text(&text));
	p->checks += 2;
	hold = hold && flip_holds(p, probe, &e.flip);
	explanation_free(&e);
	buf_free(&text);
	return hold;
}

/* The client itself is an edge: it is what may be listed. */
static void
add_edges(struct pair *p, const struct m_probe *probe)
{
	const m128 at[2] = { probe->client, probe->client + 1 };
	int v = probe->family == 6;

	for (int i = 0; i < 2; i++) {
		size_t j = 0;

		while (j < p->counts[v] && p->edges[v][j] < at[i])
			j++;
		if ((j < p->counts[v] && p->edges[v][j] == at[i]) ||
		    (i && probe->client == m_top(probe->family)))
			continue;
		p->edges[v] = realloc(p->edges[v],
		    (p->counts[v] + 1) * sizeof(m128));
		assert_non_null(p->edges[v]);
		memmove(&p->edges[v][j + 1], &p->edges[v][j],
		    (p->counts[v] - j) * sizeof(m128));
		p->edges[v][j] = at[i];
		p->counts[v]++;
	}
}

bool
flips_hold(struct pair *p)
{
	uint64_t random = p->seed + 1000000;

	for (int i = 0; i < (p->pinned ? 1 : 10); i++) {
		struct m_probe probe = p->probe;

		if (!p->pinned)
			m_ask(&p->a, &probe, &random);
		add_edges(p, &probe);
		if (explanation_holds(p, &probe))
			continue;
		p->probe = probe;
		p->pinned = true;
		return false;
	}
	return true;
}

void
flips_seen(void)
{
	for (size_t i = 0; i < ROWS(kinds); i++)
		assert_true(kinds[i] > 10);
}

#include "config.h"

#include "policy/field.h"
#include "policy/reach.h"

#include "claims.h"
#include "modelling.h"
#include "unit.h"

/* --- who may ---------------------------------------------------------- */

/* The sets of one server and reach. */
struct reached {
	int server;
	enum reach reach;
	struct set nowhere;   /* the local address is not known */
	struct set anywhere;
	struct set *at[2];    /* by the edge that is connected to */
};

static void
reached_make(struct reached *r, const struct pair *p)
{
	const struct ruleset *rules = relay_ruleset(p->ca,
	    p->a.servers[r->server].name);

	reach_set(rules, r->reach, NULL, &r->nowhere);
	reach_anywhere(rules, r->reach, &r->anywhere);
	for (int v = 0; v < 2; v++) {
		r->at[v] = calloc(p->counts[v], sizeof(struct set));
		assert_non_null(r->at[v]);
		for (size_t i = 0; i < p->counts[v]; i++) {
			struct listener local = { v ? 6 : 4, p->edges[v][i],
				25 };

			reach_set(rules, r->reach, &local, &r->at[v][i]);
		}
	}
}

static void
reached_free(struct reached *r, const struct pair *p)
{
	set_free(&r->nowhere);
	set_free(&r->anywhere);
	for (int v = 0; v < 2; v++) {
		for (size_t i = 0; i < p->counts[v]; i++)
			set_free(&r->at[v][i]);
		free(r->at[v]);
	}
}

static bool
member_holds(struct pair *p, const struct set *set, const struct seat *s,
    bool wanted, const char *which)
{
	p->checks++;
	if (set_holds(set, (uint8_t)s->family, s->client) == wanted)
		return true;
	return pair_denies(p, "server%d: an IPv%d client is wrong in the set "
	    "%s, wanted %d", s->server, s->family, which, wanted);
}

static bool
client_holds(struct pair *p, const struct reached *r, struct seat *s)
{
	const struct m_server *server = &p->a.servers[r->server];
	int v = s->family == 6;
	bool wanted = seat_may(&p->a, s, (int)r->reach), anywhere = false;

	if (!member_holds(p, &r->nowhere, s, wanted, "of nowhere"))
		return false;
	s->local_family = s->family;
	for (size_t j = 0; j < p->counts[v]; j++) {
		s->local = p->edges[v][j];
		wanted = seat_may(&p->a, s, (int)r->reach);
		if (!member_holds(p, &r->at[v][j], s, wanted, "of an address"))
			return false;
		anywhere = anywhere ||
		    (wanted && m_listens(server, s->family, s->local));
	}
	return member_holds(p, &r->anywhere, s, anywhere, "of anywhere");
}

/* Counts and number of ranges, of all sets that one model sees alike. */
static bool
size_holds(struct pair *p, const struct reached *r, int v)
{
	m128 sum = 0;
	size_t runs = 0;
	bool before = false;
	struct count got = set_count(&r->nowhere, v ? 6 : 4);

	for (size_t i = 0; i < p->counts[v]; i++) {
		struct seat s = { .server = r->server, .family = v ? 6 : 4,
			.client = p->edges[v][i] };
		bool may = seat_may(&p->a, &s, (int)r->reach);

		sum += may ? pair_width(p, v, i) : 0;
		runs += may && !before;
		before = may;
	}
	p->checks += 2;
	if (got.low == sum && got.all6 == (v && !sum && before) &&
	    (v ? r->nowhere.v6_count : r->nowhere.v4_count) == runs)
		return true;
	return pair_denies(p, "server%d: the count or the ranges of IPv%d",
	    r->server, v ? 6 : 4);
}

static bool
reached_hold(struct pair *p, const struct reached *r)
{
	for (int v = 0; v < 2; v++) {
		if (!size_holds(p, r, v))
			return false;
		for (size_t i = 0; i < p->counts[v]; i++) {
			struct seat s = { .server = r->server,
				.family = v ? 6 : 4,
				.client = p->edges[v][i] };

			if (!client_holds(p, r, &s))
				return false;
		}
	}
	return true;
}

bool
sets_hold(struct pair *p)
{
	bool hold = true;

	for (int i = 0; i < p->a.server_count; i++)
		for (enum reach reach = 0; hold && reach < REACHES; reach++) {
			struct reached r = { .server = i, .reach = reach };

			reached_make(&r, p);
			hold = reached_hold(p, &r);
			reached_free(&r, p);
		}
	return hold;
}

/* --- the entry lists of a policy -------------------------------------- */

/* The n-th of m_gate(), as the core has it; NULL at the end. */
static const struct entries *
core_gate(const struct pair *p, int n)
{
	const struct server *s;

	if (n < p->a.list_count)
		return &p->pa->lists[n]->entries;
	n -= p->a.list_count;
	if (n >= p->a.server_count * 5)
		return NULL;
	s = p->pa->servers[n / 5];
	return slot_entries_const(&server_slots[n % 5], s);
}

/* Does an address entry of the list itself hold it? */
static bool
own_holds(const struct m_entries *e, int family, m128 addr)
{
	for (int i = 0; i < e->count; i++)
		if (e->items[i].kind == 'n' &&
		    m_item_holds(NULL, &e->items[i], family, addr))
			return true;
	return false;
}

static bool
algebra_of(struct pair *p, const struct set sets[4],
    const struct m_entries *x, const struct m_entries *y)
{
	m128 sums[4][2] = { { 0 } };

	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v]; i++) {
			int family = v ? 6 : 4;
			m128 at = p->edges[v][i];
			bool in = own_holds(x, family, at);
			bool too = own_holds(y, family, at);
			const bool wanted[4] = { in || too, in && too,
				in && !too, !in };

			for (int j = 0; j < 4; j++) {
				p->checks++;
				sums[j][v] += wanted[j] ? pair_width(p, v, i)
				                        : 0;
				if (set_holds(&sets[j], (uint8_t)family, at) !=
				    wanted[j])
					return pair_denies(p, "operation %d",
					    j);
			}
		}
	for (int j = 0; j < 8; j++)
		if (set_count(&sets[j / 2], j % 2 ? 6 : 4).low !=
		    sums[j / 2][j % 2])
			return pair_denies(p, "count of operation %d", j / 2);
	p->checks += 8;
	return true;
}

static bool
two_gates_hold(struct pair *p, int m, int n)
{
	struct set a, b, all, sets[4] = { { 0 } };
	bool hold;

	set_of_entries(&a, core_gate(p, m));
	set_of_entries(&b, core_gate(p, n));
	set_all(&all);
	set_union(&sets[0], &a, &b);
	set_intersect(&sets[1], &a, &b);
	set_subtract(&sets[2], &a, &b);
	set_subtract(&sets[3], &all, &a);
	hold = algebra_of(p, sets, m_gate(&p->a, m), m_gate(&p->a, n));
	set_free(&a);
	set_free(&b);
	set_free(&all);
	for (int j = 0; j < 4; j++)
		set_free(&sets[j]);
	return hold;
}

bool
algebra_holds(struct pair *p)
{
	for (int i = 0; core_gate(p, i); i++)
		for (int j = 0; j < 3 && core_gate(p, i + j); j++)
			if (!two_gates_hold(p, i, i + j))
				return false;
	return true;
}

/* --- merged ----------------------------------------------------------- */

struct merging {
	struct pair *pair;
	const struct m_entries *entries;
	struct net blocks[4000]; /* of the core */
	size_t count, next;
};

static void
keep_block(const struct net *block, void *context)
{
	struct merging *m = context;

	if (m->count < ROWS(m->blocks))
		m->blocks[m->count++] = *block;
}

/* Is some of the block listed and some not? */
static bool
is_mixed(const struct merging *m, int v, m128 first, m128 last)
{
	const struct pair *p = m->pair;
	bool in = own_holds(m->entries, v ? 6 : 4, first);

	for (size_t i = 0; i < p->counts[v]; i++)
		if (p->edges[v][i] > first && p->edges[v][i] <= last &&
		    own_holds(m->entries, v ? 6 : 4, p->edges[v][i]) != in)
			return true;
	return false;
}

/* By definition: a block of which all is listed is one, of others the blocks
 * are those of its halves. */
static bool
halves_hold(struct merging *m, int v, m128 first, int prefix)
{
	int family = v ? 6 : 4;
	m128 last = m_fill(family, first, prefix);
	const struct net *got = &m->blocks[m->next];

	if (is_mixed(m, v, first, last))
		return halves_hold(m, v, first, prefix + 1) &&
		    halves_hold(m, v, first + (last - first) / 2 + 1,
		        prefix + 1);
	if (!own_holds(m->entries, family, first))
		return true;
	m->pair->checks++;
	m->next++;
	if (m->next <= m->count && got->family == family &&
	    got->first == first && got->last == last)
		return true;
	return pair_denies(m->pair, "block %zu of %zu", m->next, m->count);
}

bool
merges_hold(struct pair *p)
{
	struct merging *m = calloc(1, sizeof(*m));
	bool hold = true;

	assert_non_null(m);
	for (int i = 0; hold && core_gate(p, i); i++) {
		struct set set;

		*m = (struct merging){ .pair = p,
			.entries = m_gate(&p->a, i) };
		set_of_entries(&set, core_gate(p, i));
		set_blocks(&set, keep_block, m);
		hold = halves_hold(m, 0, 0, 0) && halves_hold(m, 1, 0, 0);
		if (hold && m->next != m->count)
			hold = pair_denies(p, "%zu blocks, wanted %zu",
			    m->count, m->next);
		set_free(&set);
	}
	free(m);
	return hold;
}

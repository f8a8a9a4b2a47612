#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "differing.h"
#include "mem.h"

/* --- address sets ----------------------------------------------------- */

static void
side_make(struct side *side, const struct ruleset *rules)
{
	side->rules = rules;
	if (rules)
		gate_sets_make(rules, &side->gates);
}

static void
side_free(struct side *side)
{
	if (side->rules)
		gate_sets_free(&side->gates);
}

static bool
side_listens(const struct side *side, uint8_t family)
{
	return side->rules && reach_listens(side->rules->server, family);
}

void
side_reach(const struct side *side, struct standing standing,
    const struct set *local, struct set *set)
{
	*set = (struct set){ 0 };
	if (!side->rules)
		return;
	reach_standing(side->rules, &side->gates, standing, set);
	if (!local->v4_count || !side_listens(side, 4))
		set_keep_family(set, 6);
	if (!local->v6_count || !side_listens(side, 6))
		set_keep_family(set, 4);
}

/* The local addresses that clients can connect to. */
static void
add_listened(struct set *set, const struct ruleset *rules)
{
	const struct server *s = rules ? rules->server : NULL;
	struct set one;

	if (s && !s->listener_count) {
		set_all(&one);
		set_union(set, set, &one);
		set_free(&one);
	}
	for (size_t i = 0; s && i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];
		struct net net = { l->family, l->addr,
			l->addr ? l->addr : net_top(l->family) };

		set_of_net(&one, &net);
		set_union(set, set, &one);
		set_free(&one);
	}
}

/* Keeps of the local addresses those that satisfy the side's box, or not. */
static void
keep_satisfied(struct set *local, const struct side *side, bool satisfied)
{
	bool box = side->rules && side->rules->server->local.enabled;
	struct set none = { 0 };
	const struct set *listed = box ? &side->gates.of[SLOT_LOCAL] : &none;

	if (satisfied)
		set_intersect(local, local, listed);
	else
		set_subtract(local, local, listed);
}

static void
compare_view(struct difference_view *view, const struct side sides[2])
{
	struct set before, after;

	for (enum reach r = 0; r < REACHES; r++) {
		side_reach(&sides[0],
		    (struct standing){ r, view->satisfied[0], 0 },
		    &view->local, &before);
		side_reach(&sides[1],
		    (struct standing){ r, view->satisfied[1], 0 },
		    &view->local, &after);
		set_subtract(&view->sets.gains[r], &after, &before);
		set_subtract(&view->sets.loses[r], &before, &after);
		set_free(&before);
		set_free(&after);
	}
}

static void
set_add(struct set *to, const struct set *from)
{
	if (!set_empty(from))
		set_union(to, to, from);
}

static void
sets_add(struct difference_sets *to, const struct difference_sets *from)
{
	for (enum reach r = 0; r < REACHES; r++) {
		set_add(&to->gains[r], &from->gains[r]);
		set_add(&to->loses[r], &from->loses[r]);
	}
}

static void
sets_free(struct difference_sets *sets)
{
	for (enum reach r = 0; r < REACHES; r++) {
		set_free(&sets->gains[r]);
		set_free(&sets->loses[r]);
	}
}

static bool
sets_empty(const struct difference_sets *sets)
{
	bool empty = true;

	for (enum reach r = 0; r < REACHES; r++)
		empty = empty && set_empty(&sets->gains[r]) &&
		    set_empty(&sets->loses[r]);
	return empty;
}

/* The local addresses fall into those that satisfy the box before, after,
 * both times or never; only kinds that there are make a view. */
static void
compare_sets(struct server_difference *d, const struct side sides[2])
{
	struct set listened = { 0 };

	add_listened(&listened, sides[0].rules);
	add_listened(&listened, sides[1].rules);
	for (int i = 0; i < 4; i++) {
		struct difference_view *view = &d->views[d->view_count];

		view->satisfied[0] = i & 1;
		view->satisfied[1] = i & 2;
		set_copy(&view->local, &listened);
		keep_satisfied(&view->local, &sides[0], view->satisfied[0]);
		keep_satisfied(&view->local, &sides[1], view->satisfied[1]);
		if (set_empty(&view->local))
			continue;
		compare_view(view, sides);
		sets_add(&d->sets, &view->sets);
		d->view_count++;
	}
	set_free(&listened);
}

/* --- one server ------------------------------------------------------- */

static bool
has_listener(const struct server *s, const struct listener *wanted)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (l->family == wanted->family && l->addr == wanted->addr &&
		    l->port == wanted->port)
			return true;
	}
	return false;
}

static bool
listeners_differ(const struct server *a, const struct server *b)
{
	if (a->listener_count != b->listener_count)
		return true;
	for (size_t i = 0; i < a->listener_count; i++)
		if (!has_listener(b, &a->listeners[i]))
			return true;
	return false;
}

static const struct ruleset *
rules_of(const struct compiled *compiled, const struct server *server)
{
	return server && server->enabled
	    ? relay_ruleset(compiled, server->name)
	    : NULL;
}

static enum openness
side_openness(const struct side *side)
{
	struct opened o;
	enum openness grade;

	if (!side->rules)
		return CLOSED;
	opened_make(&o, side->rules, &side->gates);
	grade = opened_grade(&o);
	opened_free(&o);
	return grade;
}

static void
compare_server(struct server_difference *d, const struct ruleset *from,
    const struct ruleset *to)
{
	struct side sides[2];

	side_make(&sides[0], from);
	side_make(&sides[1], to);
	compare_sets(d, sides);
	differ_domains(d, sides);
	differ_clients(d, sides);
	d->before = side_openness(&sides[0]);
	d->after = side_openness(&sides[1]);
	side_free(&sides[0]);
	side_free(&sides[1]);
	d->listeners = from && to &&
	    listeners_differ(from->server, to->server);
	d->same = sets_empty(&d->sets) && !d->domain_count &&
	    !d->client_count && !d->listeners &&
	    (from != NULL) == (to != NULL);
}

/* --- all of them ------------------------------------------------------ */

static int
compare_names(const void *x, const void *y)
{
	const struct server *const *a = x, *const *b = y;

	return strcmp((*a)->name, (*b)->name);
}

/* By name; the caller frees them. */
static const struct server **
sorted_servers(const struct policy *p)
{
	const struct server **all = mem_new(p->server_count, sizeof(*all));

	for (size_t i = 0; i < p->server_count; i++)
		all[i] = p->servers[i];
	qsort(all, p->server_count, sizeof(*all), compare_names);
	return all;
}

static void
match_servers(struct difference *d, const struct policy *a,
    const struct policy *b)
{
	const struct server **from = sorted_servers(a);
	const struct server **to = sorted_servers(b);
	size_t i = 0, j = 0;

	d->servers = mem_new(a->server_count + b->server_count,
	    sizeof(*d->servers));
	while (i < a->server_count || j < b->server_count) {
		struct server_difference *s = &d->servers[d->server_count++];
		int order = i == a->server_count ? 1
		    : j == b->server_count
		    ? -1
		    : compare_names(&from[i], &to[j]);

		if (order <= 0)
			s->from = from[i++];
		if (order >= 0)
			s->to = to[j++];
	}
	free(from);
	free(to);
}

static struct server_difference *
find_server(const struct difference *d, const char *name)
{
	size_t low = 0, high = d->server_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		struct server_difference *s = &d->servers[mid];
		int order = strcmp((s->from ? s->from : s->to)->name, name);

		if (!order)
			return s;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool
carries(const struct gateway *g, const char *server)
{
	for (size_t i = 0; g && i < g->server_count; i++)
		if (!strcmp(g->servers[i], server))
			return true;
	return false;
}

/* Marks the servers that a gateway carries; *carried counts what the other
 * does not carry. */
static bool
mark_carried(struct difference *d, const struct gateway *g,
    const struct gateway *other, bool count)
{
	bool affected = false;

	for (size_t i = 0; g && i < g->server_count; i++) {
		struct server_difference *s = find_server(d, g->servers[i]);
		bool both = carries(other, g->servers[i]);

		if (!both)
			d->carried++, affected = true;
		if (s && (count || !both))
			s->gateways++;
		affected = affected || (s && !s->same);
	}
	return affected;
}

static int
compare_gateways(const void *x, const void *y)
{
	const struct gateway *const *a = x, *const *b = y;

	return strcmp((*a)->name, (*b)->name);
}

static const struct gateway **
sorted_gateways(const struct policy *p)
{
	const struct gateway **all = mem_new(p->gateway_count, sizeof(*all));

	for (size_t i = 0; i < p->gateway_count; i++)
		all[i] = p->gateways[i];
	qsort(all, p->gateway_count, sizeof(*all), compare_gateways);
	return all;
}

static void
match_gateways(struct difference *d, const struct policy *a,
    const struct policy *b)
{
	const struct gateway **from = sorted_gateways(a);
	const struct gateway **to = sorted_gateways(b);
	size_t i = 0, j = 0;

	while (i < a->gateway_count || j < b->gateway_count) {
		int order = i == a->gateway_count ? 1
		    : j == b->gateway_count
		    ? -1
		    : compare_gateways(&from[i], &to[j]);
		const struct gateway *x = order <= 0 ? from[i++] : NULL;
		const struct gateway *y = order >= 0 ? to[j++] : NULL;
		bool before = mark_carried(d, x, y, false);
		bool after = mark_carried(d, y, x, true);

		d->gateways += before || after;
	}
	free(from);
	free(to);
}

/* The union over the servers from low to high, by halves: as it grows, one
 * after the other would cost the square of their number. */
static void
unite(const struct difference *d, size_t low, size_t high, enum reach reach,
    struct set out[2])
{
	size_t mid = low + (high - low) / 2;
	struct set half[2];

	if (high - low < 2) {
		const struct difference_sets *sets = &d->servers[low].sets;
		const struct set none = { 0 };

		set_copy(&out[0], low < high ? &sets->gains[reach] : &none);
		set_copy(&out[1], low < high ? &sets->loses[reach] : &none);
		return;
	}
	unite(d, low, mid, reach, out);
	unite(d, mid, high, reach, half);
	for (int i = 0; i < 2; i++) {
		set_add(&out[i], &half[i]);
		set_free(&half[i]);
	}
}

static void
sum_up(struct difference *d)
{
	for (enum reach r = 0; r < REACHES; r++) {
		struct set both[2];

		unite(d, 0, d->server_count, r, both);
		d->gains[r] = both[0];
		d->loses[r] = both[1];
	}
	for (size_t i = 0; i < d->server_count; i++) {
		const struct server_difference *s = &d->servers[i];

		if (s->before > d->before)
			d->before = s->before;
		if (s->after > d->after)
			d->after = s->after;
		d->same = d->same && s->same;
	}
}

void
difference_make(struct difference *d, const struct compiled *from,
    const struct compiled *to)
{
	const struct policy *a = relay_policy(from), *b = relay_policy(to);

	*d = (struct difference){ .same = true };
	match_servers(d, a, b);
	for (size_t i = 0; i < d->server_count; i++) {
		struct server_difference *s = &d->servers[i];

		compare_server(s, rules_of(from, s->from),
		    rules_of(to, s->to));
	}
	sum_up(d);
	match_gateways(d, a, b);
	d->same = d->same && !d->carried;
}

void
difference_free(struct difference *d)
{
	for (size_t i = 0; i < d->server_count; i++) {
		struct server_difference *s = &d->servers[i];

		for (size_t j = 0; j < 4; j++) {
			set_free(&s->views[j].local);
			sets_free(&s->views[j].sets);
		}
		sets_free(&s->sets);
		free(s->domains);
		free(s->clients);
	}
	for (enum reach r = 0; r < REACHES; r++) {
		set_free(&d->gains[r]);
		set_free(&d->loses[r]);
	}
	free(d->servers);
	*d = (struct difference){ 0 };
}

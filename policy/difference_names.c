/* Routing domains and client domains: what changes for a name. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "differing.h"
#include "mem.h"

static int
compare_texts(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Names, gathered and then sorted without repetition; borrowed. */
struct names {
	const char **items;
	size_t count, cap;
};

static void
names_add(struct names *names, const char *name)
{
	names->items = mem_grow(names->items, names->count, &names->cap,
	    sizeof(*names->items));
	names->items[names->count++] = name;
}

static void
names_settle(struct names *names)
{
	size_t kept = 0;

	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items),
		    compare_texts);
	for (size_t i = 0; i < names->count; i++)
		if (!kept || strcmp(names->items[kept - 1], names->items[i]))
			names->items[kept++] = names->items[i];
	names->count = kept;
}

/* --- routing domains -------------------------------------------------- */

struct covered {
	const struct route *route;
	enum domain_effect effect;
};

static struct covered
cover(const struct ruleset *rules, const struct route *route)
{
	struct covered c = { route, DOMAIN_FOREIGN };

	if (!rules || !route)
		return c;
	if (route->action == ROUTE_REJECT)
		c.effect = DOMAIN_REJECTED;
	else if (route->action == ROUTE_INBOUND)
		c.effect = DOMAIN_INBOUND;
	else if (rules->server->reroute)
		c.effect = DOMAIN_RELAYED;
	return c;
}

static struct covered
cover_itself(const struct ruleset *rules, const char *domain)
{
	return cover(rules, rules ? relay_route(rules, domain) : NULL);
}

/* A name below the domain which has no row of its own: no row is exactly
 * "?.domain", as ? cannot stand in one. */
static struct covered
cover_below(const struct ruleset *rules, const char *domain)
{
	char below[DOMAIN_SIZE + 2] = "?.";
	size_t len = strlen(domain);

	if (!strcmp(domain, "."))
		return cover_itself(rules, ".");
	memcpy(below + 2, domain, len < DOMAIN_SIZE ? len + 1 : 0);
	return cover_itself(rules, below);
}

static const char *
hop_of(const struct covered *c, uint16_t *port)
{
	bool sent = c->route &&
	    (c->effect == DOMAIN_INBOUND || c->effect == DOMAIN_RELAYED);

	*port = sent && c->route->port ? c->route->port : 25;
	return sent && c->route->next_hop ? c->route->next_hop : "";
}

static bool
covered_differ(struct covered a, struct covered b)
{
	uint16_t p, q;
	const char *x = hop_of(&a, &p), *y = hop_of(&b, &q);

	return a.effect != b.effect || strcmp(x, y) != 0 || (*x && p != q);
}

/* What changes for a name itself and what below it. */
struct change {
	struct covered before, after;
};

static struct change
change_itself(const struct side sides[2], const char *domain)
{
	return (struct change){ cover_itself(sides[0].rules, domain),
		cover_itself(sides[1].rules, domain) };
}

static struct change
change_below(const struct side sides[2], const char *domain)
{
	return (struct change){ cover_below(sides[0].rules, domain),
		cover_below(sides[1].rules, domain) };
}

static bool
changes_equal(struct change a, struct change b)
{
	return !covered_differ(a.before, b.before) &&
	    !covered_differ(a.after, b.after);
}

static void
add_domain(struct server_difference *d, size_t *cap, const char *domain,
    struct change change)
{
	d->domains = mem_grow(d->domains, d->domain_count, cap,
	    sizeof(*d->domains));
	d->domains[d->domain_count++] = (struct domain_difference){
		.domain = domain, .before = change.before.effect,
		.after = change.after.effect, .from = change.before.route,
		.to = change.after.route };
}

/* A name that has a row in either policy is listed for itself, if anything
 * changes for it, whatever is listed above it. */
static void
compare_domain(struct server_difference *d, size_t *cap,
    const struct side sides[2], const char *domain)
{
	struct change one = change_itself(sides, domain);
	struct change all = change_below(sides, domain);
	bool itself = covered_differ(one.before, one.after);
	bool below = covered_differ(all.before, all.after);
	bool alike = changes_equal(one, all);

	if (itself) {
		add_domain(d, cap, domain, one);
		d->domains[d->domain_count - 1].itself = true;
		d->domains[d->domain_count - 1].subdomains = alike;
	}
	if (below && !alike) {
		add_domain(d, cap, domain, all);
		d->domains[d->domain_count - 1].subdomains = true;
	}
}

static void
add_routes(struct names *names, const struct ruleset *rules)
{
	for (size_t i = 0; rules && i < rules->server->route_count; i++)
		names_add(names, rules->server->routes[i].domain);
}

void
differ_domains(struct server_difference *d, const struct side sides[2])
{
	struct names names = { 0 };
	size_t cap = 0;

	names_add(&names, ".");
	add_routes(&names, sides[0].rules);
	add_routes(&names, sides[1].rules);
	names_settle(&names);
	for (size_t i = 0; i < names.count; i++)
		compare_domain(d, &cap, sides, names.items[i]);
	free(names.items);
}

/* --- client domains --------------------------------------------------- */

#define MASKS (1u << SLOTS)

static void
add_client_names(struct names *names, const struct ruleset *rules)
{
	for (size_t i = 0; rules && i < SLOTS; i++) {
		const struct gate *gate = &rules->gates[i];

		if (gate->slot->only_addresses)
			continue;
		for (size_t j = 0; j < gate->count; j++) {
			const struct entries *e =
			    lookup_entries(gate->parts[j].lookup);

			for (size_t k = 0; k < e->domain_count; k++)
				names_add(names, e->domains[k]);
		}
	}
}

/* For each pair of masks that occurs, once: the answer. */
struct named {
	const struct server_difference *d;
	const struct side *sides; /* two */
	struct client_difference answers[MASKS * MASKS];
	bool known[MASKS * MASKS];
};

/* Who gains (lose: with the sides changed), being in these gates by name. */
static void
gain_set(const struct named *n, const struct difference_view *view,
    struct standing from, struct standing to, struct set *gain)
{
	struct set before;

	side_reach(&n->sides[0], from, &view->local, &before);
	side_reach(&n->sides[1], to, &view->local, gain);
	set_subtract(gain, gain, &before);
	set_free(&before);
}

static void
lose_set(const struct named *n, const struct difference_view *view,
    struct standing from, struct standing to, struct set *lose)
{
	struct set after;

	side_reach(&n->sides[0], from, &view->local, lose);
	side_reach(&n->sides[1], to, &view->local, &after);
	set_subtract(lose, lose, &after);
	set_free(&after);
}

typedef void (*way)(const struct named *, const struct difference_view *,
    struct standing, struct standing, struct set *);

/* Do clients of a name gain (lose) beyond what those without one do? */
static bool
by_name(const struct named *n, way change, enum reach reach,
    const unsigned masks[2])
{
	bool found = false;

	for (size_t i = 0; !found && i < n->d->view_count; i++) {
		const struct difference_view *v = &n->d->views[i];
		struct standing from = { reach, v->satisfied[0], masks[0] };
		struct standing to = { reach, v->satisfied[1], masks[1] };
		struct set named, nameless;

		change(n, v, from, to, &named);
		from.named = to.named = 0;
		change(n, v, from, to, &nameless);
		set_subtract(&named, &named, &nameless);
		found = !set_empty(&named);
		set_free(&named);
		set_free(&nameless);
	}
	return found;
}

static const struct client_difference *
named_answer(struct named *n, const unsigned masks[2])
{
	size_t i = masks[0] * MASKS + masks[1];
	struct client_difference *a = &n->answers[i];

	for (enum reach r = 0; !n->known[i] && r < REACHES; r++) {
		a->gains[r] = by_name(n, gain_set, r, masks);
		a->loses[r] = by_name(n, lose_set, r, masks);
	}
	n->known[i] = true;
	return a;
}

static bool
answer_empty(const struct client_difference *a)
{
	bool any = false;

	for (enum reach r = 0; r < REACHES; r++)
		any = any || a->gains[r] || a->loses[r];
	return !any;
}

static void
compare_clients(struct server_difference *d, struct named *n,
    const struct names *names)
{
	size_t cap = 0;

	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		const unsigned masks[2] = { rules_mask(n->sides[0].rules, name),
			rules_mask(n->sides[1].rules, name) };
		const struct client_difference *answer;

		answer = named_answer(n, masks);
		if (answer_empty(answer))
			continue;
		d->clients = mem_grow(d->clients, d->client_count, &cap,
		    sizeof(*d->clients));
		d->clients[d->client_count] = *answer;
		d->clients[d->client_count++].domain = name;
	}
}

void
differ_clients(struct server_difference *d, const struct side sides[2])
{
	struct names names = { 0 };
	struct named *named;

	add_client_names(&names, sides[0].rules);
	add_client_names(&names, sides[1].rules);
	if (!names.count)
		return;
	names_settle(&names);
	named = mem_new(1, sizeof(*named));
	named->d = d;
	named->sides = sides;
	compare_clients(d, named, &names);
	free(named);
	free(names.items);
}

/* Findings about routing rows. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "mem.h"
#include "ruleset.h"

void
ask_duplicate_row(struct checking *c, const struct server_view *v)
{
	for (size_t i = 1; i < v->server->route_count; i++) {
		const struct route *a = v->rules->routes[i - 1];
		const struct route *b = v->rules->routes[i];
		struct finding *f;

		if (strcmp(a->domain, b->domain) || a->exact != b->exact)
			continue;
		f = finding_new(c, "duplicate-row", LEVEL_ERROR,
		    (struct object){ "server", v->server->name });
		finding_say(f, "two routing list rows for %s%s: %s and %s",
		    b->exact ? "#" : "", b->domain, action_words[a->action],
		    action_words[b->action]);
		f->advice = mem_text("remove one of them");
	}
}

/* --- rows that make no difference ------------------------------------- */

static bool
same_treatment(const struct route *a, const struct route *b)
{
	uint16_t p = a->port ? a->port : 25, q = b->port ? b->port : 25;

	if (a->action != b->action || !a->next_hop != !b->next_hop)
		return false;
	return !a->next_hop || (!strcmp(a->next_hop, b->next_hop) && p == q);
}

/* The row that would cover the row's domain if it were not there.  No row is
 * exactly "?.domain", as ? cannot stand in one: only suffixes cover it. */
static const struct route *
route_behind(const struct ruleset *rules, const struct route *row)
{
	const char *up = row->exact ? row->domain : domain_parent(row->domain);
	char name[DOMAIN_SIZE + 2];

	if (!strcmp(row->domain, "."))
		return NULL;
	if (!up)
		return relay_route(rules, ".");
	snprintf(name, sizeof(name), "?.%s", up);
	return relay_route(rules, name);
}

static void
report_shadowed(struct checking *c, const struct ruleset *rules,
    const struct route *row)
{
	const struct route *behind = route_behind(rules, row);
	struct finding *f;

	if (!behind || !same_treatment(row, behind))
		return;
	f = finding_new(c, "shadowed-row", LEVEL_INFO,
	    (struct object){ "server", rules->server->name });
	finding_say(f, "the routing list row %s%s makes no difference: %s says "
	    "%s too", row->exact ? "#" : "", row->domain, behind->domain,
	    action_words[row->action]);
	f->advice = mem_text("remove the row, unless it is there to last");
}

void
ask_shadowed_row(struct checking *c, const struct server_view *v)
{
	for (size_t i = 0; i < v->server->route_count; i++)
		report_shadowed(c, v->rules, &v->server->routes[i]);
}

/* --- mail that comes back --------------------------------------------- */

/* Where a server of a gateway takes mail. */
struct door {
	char *host; /* as a next hop is written, or ANY4, ANY6 */
	uint16_t port;
	const struct gateway *gateway;
	const struct ruleset *rules;
	size_t trip; /* the last that came by */
};

/* What a loopback address finds at a wildcard listener of the same gateway;
 * no host is called so. */
#define ANY4 "*4"
#define ANY6 "*6"

struct doors {
	struct door *items;
	size_t count, cap;
	size_t *queue; /* of a trip: doors to look behind */
	size_t trips;
};

static int
compare_doors(const void *x, const void *y)
{
	const struct door *a = x, *b = y;
	int order = strcmp(a->host, b->host);

	if (order)
		return order;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return (a->gateway > b->gateway) - (a->gateway < b->gateway);
}

static void
push_door(struct doors *doors, const char *host, struct door door)
{
	door.host = mem_text(host);
	doors->items = mem_grow(doors->items, doors->count, &doors->cap,
	    sizeof(*doors->items));
	doors->items[doors->count++] = door;
}

static void
add_door(struct doors *doors, const char *host, struct door door)
{
	char canonical[DOMAIN_SIZE], bracketed[NET_TEXT + 2];
	struct err ignored;

	if (strchr(host, ':') && host[0] != '[') {
		snprintf(bracketed, sizeof(bracketed), "[%s]", host);
		host = bracketed;
	}
	if (*host && host_parse(canonical, host, strlen(host), &ignored))
		push_door(doors, canonical, door);
}

/* A wildcard listener takes mail at whatever the gateway is called. */
static void
add_listener(struct doors *doors, struct door door, const struct listener *l)
{
	struct net net = { l->family, l->addr, l->addr };
	char text[NET_TEXT];

	door.port = l->port;
	if (l->addr) {
		add_door(doors, net_text(&net, text), door);
		return;
	}
	add_door(doors, door.gateway->host, door);
	push_door(doors, l->family == 4 ? ANY4 : ANY6, door);
}

static void
gather_doors(struct checking *c, struct doors *doors)
{
	for (size_t i = 0; i < c->policy->gateway_count; i++) {
		const struct gateway *g = c->policy->gateways[i];

		for (size_t j = 0; j < g->server_count; j++) {
			const struct ruleset *r = relay_ruleset(c->compiled,
			    g->servers[j]);
			struct door door = { .gateway = g, .rules = r };

			if (!r || !r->server->enabled)
				continue;
			for (size_t k = 0; k < r->server->listener_count; k++)
				add_listener(doors, door,
				    &r->server->listeners[k]);
		}
	}
	if (doors->count)
		qsort(doors->items, doors->count, sizeof(*doors->items),
		    compare_doors);
	doors->queue = mem_new(doors->count, sizeof(*doors->queue));
}

static void
free_doors(struct doors *doors)
{
	for (size_t i = 0; i < doors->count; i++)
		free(doors->items[i].host);
	free(doors->items);
	free(doors->queue);
}

/* The place of the first door that is not before the wanted one. */
static size_t
first_door(const struct doors *doors, const struct door *wanted)
{
	size_t low = 0, high = doors->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_doors(&doors->items[mid], wanted) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Mail for one name under way. */
struct trip {
	struct doors *doors;
	const struct gateway *first; /* where it began */
	const char *name;
	size_t queued;
	bool back; /* it came back */
};

/* at: the gateway that the doors must belong to, or NULL. */
static void
knock(struct trip *t, const char *host, uint16_t port,
    const struct gateway *at)
{
	struct door wanted = { .host = (char *)(uintptr_t)host, .port = port,
		.gateway = at };
	size_t i = first_door(t->doors, &wanted);

	for (; !t->back && i < t->doors->count; i++) {
		struct door *d = &t->doors->items[i];

		if (strcmp(d->host, host) || d->port != port ||
		    (at && d->gateway != at))
			return;
		t->back = d->gateway == t->first;
		if (d->trip != t->doors->trips)
			t->doors->queue[t->queued++] = i;
		d->trip = t->doors->trips;
	}
}

/* A loopback address is the gateway's own, whatever it is called elsewhere. */
static void
go_on(struct trip *t, const struct gateway *from, const struct route *row)
{
	uint16_t port = row->port ? row->port : 25;
	const char *host = row->next_hop;
	bool named = !strcmp(host, "localhost");
	bool v4 = named || !strncmp(host, "127.", 4);
	bool v6 = named || !strcmp(host, "[::1]");

	knock(t, host, port, v4 || v6 ? from : NULL);
	if (v4)
		knock(t, ANY4, port, from);
	if (v6)
		knock(t, ANY6, port, from);
	if (named) {
		knock(t, "127.0.0.1", port, from);
		knock(t, "[::1]", port, from);
	}
}

/* Is there mail that goes where the row says? */
static bool
sends(const struct ruleset *rules, const struct route *row)
{
	return row && row->next_hop &&
	    (row->action == ROUTE_INBOUND ||
	        (row->action == ROUTE_RELAY && rules->server->reroute));
}

/* Follows the name from gateway to gateway, by every way there is. */
static bool
comes_back(struct doors *doors, const struct gateway *first,
    const struct route *row, const char *name)
{
	struct trip t = { doors, first, name, 0, false };

	doors->trips++;
	go_on(&t, first, row);
	for (size_t i = 0; !t.back && i < t.queued; i++) {
		const struct door *d = &doors->items[doors->queue[i]];
		const struct route *next = relay_route(d->rules, name);

		if (sends(d->rules, next))
			go_on(&t, d->gateway, next);
	}
	return t.back;
}

/* The domain itself, or a name below it that no other row covers: no row is
 * exactly "?.domain", as ? cannot stand in one. */
static bool
loops(struct doors *doors, const struct gateway *g,
    const struct ruleset *rules, const struct route *row)
{
	char below[DOMAIN_SIZE + 2];

	if (!sends(rules, row))
		return false;
	if (relay_route(rules, row->domain) == row &&
	    comes_back(doors, g, row, row->domain))
		return true;
	snprintf(below, sizeof(below), "?.%s", row->domain);
	return !row->exact && strcmp(row->domain, ".") &&
	    relay_route(rules, below) == row &&
	    comes_back(doors, g, row, below);
}

static void
report_loop(struct checking *c, const struct gateway *g,
    const struct ruleset *rules, const struct route *row)
{
	struct buf hop = { 0 };
	struct finding *f;

	f = finding_new(c, "route-loop", LEVEL_ERROR,
	    (struct object){ "gateway", g->name });
	route_add_next_hop(&hop, row);
	finding_say(f, "server %s: mail for %s%s goes to %s, from where it "
	    "comes back to this gateway", rules->server->name,
	    row->exact ? "#" : "", row->domain, buf_text(&hop));
	f->advice = mem_text("name the host that takes the mail in the end");
	buf_free(&hop);
}

void
ask_route_loop(struct checking *c)
{
	struct doors doors = { 0 };

	gather_doors(c, &doors);
	for (size_t i = 0; i < c->policy->gateway_count; i++) {
		const struct gateway *g = c->policy->gateways[i];

		for (size_t j = 0; j < g->server_count; j++) {
			const struct ruleset *r = relay_ruleset(c->compiled,
			    g->servers[j]);

			for (size_t k = 0; r && r->server->enabled &&
			     k < r->server->route_count; k++)
				if (loops(&doors, g, r, &r->server->routes[k]))
					report_loop(c, g, r,
					    &r->server->routes[k]);
		}
	}
	free_doors(&doors);
}

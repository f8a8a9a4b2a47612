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
	char *host; /* as a next hop is written */
	uint16_t port;
	const struct gateway *gateway;
	const struct ruleset *rules;
};

struct doors {
	struct door *items;
	size_t count, cap;
};

static int
compare_doors(const void *x, const void *y)
{
	const struct door *a = x, *b = y;
	int order = strcmp(a->host, b->host);

	if (order)
		return order;
	return (a->port > b->port) - (a->port < b->port);
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
	if (!*host || !host_parse(canonical, host, strlen(host), &ignored))
		return;
	door.host = mem_text(canonical);
	doors->items = mem_grow(doors->items, doors->count, &doors->cap,
	    sizeof(*doors->items));
	doors->items[doors->count++] = door;
}

/* A wildcard listener takes mail at whatever the gateway is called. */
static void
add_listener(struct doors *doors, struct door door, const struct listener *l)
{
	struct net net = { l->family, l->addr, l->addr };
	char text[NET_TEXT];

	door.port = l->port;
	if (!l->addr)
		add_door(doors, door.gateway->host, door);
	else
		add_door(doors, net_text(&net, text), door);
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
}

static bool
is_loopback(const char *host)
{
	return !strncmp(host, "127.", 4) || !strcmp(host, "[::1]") ||
	    !strcmp(host, "localhost");
}

/* Does the gateway listen on every address, and this port? */
static bool
listens_everywhere(struct checking *c, const struct gateway *g,
    const struct route *row, uint16_t port)
{
	uint8_t family = row->next_hop[0] == '[' ? 6 : 4;

	for (size_t i = 0; i < g->server_count; i++) {
		const struct ruleset *r = relay_ruleset(c->compiled,
		    g->servers[i]);

		for (size_t j = 0; r && r->server->enabled &&
		     j < r->server->listener_count; j++) {
			const struct listener *l = &r->server->listeners[j];

			if (!l->addr && l->port == port &&
			    l->family == family)
				return true;
		}
	}
	return false;
}

static const struct door *
find_door(const struct doors *doors, const struct route *row)
{
	struct door wanted = { .host = row->next_hop,
		.port = row->port ? row->port : 25 };

	return doors->count
	    ? bsearch(&wanted, doors->items, doors->count,
	        sizeof(*doors->items), compare_doors)
	    : NULL;
}

/* Follows the domain from gateway to gateway; of servers that share a door
 * one speaks for all.  True when it comes back to the first. */
static bool
comes_back(struct checking *c, const struct doors *doors,
    const struct gateway *first, const struct route *row)
{
	const char *domain = row->domain;

	for (size_t steps = 0; row && row->next_hop; steps++) {
		const struct door *door = find_door(doors, row);

		if (door && door->gateway == first)
			return true;
		if (!door || steps > c->policy->gateway_count)
			return false;
		row = relay_route(door->rules, domain);
		if (row && row->action == ROUTE_REJECT)
			return false;
	}
	return false;
}

static void
report_loop(struct checking *c, const struct doors *doors,
    const struct gateway *g, const struct ruleset *rules,
    const struct route *row)
{
	uint16_t port = row->port ? row->port : 25;
	bool own = row->next_hop && is_loopback(row->next_hop) &&
	    listens_everywhere(c, g, row, port);
	struct buf hop = { 0 };
	struct finding *f;

	if (!row->next_hop || row->action == ROUTE_REJECT ||
	    (!own && !comes_back(c, doors, g, row)))
		return;
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
				report_loop(c, &doors, g, r,
				    &r->server->routes[k]);
		}
	}
	for (size_t i = 0; i < doors.count; i++)
		free(doors.items[i].host);
	free(doors.items);
}

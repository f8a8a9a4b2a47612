#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "smtpd.h"

/* Where mail goes that the filters have let through.  The gateway puts actions
 * of the administrator's in the place of these two. */
#define HERE "action \"relayadm_here\""
#define AWAY "action \"relayadm_away\""

/* --- next hops --------------------------------------------------------- */

static unsigned
port_of(const struct route *route)
{
	return route->port ? route->port : 25;
}

static int
compare_hops(const void *a, const void *b)
{
	const struct route *x = *(const struct route *const *)a;
	const struct route *y = *(const struct route *const *)b;
	int order = !x->next_hop || !y->next_hop
	    ? (x->next_hop != NULL) - (y->next_hop != NULL)
	    : strcmp(x->next_hop, y->next_hop);

	return order || !x->next_hop ? order
	    : (int)port_of(x) - (int)port_of(y);
}

/* Rows that one rule can be about stand together. */
static int
compare_rows(const void *a, const void *b)
{
	const struct route *x = *(const struct route *const *)a;
	const struct route *y = *(const struct route *const *)b;
	int order = (int)x->action - (int)y->action;

	return order || x->action == ROUTE_REJECT ? order
	                                          : compare_hops(a, b);
}

/* The next hops of the whole gateway, each once. */
static void
collect_hops(const struct site *site, struct rows *hops)
{
	size_t kept = 0;

	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		for (size_t n = 0; server && n < server->route_count; n++) {
			const struct route *route = &server->routes[n];

			if (!route->next_hop || route->action == ROUTE_REJECT)
				continue;
			hops->items = mem_grow(hops->items, hops->count,
			    &hops->cap, sizeof(const struct route *));
			hops->items[hops->count++] = route;
		}
	}
	if (hops->count)
		qsort(hops->items, hops->count, sizeof(*hops->items),
		    compare_hops);
	for (size_t i = 0; i < hops->count; i++)
		if (!kept || compare_hops(&hops->items[kept - 1],
		    &hops->items[i]))
			hops->items[kept++] = hops->items[i];
	hops->count = kept;
}

static void
add_hop(struct buf *buf, const struct route *route, const char *tail)
{
	buf_addf(buf, "action \"relayadm_hop_%s_%u\"%s", route->next_hop,
	    port_of(route), tail);
}

void
smtpd_render_actions(const struct site *site, struct buf *text)
{
	struct rows hops = { 0 };

	buf_add(text, "action \"relayadm_mx\" relay\n");
	collect_hops(site, &hops);
	for (size_t i = 0; i < hops.count; i++) {
		add_hop(text, hops.items[i], "");
		buf_addf(text, " relay host \"smtp://%s:%u\"\n",
		    hops.items[i]->next_hop, port_of(hops.items[i]));
	}
	free(hops.items);
}

/* --- rules ------------------------------------------------------------- */

/* A row without a next hop leaves "." as it is for everything else. */
static void
add_place(struct buf *rules, const struct route *route, bool reroute)
{
	if (route->action == ROUTE_REJECT ||
	    (route->action == ROUTE_RELAY && !reroute))
		buf_add(rules, "reject\n");
	else if (route->next_hop)
		add_hop(rules, route, "\n");
	else if (!strcmp(route->domain, "."))
		buf_add(rules, AWAY "\n");
	else
		buf_add(rules, route->action == ROUTE_RELAY
		    ? "action \"relayadm_mx\"\n" : HERE "\n");
}

static void
add_match(const struct side *side, struct buf *rules)
{
	buf_addf(rules, "match tag \"relayadm_%u\" ", side->number);
}

/* Rows of one tier, with one place to go to. */
static void
add_rows(struct side *side, const struct tier *tier, const struct rows *rows,
    struct buf *rules)
{
	struct buf name = { 0 };

	buf_addf(&name, "to_%u", ++side->places);
	smtpd_table_domains(side, name.data, tier, rows);
	add_match(side, rules);
	buf_addf(rules, "from any for domain %s<relayadm_%u_%s> ",
	    tier->exact ? "" : "regex ", side->number, name.data);
	add_place(rules, rows->items[0], side->server->reroute);
	buf_free(&name);
}

static void
add_tier(struct side *side, const struct tier *tier, struct buf *rules)
{
	struct rows rows = { 0 }, some;

	smtpd_tier_rows(side->server, tier, &rows);
	if (rows.count)
		qsort(rows.items, rows.count, sizeof(*rows.items),
		    compare_rows);
	for (size_t i = 0; i < rows.count; i += some.count) {
		some = (struct rows){ rows.items + i, 1, 0 };
		while (i + some.count < rows.count &&
		    !compare_rows(&some.items[0], &some.items[some.count]))
			some.count++;
		add_rows(side, tier, &some, rules);
	}
	free(rows.items);
}

/* Who may not relay gets no further than here even without the filters. */
static void
add_foreign(struct side *side, struct buf *rules)
{
	const struct server *server = side->server;
	bool names = smtpd_names_count(side, "relay") ||
	    smtpd_names_count(side, "clients");
	struct rights rights;

	if (!server->reroute)
		return;
	if (names) {
		add_match(side, rules);
		buf_add(rules, "from any for any " AWAY "\n");
		return;
	}
	smtpd_rights(side, &rights);
	if (!set_empty(&rights.open)) {
		add_match(side, rules);
		buf_addf(rules, "from src <relayadm_%u_relay> for any " AWAY
		    "\n", side->number);
	}
	if (!set_equal(&rights.open, &rights.logged_on)) {
		add_match(side, rules);
		buf_addf(rules, "auth from src <relayadm_%u_logged_on> "
		    "for any " AWAY "\n", side->number);
	}
	rights_free(&rights);
}

void
smtpd_render_rules(struct side *side, struct buf *rules)
{
	const struct server *server = side->server;
	struct tier tier = { 0 };

	while (smtpd_next_tier(server, &tier))
		add_tier(side, &tier, rules);
	add_match(side, rules);
	buf_add(rules, "from any for local " HERE "\n");
	for (size_t i = 0; i < server->route_count; i++) {
		if (strcmp(server->routes[i].domain, "."))
			continue;
		add_match(side, rules);
		buf_add(rules, "from any for any ");
		add_place(rules, &server->routes[i], server->reroute);
	}
	add_foreign(side, rules);
	add_match(side, rules);
	buf_add(rules, "from any for any reject\n");
}

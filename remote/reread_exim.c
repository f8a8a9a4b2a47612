#include "config.h"

#include <string.h>

#include "policy/domain.h"
#include "policy/mem.h"
#include "policy/reach.h"

#include "delivery.h"
#include "exim.h"
#include "exim_walk.h"
#include "share.h"
#include "treatment.h"

/* Asks what was rendered and the policy core the same, and compares: for each
 * listener the exact sets of clients that may connect and relay, what becomes
 * of each domain of the routing list, and where its mail goes. */

#define FOREIGN "foreign.relayadm.invalid"
#define ROUTES_SAMPLED 500

struct reading {
	struct visit visit;
	const struct server *server;
	const struct ruleset *rules;
	char number[12]; /* of the server, in the names of its lists */
};

/* Of the clients those that the server's list of this name accepts. */
static void
pass(struct reading *r, const char *name, struct set *clients)
{
	struct buf list = { 0 };
	struct set accepted;

	buf_addf(&list, "relayadm_%s_%s", name, r->number);
	visit_list(&r->visit, list.data, clients, &accepted);
	buf_free(&list);
	set_free(clients);
	*clients = accepted;
}

/* The clients that may: connect, or relay to a foreign domain. */
static void
read_reach(struct reading *r, enum reach reach, struct set *clients)
{
	r->visit.authenticated = reach == REACH_RELAY_AUTH;
	r->visit.domain = FOREIGN;
	set_all(clients);
	pass(r, "connect", clients);
	if (reach == REACH_CONNECT)
		return;
	pass(r, "mail", clients);
	pass(r, "rcpt", clients);
}

static bool
compare_reach(struct reading *r, enum reach reach)
{
	struct set mine, core;
	bool equal;

	read_reach(r, reach, &mine);
	reach_set(r->rules, reach, &r->visit.local, &core);
	equal = set_equal(&mine, &core);
	set_free(&mine);
	set_free(&core);
	return equal || visit_fail(&r->visit, "exim/acl",
	    reach == REACH_CONNECT
	    ? "other clients may connect than the policy says"
	    : "other clients may relay than the policy says");
}

/* Plain recipients of a foreign domain and routed ones.  Where "." says inbound
 * only the latter are foreign, where it says relay the former. */
static bool
compare_clients(struct reading *r)
{
	const struct route *every = relay_route(r->rules, ".");
	bool ok = compare_reach(r, REACH_CONNECT);

	for (int routed = 0; ok && routed < 2; routed++) {
		if (every && every->action ==
		    (routed ? ROUTE_RELAY : ROUTE_INBOUND))
			continue;
		r->visit.routed = routed;
		ok = compare_reach(r, REACH_RELAY) &&
		    compare_reach(r, REACH_RELAY_AUTH);
	}
	r->visit.routed = false;
	return ok;
}

/* --- recipients -------------------------------------------------------- */

/* Of all clients, logged on where they must be. */
static void
find_accepted(struct reading *r, const char *domain, bool routed,
    struct set *clients)
{
	r->visit.domain = domain;
	r->visit.routed = routed;
	r->visit.authenticated = !r->server->anonymous;
	set_all(clients);
	pass(r, "rcpt", clients);
	r->visit.routed = false;
}

static enum share
accepted_share(struct reading *r, const char *domain, bool routed)
{
	struct set clients;
	enum share share;

	find_accepted(r, domain, routed, &clients);
	share = share_of(&clients);
	set_free(&clients);
	return share;
}

/* A recipient with a route may not pass for one of its last domain. */
static bool
is_foreign_routed(struct reading *r, const char *domain)
{
	const struct route *every = relay_route(r->rules, ".");
	struct set here, foreign;
	bool equal;

	find_accepted(r, domain, true, &here);
	find_accepted(r, FOREIGN, true, &foreign);
	equal = set_equal(&here, &foreign);
	set_free(&here);
	set_free(&foreign);
	return equal || (every && every->action == ROUTE_REJECT);
}

static bool
compare_domain(struct reading *r, const char *domain)
{
	const struct route *route = relay_route(r->rules, domain);
	bool ok = true;

	if (route && route->action == ROUTE_REJECT)
		ok = accepted_share(r, domain, false) == NONE &&
		    accepted_share(r, domain, true) == NONE;
	else if (route && route->action == ROUTE_RELAY && !r->server->reroute)
		ok = accepted_share(r, domain, false) == NONE;
	else if (route)
		ok = accepted_share(r, domain, false) == ALL;
	if (route && route->action != ROUTE_REJECT)
		ok = ok && is_foreign_routed(r, domain);
	return ok || visit_fail(&r->visit, domain,
	    "is not treated as the routing list says");
}

static bool
is_delivered(const struct reading *r, const struct route *route,
    const char *domain)
{
	const char *name = route->next_hop || route->action == ROUTE_RELAY
	    ? "delivery" : "inbound";
	const struct rendered_file *file = rendering_find(r->visit.rendering,
	    name);
	struct buf want = { 0 };
	const char *found;
	size_t len = 0;
	bool ok;

	if (!file || !strcmp(name, "inbound"))
		return treatment_is_here(r->visit.rendering, domain);
	if (route->next_hop)
		buf_addf(&want, "<+%s:%u", route->next_hop,
		    route->port ? route->port : 25u);
	else
		buf_add(&want, "mx");
	found = visit_find(file, domain, &len);
	ok = found && len == want.len && !memcmp(found, want.data, len);
	buf_free(&want);
	return ok;
}

/* Mail for the domain goes where its row says. */
static bool
compare_delivery(struct reading *r, const char *domain)
{
	const struct route *route = relay_route(r->rules, domain);

	return !route || route->action == ROUTE_REJECT ||
	    (!strcmp(route->domain, ".") && !route->next_hop) ||
	    is_delivered(r, route, domain) || visit_fail(&r->visit, domain,
	        "is not delivered as the routing list says");
}

static bool
compare_routes(struct reading *r)
{
	size_t step = r->server->route_count / ROUTES_SAMPLED + 1;
	bool ok = true;

	for (size_t i = 0; ok && i < r->server->route_count; i += step) {
		const struct route *route = &r->server->routes[i];
		struct buf sub = { 0 };

		if (!strcmp(route->domain, "."))
			continue;
		buf_addf(&sub, "relayadm.%s", route->domain);
		ok = compare_domain(r, route->domain) &&
		    compare_domain(r, sub.data) &&
		    compare_delivery(r, route->domain) &&
		    compare_delivery(r, sub.data);
		buf_free(&sub);
	}
	return ok && (accepted_share(r, NULL, false) == ALL ||
	    visit_fail(&r->visit, "exim/acl",
	        "recipients without a domain are refused"));
}

/* --- listeners --------------------------------------------------------- */

/* The number of the server there. */
static bool
read_number(struct reading *r)
{
	struct buf name = { 0 };
	const char *number;
	size_t len = 0;

	buf_addf(&name, "p%u", r->visit.local.port);
	number = visit_field(&r->visit, name.data, &len);
	buf_free(&name);
	if (!number || len >= sizeof(r->number))
		return visit_fail(&r->visit, "listeners",
		    "a listener is missing");
	memcpy(r->number, number, len);
	r->number[len] = '\0';
	return true;
}

static bool
has_field(struct reading *r, char letter, const char *value)
{
	struct buf name = { 0 };
	const char *found;
	size_t len = 0;

	buf_addf(&name, "%c%u", letter, r->visit.local.port);
	found = visit_field(&r->visit, name.data, &len);
	buf_free(&name);
	return found && len == strlen(value) && !memcmp(found, value, len);
}

static bool
compare_offers(struct reading *r)
{
	return (has_field(r, 't', tls_words[r->server->tls]) &&
	    has_field(r, 'b', "yes") == r->server->basic) ||
	    visit_fail(&r->visit, "listeners",
	        "a listener offers something else");
}

static bool
compare_at(const struct site *site, const struct server *server,
    const struct listener *local, struct visit *visit)
{
	struct reading r = { .visit = *visit, .server = server,
		.rules = relay_ruleset(site->compiled, server->name) };
	bool ok;

	r.visit.local = *local;
	ok = read_number(&r) && compare_offers(&r) && compare_clients(&r) &&
	    compare_routes(&r) && !r.visit.broken;
	*visit = r.visit;
	return ok;
}

/* Another server of the gateway has this address and port for itself. */
static bool
is_taken(const struct site *site, const struct listener *local)
{
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		for (size_t k = 0; server && k < server->listener_count; k++)
			if (server->listeners[k].addr == local->addr &&
			    server->listeners[k].family == local->family &&
			    server->listeners[k].port == local->port)
				return true;
	}
	return false;
}

/* Behind a wildcard the client may have connected to any address: one that
 * nobody names, and the edges of the "these local addresses" box. */
static bool
compare_wildcard(const struct site *site, const struct server *server,
    const struct listener *listener, struct visit *visit)
{
	struct listener local = *listener;
	struct set set;
	bool ok = true;

	local.addr = listener->family == 4 ? 0xc0000201u
	                                   : (u128)0x20010db8u << 96 | 1;
	if (!is_taken(site, &local))
		ok = compare_at(site, server, &local, visit);
	site_slot_set(site, server, "local", &set);
	for (size_t i = 0; ok && i < set.v4_count + set.v6_count; i++) {
		struct net net = set_net(&set, i);
		u128 edges[] = { net.first, net.last, net.first - 1,
			net.last + 1 };

		for (int k = 0; ok && k < 4; k++) {
			local.addr = edges[k] & net_top(net.family);
			if (net.family == local.family && local.addr &&
			    !is_taken(site, &local))
				ok = compare_at(site, server, &local, visit);
		}
	}
	set_free(&set);
	return ok;
}

static bool
compare_server(const struct site *site, const struct server *server,
    struct visit *visit)
{
	bool ok = true;

	for (size_t i = 0; ok && i < server->listener_count; i++) {
		const struct listener *l = &server->listeners[i];

		ok = l->addr ? compare_at(site, server, l, visit)
		    : compare_wildcard(site, server, l, visit);
	}
	return ok || fail_in(visit->err, "server %s", server->name);
}

bool
exim_reread(const struct site *site, const struct rendering *rendering,
    struct err *err)
{
	struct visit visit = { .rendering = rendering, .err = err };
	bool ok = true;

	for (size_t i = 0; ok && i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			ok = compare_server(site, server, &visit);
	}
	visit_end(&visit);
	return ok;
}

bool
exim_reach(const struct rendering *rendering, const struct listener *listener,
    enum reach reach, struct set *set, struct err *err)
{
	struct reading r = { .visit = { .rendering = rendering,
		.local = *listener, .err = err } };
	bool ok = read_number(&r);

	if (ok)
		read_reach(&r, reach, set);
	if (ok && r.visit.broken)
		set_free(set);
	ok = ok && !r.visit.broken;
	visit_end(&r.visit);
	return ok;
}

/* --- domains ----------------------------------------------------------- */

static void
find_plain(void *context, const char *domain, bool authenticated,
    struct set *clients)
{
	struct reading *r = context;

	r->visit.domain = domain;
	r->visit.authenticated = authenticated;
	set_all(clients);
	pass(r, "rcpt", clients);
}

static void
find_way(void *context, const char *domain, struct treatment *treatment)
{
	const struct reading *r = context;
	const struct rendered_file *file = rendering_find(r->visit.rendering,
	    "delivery");
	size_t len = 0;
	const char *found = file ? visit_find(file, domain, &len) : NULL;

	if (treatment_is_here(r->visit.rendering, domain))
		treatment->way = WAY_HERE;
	else if (found && len > 2 && !strncmp(found, "<+", 2))
		treatment_set_hop(treatment, found + 2, len - 2);
	else
		treatment->way = WAY_MX;
}

bool
exim_treat(const struct rendering *rendering, const struct listener *listener,
    const struct recipients *recipients, struct treatment *found,
    struct err *err)
{
	struct reading r = { .visit = { .rendering = rendering,
		.local = *listener, .err = err } };
	const struct treating treating = { find_plain, find_way, &r };
	bool ok = read_number(&r);

	if (ok)
		treat_all(&treating, recipients, found);
	ok = ok && !r.visit.broken;
	visit_end(&r.visit);
	return ok;
}

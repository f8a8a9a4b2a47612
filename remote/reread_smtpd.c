#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/domain.h"
#include "policy/mem.h"
#include "policy/reach.h"

#include "smtpd.h"
#include "share.h"
#include "smtpd_walk.h"
#include "treatment.h"

/* Asks what was rendered and the policy core the same, and compares: for each
 * listener the exact sets of clients that may connect and relay, what becomes
 * of each domain of the routing list, where its mail goes, and what becomes of
 * clients with a name that an entry is about. */

#define FOREIGN "foreign.relayadm.invalid"
#define ROUTES_SAMPLED 100
#define NAMES_SAMPLED 40
#define CLIENTS_SAMPLED 8 /* of each slot */

struct reading {
	const struct site *site;
	const struct conf *conf;
	struct visit visit;
	const struct server *server;
	const struct ruleset *rules;
	struct listener local;
};

static bool
differ(struct reading *r, const char *where, const char *what)
{
	if (!r->visit.broken)
		fail(r->visit.err, "%s: %s", where, what);
	r->visit.broken = true;
	return false;
}

/* --- clients ----------------------------------------------------------- */

static void
pass_recipient(struct reading *r, const char *local_part, const char *domain,
    struct set *clients)
{
	struct buf recipient = { 0 };

	buf_addf(&recipient, "%s%s%s", local_part, domain ? "@" : "",
	    domain ? domain : "");
	r->visit.recipient = recipient.data;
	visit_filters(&r->visit, true, clients);
	visit_rules(&r->visit, r->conf, clients);
	r->visit.recipient = NULL;
	buf_free(&recipient);
}

/* The clients that may: connect, or relay to a foreign domain. */
static void
read_reach(struct reading *r, enum reach reach, const char *local_part,
    struct set *clients)
{
	r->visit.authenticated = reach == REACH_RELAY_AUTH;
	set_all(clients);
	visit_filters(&r->visit, false, clients);
	if (reach != REACH_CONNECT)
		pass_recipient(r, local_part, FOREIGN, clients);
}

static bool
compare_reach(struct reading *r, enum reach reach, const char *local_part)
{
	struct set mine, core;
	bool equal;

	read_reach(r, reach, local_part, &mine);
	reach_set(r->rules, reach, &r->local, &core);
	equal = set_equal(&mine, &core);
	set_free(&mine);
	set_free(&core);
	return equal || differ(r, "smtpd/conf", reach == REACH_CONNECT
	    ? "other clients may connect than the policy says"
	    : "other clients may relay than the policy says");
}

static const char *const routed[] = { "u%far.example", "far!u",
	"@far.example:u", "imceasmtp-u+40far", "@a.example,@b.example:u" };

/* Plain recipients of a foreign domain and routed ones.  Where "." says inbound
 * only the latter are foreign, where it says relay the former. */
static bool
compare_clients(struct reading *r)
{
	const struct route *every = relay_route(r->rules, ".");
	bool ok = compare_reach(r, REACH_CONNECT, NULL);

	if (ok && !(every && every->action == ROUTE_INBOUND))
		ok = compare_reach(r, REACH_RELAY, "u") &&
		    compare_reach(r, REACH_RELAY_AUTH, "u");
	if (every && every->action == ROUTE_RELAY)
		return ok;
	for (size_t i = 0; ok && i < sizeof(routed) / sizeof(routed[0]); i++)
		ok = compare_reach(r, REACH_RELAY, routed[i]) &&
		    compare_reach(r, REACH_RELAY_AUTH, routed[i]);
	return ok;
}

/* --- clients with a name ----------------------------------------------- */

struct sample {
	struct reading *reading;
	struct net clients[4 * CLIENTS_SAMPLED + 1];
	size_t count, names;
	bool ok;
};

static void
sample_clients(struct sample *sample)
{
	static const char *const slots[] = { "connection", "relay", "clients",
		"never" };
	const struct reading *r = sample->reading;

	sample->clients[sample->count++] = (struct net){ 4, 0xc6336407u,
		0xc6336407u };
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		struct set set;
		size_t all;

		site_slot_set(r->site, r->server, slots[i], &set);
		all = set.v4_count + set.v6_count;
		for (size_t n = 0; n < all && n < CLIENTS_SAMPLED; n++)
			sample->clients[sample->count++] = set_net(&set, n);
		set_free(&set);
	}
}

static bool
core_lets(const struct reading *r, const struct net *client,
    enum reach reach)
{
	struct question question = {
		.family = client->family,
		.client = client->first,
		.name = r->visit.name,
		.authenticated = reach == REACH_RELAY_AUTH,
		.local_family = r->local.family,
		.local = r->local.addr,
		.local_port = r->local.port,
		.recipient = "far!u@" FOREIGN,
	};
	struct decision decision;

	relay_decide(r->rules, &question, &decision);
	if (reach == REACH_CONNECT)
		return decision.kind != REFUSE_CONNECTION;
	return decision.kind == ACCEPT_INBOUND ||
	    decision.kind == ACCEPT_RELAY;
}

static bool
compare_sample(struct sample *sample, enum reach reach)
{
	struct set clients;
	bool ok = true;

	read_reach(sample->reading, reach, "far!u", &clients);
	for (size_t i = 0; ok && i < sample->count; i++) {
		const struct net *client = &sample->clients[i];

		ok = set_holds(&clients, client->family, client->first) ==
		    core_lets(sample->reading, client, reach);
	}
	set_free(&clients);
	return ok && !sample->reading->visit.broken;
}

static bool
compare_name(struct sample *sample, const char *prefix, const char *domain)
{
	struct reading *r = sample->reading;
	struct buf name = { 0 };
	bool ok;

	buf_addf(&name, "%s%s", prefix, domain);
	r->visit.name = name.data;
	ok = compare_sample(sample, REACH_CONNECT) &&
	    compare_sample(sample, REACH_RELAY) &&
	    compare_sample(sample, REACH_RELAY_AUTH);
	r->visit.name = NULL;
	if (!ok)
		differ(r, name.data,
		    "clients of that name may not do what the policy says");
	buf_free(&name);
	return ok;
}

static void
compare_named(const char *domain, void *context)
{
	struct sample *sample = context;

	if (!sample->ok || sample->names++ >= NAMES_SAMPLED ||
	    strlen(domain) > 240)
		return;
	sample->ok = compare_name(sample, "", domain) &&
	    compare_name(sample, "mail.", domain) &&
	    compare_name(sample, "not", domain);
}

static bool
compare_names(struct reading *r)
{
	static const char *const slots[] = { "connection", "relay", "clients" };
	struct sample sample = { .reading = r, .ok = true };

	sample_clients(&sample);
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		sample.names = 0;
		site_slot_names(r->site, r->server, slots[i], compare_named,
		    &sample);
	}
	return sample.ok;
}

/* --- recipients -------------------------------------------------------- */

/* Of all clients, logged on where they must be. */
static void
find_accepted(struct reading *r, const char *local_part, const char *domain,
    struct set *clients)
{
	r->visit.authenticated = !r->server->anonymous;
	set_all(clients);
	pass_recipient(r, local_part, domain, clients);
}

static enum share
accepted_share(struct reading *r, const char *local_part, const char *domain)
{
	struct set clients;
	enum share share;

	find_accepted(r, local_part, domain, &clients);
	share = share_of(&clients);
	set_free(&clients);
	return share;
}

static bool
is_as_foreign(struct reading *r, const char *local_part, const char *domain)
{
	struct set here, foreign;
	bool equal;

	find_accepted(r, local_part, domain, &here);
	find_accepted(r, local_part, FOREIGN, &foreign);
	equal = set_equal(&here, &foreign);
	set_free(&here);
	set_free(&foreign);
	return equal;
}

/* A recipient with a route may not pass for one of its last domain. */
static bool
is_foreign_routed(struct reading *r, const char *domain)
{
	const struct route *every = relay_route(r->rules, ".");
	bool equal = true;

	if (every && every->action == ROUTE_REJECT)
		return true;
	for (size_t i = 0; equal && i < sizeof(routed) / sizeof(routed[0]);
	     i++)
		equal = is_as_foreign(r, routed[i], domain);
	return equal;
}

static bool
compare_domain(struct reading *r, const char *domain)
{
	const struct route *route = relay_route(r->rules, domain);
	bool ok = true;

	if (!route)
		ok = is_as_foreign(r, "u", domain);
	else if (route->action == ROUTE_REJECT)
		ok = accepted_share(r, "u", domain) == NONE &&
		    accepted_share(r, "u%far", domain) == NONE;
	else if (route->action == ROUTE_RELAY && !r->server->reroute)
		ok = accepted_share(r, "u", domain) == NONE;
	else
		ok = accepted_share(r, "u", domain) == ALL;
	if (route && route->action != ROUTE_REJECT)
		ok = ok && is_foreign_routed(r, domain);
	return ok || differ(r, domain,
	    "is not treated as the routing list says");
}

/* What the action that takes the domain's mail does with it. */
static bool
is_delivered(struct reading *r, const struct route *route,
    const char *domain)
{
	struct buf recipient = { 0 }, want = { 0 };
	const struct read_rule *rule;
	const char *text;
	bool ok;

	buf_addf(&recipient, "u@%s", domain);
	r->visit.recipient = recipient.data;
	rule = visit_rule(&r->visit, r->conf);
	r->visit.recipient = NULL;
	if (route->next_hop)
		buf_addf(&want, "relay host \"smtp://%s:%u\"",
		    route->next_hop, route->port ? route->port : 25u);
	else if (route->action == ROUTE_RELAY)
		buf_add(&want, "relay");
	text = rule && rule->action ? conf_action(r->conf, rule->action)
	                            : NULL;
	ok = want.len ? text && !strcmp(text, want.data)
	    : rule && rule->action && !text &&
	        !strcmp(rule->action, "relayadm_here");
	buf_free(&recipient);
	buf_free(&want);
	return ok;
}

/* Mail for the domain goes where its row says. */
static bool
compare_delivery(struct reading *r, const char *domain)
{
	const struct route *route = relay_route(r->rules, domain);

	return !route || route->action == ROUTE_REJECT ||
	    (route->action == ROUTE_RELAY && !r->server->reroute) ||
	    (!strcmp(route->domain, ".") && !route->next_hop) ||
	    is_delivered(r, route, domain) || differ(r, domain,
	        "is not delivered as the routing list says");
}

static bool
compare_like(struct reading *r, const char *prefix, const char *domain)
{
	struct buf name = { 0 };
	bool ok;

	buf_addf(&name, "%s%s", prefix, domain);
	ok = compare_domain(r, name.data) && compare_delivery(r, name.data);
	buf_free(&name);
	return ok;
}

/* Names that only look like the domain: "notsea.com", "seaxcom", "sea.comx". */
static bool
compare_row(struct reading *r, const char *domain)
{
	struct buf longer = { 0 };
	char *like = mem_text(domain), *dot = strchr(like, '.');
	bool ok;

	if (dot)
		*dot = 'x';
	buf_addf(&longer, "%sx", domain);
	ok = compare_like(r, "", domain) &&
	    compare_like(r, "relayadm.", domain) &&
	    compare_like(r, "not", domain) &&
	    (!dot || compare_domain(r, like)) &&
	    compare_domain(r, longer.data);
	free(like);
	buf_free(&longer);
	return ok;
}

static bool
compare_routes(struct reading *r)
{
	size_t step = r->server->route_count / ROUTES_SAMPLED + 1;
	bool ok = true;

	for (size_t i = 0; ok && i < r->server->route_count; i += step)
		if (strcmp(r->server->routes[i].domain, "."))
			ok = compare_row(r, r->server->routes[i].domain);
	return ok && (accepted_share(r, "postmaster", NULL) == ALL ||
	    differ(r, "smtpd/conf",
	        "recipients without a domain are refused"));
}

/* --- listeners --------------------------------------------------------- */

static bool
find_listener(struct reading *r)
{
	r->visit.listener = conf_listener(r->conf, &r->local);
	return r->visit.listener != NULL || differ(r, "smtpd/conf",
	    "a listener is missing");
}

static bool
compare_offers(struct reading *r)
{
	return (r->visit.listener->tls == r->server->tls &&
	    r->visit.listener->auth == r->server->basic) ||
	    differ(r, "smtpd/conf", "a listener offers something else");
}

static bool
compare_server(const struct site *site, const struct server *server,
    const struct conf *conf, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < server->listener_count; i++) {
		struct reading r = { .site = site, .conf = conf,
			.visit = { .err = err }, .server = server,
			.rules = relay_ruleset(site->compiled, server->name),
			.local = server->listeners[i] };

		ok = find_listener(&r) && compare_offers(&r) &&
		    compare_clients(&r) && compare_names(&r) &&
		    compare_routes(&r) && !r.visit.broken &&
		    chain_has_rows(r.visit.listener->chain, server, err);
	}
	return ok || fail_in(err, "server %s", server->name);
}

bool
smtpd_reread(const struct site *site, const struct rendering *rendering,
    struct err *err)
{
	struct conf conf;
	bool ok = conf_read(&conf, rendering, err);

	for (size_t i = 0; ok && i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			ok = compare_server(site, server, &conf, err);
	}
	conf_free(&conf);
	return ok;
}

bool
smtpd_reach(const struct rendering *rendering,
    const struct listener *listener, enum reach reach, struct set *set,
    struct err *err)
{
	struct conf conf;
	struct reading r = { .conf = &conf, .visit = { .err = err },
		.local = *listener };
	bool ok = conf_read(&conf, rendering, err) && find_listener(&r);

	if (ok)
		read_reach(&r, reach, "far!u", set);
	if (ok && r.visit.broken)
		set_free(set);
	ok = ok && !r.visit.broken;
	conf_free(&conf);
	return ok;
}

/* --- domains ----------------------------------------------------------- */

static void
find_plain(void *context, const char *domain, bool authenticated,
    struct set *clients)
{
	struct reading *r = context;

	r->visit.authenticated = authenticated;
	set_all(clients);
	pass_recipient(r, "u", domain, clients);
}

static void
find_way(void *context, const char *domain, struct treatment *treatment)
{
	static const char hop[] = "relay host \"smtp://";
	struct reading *r = context;
	struct buf recipient = { 0 };
	const struct read_rule *rule;
	const char *text;

	buf_addf(&recipient, "u@%s", domain);
	r->visit.recipient = recipient.data;
	rule = visit_rule(&r->visit, r->conf);
	r->visit.recipient = NULL;
	buf_free(&recipient);
	treatment->way = WAY_MX;
	if (!rule || !rule->action)
		return;
	text = conf_action(r->conf, rule->action);
	if (text && !strncmp(text, hop, strlen(hop)))
		treatment_set_hop(treatment, text + strlen(hop),
		    strlen(text) - strlen(hop) - 1);
	else if (!strcmp(rule->action, "relayadm_here"))
		treatment->way = WAY_HERE;
}

bool
smtpd_treat(const struct rendering *rendering,
    const struct listener *listener, const struct recipients *recipients,
    struct treatment *found, struct err *err)
{
	struct conf conf;
	struct reading r = { .conf = &conf, .visit = { .err = err },
		.local = *listener };
	const struct treating treating = { find_plain, find_way, &r };
	bool ok = conf_read(&conf, rendering, err) && find_listener(&r);

	if (ok)
		treat_all(&treating, recipients, found);
	ok = ok && !r.visit.broken;
	conf_free(&conf);
	return ok;
}

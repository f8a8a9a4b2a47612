#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "smtpd.h"

/* A filter asks one thing and then ends the matter or goes on to the next, so
 * that what both tabs say must be written as one list of such questions.  Where
 * no client domain counts, two sets of addresses say all; else one of the tabs
 * must be a matter of addresses, and each of them the same for those who have
 * logged on, or satisfied by them. */

/* --- one filter -------------------------------------------------------- */

static void
add_filter(struct side *side, const char *phase, const char *test,
    const char *action)
{
	struct buf name = { 0 };

	buf_addf(&name, "\"relayadm_%u_%u\"", side->number, ++side->filters);
	buf_addf(side->text, "filter %s phase %s match %s %s\n", name.data,
	    phase, test, action);
	buf_addf(&side->chain, "%s%s", side->chain.len ? ", " : "", name.data);
	buf_free(&name);
}

#define REJECT(reply) "reject \"" reply "\""
#define REFUSE "disconnect \"" SMTPD_REFUSED "\""

/* test: "src", "!rdns regex" and the like, of a table. */
static void
add_table_filter(struct side *side, const char *phase, const char *test,
    const char *table, const char *action)
{
	struct buf text = { 0 };

	buf_addf(&text, "%s <relayadm_%u_%s>", test, side->number, table);
	add_filter(side, phase, text.data, action);
	buf_free(&text);
}

/* A recipient of whatever kind. */
static void
end_recipients(struct side *side, const char *action)
{
	smtpd_table_constant(side, "every", "^");
	add_table_filter(side, "rcpt-to", "rcpt-to regex", "every", action);
}

/* --- row 1 ------------------------------------------------------------- */

static void
add_connection(struct side *side)
{
	bool only = side->server->connection_mode == MODE_ONLY;
	struct set set;
	bool any, names;

	site_slot_set(side->site, side->server, "connection", &set);
	any = smtpd_table_addresses(side, "connection", &set);
	set_free(&set);
	names = smtpd_table_names(side, "connection");
	if (any)
		add_table_filter(side, "connect",
		    only && !names ? "!src" : "src", "connection",
		    only && names ? "bypass" : REFUSE);
	if (names) {
		add_filter(side, "connect", "!fcrdns",
		    only ? REFUSE : "bypass");
		add_table_filter(side, "connect",
		    only ? "!rdns regex" : "rdns regex", "connection_names",
		    REFUSE);
	}
	if (only && !any && !names) {
		smtpd_table_constant(side, "anyone", "^");
		add_table_filter(side, "connect", "src regex", "anyone",
		    REFUSE);
	}
}

/* --- rows 3, 4 and 6 --------------------------------------------------- */

static const char *
action_filter(const struct server *server, enum route_action action)
{
	if (action == ROUTE_REJECT)
		return REJECT(SMTPD_REJECTED);
	return action == ROUTE_RELAY && !server->reroute
	    ? REJECT(SMTPD_DENIED) : "bypass";
}

static void
add_action(struct side *side, const struct tier *tier,
    const struct rows *all, enum route_action action)
{
	struct rows rows = { mem_new(all->count, sizeof(*rows.items)), 0, 0 };
	struct buf name = { 0 };

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i]->action == action)
			rows.items[rows.count++] = all->items[i];
	buf_addf(&name, "%s_", action_words[action]);
	if (tier->exact)
		buf_add(&name, "exact");
	else
		buf_addf(&name, "%u", tier->labels);
	if (smtpd_table_recipients(side, name.data, tier, &rows))
		add_table_filter(side, "rcpt-to", "rcpt-to regex", name.data,
		    action_filter(side->server, action));
	buf_free(&name);
	free(rows.items);
}

static void
add_tier(struct side *side, const struct tier *tier)
{
	static const enum route_action actions[] = { ROUTE_REJECT,
		ROUTE_INBOUND, ROUTE_RELAY };
	struct rows rows = { 0 };

	smtpd_tier_rows(side->server, tier, &rows);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		add_action(side, tier, &rows, actions[i]);
	free(rows.items);
}

static bool
has_localhost(const struct server *server)
{
	for (size_t i = 0; i < server->route_count; i++)
		if (!strcmp(server->routes[i].domain, "localhost"))
			return true;
	return false;
}

static void
add_routes(struct side *side)
{
	const struct server *server = side->server;
	struct tier tier = { 0 };

	while (smtpd_next_tier(server, &tier))
		add_tier(side, &tier);
	smtpd_table_constant(side, "name", "^" SMTPD_PLAIN "$");
	add_table_filter(side, "rcpt-to", "rcpt-to regex", "name", "bypass");
	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];

		if (strcmp(route->domain, "."))
			continue;
		/* What is routed is rejected by its last domain, too: by the
		 * rules, which ask for what is local before that. */
		smtpd_table_constant(side, "rest",
		    route->action == ROUTE_REJECT && !has_localhost(server)
		        ? "^(" SMTPD_PLAIN "@|.*@localhost$)"
		        : "^" SMTPD_PLAIN "@");
		add_table_filter(side, "rcpt-to", "rcpt-to regex", "rest",
		    action_filter(server, route->action));
	}
}

/* --- rows 7 to 10 ------------------------------------------------------ */

/* What one tab asks of a client besides not to be on the NEVER list. */
struct gate {
	bool all;       /* nothing */
	bool logged_on; /* those who have logged on satisfy it */
	bool except;    /* all but the set and the names */
	const char *slot;  /* of the set and the names; NULL: nobody */
	const char *names; /* the table of the names; NULL: none count */
};

static bool
is_boxed(const struct side *side)
{
	const struct server *s = side->server;

	return !side->here && (s->only_authenticated || s->clients.enabled ||
	    s->local.enabled);
}

static void
find_any(const char *domain, void *context)
{
	(void)domain;
	*(bool *)context = true;
}

bool
smtpd_names_count(const struct side *side, const char *slot)
{
	bool any = false;

	if (!strcmp(slot, "clients") &&
	    (!is_boxed(side) || !side->server->clients.enabled))
		return false;
	site_slot_names(side->site, side->server, slot, find_any, &any);
	return any;
}

static struct gate
routing_gate(const struct side *side)
{
	const struct server *s = side->server;

	return (struct gate){
		.all = !is_boxed(side),
		.logged_on = s->only_authenticated,
		.slot = s->clients.enabled ? "clients" : NULL,
		.names = smtpd_names_count(side, "clients") ? "clients_names"
		                                            : NULL,
	};
}

static struct gate
access_gate(const struct side *side)
{
	return (struct gate){
		.logged_on = side->server->relay_authenticated,
		.except = side->server->relay_mode == MODE_ALL_EXCEPT,
		.slot = "relay",
		.names = smtpd_names_count(side, "relay") ? "relay_names"
		                                          : NULL,
	};
}

/* The addresses that satisfy the gate. */
static void
gate_set(const struct side *side, const struct gate *gate, bool logged_on,
    struct set *set)
{
	struct set listed = { 0 };

	set_all(set);
	if (gate->all || (logged_on && gate->logged_on))
		return;
	if (gate->slot)
		site_slot_set(side->site, side->server, gate->slot, &listed);
	if (gate->except)
		set_subtract(set, set, &listed);
	else
		set_intersect(set, set, &listed);
	set_free(&listed);
}

/* Both gates, and the NEVER list. */
static void
pass_both(const struct side *side, bool logged_on, struct set *set)
{
	struct gate routing = routing_gate(side), access = access_gate(side);
	struct set other, never;

	gate_set(side, &routing, logged_on, set);
	gate_set(side, &access, logged_on, &other);
	site_slot_set(side->site, side->server, "never", &never);
	set_intersect(set, set, &other);
	set_subtract(set, set, &never);
	set_free(&other);
	set_free(&never);
}

void
smtpd_rights(const struct side *side, struct rights *rights)
{
	*rights = (struct rights){ 0 };
	pass_both(side, false, &rights->open);
	pass_both(side, true, &rights->logged_on);
}

void
rights_free(struct rights *rights)
{
	set_free(&rights->open);
	set_free(&rights->logged_on);
}

static void
add_rights(struct side *side)
{
	struct rights rights;

	smtpd_rights(side, &rights);
	if (smtpd_table_addresses(side, "relay", &rights.open))
		add_table_filter(side, "rcpt-to", "src", "relay", "bypass");
	if (!set_equal(&rights.open, &rights.logged_on)) {
		add_filter(side, "rcpt-to", "!auth", REJECT(SMTPD_DENIED));
		smtpd_table_addresses(side, "logged_on", &rights.logged_on);
		add_table_filter(side, "rcpt-to", "src", "logged_on",
		    "bypass");
	}
	end_recipients(side, REJECT(SMTPD_DENIED));
	rights_free(&rights);
}

/* --- the same where client domains count ------------------------------- */

static bool
is_nobody(const struct side *side, const struct gate *gate)
{
	struct set set = { 0 };
	bool nobody;

	if (!gate->all)
		gate_set(side, gate, false, &set);
	nobody = !gate->all && set_empty(&set);
	set_free(&set);
	return nobody;
}

bool
smtpd_can_filter(const struct side *side)
{
	struct gate routing = routing_gate(side), access = access_gate(side);
	const struct gate *named = routing.names ? &routing : &access;
	const struct gate *plain = routing.names ? &access : &routing;

	if (!side->server->reroute || (!routing.names && !access.names))
		return true;
	return !(routing.names && access.names) && (plain->all ||
	    !plain->logged_on || named->logged_on || is_nobody(side, plain));
}

static void
add_never(struct side *side)
{
	struct set never;

	site_slot_set(side->site, side->server, "never", &never);
	if (smtpd_table_addresses(side, "never", &never))
		add_table_filter(side, "rcpt-to", "src", "never",
		    REJECT(SMTPD_DENIED));
	set_free(&never);
}

/* Lets nobody pass who does not satisfy it; false: nobody does. */
static bool
add_plain_gate(struct side *side, const struct gate *gate)
{
	struct set set;
	bool any;

	if (gate->all)
		return true;
	gate_set(side, gate, false, &set);
	any = gate->logged_on || !set_empty(&set);
	if (gate->slot && smtpd_table_addresses(side, gate->slot, &set))
		add_table_filter(side, "rcpt-to", "!src", gate->slot,
		    REJECT(SMTPD_DENIED));
	else if (gate->logged_on)
		add_filter(side, "rcpt-to", "!auth", REJECT(SMTPD_DENIED));
	else
		end_recipients(side, REJECT(SMTPD_DENIED));
	set_free(&set);
	return any;
}

/* At last; what comes to the end passes. */
static void
add_named_gate(struct side *side, const struct gate *gate)
{
	const char *listed = gate->except ? REJECT(SMTPD_DENIED) : "bypass";
	const char *other = gate->except ? "bypass" : REJECT(SMTPD_DENIED);
	struct set set;

	site_slot_set(side->site, side->server, gate->slot, &set);
	if (smtpd_table_addresses(side, gate->slot, &set))
		add_table_filter(side, "rcpt-to", "src", gate->slot, listed);
	set_free(&set);
	smtpd_table_names(side, gate->slot);
	add_filter(side, "rcpt-to", "!fcrdns", other);
	add_table_filter(side, "rcpt-to", gate->except ? "rdns regex"
	                                               : "!rdns regex",
	    gate->names, REJECT(SMTPD_DENIED));
}

static void
add_gates(struct side *side)
{
	struct gate routing = routing_gate(side), access = access_gate(side);
	const struct gate *named = routing.names ? &routing : &access;
	const struct gate *plain = routing.names ? &access : &routing;
	bool both = named->logged_on && (plain->all || plain->logged_on);

	add_never(side);
	if (both)
		add_filter(side, "rcpt-to", "auth", "bypass");
	if (!add_plain_gate(side, plain))
		return;
	if (named->logged_on && !both)
		add_filter(side, "rcpt-to", "auth", "bypass");
	add_named_gate(side, named);
}

/* --- all of them ------------------------------------------------------- */

void
smtpd_render_filters(struct side *side)
{
	add_connection(side);
	if (!side->server->anonymous)
		add_filter(side, "rcpt-to", "!auth", REJECT(SMTPD_LOG_IN));
	add_routes(side);
	if (!side->server->reroute)
		end_recipients(side, REJECT(SMTPD_DENIED));
	else if (smtpd_names_count(side, "relay") ||
	    smtpd_names_count(side, "clients"))
		add_gates(side);
	else
		add_rights(side);
	buf_addf(side->text, "filter \"relayadm_%u\" chain { %s }\n",
	    side->number, side->chain.data);
	buf_free(&side->chain);
}

#include "config.h"

#include "reach.h"
#include "ruleset.h"

/* set becomes set & gate (only) or set - gate (all-except). */
static void
narrow(struct set *set, const struct gate *gate, int mode)
{
	struct set listed;

	gate_set(gate, &listed);
	if (mode == MODE_ONLY)
		set_intersect(set, set, &listed);
	else
		set_subtract(set, set, &listed);
	set_free(&listed);
}

static bool
restricted(const struct server *s)
{
	return s->only_authenticated || s->clients.enabled ||
	    s->local.enabled;
}

/* Rows 7 to 10 for a foreign domain. */
static void
narrow_relay(struct set *set, const struct ruleset *rules, bool authenticated,
    bool local_satisfied)
{
	const struct server *s = rules->server;

	narrow(set, &rules->gates[SLOT_NEVER], MODE_ALL_EXCEPT);
	if (restricted(s) && !(s->only_authenticated && authenticated) &&
	    !(s->local.enabled && local_satisfied)) {
		if (s->clients.enabled)
			narrow(set, &rules->gates[SLOT_CLIENTS], MODE_ONLY);
		else
			set_free(set);
	}
	if (!(authenticated && s->relay_authenticated))
		narrow(set, &rules->gates[SLOT_RELAY], s->relay_mode);
}

void
reach_rows(const struct ruleset *rules, enum reach reach,
    bool local_satisfied, struct set *set)
{
	const struct server *s = rules->server;
	const struct route *every = relay_route(rules, ".");
	bool authenticated = reach == REACH_RELAY_AUTH;

	set_all(set);
	narrow(set, &rules->gates[SLOT_CONNECTION], s->connection_mode);
	if (reach == REACH_CONNECT)
		return;
	if ((!s->anonymous && !authenticated) || !s->reroute ||
	    (every && every->action == ROUTE_REJECT)) {
		set_free(set);
		return;
	}
	if (every && every->action == ROUTE_RELAY)
		return;
	narrow_relay(set, rules, authenticated, local_satisfied);
}

void
reach_set(const struct ruleset *rules, enum reach reach,
    const struct listener *local, struct set *set)
{
	struct decision ignored;
	bool satisfied = local &&
	    gate_match(&rules->gates[SLOT_LOCAL], local->family, local->addr,
	        NULL, &ignored);

	reach_rows(rules, reach, satisfied, set);
}

/* A wildcard listener, or a server that has none yet and is judged as if it
 * listened everywhere. */
static bool
any_address(struct set *listed, uint8_t family, u128 *local)
{
	if (!(family == 4 ? listed->v4_count : listed->v6_count))
		return false;
	*local = family == 4 ? listed->v4[0].first : listed->v6[0].first;
	return true;
}

bool
reach_local(const struct ruleset *rules, uint8_t family, u128 *local)
{
	const struct server *s = rules->server;
	struct decision ignored;
	struct set listed;
	bool found = false;

	gate_set(&rules->gates[SLOT_LOCAL], &listed);
	if (!s->listener_count)
		found = any_address(&listed, family, local);
	for (size_t i = 0; !found && i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (l->family != family)
			continue;
		*local = l->addr;
		if (l->addr)
			found = gate_match(&rules->gates[SLOT_LOCAL], family,
			    l->addr, NULL, &ignored);
		else
			found = any_address(&listed, family, local);
	}
	set_free(&listed);
	return found;
}

bool
reach_listens(const struct server *server, uint8_t family)
{
	for (size_t i = 0; i < server->listener_count; i++)
		if (server->listeners[i].family == family)
			return true;
	return !server->listener_count;
}

/* Of the set only what can come in by this family. */
static void
keep_family(struct set *set, uint8_t family)
{
	struct net net = { family, 0, net_top(family) };
	struct set whole;

	set_of_net(&whole, &net);
	set_intersect(set, set, &whole);
	set_free(&whole);
}

void
reach_anywhere(const struct ruleset *rules, enum reach reach, struct set *set)
{
	static const uint8_t families[] = { 4, 6 };

	*set = (struct set){ 0 };
	for (int i = 0; i < 2; i++) {
		struct set one;
		u128 local;

		if (!reach_listens(rules->server, families[i]))
			continue;
		reach_rows(rules, reach,
		    reach_local(rules, families[i], &local), &one);
		keep_family(&one, families[i]);
		set_union(set, set, &one);
		set_free(&one);
	}
}

#include "config.h"

#include <stdlib.h>

#include "reach.h"
#include "ruleset.h"

void
gate_sets_make(const struct ruleset *rules, struct gate_sets *gates)
{
	for (size_t i = 0; i < SLOTS; i++)
		gate_set(&rules->gates[i], &gates->of[i]);
}

void
gate_sets_free(struct gate_sets *gates)
{
	for (size_t i = 0; i < SLOTS; i++)
		set_free(&gates->of[i]);
}

/* set becomes set & listed (only) or set - listed (all-except). */
static void
narrow(struct set *set, const struct set *listed, int mode)
{
	if (mode == MODE_ONLY)
		set_intersect(set, set, listed);
	else if (!set_empty(listed))
		set_subtract(set, set, listed);
}

/* The same where the name of the client is listed: all addresses are. */
static void
narrow_named(struct set *set, int mode)
{
	if (mode == MODE_ALL_EXCEPT)
		set_free(set);
}

static void
narrow_by(struct set *set, const struct gate_sets *gates,
    struct standing standing, enum slot_place place, int mode)
{
	if (standing.named & 1u << place)
		narrow_named(set, mode);
	else
		narrow(set, &gates->of[place], mode);
}

static bool
restricted(const struct server *s)
{
	return s->only_authenticated || s->clients.enabled ||
	    s->local.enabled;
}

/* Rows 7 to 10 for a foreign domain. */
static void
narrow_relay(struct set *set, const struct server *s,
    const struct gate_sets *gates, struct standing standing)
{
	bool authenticated = standing.reach == REACH_RELAY_AUTH;

	narrow_by(set, gates, standing, SLOT_NEVER, MODE_ALL_EXCEPT);
	if (restricted(s) && !(s->only_authenticated && authenticated) &&
	    !(s->local.enabled && standing.local_satisfied)) {
		if (s->clients.enabled)
			narrow_by(set, gates, standing, SLOT_CLIENTS,
			    MODE_ONLY);
		else
			set_free(set);
	}
	if (!(authenticated && s->relay_authenticated))
		narrow_by(set, gates, standing, SLOT_RELAY, s->relay_mode);
}

void
reach_standing(const struct ruleset *rules, const struct gate_sets *gates,
    struct standing standing, struct set *set)
{
	const struct server *s = rules->server;
	const struct route *every = relay_route(rules, ".");

	set_all(set);
	narrow_by(set, gates, standing, SLOT_CONNECTION, s->connection_mode);
	if (standing.reach == REACH_CONNECT)
		return;
	if (standing.reach != REACH_RELAY_AUTH && !s->anonymous)
		set_free(set);
	if (standing.reach == REACH_ANONYMOUS)
		return;
	if (!s->reroute || (every && every->action == ROUTE_REJECT))
		set_free(set);
	else if (!every || every->action != ROUTE_RELAY)
		narrow_relay(set, s, gates, standing);
}

void
reach_rows(const struct ruleset *rules, enum reach reach,
    bool local_satisfied, struct set *set)
{
	struct gate_sets gates;

	gate_sets_make(rules, &gates);
	reach_standing(rules, &gates,
	    (struct standing){ reach, local_satisfied, 0 }, set);
	gate_sets_free(&gates);
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

void
set_keep_family(struct set *set, uint8_t family)
{
	if (family == 4) {
		free(set->v6);
		set->v6 = NULL;
		set->v6_count = 0;
	} else {
		free(set->v4);
		set->v4 = NULL;
		set->v4_count = 0;
	}
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
		set_keep_family(&one, families[i]);
		set_union(set, set, &one);
		set_free(&one);
	}
}

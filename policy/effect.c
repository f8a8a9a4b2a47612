#include "config.h"

#include "effect.h"
#include "reach.h"
#include "ruleset.h"

const char *const openness_words[] = { "CLOSED", "WIDE", "OPEN", NULL };

/* What the policy names as exceptions: everything that a list takes away. */
static void
add_exceptions(struct set *set, const struct gate *gate)
{
	struct set listed;

	gate_set(gate, &listed);
	set_union(set, set, &listed);
	set_free(&listed);
}

static void
find_exceptions(const struct ruleset *rules, struct set *set)
{
	const struct server *s = rules->server;

	*set = (struct set){ 0 };
	add_exceptions(set, &rules->gates[SLOT_NEVER]);
	if (s->connection_mode == MODE_ALL_EXCEPT)
		add_exceptions(set, &rules->gates[SLOT_CONNECTION]);
	if (s->relay_mode == MODE_ALL_EXCEPT)
		add_exceptions(set, &rules->gates[SLOT_RELAY]);
}

static bool
first_of(const struct set *set, uint8_t family, u128 *first)
{
	if (!(family == 4 ? set->v4_count : set->v6_count))
		return false;
	*first = family == 4 ? set->v4[0].first : set->v6[0].first;
	return true;
}

/* Open: somebody routable relays, and every routable address that no list
 * excepts does. */
static bool
is_open(const struct set *relay, const struct set *exceptions, uint8_t family,
    u128 *client)
{
	struct set routable, left = { 0 };
	u128 ignored;
	bool open;

	set_routable(&routable);
	set_intersect(&left, &routable, relay);
	open = first_of(&left, family, client);
	set_subtract(&left, &routable, exceptions);
	set_subtract(&left, &left, relay);
	open = open && !first_of(&left, family, &ignored);
	set_free(&routable);
	set_free(&left);
	return open;
}

bool
openness_family(const struct ruleset *rules, uint8_t family, u128 *client,
    u128 *local, bool *needs_local)
{
	struct set relay, exceptions;
	bool open;

	if (!reach_listens(rules->server, family))
		return false;
	*needs_local = rules->server->local.enabled &&
	    reach_local(rules, family, local);
	reach_rows(rules, REACH_RELAY, *needs_local, &relay);
	find_exceptions(rules, &exceptions);
	open = is_open(&relay, &exceptions, family, client);
	set_free(&relay);
	set_free(&exceptions);
	return open;
}

void
openness_reach(const struct ruleset *rules, struct set *set)
{
	struct set routable;

	set_routable(&routable);
	reach_anywhere(rules, REACH_RELAY, set);
	set_intersect(set, set, &routable);
	set_free(&routable);
}

enum openness
openness_ask(const struct ruleset *rules)
{
	struct set set;
	u128 client, local;
	bool needs_local, wide;

	if (openness_family(rules, 4, &client, &local, &needs_local) ||
	    openness_family(rules, 6, &client, &local, &needs_local))
		return OPEN;
	openness_reach(rules, &set);
	wide = set_count(&set, 4).low > WIDE_V4 ||
	    set_count(&set, 6).low > WIDE_V6;
	set_free(&set);
	return wide ? WIDE : CLOSED;
}

/* --- sentences -------------------------------------------------------- */

static void
add_entries(struct buf *buf, size_t count)
{
	buf_add_grouped(buf, count);
	buf_add(buf, count == 1 ? " entry" : " entries");
}

void
effect_add_connection(struct buf *buf, const struct server *s)
{
	size_t count = entries_count(&s->connection);
	bool only = s->connection_mode == MODE_ONLY;

	if (!count) {
		buf_add(buf, only ? "nobody may connect" : "everybody may "
		    "connect");
		return;
	}
	buf_add(buf, only ? "only " : "everybody may connect, except ");
	add_entries(buf, count);
	if (only)
		buf_add(buf, " may connect");
}

static void
add_relay_only(struct buf *buf, size_t count, bool authenticated)
{
	if (!count) {
		buf_add(buf, authenticated ? "only those who log on may relay"
		                           : "nobody may relay");
		return;
	}
	add_entries(buf, count);
	buf_add(buf, " may relay; everyone else ");
	buf_add(buf, authenticated ? "only after logging on" : "never");
}

void
effect_add_relay(struct buf *buf, const struct server *s)
{
	size_t count = entries_count(&s->relay);

	if (s->relay_mode == MODE_ONLY) {
		add_relay_only(buf, count, s->relay_authenticated);
		return;
	}
	if (!count) {
		buf_add(buf, "EVERYBODY may relay");
		return;
	}
	buf_add(buf, "EVERYBODY may relay, except ");
	add_entries(buf, count);
	if (s->relay_authenticated)
		buf_add(buf, ", and those too after logging on");
}

static void
count_rows(const struct server *s, size_t rows[3])
{
	rows[0] = rows[1] = rows[2] = 0;
	for (size_t i = 0; i < s->route_count; i++)
		rows[s->routes[i].action]++;
}

void
effect_add_routing(struct buf *buf, const struct server *s)
{
	size_t rows[3];

	count_rows(s, rows);
	buf_add_grouped(buf, rows[ROUTE_INBOUND]);
	buf_add(buf, " inbound, ");
	buf_add_grouped(buf, rows[ROUTE_RELAY]);
	buf_add(buf, " relay, ");
	buf_add_grouped(buf, rows[ROUTE_REJECT]);
	buf_add(buf, " rejected; other domains: ");
	buf_add(buf, s->reroute ? "only for clients that may relay"
	                        : "refused to everybody");
}

void
effect_add_restrictions(struct buf *buf, const struct server *s)
{
	const char *joint = "";

	if (!s->only_authenticated && !s->clients.enabled &&
	    !s->local.enabled) {
		buf_add(buf, s->relay_mode == MODE_ALL_EXCEPT
		    ? "no box is on: ANYBODY may route mail through this "
		      "server"
		    : "no box is on: these boxes restrict nobody, the Relay "
		      "restrictions decide");
		return;
	}
	buf_add(buf, "only ");
	if (s->only_authenticated) {
		buf_add(buf, "who logs on");
		joint = " or ";
	}
	if (s->clients.enabled) {
		buf_addf(buf, "%s", joint);
		add_entries(buf, entries_count(&s->clients.entries));
		joint = " or ";
	}
	if (s->local.enabled) {
		buf_addf(buf, "%swho connects to ", joint);
		add_entries(buf, entries_count(&s->local.entries));
		buf_add(buf, " of local addresses");
	}
}

static void
add_count(struct buf *buf, const struct set *set, uint8_t family)
{
	struct count count = set_count(set, family);

	if (!count.low && !count.all6)
		buf_add(buf, "no");
	else
		count_add(buf, count);
	buf_addf(buf, " IPv%d", family);
}

void
effect_add_reach(struct buf *buf, const struct ruleset *rules)
{
	struct set set;

	reach_anywhere(rules, REACH_RELAY, &set);
	add_count(buf, &set, 4);
	buf_add(buf, " and ");
	add_count(buf, &set, 6);
	buf_add(buf, " addresses relay without logging on");
	set_free(&set);
}

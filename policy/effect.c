#include "config.h"

#include "effect.h"
#include "reach.h"
#include "ruleset.h"

const char *const openness_words[] = { "CLOSED", "WIDE", "OPEN", NULL };

/* What the policy names as exceptions: everything that a list takes away. */
static void
find_exceptions(const struct ruleset *rules, const struct gate_sets *gates,
    struct set *set)
{
	const struct server *s = rules->server;

	set_copy(set, &gates->of[SLOT_NEVER]);
	if (s->connection_mode == MODE_ALL_EXCEPT)
		set_union(set, set, &gates->of[SLOT_CONNECTION]);
	if (s->relay_mode == MODE_ALL_EXCEPT)
		set_union(set, set, &gates->of[SLOT_RELAY]);
}

static bool
has_family(const struct set *set, uint8_t family)
{
	return (family == 4 ? set->v4_count : set->v6_count) != 0;
}

/* Who relays, of one family, wherever it is best to connect to. */
static void
add_family(struct opened *o, const struct ruleset *rules,
    const struct gate_sets *gates, uint8_t family)
{
	int v = family == 6;
	struct standing standing = { .reach = REACH_RELAY };
	struct set relay;

	if (!reach_listens(rules->server, family))
		return;
	o->needs_local[v] = rules->server->local.enabled &&
	    reach_local(rules, family, &o->local[v]);
	standing.local_satisfied = o->needs_local[v];
	reach_standing(rules, gates, standing, &relay);
	set_keep_family(&relay, family);
	set_union(&o->reach, &o->reach, &relay);
	set_free(&relay);
}

/* Open: somebody routable relays, and every routable address that no list
 * excepts does. */
void
opened_make(struct opened *o, const struct ruleset *rules,
    const struct gate_sets *gates)
{
	struct set routable, exceptions;

	*o = (struct opened){ .open = { false, false } };
	add_family(o, rules, gates, 4);
	add_family(o, rules, gates, 6);
	set_routable(&routable);
	set_intersect(&o->reach, &o->reach, &routable);
	find_exceptions(rules, gates, &exceptions);
	set_subtract(&routable, &routable, &exceptions);
	set_subtract(&routable, &routable, &o->reach);
	for (int v = 0; v < 2; v++)
		o->open[v] = has_family(&o->reach, v ? 6 : 4) &&
		    !has_family(&routable, v ? 6 : 4);
	set_free(&routable);
	set_free(&exceptions);
}

void
opened_free(struct opened *o)
{
	set_free(&o->reach);
}

enum openness
opened_grade(const struct opened *o)
{
	if (o->open[0] || o->open[1])
		return OPEN;
	return set_count(&o->reach, 4).low > WIDE_V4 ||
	        set_count(&o->reach, 6).low > WIDE_V6
	    ? WIDE
	    : CLOSED;
}

static void
opened_ask(struct opened *o, const struct ruleset *rules)
{
	struct gate_sets gates;

	gate_sets_make(rules, &gates);
	opened_make(o, rules, &gates);
	gate_sets_free(&gates);
}

bool
openness_family(const struct ruleset *rules, uint8_t family, u128 *client,
    u128 *local, bool *needs_local)
{
	int v = family == 6;
	struct opened o;
	bool open;

	opened_ask(&o, rules);
	open = o.open[v];
	if (open)
		*client = v ? o.reach.v6[0].first : o.reach.v4[0].first;
	*needs_local = o.needs_local[v];
	if (*needs_local)
		*local = o.local[v];
	opened_free(&o);
	return open;
}

void
openness_reach(const struct ruleset *rules, struct set *set)
{
	struct opened o;

	opened_ask(&o, rules);
	*set = o.reach;
}

enum openness
openness_ask(const struct ruleset *rules)
{
	struct opened o;
	enum openness grade;

	opened_ask(&o, rules);
	grade = opened_grade(&o);
	opened_free(&o);
	return grade;
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

void
effect_add_reach(struct buf *buf, const struct ruleset *rules)
{
	struct set set;

	reach_anywhere(rules, REACH_RELAY, &set);
	set_add_clients(buf, &set);
	buf_add(buf, set_one(&set) ? " relays without logging on"
	                           : " relay without logging on");
	set_free(&set);
}

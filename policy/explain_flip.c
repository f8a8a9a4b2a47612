#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "explaining.h"
#include "field.h"
#include "mem.h"
#include "ruleset.h"

/* A ruleset with one change.  Only what changes is ours. */
struct changed {
	struct ruleset rules;
	struct server server; /* shallow */
	struct entries entries;
	struct lookup *lookups[SLOTS];
	struct part *parts[SLOTS];
	const struct route **routes;
};

static void
changed_begin(struct changed *c, const struct ruleset *rules)
{
	*c = (struct changed){ .rules = *rules, .server = *rules->server };
	c->rules.server = &c->server;
}

static void
changed_end(struct changed *c)
{
	for (size_t i = 0; i < SLOTS; i++) {
		lookup_free(c->lookups[i]);
		free(c->parts[i]);
	}
	entries_free(&c->entries);
	free(c->routes);
}

/* The gate with parts of its own and room for one more. */
static struct gate *
own_gate(struct changed *c, size_t place)
{
	struct gate *gate = &c->rules.gates[place];
	struct part *parts = mem_new(gate->count + 1, sizeof(*parts));

	memcpy(parts, gate->parts, gate->count * sizeof(*parts));
	gate->parts = c->parts[place] = parts;
	c->lookups[place] = lookup_new(&c->entries,
	    !server_slots[place].only_addresses);
	return gate;
}

static void
change_add(struct changed *c, const struct flip *flip)
{
	size_t place = (size_t)(flip->slot - server_slots);
	struct gate *gate;

	entries_add(&c->entries, &flip->entry);
	gate = own_gate(c, place);
	gate->parts[gate->count++] = (struct part){ c->lookups[place], NULL };
}

/* The part that is made of these entries, or the gate's count. */
static size_t
part_of(const struct gate *gate, const struct entries *entries)
{
	size_t i = 0;

	while (i < gate->count &&
	    lookup_entries(gate->parts[i].lookup) != entries)
		i++;
	return i;
}

/* A list may serve several gates. */
static void
change_remove(struct changed *c, const struct flip *flip,
    const struct entries *in)
{
	entries_copy(&c->entries, in);
	entries_remove(&c->entries, &flip->entry);
	for (size_t place = 0; place < SLOTS; place++) {
		size_t i = part_of(&c->rules.gates[place], in);
		struct gate *gate;

		if (i == c->rules.gates[place].count)
			continue;
		gate = own_gate(c, place);
		gate->parts[i].lookup = c->lookups[place];
	}
}

static void
change_unroute(struct changed *c, const struct flip *flip)
{
	size_t kept = 0;

	c->routes = mem_new(c->server.route_count, sizeof(*c->routes));
	for (size_t i = 0; i < c->server.route_count; i++)
		if (c->rules.routes[i] != flip->route)
			c->routes[kept++] = c->rules.routes[i];
	c->rules.routes = c->routes;
	c->server.route_count = kept;
}

static void
change_setting(struct changed *c, const struct flip *flip)
{
	bool *at = (bool *)(void *)((char *)&c->server + flip->field->offset);

	*at = !*at;
}

/* --- candidates ------------------------------------------------------- */

static void
try_add(struct flip *flip, enum slot_place place, const struct question *q)
{
	flip->kind = FLIP_ADD;
	flip->slot = &server_slots[place];
	flip->entry.kind = ENTRY_NET;
	flip->entry.net = (struct net){ q->family, q->client, q->client };
}

static void
try_remove(struct flip *flip, const struct decision *d)
{
	flip->kind = FLIP_REMOVE;
	flip->slot = d->slot;
	flip->list = d->list;
	entries_at(d->in, d->place, &flip->entry);
}

static void
try_setting(struct flip *flip, const char *field)
{
	flip->kind = FLIP_SETTING;
	flip->field = field_find(server_fields, field);
}

static void
try_unroute(struct flip *flip, const struct route *route)
{
	flip->kind = route ? FLIP_UNROUTE : FLIP_NONE;
	flip->route = route;
}

/* By the row that decided: no other change of one thing can do it with less
 * effect. */
static void
try_row(struct flip *flip, const struct ruleset *rules,
    const struct question *q, const struct decision *d)
{
	bool listed = d->in != NULL;

	switch (d->row) {
	case 1:
		if (listed)
			try_remove(flip, d);
		else
			try_add(flip, SLOT_CONNECTION, q);
		return;
	case 2:
		try_setting(flip, "authentication.anonymous");
		return;
	case 3:
	case 4:
	case 6:
		try_unroute(flip, d->route);
		return;
	case 5:
		try_setting(flip, "routing.reroute");
		return;
	case 7:
		try_remove(flip, d);
		return;
	case 8:
		if (rules->server->clients.enabled)
			try_add(flip, SLOT_CLIENTS, q);
		return;
	default:
		if (d->kind == ACCEPT_RELAY)
			try_add(flip, SLOT_NEVER, q);
		else if (listed)
			try_remove(flip, d);
		else
			try_add(flip, SLOT_RELAY, q);
	}
}

/* --- what it does ----------------------------------------------------- */

static void
reach_of(const struct ruleset *rules, const struct question *q,
    const struct decision *d, struct set *set)
{
	struct listener local = { q->local_family, q->local, q->local_port };
	enum reach reach = d->row == 1 ? REACH_CONNECT
	    : d->row == 2              ? REACH_ANONYMOUS
	    : q->authenticated         ? REACH_RELAY_AUTH
	                               : REACH_RELAY;

	reach_set(rules, reach, q->local_family ? &local : NULL, set);
}

static bool
accepts(enum decision_kind kind)
{
	return kind == ACCEPT_INBOUND || kind == ACCEPT_RELAY;
}

static void
apply(struct changed *c, const struct flip *flip, const struct decision *d)
{
	if (flip->kind == FLIP_ADD)
		change_add(c, flip);
	else if (flip->kind == FLIP_REMOVE)
		change_remove(c, flip, d->in);
	else if (flip->kind == FLIP_UNROUTE)
		change_unroute(c, flip);
	else
		change_setting(c, flip);
}

void
flip_find(struct flip *flip, const struct ruleset *rules,
    const struct question *q, const struct decision *d)
{
	struct changed c;
	struct decision now;
	struct set before, after;

	*flip = (struct flip){ .kind = FLIP_NONE };
	try_row(flip, rules, q, d);
	if (flip->kind == FLIP_NONE)
		return;
	changed_begin(&c, rules);
	apply(&c, flip, d);
	relay_decide(&c.rules, q, &now);
	if (accepts(now.kind) == accepts(d->kind)) {
		*flip = (struct flip){ .kind = FLIP_NONE };
		changed_end(&c);
		return;
	}
	reach_of(rules, q, d, &before);
	reach_of(&c.rules, q, d, &after);
	set_subtract(&flip->gains, &after, &before);
	set_subtract(&flip->loses, &before, &after);
	set_free(&before);
	set_free(&after);
	changed_end(&c);
}

void
flip_free(struct flip *flip)
{
	set_free(&flip->gains);
	set_free(&flip->loses);
}

/* --- in words --------------------------------------------------------- */

static void
add_count(struct buf *buf, const struct set *set, const char *verb)
{
	struct count v4 = set_count(set, 4), v6 = set_count(set, 6);

	if (v4.low) {
		buf_addc(buf, ' ');
		count_add(buf, v4);
		buf_add(buf, " IPv4");
	}
	if (set->v6_count) {
		buf_add(buf, v4.low ? " and " : " ");
		count_add(buf, v6);
		buf_add(buf, " IPv6");
	}
	if (!set_empty(set))
		buf_addf(buf, " %s", verb);
}

static void
add_change(struct buf *buf, const struct flip *flip)
{
	if (flip->kind == FLIP_SETTING) {
		buf_addf(buf, "switch %s", flip->field->name);
		return;
	}
	buf_add(buf, flip->kind == FLIP_ADD ? "add " : "remove ");
	if (flip->kind == FLIP_UNROUTE) {
		route_add(buf, flip->route);
		buf_add(buf, " from routing");
		return;
	}
	entry_add(buf, &flip->entry);
	buf_add(buf, flip->kind == FLIP_ADD ? " to " : " from ");
	if (flip->list)
		buf_addf(buf, "list:%s", flip->list);
	else
		buf_add(buf, flip->slot->name);
}

void
flip_add(struct buf *buf, const struct flip *flip)
{
	if (flip->kind == FLIP_NONE)
		return;
	add_change(buf, flip);
	if (set_empty(&flip->gains) && set_empty(&flip->loses))
		return;
	buf_addc(buf, ':');
	add_count(buf, &flip->gains, "gain");
	if (!set_empty(&flip->gains) && !set_empty(&flip->loses))
		buf_addc(buf, ',');
	add_count(buf, &flip->loses, "lose");
}

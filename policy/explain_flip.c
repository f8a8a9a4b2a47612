#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explaining.h"
#include "field.h"
#include "mem.h"
#include "recipient.h"
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

	if (gate->count)
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

/* The gate no longer includes the list. */
static void
change_exclude(struct changed *c, const struct flip *flip)
{
	size_t place = (size_t)(flip->slot - server_slots), kept = 0;
	struct gate *gate = own_gate(c, place);

	for (size_t i = 0; i < gate->count; i++)
		if (!gate->parts[i].list ||
		    strcmp(gate->parts[i].list, flip->entry.name))
			gate->parts[kept++] = gate->parts[i];
	gate->count = kept;
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

struct asked {
	const struct ruleset *rules;
	const struct question *question;
	const struct decision *decision;
};

struct candidate {
	struct flip flip;
	const struct entries *in; /* of a REMOVE; NULL: a list is excluded */
};

static const enum slot_place add_places[] = { SLOT_NEVER, SLOT_RELAY,
	SLOT_CLIENTS, SLOT_CONNECTION, SLOT_LOCAL };

static const char *const settings[] = { "authentication.anonymous",
	"routing.reroute", "relay.authenticated",
	"routing.restrictions.authenticated",
	"routing.restrictions.clients.enabled",
	"routing.restrictions.local.enabled" };

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

/* The address that was asked about, which no wider entry can better. */
static void
try_add(struct candidate *c, const struct asked *a, enum slot_place place)
{
	const struct question *q = a->question;
	bool local = place == SLOT_LOCAL;
	u128 addr = local ? q->local : q->client;

	if (local && !q->local_family)
		return;
	c->flip.kind = FLIP_ADD;
	c->flip.slot = &server_slots[place];
	c->flip.entry.kind = ENTRY_NET;
	c->flip.entry.net = (struct net){ local ? q->local_family : q->family,
		addr, addr };
}

/* The entry that matches; taking another away leaves the match as it is. */
static void
try_remove(struct candidate *c, const struct asked *a, enum slot_place place)
{
	struct decision d;

	if (!relay_match(a->rules, &server_slots[place], a->question, &d))
		return;
	c->flip.kind = FLIP_REMOVE;
	c->flip.slot = d.slot;
	c->flip.list = d.list;
	c->in = d.in;
	entries_at(d.in, d.place, &c->flip.entry);
}

/* The list that the match came by. */
static void
try_exclude(struct candidate *c, const struct asked *a, enum slot_place place)
{
	struct decision d;

	if (!relay_match(a->rules, &server_slots[place], a->question, &d) ||
	    !d.list)
		return;
	c->flip.kind = FLIP_REMOVE;
	c->flip.slot = d.slot;
	c->flip.entry.kind = ENTRY_LIST;
	snprintf(c->flip.entry.name, sizeof(c->flip.entry.name), "%s",
	    d.list);
}

static void
try_setting(struct candidate *c, const char *field)
{
	c->flip.kind = FLIP_SETTING;
	c->flip.field = field_find(server_fields, field);
}

/* The row that covers the recipient: behind it may stand one that says
 * something else. */
static void
try_unroute(struct candidate *c, const struct asked *a)
{
	struct recipient to;
	const struct route *route;

	recipient_parse(&to, a->question->recipient);
	route = to.has_domain ? relay_route(a->rules, to.domain) : NULL;
	c->flip.kind = route ? FLIP_UNROUTE : FLIP_NONE;
	c->flip.route = route;
}

/* The n-th of all changes that could turn an answer; FLIP_NONE where there is
 * nothing to change.  False at the end. */
static bool
candidate_at(struct candidate *c, const struct asked *a, size_t n)
{
	*c = (struct candidate){ .flip = { .kind = FLIP_NONE } };
	if (n < SLOTS)
		try_add(c, a, add_places[n]);
	else if (n < 2 * SLOTS)
		try_remove(c, a, (enum slot_place)(n - SLOTS));
	else if (n < 3 * SLOTS)
		try_exclude(c, a, (enum slot_place)(n - 2 * SLOTS));
	else if (n == 3 * SLOTS)
		try_unroute(c, a);
	else if (n <= 3 * SLOTS + SETTINGS)
		try_setting(c, settings[n - 3 * SLOTS - 1]);
	else
		return false;
	return true;
}

/* --- what it does ----------------------------------------------------- */

/* Of whom an effect is told: who may connect, send, and relay. */
struct told {
	struct set of[3];
};

static void
told_make(struct told *t, const struct ruleset *rules,
    const struct question *q)
{
	const enum reach reaches[3] = { REACH_CONNECT,
		q->authenticated ? REACH_CONNECT : REACH_ANONYMOUS,
		q->authenticated ? REACH_RELAY_AUTH : REACH_RELAY };
	struct decision ignored;
	struct gate_sets gates;
	bool local = relay_match(rules, &server_slots[SLOT_LOCAL], q,
	    &ignored);

	gate_sets_make(rules, &gates);
	for (int i = 0; i < 3; i++)
		reach_standing(rules, &gates,
		    (struct standing){ reaches[i], local, 0 }, &t->of[i]);
	gate_sets_free(&gates);
}

static void
told_free(struct told *t)
{
	for (int i = 0; i < 3; i++)
		set_free(&t->of[i]);
}

static void
add_changes(struct set *to, const struct told *more, const struct told *less)
{
	for (int i = 0; i < 3; i++) {
		struct set one = { 0 };

		set_subtract(&one, &more->of[i], &less->of[i]);
		set_union(to, to, &one);
		set_free(&one);
	}
}

static u128
effect_size(const struct flip *flip)
{
	struct set both = { 0 };
	struct count v4, v6;

	set_union(&both, &flip->gains, &flip->loses);
	v4 = set_count(&both, 4);
	v6 = set_count(&both, 6);
	set_free(&both);
	return v6.all6 || v6.low > NET_LAST6 - v4.low ? NET_LAST6
	                                              : v4.low + v6.low;
}

static bool
accepts(enum decision_kind kind)
{
	return kind == ACCEPT_INBOUND || kind == ACCEPT_RELAY;
}

static void
apply(struct changed *c, const struct candidate *candidate)
{
	const struct flip *flip = &candidate->flip;

	if (flip->kind == FLIP_ADD)
		change_add(c, flip);
	else if (flip->kind == FLIP_REMOVE && candidate->in)
		change_remove(c, flip, candidate->in);
	else if (flip->kind == FLIP_REMOVE)
		change_exclude(c, flip);
	else if (flip->kind == FLIP_UNROUTE)
		change_unroute(c, flip);
	else
		change_setting(c, flip);
}

/* Does the change turn the answer?  If so with its effect. */
static bool
turns(struct candidate *candidate, const struct asked *a,
    const struct told *before)
{
	struct changed c;
	struct decision now;
	struct told after;
	bool turned;

	changed_begin(&c, a->rules);
	apply(&c, candidate);
	relay_decide(&c.rules, a->question, &now);
	turned = accepts(now.kind) != accepts(a->decision->kind);
	if (turned) {
		told_make(&after, &c.rules, a->question);
		add_changes(&candidate->flip.gains, &after, before);
		add_changes(&candidate->flip.loses, before, &after);
		told_free(&after);
	}
	changed_end(&c);
	return turned;
}

void
flip_find(struct flip *flip, const struct ruleset *rules,
    const struct question *q, const struct decision *d)
{
	struct asked a = { rules, q, d };
	struct told before;
	struct candidate c;
	u128 least = 0;

	*flip = (struct flip){ .kind = FLIP_NONE };
	told_make(&before, rules, q);
	for (size_t n = 0; candidate_at(&c, &a, n); n++) {
		u128 size;

		if (c.flip.kind == FLIP_NONE || !turns(&c, &a, &before))
			continue;
		size = effect_size(&c.flip);
		if (flip->kind == FLIP_NONE || size < least) {
			flip_free(flip);
			*flip = c.flip;
			least = size;
		} else {
			flip_free(&c.flip);
		}
	}
	told_free(&before);
}

void
flip_free(struct flip *flip)
{
	set_free(&flip->gains);
	set_free(&flip->loses);
}

/* --- in words --------------------------------------------------------- */

static void
add_clients(struct buf *buf, const struct set *set, const char *verb)
{
	buf_addc(buf, ' ');
	set_add_clients(buf, set);
	buf_addf(buf, " %s%s", verb, set_one(set) ? "s" : "");
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
	if (flip->kind == FLIP_NONE) {
		buf_add(buf, "no single change of an entry, a row or a box "
		    "does");
		return;
	}
	add_change(buf, flip);
	if (set_empty(&flip->gains) && set_empty(&flip->loses))
		return;
	buf_addc(buf, ':');
	if (!set_empty(&flip->gains))
		add_clients(buf, &flip->gains, "gain");
	if (!set_empty(&flip->gains) && !set_empty(&flip->loses))
		buf_addc(buf, ',');
	if (!set_empty(&flip->loses))
		add_clients(buf, &flip->loses, "lose");
}

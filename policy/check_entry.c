/* Findings about entries. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "mem.h"
#include "ruleset.h"

int
slot_mode(const struct slot *slot, const struct server *s)
{
	if (slot == &server_slots[SLOT_CONNECTION])
		return s->connection_mode;
	if (slot == &server_slots[SLOT_RELAY])
		return s->relay_mode;
	return MODE_ONLY;
}

bool
slot_alive(const struct slot *slot, const struct server *s)
{
	if (slot == &server_slots[SLOT_CLIENTS])
		return s->clients.enabled;
	if (slot == &server_slots[SLOT_LOCAL])
		return s->local.enabled;
	return true;
}

struct finding *
tally_next(struct tally *t)
{
	if (t->count++ >= ENTRIES_REPORTED)
		return NULL;
	return finding_new(t->c, t->code, t->level, t->object);
}

void
tally_end(struct tally *t)
{
	struct buf text = { 0 };
	struct finding *f;

	if (t->count <= ENTRIES_REPORTED)
		return;
	f = finding_new(t->c, t->code, t->level, t->object);
	buf_addf(&text, "%s: the same is true of ", t->where);
	buf_add_grouped(&text, t->count - ENTRIES_REPORTED);
	buf_add(&text, t->count - ENTRIES_REPORTED == 1 ? " more entry"
	                                                : " more entries");
	f->sentence = buf_take(&text);
	f->advice = mem_text("see the entries that are named");
}

char *
entry_text(const struct entry *entry)
{
	struct buf text = { 0 };

	entry_add(&text, entry);
	return buf_take(&text);
}

/* --- never-overlap ---------------------------------------------------- */

static void
entry_set(struct checking *c, const struct entry *e, struct set *set)
{
	const struct list *list;

	*set = (struct set){ 0 };
	if (e->kind == ENTRY_NET)
		set_of_net(set, &e->net);
	else if (e->kind == ENTRY_LIST &&
	    (list = relay_list(c->compiled, e->name)))
		set_of_entries(set, &list->entries);
}

static void
report_overlap(struct tally *t, const struct ruleset *rules,
    const struct entry *e, const struct set *common)
{
	struct finding *f = tally_next(t);
	struct net first = set_net(common, 0);
	char *text, part[NET_TEXT];

	if (!f)
		return;
	text = entry_text(e);
	finding_say(f, "%s: %s and the NEVER list overlap, at %s%s", t->where,
	    text, net_text(&first, part),
	    common->v4_count + common->v6_count > 1 ? " and elsewhere" : "");
	f->advice = mem_text("the NEVER list wins; list the rest alone if that "
	    "is clearer");
	finding_witness(f, rules, first.family, first.first);
	free(text);
}

static void
check_overlap(struct checking *c, const struct ruleset *rules,
    enum slot_place place, const struct set *never)
{
	const struct slot *slot = &server_slots[place];
	const struct entries *entries = slot_entries_const(slot,
	    rules->server);
	struct tally t = { c, "never-overlap", LEVEL_INFO,
		{ "server", rules->server->name }, slot->name, 0 };

	if (slot_mode(slot, rules->server) != MODE_ONLY ||
	    !slot_alive(slot, rules->server))
		return;
	for (size_t i = 0; i < entries_count(entries); i++) {
		struct entry e;
		struct set set, common = { 0 };

		entries_at(entries, i, &e);
		if (e.kind == ENTRY_NET && (!set_meets(never, &e.net) ||
		        set_covers(never, &e.net)))
			continue;
		entry_set(c, &e, &set);
		set_intersect(&common, &set, never);
		if (!set_empty(&common) && !set_equal(&common, &set))
			report_overlap(&t, rules, &e, &common);
		set_free(&set);
		set_free(&common);
	}
	tally_end(&t);
}

void
ask_never_overlap(struct checking *c, const struct server_view *v)
{
	const struct set *never = &v->gates.of[SLOT_NEVER];

	if (!v->server->enabled || set_empty(never))
		return;
	check_overlap(c, v->rules, SLOT_RELAY, never);
	check_overlap(c, v->rules, SLOT_CLIENTS, never);
}

/* --- family-gap ------------------------------------------------------- */

static void
check_gap(struct checking *c, const struct ruleset *rules,
    const struct gate *gate, uint8_t family)
{
	size_t v4 = 0, v6 = 0, names = 0;
	struct finding *f;

	for (size_t i = 0; i < gate->count; i++) {
		const struct entries *e = lookup_entries(gate->parts[i].lookup);

		v4 += e->v4_count;
		v6 += e->v6_count;
		names += e->domain_count;
	}
	if (names || (family == 4 ? v4 || !v6 : v6 || !v4))
		return;
	f = finding_new(c, "family-gap", LEVEL_WARNING,
	    (struct object){ "server", rules->server->name });
	finding_say(f, "%s: the server listens on IPv%d, and every entry is "
	    "IPv%d: no IPv%d client is listed", gate->slot->name, family,
	    family == 4 ? 6 : 4, family);
	f->advice = mem_text("add the addresses that are meant, or listen on "
	    "one family only");
}

static bool
listens_on(const struct server *s, uint8_t family)
{
	return s->listener_count && reach_listens(s, family);
}

void
ask_family_gap(struct checking *c, const struct server_view *v)
{
	const struct server *s = v->server;

	for (size_t i = 0; s->enabled && i < SLOTS; i++) {
		if (!slot_alive(&server_slots[i], s))
			continue;
		if (listens_on(s, 4))
			check_gap(c, v->rules, &v->rules->gates[i], 4);
		if (listens_on(s, 6))
			check_gap(c, v->rules, &v->rules->gates[i], 6);
	}
}

/* --- local-address-unbound -------------------------------------------- */

static bool
set_receives(const struct server *s, const struct set *set)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (l->addr ? set_holds(set, l->family, l->addr)
		            : (l->family == 4 ? set->v4_count : set->v6_count))
			return true;
	}
	return !s->listener_count || set_empty(set);
}

static void
check_unbound(struct checking *c, const struct server *s)
{
	struct tally t = { c, "local-address-unbound", LEVEL_WARNING,
		{ "server", s->name }, "local", 0 };
	const struct entries *entries = &s->local.entries;

	for (size_t i = 0; i < entries_count(entries); i++) {
		struct entry e;
		struct set set;
		struct finding *f;

		entries_at(entries, i, &e);
		entry_set(c, &e, &set);
		f = set_receives(s, &set) ? NULL : tally_next(&t);
		set_free(&set);
		if (f) {
			char *text = entry_text(&e);

			finding_say(f, "local: no listener of the server can "
			    "receive on %s", text);
			f->advice = mem_text("add a listener there, or remove "
			    "the entry");
			free(text);
		}
	}
	tally_end(&t);
}

void
ask_local_unbound(struct checking *c, const struct server_view *v)
{
	if (v->server->enabled && v->server->local.enabled)
		check_unbound(c, v->server);
}

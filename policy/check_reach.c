/* Finding unreachable-relay: entries before which something else decides. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "mem.h"
#include "ruleset.h"

/* --- which clients an entry could matter for -------------------------- */

/* The clients with a name that is in these gates, for whom a gate is what
 * decides: they get as far, and the others let them. */
struct region {
	unsigned named;
	struct set set;
};

struct regions {
	const struct ruleset *rules;
	const struct gate_sets *gates;
	enum slot_place place; /* SLOT_RELAY or SLOT_CLIENTS */
	struct region items[1u << SLOTS];
	size_t count;
	struct set all; /* over all names, and no name */
};

static bool
satisfies_boxes(const struct server *s, bool authenticated, bool local)
{
	bool any = s->only_authenticated || s->clients.enabled ||
	    s->local.enabled;

	return !any || (s->only_authenticated && authenticated) ||
	    (s->local.enabled && local);
}

/* Row 10 is asked: rows 1 to 9 let the client pass and do not accept. */
static void
region_relay(const struct regions *r, struct standing st, struct set *set)
{
	const struct server *s = r->rules->server;
	bool authenticated = st.reach == REACH_RELAY_AUTH;

	if (satisfies_boxes(s, authenticated, st.local_satisfied))
		return;
	if (!s->clients.enabled)
		set_free(set);
	else if (!(st.named & 1u << SLOT_CLIENTS))
		set_intersect(set, set, &r->gates->of[SLOT_CLIENTS]);
}

/* Row 8 asks for the address, and row 9 or 10 accepts. */
static void
region_clients(const struct regions *r, struct standing st, struct set *set)
{
	const struct server *s = r->rules->server;
	bool authenticated = st.reach == REACH_RELAY_AUTH;
	const struct set *listed = &r->gates->of[SLOT_RELAY];

	if (authenticated && s->only_authenticated)
		set_free(set);
	if (authenticated && s->relay_authenticated)
		return;
	if (st.named & 1u << SLOT_RELAY) {
		if (s->relay_mode == MODE_ALL_EXCEPT)
			set_free(set);
	} else if (s->relay_mode == MODE_ONLY)
		set_intersect(set, set, listed);
	else
		set_subtract(set, set, listed);
}

/* Rows 1 to 7 let them pass. */
static void
region_reaches(const struct regions *r, struct standing st, struct set *set)
{
	const struct server *s = r->rules->server;
	const struct route *every = relay_route(r->rules, ".");
	bool authenticated = st.reach == REACH_RELAY_AUTH;

	reach_standing(r->rules, r->gates,
	    (struct standing){ REACH_CONNECT, false, st.named }, set);
	if (!s->reroute || (!s->anonymous && !authenticated) ||
	    (every && every->action == ROUTE_REJECT))
		set_free(set);
	set_subtract(set, set, &r->gates->of[SLOT_NEVER]);
}

static void
region_of(const struct regions *r, unsigned named, struct set *all)
{
	static const uint8_t families[] = { 4, 6 };

	*all = (struct set){ 0 };
	for (int i = 0; i < 4; i++) {
		bool authenticated = i & 1;
		uint8_t family = families[i / 2];
		u128 ignored;
		struct standing st = {
			authenticated ? REACH_RELAY_AUTH : REACH_RELAY,
			reach_local(r->rules, family, &ignored), named };
		struct set set;

		if (r->place == SLOT_RELAY && authenticated &&
		    r->rules->server->relay_authenticated)
			continue;
		region_reaches(r, st, &set);
		if (r->place == SLOT_RELAY)
			region_relay(r, st, &set);
		else
			region_clients(r, st, &set);
		set_keep_family(&set, family);
		set_union(all, all, &set);
		set_free(&set);
	}
}

static const struct set *
regions_find(struct regions *r, unsigned named)
{
	struct region *new = &r->items[r->count];

	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].named == named)
			return &r->items[i].set;
	new->named = named;
	region_of(r, named, &new->set);
	set_union(&r->all, &r->all, &new->set);
	r->count++;
	return &new->set;
}

static void
add_region(const char *name, void *context)
{
	struct regions *r = context;

	regions_find(r, rules_mask(r->rules, name));
}

static void
regions_make(struct regions *r, const struct server_view *v,
    enum slot_place place)
{
	*r = (struct regions){ .rules = v->rules, .gates = &v->gates,
		.place = place };
	regions_find(r, 0);
	rules_each_name(v->rules, add_region, r);
}

static void
regions_free(struct regions *r)
{
	for (size_t i = 0; i < r->count; i++)
		set_free(&r->items[i].set);
	set_free(&r->all);
}

struct domain_search {
	struct regions *regions;
	const char *domain;
	bool found;
};

static void
search_name(const char *name, void *context)
{
	struct domain_search *s = context;

	if (!s->found && domain_covers(s->domain, name))
		s->found = !set_empty(regions_find(s->regions,
		    rules_mask(s->regions->rules, name)));
}

/* Is there a client, of a name in the domain, for whom it matters? */
static bool
domain_matters(struct regions *r, const char *domain)
{
	struct domain_search s = { r, domain, false };

	rules_each_name(r->rules, search_name, &s);
	return s.found;
}

static bool
list_matters(struct regions *r, const struct list *list)
{
	struct set set;
	bool matters;

	set_of_entries(&set, &list->entries);
	set_intersect(&set, &set, &r->all);
	matters = !set_empty(&set);
	set_free(&set);
	for (size_t i = 0; !matters && i < list->entries.domain_count; i++)
		matters = domain_matters(r, list->entries.domains[i]);
	return matters;
}

static bool
entry_matters(struct checking *c, struct regions *r, const struct entry *e)
{
	const struct list *list;

	if (e->kind == ENTRY_NET)
		return set_meets(&r->all, &e->net);
	if (e->kind == ENTRY_DOMAIN)
		return domain_matters(r, e->name);
	list = relay_list(c->compiled, e->name);
	return !list || !entries_count(&list->entries) ||
	    list_matters(r, list);
}

/* --- unreachable-relay ------------------------------------------------ */

static void
report_unreachable(struct tally *t, const struct ruleset *rules,
    const struct entry *e)
{
	struct finding *f = tally_next(t);
	char *text;

	if (!f)
		return;
	text = entry_text(e);
	finding_say(f, "%s: %s never has an effect: connection control, the "
	    "NEVER list or the other restrictions decide before it", t->where,
	    text);
	f->advice = mem_text("remove the entry, or let its clients pass there");
	if (e->kind == ENTRY_NET)
		finding_witness(f, rules, e->net.family, e->net.first);
	free(text);
}

static void
check_unreachable(struct checking *c, const struct server_view *v,
    enum slot_place place)
{
	const struct ruleset *rules = v->rules;
	const struct slot *slot = &server_slots[place];
	const struct entries *entries = slot_entries_const(slot,
	    rules->server);
	struct tally t = { c, "unreachable-relay", LEVEL_WARNING,
		{ "server", rules->server->name }, slot->name, 0 };
	struct regions *r;

	if (!entries_count(entries) || !slot_alive(slot, rules->server))
		return;
	r = mem_new(1, sizeof(*r));
	regions_make(r, v, place);
	for (size_t i = 0; i < entries_count(entries); i++) {
		struct entry e;

		entries_at(entries, i, &e);
		if (!entry_matters(c, r, &e))
			report_unreachable(&t, rules, &e);
	}
	tally_end(&t);
	regions_free(r);
	free(r);
}

void
ask_unreachable_relay(struct checking *c, const struct server_view *v)
{
	if (!v->server->enabled)
		return;
	check_unreachable(c, v, SLOT_RELAY);
	check_unreachable(c, v, SLOT_CLIENTS);
}

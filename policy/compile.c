#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ruleset.h"
#include "set.h"

struct compiled {
	const struct policy *policy;
	struct lookup **lists;     /* by place in the policy */
	struct lookup **addresses; /* the same without client domains, made
	                              for lists that have some */
	struct ruleset *rules;     /* by place in the policy */
	struct lookup **own;       /* SLOTS for each server */
	struct word *list_words, *server_words;
};

/* Names in order, for finding an object among very many. */
struct word {
	const char *text;
	size_t place;
};

static int
compare_words(const void *x, const void *y)
{
	const struct word *a = x, *b = y;

	return strcmp(a->text, b->text);
}

static size_t
word_place(const struct word *words, size_t count, const char *text)
{
	struct word wanted = { text, 0 };
	const struct word *found = count
	    ? bsearch(&wanted, words, count, sizeof(*words), compare_words)
	    : NULL;

	return found ? found->place : ENTRY_NOWHERE;
}

static struct word *
sort_lists(const struct policy *p)
{
	struct word *words = mem_new(p->list_count, sizeof(*words));

	for (size_t i = 0; i < p->list_count; i++)
		words[i] = (struct word){ p->lists[i]->name, i };
	qsort(words, p->list_count, sizeof(*words), compare_words);
	return words;
}

static struct word *
sort_servers(const struct policy *p)
{
	struct word *words = mem_new(p->server_count, sizeof(*words));

	for (size_t i = 0; i < p->server_count; i++)
		words[i] = (struct word){ p->servers[i]->name, i };
	qsort(words, p->server_count, sizeof(*words), compare_words);
	return words;
}

static int
compare_routes(const void *x, const void *y)
{
	const struct route *a = *(const struct route *const *)x;
	const struct route *b = *(const struct route *const *)y;
	int order = strcmp(a->domain, b->domain);

	if (order)
		return order;
	if (a->exact != b->exact)
		return a->exact ? -1 : 1;
	return a < b ? -1 : a > b; /* of duplicate rows the first counts */
}

static void
compile_routes(struct ruleset *rules)
{
	const struct server *s = rules->server;

	rules->routes = mem_new(s->route_count, sizeof(*rules->routes));
	for (size_t i = 0; i < s->route_count; i++)
		rules->routes[i] = &s->routes[i];
	qsort(rules->routes, s->route_count, sizeof(*rules->routes),
	    compare_routes);
}

/* The compiled list; made on first use, as most lists serve one purpose. */
static const struct lookup *
list_lookup(struct compiled *c, size_t place, bool with_domains)
{
	const struct entries *e = &c->policy->lists[place]->entries;
	struct lookup **at = with_domains || !e->domain_count
	    ? &c->lists[place]
	    : &c->addresses[place];

	if (!*at)
		*at = lookup_new(e, with_domains || !e->domain_count);
	return *at;
}

static struct lookup **
own_lookup(struct compiled *c, size_t server, const struct slot *slot)
{
	return &c->own[server * SLOTS + (size_t)(slot - server_slots)];
}

/* What is empty, or holds lists alone, gets no lookup. */
static void
compile_own(struct compiled *c, size_t server, const struct slot *slot)
{
	const struct entries *own = slot_entries_const(slot,
	    c->policy->servers[server]);
	struct lookup **lookup = own_lookup(c, server, slot);
	bool wanted = entries_count(own) > own->list_count;

	if (wanted && !*lookup)
		*lookup = lookup_new(own, !slot->only_addresses);
	if (!wanted) {
		lookup_free(*lookup);
		*lookup = NULL;
	}
}

static void
compile_gate(struct compiled *c, size_t server, const struct slot *slot,
    struct gate *gate)
{
	const struct entries *own = slot_entries_const(slot,
	    c->policy->servers[server]);
	struct lookup *lookup;

	*gate = (struct gate){ .slot = slot };
	compile_own(c, server, slot);
	if (!entries_count(own))
		return;
	gate->parts = mem_new(1 + own->list_count, sizeof(*gate->parts));
	lookup = *own_lookup(c, server, slot);
	if (lookup)
		gate->parts[gate->count++] = (struct part){ lookup, NULL };
	for (size_t i = 0; i < own->list_count; i++) {
		size_t place = word_place(c->list_words,
		    c->policy->list_count, own->lists[i]);

		if (place != ENTRY_NOWHERE)
			gate->parts[gate->count++] = (struct part){
				list_lookup(c, place, !slot->only_addresses),
				c->policy->lists[place]->name,
			};
	}
}

struct compiled *
relay_compile(const struct policy *policy)
{
	struct compiled *c = mem_new(1, sizeof(*c));

	c->policy = policy;
	c->lists = mem_new(policy->list_count, sizeof(*c->lists));
	c->addresses = mem_new(policy->list_count, sizeof(*c->addresses));
	c->rules = mem_new(policy->server_count, sizeof(*c->rules));
	c->own = mem_new(policy->server_count * SLOTS, sizeof(*c->own));
	c->list_words = sort_lists(policy);
	c->server_words = sort_servers(policy);
	for (size_t i = 0; i < policy->server_count; i++) {
		struct ruleset *rules = &c->rules[i];

		rules->server = policy->servers[i];
		for (size_t j = 0; j < SLOTS; j++)
			compile_gate(c, i, &server_slots[j], &rules->gates[j]);
		compile_routes(rules);
	}
	return c;
}

void
relay_free(struct compiled *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->policy->list_count; i++) {
		lookup_free(c->lists[i]);
		lookup_free(c->addresses[i]);
	}
	for (size_t i = 0; i < c->policy->server_count; i++) {
		for (size_t j = 0; j < SLOTS; j++) {
			lookup_free(c->own[i * SLOTS + j]);
			free(c->rules[i].gates[j].parts);
		}
		free(c->rules[i].routes);
	}
	free(c->lists);
	free(c->addresses);
	free(c->rules);
	free(c->own);
	free(c->list_words);
	free(c->server_words);
	free(c);
}

const struct policy *
relay_policy(const struct compiled *c)
{
	return c->policy;
}

const struct list *
relay_list(const struct compiled *c, const char *name)
{
	size_t place = word_place(c->list_words, c->policy->list_count, name);

	return place == ENTRY_NOWHERE ? NULL : c->policy->lists[place];
}

const struct ruleset *
relay_ruleset(const struct compiled *c, const char *server)
{
	size_t place = word_place(c->server_words, c->policy->server_count,
	    server);

	return place == ENTRY_NOWHERE ? NULL : &c->rules[place];
}

/* --- one entry more or less ---------------------------------------------- */

struct entry_change {
	const struct entry *entry;
	size_t place; /* where it is, or was */
	bool add;
};

static void
change_lookup(struct lookup *lookup, const struct entry_change *change)
{
	if (!lookup || change->entry->kind != ENTRY_NET)
		return;
	if (change->add)
		lookup_added(lookup, change->place);
	else
		lookup_removed(lookup, change->place, &change->entry->net);
}

/* False when there was nothing to do. */
static bool
change_entries(struct entries *e, struct entry_change *change)
{
	if (change->add && !entries_add(e, change->entry))
		return false;
	change->place = entries_find(e, change->entry);
	return change->add || entries_remove(e, change->entry);
}

/* Gates for addresses only share the lookup of a list that has no domains. */
static bool
change_list(struct compiled *c, struct list *list, size_t place,
    struct entry_change *change)
{
	bool had_domains = list->entries.domain_count > 0;

	if (!change_entries(&list->entries, change))
		return true;
	change_lookup(c->lists[place], change);
	change_lookup(c->addresses[place], change);
	return had_domains == (list->entries.domain_count > 0);
}

static void
change_slot(struct compiled *c, size_t server, const struct slot *slot,
    struct entry_change *change)
{
	struct entries *e = slot_entries(slot,
	    c->policy->servers[server]);
	struct gate *gate = &c->rules[server].gates[slot - server_slots];
	struct lookup *lookup = *own_lookup(c, server, slot);
	bool was = lookup != NULL;

	if (!change_entries(e, change))
		return;
	change_lookup(lookup, change);
	if (change->entry->kind == ENTRY_LIST ||
	    was != (entries_count(e) > e->list_count)) {
		free(gate->parts);
		compile_gate(c, server, slot, gate);
	}
}

bool
relay_edit(struct compiled *c, const struct holder *where,
    const struct entry_edit *edit)
{
	struct entry_change change = { &edit->entry, 0, edit->add };
	size_t place = where->list
	    ? word_place(c->list_words, c->policy->list_count, where->list)
	    : word_place(c->server_words, c->policy->server_count,
	          where->server);

	if (place == ENTRY_NOWHERE)
		return false;
	if (where->list)
		return change_list(c, c->policy->lists[place], place, &change);
	change_slot(c, place, where->slot, &change);
	return true;
}

bool
gate_match(const struct gate *gate, uint8_t family, u128 addr,
    const char *name, struct decision *decision)
{
	for (size_t i = 0; i < gate->count; i++) {
		const struct part *part = &gate->parts[i];
		size_t place = lookup_find(part->lookup, family, addr, name);

		if (place == ENTRY_NOWHERE)
			continue;
		decision->slot = gate->slot;
		decision->list = part->list;
		decision->in = lookup_entries(part->lookup);
		decision->place = place;
		return true;
	}
	return false;
}

void
gate_hint(const struct gate *gate, uint8_t family, u128 addr)
{
	for (size_t i = 0; i < gate->count; i++)
		lookup_hint(gate->parts[i].lookup, family, addr);
}

bool
gate_covers(const struct gate *gate, const char *name)
{
	for (size_t i = 0; i < gate->count; i++)
		if (lookup_covers(gate->parts[i].lookup, name))
			return true;
	return false;
}

static void
gather_nets(struct entries *to, const struct entries *from)
{
	struct entry e = { .kind = ENTRY_NET };

	for (size_t i = 0; i < from->v4_count; i++) {
		e.net = (struct net){ 4, from->v4[i].first,
			from->v4[i].last };
		entries_append(to, &e);
	}
	for (size_t i = 0; i < from->v6_count; i++) {
		e.net = (struct net){ 6, from->v6[i].first,
			from->v6[i].last };
		entries_append(to, &e);
	}
}

void
gate_set(const struct gate *gate, struct set *set)
{
	struct entries all = { 0 };

	if (gate->count == 1) {
		set_of_entries(set, lookup_entries(gate->parts[0].lookup));
		return;
	}
	for (size_t i = 0; i < gate->count; i++)
		gather_nets(&all, lookup_entries(gate->parts[i].lookup));
	entries_settle(&all);
	set_of_entries(set, &all);
	entries_free(&all);
}

/* The row for this domain: with exact only "#domain" rows, else only the
 * others. */
static const struct route *
route_at(const struct ruleset *rules, const char *domain, bool exact)
{
	size_t low = 0, high = rules->server->route_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct route *r = rules->routes[mid];
		int order = strcmp(r->domain, domain);

		if (order < 0 || (!order && r->exact && !exact))
			low = mid + 1;
		else
			high = mid;
	}
	if (low < rules->server->route_count &&
	    !strcmp(rules->routes[low]->domain, domain) &&
	    rules->routes[low]->exact == exact)
		return rules->routes[low];
	return NULL;
}

const struct route *
relay_route(const struct ruleset *rules, const char *domain)
{
	bool literal = domain[0] == '[';
	const struct route *found = NULL;

	if (!rules->server->route_count)
		return NULL;
	if (!literal)
		found = route_at(rules, domain, true);
	for (const char *d = domain; !found && !literal && d;
	     d = domain_parent(d))
		found = *d ? route_at(rules, d, false) : NULL;
	return found ? found : route_at(rules, ".", false);
}

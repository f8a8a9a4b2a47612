#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/field.h"
#include "policy/mem.h"
#include "policy/set.h"

#include "site.h"

const struct server *
site_server(const struct site *site, size_t place)
{
	const struct server *server = policy_server(site->policy,
	    site->gateway->servers[place]);

	return server && server->enabled ? server : NULL;
}

static void
append_nets(struct entries *to, const struct entries *from)
{
	struct entry e = { .kind = ENTRY_NET };

	for (size_t i = 0; i < from->v4_count + from->v6_count; i++) {
		entries_at(from, i, &e);
		e.comment = NULL;
		entries_append(to, &e);
	}
}

void
site_slot_set(const struct site *site, const struct server *server,
    const char *slot, struct set *set)
{
	const struct entries *own = slot_entries_const(slot_find(slot), server);
	struct entries all = { 0 };

	if (!own->list_count) {
		set_of_entries(set, own);
		return;
	}
	append_nets(&all, own);
	for (size_t i = 0; i < own->list_count; i++) {
		const struct list *list = relay_list(site->compiled,
		    own->lists[i]);

		if (list)
			append_nets(&all, &list->entries);
	}
	entries_settle(&all);
	set_of_entries(set, &all);
	entries_free(&all);
}

static void
call_names(const struct entries *entries,
    void (*each)(const char *domain, void *context), void *context)
{
	for (size_t i = 0; i < entries->domain_count; i++)
		each(entries->domains[i], context);
}

void
site_slot_names(const struct site *site, const struct server *server,
    const char *slot, void (*each)(const char *domain, void *context),
    void *context)
{
	const struct entries *own = slot_entries_const(slot_find(slot), server);

	call_names(own, each, context);
	for (size_t i = 0; i < own->list_count; i++) {
		const struct list *list = relay_list(site->compiled,
		    own->lists[i]);

		if (list)
			call_names(&list->entries, each, context);
	}
}

static int
compare_texts(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

void
exact_domains_make(struct exact_domains *exact, const struct server *server)
{
	*exact = (struct exact_domains){
		mem_new(server->route_count, sizeof(*exact->items)), 0 };
	for (size_t i = 0; i < server->route_count; i++)
		if (server->routes[i].exact)
			exact->items[exact->count++] =
			    server->routes[i].domain;
	if (exact->count)
		qsort(exact->items, exact->count, sizeof(*exact->items),
		    compare_texts);
}

bool
exact_domains_hold(const struct exact_domains *exact, const char *domain)
{
	return exact->count && bsearch(&domain, exact->items, exact->count,
	    sizeof(*exact->items), compare_texts);
}

void
exact_domains_free(struct exact_domains *exact)
{
	free(exact->items);
}

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

/* --- the box of local addresses ---------------------------------------- */

bool
site_local_satisfied(const struct site *site, const struct server *server,
    const struct listener *listener, bool *ok)
{
	struct set set, family, rest = { 0 };
	struct net all = { .family = listener->family,
		.last = net_top(listener->family) };
	bool satisfied;

	*ok = true;
	if (!server->local.enabled)
		return false;
	site_slot_set(site, server, "local", &set);
	satisfied = set_holds(&set, listener->family, listener->addr);
	if (!listener->addr) {
		set_of_net(&family, &all);
		set_intersect(&set, &set, &family);
		set_subtract(&rest, &family, &set);
		*ok = set_empty(&set) || set_empty(&rest);
		set_free(&rest);
		set_free(&family);
	}
	set_free(&set);
	return satisfied;
}

static void
add_wildcard_gaps(const struct site *site, const struct server *server,
    const char *mta, struct gaps *gaps)
{
	for (size_t i = 0; i < server->listener_count; i++) {
		struct buf sentence = { 0 }, advice = { 0 };
		bool ok;

		site_local_satisfied(site, server, &server->listeners[i], &ok);
		if (ok)
			continue;
		buf_addf(&sentence, "%s cannot tell the local addresses "
		    "behind ", mta);
		listener_add(&sentence, &server->listeners[i]);
		buf_add(&sentence, " apart, which \"clients connecting to "
		    "these local addresses\" needs");
		buf_add(&advice, "replace that listener by one for each local "
		    "address");
		gaps_add(gaps, "server", server->name, &sentence, &advice);
	}
}

void
site_find_wildcard_gaps(const struct site *site, const char *mta,
    struct gaps *gaps)
{
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			add_wildcard_gaps(site, server, mta, gaps);
	}
}

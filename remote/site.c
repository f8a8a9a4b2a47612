#include "config.h"

#include "policy/field.h"
#include "policy/set.h"

#include "site.h"

const struct server *
site_server(const struct site *site, size_t place)
{
	const struct server *server = policy_server(site->policy,
	    site->gateway->servers[place]);

	return server && server->enabled ? server : NULL;
}

void
site_slot_set(const struct site *site, const struct server *server,
    const char *slot, struct set *set)
{
	const struct entries *own = slot_entries_const(slot_find(slot), server);

	set_of_entries(set, own);
	for (size_t i = 0; i < own->list_count; i++) {
		const struct list *list = policy_list(site->policy,
		    own->lists[i]);
		struct set more;

		if (!list)
			continue;
		set_of_entries(&more, &list->entries);
		set_union(set, set, &more);
		set_free(&more);
	}
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
		const struct list *list = policy_list(site->policy,
		    own->lists[i]);

		if (list)
			call_names(&list->entries, each, context);
	}
}

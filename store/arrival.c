#include "config.h"

#include <string.h>

#include "origin.h"
#include "policy/set.h"
#include "shape.h"

const char *const import_mode_words[] = { "add", "replace", "remove",
	"refresh", NULL };

/* --- the object that is changed ---------------------------------------- */

static enum object_kind
kind_of(const struct arrival *a)
{
	return a->target->is_list ? OBJECT_LIST : OBJECT_SERVER;
}

static bool
copy_object(struct arrival *a, struct err *err)
{
	const struct shape *shape = &shapes[kind_of(a)];
	const void *object = shape->find(a->draft, a->target->name);

	a->was_there = object != NULL;
	if (!object && !a->target->is_list)
		return fail(err, "there is no server %s", a->target->name);
	a->object = object ? shape->copy(object) : list_new(a->target->name);
	return true;
}

static struct entries *
object_entries(const struct arrival *a)
{
	if (a->target->is_list)
		return &((struct list *)a->object)->entries;
	return slot_entries(a->target->slot, a->object);
}

const struct entries *
arrival_entries(const struct arrival *a)
{
	return a->target->is_routing ? NULL : object_entries(a);
}

struct change
arrival_change(const struct arrival *a)
{
	return (struct change){ kind_of(a),
		a->was_there ? a->target->name : NULL, a->object };
}

void
arrival_clear(struct arrival *a)
{
	if (a->object)
		shapes[kind_of(a)].free(a->object);
	a->object = NULL;
}

struct policy *
arrival_policy(const struct arrival *a)
{
	const struct shape *shape = &shapes[kind_of(a)];
	struct policy *after = policy_copy(a->draft);

	if (kind_of(a) == OBJECT_LIST)
		policy_remove_list(after, a->target->name);
	else
		policy_remove_server(after, a->target->name);
	shape->put(after, shape->copy(a->object));
	return after;
}

/* --- entries ----------------------------------------------------------- */

/* Addresses can stand everywhere; domains and lists come last. */
static bool
check_names(const struct arrival *a, const struct entries *e, struct err *err)
{
	struct entry entry;

	for (size_t n = e->v4_count + e->v6_count; n < entries_count(e); n++) {
		entries_at(e, n, &entry);
		if (a->target->is_list && entry.kind == ENTRY_LIST)
			return fail(err,
			    "list:%s: lists do not include lists", entry.name);
		if (!a->target->is_list &&
		    !slot_check(a->target->slot, a->draft, &entry, err))
			return false;
	}
	return true;
}

/* What the source brought and holds no more goes; what it did not hold the last
 * time comes. */
static void
take_refresh(struct arrival *a, struct entries *to,
    const struct import *import)
{
	struct entries gone = { 0 }, new = { 0 }, left = { 0 };

	entries_subtract(&gone, &a->refresh->brought, &import->entries);
	entries_subtract(&new, &import->entries, &a->refresh->said);
	entries_subtract(&left, to, &gone);
	a->went = entries_count(&gone);
	a->came = entries_count(&left);
	entries_append_all(&left, &new);
	entries_settle(&left);
	a->came = entries_count(&left) - a->came;
	entries_free(&gone);
	entries_free(&new);
	entries_free(to);
	*to = left;
}

static void
take_entries(struct arrival *a, const struct import *import)
{
	struct entries *to = object_entries(a);
	struct entries left = { 0 };

	a->before = entries_count(to);
	if (a->mode == IMPORT_REMOVE) {
		entries_subtract(&left, to, &import->entries);
		a->went = import->known;
		entries_free(to);
		*to = left;
	} else if (a->mode == IMPORT_REFRESH) {
		take_refresh(a, to, import);
	} else if (a->mode == IMPORT_REPLACE) {
		a->came = import->added;
		a->went = a->before - import->known;
		entries_free(to);
		entries_copy(to, &import->entries);
	} else {
		a->came = import->added;
		entries_append_all(to, &import->entries);
		entries_settle(to);
	}
	a->after = entries_count(to);
}

/* --- routing rows ------------------------------------------------------ */

static size_t
find_row(const struct server *server, const struct route *row)
{
	size_t i = 0;

	while (i < server->route_count &&
	    (server->routes[i].exact != row->exact ||
	        strcmp(server->routes[i].domain, row->domain) != 0))
		i++;
	return i;
}

static void
remove_rows(struct server *server, const struct import *import)
{
	for (size_t n = 0; n < import->route_count; n++) {
		size_t i = find_row(server, &import->routes[n]);

		if (i < server->route_count)
			server_remove_route(server, i);
	}
}

static void
take_rows(struct arrival *a, const struct import *import)
{
	struct server *server = a->object;

	a->before = server->route_count;
	if (a->mode == IMPORT_REMOVE) {
		remove_rows(server, import);
		a->went = a->before - server->route_count;
		a->after = server->route_count;
		return;
	}
	a->came = import->added;
	if (a->mode == IMPORT_REPLACE) {
		a->went = a->before - import->known;
		while (server->route_count)
			server_remove_route(server, server->route_count - 1);
	}
	for (size_t n = 0; n < import->route_count; n++)
		if (find_row(server, &import->routes[n]) ==
		    server->route_count)
			server_add_route(server,
			    route_copy(&import->routes[n]));
	a->after = server->route_count;
}

static bool
check_kind(const struct arrival *a, const struct import *m, struct err *err)
{
	if (a->target->is_routing && entries_count(&m->entries))
		return fail(err, "read as %s it holds addresses, and a routing "
		    "list holds domains; say --format to read it otherwise",
		    m->format);
	if (!a->target->is_routing && m->route_count)
		return fail(err, "read as %s it holds rows for a routing list; "
		    "they go into server:NAME/routing", m->format);
	return true;
}

bool
arrival_make(struct arrival *a, const struct import *import, struct err *err)
{
	if (!check_kind(a, import, err) || !copy_object(a, err))
		return false;
	if (a->target->is_routing)
		take_rows(a, import);
	else if (!check_names(a, &import->entries, err))
		return false;
	else
		take_entries(a, import);
	return true;
}

/* --- what must have a yes ---------------------------------------------- */

struct use {
	bool lets_in;  /* who is listed may do something */
	bool shuts_out;
	bool internet; /* ... on a server that the Internet reaches */
};

static bool
faces_internet(const struct server *server)
{
	struct set routable;
	bool faces = false;

	set_routable(&routable);
	for (size_t i = 0; i < server->listener_count; i++)
		faces = faces || !server->listeners[i].addr ||
		    set_holds(&routable, server->listeners[i].family,
		        server->listeners[i].addr);
	set_free(&routable);
	return faces;
}

static void
use_slot(struct use *use, const struct server *server, const struct slot *slot)
{
	bool relay = !strcmp(slot->name, "relay");
	bool connection = !strcmp(slot->name, "connection");

	if (!strcmp(slot->name, "never") ||
	    (relay && server->relay_mode == MODE_ALL_EXCEPT) ||
	    (connection && server->connection_mode == MODE_ALL_EXCEPT)) {
		use->shuts_out = true;
		return;
	}
	use->lets_in = true;
	if (relay || !strcmp(slot->name, "clients"))
		use->internet = use->internet || faces_internet(server);
}

static void
use_list(struct use *use, const struct policy *draft, const char *name)
{
	struct entry entry = { .kind = ENTRY_LIST };

	memcpy(entry.name, name, strlen(name) + 1);
	for (size_t i = 0; i < draft->server_count; i++)
		for (const struct slot *s = server_slots; s->name; s++)
			if (entries_find(slot_entries_const(s,
			        draft->servers[i]), &entry) != ENTRY_NOWHERE)
				use_slot(use, draft->servers[i], s);
}

void
arrival_rules(struct import_rules *rules, const struct target *target,
    const struct policy *draft)
{
	const struct server *server =
	    target->is_list ? NULL : policy_server(draft, target->name);
	struct use use = { .lets_in = false };

	rules->routing = target->is_routing ? server : NULL;
	if (target->is_list)
		use_list(&use, draft, target->name);
	else if (server && target->slot)
		use_slot(&use, server, target->slot);
	rules->holds = HOLD_WIDE | HOLD_EVERYBODY;
	if (use.lets_in || !use.shuts_out)
		rules->holds |= HOLD_CLOUD;
	if (use.internet)
		rules->holds |= HOLD_PRIVATE;
	rules->widest4 = rules->holds & HOLD_CLOUD ? 16 : 8;
	rules->widest6 = rules->holds & HOLD_CLOUD ? 32 : 19;
}

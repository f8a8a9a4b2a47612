#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/invariant.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "shape.h"

const char *const object_words[] = { "list", "server", "gateway", "invariant",
	NULL };

/* --- the arrays that are no entry lists -------------------------------- */

static bool
read_listener(struct reader *j, size_t index, void *context)
{
	struct listener listener;
	struct err why;
	const char *text;

	(void)index;
	if (!reader_text(j, &text))
		return false;
	if (!listener_parse(&listener, text, strlen(text), &why))
		return reader_fail(j, "%s", why.text);
	/* One that is there already is kept once. */
	server_add_listener(context, &listener, &why);
	return true;
}

static bool
read_listen(struct reader *j, void *object)
{
	return reader_array(j, read_listener, object);
}

static size_t
count_listen(const void *object)
{
	return ((const struct server *)object)->listener_count;
}

static void
add_listen(struct buf *buf, const void *object, size_t place)
{
	const struct server *server = object;

	buf_addc(buf, '"');
	listener_add(buf, &server->listeners[place]);
	buf_addc(buf, '"');
}

static bool
set_route_domain(struct route *route, const char *text, struct err *err)
{
	return route_parse(route, text, strlen(text), err);
}

static bool
set_route_action(struct route *route, const char *text, struct err *err)
{
	int word = word_find(action_words, text);

	if (word < 0)
		return fail(err, "'%.80s' is none of: inbound, relay, reject",
		    text);
	route->action = (enum route_action)word;
	return true;
}

static bool
set_route_hop(struct route *route, const char *text, struct err *err)
{
	return route_parse_next_hop(route, text, strlen(text), err);
}

static bool
set_route_comment(struct route *route, const char *text, struct err *err)
{
	if (!name_check_comment(text, strlen(text), err))
		return false;
	route->comment = mem_text_or_null(text);
	return true;
}

static const struct {
	const char *key;
	bool (*set)(struct route *route, const char *text, struct err *err);
} route_keys[] = {
	{ "domain", set_route_domain, },
	{ "action", set_route_action, },
	{ "next_hop", set_route_hop, },
	{ "comment", set_route_comment, },
};

#define ROUTE_KEYS (sizeof(route_keys) / sizeof(*route_keys))

struct route_reading {
	struct route route;
	bool seen[ROUTE_KEYS];
};

static bool
read_route_part(struct reader *j, const char *key, void *context)
{
	struct route_reading *r = context;
	const char *text;
	struct err why;
	size_t i = 0;

	while (i < ROUTE_KEYS && strcmp(route_keys[i].key, key) != 0)
		i++;
	if (i == ROUTE_KEYS)
		return reader_fail(j, "unknown key");
	if (r->seen[i])
		return reader_fail(j, "a second key of this name");
	r->seen[i] = true;
	if (!reader_text(j, &text))
		return false;
	if (!route_keys[i].set(&r->route, text, &why))
		return reader_fail(j, "%s", why.text);
	return true;
}

/* A routing list that is read into one that is there: a row for the same domain
 * and form takes the place of the old one, once: two of the document itself are
 * a mistake that is to be seen. */
struct old_row {
	const char *domain; /* the row's own */
	bool exact, taken;
	size_t place;
};

struct routing_reading {
	struct server *server;
	struct old_row *old; /* by domain and form */
	size_t old_count;
};

static int
compare_old(const void *x, const void *y)
{
	const struct old_row *a = x, *b = y;
	int order = strcmp(a->domain, b->domain);

	return order ? order : (int)a->exact - (int)b->exact;
}

static void
take_route(struct routing_reading *r, struct route *route)
{
	struct old_row key = { .domain = route->domain,
		.exact = route->exact };
	struct old_row *found = r->old_count
	    ? bsearch(&key, r->old, r->old_count, sizeof(*r->old),
	          compare_old)
	    : NULL;
	struct route *old;

	if (!found || found->taken) {
		server_add_route(r->server, *route);
		return;
	}
	found->taken = true;
	old = &r->server->routes[found->place];
	free(route->domain);
	route->domain = old->domain; /* others of old are found by it */
	old->domain = NULL;
	if (!route->comment) {
		route->comment = old->comment;
		old->comment = NULL;
	}
	route_free(old);
	*old = *route;
}

static bool
read_route(struct reader *j, size_t index, void *context)
{
	struct route_reading r = { 0 };
	bool ok = reader_object(j, read_route_part, &r);

	(void)index;
	for (size_t i = 0; ok && i < 2; i++)
		if (!r.seen[i])
			ok = reader_fail_key(j, route_keys[i].key, "missing");
	if (ok)
		take_route(context, &r.route);
	else
		route_free(&r.route);
	return ok;
}

static bool
read_routing(struct reader *j, void *object)
{
	struct server *server = object;
	struct routing_reading r = { server,
		mem_new(server->route_count, sizeof(*r.old)),
		server->route_count };
	bool ok;

	for (size_t i = 0; i < r.old_count; i++)
		r.old[i] = (struct old_row){ server->routes[i].domain,
			server->routes[i].exact, false, i };
	if (r.old_count)
		qsort(r.old, r.old_count, sizeof(*r.old), compare_old);
	ok = reader_array(j, read_route, &r);
	free(r.old);
	return ok;
}

static size_t
count_routing(const void *object)
{
	return ((const struct server *)object)->route_count;
}

static void
add_routing(struct buf *buf, const void *object, size_t place)
{
	const struct route *route =
	    &((const struct server *)object)->routes[place];
	struct buf text = { 0 };

	route_add(&text, route);
	buf_add(buf, "{ \"domain\": ");
	quoted_add(buf, buf_text(&text));
	buf_addf(buf, ", \"action\": \"%s\"", action_words[route->action]);
	if (route->next_hop) {
		buf_clear(&text);
		route_add_next_hop(&text, route);
		buf_add(buf, ", \"next_hop\": ");
		quoted_add(buf, buf_text(&text));
	}
	if (route->comment) {
		buf_add(buf, ", \"comment\": ");
		quoted_add(buf, route->comment);
	}
	buf_add(buf, " }");
	buf_free(&text);
}

static bool
read_server_name(struct reader *j, size_t index, void *context)
{
	struct gateway *gateway = context;
	const char *text;
	struct err why;

	(void)index;
	if (!reader_text(j, &text))
		return false;
	if (!name_check(text, strlen(text), &why))
		return reader_fail(j, "%s", why.text);
	for (size_t i = 0; i < gateway->server_count; i++)
		if (!strcmp(gateway->servers[i], text))
			return true;
	gateway->servers = mem_resize(gateway->servers,
	    gateway->server_count + 1, sizeof(char *));
	gateway->servers[gateway->server_count++] = mem_text(text);
	return true;
}

static bool
read_servers(struct reader *j, void *object)
{
	return reader_array(j, read_server_name, object);
}

static size_t
count_servers(const void *object)
{
	return ((const struct gateway *)object)->server_count;
}

static void
add_server_name(struct buf *buf, const void *object, size_t place)
{
	quoted_add(buf, ((const struct gateway *)object)->servers[place]);
}

static bool
read_invariant_server(struct reader *j, size_t index, void *context)
{
	const char *text;
	struct err why;

	(void)index;
	if (!reader_text(j, &text))
		return false;
	return invariant_add_server(context, text, strlen(text), &why) ||
	    reader_fail(j, "%s", why.text);
}

static bool
read_invariant_servers(struct reader *j, void *object)
{
	return reader_array(j, read_invariant_server, object);
}

static size_t
count_invariant_servers(const void *object)
{
	return ((const struct invariant *)object)->servers.count;
}

static void
add_invariant_server(struct buf *buf, const void *object, size_t place)
{
	quoted_add(buf, ((const struct invariant *)object)
	    ->servers.items[place]);
}

static bool
read_invariant_domain(struct reader *j, size_t index, void *context)
{
	const char *text;
	struct err why;

	(void)index;
	if (!reader_text(j, &text))
		return false;
	return invariant_add_domain(context, text, strlen(text), &why) ||
	    reader_fail(j, "%s", why.text);
}

static bool
read_invariant_domains(struct reader *j, void *object)
{
	return reader_array(j, read_invariant_domain, object);
}

static size_t
count_invariant_domains(const void *object)
{
	return ((const struct invariant *)object)->domains.count;
}

static void
add_invariant_domain(struct buf *buf, const void *object, size_t place)
{
	quoted_add(buf, ((const struct invariant *)object)
	    ->domains.items[place]);
}

static char ***
texts_of_gateway(void *object, size_t **count)
{
	struct gateway *gateway = object;

	*count = &gateway->server_count;
	return &gateway->servers;
}

static char ***
texts_of_servers(void *object, size_t **count)
{
	struct invariant *invariant = object;

	*count = &invariant->servers.count;
	return &invariant->servers.items;
}

static char ***
texts_of_domains(void *object, size_t **count)
{
	struct invariant *invariant = object;

	*count = &invariant->domains.count;
	return &invariant->domains.items;
}

#define NO_MORE_ARRAYS \
	{ NULL, NULL, false, false, NULL, NULL, NULL, NULL, }

static const struct row_array server_arrays[] = {
	{ "listen", "enabled", false, false, read_listen, count_listen,
	    add_listen, NULL, },
	{ "routing.list", "routing.reroute", true, true, read_routing,
	    count_routing, add_routing, NULL, },
	NO_MORE_ARRAYS,
};

static const struct row_array gateway_arrays[] = {
	{ "servers", "ssh.become", false, false, read_servers, count_servers,
	    add_server_name, texts_of_gateway, },
	NO_MORE_ARRAYS,
};

static const struct row_array invariant_arrays[] = {
	{ "servers", "kind", false, false, read_invariant_servers,
	    count_invariant_servers, add_invariant_server, texts_of_servers,
	    },
	{ "domains", "when", false, false, read_invariant_domains,
	    count_invariant_domains, add_invariant_domain, texts_of_domains,
	    },
	NO_MORE_ARRAYS,
};

static const struct row_array no_arrays[] = { NO_MORE_ARRAYS, };

static const struct slot list_slots[] = {
	{ "entries", "entries", "Entries", offsetof(struct list, entries),
	    false, },
	{ NULL, NULL, NULL, 0, false, },
};

static const struct slot no_slots[] = {
	{ NULL, NULL, NULL, 0, false, },
};

/* --- the kinds --------------------------------------------------------- */

#define KIND(type)                                                            \
	static void *new_##type(void)                                         \
	{                                                                     \
		return type##_new("");                                        \
	}                                                                     \
	static void *copy_##type(const void *object)                          \
	{                                                                     \
		return type##_copy(object);                                   \
	}                                                                     \
	static void free_##type(void *object)                                 \
	{                                                                     \
		type##_free(object);                                          \
	}                                                                     \
	static void *find_##type(const struct policy *p, const char *name)    \
	{                                                                     \
		return policy_##type(p, name);                                \
	}                                                                     \
	static void put_##type(struct policy *p, void *object)                \
	{                                                                     \
		policy_add_##type(p, object);                                 \
	}                                                                     \
	static size_t size_##type(const struct policy *p)                     \
	{                                                                     \
		return p->type##_count;                                       \
	}                                                                     \
	static void *at_##type(const struct policy *p, size_t place)          \
	{                                                                     \
		return p->type##s[place];                                     \
	}

KIND(list)
KIND(server)
KIND(gateway)
KIND(invariant)

#define CALLS(type)                                                           \
	new_##type, copy_##type, free_##type, find_##type, put_##type,        \
	    size_##type, at_##type

static bool
uses_invariant(const void *object, const char *key)
{
	return invariant_uses(((const struct invariant *)object)->kind, key);
}

static void
settle_invariant(void *object, const char *said)
{
	invariant_settle(object, !said || strstr(said, "\nwhen\n"));
}

const struct shape shapes[KIND_COUNT] = {
	{ "list", "lists", list_fields, list_slots, no_arrays, CALLS(list),
	    false, NULL, NULL, NULL, },
	{ "server", "servers", server_fields, server_slots, server_arrays,
	    CALLS(server), false, NULL, NULL, NULL, },
	{ "gateway", "gateways", gateway_fields, no_slots, gateway_arrays,
	    CALLS(gateway), false, NULL, NULL, NULL, },
	{ "invariant", "invariants", invariant_fields, invariant_slots,
	    invariant_arrays, CALLS(invariant), true, uses_invariant, "kind",
	    settle_invariant, },
};

/* The name is the first field of each. */
const char *
shape_name(const struct shape *shape, const void *object)
{
	const struct field *field = &shape->fields[0];

	return *(char *const *)(const void *)((const char *)object +
	    field->offset);
}

struct entries *
shape_entries(const struct slot *slot, const void *object)
{
	return (struct entries *)((uintptr_t)object + slot->offset);
}

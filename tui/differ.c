#include "config.h"

#include <string.h>

#include "differ.h"
#include "policy/invariant.h"
#include "store/shape.h"

static void
add_field(struct buf *out, const struct field *field, const void *from,
    const void *to)
{
	struct buf before = { 0 }, after = { 0 };

	field_add(&before, field, from);
	field_add(&after, field, to);
	if (strcmp(buf_text(&before), buf_text(&after)) != 0)
		buf_addf(out, "  ~ %s: %s -> %s\n", field->label,
		    before.len ? before.data : "(none)",
		    after.len ? after.data : "(none)");
	buf_free(&before);
	buf_free(&after);
}

static void
add_fields(struct buf *out, const struct field *fields, const void *from,
    const void *to)
{
	for (; fields->name; fields++)
		add_field(out, fields, from, to);
}

/* Entries of one that the other has not, or has with another comment. */
static size_t
add_missing(struct buf *out, char mark, const struct entries *of,
    const struct entries *in)
{
	size_t count = entries_count(of), shown = 0, i;
	struct entry entry;

	for (i = 0; i < count; i++) {
		entries_at(of, i, &entry);
		if (entries_find(in, &entry) != ENTRY_NOWHERE)
			continue;
		if (shown++ >= DIFFER_ENTRIES_MOST)
			continue;
		buf_addf(out, "  %c ", mark);
		entry_add(out, &entry);
		if (entry.comment)
			buf_addf(out, "   %s", entry.comment);
		buf_addc(out, '\n');
	}
	if (shown > DIFFER_ENTRIES_MOST) {
		buf_addf(out, "  %c ... and ", mark);
		buf_add_grouped(out, shown - DIFFER_ENTRIES_MOST);
		buf_add(out, " more\n");
	}
	return shown;
}

static void
add_entries(struct buf *out, const char *label, const struct entries *from,
    const struct entries *to)
{
	struct buf lines = { 0 };
	size_t gone, new;

	if (entries_equal(from, to))
		return;
	gone = add_missing(&lines, '-', from, to);
	new = add_missing(&lines, '+', to, from);
	buf_addf(out, "  %s:", label);
	if (gone || new) {
		buf_add(out, " +");
		buf_add_grouped(out, new);
		buf_add(out, " -");
		buf_add_grouped(out, gone);
	} else {
		buf_add(out, " comments only");
	}
	buf_addc(out, '\n');
	buf_add(out, buf_text(&lines));
	buf_free(&lines);
}

static bool
same_route(const struct route *a, const struct route *b)
{
	return !strcmp(a->domain, b->domain) && a->exact == b->exact;
}

static void
add_route(struct buf *out, char mark, const struct route *route)
{
	buf_addf(out, "  %c ", mark);
	route_add(out, route);
	buf_addf(out, " %s ", action_words[route->action]);
	route_add_next_hop(out, route);
	buf_add(out, "   (routing list)\n");
}

static const struct route *
find_route(const struct server *server, const struct route *route)
{
	size_t i;

	for (i = 0; i < server->route_count; i++)
		if (same_route(&server->routes[i], route))
			return &server->routes[i];
	return NULL;
}

static bool
routes_differ(const struct route *a, const struct route *b)
{
	return a->action != b->action || a->port != b->port ||
	    strcmp(a->next_hop ? a->next_hop : "",
	        b->next_hop ? b->next_hop : "") != 0;
}

static void
add_routes(struct buf *out, const struct server *from,
    const struct server *to)
{
	const struct route *other;
	size_t i;

	for (i = 0; i < from->route_count; i++)
		if (!find_route(to, &from->routes[i]))
			add_route(out, '-', &from->routes[i]);
	for (i = 0; i < to->route_count; i++) {
		other = find_route(from, &to->routes[i]);
		if (!other)
			add_route(out, '+', &to->routes[i]);
		else if (routes_differ(other, &to->routes[i]))
			add_route(out, '~', &to->routes[i]);
	}
}

static bool
has_listener(const struct server *server, const struct listener *listener)
{
	size_t i;

	for (i = 0; i < server->listener_count; i++)
		if (server->listeners[i].family == listener->family &&
		    server->listeners[i].addr == listener->addr &&
		    server->listeners[i].port == listener->port)
			return true;
	return false;
}

static void
add_listeners_of(struct buf *out, char mark, const struct server *of,
    const struct server *in)
{
	size_t i;

	for (i = 0; i < of->listener_count; i++) {
		if (has_listener(in, &of->listeners[i]))
			continue;
		buf_addf(out, "  %c listens on ", mark);
		listener_add(out, &of->listeners[i]);
		buf_addc(out, '\n');
	}
}

static void
add_server(struct buf *out, const void *old, const void *new)
{
	const struct server *from = old, *to = new;
	const struct slot *slot;

	add_fields(out, server_fields, from, to);
	add_listeners_of(out, '-', from, to);
	add_listeners_of(out, '+', to, from);
	for (slot = server_slots; slot->name; slot++)
		add_entries(out, slot->label, slot_entries_const(slot, from),
		    slot_entries_const(slot, to));
	add_routes(out, from, to);
}

static void
add_carried(struct buf *out, char mark, const struct gateway *of,
    const struct gateway *in)
{
	size_t i, j;

	for (i = 0; i < of->server_count; i++) {
		for (j = 0; j < in->server_count; j++)
			if (!strcmp(of->servers[i], in->servers[j]))
				break;
		if (j == in->server_count)
			buf_addf(out, "  %c carries %s\n", mark,
			    of->servers[i]);
	}
}

static void
add_gateway(struct buf *out, const void *from, const void *to)
{
	add_fields(out, gateway_fields, from, to);
	add_carried(out, '-', from, to);
	add_carried(out, '+', to, from);
}

static void
add_list(struct buf *out, const void *from, const void *to)
{
	const struct list *a = from, *b = to;

	add_fields(out, list_fields, from, to);
	add_entries(out, "Entries", &a->entries, &b->entries);
}

static void
add_texts_of(struct buf *out, char mark, const char *what,
    const struct texts *of, const struct texts *in)
{
	size_t i;

	for (i = 0; i < of->count; i++)
		if (!texts_hold(in, of->items[i]))
			buf_addf(out, "  %c %s %s\n", mark, what,
			    of->items[i]);
}

static void
add_invariant(struct buf *out, const void *from, const void *to)
{
	const struct invariant *a = from, *b = to;
	const struct field *field;

	for (field = invariant_fields; field->name; field++)
		if (invariant_uses(b->kind, field->name))
			add_field(out, field, a, b);
	add_texts_of(out, '-', "speaks of server", &a->servers, &b->servers);
	add_texts_of(out, '+', "speaks of server", &b->servers, &a->servers);
	add_entries(out, "Clients", &a->clients, &b->clients);
	add_texts_of(out, '-', "speaks of domain", &a->domains, &b->domains);
	add_texts_of(out, '+', "speaks of domain", &b->domains, &a->domains);
}

/* In the order in which they are told. */
static const struct {
	enum object_kind kind;
	const char *word;
	void (*add)(struct buf *out, const void *from, const void *to);
} kinds[] = {
	{ OBJECT_SERVER, "virtual server", add_server, },
	{ OBJECT_GATEWAY, "gateway", add_gateway, },
	{ OBJECT_LIST, "list", add_list, },
	{ OBJECT_INVARIANT, "invariant", add_invariant, },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A heading and lines when they differ; from or to may be NULL. */
static bool
add_pair(struct buf *out, size_t place, const void *from, const void *to)
{
	const struct shape *shape = &shapes[kinds[place].kind];
	char mark = !from ? '+' : !to ? '-' : '~';
	void *empty = shape->new(); /* of the same name */
	struct buf lines = { 0 };
	struct err err;
	bool differs;

	if (to && !from)
		field_parse(shape->fields, empty, shape_name(shape, to), &err);
	if (to)
		kinds[place].add(&lines, from ? from : empty, to);
	differs = mark != '~' || lines.len;
	if (differs)
		buf_addf(out, "\1%c %s %s\n%s", mark, kinds[place].word,
		    shape_name(shape, to ? to : from), buf_text(&lines));
	shape->free(empty);
	buf_free(&lines);
	return differs;
}

static void
walk_kind(enum object_kind kind, const struct policy *from,
    const struct policy *to, bool gone, differ_pair *pair, void *context)
{
	const struct shape *shape = &shapes[kind];
	const struct policy *of = gone ? from : to, *in = gone ? to : from;
	size_t i;

	for (i = 0; i < shape->count(of); i++) {
		const void *one = shape->at(of, i);
		const void *other = shape->find(in, shape_name(shape, one));

		if (!gone)
			pair(context, kind, other, one);
		else if (!other)
			pair(context, kind, one, NULL);
	}
}

void
differ_walk(const struct policy *from, const struct policy *to,
    differ_pair *pair, void *context)
{
	struct policy *empty = policy_new();
	size_t i;

	from = from ? from : empty;
	for (i = 0; i < KINDS; i++)
		walk_kind(kinds[i].kind, from, to, true, pair, context);
	for (i = 0; i < KINDS; i++)
		walk_kind(kinds[i].kind, from, to, false, pair, context);
	policy_free(empty);
}

struct adding {
	struct buf *out;
	size_t count;
};

static void
add_one(void *context, enum object_kind kind, const void *from,
    const void *to)
{
	struct adding *adding = context;

	adding->count += differ_add_object(adding->out, kind, from, to);
}

size_t
differ_add(struct buf *out, const struct policy *from, const struct policy *to)
{
	struct adding adding = { out, 0 };

	differ_walk(from, to, add_one, &adding);
	return adding.count;
}

bool
differ_add_object(struct buf *out, enum object_kind kind, const void *from,
    const void *to)
{
	size_t place = 0;

	while (kinds[place].kind != kind)
		place++;
	return add_pair(out, place, from, to);
}

bool
differ_objects(enum object_kind kind, const void *a, const void *b)
{
	struct buf lines = { 0 };
	size_t place = 0;
	bool differs;

	while (kinds[place].kind != kind)
		place++;
	kinds[place].add(&lines, a, b);
	differs = lines.len > 0;
	buf_free(&lines);
	return differs;
}

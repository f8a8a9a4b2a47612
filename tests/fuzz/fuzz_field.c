/* Routing rows, next hops, listeners, hosts, what invariants are made of, and
 * every field of an object: the first byte says which.  What is accepted reads the same when it is written
 * and read again; what is refused leaves the object as it was. */
#include "config.h"

#include <string.h>

#include "policy/field.h"
#include "policy/invariant.h"
#include "policy/mem.h"
#include "policy/name.h"

#include "fuzz.h"

static void
check_route(const char *text)
{
	struct route route = { 0 }, again = { 0 };
	struct buf buf = { 0 };
	struct err err = { 0 };

	if (route_parse(&route, text, strlen(text), &err)) {
		route_add(&buf, &route);
		demand(route_parse(&again, buf.data, buf.len, &err));
		demand(!strcmp(route.domain, again.domain));
		demand(route.exact == again.exact);
	} else {
		demand(err.text[0]);
	}
	route_free(&route);
	route_free(&again);
	buf_free(&buf);
}

static void
check_next_hop(const char *text)
{
	struct route route = { 0 }, again = { 0 };
	struct buf buf = { 0 };
	struct err err = { 0 };

	if (route_parse_next_hop(&route, text, strlen(text), &err)) {
		route_add_next_hop(&buf, &route);
		demand(route_parse_next_hop(&again, buf_text(&buf), buf.len,
		    &err));
		demand(!route.next_hop == !again.next_hop);
		demand(!route.next_hop ||
		    !strcmp(route.next_hop, again.next_hop));
		demand(route.port == again.port);
	} else {
		demand(err.text[0] && !route.next_hop && !route.port);
	}
	route_free(&route);
	route_free(&again);
	buf_free(&buf);
}

static void
check_listener(const char *text)
{
	struct listener l, again;
	struct buf buf = { 0 };
	struct err err = { 0 };

	if (!listener_parse(&l, text, strlen(text), &err)) {
		demand(err.text[0]);
		return;
	}
	demand(l.port && (l.family == 4 || l.family == 6));
	listener_add(&buf, &l);
	demand(listener_parse(&again, buf.data, buf.len, &err));
	demand(l.family == again.family && l.addr == again.addr &&
	    l.port == again.port);
	buf_free(&buf);
}

/* fields of an object that is new for each input */
static void
check_field(const struct field *field, void *object, const char *text)
{
	struct buf before = { 0 }, after = { 0 }, again = { 0 };
	struct err err = { 0 };
	bool ok;

	field_add(&before, field, object);
	ok = field_parse(field, object, text, &err);
	field_add(&after, field, object);
	demand(ok || (err.text[0] &&
	    !strcmp(buf_text(&before), buf_text(&after))));
	if (ok) {
		demand(field_parse(field, object, buf_text(&after), &err));
		field_add(&again, field, object);
		demand(!strcmp(buf_text(&after), buf_text(&again)));
	}
	buf_free(&before);
	buf_free(&after);
	buf_free(&again);
}

/* A server's name, or a domain: what is accepted is there, once. */
static void
check_invariant(const char *text, bool domain)
{
	struct invariant *i = invariant_new("a");
	struct texts *texts = domain ? &i->domains : &i->servers;
	bool (*add)(struct invariant *, const char *, size_t, struct err *) =
	    domain ? invariant_add_domain : invariant_add_server;
	struct err err = { 0 };
	bool ok = add(i, text, strlen(text), &err);

	i->kind = domain ? INVARIANT_DOMAIN : INVARIANT_NEVER;
	demand(ok || err.text[0]);
	demand(!ok || add(i, texts->items[0], strlen(texts->items[0]), &err));
	invariant_settle(i, false);
	demand(texts->count == (ok ? 1 : 0));
	demand(!ok || texts_hold(texts, texts->items[0]));
	invariant_free(i);
}

static const struct field *
field_at(const struct field *fields, unsigned place)
{
	unsigned count = 0;

	while (fields[count].name)
		count++;
	return &fields[place % count];
}

static void
check_fields(unsigned which, const char *text)
{
	struct server *server = server_new("a");
	struct gateway *gateway = gateway_new("a");
	struct invariant *invariant = invariant_new("a");

	if (which >= 192)
		check_field(field_at(invariant_fields, which), invariant,
		    text);
	else if (which % 2)
		check_field(field_at(server_fields, which / 2), server, text);
	else
		check_field(field_at(gateway_fields, which / 2), gateway,
		    text);
	server_free(server);
	gateway_free(gateway);
	invariant_free(invariant);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned which = size ? data[0] : 0;
	char *text = size
	    ? mem_textn((const char *)data + 1, size - 1)
	    : mem_text("");

	if (which == 'r')
		check_route(text);
	else if (which == 'n')
		check_next_hop(text);
	else if (which == 'l')
		check_listener(text);
	else if (which == 'd' || which == 's')
		check_invariant(text, which == 'd');
	else
		check_fields(which, text);
	free(text);
	return 0;
}

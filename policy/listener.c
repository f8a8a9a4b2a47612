#include "config.h"

#include <string.h>

#include "field.h"
#include "mem.h"
#include "number.h"
#include "policy.h"

/* Splits "host:port", "[v6]:port" at the last colon that is outside brackets;
 * without one the whole text is the host and *port_len is 0. */
static size_t
split_port(const char *text, size_t len, const char **port, size_t *port_len)
{
	size_t i = len;

	*port_len = 0;
	while (i && text[i - 1] != ':' && text[i - 1] != ']')
		i--;
	if (!i || text[i - 1] == ']')
		return len;
	*port = text + i;
	*port_len = len - i;
	return i - 1;
}

static bool
parse_port(uint16_t *port, const char *text, size_t len, struct err *err)
{
	uint32_t value;

	if (!number_parse(&value, text, len, 65535) || !value)
		return fail(err, "'%.*s' is not a port of 1 to 65535",
		    (int)(len > 40 ? 40 : len), text);
	*port = (uint16_t)value;
	return true;
}

static bool
in_brackets(const char *text, size_t len)
{
	return len >= 2 && text[0] == '[' && text[len - 1] == ']';
}

bool
listener_parse(struct listener *listener, const char *text, size_t len,
    struct err *err)
{
	const char *port = NULL;
	size_t port_len, host = split_port(text, len, &port, &port_len);
	bool brackets = in_brackets(text, host);
	struct net net;

	if (!port_len || (!brackets && memchr(text, ':', host)))
		return fail(err,
		    "'%.*s' is not ADDRESS:PORT or [IPV6]:PORT, for example "
		    "0.0.0.0:25 or [::]:25",
		    (int)(len > 80 ? 80 : len), text);
	if (brackets ? !net_parse_addr(&net, text + 1, host - 2, err)
	             : !net_parse_addr(&net, text, host, err))
		return false;
	if (brackets != (net.family == 6))
		return fail(err,
		    "'%.*s': brackets are for IPv6 addresses, which need them",
		    (int)(len > 80 ? 80 : len), text);
	listener->family = net.family;
	listener->addr = net.first;
	return parse_port(&listener->port, port, port_len, err);
}

void
listener_add(struct buf *buf, const struct listener *listener)
{
	if (listener->family == 6)
		buf_addc(buf, '[');
	net_add_addr(buf, listener->family, listener->addr);
	buf_addf(buf, listener->family == 6 ? "]:%u" : ":%u",
	    (unsigned)listener->port);
}

bool
server_add_listener(struct server *server, const struct listener *listener,
    struct err *err)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < server->listener_count; i++) {
		const struct listener *l = &server->listeners[i];

		if (l->family != listener->family ||
		    l->addr != listener->addr || l->port != listener->port)
			continue;
		listener_add(&text, listener);
		fail(err, "%s is there already", buf_text(&text));
		buf_free(&text);
		return false;
	}
	server->listeners = mem_resize(server->listeners,
	    server->listener_count + 1, sizeof(*server->listeners));
	server->listeners[server->listener_count++] = *listener;
	return true;
}

/* --- routing rows ----------------------------------------------------- */

bool
route_parse(struct route *route, const char *text, size_t len, struct err *err)
{
	char name[DOMAIN_SIZE];
	bool exact = len && text[0] == '#';

	if (len == 1 && text[0] == '.') {
		route->domain = mem_text(".");
		route->exact = false;
		return true;
	}
	if (exact)
		text++, len--;
	if (!domain_parse(name, text, len, err))
		return false;
	route->domain = mem_text(name);
	route->exact = exact;
	return true;
}

void
route_add(struct buf *buf, const struct route *route)
{
	if (route->exact)
		buf_addc(buf, '#');
	buf_add(buf, route->domain);
}

static bool
looks_numeric(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != '.' && (text[i] < '0' || text[i] > '9'))
			return false;
	return len > 0;
}

/* A host name, an IPv4 address, or an IPv6 address in brackets. */
bool
host_parse(char host[DOMAIN_SIZE], const char *text, size_t len,
    struct err *err)
{
	char canonical[NET_TEXT];
	struct net net;
	bool brackets = in_brackets(text, len);

	if (brackets)
		text++, len -= 2;
	if (!brackets && !looks_numeric(text, len))
		return domain_parse(host, text, len, err);
	if (!net_parse_addr(&net, text, len, err))
		return false;
	net_text(&net, canonical);
	if (net.family == 4)
		memcpy(host, canonical, strlen(canonical) + 1);
	else {
		size_t n = strlen(canonical);

		host[0] = '[';
		memcpy(host + 1, canonical, n);
		memcpy(host + 1 + n, "]", 2);
	}
	return true;
}

bool
route_parse_next_hop(struct route *route, const char *text, size_t len,
    struct err *err)
{
	const char *port_text = NULL;
	size_t port_len, host = split_port(text, len, &port_text, &port_len);
	char name[DOMAIN_SIZE];
	uint16_t port = 0;

	if (len) {
		if (!host_parse(name, text, host, err) ||
		    (port_len && !parse_port(&port, port_text, port_len, err)))
			return fail_in(err, "next hop");
		if (host < len && !port_len)
			return fail(err, "next hop: a port is missing");
	}
	mem_drop(&route->next_hop);
	route->next_hop = len ? mem_text(name) : NULL;
	route->port = port;
	return true;
}

void
route_add_next_hop(struct buf *buf, const struct route *route)
{
	if (!route->next_hop)
		return;
	buf_add(buf, route->next_hop);
	if (route->port)
		buf_addf(buf, ":%u", (unsigned)route->port);
}

struct route
route_copy(const struct route *route)
{
	struct route copy = *route;

	copy.domain = mem_text(route->domain);
	copy.next_hop = mem_text(route->next_hop);
	copy.comment = mem_text(route->comment);
	return copy;
}

void
route_free(struct route *route)
{
	mem_drop(&route->domain);
	mem_drop(&route->next_hop);
	mem_drop(&route->comment);
}

void
server_add_route(struct server *server, struct route route)
{
	size_t n = server->route_count;

	/* Grows at powers of two. */
	if ((n & (n - 1)) == 0)
		server->routes = mem_resize(server->routes, n ? 2 * n : 1,
		    sizeof(*server->routes));
	server->routes[server->route_count++] = route;
}

void
server_remove_route(struct server *server, size_t place)
{
	route_free(&server->routes[place]);
	server->route_count--;
	memmove(server->routes + place, server->routes + place + 1,
	    (server->route_count - place) * sizeof(*server->routes));
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "postfix.h"

/* Delivery is one table for the whole gateway (transport(5)), while the routing
 * lists are per server: two servers may not send one domain to two places. */

struct hop {
	char *key;    /* "example.com", ".example.com", "*" */
	char *target; /* "smtp:[host]:25", ":" by MX, "" delivered here */
	const char *server;
};

struct hops {
	struct hop *items;
	size_t count, cap;
};

static char *
route_target(const struct route *route)
{
	struct buf buf = { 0 };
	const char *host = route->next_hop;

	if (!host)
		return mem_text(route->action == ROUTE_RELAY ? ":" : "");
	buf_addf(&buf, *host == '[' ? "smtp:%s:%u" : "smtp:[%s]:%u", host,
	    route->port ? route->port : 25u);
	return buf_take(&buf);
}

static void
hops_add(struct hops *hops, const char *dot, const struct route *route,
    const char *server)
{
	bool every = !strcmp(route->domain, ".");
	struct buf key = { 0 };

	hops->items = mem_grow(hops->items, hops->count, &hops->cap,
	    sizeof(*hops->items));
	buf_addf(&key, "%s%s", dot, every ? "*" : route->domain);
	hops->items[hops->count++] = (struct hop){
		.key = buf_take(&key),
		.target = route_target(route),
		.server = server,
	};
}

static bool
has_exact(const struct server *server, const char *domain)
{
	for (size_t i = 0; i < server->route_count; i++)
		if (server->routes[i].exact &&
		    !strcmp(server->routes[i].domain, domain))
			return true;
	return false;
}

static void
add_server_hops(struct hops *hops, const struct server *server)
{
	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];
		bool every = !strcmp(route->domain, ".");

		/* "." without a next hop leaves things as they are. */
		if (route->action == ROUTE_REJECT ||
		    (every && !route->next_hop))
			continue;
		if (route->exact || every || !has_exact(server, route->domain))
			hops_add(hops, "", route, server->name);
		if (!route->exact && !every)
			hops_add(hops, ".", route, server->name);
	}
}

static int
compare_hops(const void *a, const void *b)
{
	const struct hop *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : strcmp(x->target, y->target);
}

static void
hops_collect(struct hops *hops, const struct site *site)
{
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			add_server_hops(hops, server);
	}
	if (hops->count)
		qsort(hops->items, hops->count, sizeof(*hops->items),
		    compare_hops);
}

static void
hops_free(struct hops *hops)
{
	for (size_t i = 0; i < hops->count; i++) {
		free(hops->items[i].key);
		free(hops->items[i].target);
	}
	free(hops->items);
}

void
delivery_render(const struct site *site, struct rendering *rendering)
{
	struct hops hops = { 0 };
	struct buf delivery = { 0 }, inbound = { 0 };

	hops_collect(&hops, site);
	for (size_t i = 0; i < hops.count; i++) {
		const struct hop *hop = &hops.items[i];

		if (i && !strcmp(hops.items[i - 1].key, hop->key))
			continue;
		if (*hop->target)
			buf_addf(&delivery, "%s %s\n", hop->key, hop->target);
		else
			buf_addf(&inbound, "%s\n", hop->key);
	}
	if (delivery.len)
		rendering_add(rendering, "delivery", &delivery);
	if (inbound.len)
		rendering_add(rendering, "inbound", &inbound);
	buf_free(&delivery);
	buf_free(&inbound);
	hops_free(&hops);
}

static void
add_target(struct buf *buf, const struct hop *hop)
{
	buf_addf(buf, "server %s %s", hop->server,
	    !*hop->target ? "delivers it here" :
	    *hop->target == ':' ? "sends it to its MX" : "sends it to ");
	if (*hop->target && *hop->target != ':')
		buf_add(buf, hop->target + strlen("smtp:"));
}

void
delivery_find_gaps(const struct site *site, struct gaps *gaps)
{
	struct hops hops = { 0 };

	hops_collect(&hops, site);
	for (size_t i = 1; i < hops.count; i++) {
		const struct hop *a = &hops.items[i - 1], *b = &hops.items[i];
		struct buf sentence = { 0 }, advice = { 0 };

		if (strcmp(a->key, b->key) || !strcmp(a->target, b->target) ||
		    *a->key == '.')
			continue;
		buf_addf(&sentence, "Postfix delivers %s to one place, but ",
		    *a->key == '*' ? "every other domain" : a->key);
		add_target(&sentence, a);
		buf_add(&sentence, " and ");
		add_target(&sentence, b);
		buf_add(&advice, "give both rows the same next hop, or put "
		    "the servers on two gateways");
		gaps_add(gaps, "gateway", site->gateway->name, &sentence,
		    &advice);
	}
	hops_free(&hops);
}

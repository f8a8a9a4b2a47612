#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/domain.h"
#include "policy/mem.h"

#include "delivery.h"

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
		.kind = route->next_hop ? HOP_HOST
		    : route->action == ROUTE_RELAY ? HOP_MX : HOP_HERE,
		.host = route->next_hop ? route->next_hop : "",
		.port = route->port ? route->port : 25,
		.server = server,
	};
}

static void
add_server_hops(struct hops *hops, const struct server *server)
{
	struct exact_domains exact;

	exact_domains_make(&exact, server);
	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];
		bool every = !strcmp(route->domain, ".");

		/* "." without a next hop leaves things as they are. */
		if (route->action == ROUTE_REJECT ||
		    (every && !route->next_hop))
			continue;
		if (route->exact || every ||
		    !exact_domains_hold(&exact, route->domain))
			hops_add(hops, "", route, server->name);
		if (!route->exact && !every)
			hops_add(hops, ".", route, server->name);
	}
	exact_domains_free(&exact);
}

static int
compare_places(const struct hop *x, const struct hop *y)
{
	int order = strcmp(x->host, y->host);

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return order || x->kind != HOP_HOST ? order : x->port - y->port;
}

static int
compare_hops(const void *a, const void *b)
{
	const struct hop *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : compare_places(x, y);
}

/* Of equal hops the first stays. */
static void
settle(struct hops *hops)
{
	size_t kept = 0;

	if (hops->count)
		qsort(hops->items, hops->count, sizeof(*hops->items),
		    compare_hops);
	for (size_t i = 0; i < hops->count; i++) {
		if (kept && !compare_hops(&hops->items[kept - 1],
		    &hops->items[i]))
			free(hops->items[i].key);
		else
			hops->items[kept++] = hops->items[i];
	}
	hops->count = kept;
}

void
hops_collect(struct hops *hops, const struct site *site)
{
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			add_server_hops(hops, server);
	}
	settle(hops);
}

static const struct hop *
find_hop(const struct hops *hops, const char *dot, const char *domain)
{
	struct buf key = { 0 };
	const struct hop *found = NULL;
	size_t first = 0, end = hops->count;

	buf_addf(&key, "%s%s", dot, domain);
	while (first < end && !found) {
		size_t middle = first + (end - first) / 2;
		int order = strcmp(key.data, hops->items[middle].key);

		found = order ? NULL : &hops->items[middle];
		if (order < 0)
			end = middle;
		else
			first = middle + 1;
	}
	buf_free(&key);
	return found;
}

bool
hops_cover(const struct hops *hops, const struct hop *hop)
{
	const struct hop *above = NULL;
	const char *domain = hop->key + (*hop->key == '.');

	while (!above && (domain = domain_parent(domain)))
		above = find_hop(hops, ".", domain);
	if (!above)
		above = find_hop(hops, "", "*");
	return above && above->kind != HOP_HERE;
}

void
hops_free(struct hops *hops)
{
	for (size_t i = 0; i < hops->count; i++)
		free(hops->items[i].key);
	free(hops->items);
}

static void
add_place(struct buf *buf, const struct hop *hop)
{
	bool bare = *hop->host != '[';

	buf_addf(buf, "server %s ", hop->server);
	if (hop->kind == HOP_HOST)
		buf_addf(buf, "sends it to %s%s%s:%u", bare ? "[" : "",
		    hop->host, bare ? "]" : "", hop->port);
	else
		buf_add(buf, hop->kind == HOP_MX ? "sends it to its MX"
		                                 : "delivers it here");
}

void
delivery_find_gaps(const struct site *site, const char *mta, struct gaps *gaps)
{
	struct hops hops = { 0 };

	hops_collect(&hops, site);
	for (size_t i = 1; i < hops.count; i++) {
		const struct hop *a = &hops.items[i - 1], *b = &hops.items[i];
		struct buf sentence = { 0 }, advice = { 0 };

		if (strcmp(a->key, b->key) || *a->key == '.')
			continue;
		buf_addf(&sentence, "%s delivers %s to one place, but ", mta,
		    *a->key == '*' ? "every other domain" : a->key);
		add_place(&sentence, a);
		buf_add(&sentence, " and ");
		add_place(&sentence, b);
		buf_add(&advice, "give both rows the same next hop, or put "
		    "the servers on two gateways");
		gaps_add(gaps, "gateway", site->gateway->name, &sentence,
		    &advice);
	}
	hops_free(&hops);
}

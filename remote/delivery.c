#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/domain.h"
#include "policy/mem.h"

#include "delivery.h"

/* Where a row sends mail, without the key. */
static struct hop
hop_of(const struct route *route, const char *server)
{
	return (struct hop){
		.kind = route->next_hop ? HOP_HOST
		    : route->action == ROUTE_RELAY ? HOP_MX : HOP_HERE,
		.host = route->next_hop ? route->next_hop : "",
		.port = route->port ? route->port : 25,
		.server = server,
	};
}

static void
hops_add(struct hops *hops, const char *dot, const struct route *route,
    const char *server)
{
	bool every = !strcmp(route->domain, ".");
	struct hop hop = hop_of(route, server);
	struct buf key = { 0 };

	buf_addf(&key, "%s%s", dot, every ? "*" : route->domain);
	hop.key = buf_take(&key);
	hops->items = mem_grow(hops->items, hops->count, &hops->cap,
	    sizeof(*hops->items));
	hops->items[hops->count++] = hop;
}

/* "." without a next hop leaves things as they are. */
static bool
says_where(const struct route *route)
{
	return route->action != ROUTE_REJECT &&
	    (route->next_hop || strcmp(route->domain, ".") != 0);
}

static void
add_server_hops(struct hops *hops, const struct server *server)
{
	struct exact_domains exact;

	exact_domains_make(&exact, server);
	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];
		bool every = !strcmp(route->domain, ".");

		if (!says_where(route))
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

	if (hop->kind == HOP_HOST)
		buf_addf(buf, "sends it to %s%s%s:%u", bare ? "[" : "",
		    hop->host, bare ? "]" : "", hop->port);
	else
		buf_add(buf, hop->kind == HOP_MX ? "sends it to its MX"
		                                 : "delivers it here");
}

/* Adds: the mail server delivers WHAT to one place, but a does this and b, by
 * its row, that.  row: NULL when it is that of the domain itself. */
static void
add_gap(const struct site *site, const char *mta, const char *what,
    const struct hop *a, const struct hop *b, const char *row,
    struct gaps *gaps)
{
	struct buf sentence = { 0 }, advice = { 0 }, by = { 0 };

	buf_addf(&sentence, "%s delivers %s to one place, but server %s ", mta,
	    what, a->server);
	add_place(&sentence, a);
	if (row)
		buf_addf(&by, ", by its row \"%s\",", row);
	buf_addf(&sentence, " and server %s%s ", b->server, buf_text(&by));
	add_place(&sentence, b);
	buf_add(&advice, "give both rows the same next hop, or put the servers "
	    "on two gateways");
	gaps_add(gaps, "gateway", site->gateway->name, &sentence, &advice);
	buf_free(&by);
}

/* Does another server send this by a row further up, and elsewhere?  dot: what
 * is below the domain. */
static const struct route *
find_other(const struct site *site, const struct hop *hop, const char *dot,
    const char *domain, struct hop *other)
{
	struct buf name = { 0 };
	const struct route *found = NULL;

	buf_addf(&name, "%s%s", *dot ? "relayadm." : "", domain);
	for (size_t i = 0; i < site->gateway->server_count && !found; i++) {
		const struct server *server = site_server(site, i);
		const struct route *route = server ? relay_route(relay_ruleset(
		    site->compiled, server->name), name.data) : NULL;

		if (!route || !says_where(route) ||
		    !strcmp(route->domain, domain))
			continue;
		*other = hop_of(route, server->name);
		if (compare_places(other, hop) != 0)
			found = route;
	}
	buf_free(&name);
	return found;
}

/* One sentence for a domain and what is below it. */
static void
find_nested_gap(const struct site *site, const char *mta,
    const struct hop *hop, struct gaps *gaps)
{
	bool below = *hop->key == '.';
	const char *domain = hop->key + below;
	struct hop other;
	const struct route *row = *domain == '*' ? NULL
	    : find_other(site, hop, "", domain, &other);
	struct buf what = { 0 };

	if (below && !row) {
		row = find_other(site, hop, ".", domain, &other);
		buf_add(&what, "what is below ");
	} else if (below) {
		row = NULL;
	}
	buf_add(&what, domain);
	if (row)
		add_gap(site, mta, what.data, hop, &other, row->domain, gaps);
	buf_free(&what);
}

/* Of two hops with one key: their domain has two places. */
static void
find_double_gap(const struct site *site, const char *mta,
    const struct hops *hops, const struct hop *a, struct gaps *gaps)
{
	bool below = *a->key == '.';
	const char *domain = a->key + below;
	const struct hop *itself = below ? find_hop(hops, "", domain) : NULL;
	struct buf what = { 0 };

	/* Said of the domain itself, if that has two as well. */
	if (itself && ((itself > hops->items &&
	                !strcmp(itself[-1].key, domain)) ||
	        (itself + 1 < hops->items + hops->count &&
	            !strcmp(itself[1].key, domain))))
		return;
	buf_addf(&what, "%s%s", below ? "what is below " : "",
	    *domain == '*' ? "every other domain" : domain);
	add_gap(site, mta, what.data, a, a + 1, NULL, gaps);
	buf_free(&what);
}

void
delivery_find_gaps(const struct site *site, const char *mta, struct gaps *gaps)
{
	struct hops hops = { 0 };

	hops_collect(&hops, site);
	for (size_t i = 0; i < hops.count; i++) {
		const struct hop *hop = &hops.items[i];

		if (i > 0 && !strcmp(hop[-1].key, hop->key))
			find_double_gap(site, mta, &hops, hop - 1, gaps);
		else
			find_nested_gap(site, mta, hop, gaps);
	}
	hops_free(&hops);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/field.h"
#include "policy/mem.h"
#include "policy/set.h"

#include "postfix.h"

/* --- names of clients and domains: text key, constant result ----------- */

struct row {
	char *key;
	const char *result;
};

struct rows {
	struct row *items;
	size_t count, cap;
};

static void
rows_add(struct rows *rows, const char *dot, const char *domain,
    const char *result)
{
	struct buf key = { 0 };

	rows->items = mem_grow(rows->items, rows->count, &rows->cap,
	    sizeof(*rows->items));
	buf_addf(&key, "%s%s", dot, domain);
	rows->items[rows->count++] = (struct row){ buf_take(&key), result };
}

static void
rows_free(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->items[i].key);
	free(rows->items);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return strcmp(x->key, y->key);
}

/* Sorted, one of each key. */
static void
rows_settle(struct rows *rows)
{
	size_t kept = 0;

	if (rows->count)
		qsort(rows->items, rows->count, sizeof(*rows->items),
		    compare_rows);
	for (size_t i = 0; i < rows->count; i++) {
		if (kept && !strcmp(rows->items[kept - 1].key,
		    rows->items[i].key))
			free(rows->items[i].key);
		else
			rows->items[kept++] = rows->items[i];
	}
	rows->count = kept;
}

static void
add_check(struct buf *checks, const char *kind, const char *type,
    const char *path)
{
	buf_addf(checks, "%s %s:%s%s, ", kind, type, POSTFIX_CURRENT, path);
}

/* Nothing for no rows. */
static void
rows_render(struct rows *rows, const char *path, const char *kind,
    struct rendering *rendering, struct buf *checks)
{
	struct buf text = { 0 }, full = { 0 };
	bool flat;

	rows_settle(rows);
	flat = rows->count <= POSTFIX_FLAT_ROWS;
	for (size_t i = 0; i < rows->count; i++)
		buf_addf(&text, "%s %s\n", rows->items[i].key,
		    rows->items[i].result);
	if (rows->count) {
		buf_addf(&full, "%s.%s", path, flat ? "text" : "key");
		add_check(checks, kind, flat ? "texthash" : "$relayadm_index",
		    full.data);
		rendering_add(rendering, full.data, &text);
	}
	buf_free(&full);
	buf_free(&text);
	rows_free(rows);
}

/* --- addresses of clients ---------------------------------------------- */

struct address_tables {
	struct buf cidr, key;
	bool indexed; /* IPv4 goes into key */
	const char *result;
};

static void
count_block4(const struct net *block, void *context)
{
	size_t *count = context;

	*count += block->family == 4;
}

/* A block as keys of whole octets (access(5)): a /22 is four keys. */
static void
add_octet_keys(struct address_tables *tables, const struct net *block)
{
	int prefix = net_prefix(block), octets = (prefix + 7) / 8;
	uint32_t first = (uint32_t)block->first;
	uint32_t step, count;

	if (!octets)
		octets = 1;
	step = (uint32_t)1 << (32 - 8 * octets);
	count = (uint32_t)1 << (8 * octets - prefix);
	for (uint32_t i = 0; i < count; i++, first += step) {
		for (int k = 0; k < octets; k++)
			buf_addf(&tables->key, "%s%u", k ? "." : "",
			    first >> (24 - 8 * k) & 255);
		buf_addf(&tables->key, " %s\n", tables->result);
	}
}

static void
add_block(const struct net *block, void *context)
{
	struct address_tables *tables = context;
	char text[NET_TEXT];

	if (tables->indexed && block->family == 4) {
		add_octet_keys(tables, block);
		return;
	}
	net_text(block, text);
	if (!strchr(text, '/'))
		buf_addf(&tables->cidr, "%s/%d %s\n", text,
		    net_bits(block->family), tables->result);
	else
		buf_addf(&tables->cidr, "%s %s\n", text, tables->result);
}

static void
addresses_render(const struct set *set, const char *path, const char *result,
    struct rendering *rendering, struct buf *checks)
{
	struct address_tables tables = { .result = result };
	struct buf full = { 0 };
	size_t count = 0;

	set_blocks(set, count_block4, &count);
	tables.indexed = count > POSTFIX_FLAT_ROWS;
	set_blocks(set, add_block, &tables);
	if (tables.key.len) {
		buf_addf(&full, "%s.key", path);
		add_check(checks, "check_client_access", "$relayadm_index",
		    full.data);
		rendering_add(rendering, full.data, &tables.key);
	}
	buf_clear(&full);
	if (tables.cidr.len) {
		buf_addf(&full, "%s.cidr", path);
		add_check(checks, "check_client_access", "cidr", full.data);
		rendering_add(rendering, full.data, &tables.cidr);
	}
	buf_free(&full);
	buf_free(&tables.key);
	buf_free(&tables.cidr);
}

/* --- an entry list ----------------------------------------------------- */

struct named {
	struct rows rows;
	const char *result;
};

static void
add_name(const char *domain, void *context)
{
	struct named *named = context;

	rows_add(&named->rows, "", domain, named->result);
	rows_add(&named->rows, ".", domain, named->result);
}

void
tables_render_clients(const struct site *site, const struct server *server,
    const char *slot, const char *result, struct rendering *rendering,
    struct buf *checks)
{
	const struct slot *row = slot_find(slot);
	struct named named = { .result = result };
	struct buf path = { 0 };
	struct set set;

	buf_addf(&path, "server/%s/%s", server->name, slot);
	site_slot_set(site, server, slot, &set);
	addresses_render(&set, path.data, result, rendering, checks);
	set_free(&set);
	if (!row->only_addresses) {
		site_slot_names(site, server, slot, add_name, &named);
		buf_add(&path, ".names");
		rows_render(&named.rows, path.data, "check_client_access",
		    rendering, checks);
	}
	buf_free(&path);
}

/* --- the routing list -------------------------------------------------- */

/* The keys that stand for a row: Postfix looks for the domain, then for its
 * parents with a dot in front, longest first. */
static void
add_route_keys(struct rows *rows, const struct exact_domains *exact,
    const struct route *route, const char *result)
{
	if (route->exact || !exact_domains_hold(exact, route->domain))
		rows_add(rows, "", route->domain, result);
	if (!route->exact)
		rows_add(rows, ".", route->domain, result);
}

static bool
is_every(const struct route *route)
{
	return !strcmp(route->domain, ".");
}

static const char *
accept_result(const struct server *server, const struct route *route)
{
	if (route->action == ROUTE_RELAY && !server->reroute)
		return POSTFIX_DENIED;
	return route->action == ROUTE_REJECT ? POSTFIX_REJECTED : "OK";
}

static void
route_rows_render(const struct server *server, const char *name,
    struct rows *rows, struct rendering *rendering, struct buf *checks)
{
	struct buf path = { 0 };

	buf_addf(&path, "server/%s/%s", server->name, name);
	rows_render(rows, path.data, "check_recipient_access", rendering,
	    checks);
	buf_free(&path);
}

void
tables_render_routes(const struct server *server, struct rendering *rendering,
    struct route_checks *checks)
{
	struct rows reject = { 0 }, accept = { 0 }, known = { 0 }, none = { 0 };
	struct exact_domains exact;
	bool rejects = false;

	exact_domains_make(&exact, server);
	rows_add(&accept, "", POSTFIX_NO_DOMAIN, "OK");
	rows_add(&known, "", POSTFIX_NO_DOMAIN, "relayadm_routing");
	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];
		bool refused = route->action == ROUTE_REJECT;

		if (is_every(route)) {
			checks->every = route;
			continue;
		}
		rejects = rejects || refused;
		add_route_keys(&reject, &exact, route,
		    refused ? POSTFIX_REJECTED : "DUNNO");
		add_route_keys(&accept, &exact, route,
		    accept_result(server, route));
		if (!refused)
			add_route_keys(&known, &exact, route,
			    "relayadm_routing");
	}
	exact_domains_free(&exact);
	route_rows_render(server, "reject", rejects ? &reject : &none,
	    rendering, &checks->reject);
	route_rows_render(server, "accept", &accept, rendering,
	    &checks->accept);
	if (!rejects)
		rows_free(&reject);
	if (checks->every && checks->every->action == ROUTE_REJECT)
		route_rows_render(server, "known", &known, rendering,
		    &checks->known);
	else
		rows_free(&known);
}

void
route_checks_free(struct route_checks *checks)
{
	buf_free(&checks->reject);
	buf_free(&checks->accept);
	buf_free(&checks->known);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "smtpd.h"

/* OpenSMTPD keeps no more than 1,023 bytes of a key. */
#define KEY_MAX 1000

/* Ends the file and declares its table. */
static void
add_table(struct side *side, const char *name, struct buf *rows)
{
	struct buf path = { 0 };

	buf_addf(&path, "server/%s/%s%s.table", side->server->name, name,
	    side->here ? ".here" : "");
	buf_addf(side->text, "table \"relayadm_%u_%s\" \"file:%s%s\"\n",
	    side->number, name, SMTPD_CURRENT, path.data);
	rendering_add(side->rendering, path.data, rows);
	buf_free(&path);
}

/* --- addresses of clients ---------------------------------------------- */

static void
add_block(const struct net *block, void *context)
{
	struct buf *rows = context;

	buf_add(rows, block->family == 6 ? "[" : "");
	net_add(rows, block);
	buf_add(rows, block->family == 6 ? "]\n" : "\n");
}

bool
smtpd_table_addresses(struct side *side, const char *name,
    const struct set *set)
{
	struct buf rows = { 0 };

	if (set_empty(set))
		return false;
	buf_add(&rows, SMTPD_LIST);
	set_blocks(set, add_block, &rows);
	add_table(side, name, &rows);
	return true;
}

/* --- domains as regular expressions ------------------------------------ */

/* Many domains in one expression, because each is compiled at each look-up. */
struct packing {
	struct buf rows, line;
	const char *head;
};

#define TAIL ")$"

static void
end_line(struct packing *packing)
{
	if (packing->line.len)
		buf_addf(&packing->rows, "%s" TAIL "\n", packing->line.data);
	buf_free(&packing->line);
}

static void
pack_domain(struct packing *packing, const char *domain)
{
	struct buf name = { 0 };

	for (const char *c = domain; *c; c++)
		buf_addf(&name, "%s%c", *c == '.' ? "\\" : "", *c);
	if (packing->line.len + name.len + strlen("|" TAIL) > KEY_MAX)
		end_line(packing);
	buf_add(&packing->line, packing->line.len ? "|" : packing->head);
	buf_add(&packing->line, buf_text(&name));
	buf_free(&name);
}

/* False, and no table, when there was no domain. */
static bool
add_packed(struct side *side, const char *name, struct packing *packing)
{
	struct buf rows = { 0 };

	end_line(packing);
	if (!packing->rows.len)
		return false;
	buf_addf(&rows, SMTPD_LIST "%s", packing->rows.data);
	buf_free(&packing->rows);
	add_table(side, name, &rows);
	return true;
}

static void
pack_name(const char *domain, void *context)
{
	pack_domain(context, domain);
}

bool
smtpd_table_names(struct side *side, const char *slot)
{
	struct packing packing = { .head = "^(.*\\.)?(" };
	struct buf name = { 0 };
	bool any;

	site_slot_names(side->site, side->server, slot, pack_name, &packing);
	buf_addf(&name, "%s_names", slot);
	any = add_packed(side, name.data, &packing);
	buf_free(&name);
	return any;
}

void
smtpd_table_constant(struct side *side, const char *name,
    const char *expression)
{
	struct buf rows = { 0 };

	buf_addf(&rows, SMTPD_LIST "%s\n", expression);
	add_table(side, name, &rows);
}

/* --- the routing list -------------------------------------------------- */

static unsigned
count_labels(const char *domain)
{
	unsigned labels = 1;

	for (; *domain; domain++)
		labels += *domain == '.';
	return labels;
}

/* The exact rows come first, then those of most labels. */
bool
smtpd_next_tier(const struct server *server, struct tier *tier)
{
	unsigned below = tier->labels ? tier->labels : 128, labels = 0;
	bool exact = false;

	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];
		unsigned n = count_labels(route->domain);

		if (!strcmp(route->domain, "."))
			continue;
		exact = exact || route->exact;
		if (!route->exact && n < below && n > labels)
			labels = n;
	}
	if (exact && !tier->exact && !tier->labels) {
		tier->exact = true;
		return true;
	}
	*tier = (struct tier){ .labels = labels };
	return labels > 0;
}

void
smtpd_tier_rows(const struct server *server, const struct tier *tier,
    struct rows *rows)
{
	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];

		if (!strcmp(route->domain, ".") || (tier->exact
		    ? !route->exact : route->exact ||
		    count_labels(route->domain) != tier->labels))
			continue;
		rows->items = mem_grow(rows->items, rows->count, &rows->cap,
		    sizeof(const struct route *));
		rows->items[rows->count++] = route;
	}
}

bool
smtpd_table_recipients(struct side *side, const char *name,
    const struct tier *tier, const struct rows *rows)
{
	struct packing packing = { .head = tier->exact
		? "^" SMTPD_PLAIN "@(" : "^" SMTPD_PLAIN "@(.*\\.)?(" };

	for (size_t i = 0; i < rows->count; i++)
		pack_domain(&packing, rows->items[i]->domain);
	return add_packed(side, name, &packing);
}

void
smtpd_table_domains(struct side *side, const char *name,
    const struct tier *tier, const struct rows *rows)
{
	struct packing packing = { .head = "^(.*\\.)?(" };
	struct buf list = { 0 };

	if (!tier->exact) {
		for (size_t i = 0; i < rows->count; i++)
			pack_domain(&packing, rows->items[i]->domain);
		add_packed(side, name, &packing);
		return;
	}
	buf_add(&list, SMTPD_LIST);
	for (size_t i = 0; i < rows->count; i++)
		buf_addf(&list, "%s\n", rows->items[i]->domain);
	add_table(side, name, &list);
}

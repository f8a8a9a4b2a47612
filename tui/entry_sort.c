#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "entry_sort.h"
#include "policy/mem.h"
#include "policy/note.h"

const struct entry_order_row entry_orders[] = {
	[ORDER_ADDRESS] = { "address", "IPv4, IPv6, domains, lists", NULL, },
	[ORDER_SIZE] = { "size", "the widest first", NULL, },
	[ORDER_COMMENT] = { "comment", "those without one last", NULL, },
	[ORDER_OWNER] = { "owner", "those without one last", NULL, },
	[ORDER_TICKET] = { "ticket", "those without one last", NULL, },
	[ORDER_EXPIRY] = { "expiry", "the soonest first", NULL, },
	[ORDER_AGE] = { "age", "the newest first", facts_origins, },
	[ORDER_SOURCE] = { "source", "the imports by name, then by hand",
	    facts_origins, },
	[ORDER_MAIL] = { "last mail", "none in the logs first, then the oldest",
	    facts_mail, },
	[ORDERS] = { NULL, NULL, NULL, },
};

/* --- size --------------------------------------------------------------- */

struct sized {
	uint64_t size;
	uint32_t place;
};

static int
compare_sizes(const void *x, const void *y)
{
	const struct sized *a = x, *b = y;

	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/* Grows with the number of addresses: how many bits it has, then the first 56
 * of them.  Exact up to 2^56, and for blocks. */
static uint64_t
size_of(const struct entry *entry)
{
	u128 more = entry->net.last - entry->net.first;
	int bits = 0;

	if (entry->kind != ENTRY_NET)
		return 0;
	while (bits < 128 && more >> bits)
		bits++;
	more = bits > 56 ? more >> (bits - 56) : more << (56 - bits);
	return ((uint64_t)bits << 56 | (uint64_t)more) + 1;
}

static uint32_t *
by_size(const struct entries *entries)
{
	struct entries_walk walk = { .entries = entries };
	size_t count = entries_count(entries), i = 0;
	struct sized *all = mem_new(count + 1, sizeof(*all));
	uint32_t *order = mem_new(count + 1, sizeof(*order));
	struct entry entry;

	for (; entries_next(&walk, &entry); i++)
		all[i] = (struct sized){ size_of(&entry), (uint32_t)i };
	qsort(all, count, sizeof(*all), compare_sizes);
	for (i = 0; i < count; i++)
		order[i] = all[i].place;
	free(all);
	return order;
}

/* --- notes, which few entries have --------------------------------------- */

struct noted {
	const char *text; /* NULL: by the day */
	int32_t day;
	uint32_t place;
};

static int
compare_noted(const void *x, const void *y)
{
	const struct noted *a = x, *b = y;
	int way = a->text ? strcasecmp(a->text, b->text) : 0;

	if (way)
		return way;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static bool
find_note(struct noted *noted, const struct entry *e, enum entry_order order)
{
	noted->text = order == ORDER_COMMENT ? e->comment
	    : order == ORDER_OWNER           ? e->owner
	    : order == ORDER_TICKET          ? e->ticket
	                                     : NULL;
	noted->day = order == ORDER_EXPIRY ? e->expires : 0;
	return noted->text || noted->day;
}

/* The others come behind, as they are. */
static uint32_t *
by_note(const struct entries *entries, enum entry_order order)
{
	struct entries_walk walk = { .entries = entries };
	size_t count = entries_count(entries), first = 0, rest;
	struct noted *some = mem_new(entries->note_count + 1, sizeof(*some));
	uint32_t *places = mem_new(count + 1, sizeof(*places));
	struct entry entry;

	for (size_t i = 0; entries_next(&walk, &entry); i++)
		if (find_note(&some[first], &entry, order))
			some[first++].place = (uint32_t)i;
	rest = first;
	first = 0;
	for (uint32_t i = 0; i < count; i++)
		if (first < rest && some[first].place == i)
			first++;
		else
			places[rest + i - first] = i;
	qsort(some, rest, sizeof(*some), compare_noted);
	for (size_t i = 0; i < rest; i++)
		places[i] = some[i].place;
	free(some);
	return places;
}

/* --- origins, of which there are few -------------------------------------- */

struct ranked {
	const struct origin *origin; /* NULL: not stored yet, or not known */
	size_t item;  /* in the origins from 1; 0: not known; last: not
	                 stored */
	size_t count; /* of its entries; then where the next one goes */
};

static int
compare_ages(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	int64_t at = a->origin ? a->origin->time : a->item ? INT64_MAX : 0;
	int64_t bt = b->origin ? b->origin->time : b->item ? INT64_MAX : 0;

	if (at != bt)
		return at > bt ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static int
compare_sources(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	bool has = a->origin && a->origin->source;
	int way;

	if (has != (b->origin && b->origin->source))
		return has ? -1 : 1;
	way = has ? strcasecmp(a->origin->source, b->origin->source) : 0;
	return way ? way : compare_ages(x, y);
}

static size_t
item_of(const struct entry_facts *facts, const struct entry *entry,
    size_t place)
{
	bool stored;
	const struct origin *o = facts_origin(facts, entry, place, &stored);

	if (!stored)
		return facts->origins.count + 1;
	return o ? (size_t)(o - facts->origins.items) + 1 : 0;
}

/* Where each origin's entries begin, by its item. */
static size_t *
find_starts(struct ranked *ranked, size_t count, enum entry_order order)
{
	size_t *starts = mem_new(count, sizeof(*starts)), sum = 0;

	qsort(ranked, count, sizeof(*ranked),
	    order == ORDER_AGE ? compare_ages : compare_sources);
	for (size_t i = 0; i < count; i++) {
		starts[ranked[i].item] = sum;
		sum += ranked[i].count;
	}
	return starts;
}

static uint32_t *
by_origin(const struct entry_facts *facts, enum entry_order order)
{
	size_t count = entries_count(facts->shown);
	size_t kinds = facts->origins.count + 2;
	struct ranked *ranked = mem_new(kinds, sizeof(*ranked));
	uint32_t *items = mem_new(count + 1, sizeof(*items));
	uint32_t *places = mem_new(count + 1, sizeof(*places));
	struct entries_walk walk = { .entries = facts->shown };
	struct entry entry;
	size_t *starts, i;

	for (i = 0; i < kinds; i++)
		ranked[i] = (struct ranked){ i && i < kinds - 1
		    ? &facts->origins.items[i - 1] : NULL, i, 0 };
	for (i = 0; entries_next(&walk, &entry); i++) {
		items[i] = (uint32_t)item_of(facts, &entry, i);
		ranked[items[i]].count++;
	}
	starts = find_starts(ranked, kinds, order);
	for (i = 0; i < count; i++)
		places[starts[items[i]]++] = (uint32_t)i;
	free(starts);
	free(items);
	free(ranked);
	return places;
}

/* --- mail ---------------------------------------------------------------- */

struct mailed {
	int64_t last; /* INT64_MAX: not known */
	uint32_t place;
};

static int
compare_mailed(const void *x, const void *y)
{
	const struct mailed *a = x, *b = y;

	if (a->last != b->last)
		return a->last < b->last ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static uint32_t *
by_mail(const struct entry_facts *facts)
{
	struct entries_walk walk = { .entries = facts->shown };
	size_t count = entries_count(facts->shown), i;
	struct mailed *all = mem_new(count + 1, sizeof(*all));
	uint32_t *order = mem_new(count + 1, sizeof(*order));
	struct entry entry;
	struct mail_use use;

	for (i = 0; entries_next(&walk, &entry); i++) {
		facts_use(facts, &entry, &use);
		all[i] = (struct mailed){ use.last || use.since
		        ? use.last
		        : INT64_MAX, (uint32_t)i };
	}
	qsort(all, count, sizeof(*all), compare_mailed);
	for (i = 0; i < count; i++)
		order[i] = all[i].place;
	free(all);
	return order;
}

uint32_t *
entry_sort(const struct entry_facts *facts, enum entry_order order)
{
	if (order == ORDER_ADDRESS)
		return NULL;
	if (order == ORDER_SIZE)
		return by_size(facts->shown);
	if (order == ORDER_MAIL)
		return by_mail(facts);
	if (order == ORDER_AGE || order == ORDER_SOURCE)
		return by_origin(facts, order);
	return by_note(facts->shown, order);
}

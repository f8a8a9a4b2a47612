#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "entries.h"
#include "mem.h"
#include "note.h"
#include "sort.h"

size_t
entries_count(const struct entries *e)
{
	return e->v4_count + e->v6_count + e->domain_count + e->list_count;
}

/* The first note not below the entry. */
static size_t
note_place(const struct entries *e, const struct entry *entry)
{
	size_t low = 0, high = e->note_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (entry_compare(e->notes[mid].entry, entry) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void
lend(const struct entry *noted, struct entry *entry)
{
	entry->comment = noted->comment;
	entry->owner = noted->owner;
	entry->ticket = noted->ticket;
	entry->expires = noted->expires;
}

/* Sets the entry's notes, if it has some. */
static void
note_fill(const struct entries *e, struct entry *entry)
{
	size_t i = note_place(e, entry);

	if (i < e->note_count && !entry_compare(e->notes[i].entry, entry))
		lend(e->notes[i].entry, entry);
}

static void
note_free(struct note *note)
{
	free(note->entry);
}

static struct note
note_new(const struct entry *entry)
{
	return (struct note){ note_keep(entry) };
}

static void
note_set(struct entries *e, const struct entry *entry)
{
	size_t i = note_place(e, entry);
	bool there =
	    i < e->note_count && !entry_compare(e->notes[i].entry, entry);
	bool wanted = note_any(entry);

	if (!there && !wanted)
		return;
	if (there && wanted) {
		struct note note = note_new(entry);

		note_free(&e->notes[i]);
		e->notes[i] = note;
		return;
	}
	if (there) {
		note_free(&e->notes[i]);
		e->note_count--;
		memmove(e->notes + i, e->notes + i + 1,
		    (e->note_count - i) * sizeof(*e->notes));
		return;
	}
	e->notes = mem_grow(e->notes, e->note_count, &e->note_cap,
	    sizeof(*e->notes));
	memmove(e->notes + i + 1, e->notes + i,
	    (e->note_count - i) * sizeof(*e->notes));
	e->notes[i] = note_new(entry);
	e->note_count++;
}

static void
set_net(struct entry *entry, uint8_t family, u128 first, u128 last)
{
	entry->kind = ENTRY_NET;
	entry->net = (struct net){ family, first, last };
}

static void
set_name(struct entry *entry, enum entry_kind kind, const char *name)
{
	size_t len = strlen(name);

	entry->kind = kind;
	memcpy(entry->name, name, len + 1);
}

static void
set_entry(const struct entries *e, size_t place, struct entry *entry)
{
	entry_clear(entry);
	if (place < e->v4_count) {
		set_net(entry, 4, e->v4[place].first, e->v4[place].last);
	} else if ((place -= e->v4_count) < e->v6_count) {
		set_net(entry, 6, e->v6[place].first, e->v6[place].last);
	} else if ((place -= e->v6_count) < e->domain_count) {
		set_name(entry, ENTRY_DOMAIN, e->domains[place]);
	} else {
		place -= e->domain_count;
		set_name(entry, ENTRY_LIST, e->lists[place]);
	}
}

void
entries_at(const struct entries *e, size_t place, struct entry *entry)
{
	set_entry(e, place, entry);
	if (e->note_count)
		note_fill(e, entry);
}

void
entries_add_text(struct buf *buf, const struct entries *e, size_t place)
{
	struct entry entry;

	set_entry(e, place, &entry);
	entry_add(buf, &entry);
}

/* Notes are in the order of the entries, so one finger on them is enough. */
bool
entries_next(struct entries_walk *walk, struct entry *entry)
{
	const struct entries *e = walk->entries;

	if (walk->place >= entries_count(e))
		return false;
	set_entry(e, walk->place++, entry);
	if (walk->note < e->note_count) {
		const struct entry *noted = e->notes[walk->note].entry;

		if (!entry_compare(noted, entry)) {
			lend(noted, entry);
			walk->note++;
		}
	}
	return true;
}

void
entries_skip(struct entries_walk *walk, size_t place)
{
	const struct entries *e = walk->entries;
	struct entry entry;

	walk->place = place;
	if (walk->note >= e->note_count || place >= entries_count(e))
		return;
	set_entry(e, place, &entry);
	while (walk->note < e->note_count &&
	    entry_compare(e->notes[walk->note].entry, &entry) < 0)
		walk->note++;
}

bool
entries_next_v4(struct entries_walk *walk, struct range4 *range)
{
	const struct entries *e = walk->entries;
	const struct net *noted;

	if (walk->place >= e->v4_count)
		return false;
	*range = e->v4[walk->place];
	if (walk->note < e->note_count) {
		noted = &e->notes[walk->note].entry->net;
		if (noted->family == 4 && noted->first == range->first &&
		    noted->last == range->last)
			return false;
	}
	walk->place++;
	return true;
}

static int
compare_names(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* One of the four sorted arrays, and an item of it. */
struct column {
	void *items; /* the address of the pointer to the first */
	size_t *count, *cap;
	size_t size;
	int (*compare)(const void *, const void *);
	size_t before; /* entries of the columns in front */
};

union item {
	struct range4 v4;
	struct range6 v6;
	char *name;
};

/* The arrays are of several types, so the pointer is read and written as the
 * bytes that it is. */
static char *
column_items(const struct column *c)
{
	char *items;

	memcpy(&items, c->items, sizeof(items));
	return items;
}

static void
column_set_items(struct column *c, void *items)
{
	memcpy(c->items, &items, sizeof(items));
}

static struct column
column_of(struct entries *e, const struct entry *entry)
{
	size_t nets = e->v4_count + e->v6_count;

	if (entry->kind == ENTRY_DOMAIN)
		return (struct column){ &e->domains, &e->domain_count,
			&e->domain_cap, sizeof(char *), compare_names, nets };
	if (entry->kind == ENTRY_LIST)
		return (struct column){ &e->lists, &e->list_count,
			&e->list_cap, sizeof(char *), compare_names,
			nets + e->domain_count };
	if (entry->net.family == 4)
		return (struct column){ &e->v4, &e->v4_count,
			&e->v4_cap, sizeof(struct range4), range4_compare, 0 };
	return (struct column){ &e->v6, &e->v6_count, &e->v6_cap,
		sizeof(struct range6), range6_compare, e->v4_count };
}

/* The item for an entry; a name is borrowed. */
static union item
item_of(const struct entry *entry)
{
	union item item;

	if (entry->kind != ENTRY_NET)
		item.name = (char *)(uintptr_t)entry->name;
	else if (entry->net.family == 4)
		item.v4 = (struct range4){ (uint32_t)entry->net.first,
			(uint32_t)entry->net.last };
	else
		item.v6 = (struct range6){ entry->net.first, entry->net.last };
	return item;
}

/* The first item not below; *there says whether it is equal. */
static size_t
column_place(const struct column *c, const union item *item, bool *there)
{
	const char *base = column_items(c);
	size_t low = 0, high = *c->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (c->compare(base + mid * c->size, item) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*there = low < *c->count &&
	    c->compare(base + low * c->size, item) == 0;
	return low;
}

size_t
entries_find(const struct entries *e, const struct entry *entry)
{
	/* column_of() only takes addresses of members. */
	struct column c = column_of((struct entries *)(uintptr_t)e, entry);
	union item item = item_of(entry);
	bool there;
	size_t i = column_place(&c, &item, &there);

	return there ? c.before + i : ENTRY_NOWHERE;
}

static void
column_insert(struct column *c, size_t i, union item item, bool name)
{
	char *base;

	if (name)
		item.name = mem_text(item.name);
	base = mem_grow(column_items(c), *c->count, c->cap, c->size);
	column_set_items(c, base);
	memmove(base + (i + 1) * c->size, base + i * c->size,
	    (*c->count - i) * c->size);
	memcpy(base + i * c->size, &item, c->size);
	++*c->count;
}

bool
entries_add(struct entries *e, const struct entry *entry)
{
	struct column c = column_of(e, entry);
	union item item = item_of(entry);
	bool there;
	size_t i = column_place(&c, &item, &there);

	if (!there)
		column_insert(&c, i, item, entry->kind != ENTRY_NET);
	note_set(e, entry);
	return !there;
}

bool
entries_remove(struct entries *e, const struct entry *entry)
{
	struct column c = column_of(e, entry);
	union item item = item_of(entry);
	struct entry bare;
	bool there;
	size_t i = column_place(&c, &item, &there);
	char *base = column_items(&c);

	if (!there)
		return false;
	bare = *entry;
	bare.comment = bare.owner = bare.ticket = NULL;
	bare.expires = 0;
	note_set(e, &bare);
	if (entry->kind != ENTRY_NET)
		free(*(char **)(void *)(base + i * c.size));
	--*c.count;
	memmove(base + i * c.size, base + (i + 1) * c.size,
	    (*c.count - i) * c.size);
	return true;
}

void
entries_append_note(struct entries *e, const struct entry *entry)
{
	e->notes = mem_grow(e->notes, e->note_count, &e->note_cap,
	    sizeof(*e->notes));
	e->notes[e->note_count++] = note_new(entry);
}

void
entries_append(struct entries *e, const struct entry *entry)
{
	struct column c;

	if (entry->kind == ENTRY_NET && entry->net.family == 4) {
		/* Most of them by far. */
		e->v4 = mem_grow(e->v4, e->v4_count, &e->v4_cap,
		    sizeof(*e->v4));
		e->v4[e->v4_count++] = item_of(entry).v4;
	} else {
		c = column_of(e, entry);
		column_insert(&c, *c.count, item_of(entry),
		    entry->kind != ENTRY_NET);
	}
	if (note_any(entry))
		entries_append_note(e, entry);
}

void
entries_append_block(const struct net *block, void *context)
{
	struct entry entry;

	entry_clear(&entry);
	entry.kind = ENTRY_NET;
	entry.net = *block;
	entries_append(context, &entry);
}

void
entries_append_all(struct entries *to, const struct entries *from)
{
	struct entries_walk walk = { .entries = from };
	struct entry entry;

	while (entries_next(&walk, &entry))
		entries_append(to, &entry);
}

/* Sorts unless sorted already, then drops equal neighbours. */
static size_t
column_settle(struct column *c, bool names)
{
	char *base = column_items(c);
	size_t kept = 0, dropped;
	bool sorted = true;

	for (size_t i = 1; sorted && i < *c->count; i++)
		sorted = c->compare(base + (i - 1) * c->size,
		             base + i * c->size) <= 0;
	if (!sorted && c->compare == range4_compare)
		range4_sort((struct range4 *)(void *)base, *c->count);
	else if (!sorted)
		qsort(base, *c->count, c->size, c->compare);
	for (size_t i = 0; i < *c->count; i++) {
		char *item = base + i * c->size;

		if (kept && !c->compare(base + (kept - 1) * c->size, item)) {
			if (names)
				free(*(char **)(void *)item);
			continue;
		}
		if (kept != i)
			memcpy(base + kept * c->size, item, c->size);
		kept++;
	}
	dropped = *c->count - kept;
	*c->count = kept;
	return dropped;
}

/* Of equal entries the note that was appended first comes first. */
static int
compare_notes(const void *x, const void *y)
{
	const struct note *a = x, *b = y;

	return entry_compare(a->entry, b->entry);
}

/* A stable merge sort: qsort() of glibc is one, others need not be. */
static void
sort_notes(struct note *notes, struct note *spare, size_t count)
{
	size_t half = count / 2, i = 0, j = half, k = 0;

	if (count < 2)
		return;
	sort_notes(notes, spare, half);
	sort_notes(notes + half, spare, count - half);
	memcpy(spare, notes, count * sizeof(*notes));
	while (i < half && j < count)
		notes[k++] = compare_notes(&spare[i], &spare[j]) <= 0
		    ? spare[i++]
		    : spare[j++];
	while (i < half)
		notes[k++] = spare[i++];
	while (j < count)
		notes[k++] = spare[j++];
}

static void
settle_notes(struct entries *e)
{
	struct note *spare;
	size_t kept = 0;

	if (!e->note_count)
		return;
	spare = mem_new(e->note_count, sizeof(*spare));
	sort_notes(e->notes, spare, e->note_count);
	free(spare);
	for (size_t i = 0; i < e->note_count; i++) {
		if (kept && !compare_notes(&e->notes[kept - 1], &e->notes[i]))
			note_free(&e->notes[i]);
		else
			e->notes[kept++] = e->notes[i];
	}
	e->note_count = kept;
}

size_t
entries_settle(struct entries *e)
{
	static const struct entry kinds[] = {
		{ .kind = ENTRY_NET, .net = { .family = 4 } },
		{ .kind = ENTRY_NET, .net = { .family = 6 } },
		{ .kind = ENTRY_DOMAIN },
		{ .kind = ENTRY_LIST },
	};
	size_t dropped = 0;

	for (size_t i = 0; i < 4; i++) {
		struct column c = column_of(e, &kinds[i]);

		dropped += column_settle(&c, kinds[i].kind != ENTRY_NET);
	}
	settle_notes(e);
	return dropped;
}

void
entries_drop_notes(struct entries *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < e->note_count; i++) {
		if (entries_find(e, e->notes[i].entry) == ENTRY_NOWHERE)
			note_free(&e->notes[i]);
		else
			e->notes[kept++] = e->notes[i];
	}
	e->note_count = kept;
}

/* Both are in order. */
void
entries_subtract(struct entries *left, const struct entries *of,
    const struct entries *in)
{
	struct entries_walk walk = { .entries = of }, other = { .entries = in };
	struct entry entry, there;
	bool more = entries_next(&other, &there);

	while (entries_next(&walk, &entry)) {
		while (more && entry_compare(&there, &entry) < 0)
			more = entries_next(&other, &there);
		if (!more || entry_compare(&there, &entry) != 0)
			entries_append(left, &entry);
	}
	entries_settle(left);
}

static void *
copy_items(const void *items, size_t count, size_t size, size_t *cap)
{
	void *copy;

	*cap = count;
	if (!count)
		return NULL;
	copy = mem_resize(NULL, count, size);
	memcpy(copy, items, count * size);
	return copy;
}

static void
copy_names(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		names[i] = mem_text(names[i]);
}

void
entries_copy(struct entries *to, const struct entries *from)
{
	*to = *from;
	to->v4 = copy_items(from->v4, from->v4_count, sizeof(*to->v4),
	    &to->v4_cap);
	to->v6 = copy_items(from->v6, from->v6_count, sizeof(*to->v6),
	    &to->v6_cap);
	to->domains = copy_items(from->domains, from->domain_count,
	    sizeof(*to->domains), &to->domain_cap);
	to->lists = copy_items(from->lists, from->list_count,
	    sizeof(*to->lists), &to->list_cap);
	to->notes = copy_items(from->notes, from->note_count,
	    sizeof(*to->notes), &to->note_cap);
	copy_names(to->domains, to->domain_count);
	copy_names(to->lists, to->list_count);
	for (size_t i = 0; i < to->note_count; i++)
		to->notes[i] = note_new(from->notes[i].entry);
}

static void
free_names(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

void
entries_free(struct entries *e)
{
	free(e->v4);
	free(e->v6);
	free_names(e->domains, e->domain_count);
	free_names(e->lists, e->list_count);
	for (size_t i = 0; i < e->note_count; i++)
		note_free(&e->notes[i]);
	free(e->notes);
	*e = (struct entries){ 0 };
}

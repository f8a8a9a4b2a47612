#include "config.h"

#include <string.h>

#include "note.h"
#include "sort.h"

#define BLOCK 512 /* items that are compared as bytes */

/* --- what makes one of the other ---------------------------------------- */

/* One of the sorted arrays of both. */
struct pair {
	const char *from, *to;
	size_t from_count, to_count;
	size_t size;
	int (*compare)(const void *, const void *);
	bool as_bytes; /* equal items are equal bytes */
	size_t from_before, to_before; /* entries of the arrays in front */
};

struct finding_edits {
	const struct entries *from, *to;
	struct entry_edit *edits;
	size_t count, most;
};

static bool
add_edit(struct finding_edits *f, const struct entries *in, size_t place,
    bool add)
{
	if (f->count == f->most)
		return false;
	entries_at(in, place, &f->edits[f->count].entry);
	f->edits[f->count++].add = add;
	return true;
}

/* How many of the next items are surely equal. */
static size_t
equal_block(const struct pair *p, size_t i, size_t j)
{
	return p->as_bytes && p->from_count - i >= BLOCK &&
	        p->to_count - j >= BLOCK &&
	        !memcmp(p->from + i * p->size, p->to + j * p->size,
	            BLOCK * p->size)
	    ? BLOCK : 0;
}

static bool
compare_pair(struct finding_edits *f, const struct pair *p)
{
	size_t i = 0, j = 0;

	while (i < p->from_count || j < p->to_count) {
		size_t equal = equal_block(p, i, j);
		int order = i == p->from_count ? 1
		    : j == p->to_count         ? -1
		    : equal                    ? 0
		                   : p->compare(p->from + i * p->size,
		                         p->to + j * p->size);

		if (order < 0 && !add_edit(f, f->from, p->from_before + i,
		        false))
			return false;
		if (order > 0 && !add_edit(f, f->to, p->to_before + j, true))
			return false;
		if (order <= 0)
			i += equal ? equal : 1;
		if (order >= 0)
			j += equal ? equal : 1;
	}
	return true;
}

static int
compare_names(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* A comment that came, went or changed on an entry that stays. */
static bool
compare_notes(struct finding_edits *f)
{
	const struct entries *a = f->from, *b = f->to;
	size_t i = 0, j = 0;

	while (i < a->note_count || j < b->note_count) {
		const struct entry *x = i < a->note_count ? a->notes[i].entry
		                                          : NULL;
		const struct entry *y = j < b->note_count ? b->notes[j].entry
		                                          : NULL;
		int order = !x ? 1 : !y ? -1 : entry_compare(x, y);
		const struct entry *entry = order <= 0 ? x : y;
		size_t place;

		i += order <= 0;
		j += order >= 0;
		if (!order && note_equal(x, y))
			continue;
		place = entries_find(b, entry);
		if (place != ENTRY_NOWHERE &&
		    entries_find(a, entry) != ENTRY_NOWHERE &&
		    !add_edit(f, b, place, true))
			return false;
	}
	return true;
}

size_t
entries_edits(const struct entries *from, const struct entries *to,
    struct entry_edit *edits, size_t most)
{
	struct finding_edits f = { from, to, edits, 0, most };
	size_t a4 = from->v4_count, b4 = to->v4_count;
	size_t a6 = a4 + from->v6_count, b6 = b4 + to->v6_count;
	const struct pair pairs[] = {
		{ (const char *)from->v4, (const char *)to->v4,
		  from->v4_count, to->v4_count, sizeof(*from->v4),
		  range4_compare, true, 0, 0 },
		{ (const char *)from->v6, (const char *)to->v6,
		  from->v6_count, to->v6_count, sizeof(*from->v6),
		  range6_compare, true, a4, b4 },
		{ (const char *)from->domains, (const char *)to->domains,
		  from->domain_count, to->domain_count, sizeof(char *),
		  compare_names, false, a6, b6 },
		{ (const char *)from->lists, (const char *)to->lists,
		  from->list_count, to->list_count, sizeof(char *),
		  compare_names, false, a6 + from->domain_count,
		  b6 + to->domain_count },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!compare_pair(&f, &pairs[i]))
			return ENTRY_NOWHERE;
	return compare_notes(&f) ? f.count : ENTRY_NOWHERE;
}

/* --- are they the same? ------------------------------------------------- */

static bool
equal_names(char *const *a, char *const *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static bool
equal_notes(const struct entries *a, const struct entries *b)
{
	for (size_t i = 0; i < a->note_count; i++) {
		const struct entry *x = a->notes[i].entry;
		const struct entry *y = b->notes[i].entry;

		if (entry_compare(x, y) || !note_equal(x, y))
			return false;
	}
	return true;
}

bool
entries_equal(const struct entries *a, const struct entries *b)
{
	if (a->v4_count != b->v4_count || a->v6_count != b->v6_count ||
	    a->domain_count != b->domain_count ||
	    a->list_count != b->list_count || a->note_count != b->note_count)
		return false;
	if (a->v4_count && memcmp(a->v4, b->v4, a->v4_count * sizeof(*a->v4)))
		return false;
	if (a->v6_count && memcmp(a->v6, b->v6, a->v6_count * sizeof(*a->v6)))
		return false;
	return equal_names(a->domains, b->domains, a->domain_count) &&
	    equal_names(a->lists, b->lists, a->list_count) &&
	    equal_notes(a, b);
}

bool
entries_include(const struct entries *entries, const char *list)
{
	for (size_t i = 0; i < entries->list_count; i++)
		if (!strcmp(entries->lists[i], list))
			return true;
	return false;
}

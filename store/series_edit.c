#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "chunk.h"
#include "policy/mem.h"

/* Where a chunk ends depends on its own items alone, so behind an edit the
 * chunks are the same again from the first old end that is an end still. */

struct editing {
	struct chunks old;
	struct saving new;
	const struct entry_edit **edits; /* by entry, equal ones in order */
	size_t count, next;
};

static int
compare_edits(const void *x, const void *y)
{
	const struct entry_edit *a = *(const struct entry_edit *const *)x;
	const struct entry_edit *b = *(const struct entry_edit *const *)y;
	int order = entry_compare(&a->entry, &b->entry);

	return order ? order : a < b ? -1 : a > b;
}

static bool
take_first(struct item_bytes *bytes, void *context)
{
	return item_take_first(bytes, context);
}

static bool
take_entries(struct item_bytes *bytes, void *context)
{
	return item_take_all(bytes, context);
}

/* Is the next edit's entry before what the chunk begins with? */
static bool
is_before(struct editing *e, size_t chunk, bool *before)
{
	struct entry first;

	if (!chunks_load(&e->old, chunk, take_first, &first))
		return false;
	*before = entry_compare(&e->edits[e->next]->entry, &first) < 0;
	return true;
}

/* The last chunk, of those from *chunk on, that begins no later than the next
 * edit's entry; else *chunk stays. */
static bool
find_chunk(struct editing *e, size_t *chunk)
{
	size_t low = *chunk, high = chunks_count(&e->old);

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		bool before;

		if (!is_before(e, mid, &before))
			return false;
		if (before)
			high = mid;
		else
			low = mid;
	}
	*chunk = low;
	return true;
}

static void
edit_entries(struct entries *entries, const struct entry_edit *edit)
{
	if (edit->add)
		entries_add(entries, &edit->entry);
	else
		entries_remove(entries, &edit->entry);
}

/* The items of one old chunk, with the edits that fall among them. */
static bool
edit_chunk(struct editing *e, size_t chunk)
{
	size_t count = chunks_count(&e->old);
	struct entries entries = { 0 };
	bool ok = chunk >= count ||
	    chunks_load(&e->old, chunk, take_entries, &entries);
	bool mine = ok;

	entries_settle(&entries);
	while (ok && e->next < e->count) {
		if (chunk + 1 < count)
			ok = is_before(e, chunk + 1, &mine);
		if (!ok || !mine)
			break;
		edit_entries(&entries, e->edits[e->next++]);
	}
	ok = ok && saving_add_entries(&e->new, &entries);
	entries_free(&entries);
	return ok;
}

static bool
keep(struct editing *e, size_t *chunk, size_t end)
{
	for (; *chunk < end; ++*chunk)
		if (!saving_keep(&e->new, chunks_id(&e->old, *chunk)))
			return false;
	return true;
}

static bool
edit_all(struct editing *e)
{
	size_t chunk = 0, found, count = chunks_count(&e->old);

	while (e->next < e->count) {
		found = chunk;
		if (!find_chunk(e, &found) || !keep(e, &chunk, found))
			return false;
		do {
			if (!edit_chunk(e, chunk++))
				return false;
		} while (e->new.items && chunk < count);
	}
	return keep(e, &chunk, count);
}

bool
series_edit(struct db *db, const struct entry_edits *edits, int64_t *id,
    struct digest *digest, struct err *err)
{
	struct editing e = { .old = { .db = db, .err = err },
		.new = { .db = db, .err = err }, .count = edits->count };
	bool ok = chunks_open(&e.old, *id);

	e.edits = mem_new(edits->count, sizeof(*e.edits));
	for (size_t i = 0; i < edits->count; i++)
		e.edits[i] = &edits->items[i];
	qsort(e.edits, e.count, sizeof(*e.edits), compare_edits);
	ok = saving_end(&e.new, ok && edit_all(&e), id, digest);
	chunks_free(&e.old);
	free(e.edits);
	return ok;
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "chunk.h"

static int
compare_ids(const void *x, const void *y)
{
	return memcmp(x, y, 8);
}

static bool
take_entries(struct item_bytes *bytes, void *context)
{
	return item_take_all(bytes, context);
}

/* Entries of the chunks that the one has and the other, whose ids are sorted,
 * has not. */
static bool
load_others(struct chunks *of, const struct buf *in, struct entries *entries)
{
	bool ok = true;

	for (size_t i = 0; ok && i < chunks_count(of); i++) {
		if (in->len && bsearch(of->ids.data + 8 * i, in->data,
		        in->len / 8, 8, compare_ids))
			continue;
		ok = chunks_load(of, i, take_entries, entries);
	}
	entries_settle(entries);
	return ok;
}

static void
sort_ids(struct buf *ids)
{
	if (ids->len)
		qsort(ids->data, ids->len / 8, 8, compare_ids);
}

bool
series_added(struct db *db, int64_t old, int64_t new, struct entries *added,
    struct err *err)
{
	struct chunks from = { .db = db, .err = err };
	struct chunks to = { .db = db, .err = err };
	struct entries before = { 0 }, after = { 0 };
	bool ok = (!old || chunks_open(&from, old)) &&
	    (!new || chunks_open(&to, new));

	sort_ids(&from.ids);
	sort_ids(&to.ids);
	ok = ok && load_others(&to, &from.ids, &after) &&
	    load_others(&from, &to.ids, &before);
	if (ok)
		entries_subtract(added, &after, &before);
	entries_free(&before);
	entries_free(&after);
	chunks_free(&from);
	chunks_free(&to);
	return ok;
}

static bool
take_first(struct item_bytes *bytes, void *context)
{
	return item_take_first(bytes, context);
}

/* The last chunk that begins no later than the entry. */
static bool
find_chunk(struct chunks *c, const struct entry *entry, size_t *chunk)
{
	size_t low = 0, high = chunks_count(c);

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		struct entry first;

		if (!chunks_load(c, mid, take_first, &first))
			return false;
		if (entry_compare(entry, &first) < 0)
			high = mid;
		else
			low = mid;
	}
	*chunk = low;
	return true;
}

bool
series_holds(struct db *db, int64_t id, const struct entry *entry,
    bool *holds, struct err *err)
{
	struct chunks c = { .db = db, .err = err };
	struct entries entries = { 0 };
	size_t chunk;
	bool ok = !id || chunks_open(&c, id);

	*holds = false;
	if (ok && chunks_count(&c)) {
		ok = find_chunk(&c, entry, &chunk) &&
		    chunks_load(&c, chunk, take_entries, &entries);
		entries_settle(&entries);
		*holds = ok &&
		    entries_find(&entries, entry) != ENTRY_NOWHERE;
	}
	entries_free(&entries);
	chunks_free(&c);
	return ok;
}

#include "config.h"

#include <string.h>

#include "format.h"
#include "policy/set.h"

/* The fewest blocks, then what is no address. */
static void
merge(struct entries *merged, const struct entries *entries)
{
	struct entry entry;
	struct set set;

	set_of_entries(&set, entries);
	set_blocks(&set, entries_append_block, merged);
	set_free(&set);
	for (size_t n = entries->v4_count + entries->v6_count;
	     n < entries_count(entries); n++) {
		entries_at(entries, n, &entry);
		entries_append(merged, &entry);
	}
	entries_settle(merged);
}

bool
export_entries(struct buf *buf, const struct entries *entries,
    const char *name, bool merged, struct err *err)
{
	const struct format *format = format_find(name ? name : "plain");
	struct entries fewest = { 0 };
	bool ok;

	if (!format || !format->write)
		return format_unknown(name, true, err);
	if (merged)
		merge(&fewest, entries);
	ok = format->write(buf, merged ? &fewest : entries, err);
	entries_free(&fewest);
	return ok;
}

#include "config.h"

#include <string.h>

#include "import.h"
#include "policy/set.h"

static void
add_line(struct buf *buf, const struct entry *entry)
{
	entry_add(buf, entry);
	if (entry->comment)
		buf_addf(buf, "  # %s", entry->comment);
	buf_addc(buf, '\n');
}

static void
add_block(const struct net *block, void *context)
{
	struct buf *buf = context;

	net_add(buf, block);
	buf_addc(buf, '\n');
}

/* The fewest blocks, then what is no address. */
static void
add_merged(struct buf *buf, const struct entries *entries)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;
	struct set set;

	set_of_entries(&set, entries);
	set_blocks(&set, add_block, buf);
	set_free(&set);
	while (entries_next(&walk, &entry))
		if (entry.kind != ENTRY_NET)
			add_line(buf, &entry);
}

bool
export_entries(struct buf *buf, const struct entries *entries,
    const char *format, bool merged, struct err *err)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	if (format && strcmp(format, "plain") != 0)
		return fail_as(err, ERR_USAGE,
		    "there is no format '%.40s'; known: plain", format);
	if (merged) {
		add_merged(buf, entries);
		return true;
	}
	while (entries_next(&walk, &entry))
		add_line(buf, &entry);
	return true;
}

#include "config.h"

#include <string.h>

#include "dialogs.h"
#include "entry_pane.h"
#include "policy/note.h"
#include "policy/set.h"
#include "store/origin.h"

/* --- the entry that covers an address ------------------------------------ */

/* The narrowest, or ENTRY_NOWHERE. */
static size_t
find_cover(const struct entries *entries, const struct net *address)
{
	struct entries_walk walk = { .entries = entries };
	size_t best = ENTRY_NOWHERE;
	u128 size = 0;
	struct entry entry;

	while (entries_next(&walk, &entry)) {
		u128 wide = entry.net.last - entry.net.first;

		if (entry.kind != ENTRY_NET ||
		    !net_holds(&entry.net, address->family, address->first) ||
		    (best != ENTRY_NOWHERE && wide >= size))
			continue;
		best = walk.place - 1;
		size = wide;
	}
	return best;
}

static bool
check_covered(struct dialog *prompt, const char *text, struct err *err)
{
	struct entry_pane *pane = prompt->owner->state;
	struct net address;
	size_t place;

	if (!net_parse_addr(&address, text, strlen(text), err))
		return false;
	place = find_cover(pane->entries, &address);
	if (place == ENTRY_NOWHERE)
		return fail(err, "no entry of this list covers %s", text);
	table_reset(&pane->table, pane->table.rows);
	table_go(&pane->table, place);
	return true;
}

static void
on_covered(struct dialog *owner, struct dialog *dialog, bool ok)
{
	(void)dialog;
	owner->stale = ok;
}

/* --- where an entry comes from -------------------------------------------- */

static void
say_origin(struct dialog *dialog)
{
	struct entry_pane *pane = dialog->state;
	struct buf text = { 0 };
	struct origin origin;
	struct entry entry;
	struct err err;
	size_t row;
	bool found;

	if (!table_row(&pane->table, &row))
		return;
	entries_at(pane->entries, row, &entry);
	entry_add(&text, &entry);
	if (!pane->target.name[0] ||
	    entries_find(&pane->before, &entry) == ENTRY_NOWHERE) {
		app_say(dialog->app, 'i', "%s is not stored yet",
		    buf_text(&text));
	} else if (!store_origin(dialog->app->store, &pane->target, &entry,
	               &origin, &found, &err)) {
		app_fail(dialog->app, &err);
	} else if (found) {
		buf_add(&text, "  ");
		origin_add(&text, &origin);
		app_say(dialog->app, 'i', "%s", buf_text(&text));
		origin_clear(&origin);
	} else {
		app_say(dialog->app, 'i', "%s: its origin is not known",
		    buf_text(&text));
	}
	buf_free(&text);
}

/* --- merging ------------------------------------------------------------ */

static void
append_block(const struct net *block, void *context)
{
	struct entry entry = { .kind = ENTRY_NET, .net = *block };

	entries_append(context, &entry);
}

/* The same addresses as the fewest blocks.  An entry that stays keeps what is
 * noted beside it; names stay. */
static void
merge(struct entries *merged, const struct entries *from)
{
	struct entries_walk walk = { .entries = from };
	struct entry entry;
	struct set set;

	set_of_entries(&set, from);
	set_blocks(&set, append_block, merged);
	set_free(&set);
	while (entries_next(&walk, &entry))
		if (entry.kind != ENTRY_NET)
			entries_append(merged, &entry);
		else if (note_any(&entry))
			entries_append_note(merged, &entry);
	entries_settle(merged);
	entries_drop_notes(merged);
}

static void
on_merge(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct entry_pane *pane = owner->state;
	struct entries merged = { 0 };

	(void)dialog;
	if (!ok)
		return;
	merge(&merged, pane->entries);
	entries_free(pane->entries);
	*pane->entries = merged;
	entry_pane_reset(pane);
	dialog_touch(owner);
	app_say(owner->app, 'i', "merged; OK stores it");
}

static void
ask_merge(struct dialog *dialog)
{
	struct entry_pane *pane = dialog->state;
	size_t count = entries_count(pane->entries), notes;
	struct entries merged = { 0 };
	struct buf text = { 0 };

	merge(&merged, pane->entries);
	notes = pane->entries->note_count - merged.note_count;
	if (entries_count(&merged) >= count) {
		app_say(dialog->app, 'i', "there is nothing to merge");
		entries_free(&merged);
		return;
	}
	buf_add_grouped(&text, count);
	buf_add(&text, " entries become ");
	buf_add_grouped(&text, entries_count(&merged));
	buf_add(&text, "; nobody gains or loses by it.");
	if (notes) {
		buf_add(&text, " What is noted beside ");
		buf_add_grouped(&text, notes);
		buf_add(&text, " of them is lost.");
	}
	ask_open(dialog->app, "Merge into the fewest blocks?",
	    buf_text(&text), NULL, on_merge);
	buf_free(&text);
	entries_free(&merged);
}

bool
entry_pane_more(struct dialog *dialog, int id)
{
	struct prompt prompt = { .title = "Find an address",
		.label = "Go to the entry that covers this address:",
		.check = check_covered };

	if (id == PANE_FIND)
		prompt_open(dialog->app, &prompt, on_covered);
	else if (id == PANE_ORIGIN)
		say_origin(dialog);
	else if (id == PANE_MERGE && app_may_edit(dialog->app))
		ask_merge(dialog);
	return id >= PANE_FIND && id <= PANE_MERGE;
}

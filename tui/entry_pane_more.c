#include "config.h"

#include <string.h>

#include "dialogs.h"
#include "entry_pane.h"
#include "store/origin.h"

/* Milliseconds that are not felt as waiting. */
#define FELT 100

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

/* --- where an entry comes from ------------------------------------------- */

/* "; last mail ..."; of a long record it is waited for a moment alone. */
static void
add_mail(struct buf *text, struct entry_pane *pane, const struct entry *entry)
{
	struct entry_facts *facts = &pane->facts;
	struct mail_use use;

	if (entry->kind != ENTRY_NET)
		return;
	if (!facts_mail(facts) && !beside_await(&facts->mail.beside, FELT)) {
		buf_add(text, "; ask again for its last mail, which takes "
		    "time to find");
		return;
	}
	if (!facts->mail.last.any)
		return;
	facts_use(facts, entry, &use);
	buf_add(text, "; ");
	mail_use_say(text, &facts->mail.last, &use);
}

static void
say_found(struct entry_pane *pane, const struct origin *origin,
    const struct entry *entry, struct buf *text)
{
	struct buf mail = { 0 };

	buf_add(text, "  ");
	origin_add(text, origin);
	add_mail(&mail, pane, entry);
	origin_line_ask(&pane->line, pane->facts.app, origin, entry,
	    &(struct origin_said){ buf_text(text), buf_text(&mail) });
	buf_free(&mail);
}

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
		say_found(pane, &origin, &entry, &text);
		origin_clear(&origin);
	} else {
		buf_add(&text, ": its origin is not known");
		add_mail(&text, pane, &entry);
		app_say(dialog->app, 'i', "%s", buf_text(&text));
	}
	buf_free(&text);
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
		merge_open(dialog->app, dialog->state);
	else if (id == PANE_SORT)
		sort_open(dialog->app, dialog->state);
	else if (id == PANE_CARRY && app_may_edit(dialog->app))
		carry_open(dialog, dialog->state);
	return id >= PANE_FIND && id <= PANE_CARRY;
}

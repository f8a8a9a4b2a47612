#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dialogs.h"
#include "entry_pane.h"
#include "policy/expire.h"
#include "policy/mem.h"
#include "policy/note.h"
#include "policy/set.h"
#include "store/import.h"

static const struct column pane_columns[] = {
	{ "Address, subnet, range, domain or list", 43, false, 0, },
	{ "Addresses", 11, true, 64, },
	{ "Last mail", 11, false, -64, },
	{ "Comment", 0, false, 72, },
	{ NULL, 0, false, 0, },
};

void
entry_add_size(struct buf *out, const struct entry *entry)
{
	struct count count = { 0 };

	if (entry->kind != ENTRY_NET) {
		buf_add(out, entry->kind == ENTRY_LIST ? "list" : "?");
		return;
	}
	count.low = entry->net.last - entry->net.first + 1;
	count.all6 = count.low == 0;
	count_add(out, count);
}

/* The comment, and what else is noted; that it has expired first. */
static void
add_notes(struct buf *out, const struct entry *entry)
{
	static const char *const words[] = { "", "owner ", "ticket ",
		"until " };

	if (entry_expired(entry, store_now()))
		buf_add(out, "EXPIRED");
	for (int i = 0; i < NOTES; i++) {
		struct buf text = { 0 };

		note_add(&text, entry, (enum note_kind)i);
		if (text.len)
			buf_addf(out, "%s%s%s", out->len ? ", " : "", words[i],
			    buf_text(&text));
		buf_free(&text);
	}
}

/* The first one that is drawn has it read. */
static void
add_mail(struct buf *out, struct entry_pane *pane, const struct entry *entry)
{
	struct mail_use use;

	if (!facts_mail(&pane->facts)) {
		buf_add(out, "...");
		return;
	}
	facts_use(&pane->facts, entry, &use);
	mail_use_add(out, &use);
}

static void
pane_cell(void *context, size_t row, int column, struct buf *out)
{
	struct entry_pane *pane = context;
	struct entry entry;

	entries_at(pane->entries, row, &entry);
	if (column == 0)
		entry_add(out, &entry);
	else if (column == 1)
		entry_add_size(out, &entry);
	else if (column == 2)
		add_mail(out, pane, &entry);
	else
		add_notes(out, &entry);
}

static enum role
pane_look(void *context, size_t row, char *mark)
{
	const struct entry_pane *pane = context;
	struct entry entry;

	entries_at(pane->entries, row, &entry);
	if (entries_find(&pane->before, &entry) == ENTRY_NOWHERE)
		*mark = '+';
	else if (entry.kind == ENTRY_DOMAIN ||
	    entry_expired(&entry, store_now()))
		*mark = '!';
	return ROLE_TEXT;
}

void
entry_pane_start(struct entry_pane *pane, struct app *app,
    struct entries *entries, const struct slot *slot, const char *title)
{
	pane->entries = entries;
	pane->slot = slot;
	pane->title = title;
	entries_copy(&pane->before, entries);
	pane->table.columns = pane_columns;
	pane->table.cell = pane_cell;
	pane->table.look = pane_look;
	pane->table.context = pane;
	pane->table.marks = true;
	pane->table.empty = "The list is empty.\n\n  a  add an entry\n"
	                    "  i  import a file, or paste lines here";
	entry_pane_look(pane, app);
	entry_pane_reset(pane);
}

void
entry_pane_target(struct entry_pane *pane, bool is_list, const char *name)
{
	pane->target.is_list = is_list;
	pane->target.slot = is_list ? NULL : pane->slot;
	snprintf(pane->target.name, sizeof(pane->target.name), "%s", name);
}

void
entry_pane_renew(struct entry_pane *pane, struct entries *entries)
{
	size_t row;
	bool any = table_row(&pane->table, &row);

	facts_forget(&pane->facts);
	entries_free(&pane->before);
	pane->entries = entries;
	pane->facts.shown = entries;
	entries_copy(&pane->before, entries);
	entry_pane_reset(pane);
	if (any && row < entries_count(entries))
		table_go(&pane->table, row);
}

void
entry_pane_reset(struct entry_pane *pane)
{
	struct scroll *scroll = &pane->table.scroll;
	size_t at = scroll->cursor;

	facts_edited(&pane->facts);
	table_reset(&pane->table, entries_count(pane->entries));
	if (!pane->order)
		return;
	entry_pane_sort(pane, pane->order);
	scroll->cursor = at < scroll->count || !at ? at : scroll->count - 1;
}

bool
entry_pane_changed(const struct entry_pane *pane)
{
	return !entries_equal(pane->entries, &pane->before);
}

void
entry_pane_clear(struct entry_pane *pane)
{
	facts_forget(&pane->facts);
	sift_clear(&pane->sift);
	origin_line_clear(&pane->line);
	table_clear(&pane->table);
	entries_free(&pane->before);
}

/* OK in the Computer dialog: old is what the new entry replaces, or NULL. */
static bool
take_entry(struct dialog *owner, const struct entry *old,
    const struct entry *entry, struct err *err)
{
	struct entry_pane *pane = owner->state;

	if (pane->slot &&
	    !slot_check(pane->slot, owner->app->draft, entry, err))
		return false;
	if ((!old || entry_compare(old, entry) != 0) &&
	    entries_find(pane->entries, entry) != ENTRY_NOWHERE)
		return fail(err, "this entry is in the list already");
	if (old)
		entries_remove(pane->entries, old);
	entries_add(pane->entries, entry);
	entry_pane_reset(pane);
	table_go(&pane->table, entries_find(pane->entries, entry));
	dialog_touch(owner);
	return true;
}

static void
add_or_edit(struct dialog *dialog, bool edit)
{
	struct entry_pane *pane = dialog->state;
	struct computer_order order = { .title = edit ? "Edit" : "Add",
		.only_addresses = pane->slot && pane->slot->only_addresses,
		.in_list = !pane->slot, .take = take_entry, };
	struct entry entry;
	size_t row;

	if (edit && !table_row(&pane->table, &row))
		return;
	if (edit) {
		entries_at(pane->entries, row, &entry);
		order.entry = &entry;
	}
	computer_open(dialog->app, &order);
}

/* Everything but the rows, which are in order. */
static void
remove_rows(struct entries *entries, const size_t *rows, size_t count)
{
	struct entries left = { 0 };
	size_t all = entries_count(entries), i, next = 0;
	struct entry entry;

	for (i = 0; i < all; i++) {
		if (next < count && rows[next] == i) {
			next++;
			continue;
		}
		entries_at(entries, i, &entry);
		entries_append(&left, &entry);
	}
	entries_settle(&left);
	entries_free(entries);
	*entries = left;
}

static void
remove_chosen(struct dialog *dialog)
{
	struct entry_pane *pane = dialog->state;
	struct entry entry;
	size_t count;
	size_t *rows = table_chosen(&pane->table, &count);

	if (count == 1) {
		entries_at(pane->entries, rows[0], &entry);
		entries_remove(pane->entries, &entry);
	} else if (count > 1) {
		remove_rows(pane->entries, rows, count);
	}
	free(rows);
	if (!count)
		return;
	entry_pane_reset(pane);
	dialog_touch(dialog);
	app_say(dialog->app, 'i', "%zu %s removed from the list; OK stores it",
	    count, count == 1 ? "entry" : "entries");
}

static bool
write_file(const char *path, const struct buf *text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	size_t done = 0;
	ssize_t n = 0;

	if (fd < 0)
		return fail(err, "%s: %s%s", path, strerror(errno),
		    errno == EEXIST ? "; give another name" : "");
	while (done < text->len &&
	    (n = write(fd, text->data + done, text->len - done)) > 0)
		done += (size_t)n;
	if (fsync(fd) != 0 || close(fd) != 0 || done < text->len)
		return fail(err, "%s: %s", path, strerror(errno));
	return true;
}

static bool
check_export(struct dialog *prompt, const char *path, struct err *err)
{
	struct entry_pane *pane = prompt->owner->state;
	struct buf text = { 0 };
	bool ok = export_entries(&text, pane->entries, NULL, false, err) &&
	    write_file(path, &text, err);

	buf_free(&text);
	return ok;
}

static void
on_export(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct entry_pane *pane = owner->state;

	if (ok)
		app_say(owner->app, 'i', "%zu entries written to %s",
		    entries_count(pane->entries), prompt_text(dialog));
}

/* The import dialog has judged them; takes those that are new. */
static bool
take_entries(struct dialog *owner, const struct entries *entries,
    struct err *err)
{
	struct entry_pane *pane = owner->state;
	size_t count = entries_count(entries), i;
	struct entry entry;

	for (i = 0; pane->slot && i < count; i++) {
		entries_at(entries, i, &entry);
		if (!slot_check(pane->slot, owner->app->draft, &entry, err))
			return false;
	}
	for (i = 0; i < count; i++) {
		entries_at(entries, i, &entry);
		if (entries_find(&pane->before, &entry) == ENTRY_NOWHERE ||
		    note_any(&entry))
			entries_append(pane->entries, &entry);
	}
	entries_settle(pane->entries);
	entry_pane_reset(pane);
	dialog_touch(owner);
	return true;
}

static struct import_order
import_order(const struct dialog *dialog)
{
	const struct entry_pane *pane = dialog->state;
	struct import_order order = { .title = pane->title,
		.present = pane->entries, .take = take_entries,
		.targeted = pane->target.name[0] != '\0',
		.target = pane->target, };

	return order;
}

bool
entry_pane_act(struct dialog *dialog, int id)
{
	struct prompt prompt = { .title = "Export",
		.label = "Write the list to this new file, one entry a line:",
		.check = check_export, };
	struct import_order order = import_order(dialog);

	if (entry_pane_more(dialog, id))
		return true;
	if (id != PANE_REFRESH && (id < PANE_ADD || id > PANE_EXPORT))
		return false;
	if (id == PANE_EXPORT)
		prompt_open(dialog->app, &prompt, on_export);
	else if (!app_may_edit(dialog->app))
		return true;
	else if (id == PANE_REMOVE)
		remove_chosen(dialog);
	else if (id == PANE_IMPORT)
		import_open(dialog->app, &order);
	else if (id == PANE_REFRESH)
		refresh_open(dialog->app, &order);
	else
		add_or_edit(dialog, id == PANE_EDIT);
	return true;
}

void
entry_pane_paste(struct dialog *dialog, const char *text, size_t len)
{
	struct import_order order = import_order(dialog);

	order.text = text;
	order.len = len;
	if (app_may_edit(dialog->app))
		import_open(dialog->app, &order);
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "entry_pane.h"
#include "policy/mem.h"
#include "policy/set.h"
#include "store/import.h"

struct import_state {
	struct import_order order;
	struct buf text;  /* what is judged; ours */
	struct import result;
	bool judged, widen, skip;
	struct table table; /* bad lines, then what would be added */
	struct caption counts, holds, reason;
	char *source; /* "list.txt", "what was pasted" */
};

#define AT(member) offsetof(struct import_state, member)

enum { REJUDGE = ID_OWN };

static bool
has_bad(const void *value)
{
	const struct import_state *state = value;

	return state->result.bad_count > 0;
}

static const struct control import_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, 0 },
	    .offset = AT(counts), },
	{ .kind = CONTROL_CAPTION, .at = { 0, 1, 0, 0 }, .offset = AT(holds), },
	{ .kind = CONTROL_TABLE, .at = { 0, 2, 0, REST(5) },
	    .text = "Bad lines first, then what is in the file",
	    .offset = AT(table), },
	{ .kind = CONTROL_CAPTION, .at = { 0, -5, 0, 2 },
	    .offset = AT(reason), },
	{ .kind = CONTROL_CHECK, .at = { 0, -3, 0, 0 },
	    .text = "&Widen: drop host bits, read 192.0.2. and 192.0.2 as "
	            "blocks",
	    .offset = AT(widen), .id = REJUDGE, },
	{ .kind = CONTROL_CHECK, .at = { 0, -2, 0, 0 },
	    .text = "&Skip the bad lines and take the others",
	    .offset = AT(skip), .alive = has_bad,
	    .hint = "off: all or nothing", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 11, 0 }, .text = "&Apply",
	    .id = ID_OK,
	    .hint = "into the dialog below; its OK stores it in the draft", },
	{ .kind = CONTROL_BUTTON, .at = { 11, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static const struct column import_columns[] = {
	{ "Line", 8, true, 0, },
	{ "Text", 26, false, 0, },
	{ "What", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
add_bad(struct buf *out, const struct bad_line *bad, int column)
{
	if (column == 0)
		buf_add_grouped(out, bad->number);
	else
		buf_add(out, column == 1 ? bad->text : bad->reason);
}

static void
import_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct import_state *state = context;
	const struct import *result = &state->result;
	struct entry entry;

	if (row < result->bad_count) {
		add_bad(out, &result->bad[row], column);
		return;
	}
	entries_at(&result->entries, row - result->bad_count, &entry);
	if (column == 1)
		entry_add(out, &entry);
	else if (column == 2 && entry.comment)
		buf_add(out, entry.comment);
}

static enum role
import_look(void *context, size_t row, char *mark)
{
	const struct import_state *state = context;
	struct entry entry;

	if (row < state->result.bad_count) {
		*mark = 'X';
		return ROLE_STRONG;
	}
	entries_at(&state->result.entries, row - state->result.bad_count,
	    &entry);
	*mark = entries_find(state->order.present, &entry) == ENTRY_NOWHERE
	    ? '+'
	    : '=';
	return ROLE_TEXT;
}

static void
add_count(struct buf *out, const char *label, size_t number)
{
	buf_addf(out, "%s ", label);
	buf_add_grouped(out, number);
	buf_add(out, "   ");
}

static void
show_counts(struct import_state *state)
{
	const struct import *result = &state->result;
	struct set set = { 0 };
	struct buf text = { 0 };

	add_count(&text, "Lines", result->lines);
	add_count(&text, "=  New", result->added);
	add_count(&text, "Known", result->known);
	add_count(&text, "Twice", result->repeated);
	add_count(&text, "Bad", result->bad_count);
	add_count(&text, "Comments and blank", result->blank);
	caption_set(&state->counts,
	    result->bad_count ? ROLE_STRONG : ROLE_TEXT, buf_text(&text));
	buf_clear(&text);
	set_of_entries(&set, &result->entries);
	buf_add(&text, "Holds ");
	count_add(&text, set_count(&set, 4));
	buf_add(&text, " IPv4 and ");
	count_add(&text, set_count(&set, 6));
	buf_addf(&text, " IPv6 addresses   (read as %s)",
	    result->format ? result->format : "plain");
	caption_set(&state->holds, ROLE_TEXT, buf_text(&text));
	set_free(&set);
	buf_free(&text);
}

/* The whole of what the row under the cursor says. */
static void
import_moved(struct dialog *dialog)
{
	struct import_state *state = dialog->state;
	struct buf text = { 0 };
	size_t row;

	if (table_row(&state->table, &row) && row < state->result.bad_count)
		buf_addf(&text, "X line %zu: %s", state->result.bad[row].number,
		    state->result.bad[row].reason);
	caption_set(&state->reason, ROLE_STRONG, buf_text(&text));
	buf_free(&text);
}

static bool
judge(struct import_state *state, struct err *err)
{
	struct import_rules rules = { .widen = state->widen, };

	import_free(&state->result);
	memset(&state->result, 0, sizeof(state->result));
	state->judged = import_judge(&state->result, buf_text(&state->text),
	    state->text.len, &rules, state->order.present, err);
	table_reset(&state->table,
	    state->result.bad_count + entries_count(&state->result.entries));
	show_counts(state);
	return state->judged;
}

static void
import_act(struct dialog *dialog, int id)
{
	struct err err;

	if (id == REJUDGE && !judge(dialog->state, &err))
		app_fail(dialog->app, &err);
	dialog->changed = false;
}

static bool
import_accept(struct dialog *dialog)
{
	struct import_state *state = dialog->state;
	struct import *result = &state->result;
	struct err err;

	if (result->bad_count && !state->skip) {
		app_say(dialog->app, '!', "%zu bad lines: mend the file, or "
		    "tick Skip", result->bad_count);
		return false;
	}
	if (!state->judged ||
	    !state->order.take(dialog->owner, &result->entries, &err)) {
		app_fail(dialog->app, &err);
		return false;
	}
	app_say(dialog->app, 'i', "%zu entries added from %s; OK stores them",
	    result->added, state->source);
	return true;
}

static void
import_clear(void *value)
{
	struct import_state *state = value;

	import_free(&state->result);
	table_clear(&state->table);
	buf_free(&state->text);
	buf_free(&state->counts.text);
	buf_free(&state->holds.text);
	buf_free(&state->reason.text);
	free(state->source);
}

const struct dialog_type import_type = {
	.title = "Import",
	.least_h = 11,
	.size = sizeof(struct import_state),
	.controls = import_controls,
	.refresh = import_moved,
	.moved = import_moved,
	.act = import_act,
	.accept = import_accept,
	.clear = import_clear,
};

/* Takes over the text. */
static void
preview(struct app *app, const struct import_order *order, struct buf *text,
    const char *source)
{
	struct dialog *dialog = dialog_open(app, &import_type, NULL);
	struct import_state *state = dialog->state;
	struct err err;

	snprintf(dialog->title, sizeof(dialog->title), "Import %.50s into %s",
	    source, order->title);
	state->order = *order;
	state->text = *text;
	state->source = mem_text(source);
	state->table.columns = import_columns;
	state->table.cell = import_cell;
	state->table.look = import_look;
	state->table.context = state;
	state->table.empty = "Nothing to import is in it.";
	if (judge(state, &err))
		return;
	dialog_close(dialog, false);
	app_reap(app);
	app_fail(app, &err);
}

static bool
check_file(struct dialog *prompt, const char *path, struct err *err)
{
	struct buf text = { 0 };
	bool ok = import_read_file(&text, path, err);

	(void)prompt;
	buf_free(&text);
	return ok;
}

static void
on_file(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct buf text = { 0 };
	struct err err;

	if (!ok)
		return;
	if (import_read_file(&text, prompt_text(dialog), &err)) {
		preview(owner->app, prompt_context(dialog), &text,
		    prompt_text(dialog));
		return;
	}
	buf_free(&text);
	app_fail(owner->app, &err);
}

void
import_open(struct app *app, const struct import_order *order)
{
	struct prompt prompt = { .title = "Import",
		.label = "Read entries from this file, one a line:",
		.check = check_file, .context = order,
		.context_size = sizeof(*order), };
	struct buf text = { 0 };

	if (order->text) {
		buf_addn(&text, order->text, order->len);
		preview(app, order, &text, "what was pasted");
		return;
	}
	prompt_open(app, &prompt, on_file);
}

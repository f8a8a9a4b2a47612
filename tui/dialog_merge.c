#include "config.h"

#include <stdlib.h>

#include "beside.h"
#include "dialog_types.h"
#include "entry_merge.h"
#include "entry_pane.h"

/* Milliseconds that are waited before anything is shown of it. */
#define FELT 50

/* What merging would make of a list, before it does; found out beside the
 * loop. */
struct merge_state {
	struct table table;
	struct dialog *dialog;
	struct entry_pane *pane;
	struct entries of; /* a copy, for the thread */
	size_t *places, count; /* the marked ones; NULL: all */
	struct merge merge;
	struct beside beside;
	int64_t began;
	bool made;
	struct caption text, notes;
};

#define AT(member) offsetof(struct merge_state, member)
/* So many of the entries that become one are named. */
#define NAMED 4

static const struct control merge_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, 0 }, .offset = AT(text), },
	{ .kind = CONTROL_CAPTION, .at = { 0, 1, 0, 0 },
	    .offset = AT(notes), },
	{ .kind = CONTROL_TABLE, .at = { 0, 2, 0, REST(2) },
	    .text = "What would be merged", .offset = AT(table), .id = ID_NONE,
	},
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_BUTTON, .at = { 12, -1, 0, 0 }, .text = "&Merge",
	    .id = ID_OK, .hint = "the list's OK stores it, as one step", },
	{ .kind = CONTROL_END, },
};

static const struct column merge_columns[] = {
	{ "Becomes", 0, false, 0, },
	{ "Entries", 14, true, 0, },
	{ "Instead of", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
add_named(struct buf *out, const struct merge *merge,
    const struct merge_row *row)
{
	struct entry entry;

	for (size_t i = 0; i < row->count && i < NAMED; i++) {
		entries_at(&merge->from, row->first + i, &entry);
		buf_add(out, i ? ", " : "");
		entry_add(out, &entry);
	}
	if (row->count > NAMED)
		buf_add(out, ", ...");
}

static void
merge_cell(void *context, size_t place, int column, struct buf *out)
{
	const struct merge *merge = context;
	const struct merge_row *row = &merge->rows[place];

	if (column == 0) {
		net_add(out, &row->span);
	} else if (column == 1) {
		buf_add_grouped(out, row->count);
		buf_add(out, " -> ");
		buf_add_grouped(out, row->blocks);
	} else {
		add_named(out, merge, row);
	}
}

/* --- in the thread ----------------------------------------------------- */

static bool
goes_on(size_t done, size_t total, void *context)
{
	struct merge_state *state = context;

	return beside_note(&state->beside, done, total);
}

static void
run(void *context)
{
	struct merge_state *state = context;
	struct merge_order order = { &state->of, state->places, state->count,
		goes_on, state };

	state->made = merge_make(&state->merge, &order);
}

/* --- in the loop ------------------------------------------------------- */

/* The thread is not looked at before it has ended. */
static bool
is_made(const struct merge_state *state)
{
	return !state->beside.going && state->made;
}

static bool
merge_accept(struct dialog *dialog)
{
	struct merge_state *state = dialog->state;
	struct entry_pane *pane = state->pane;

	if (!is_made(state)) {
		app_say(dialog->app, '!', "wait until all are looked at, or "
		    "Esc");
		return false;
	}
	entries_free(pane->entries);
	*pane->entries = state->merge.result;
	state->merge.result = (struct entries){ 0 };
	entry_pane_reset(pane);
	dialog_touch(dialog->owner);
	app_say(dialog->app, 'i', "%zu entries became %zu; OK stores it",
	    state->merge.before, state->merge.after);
	return true;
}

/* The list may have become another one: somebody else's step. */
static void
merge_reload(struct dialog *dialog)
{
	struct merge_state *state = dialog->state;

	if (entries_equal(state->pane->entries, &state->of))
		return;
	app_say(dialog->app, '!', "the list has changed; m looks at it anew");
	dialog_close(dialog, false);
}

static void
on_tick(void *context)
{
	struct merge_state *state = context;

	state->dialog->stale = true;
	loop_after(state->dialog->app->loop, 250, on_tick, state);
}

static void
merge_clear(void *value)
{
	struct merge_state *state = value;

	loop_cancel(state->dialog->app->loop, on_tick, state);
	beside_clear(&state->beside);
	table_clear(&state->table);
	merge_free(&state->merge);
	entries_free(&state->of);
	free(state->places);
	buf_free(&state->text.text);
	buf_free(&state->notes.text);
}

static void
show_progress(struct merge_state *state)
{
	int64_t spent = loop_clock() - state->began;
	struct buf text = { 0 };
	size_t done, total;

	beside_progress(&state->beside, &done, &total);
	buf_add(&text, "Looking at ");
	buf_add_grouped(&text, entries_count(&state->of));
	buf_addf(&text, " entries: %zu %%  ", total ? done * 100 / total : 0);
	beside_add_left(&text, spent, done, total);
	caption_set(&state->text, ROLE_STRONG, buf_text(&text));
	caption_set(&state->notes, ROLE_TEXT, "Esc stops it.");
	buf_free(&text);
}

static void
show_made(struct merge_state *state)
{
	const struct merge *merge = &state->merge;
	struct buf text = { 0 };

	buf_add_grouped(&text, merge->before);
	buf_add(&text, " entries become ");
	buf_add_grouped(&text, merge->after);
	buf_add(&text, "; nobody gains or loses by it.");
	caption_set(&state->text, ROLE_STRONG, buf_text(&text));
	buf_clear(&text);
	if (merge->notes) {
		buf_add(&text, "! What is noted beside ");
		buf_add_grouped(&text, merge->notes);
		buf_add(&text, " of them is lost.");
	}
	caption_set(&state->notes, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
merge_refresh(struct dialog *dialog)
{
	struct merge_state *state = dialog->state;

	if (is_made(state))
		show_made(state);
	else
		show_progress(state);
}

const struct dialog_type merge_type = {
	.title = "Merge",
	.least_h = 8,
	.live = true,
	.size = sizeof(struct merge_state),
	.controls = merge_controls,
	.refresh = merge_refresh,
	.accept = merge_accept,
	.reload = merge_reload,
	.clear = merge_clear,
};

static void
on_ended(void *context)
{
	struct merge_state *state = context;
	struct dialog *dialog = state->dialog;

	loop_cancel(dialog->app->loop, on_tick, state);
	dialog->stale = true;
	if (state->made && state->merge.after < state->merge.before) {
		state->table.empty = NULL;
		table_reset(&state->table, state->merge.count);
		return;
	}
	if (state->made)
		app_say(dialog->app, 'i', "there is nothing to merge%s",
		    state->places ? " among the marked entries" : "");
	dialog_close(dialog, false);
}

static void
begin(struct merge_state *state)
{
	struct app *app = state->dialog->app;
	struct err err;

	state->began = loop_clock();
	state->beside = (struct beside){ .run = run, .ended = on_ended,
		.context = state };
	if (!beside_start(&state->beside, app->loop, &err)) {
		app_fail(app, &err);
		dialog_close(state->dialog, false);
	} else if (!beside_await(&state->beside, FELT)) {
		on_tick(state);
	}
}

void
merge_open(struct app *app, struct entry_pane *pane)
{
	struct dialog *dialog = dialog_open(app, &merge_type, NULL);
	struct merge_state *state = dialog->state;

	state->dialog = dialog;
	state->pane = pane;
	state->table.columns = merge_columns;
	state->table.cell = merge_cell;
	state->table.context = &state->merge;
	state->table.empty = "What can be merged comes here.";
	entries_copy(&state->of, pane->entries);
	if (pane->table.marked_count)
		state->places = table_chosen(&pane->table, &state->count);
	begin(state);
}

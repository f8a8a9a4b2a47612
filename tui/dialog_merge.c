#include "config.h"

#include <stdlib.h>

#include "dialog_types.h"
#include "entry_merge.h"
#include "entry_pane.h"

/* What merging would make of a list, before it does. */
struct merge_state {
	struct table table;
	struct entry_pane *pane;
	struct merge merge;
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

static bool
merge_accept(struct dialog *dialog)
{
	struct merge_state *state = dialog->state;
	struct entry_pane *pane = state->pane;

	entries_free(pane->entries);
	*pane->entries = state->merge.result;
	state->merge.result = (struct entries){ 0 };
	entry_pane_reset(pane);
	dialog_touch(dialog->owner);
	app_say(dialog->app, 'i', "%zu entries became %zu; OK stores it",
	    state->merge.before, state->merge.after);
	return true;
}

static void
merge_clear(void *value)
{
	struct merge_state *state = value;

	table_clear(&state->table);
	merge_free(&state->merge);
	buf_free(&state->text.text);
	buf_free(&state->notes.text);
}

const struct dialog_type merge_type = {
	.title = "Merge",
	.least_h = 8,
	.live = true,
	.size = sizeof(struct merge_state),
	.controls = merge_controls,
	.accept = merge_accept,
	.clear = merge_clear,
};

static void
fill(struct merge_state *state)
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
	state->table.columns = merge_columns;
	state->table.cell = merge_cell;
	state->table.context = &state->merge;
	table_reset(&state->table, merge->count);
}

void
merge_open(struct app *app, struct entry_pane *pane)
{
	bool marked = pane->table.marked_count > 0;
	struct merge merge;
	struct merge_state *state;
	size_t count, *places = table_chosen(&pane->table, &count);

	merge_make(&merge, pane->entries, marked ? places : NULL, count);
	free(places);
	if (merge.after >= merge.before) {
		app_say(app, 'i', "there is nothing to merge%s",
		    marked ? " among the marked entries" : "");
		merge_free(&merge);
		return;
	}
	state = dialog_open(app, &merge_type, NULL)->state;
	state->pane = pane;
	state->merge = merge;
	fill(state);
}

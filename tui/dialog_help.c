#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"

struct help_state {
	struct table table;
	const struct key_row **rows;
	size_t count, cap;
	int chosen; /* the id to run on the owner */
};

static void
help_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct help_state *state = context;
	const struct key_row *key = state->rows[row];
	char name[16];

	if (column == 1) {
		buf_add(out, key->help);
		return;
	}
	buf_add(out, key_name(key_first(key), name));
	if (key_second(key))
		buf_addf(out, " %s", key_name(key_second(key), name));
}

static const struct column help_columns[] = {
	{ "Key", 17, false, 0, },
	{ "Does", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

enum { HELP_RUN = ID_OWN };

static const struct control help_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(1) },
	    .text = "Enter runs it; ? again: this field", .id = HELP_RUN,
	    .offset = offsetof(struct help_state, table), },
	{ .kind = CONTROL_LABEL, .at = { 1, -1, 0, 0 },
	    .text = "Marks: + new  - gone  ~ changed  = same  ! warning  "
	            "X error  * marked", },
	{ .kind = CONTROL_END, },
};

static void
help_act(struct dialog *dialog, int id)
{
	struct help_state *state = dialog->state;
	size_t row;

	if (id != HELP_RUN || !table_row(&state->table, &row))
		return;
	state->chosen = state->rows[row]->id;
	dialog_close(dialog, true);
}

static void
help_done(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct help_state *state = dialog->state;

	if (ok)
		dialog_run(owner, state->chosen);
}

static void
help_clear(void *value)
{
	struct help_state *state = value;

	table_clear(&state->table);
	free(state->rows);
}

const struct dialog_type help_type = {
	.title = "Keys on this screen",
	.w = 80,
	.live = true,
	.size = sizeof(struct help_state),
	.controls = help_controls,
	.act = help_act,
	.clear = help_clear,
};

static bool
has_row(const struct help_state *state, const struct key_row *row)
{
	size_t i = 0;

	while (i < state->count && (state->rows[i]->id != row->id ||
	           state->rows[i]->key != row->key))
		i++;
	return i < state->count;
}

static void
add_rows(struct help_state *state, const struct key_row *rows,
    const struct dialog *owner)
{
	for (; rows && (rows->key || rows->id); rows++) {
		if ((rows->alive && !rows->alive(owner)) ||
		    has_row(state, rows))
			continue;
		state->rows = mem_grow(state->rows, state->count, &state->cap,
		    sizeof(*state->rows));
		state->rows[state->count++] = rows;
	}
}

void
help_open(struct app *app)
{
	struct dialog *owner = app_top(app);
	struct dialog *dialog;
	struct help_state *state;

	if (owner->type == &help_type) {
		field_help_open(owner->owner);
		return;
	}
	dialog = dialog_open(app, &help_type, help_done);
	state = dialog->state;
	add_rows(state, owner->type->keys, owner);
	add_rows(state, general_keys, owner);
	add_rows(state, list_keys, owner);
	state->table.columns = help_columns;
	state->table.cell = help_cell;
	state->table.context = state;
	table_reset(&state->table, state->count);
}

/* --- text to read ------------------------------------------------------ */

struct text_state {
	struct view view;
};

static const struct control text_controls[] = {
	{ .kind = CONTROL_VIEW, .at = { 0, 0, 0, REST(0) },
	    .offset = offsetof(struct text_state, view), },
	{ .kind = CONTROL_END, },
};

static void
text_clear(void *value)
{
	buf_free(&((struct text_state *)value)->view.text);
}

const struct dialog_type text_type = {
	.title = "Text",
	.screen = true,
	.live = true,
	.size = sizeof(struct text_state),
	.controls = text_controls,
	.clear = text_clear,
};

void
text_open(struct app *app, const char *title, const char *text)
{
	struct dialog *dialog = dialog_open(app, &text_type, NULL);
	struct text_state *state = dialog->state;

	snprintf(dialog->title, sizeof(dialog->title), "%s", title);
	buf_add(&state->view.text, text);
}

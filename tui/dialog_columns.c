/* Which columns of the table with the cursor are shown. */
#include "config.h"

#include <stdlib.h>

#include "app.h"
#include "column_choice.h"
#include "dialog_layout.h"
#include "dialog_types.h"
#include "dialogs.h"

enum { COLUMNS_TURN = ID_OWN };

struct columns_state {
	struct table table;
	const struct column *columns; /* that are chosen from */
};

static const struct control columns_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(0) }, .text = "Columns",
	    .offset = offsetof(struct columns_state, table),
	    .id = COLUMNS_TURN, },
	{ .kind = CONTROL_END, },
};

static const struct key_row columns_keys[] = {
	{ K_ENTER, 'x', "Show or hide", "show or hide this column",
	    COLUMNS_TURN, NULL, },
	{ 0 },
};

static const struct column columns_columns[] = {
	{ "Shown", 6, false, 0, },
	{ "Column", 0, false, 0, },
	{ "From width", 10, true, 0, },
	{ NULL, 0, false, 0, },
};

static void
columns_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct columns_state *state = context;
	const struct column *of = &state->columns[row];
	bool hidden = column_choice(state->columns) >> row & 1;

	if (column == 0)
		buf_add(out, row == 0 ? "always" : hidden ? "[ ]" : "[x]");
	else if (column == 1)
		buf_add(out, *of->title ? of->title : "(no title)");
	else if (of->from)
		buf_addf(out, "%d", abs(of->from));
}

static void
columns_act(struct dialog *dialog, int id)
{
	struct columns_state *state = dialog->state;
	uint32_t hidden = column_choice(state->columns);
	size_t row;

	if (id != COLUMNS_TURN || !table_row(&state->table, &row))
		return;
	if (row == 0)
		app_say(dialog->app, '!', "the first column is always shown");
	else
		column_choice_set(state->columns, hidden ^ 1u << row);
}

static void
columns_clear(void *value)
{
	table_clear(&((struct columns_state *)value)->table);
}

const struct dialog_type columns_type = {
	.title = "Columns",
	.w = 60,
	.h = 13,
	.live = true,
	.size = sizeof(struct columns_state),
	.controls = columns_controls,
	.keys = columns_keys,
	.act = columns_act,
	.clear = columns_clear,
};

void
columns_open(struct app *app)
{
	struct dialog *owner = app_top(app);
	const struct control *control = dialog_focused(owner);
	const struct table *of;
	struct columns_state *state;
	size_t count = 0;

	if (!control || control->kind != CONTROL_TABLE)
		return;
	of = control_value(owner, control);
	while (of->columns[count].title)
		count++;
	state = dialog_open(app, &columns_type, NULL)->state;
	state->columns = of->columns;
	state->table.columns = columns_columns;
	state->table.cell = columns_cell;
	state->table.context = state;
	table_reset(&state->table, count);
}

#include "config.h"

#include <stdio.h>

#include "app.h"
#include "clock_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "differ.h"
#include "store/past.h"
#include "store/shape.h"

/* The history of one object: each step that touched it. */
struct past_state {
	struct app *app;
	enum object_kind kind;
	char name[NAME_SIZE];
	struct table table;
	struct view detail;
	struct past *items;
	size_t count;
	int64_t head; /* of the draft when it was read */
};

enum { PAST_SHOW = ID_OWN };

#define AT(member) offsetof(struct past_state, member)

static const struct control past_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, 9 }, .id = PAST_SHOW,
	    .text = "Who changed it, newest first", .offset = AT(table), },
	{ .kind = CONTROL_VIEW, .at = { 0, 9, 0, REST(0) },
	    .text = "What that changed", .offset = AT(detail), },
	{ .kind = CONTROL_END, },
};

static const struct key_row past_keys[] = {
	{ K_ENTER, 0, "Show", "this change on a screen of its own", PAST_SHOW,
	    NULL, },
	{ 0 },
};

static const struct column past_columns[] = {
	{ "Time", 16, false, 0, },
	{ "Author", 10, false, 0, },
	{ "Rev", 5, true, 0, },
	{ "What, and why it was committed", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
past_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct past_state *state = context;
	const struct past *past = &state->items[row];

	if (column == 0)
		add_minute(out, past->step.time);
	else if (column == 1)
		buf_add(out, past->step.author);
	else if (column == 2 && past->revision)
		buf_addf(out, "%lld", (long long)past->revision);
	else if (column == 2)
		buf_add(out, "draft");
	else if (past->message)
		buf_addf(out, "%s   (%s)", past->step.label, past->message);
	else
		buf_add(out, past->step.label);
}

static enum role
past_look(void *context, size_t row, char *mark)
{
	const struct past_state *state = context;
	const struct past *past = &state->items[row];

	*mark = !past->before ? '+' : !past->after ? '-' : '~';
	return ROLE_TEXT;
}

static void
add_change(struct buf *out, const struct past_state *state, size_t row)
{
	const struct shape *shape = &shapes[state->kind];
	void *before, *after;
	struct err err;

	if (!store_past_objects(state->app->store, &state->items[row], &before,
	        &after, &err)) {
		buf_addf(out, "\4%s", err.text);
		return;
	}
	if (!differ_add_object(out, state->kind, before, after))
		buf_add(out, "(its place among the others, or nothing)");
	if (before)
		shape->free(before);
	if (after)
		shape->free(after);
}

static void
past_moved(struct dialog *dialog)
{
	struct past_state *state = dialog->state;
	size_t row;

	buf_clear(&state->detail.text);
	state->detail.scroll.cursor = 0;
	if (table_row(&state->table, &row))
		add_change(&state->detail.text, state, row);
}

static void
past_refresh(struct dialog *dialog)
{
	struct past_state *state = dialog->state;
	struct err err;

	if (state->items && state->head == dialog->app->head)
		return;
	past_free(state->items, state->count);
	state->items = NULL;
	state->count = 0;
	state->head = dialog->app->head;
	if (!store_past(dialog->app->store, state->kind, state->name,
	        &state->items, &state->count, &err))
		app_fail(dialog->app, &err);
	table_reset(&state->table, state->count);
	past_moved(dialog);
}

static void
past_act(struct dialog *dialog, int id)
{
	struct past_state *state = dialog->state;
	const struct past *past;
	struct buf text = { 0 };
	size_t row;

	if (id != PAST_SHOW || !table_row(&state->table, &row))
		return;
	past = &state->items[row];
	buf_addf(&text, "\1%s\nBy        %s, ", past->step.label,
	    past->step.author);
	add_minute(&text, past->step.time);
	if (past->message)
		buf_addf(&text, "\nRevision  %lld: %s",
		    (long long)past->revision, past->message);
	buf_add(&text, "\n\n");
	add_change(&text, state, row);
	text_open(dialog->app, "One change", buf_text(&text));
	buf_free(&text);
}

static void
past_clear(void *value)
{
	struct past_state *state = value;

	table_clear(&state->table);
	buf_free(&state->detail.text);
	past_free(state->items, state->count);
}

const struct dialog_type past_type = {
	.title = "History of an object",
	.stack = -9,
	.screen = true,
	.live = true,
	.size = sizeof(struct past_state),
	.controls = past_controls,
	.keys = past_keys,
	.refresh = past_refresh,
	.moved = past_moved,
	.act = past_act,
	.clear = past_clear,
};

void
past_open(struct app *app, enum object_kind kind, const char *name)
{
	struct dialog *dialog = dialog_open(app, &past_type, NULL);
	struct past_state *state = dialog->state;

	snprintf(dialog->title, sizeof(dialog->title), "History of %s %s",
	    object_words[kind], name);
	state->app = app;
	state->kind = kind;
	snprintf(state->name, sizeof(state->name), "%s", name);
	state->table.columns = past_columns;
	state->table.cell = past_cell;
	state->table.look = past_look;
	state->table.context = state;
	state->table.empty = "Nothing is recorded of it.";
}

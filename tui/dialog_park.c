/* Sets changes of the draft aside: all of them, or those of the marked
 * objects. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "differ.h"
#include "policy/mem.h"
#include "store/aside.h"
#include "store/shape.h"
#include "words.h"

struct park_row {
	enum object_kind kind;
	char name[NAME_SIZE];
	char mark;
};

struct park_state {
	struct table table;
	struct park_row *rows;
	size_t count, cap;
	int64_t head;
	struct line name, note;
	struct caption what;
};

#define AT(member) offsetof(struct park_state, member)

static const struct control park_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(5) },
	    .text = "Changed objects: Space marks", .offset = AT(table),
	    .id = ID_NONE, },
	{ .kind = CONTROL_CAPTION, .at = { 0, -5, 0, 0 }, .offset = AT(what),
	},
	{ .kind = CONTROL_LINE, .at = { 0, -4, 40, 0 }, .text = "&Name",
	    .offset = AT(name), .value = 6,
	    .hint = "by which they are taken up again", },
	{ .kind = CONTROL_LINE, .at = { 0, -3, 0, 0 }, .text = "N&ote",
	    .offset = AT(note), .value = 6,
	    .hint = "why, and until when; may be empty", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 18, 0 },
	    .text = "&Set them aside", .id = ID_OK,
	    .hint = "one step: the draft is then without them", },
	{ .kind = CONTROL_BUTTON, .at = { 19, -1, 0, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static const struct column park_columns[] = {
	{ "Kind", 10, false, 0, },
	{ "Name", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
park_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct park_state *state = context;

	buf_add(out, column ? state->rows[row].name
	                    : object_words[state->rows[row].kind]);
}

static enum role
park_look(void *context, size_t row, char *mark)
{
	const struct park_state *state = context;

	*mark = state->rows[row].mark;
	return ROLE_TEXT;
}

static void
take_pair(void *context, enum object_kind kind, const void *from,
    const void *to)
{
	struct park_state *state = context;
	const struct shape *shape = &shapes[kind];
	struct park_row *row;

	if (from && to && !differ_objects(kind, from, to))
		return;
	state->rows = mem_grow(state->rows, state->count, &state->cap,
	    sizeof(*state->rows));
	row = &state->rows[state->count++];
	row->kind = kind;
	row->mark = !from ? '+' : !to ? '-' : '~';
	snprintf(row->name, sizeof(row->name), "%s",
	    shape_name(shape, to ? to : from));
}

static void
find_rows(struct park_state *state, struct app *app)
{
	state->count = 0;
	state->head = app->head;
	differ_walk(app_base(app), app->draft, take_pair, state);
	table_reset(&state->table, state->count);
}

static void
park_refresh(struct dialog *dialog)
{
	struct park_state *state = dialog->state;
	char text[80];

	if (!state->table.marked_count)
		snprintf(text, sizeof(text), "All %zu are set aside; mark some "
		    "to set only those aside.", state->count);
	else
		snprintf(text, sizeof(text), "%zu of %zu %s set aside.",
		    state->table.marked_count, state->count,
		    state->table.marked_count == 1 ? "is" : "are");
	caption_set(&state->what, ROLE_STRONG, text);
}

static void
park_moved(struct dialog *dialog)
{
	dialog->stale = true;
}

static void
park_reload(struct dialog *dialog)
{
	struct park_state *state = dialog->state;

	if (state->head == dialog->app->head)
		return;
	find_rows(state, dialog->app);
	if (!state->count)
		dialog_close(dialog, false);
}

static void
say_done(struct app *app, const struct park_state *state,
    const struct object_name *objects, size_t count)
{
	const char *name = line_text(&state->name);
	struct buf same = { 0 };

	app_say(app, 'i', "set aside as %s   Z: take it up   u: undo", name);
	buf_addf(&same, "relayadm draft park %s", name);
	if (*line_text(&state->note)) {
		buf_add(&same, " -m");
		words_add_quoted(&same, line_text(&state->note));
	}
	for (size_t i = 0; i < count; i++)
		buf_addf(&same, " %s:%s", object_words[objects[i].kind],
		    objects[i].name);
	app_same(app, "%s", buf_text(&same));
	buf_free(&same);
}

static bool
set_aside(struct dialog *dialog, const struct object_name *objects,
    size_t count)
{
	struct park_state *state = dialog->state;
	struct app *app = dialog->app;
	struct err err;

	if (!store_set_aside(app->store, line_text(&state->name),
	        line_text(&state->note), objects, count, &state->head, &err) ||
	    !app_reload(app, &err)) {
		app_fail(app, &err);
		return false;
	}
	say_done(app, state, objects, count);
	return true;
}

static bool
park_accept(struct dialog *dialog)
{
	struct park_state *state = dialog->state;
	struct object_name *objects;
	size_t *rows, count = 0;
	bool ok;

	if (!app_may_edit(dialog->app))
		return false;
	if (!*line_text(&state->name)) {
		app_say(dialog->app, '!', "a name is needed: by it they are "
		    "taken up again");
		dialog_focus(dialog, AT(name));
		return false;
	}
	objects = mem_new(state->count + 1, sizeof(*objects));
	if (state->table.marked_count) {
		rows = table_chosen(&state->table, &count);
		for (size_t i = 0; i < count; i++)
			objects[i] = (struct object_name){
				state->rows[rows[i]].kind,
				state->rows[rows[i]].name };
		free(rows);
	}
	ok = set_aside(dialog, objects, count);
	free(objects);
	return ok;
}

static void
park_clear(void *value)
{
	struct park_state *state = value;

	table_clear(&state->table);
	line_clear(&state->name);
	line_clear(&state->note);
	buf_free(&state->what.text);
	free(state->rows);
}

const struct dialog_type park_type = {
	.title = "Set aside",
	.w = 72,
	.h = 17,
	.least_h = 12,
	.live = true,
	.size = sizeof(struct park_state),
	.controls = park_controls,
	.refresh = park_refresh,
	.moved = park_moved,
	.accept = park_accept,
	.reload = park_reload,
	.clear = park_clear,
};

void
park_open(struct app *app)
{
	struct dialog *dialog;
	struct park_state *state;

	if (!app_may_edit(app))
		return;
	if (!app->dirty) {
		app_say(app, '!', "the draft changes nothing; there is nothing "
		    "to be set aside");
		return;
	}
	dialog = dialog_open(app, &park_type, NULL);
	state = dialog->state;
	state->table.columns = park_columns;
	state->table.cell = park_cell;
	state->table.look = park_look;
	state->table.context = state;
	state->table.marks = true;
	find_rows(state, app);
	dialog_focus(dialog, AT(name));
}

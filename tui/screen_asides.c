/* What is set aside: takes it up, drops it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "clock_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/expire.h"
#include "policy/mem.h"
#include "taking.h"
#include "work_text.h"

struct asides_state {
	struct table table;
	struct view detail;
	struct aside *items;
	size_t count;
	int64_t asked; /* the one that a question is about */
};

enum {
	ASIDES_TAKE = ID_OWN,
	ASIDES_DROP,
	ASIDES_PARK,
};

#define AT(member) offsetof(struct asides_state, member)

static const struct control asides_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, 9 },
	    .text = "Set aside, oldest first", .offset = AT(table),
	    .id = ASIDES_TAKE, },
	{ .kind = CONTROL_VIEW, .at = { 0, 9, 0, REST(0) },
	    .text = "What it changes, and what becomes of it now",
	    .offset = AT(detail), },
	{ .kind = CONTROL_END, },
};

static bool
is_any(const struct dialog *dialog)
{
	const struct asides_state *state = dialog->state;

	return state->count > 0;
}

static const struct key_row asides_keys[] = {
	{ 't', K_ENTER, "Take up", "the draft gets it again, as one step",
	    ASIDES_TAKE, is_any, },
	{ 'd', K_DELETE, "Drop", "it is forgotten", ASIDES_DROP, is_any, },
	{ 'z', 0, "Set aside", "set changes of the draft aside", ASIDES_PARK,
	    NULL, },
	{ 0 },
};

static const struct column asides_columns[] = {
	{ "Name", 16, false, 0, },
	{ "Time", 16, false, 0, },
	{ "Author", 10, false, 100, },
	{ "Objects", 7, true, 0, },
	{ "Note", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
asides_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct asides_state *state = context;
	const struct aside *aside = &state->items[row];

	if (column == 0)
		buf_add(out, aside->name);
	else if (column == 1)
		add_minute(out, aside->time);
	else if (column == 2)
		buf_add(out, aside->author);
	else if (column == 3)
		buf_add_grouped(out, aside->objects);
	else
		buf_add(out, aside->note);
}

/* --- what would become of it --------------------------------------------- */

static bool
make_taking(struct app *app, const struct aside *aside, bool over,
    struct taking *taking, struct err *err)
{
	struct aside_object *objects;
	size_t count;

	if (!store_aside_objects(app->store, aside->id, &objects, &count, err))
		return false;
	taking_make(taking, objects, count, app->draft, over);
	return true;
}

static void
add_taking_effect(struct buf *out, struct app *app,
    const struct taking *taking)
{
	struct policy *after = taking_policy(taking, app->draft);
	struct compiled *compiled;

	policy_drop_expired(after, store_now(), NULL);
	compiled = relay_compile(after);
	add_effect(out, NULL, app_compiled(app), compiled);
	relay_free(compiled);
	policy_free(after);
}

static void
show_detail(struct dialog *dialog)
{
	struct asides_state *state = dialog->state;
	struct buf *out = &state->detail.text;
	struct taking taking;
	struct err err;
	size_t row;

	buf_clear(out);
	state->detail.scroll.cursor = 0;
	if (!table_row(&state->table, &row))
		return;
	if (!make_taking(dialog->app, &state->items[row], false, &taking,
	        &err)) {
		buf_addf(out, "\4%s", err.text);
		return;
	}
	taking_add_all(out, &taking, true);
	buf_add(out, "\1Taken up now\n");
	add_taking_effect(out, dialog->app, &taking);
	taking_free(&taking);
}

static void
read_items(struct dialog *dialog)
{
	struct asides_state *state = dialog->state;
	struct err err;

	asides_free(state->items, state->count);
	state->items = NULL;
	state->count = 0;
	if (!store_asides(dialog->app->store, &state->items, &state->count,
	        &err))
		app_fail(dialog->app, &err);
	table_reset(&state->table, state->count);
}

static void
asides_refresh(struct dialog *dialog)
{
	struct asides_state *state = dialog->state;
	size_t row = 0;

	table_row(&state->table, &row);
	read_items(dialog);
	if (row < state->count)
		table_go(&state->table, row);
	show_detail(dialog);
}

/* --- taking it up --------------------------------------------------------- */

static void
take(struct dialog *dialog, const struct taking *taking,
    const struct aside *aside, bool over)
{
	struct app *app = dialog->app;
	int64_t head = app->head;
	struct err err;
	char label[NAME_SIZE + 20];

	snprintf(label, sizeof(label), "take up %s", aside->name);
	if (!store_take_aside(app->store, aside->id, label, taking->changes,
	        taking->change_count, &head, &err) ||
	    !app_reload(app, &err)) {
		app_fail(app, &err);
		return;
	}
	app_say(app, 'i', "taken up: %s   u: undo", aside->name);
	app_same(app, "relayadm draft take %s%s", aside->name,
	    over ? " --over" : "");
	dialog->stale = true;
}

/* What was asked about, wherever the cursor is by now; others may have taken it
 * up or dropped it meanwhile. */
static const struct aside *
find_asked(struct dialog *dialog)
{
	const struct asides_state *state = dialog->state;

	for (size_t i = 0; i < state->count; i++)
		if (state->items[i].id == state->asked)
			return &state->items[i];
	app_say(dialog->app, '!', "that was taken up or dropped in the "
	    "meantime");
	return NULL;
}

static void take_one(struct dialog *dialog, const struct aside *aside,
    bool over);

static void
on_over(struct dialog *owner, struct dialog *dialog, bool ok)
{
	const struct aside *aside = ok ? find_asked(owner) : NULL;

	(void)dialog;
	if (aside)
		take_one(owner, aside, true);
}

static void
ask_over(struct dialog *dialog, const struct taking *taking)
{
	struct buf text = { 0 };

	buf_add(&text, "Others have changed the same since:\n");
	taking_add_all(&text, taking, false);
	buf_add(&text, "Shall what was set aside count there?");
	ask_open(dialog->app, "It clashes", buf_text(&text), NULL, on_over);
	buf_free(&text);
}

static void
take_one(struct dialog *dialog, const struct aside *aside, bool over)
{
	struct taking taking;
	struct err err;

	if (!app_may_edit(dialog->app))
		return;
	if (!make_taking(dialog->app, aside, over, &taking, &err)) {
		app_fail(dialog->app, &err);
		return;
	}
	if (taking.clashes && !over)
		ask_over(dialog, &taking);
	else
		take(dialog, &taking, aside, over);
	taking_free(&taking);
}

/* --- dropping it ---------------------------------------------------------- */

static void
on_drop(struct dialog *owner, struct dialog *dialog, bool ok)
{
	const struct aside *aside = ok ? find_asked(owner) : NULL;
	struct err err;

	(void)dialog;
	if (!aside)
		return;
	if (!store_drop_aside(owner->app->store, aside->id, &err)) {
		app_fail(owner->app, &err);
	} else {
		app_say(owner->app, 'i', "dropped %s", aside->name);
		app_same(owner->app, "relayadm draft drop %s", aside->name);
	}
	owner->stale = true;
}

static void
ask_drop(struct dialog *dialog, const struct aside *aside)
{
	char title[NAME_SIZE + 20];

	if (!app_may_edit(dialog->app))
		return;
	snprintf(title, sizeof(title), "Drop %s?", aside->name);
	ask_open(dialog->app, title, "What was set aside is forgotten; u does "
	    "not bring it back.", NULL, on_drop);
}

static void
asides_act(struct dialog *dialog, int id)
{
	struct asides_state *state = dialog->state;
	const struct aside *aside;
	size_t row;

	if (id == ASIDES_PARK)
		park_open(dialog->app);
	if (id == ASIDES_PARK || !table_row(&state->table, &row))
		return;
	aside = &state->items[row];
	state->asked = aside->id;
	if (id == ASIDES_TAKE)
		take_one(dialog, aside, false);
	else if (id == ASIDES_DROP)
		ask_drop(dialog, aside);
}

static void
asides_clear(void *value)
{
	struct asides_state *state = value;

	table_clear(&state->table);
	buf_free(&state->detail.text);
	asides_free(state->items, state->count);
}

const struct dialog_type asides_type = {
	.title = "Changes set aside",
	.stack = -9,
	.screen = true,
	.live = true,
	.size = sizeof(struct asides_state),
	.controls = asides_controls,
	.keys = asides_keys,
	.refresh = asides_refresh,
	.moved = show_detail,
	.act = asides_act,
	.clear = asides_clear,
};

void
asides_open(struct app *app)
{
	struct dialog *dialog = dialog_open(app, &asides_type, NULL);
	struct asides_state *state = dialog->state;

	state->table.columns = asides_columns;
	state->table.cell = asides_cell;
	state->table.context = state;
	state->table.empty = "Nothing is set aside. z sets changes of the "
	                     "draft aside, to be taken up later.";
}

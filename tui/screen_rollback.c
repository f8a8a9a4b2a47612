#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "clock_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "narrow.h"
#include "push_record.h"
#include "push_run.h"
#include "work_text.h"

/* What was pushed to one gateway, and back to it. */
struct rollback_state {
	struct app *app;
	char gateway[NAME_SIZE];
	struct table table;
	struct view effect;
	struct push_record *items;
	size_t count;
	int64_t wanted; /* the revision whose question is open */
};

enum { ROLLBACK_GO = ID_OWN };

#define AT(member) offsetof(struct rollback_state, member)

static const struct control rollback_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, 9 }, .id = ROLLBACK_GO,
	    .text = "What was pushed, newest first; * is in force",
	    .offset = AT(table),
	    .hint = "r pushes that revision once more, after a typed yes", },
	{ .kind = CONTROL_VIEW, .at = { 0, 9, 0, REST(0) },
	    .text = "Going back there", .offset = AT(effect), },
	{ .kind = CONTROL_END, },
};

static const struct key_row rollback_keys[] = {
	{ 'r', K_ENTER, "Roll back", "push this revision to the gateway once "
	    "more", ROLLBACK_GO, NULL, },
	{ 0 },
};

static const struct column rollback_columns[] = {
	{ "Generation", 10, true, 0, },
	{ "Revision", 8, true, 0, },
	{ "Time", 16, false, 0, },
	{ "Author", 10, false, 0, },
	{ "Ended", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

/* The last that was good is in force unless somebody changed it there. */
static const struct push_record *
present(const struct rollback_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++)
		if (record_is_good(&state->items[i]))
			return &state->items[i];
	return NULL;
}

static void
rollback_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct rollback_state *state = context;
	const struct push_record *record = &state->items[row];

	if (column == 0)
		buf_addf(out, "%lld", (long long)record->generation);
	else if (column == 1)
		buf_addf(out, "%lld", (long long)record->revision);
	else if (column == 2)
		add_minute(out, record->started);
	else if (column == 3)
		buf_add(out, record->author);
	else
		buf_add(out, record->state ? record->state
		                           : "not known to have ended");
}

static enum role
rollback_look(void *context, size_t row, char *mark)
{
	const struct rollback_state *state = context;
	const struct push_record *record = &state->items[row];
	bool good = record_is_good(record);

	*mark = record == present(state) ? '*' : good ? ' ' : 'X';
	return good ? ROLE_TEXT : ROLE_OFF;
}

static void
add_between(struct buf *out, const struct rollback_state *state,
    const struct policy *from, const struct policy *to)
{
	const char *names[] = { state->gateway };
	struct narrow before, after;
	struct compiled *old, *new;

	narrow_make(&before, from, names, 1);
	narrow_make(&after, to, names, 1);
	old = relay_compile(&before.policy);
	new = relay_compile(&after.policy);
	add_effect(out, out, old, new);
	relay_free(old);
	relay_free(new);
	narrow_free(&before);
	narrow_free(&after);
}

/* What going from one push to the other would do. */
static void
add_effect_of(struct buf *out, const struct rollback_state *state,
    const struct push_record *from, const struct push_record *to)
{
	struct policy *before = NULL, *after = NULL;
	struct err err;

	if (!store_revision(state->app->store, from->revision, &before,
	        &err) ||
	    !store_revision(state->app->store, to->revision, &after, &err))
		buf_addf(out, "\4%s", err.text);
	else
		add_between(out, state, before, after);
	policy_free(before);
	policy_free(after);
}

static void
rollback_moved(struct dialog *dialog)
{
	struct rollback_state *state = dialog->state;
	const struct push_record *from = present(state);
	struct buf *out = &state->effect.text;
	size_t row;

	buf_clear(out);
	state->effect.scroll.cursor = 0;
	if (!table_row(&state->table, &row))
		return;
	if (&state->items[row] == from)
		buf_add(out, "It is in force now, unless somebody changed the "
		    "gateway by hand (t on the main screen tells).");
	else if (!record_is_good(&state->items[row]))
		buf_add(out, "It did not stay in force: there is no going back "
		    "to it.");
	else
		add_effect_of(out, state, from, &state->items[row]);
}

static void
rollback_refresh(struct dialog *dialog)
{
	struct rollback_state *state = dialog->state;
	struct err err;

	push_records_free(state->items, state->count);
	state->items = NULL;
	state->count = 0;
	if (!store_pushes(dialog->app->store, state->gateway, &state->items,
	        &state->count, &err))
		app_fail(dialog->app, &err);
	table_reset(&state->table, state->count);
	rollback_moved(dialog);
}

static void
on_yes(struct dialog *owner, struct dialog *dialog, bool ok)
{
	const struct rollback_state *state = owner->state;
	const char *names[] = { state->gateway };

	(void)dialog;
	if (ok)
		push_begin(owner->app, state->wanted, names, 1);
}

static void
ask(struct dialog *dialog, const struct push_record *record)
{
	struct rollback_state *state = dialog->state;
	struct buf text = { 0 };
	char title[60], word[40];

	state->wanted = record->revision;
	snprintf(title, sizeof(title), "Roll back to revision %lld?",
	    (long long)record->revision);
	snprintf(word, sizeof(word), "roll back %lld",
	    (long long)record->revision);
	buf_addf(&text, "Revision %lld is pushed to %s once more: every check "
	    "of a push is made, its mail service restarts, and it goes back by "
	    "itself if it does not decide as that revision says.",
	    (long long)record->revision, state->gateway);
	ask_open(dialog->app, title, buf_text(&text), word, on_yes);
	buf_free(&text);
}

static void
rollback_act(struct dialog *dialog, int id)
{
	struct rollback_state *state = dialog->state;
	struct app *app = dialog->app;
	size_t row;

	if (id != ROLLBACK_GO || !table_row(&state->table, &row) ||
	    !app_may_edit(app))
		return;
	if (push_run_goes(app->push))
		app_say(app, '!', "a push goes on: wait for its end");
	else if (!record_is_good(&state->items[row]))
		app_say(app, '!', "that push did not stay in force; choose "
		    "another");
	else
		ask(dialog, &state->items[row]);
}

static void
rollback_clear(void *value)
{
	struct rollback_state *state = value;

	table_clear(&state->table);
	buf_free(&state->effect.text);
	push_records_free(state->items, state->count);
}

const struct dialog_type rollback_type = {
	.title = "Pushes to a gateway",
	.stack = -9,
	.screen = true,
	.live = true,
	.size = sizeof(struct rollback_state),
	.controls = rollback_controls,
	.keys = rollback_keys,
	.refresh = rollback_refresh,
	.moved = rollback_moved,
	.act = rollback_act,
	.clear = rollback_clear,
};

void
rollback_open(struct app *app, const char *gateway)
{
	struct dialog *dialog = dialog_open(app, &rollback_type, NULL);
	struct rollback_state *state = dialog->state;

	snprintf(dialog->title, sizeof(dialog->title), "Pushes to %s",
	    gateway);
	state->app = app;
	snprintf(state->gateway, sizeof(state->gateway), "%s", gateway);
	state->table.columns = rollback_columns;
	state->table.cell = rollback_cell;
	state->table.look = rollback_look;
	state->table.context = state;
	state->table.empty = "Nothing was pushed to it yet.   Esc, then P";
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "approval_text.h"
#include "clock_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "work_text.h"

/* --- revisions --------------------------------------------------------- */

struct revisions_state {
	struct app *app;
	struct table table;
	struct revision *items;
	size_t count;
	int64_t shown; /* whose question is open */
};

enum {
	REVISION_SHOW = ID_OWN,
	REVISION_REVERT,
	REVISION_COMPARE,
	REVISION_APPROVE,
};

static const struct control revisions_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(0) },
	    .text = "Revisions, newest first", .id = REVISION_SHOW,
	    .hint = "Space marks two to compare; w: who could relay then?",
	    .offset = offsetof(struct revisions_state, table), },
	{ .kind = CONTROL_END, },
};

static const struct key_row revisions_keys[] = {
	{ K_ENTER, 0, "Show", "what this revision changed", REVISION_SHOW,
	    NULL, },
	{ 'c', 0, "Compare", "compare the marked two; one with the draft",
	    REVISION_COMPARE, NULL, },
	{ 'r', 0, "Revert", "make the draft as it was in this revision",
	    REVISION_REVERT, NULL, },
	{ 'a', 0, "Approve", "approve what others have made; withdraw that",
	    REVISION_APPROVE, NULL, },
	{ 0 },
};

static const struct column revisions_columns[] = {
	{ "Revision", 8, true, 0, },
	{ "Time", 16, false, 0, },
	{ "Author", 12, false, 0, },
	{ "Message", 0, false, 0, },
	{ "Overridden", 14, false, 90, },
	{ NULL, 0, false, 0, },
};

/* Where approvals are needed or were given. */
static const struct column revisions_approved[] = {
	{ "Revision", 8, true, 0, },
	{ "Time", 16, false, 0, },
	{ "Author", 12, false, 0, },
	{ "Message", 0, false, 0, },
	{ "Approved by", 14, false, 0, },
	{ "Overridden", 14, false, 90, },
	{ NULL, 0, false, 0, },
};

static void
add_approvals(struct buf *out, const struct approvals *approvals,
    int64_t revision)
{
	size_t count = approvals_of(approvals, revision, NULL);

	approvals_add_names(out, approvals, revision);
	if (!approval_is_enough(approvals, revision))
		buf_addf(out, "%s%zu of %lld", count ? ": " : "", count,
		    (long long)approvals->needed);
}

static void
revisions_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct revisions_state *state = context;
	const struct revision *revision = &state->items[row];

	if (column == 4 && state->table.columns == revisions_approved)
		add_approvals(out, &state->app->approvals, revision->number);
	else if (column == 0)
		buf_addf(out, "%lld", (long long)revision->number);
	else if (column == 1)
		add_minute(out, revision->time);
	else if (column == 2)
		buf_add(out, revision->author);
	else if (column == 3)
		buf_add(out, revision->message);
	else if (revision->overrides)
		buf_add(out, revision->overrides);
}

static void
revisions_refresh(struct dialog *dialog)
{
	struct revisions_state *state = dialog->state;
	struct err err;

	revisions_free(state->items, state->count);
	state->items = NULL;
	state->count = 0;
	state->table.columns = state->app->approvals.words
	    ? revisions_approved : revisions_columns;
	if (!store_log(dialog->app->store, &state->items, &state->count, &err))
		app_fail(dialog->app, &err);
	table_reset(&state->table, state->count);
}

static void
show(struct dialog *dialog, const struct revision *revision)
{
	struct app *app = dialog->app;
	struct policy *before = NULL, *after = NULL;
	int64_t number = revision->number;
	struct buf text = { 0 };
	char title[60];
	struct err err;

	snprintf(title, sizeof(title), "What revision %lld changed",
	    (long long)number);
	if (!store_revision(app->store, number, &after, &err) ||
	    (number > 1 &&
	        !store_revision(app->store, number - 1, &before, &err))) {
		app_fail(app, &err);
	} else {
		buf_addf(&text, "Message   %s\n", revision->message);
		if (revision->ticket)
			buf_addf(&text, "Ticket    %s\n", revision->ticket);
		if (revision->overrides)
			buf_addf(&text, "\3Overridden   %s\n",
			    revision->overrides);
		add_policy_change(&text, before, after);
		text_open(app, title, buf_text(&text));
	}
	buf_free(&text);
	policy_free(before);
	policy_free(after);
}

/* --- two of them -------------------------------------------------------- */

static void
compare(struct app *app, int64_t from, int64_t to)
{
	struct policy *before = NULL, *after = NULL;
	struct buf text = { 0 };
	char title[80];
	struct err err;

	if (!store_revision(app->store, from, &before, &err) ||
	    (to && !store_revision(app->store, to, &after, &err))) {
		app_fail(app, &err);
	} else {
		if (to)
			snprintf(title, sizeof(title), "From revision %lld to "
			    "%lld", (long long)from, (long long)to);
		else
			snprintf(title, sizeof(title), "From revision %lld to "
			    "the draft", (long long)from);
		add_policy_change(&text, before, to ? after : app->draft);
		text_open(app, title, buf_text(&text));
		if (to)
			app_same(app, "relayadm diff %lld %lld",
			    (long long)from, (long long)to);
	}
	buf_free(&text);
	policy_free(before);
	policy_free(after);
}

/* Newest first, so the later of the two comes first. */
static void
compare_chosen(struct dialog *dialog)
{
	struct revisions_state *state = dialog->state;
	size_t count, *rows = table_chosen(&state->table, &count);

	if (count > 2)
		app_say(dialog->app, '!', "mark two revisions, or one to "
		    "compare with the draft; - unmarks all");
	else if (count == 2)
		compare(dialog->app, state->items[rows[1]].number,
		    state->items[rows[0]].number);
	else if (count == 1)
		compare(dialog->app, state->items[rows[0]].number, 0);
	free(rows);
}

static void
on_revert(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct revisions_state *state = owner->state;
	struct app *app = owner->app;
	struct policy *policy = NULL;
	int64_t head = app->head;
	char label[60];
	struct err err;

	(void)dialog;
	if (!ok)
		return;
	snprintf(label, sizeof(label), "revert to revision %lld",
	    (long long)state->shown);
	if (!store_revision(app->store, state->shown, &policy, &err) ||
	    !store_replace(app->store, label, policy, &head, &err) ||
	    !app_reload(app, &err))
		app_fail(app, &err);
	else {
		app_say(app, 'i', "%s   u: undo", label);
		app_same(app, "relayadm revert %lld",
		    (long long)state->shown);
	}
	policy_free(policy);
}

static void
revisions_act(struct dialog *dialog, int id)
{
	struct revisions_state *state = dialog->state;
	char title[60];
	size_t row;

	if (!table_row(&state->table, &row))
		return;
	if (id == REVISION_COMPARE) {
		compare_chosen(dialog);
		return;
	}
	state->shown = state->items[row].number;
	if (id == REVISION_SHOW) {
		show(dialog, &state->items[row]);
		return;
	}
	if (id == REVISION_APPROVE) {
		approve_open(dialog->app, state->shown);
		return;
	}
	if (!app_may_edit(dialog->app))
		return;
	snprintf(title, sizeof(title), "Revert to revision %lld?",
	    (long long)state->shown);
	ask_open(dialog->app, title,
	    "The whole draft becomes what it was then, as one step that can be "
	    "undone. Later revisions stay. Nothing is sent to a gateway.",
	    NULL, on_revert);
}

static void
revisions_clear(void *value)
{
	struct revisions_state *state = value;

	table_clear(&state->table);
	revisions_free(state->items, state->count);
}

/* Who could relay then? */
static void
revisions_who(const struct dialog *dialog, struct asked *asked)
{
	const struct revisions_state *state = dialog->state;
	size_t row;

	if (table_row(&state->table, &row))
		asked->then = state->items[row].number;
}

const struct dialog_type revisions_type = {
	.title = "Revisions",
	.screen = true,
	.live = true,
	.size = sizeof(struct revisions_state),
	.controls = revisions_controls,
	.keys = revisions_keys,
	.refresh = revisions_refresh,
	.act = revisions_act,
	.who = revisions_who,
	.clear = revisions_clear,
};

void
revisions_open(struct app *app)
{
	struct revisions_state *state =
	    dialog_open(app, &revisions_type, NULL)->state;

	state->app = app;
	state->table.columns = revisions_columns;
	state->table.cell = revisions_cell;
	state->table.context = state;
	state->table.marks = true;
	state->table.empty = "No revision yet.   Esc, then C: commit the draft";
}

/* --- steps since the last commit --------------------------------------- */

struct steps_state {
	struct table table;
	struct step *items;
	size_t count;
};

enum { STEPS_GO = ID_OWN };

static const struct control steps_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(0) },
	    .text = "Steps of the draft, newest first", .id = STEPS_GO,
	    .hint = "Enter undoes what is newer, or does again up to here",
	    .offset = offsetof(struct steps_state, table), },
	{ .kind = CONTROL_END, },
};

static const struct key_row steps_keys[] = {
	{ K_ENTER, 0, "Go there", "undo what is newer, or do again up to here",
	    STEPS_GO, NULL, },
	{ 0 },
};

static const struct column steps_columns[] = {
	{ "Time", 16, false, 0, },
	{ "Author", 12, false, 0, },
	{ "Undone", 6, false, 0, },
	{ "What", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
steps_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct steps_state *state = context;
	const struct step *step = &state->items[state->count - 1 - row];

	if (column == 0)
		add_minute(out, step->time);
	else if (column == 1)
		buf_add(out, step->author);
	else if (column == 2)
		buf_add(out, step->undone ? "undone" : "");
	else
		buf_add(out, step->label);
}

static void
steps_refresh(struct dialog *dialog)
{
	struct steps_state *state = dialog->state;
	struct err err;

	steps_free(state->items, state->count);
	state->items = NULL;
	state->count = 0;
	if (!store_steps(dialog->app->store, &state->items, &state->count,
	        &err))
		app_fail(dialog->app, &err);
	table_reset(&state->table, state->count);
}

/* Up to the step under the cursor, and not further. */
static void
steps_act(struct dialog *dialog, int id)
{
	struct steps_state *state = dialog->state;
	struct app *app = dialog->app;
	size_t row, wanted, done = 0, i;
	bool moved = false;

	if (id != STEPS_GO || !table_row(&state->table, &row))
		return;
	wanted = state->count - row;
	for (i = 0; i < state->count; i++)
		done += !state->items[i].undone;
	for (; done > wanted; done--, moved = true)
		if (!app_step(app, false))
			return;
	for (; done < wanted; done++, moved = true)
		if (!app_step(app, true))
			return;
	if (!moved)
		app_say(app, '!', "the draft stands at this step; u undoes "
		    "it, too");
}

static enum role
steps_look(void *context, size_t row, char *mark)
{
	const struct steps_state *state = context;
	bool undone = state->items[state->count - 1 - row].undone;

	*mark = undone ? '-' : '+';
	return undone ? ROLE_OFF : ROLE_TEXT;
}

static void
steps_clear(void *value)
{
	struct steps_state *state = value;

	table_clear(&state->table);
	steps_free(state->items, state->count);
}

const struct dialog_type steps_type = {
	.title = "Steps since the last commit",
	.screen = true,
	.live = true,
	.size = sizeof(struct steps_state),
	.controls = steps_controls,
	.keys = steps_keys,
	.refresh = steps_refresh,
	.act = steps_act,
	.clear = steps_clear,
};

void
steps_open(struct app *app)
{
	struct steps_state *state =
	    dialog_open(app, &steps_type, NULL)->state;

	state->table.columns = steps_columns;
	state->table.cell = steps_cell;
	state->table.look = steps_look;
	state->table.context = state;
	state->table.empty = "Nothing has been changed since the last commit.";
}

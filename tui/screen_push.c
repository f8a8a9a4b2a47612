#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "push_run.h"

struct push_state {
	struct app *app;
	struct table table;
	struct view text;
};

enum { PUSH_STOP = ID_OWN };

#define AT(member) offsetof(struct push_state, member)
#define BAR 20

static const struct control push_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(8) },
	    .text = "Gateways", .offset = AT(table), },
	{ .kind = CONTROL_VIEW, .at = { 0, -8, 0, 8 },
	    .text = "What this gateway said", .offset = AT(text), },
	{ .kind = CONTROL_END, },
};

static bool
goes_on(const struct dialog *dialog)
{
	return push_run_goes(dialog->app->push);
}

static const struct key_row push_keys[] = {
	{ 's', K_CTRL('c'), "Stop after these", "ask the push to stop where "
	    "that is safe", PUSH_STOP, goes_on, },
	{ 0 },
};

static const struct column push_columns[] = {
	{ "Gateway", 14, false, 0, },
	{ "Step", 16, false, 0, },
	{ "Progress", BAR + 2, false, 78, },
	{ "Time", 5, true, 70, },
	{ "Result", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
add_bar(struct buf *out, const struct push_row *row)
{
	unsigned done = row->steps ? row->done * BAR / row->steps : 0, i;

	if (row->state && row->step)
		done = BAR;
	buf_addc(out, '[');
	for (i = 0; i < BAR; i++)
		buf_addc(out, i < done ? '#' : row->step ? ' ' : '-');
	buf_addc(out, ']');
}

static void
add_time(struct buf *out, const struct push_row *row)
{
	int64_t end = row->ended ? row->ended : loop_clock();

	if (row->began && !getenv("RELAYADM_CLOCK"))
		buf_addf(out, "%d:%02d", (int)((end - row->began) / 60000),
		    (int)((end - row->began) / 1000 % 60));
}

static void
push_cell(void *context, size_t place, int column, struct buf *out)
{
	const struct push_state *state = context;
	const struct push_row *row = &state->app->push->rows[place];

	if (column == 0)
		buf_add(out, row->gateway);
	else if (column == 1 && row->step)
		buf_addf(out, "%u/%u %s", row->done, row->steps, row->step);
	else if (column == 1)
		buf_add(out, "waiting");
	else if (column == 2)
		add_bar(out, row);
	else if (column == 3)
		add_time(out, row);
	else if (row->state)
		buf_addf(out, "%s %s", row->state, row->text);
}

static bool
is_good(const char *state)
{
	return !strcmp(state, "OK") || !strcmp(state, "UNCHANGED");
}

static enum role
push_look(void *context, size_t place, char *mark)
{
	const struct push_state *state = context;
	const struct push_row *row = &state->app->push->rows[place];

	if (!row->state)
		return ROLE_TEXT;
	*mark = is_good(row->state) ? '=' : 'X';
	return is_good(row->state) ? ROLE_TEXT : ROLE_STRONG;
}

static void
show_text(struct dialog *dialog)
{
	struct push_state *state = dialog->state;
	const struct push_run *run = dialog->app->push;
	size_t row;

	buf_clear(&state->text.text);
	if (table_row(&state->table, &row))
		buf_add(&state->text.text, buf_text(&run->rows[row].lines));
	if (run->errors)
		buf_addf(&state->text.text, "\4%s", run->errors);
	state->text.scroll.cursor = 1000000; /* its end; drawing bounds it */
}

static void
push_refresh(struct dialog *dialog)
{
	struct push_state *state = dialog->state;

	if (state->table.rows != dialog->app->push->count)
		table_reset(&state->table, dialog->app->push->count);
	show_text(dialog);
}

static void
push_status(const struct dialog *dialog, struct buf *out)
{
	static const char *const states[] = { "OK", "UNCHANGED", "ROLLED-BACK",
		"FAILED", "UNKNOWN", "UNREACHABLE", "REFUSED", "SKIPPED" };
	const struct push_run *run = dialog->app->push;
	size_t i, n;

	buf_addf(out, " %s  ", push_run_goes(run) ? run->stopping
	            ? "Stopping: what began is finished first."
	            : "The push goes on; Esc hides it, P shows it again."
	                                          : "The push has ended.");
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		n = push_run_count(run, states[i]);
		if (n)
			buf_addf(out, " %s %zu", states[i], n);
	}
	n = push_run_count(run, NULL);
	if (n)
		buf_addf(out, " running %zu", n);
}

static void
push_act(struct dialog *dialog, int id)
{
	if (id != PUSH_STOP)
		return;
	push_run_stop(dialog->app->push);
	app_say(dialog->app, '!', "asked the push to stop; a gateway that has "
	    "begun is finished or put back");
}

static void
push_clear(void *value)
{
	struct push_state *state = value;

	table_clear(&state->table);
	buf_free(&state->text.text);
}

const struct dialog_type push_type = {
	.title = "Push",
	.screen = true,
	.least_h = 14,
	.size = sizeof(struct push_state),
	.controls = push_controls,
	.keys = push_keys,
	.refresh = push_refresh,
	.moved = show_text,
	.status = push_status,
	.act = push_act,
	.clear = push_clear,
};

static void
show_run(struct app *app)
{
	struct dialog *dialog = dialog_open(app, &push_type, NULL);
	struct push_state *state = dialog->state;

	snprintf(dialog->title, sizeof(dialog->title),
	    "Push revision %lld to %zu gateway%s", (long long)app->revision,
	    app->push->count, app->push->count == 1 ? "" : "s");
	state->app = app;
	state->table.columns = push_columns;
	state->table.cell = push_cell;
	state->table.look = push_look;
	state->table.context = state;
}

/* --- the question before --------------------------------------------------- */

/* What is to be pushed while the question is open. */
static const char **
chosen_names(struct app *app, size_t *count)
{
	const struct policy *base = app_base(app);
	const char **names =
	    mem_new(base ? base->gateway_count : 1, sizeof(*names));
	size_t i;

	*count = 0;
	for (i = 0; base && i < base->gateway_count; i++) {
		const struct gateway *gateway = base->gateways[i];
		const char *group = gateway->group ? gateway->group : "";

		if (app->push_gateway &&
		    strcmp(gateway->name, app->push_gateway) != 0)
			continue;
		if (app->push_group && strcmp(group, app->push_group) != 0)
			continue;
		names[(*count)++] = gateway->name;
	}
	return names;
}

static void
on_yes(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct app *app = owner->app;
	const char **names;
	size_t count;

	(void)dialog;
	if (!ok)
		return;
	names = chosen_names(app, &count);
	push_run_free(app->push);
	app->push = push_run_start(app, names, count);
	free(names);
	if (app->push)
		show_run(app);
}

static void
add_question(struct buf *out, struct app *app, const char **names,
    size_t count)
{
	size_t i;

	buf_addf(out, "%zu mail service%s get%s revision %lld and restart%s:\n"
	    "  ", count, count == 1 ? "" : "s", count == 1 ? "s" : "",
	    (long long)app->revision, count == 1 ? "s" : "");
	for (i = 0; i < count && i < 12; i++)
		buf_addf(out, "%s%s", i ? ", " : "", names[i]);
	if (count > 12)
		buf_add(out, ", ...");
	buf_add(out, "\n\nA gateway that does not come back or does not decide "
	    "as the policy says is put back by itself.\n");
	if (app->dirty)
		buf_addf(out, "\n! The draft has %zu step%s that no revision "
		    "holds: they are NOT pushed. Commit first to push them.",
		    app->steps, app->steps == 1 ? "" : "s");
}

void
push_ask(struct app *app, const char *gateway, const char *group)
{
	struct buf text = { 0 };
	char title[80], word[40];
	const char **names;
	size_t count;

	if (push_run_goes(app->push)) {
		show_run(app);
		return;
	}
	if (!app_may_edit(app))
		return;
	if (!app->revision) {
		app_say(app, '!', "there is no revision yet: commit the draft "
		    "first (C)");
		return;
	}
	free(app->push_gateway);
	free(app->push_group);
	app->push_gateway = mem_text(gateway);
	app->push_group = mem_text(group);
	names = chosen_names(app, &count);
	if (!count) {
		app_say(app, '!', "revision %lld has no such gateway",
		    (long long)app->revision);
	} else {
		snprintf(title, sizeof(title), "Push revision %lld to %zu "
		    "gateway%s?", (long long)app->revision, count,
		    count == 1 ? "" : "s");
		snprintf(word, sizeof(word), "push %zu", count);
		add_question(&text, app, names, count);
		ask_open(app, title, buf_text(&text), word, on_yes);
	}
	free(names);
	buf_free(&text);
}

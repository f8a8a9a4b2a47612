#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "push_run.h"

static bool begin(struct app *app, int64_t revision,
    const char *const *gateways, size_t count, bool force);

struct push_state {
	struct app *app;
	struct table table;
	struct view text;
};

enum {
	PUSH_STOP = ID_OWN,
	PUSH_RETRY,
	PUSH_TRUST,
	PUSH_ASK,
	PUSH_ADOPT,
	PUSH_OVERWRITE,
};

#define AT(member) offsetof(struct push_state, member)
#define BAR 10

static const struct control push_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(8) },
	    .text = "Gateways", .offset = AT(table), },
	{ .kind = CONTROL_VIEW, .at = { 0, -8, 0, 8 },
	    .text = "What this gateway said", .offset = AT(text), },
	{ .kind = CONTROL_END, },
};

static bool
can_stop(const struct dialog *dialog)
{
	return push_run_can_stop(dialog->app->push);
}

static bool
can_retry(const struct dialog *dialog)
{
	const struct push_run *run = dialog->app->push;
	size_t i = 0;

	while (i < run->count && push_row_good(&run->rows[i]))
		i++;
	/* Another's is asked for its end first. */
	return !push_run_goes(run) && i < run->count &&
	    !(push_run_open(run) && run->alive);
}

/* Has the push of the gateway under the cursor ended without success? */
static bool
has_failed(const struct dialog *dialog)
{
	const struct push_state *state = dialog->state;
	const struct push_run *run = dialog->app->push;
	size_t row;

	return !push_run_goes(run) && table_row(&state->table, &row) &&
	    !push_row_good(&run->rows[row]);
}

/* Was it changed by hand since it was pushed to? */
static bool
has_drifted(const struct dialog *dialog)
{
	const struct push_state *state = dialog->state;
	const struct push_run *run = dialog->app->push;
	size_t row;

	return !push_run_goes(run) && table_row(&state->table, &row) &&
	    push_row_drifted(&run->rows[row]);
}

static void
adopt(struct dialog *dialog)
{
	const struct push_state *state = dialog->state;
	const char *words[] = { "gateway", "adopt", NULL, NULL };
	char title[NAME_SIZE + 30];
	size_t row;

	if (!table_row(&state->table, &row) || !app_may_edit(dialog->app))
		return;
	words[2] = dialog->app->push->rows[row].gateway;
	snprintf(title, sizeof(title), "Changes by hand on %s", words[2]);
	output_open(dialog->app, title, words);
}

static void
on_overwrite(struct dialog *owner, struct dialog *dialog, bool ok)
{
	const struct push_state *state = owner->state;
	const struct push_run *run = owner->app->push;
	char name[NAME_SIZE];
	const char *names[] = { name };
	size_t row;

	(void)dialog;
	if (!ok || !table_row(&state->table, &row))
		return;
	snprintf(name, sizeof(name), "%s", run->rows[row].gateway);
	begin(owner->app, run->revision, names, 1, true);
}

static void
overwrite(struct dialog *dialog)
{
	const struct push_state *state = dialog->state;
	char title[NAME_SIZE + 40];
	size_t row;

	if (!table_row(&state->table, &row))
		return;
	snprintf(title, sizeof(title), "Push over what is on %s?",
	    dialog->app->push->rows[row].gateway);
	ask_open(dialog->app, title, "What somebody changed there by hand is "
	    "lost on the gateway. A in place of this takes it into the draft "
	    "first, as far as it is understood.", "yes", on_overwrite);
}

/* Most often a new gateway whose host key nobody has looked at. */
static void
trust(struct dialog *dialog)
{
	const struct push_state *state = dialog->state;
	size_t row;

	if (table_row(&state->table, &row))
		trust_open(dialog->app, dialog->app->push->rows[row].gateway);
}

/* Another console's, of which nobody here hears. */
static bool
can_ask(const struct dialog *dialog)
{
	return push_run_open(dialog->app->push);
}

static const struct key_row push_keys[] = {
	{ 'a', 0, "Ask the gateways", "ask the gateways how another "
	    "console's push stands", PUSH_ASK, can_ask, },
	{ 's', K_CTRL('c'), "Stop after these", "stop safely: what has begun "
	    "is finished or put back", PUSH_STOP, can_stop, },
	{ 'r', 0, "Retry", "push again to the gateways that are not in step",
	    PUSH_RETRY, can_retry, },
	{ 't', 0, "Host key", "look at this gateway's host key, trust it",
	    PUSH_TRUST, has_failed, },
	{ 'A', 0, "Adopt", "take what was changed there by hand into the "
	    "draft", PUSH_ADOPT, has_drifted, },
	{ 'o', 0, "Overwrite", "push over what was changed by hand, after a "
	    "question", PUSH_OVERWRITE, has_drifted, },
	{ 0 },
};

static const struct column push_columns[] = {
	{ "Gateway", 14, false, 0, },
	{ "Step", 12, false, 0, },
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
add_time(struct buf *out, int64_t began, int64_t ended)
{
	int64_t end = ended ? ended : loop_clock();

	/* A frozen clock is a test that compares pictures. */
	if (began && !getenv("RELAYADM_CLOCK"))
		buf_addf(out, "%d:%02d", (int)((end - began) / 60000),
		    (int)((end - began) / 1000 % 60));
}

static void
push_cell(void *context, size_t place, int column, struct buf *out)
{
	const struct push_state *state = context;
	const struct push_row *row = &state->app->push->rows[place];

	if (column == 0)
		buf_add(out, row->gateway);
	else if (column == 1 && row->step && !row->steps)
		buf_add(out, row->step);
	else if (column == 1 && row->step)
		buf_addf(out, "%u/%u %s", row->done, row->steps, row->step);
	else if (column == 1)
		buf_add(out, row->state ? "not begun" : "waiting");
	else if (column == 2)
		add_bar(out, row);
	else if (column == 3)
		add_time(out, row->began, row->ended);
	else if (row->state)
		buf_addf(out, "%s%s%s", row->state, *row->text ? ": " : "",
		    row->text);
}

static enum role
push_look(void *context, size_t place, char *mark)
{
	const struct push_state *state = context;
	const struct push_row *row = &state->app->push->rows[place];

	if (!row->state)
		return ROLE_TEXT;
	*mark = push_row_good(row) ? '=' : 'X';
	return push_row_good(row) ? ROLE_TEXT : ROLE_STRONG;
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
set_title(struct dialog *dialog)
{
	const struct push_run *run = dialog->app->push;

	snprintf(dialog->title, sizeof(dialog->title),
	    "Push revision %lld to %zu gateway%s", (long long)run->revision,
	    run->count, run->count == 1 ? "" : "s");
}

static void
push_refresh(struct dialog *dialog)
{
	struct push_state *state = dialog->state;

	set_title(dialog);
	if (state->table.rows != dialog->app->push->count)
		table_reset(&state->table, dialog->app->push->count);
	show_text(dialog);
}

static void
push_status(const struct dialog *dialog, struct buf *out)
{
	static const char *const states[] = { "OK", "UNCHANGED", "ROLLED-BACK",
		"FAILED", "UNKNOWN", "UNREACHABLE", "REFUSED", "BROKEN",
		"SKIPPED" };
	const struct push_run *run = dialog->app->push;
	size_t i, n;

	buf_add(out, " All:");
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		n = push_run_count(run, states[i]);
		if (n)
			buf_addf(out, " %s %zu ", states[i], n);
	}
	n = push_run_count(run, NULL);
	if (n)
		buf_addf(out, push_run_goes(run) || run->alive
		        ? " running %zu "
		        : " not known %zu ", n);
	buf_addf(out, " of %zu   ", run->count);
	add_time(out, run->began, run->ended);
	if (push_run_open(run)) {
		buf_addf(out, "   begun by %s at ", run->author);
		add_minute(out, run->started);
		if (run->stopper)
			buf_addf(out, "   %s stops it", run->stopper);
		return;
	}
	buf_add(out, !push_run_goes(run)  ? "   ended"
	        : run->stopping           ? "   stopping"
	                                  : "   Esc hides it, it goes on");
}

/* Those that are not in step, once more. */
static void
retry(struct dialog *dialog)
{
	const struct push_run *run = dialog->app->push;
	const char **names = mem_new(run->count + 1, sizeof(*names));
	size_t count = 0, i;

	for (i = 0; i < run->count; i++)
		if (!push_row_good(&run->rows[i]))
			names[count++] = run->rows[i].gateway;
	push_ask_these(dialog->app, names, count);
	free(names);
}

static void
on_stop(struct dialog *owner, struct dialog *dialog, bool ok)
{
	(void)dialog;
	if (ok && push_run_can_stop(owner->app->push))
		push_run_stop(owner->app->push);
}

static void
stop_another(struct dialog *dialog)
{
	const struct push_run *run = dialog->app->push;
	char title[120];

	if (dialog->app->options.readonly) {
		app_say(dialog->app, '!', "read only: nothing can be changed "
		    "here");
		return;
	}
	snprintf(title, sizeof(title), "Stop the push that %.80s began?",
	    run->author);
	ask_open(dialog->app, title, "Gateways that have begun are finished or "
	    "put back, no more are begun. It is recorded that you asked for "
	    "it.", NULL, on_stop);
}

static void
push_act(struct dialog *dialog, int id)
{
	if (id == PUSH_RETRY)
		retry(dialog);
	if (id == PUSH_TRUST)
		trust(dialog);
	if (id == PUSH_ASK)
		push_run_ask(dialog->app->push);
	if (id == PUSH_ADOPT)
		adopt(dialog);
	if (id == PUSH_OVERWRITE)
		overwrite(dialog);
	if (id != PUSH_STOP)
		return;
	if (dialog->app->push->author)
		stop_another(dialog);
	else
		push_run_stop(dialog->app->push);
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
	.stack = 8,
	.size = sizeof(struct push_state),
	.controls = push_controls,
	.keys = push_keys,
	.refresh = push_refresh,
	.moved = show_text,
	.status = push_status,
	.act = push_act,
	.clear = push_clear,
};

bool
push_is_shown(const struct app *app)
{
	size_t i = 0;

	while (i < app->depth && app->stack[i]->type != &push_type)
		i++;
	return i < app->depth;
}

void
push_show(struct app *app)
{
	struct dialog *dialog = app_top(app);
	struct push_state *state;

	if (dialog->type != &push_type)
		dialog = dialog_open(app, &push_type, NULL);
	set_title(dialog);
	state = dialog->state;
	state->app = app;
	state->table.columns = push_columns;
	state->table.cell = push_cell;
	state->table.look = push_look;
	state->table.context = state;
	table_reset(&state->table, app->push->count);
}

static bool
begin(struct app *app, int64_t revision, const char *const *gateways,
    size_t count, bool force)
{
	struct push_run *run = push_run_start(app, revision, gateways, count,
	    force);

	if (!run)
		return false;
	loop_tell('P');
	push_run_free(app->push);
	app->push = run;
	push_show(app);
	return true;
}

bool
push_begin(struct app *app, int64_t revision, const char *const *gateways,
    size_t count)
{
	return begin(app, revision, gateways, count, false);
}

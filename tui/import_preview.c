#include "config.h"

#include <string.h>

#include "import_preview.h"
#include "policy/mem.h"
#include "resolver.h"
#include "store/format.h"

/* --- judging, beside the loop ------------------------------------------ */

static const struct format *
chosen_format(const struct import_state *state)
{
	const char *name = pick_word(&state->format);

	return name ? format_find(name) : NULL;
}

static const char *
given(const struct line *line)
{
	return *line_text(line) ? line_text(line) : NULL;
}

static void
fill_task(struct import_state *state, struct import_task *task)
{
	const struct format *format = chosen_format(state);

	task->rules = (struct import_rules){ .widen = state->widen,
		.format = format ? format->name : NULL,
		.name = state->path ? state->source : NULL,
		.column = given(&state->column),
		.service = given(&state->service),
		.region = given(&state->region),
		.accepted = { state->accepted.lines, state->accepted.count },
		.skipped = { state->skipped.lines, state->skipped.count } };
	task->accept = state->accept;
	task->resolve = state->resolve;
	task->resolver = given(&state->resolver);
	task->store = state->dialog->app->store;
	task->source = state->order.source;
	task->mode = (enum import_mode)state->mode;
	task->targeted = state->order.targeted;
	task->target = state->order.target;
	task->draft = policy_copy(state->dialog->app->draft);
	if (!task->targeted)
		entries_copy(&task->present, state->order.present);
}

static void
on_tick(void *context)
{
	struct import_state *state = context;

	state->dialog->stale = true;
	if (state->going)
		loop_after(state->dialog->app->loop, 250, on_tick, state);
}

static void on_judged(void *context);

/* Takes over the text; with a path it is read. */
void
import_begin(struct import_state *state, struct buf *text, const char *path)
{
	struct app *app = state->dialog->app;
	struct import_task task = { .path = path };
	struct err err;

	import_work_free(state->going);
	state->going = NULL;
	fill_task(state, &task);
	if (!import_port(state, &task.rules.port, &err)) {
		state->refused = true;
		app_fail(app, &err);
		if (text)
			buf_free(text);
		policy_free(task.draft);
		entries_free(&task.present);
		return;
	}
	if (text)
		task.text = *text;
	state->head = app->head;
	state->began = loop_clock();
	state->going = import_work_start(app->loop, &task, on_judged, state,
	    &err);
	if (!state->going)
		app_fail(app, &err);
	on_tick(state);
}

void
import_begin_again(struct import_state *state)
{
	struct buf text = { 0 };

	if (!state->shown) {
		import_begin(state, NULL, state->path);
		return;
	}
	buf_addn(&text, buf_text(&state->shown->task.text),
	    state->shown->task.text.len);
	import_begin(state, &text, NULL);
}

void
import_reshow(struct import_state *state)
{
	size_t row = 0;
	bool any = table_row(&state->table, &row);

	import_rows_make(&state->rows, state->shown,
	    (enum import_show)state->show);
	table_reset(&state->table, state->rows.count);
	if (any && row < state->rows.count)
		table_go(&state->table, row);
	state->dialog->stale = true;
}

static void
on_judged(void *context)
{
	struct import_state *state = context;
	struct import_work *work = state->going;
	struct dialog *dialog = state->dialog;

	state->going = NULL;
	dialog->stale = true;
	state->refused = !work->ok;
	if (!work->ok) {
		app_fail(dialog->app, &work->err);
		import_work_free(work);
		if (!state->shown)
			dialog_close(dialog, false);
		return;
	}
	if (!state->shown && work->task.mode == IMPORT_REFRESH &&
	    !work->import.bad_count && !work->import.holding)
		state->show = SHOW_COMES;
	import_work_free(state->shown);
	state->shown = work;
	import_reshow(state);
}

void
import_stop(struct import_state *state)
{
	loop_cancel(state->dialog->app->loop, on_tick, state);
	import_work_free(state->going);
	import_work_free(state->shown);
	state->going = state->shown = NULL;
}

const struct buf *
import_bytes(const struct import_state *state)
{
	return state->original.len ? &state->original
	                           : &state->shown->task.text;
}

/* --- what is said ------------------------------------------------------ */

void
import_add_label(struct buf *out, const struct import_state *state)
{
	static const char *const verbs[] = { "import", "import, replacing,",
		"import, removing,", "refresh from" };
	const struct arrival *arrival = &state->shown->arrival;

	buf_addf(out, "%s %s into ", verbs[state->mode],
	    state->path ? state->path : state->source);
	target_add(out, &state->order.target);
	buf_addf(out, ": %zu came", arrival->came);
	if (arrival->went)
		buf_addf(out, ", %zu went", arrival->went);
}

static void
add_count(struct buf *out, const char *label, size_t number)
{
	buf_addf(out, "%s ", label);
	buf_add_grouped(out, number);
	buf_add(out, "  ");
}

static void
show_counts(struct import_state *state)
{
	const struct import *m = &state->shown->import;
	struct buf text = { 0 };

	if (state->mode == IMPORT_REFRESH) {
		add_count(&text, "+ Comes", state->shown->arrival.came);
		add_count(&text, "- Goes", state->shown->arrival.went);
	}
	add_count(&text, "Lines", m->lines);
	add_count(&text, "= New", m->added - m->inside);
	add_count(&text, "Inside", m->inside);
	add_count(&text, "Known", m->known);
	add_count(&text, "Twice", m->repeated);
	add_count(&text, "Bad", m->bad_count);
	add_count(&text, "Held", m->holding);
	if (m->skipped || m->left_count)
		add_count(&text, "Left out", m->skipped + m->left_count);
	add_count(&text, "Blank", m->blank);
	caption_set(&state->counts, m->bad_count || m->holding
	    ? ROLE_STRONG : ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

/* The sums in one line, the verdict, their last, first: what is cut off at a
 * narrow terminal is the rest. */
static void
show_effect(struct import_state *state)
{
	const char *sums = buf_text(&state->shown->effect);
	const char *verdict = strstr(sums, "Verdict: ");
	struct buf text = { 0 };

	if (!state->order.targeted || !verdict) {
		caption_set(&state->effect, ROLE_TEXT, "");
		return;
	}
	buf_addn(&text, verdict, strcspn(verdict, "\n"));
	while (sums < verdict) {
		size_t len = strcspn(sums, "\n");

		buf_add(&text, "   ");
		buf_addn(&text, sums, len);
		sums += len + 1;
	}
	caption_set(&state->effect, ROLE_STRONG, buf_text(&text));
	buf_free(&text);
}

static void
add_progress(struct buf *out, const struct import_state *state)
{
	int64_t spent = loop_clock() - state->began;
	size_t done, total;

	beside_progress(&state->going->beside, &done, &total);
	if (state->resolve && spent >= 1000) {
		buf_addf(out, "asking DNS, %lld of at most %d s...   Esc: stop",
		    (long long)spent / 1000, RESOLVE_SECONDS);
		return;
	}
	if (!total || spent < 1000 || done >= total) {
		buf_add(out, "working...   Esc: stop");
		return;
	}
	buf_add(out, "read ");
	buf_add_grouped(out, done);
	buf_add(out, " of ");
	buf_add_grouped(out, total);
	buf_add(out, " bytes, ");
	beside_add_left(out, spent, done, total);
	buf_add(out, "   Esc: stop");
}

static void
show_guess(struct import_state *state)
{
	const struct import *m = state->shown ? &state->shown->import : NULL;
	struct buf text = { 0 };

	if (state->going)
		add_progress(&text, state);
	else if (m && m->choices)
		buf_addf(&text, "Read as %s: %s", m->format, m->choices);
	else if (m && state->shown->task.resolve)
		buf_addf(&text, "Read as %s; %s%s", m->format,
		    m->asked.len ? "asked DNS for "
		                 : "nothing in it is left to DNS",
		    buf_text(&m->asked));
	else if (m && m->why)
		buf_addf(&text, "Read as %s because %s; Format overrides",
		    m->format, m->why);
	else if (m)
		buf_addf(&text, "Read as %s, as was asked", m->format);
	caption_set(&state->guess, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

/* The whole of what the row under the cursor says. */
void
import_say_row(struct import_state *state)
{
	struct buf text = { 0 };
	size_t row;

	if (state->shown && table_row(&state->table, &row)) {
		if (import_rows_line(&state->rows, row))
			buf_addf(&text, "line %u: ",
			    (unsigned)import_rows_line(&state->rows, row));
		import_rows_cell(&state->rows, row, 1, &text);
		buf_add(&text, "  ");
		import_rows_cell(&state->rows, row, 2, &text);
	}
	caption_set(&state->reason, ROLE_STRONG, buf_text(&text));
	buf_free(&text);
}

void
import_say_all(struct import_state *state)
{
	if (state->shown) {
		show_counts(state);
		show_effect(state);
	}
	show_guess(state);
	import_say_row(state);
}

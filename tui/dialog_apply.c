#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "beside.h"
#include "dialog_types.h"
#include "import_preview.h"
#include "policy/mem.h"

/* An import is stored beside the loop, by a connection of its own to the
 * database; until it has ended nothing else is edited. */

/* Milliseconds that are waited before anything is shown of it. */
#define FELT 100

struct apply_state {
	struct dialog *dialog;
	struct import_state *preview; /* its work stays as it is meanwhile */
	struct beside beside;
	int64_t began;
	struct buf label, options;
	size_t items; /* to be stored */
	struct caption text, progress, note;
	struct progress bar;
	/* What comes out. */
	bool ok;
	struct err err;
	int64_t id, head;
	struct policy *draft;
};

enum {
	APPLY_STOP = ID_OWN,
};

#define AT(member) offsetof(struct apply_state, member)

static const struct control apply_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, 2 },
	    .offset = AT(text), },
	{ .kind = CONTROL_CAPTION, .at = { 0, 2, 0, 0 },
	    .offset = AT(progress), },
	{ .kind = CONTROL_PROGRESS, .at = { 0, 3, 0, 0 },
	    .offset = AT(bar), },
	{ .kind = CONTROL_CAPTION, .at = { 0, 4, 0, 0 },
	    .offset = AT(note), },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 0, 0 }, .text = "&Stop",
	    .id = APPLY_STOP, .hint = "nothing is stored then", },
	{ .kind = CONTROL_END, },
};

/* --- in the thread ----------------------------------------------------- */

static bool
goes_on(size_t items, void *context)
{
	struct apply_state *state = context;

	return beside_note(&state->beside, items, state->items);
}

static bool
apply(struct apply_state *state, struct store *store)
{
	struct import_state *preview = state->preview;
	struct import_work *work = preview->shown;
	const struct buf *bytes = import_bytes(preview);
	struct import_source source = { preview->source, buf_text(bytes),
		bytes->len, buf_text(&state->options) };

	state->head = preview->head;
	store_watch(store, goes_on, state);
	if (!store_import(store, buf_text(&state->label), &work->arrival,
	        &work->import, &source, &state->head, &state->id,
	        &state->err))
		return false;
	store_watch(store, NULL, NULL);
	return store_draft(store, &state->draft, &state->head, &state->err);
}

static void
run(void *context)
{
	struct apply_state *state = context;
	struct store *store;

	if (!store_again(&store, state->dialog->app->store, &state->err))
		return;
	state->ok = apply(state, store);
	store_close(store);
}

/* --- in the loop ------------------------------------------------------- */

/* The journal has the command that does the same. */
static void
say_same(struct apply_state *state, const struct arrival *arrival)
{
	struct app *app = state->dialog->app;
	struct buf same = { 0 };

	import_add_command(&same, state->preview);
	app_say(app, 'i', "import #%lld: %zu came, %zu went   u: undo",
	    (long long)state->id, arrival->came, arrival->went);
	if (same.len)
		app_same(app, "%s", buf_text(&same));
	buf_free(&same);
}

static void
say_done(struct apply_state *state)
{
	struct app *app = state->dialog->app;
	const struct arrival *arrival = &state->preview->shown->arrival;

	if (state->id)
		say_same(state, arrival);
	else
		app_say(app, 'i', "nothing to change: all of it is there");
}

static bool
take_draft(struct apply_state *state)
{
	struct policy *draft = state->draft;

	state->draft = NULL;
	state->preview->stored = true;
	return app_take_draft(state->dialog->app, draft, state->head,
	    &state->err);
}

static void
on_ended(void *context)
{
	struct apply_state *state = context;
	struct app *app = state->dialog->app;

	app->busy = NULL;
	dialog_close(state->dialog, state->ok);
	if (state->ok && take_draft(state)) {
		say_done(state);
		dialog_close(state->preview->dialog, true);
	} else {
		app_say(app, beside_stopped(&state->beside) ? '!' : 'X', "%s",
		    state->err.text);
	}
}

static void
apply_refresh(struct dialog *dialog)
{
	struct apply_state *state = dialog->state;
	int64_t spent = loop_clock() - state->began;
	struct buf text = { 0 };
	size_t done, total;

	beside_progress(&state->beside, &done, &total);
	if (!done) {
		buf_add(&text, spent < 1000
		    ? "begins..."
		    : "another program is writing; this one waits its turn");
	} else {
		buf_add_grouped(&text, done);
		buf_add(&text, " of ");
		buf_add_grouped(&text, total);
		buf_add(&text, " stored   ");
		beside_add_left(&text, spent, done, total);
	}
	state->bar.done = done < total ? done : total;
	state->bar.total = total;
	caption_set(&state->text, ROLE_TEXT, buf_text(&state->label));
	caption_set(&state->progress, ROLE_STRONG, buf_text(&text));
	caption_set(&state->note, ROLE_TEXT, beside_stopped(&state->beside)
	        ? "Stopping..."
	        : "Esc stops it: then nothing is stored.");
	buf_free(&text);
}

static void
on_tick(void *context)
{
	struct apply_state *state = context;

	state->dialog->stale = true;
	loop_after(state->dialog->app->loop, 250, on_tick, state);
}

static bool
apply_cancel(struct dialog *dialog)
{
	struct apply_state *state = dialog->state;

	beside_stop(&state->beside);
	dialog->stale = true;
	return false;
}

static void
apply_act(struct dialog *dialog, int id)
{
	if (id == APPLY_STOP)
		apply_cancel(dialog);
}

static void
apply_clear(void *value)
{
	struct apply_state *state = value;

	loop_cancel(state->dialog->app->loop, on_tick, state);
	beside_clear(&state->beside);
	policy_free(state->draft);
	buf_free(&state->label);
	buf_free(&state->options);
	buf_free(&state->text.text);
	buf_free(&state->progress.text);
	buf_free(&state->note.text);
}

const struct dialog_type apply_type = {
	.title = "Storing",
	.w = 66,
	.h = 9,
	.least_h = 6,
	.size = sizeof(struct apply_state),
	.controls = apply_controls,
	.refresh = apply_refresh,
	.act = apply_act,
	.cancel = apply_cancel,
	.clear = apply_clear,
};

void
import_apply(struct import_state *preview)
{
	struct app *app = preview->dialog->app;
	const struct import_work *work = preview->shown;
	struct dialog *dialog = dialog_open(app, &apply_type, NULL);
	struct apply_state *state = dialog->state;

	state->dialog = dialog;
	state->preview = preview;
	state->began = loop_clock();
	import_add_label(&state->label, preview);
	import_add_options(&state->options, preview);
	import_add_asked(&state->options, &work->import);
	state->items = store_import_items(&work->arrival, &work->import);
	state->beside = (struct beside){ .run = run, .ended = on_ended,
		.context = state };
	app->busy = "an import is being stored";
	if (!beside_start(&state->beside, app->loop, &state->err))
		on_ended(state);
	else if (!beside_await(&state->beside, FELT))
		on_tick(state);
}

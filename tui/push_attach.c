#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "clock_text.h"
#include "policy/mem.h"
#include "push_run.h"
#include "self.h"

/* A push that another console began: it may go on, in a process that nobody
 * here can hear, or have been cut off.  The store is told of its end. */

#define LOOK_EVERY 1000 /* ms */

bool
push_run_open(const struct push_run *run)
{
	return run && run->author && push_run_count(run, NULL);
}

static void
say_all_ended(struct push_run *run)
{
	size_t i, good = 0;

	for (i = 0; i < run->count; i++)
		good += push_row_good(&run->rows[i]);
	run->ended = loop_clock();
	app_say(run->app, good == run->count ? 'i' : 'X', "the push that %s "
	    "began has ended: %zu of %zu gateway%s in step", run->author, good,
	    run->count, run->count == 1 ? "" : "s");
}

/* Says whether that is another than before. */
static bool
show_step(struct push_run *run, struct push_row *row)
{
	const char *step = store_push_alive(run->app->store, row->generation)
	    ? "goes on" : "cut off";

	if (row->step && !strcmp(row->step, step))
		return false;
	free(row->step);
	row->step = mem_text(step);
	return true;
}

/* Does the store know its end by now, or did its process end without one? */
static bool
look_at(struct push_run *run, struct push_row *row)
{
	struct push_record record;
	struct err err;
	bool ended;

	if (row->state || !store_push_get(run->app->store, row->generation,
	        &record, &err))
		return false;
	ended = record.state && record.ended;
	if (ended) {
		free(row->step);
		row->step = mem_text("ended");
		push_row_end(run, row, record.state,
		    record.detail ? record.detail : "");
	}
	push_record_clear(&record);
	return ended || show_step(run, row);
}

static void
look(void *context)
{
	struct push_run *run = context;
	bool any = false;
	size_t i;

	for (i = 0; i < run->count; i++)
		any |= look_at(run, &run->rows[i]);
	if (any)
		push_run_redraw(run);
	if (push_run_open(run))
		loop_after(run->app->loop, LOOK_EVERY, look, run);
	else if (!run->ended)
		say_all_ended(run);
}

static void
add_row(struct push_run *run, const struct push_record *record)
{
	struct push_row *row = push_run_row(run, record->gateway);
	struct buf text = { 0 };

	row->generation = record->generation;
	show_step(run, row);
	buf_addf(&text, "revision %lld, begun by %s at ",
	    (long long)record->revision, record->author);
	add_minute(&text, record->started);
	buf_add(&text, store_push_alive(run->app->store, row->generation)
	    ? "; it goes on" : "; it was cut off");
	push_row_say(row, buf_text(&text));
	buf_free(&text);
}

static bool
any_alive(const struct push_run *run)
{
	size_t i = 0;

	while (i < run->count && !store_push_alive(run->app->store,
	           run->rows[i].generation))
		i++;
	return i < run->count;
}

static void
say_attached(struct push_run *run)
{
	struct buf when = { 0 };

	add_minute(&when, run->started);
	app_say(run->app, '!', "a push by %s began at %s and %s: P shows it, "
	    "then a asks the gateways", run->author, buf_text(&when),
	    any_alive(run) ? "goes on" : "was cut off");
	buf_free(&when);
}

struct push_run *
push_run_attach(struct app *app)
{
	struct push_record *records;
	struct push_run *run;
	struct err err;
	size_t count, i;

	if (!store_pushes_open(app->store, &records, &count, &err)) {
		app_fail(app, &err);
		return NULL;
	}
	run = count ? mem_new(1, sizeof(*run)) : NULL;
	if (run) {
		run->app = app;
		run->status = -1;
		run->revision = records[0].revision;
		run->author = mem_text(records[0].author);
		run->started = records[0].started;
		for (i = 0; i < count; i++)
			add_row(run, &records[i]);
		say_attached(run);
		loop_after(app->loop, LOOK_EVERY, look, run);
	}
	push_records_free(records, count);
	return run;
}

/* --- asking the gateways ------------------------------------------------- */

/* "mx1   IN STEP   revision 2 of 2, ..." or "    pending: ..." */
static void
on_line(void *context, char *line)
{
	struct push_run *run = context;
	size_t i, len = strcspn(line, " ");

	for (i = 0; i < run->count; i++) {
		struct push_row *row = &run->rows[i];

		if (strlen(row->gateway) == len &&
		    !strncmp(row->gateway, line, len))
			push_row_say(row, line + len + strspn(line + len, " "));
	}
	push_run_redraw(run);
}

static void
on_ended(void *context, int status, const char *errors)
{
	struct push_run *run = context;

	(void)status;
	run->asking = NULL;
	if (*errors)
		app_say(run->app, 'X', "%.*s", (int)strcspn(errors, "\n"),
		    errors);
	else if (push_run_count(run, NULL))
		app_say(run->app, 'i', "the gateways have answered");
	look(run);
	push_run_redraw(run);
}

void
push_run_ask(struct push_run *run)
{
	struct child_calls calls = { on_line, on_ended, run };
	const char **words = mem_new(run->count + 2, sizeof(*words));
	size_t count = 0, i;
	struct err err;

	words[count++] = "status";
	for (i = 0; i < run->count; i++)
		if (!run->rows[i].state)
			words[count++] = run->rows[i].gateway;
	if (!run->asking && count > 1) {
		run->asking = self_run(run->app, words, &calls, &err);
		if (run->asking)
			app_say(run->app, 'i', "asking the gateways...");
		else
			app_fail(run->app, &err);
	}
	free(words);
}

void
push_run_leave(struct push_run *run)
{
	if (!run->author)
		return;
	loop_cancel(run->app->loop, look, run);
	if (run->asking)
		child_kill(run->asking);
	run->asking = NULL;
}

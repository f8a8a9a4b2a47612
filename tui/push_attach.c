#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "clock_text.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "push_attach.h"
#include "self.h"
#include "store/push_round.h"

/* A push that another console, or a command, began: it may go on, in a process
 * that nobody here can hear, or have been cut off.  The store is told of its
 * steps and of its end. */

bool
push_run_open(const struct push_run *run)
{
	return run && run->author && push_run_count(run, NULL);
}

/* --- taking it up -------------------------------------------------------- */

static void
add_row(struct push_run *run, const struct push_record *record)
{
	struct push_row *row = push_run_row(run, record->gateway);
	struct buf text = { 0 };

	row->generation = record->generation;
	buf_addf(&text, "revision %lld, begun by %s at ",
	    (long long)record->revision, record->author);
	add_minute(&text, record->started);
	buf_add(&text, store_push_alive(run->app->store, row->generation)
	    ? "; it goes on" : "; it was cut off");
	push_row_say(row, buf_text(&text));
	buf_free(&text);
}

static void
say_attached(struct push_run *run)
{
	struct buf when = { 0 };

	add_minute(&when, run->started);
	app_say(run->app, '!', "a push by %s began at %s and %s", run->author,
	    buf_text(&when), run->round_count
	        ? "goes on: P shows it, there s stops it"
	        : "was cut off: P shows it, then a asks the gateways");
	buf_free(&when);
}

static struct push_run *
new_run(struct app *app, const char *author, int64_t revision,
    int64_t started)
{
	struct push_run *run = mem_new(1, sizeof(*run));

	run->app = app;
	run->status = -1;
	run->author = mem_text(author);
	run->revision = revision;
	run->started = started;
	return run;
}

/* Rounds that go on; NULL: there is none. */
static struct push_run *
attach_rounds(struct app *app)
{
	struct push_run *run = NULL;
	struct push_round *rounds;
	struct err err;
	size_t count, i;

	if (!store_rounds_open(app->store, &rounds, &count, &err)) {
		app_fail(app, &err);
		return NULL;
	}
	for (i = 0; i < count; i++) {
		const struct push_round *r = &rounds[i];

		if (!store_round_alive(app->store, r->round))
			continue;
		if (!run)
			run = new_run(app, r->author, r->revision,
			    r->started);
		push_attach_round(run, r->round);
	}
	push_rounds_free(rounds, count);
	return run;
}

/* What is open and belongs to no such round: most often it was cut off. */
static struct push_run *
attach_pushes(struct app *app, struct push_run *run)
{
	struct push_record *records;
	struct err err;
	size_t count, i, k;

	if (!store_pushes_open(app->store, &records, &count, &err)) {
		app_fail(app, &err);
		return run;
	}
	for (i = 0; i < count; i++) {
		const struct push_record *r = &records[i];

		for (k = 0; run && k < run->round_count; k++)
			if (run->rounds[k] == r->round)
				break;
		if (run && k < run->round_count)
			continue;
		if (!run)
			run = new_run(app, r->author, r->revision,
			    r->started);
		add_row(run, r);
	}
	push_records_free(records, count);
	return run;
}

struct push_run *
push_run_attach(struct app *app)
{
	struct push_run *run = attach_pushes(app, attach_rounds(app));

	if (!run)
		return NULL;
	say_attached(run);
	push_attach_look(run);
	return run;
}

void
push_run_notice(struct app *app)
{
	struct push_run *run;

	if (push_run_goes(app->push) || push_run_open(app->push) ||
	    push_is_shown(app))
		return;
	run = attach_rounds(app);
	if (!run)
		return;
	push_run_free(app->push);
	app->push = run;
	say_attached(run);
	push_attach_look(run);
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
	push_attach_look(run);
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
	loop_cancel(run->app->loop, push_attach_look, run);
	if (run->asking)
		child_kill(run->asking);
	run->asking = NULL;
}

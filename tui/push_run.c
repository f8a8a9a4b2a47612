#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "clock_text.h"
#include "policy/mem.h"
#include "push_attach.h"
#include "push_run.h"
#include "self.h"
#include "words.h"

void
push_run_redraw(struct push_run *run)
{
	size_t i;

	for (i = 0; i < run->app->depth; i++)
		run->app->stack[i]->stale = true;
}

struct push_row *
push_run_row(struct push_run *run, const char *gateway)
{
	struct push_row *row;
	size_t i;

	for (i = 0; i < run->count; i++)
		if (!strcmp(run->rows[i].gateway, gateway))
			return &run->rows[i];
	run->rows =
	    mem_grow(run->rows, run->count, &run->cap, sizeof(*run->rows));
	row = &run->rows[run->count++];
	memset(row, 0, sizeof(*row));
	snprintf(row->gateway, sizeof(row->gateway), "%s", gateway);
	return row;
}

bool
push_row_good(const struct push_row *row)
{
	return row->state && (!strcmp(row->state, "OK") ||
	    !strcmp(row->state, "UNCHANGED"));
}

static void
set(char **to, const char *text)
{
	free(*to);
	*to = mem_text(text);
}

/* "09:41:07 " in front of what a gateway says. */
static void
add_stamp(struct buf *out, int64_t time)
{
	add_second(out, time);
	buf_add(out, "  ");
}

void
push_row_step(struct push_row *row, const char *place, const char *word,
    const char *text, int64_t time)
{
	const char *slash = strchr(place, '/');

	row->done = (unsigned)strtoul(place, NULL, 10);
	if (slash)
		row->steps = (unsigned)strtoul(slash + 1, NULL, 10);
	if (!row->began)
		row->began = loop_clock();
	set(&row->step, word);
	add_stamp(&row->lines, time);
	buf_addf(&row->lines, "%s %s%s%s\n", place, word, *text ? ": " : "",
	    text);
}

/* GATEWAY N/M NAME TEXT */
static void
take_step(struct push_run *run, char *fields[4])
{
	push_row_step(push_run_row(run, fields[0]), fields[1], fields[2],
	    fields[3], store_now());
}

/* WHO: another console, or a command, asked the process. */
static void
take_stop(struct push_run *run, const char *who)
{
	run->stopping = true;
	set(&run->stopper, who);
	app_say(run->app, '!', "%s asked to stop the push: what has begun is "
	    "finished, no more is begun", who);
}

void
push_row_say(struct push_row *row, const char *text)
{
	add_stamp(&row->lines, store_now());
	buf_addf(&row->lines, "%s\n", text);
}

void
push_row_end(struct push_run *run, struct push_row *row, const char *state,
    const char *text)
{
	row->ended = loop_clock();
	set(&row->state, state);
	set(&row->text, text);
	buf_addc(&row->lines, push_row_good(row) ? '\2' : '\4');
	add_stamp(&row->lines, store_now());
	buf_addf(&row->lines, "%s%s%s\n", state, *text ? ": " : "", text);
	app_say(run->app, push_row_good(row) ? 'i' : 'X', "%s: %s%s%s",
	    row->gateway, state, *text ? ": " : "", text);
}

/* GATEWAY STATE TEXT */
static void
take_result(struct push_run *run, char *fields[4])
{
	push_row_end(run, push_run_row(run, fields[0]), fields[1], fields[2]);
}

static void
on_line(void *context, char *line)
{
	static char nothing[] = "";
	struct push_run *run = context;
	char *kind = strsep(&line, "\t"), *fields[4];
	size_t i;

	for (i = 0; i < 4; i++) {
		fields[i] = i < 3 ? strsep(&line, "\t") : line;
		if (!fields[i])
			fields[i] = nothing;
	}
	if (!strcmp(kind, "step"))
		take_step(run, fields);
	else if (!strcmp(kind, "result"))
		take_result(run, fields);
	else if (!strcmp(kind, "stop"))
		take_stop(run, fields[0]);
	else if (!strcmp(kind, "done"))
		run->status = (int)strtol(fields[0], NULL, 10);
	push_run_redraw(run);
}

static void
say_end(const struct push_run *run)
{
	size_t i, good = 0;

	for (i = 0; i < run->count; i++)
		good += push_row_good(&run->rows[i]);
	app_say(run->app, run->status == 0 ? 'i' : 'X', "the push of revision "
	    "%lld has ended: %zu of %zu gateway%s in step (exit status %d)",
	    (long long)run->revision, good, run->count,
	    run->count == 1 ? "" : "s", run->status);
}

static void
on_ended(void *context, int status, const char *errors)
{
	struct push_run *run = context;
	size_t i;

	run->child = NULL;
	run->ended = loop_clock();
	set(&run->errors, *errors ? errors : NULL);
	for (i = 0; i < run->count; i++) {
		struct push_row *row = &run->rows[i];

		if (row->state)
			continue;
		row->ended = loop_clock();
		set(&row->state, row->step ? "UNKNOWN" : "SKIPPED");
		set(&row->text, row->step
		        ? "the push ended without a result; see its status"
		        : "not begun");
	}
	if (run->status < 0)
		run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	say_end(run);
	push_run_redraw(run);
}

/* words: "--rev", its number, the gateways. */
static void
say_begin(struct app *app, const char *const *words, size_t count, bool force)
{
	struct buf same = { 0 };
	size_t i;

	buf_add(&same, "relayadm push");
	for (i = 0; i < count + 2 + force; i++)
		words_add_quoted(&same, words[i]);
	app_say(app, 'i', "push of revision %s to %zu gateway%s has begun",
	    words[1], count, count == 1 ? "" : "s");
	journal_command(&app->journal, buf_text(&same));
	buf_free(&same);
}

struct push_run *
push_run_start(struct app *app, int64_t revision, const char *const *gateways,
    size_t count, bool force)
{
	struct push_run *run = mem_new(1, sizeof(*run));
	struct child_calls calls = { on_line, on_ended, run };
	const char **words = mem_new(count + 6, sizeof(*words));
	char number[24];
	struct err err;
	size_t i;

	run->app = app;
	run->revision = revision;
	run->status = -1;
	run->began = loop_clock();
	snprintf(number, sizeof(number), "%lld", (long long)revision);
	words[0] = "push";
	words[1] = "--report";
	words[2] = "--rev";
	words[3] = number;
	if (force)
		words[4] = "--force";
	for (i = 0; i < count; i++) {
		words[4 + force + i] = gateways[i];
		push_run_row(run, gateways[i]);
	}
	run->child = self_run(app, words, &calls, &err);
	if (run->child)
		say_begin(app, words + 2, count, force);
	free(words);
	if (run->child)
		return run;
	app_fail(app, &err);
	push_run_free(run);
	return NULL;
}

bool
push_row_drifted(const struct push_row *row)
{
	return row->state && row->text && !strcmp(row->state, "REFUSED") &&
	    !strncmp(row->text, "drift", 5);
}

void
push_run_stop(struct push_run *run)
{
	/* Asked a second time it would end where it stands. */
	if (run->child && !run->stopping)
		child_stop(run->child);
	else if (run->author && !push_attach_stop(run))
		return;
	run->stopping = true;
	app_say(run->app, '!', "stopping: gateways that have begun are "
	    "finished or put back, the others are left out");
}

bool
push_run_goes(const struct push_run *run)
{
	return run && run->child;
}

size_t
push_run_count(const struct push_run *run, const char *state)
{
	size_t i, count = 0;

	for (i = 0; i < run->count; i++) {
		const char *here = run->rows[i].state;

		count += state ? here && !strcmp(here, state) : !here;
	}
	return count;
}

void
push_run_free(struct push_run *run)
{
	size_t i;

	if (!run)
		return;
	push_run_leave(run);
	if (run->child)
		child_detach(run->child);
	for (i = 0; i < run->count; i++) {
		free(run->rows[i].step);
		free(run->rows[i].state);
		free(run->rows[i].text);
		buf_free(&run->rows[i].lines);
	}
	free(run->rows);
	free(run->errors);
	free(run->author);
	free(run->stopper);
	free(run->rounds);
	free(run);
}

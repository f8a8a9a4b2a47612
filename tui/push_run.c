#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "policy/mem.h"
#include "push_run.h"

static void
redraw(struct push_run *run)
{
	size_t i;

	for (i = 0; i < run->app->depth; i++)
		run->app->stack[i]->stale = true;
}

static struct push_row *
row_of(struct push_run *run, const char *gateway)
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

static void
set(char **to, const char *text)
{
	free(*to);
	*to = mem_text(text);
}

/* GATEWAY N/M NAME TEXT */
static void
take_step(struct push_run *run, char *fields[4])
{
	struct push_row *row = row_of(run, fields[0]);
	char *slash = strchr(fields[1], '/');

	row->done = (unsigned)strtoul(fields[1], NULL, 10);
	if (slash)
		row->steps = (unsigned)strtoul(slash + 1, NULL, 10);
	if (!row->began)
		row->began = loop_clock();
	set(&row->step, fields[2]);
	buf_addf(&row->lines, "%s %s: %s\n", fields[1], fields[2], fields[3]);
}

/* GATEWAY STATE TEXT */
static void
take_result(struct push_run *run, char *fields[4])
{
	struct push_row *row = row_of(run, fields[0]);

	row->ended = loop_clock();
	set(&row->state, fields[1]);
	set(&row->text, fields[2]);
	buf_addf(&row->lines, "\1%s: %s\n", fields[1], fields[2]);
	app_say(run->app,
	    !strcmp(fields[1], "OK") || !strcmp(fields[1], "UNCHANGED") ? 'i'
	                                                                : 'X',
	    "%s: %s: %s", row->gateway, fields[1], fields[2]);
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
	else if (!strcmp(kind, "done"))
		run->status = (int)strtol(fields[0], NULL, 10);
	redraw(run);
}

static void
on_ended(void *context, int status, const char *errors)
{
	struct push_run *run = context;
	size_t i;

	run->child = NULL;
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
	app_say(run->app, run->status == 0 ? 'i' : 'X',
	    "the push has ended with exit status %d", run->status);
	redraw(run);
}

struct push_run *
push_run_start(struct app *app, const char *const *gateways, size_t count)
{
	struct push_run *run = mem_new(1, sizeof(*run));
	struct child_calls calls = { on_line, on_ended, run };
	char **argv = mem_new(count + 6, sizeof(*argv));
	struct err err;
	size_t n = 0, i;

	run->app = app;
	run->status = -1;
	argv[n++] = mem_text(app->options.program);
	argv[n++] = mem_text("--database");
	argv[n++] = mem_text(app->options.database);
	argv[n++] = mem_text("push");
	argv[n++] = mem_text("--report");
	for (i = 0; i < count; i++) {
		argv[n++] = mem_text(gateways[i]);
		row_of(run, gateways[i]);
	}
	run->child = child_run(app->loop, argv, &calls, &err);
	for (i = 0; i < n; i++)
		free(argv[i]);
	free(argv);
	if (run->child)
		return run;
	app_fail(app, &err);
	push_run_free(run);
	return NULL;
}

void
push_run_stop(struct push_run *run)
{
	if (run->child)
		child_stop(run->child);
	run->stopping = true;
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
	free(run);
}

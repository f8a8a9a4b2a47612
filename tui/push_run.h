/* A push that goes on in a process of its own, as its reports tell it.  It
 * belongs to the app: the screen that shows it may close meanwhile. */
#ifndef TUI_PUSH_RUN_H
#define TUI_PUSH_RUN_H

#include "app.h"
#include "child.h"
#include "policy/name.h"

struct push_row {
	char gateway[NAME_SIZE];
	unsigned done, steps;  /* "3/8" */
	char *step;            /* the name of the step, or NULL */
	char *state;           /* OK, ROLLED-BACK, ... or NULL: goes on */
	char *text;            /* of the result */
	struct buf lines;      /* everything it said */
	int64_t began, ended;  /* loop_clock() */
};

struct push_run {
	struct app *app;
	int64_t revision;
	struct child *child; /* NULL: it has ended */
	struct push_row *rows;
	size_t count, cap;
	int status;   /* exit status; -1: not known yet */
	char *errors; /* what it printed on standard error, or NULL */
	bool stopping;
	int64_t began, ended; /* loop_clock() */
};

/* Gateways: count names.  NULL, with a message, when it cannot start. */
struct push_run *push_run_start(struct app *app, int64_t revision,
    const char *const *gateways, size_t count);
/* Asks it to stop where that is safe. */
void push_run_stop(struct push_run *run);
bool push_run_goes(const struct push_run *run);
/* Is what was pushed in force there? */
bool push_row_good(const struct push_row *row);
/* How many rows have this state; NULL: those that go on. */
size_t push_run_count(const struct push_run *run, const char *state);
/* One that goes on does so without us. */
void push_run_free(struct push_run *run);

#endif

/* A push that goes on in a process of its own, as its reports tell it.  It
 * belongs to the app: the screen that shows it may close meanwhile.  One that
 * another console began is known by what the store has of it. */
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
	int64_t generation;    /* of another console's; 0: not begun */
	size_t told;           /* of its steps that we know */
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
	char *author; /* whose console began it; NULL: this one */
	int64_t started; /* seconds since 1970, of another's */
	int64_t *rounds; /* of another's, those that went on (push_round.h) */
	size_t round_count, round_cap;
	bool alive; /* somebody was at work on one of them when we looked */
	char *stopper; /* who asked it to stop, or NULL */
	struct child *asking; /* the gateways of another's, or NULL */
};

/* Gateways: count names; force: over what was changed by hand there.  NULL, with
 * a message, when it cannot start. */
struct push_run *push_run_start(struct app *app, int64_t revision,
    const char *const *gateways, size_t count, bool force);
/* Was it refused because of changes by hand? */
bool push_row_drifted(const struct push_row *row);
/* Takes up what another console has begun and no end is known of; NULL: there
 * is nothing.  Its rows change as the store tells. */
struct push_run *push_run_attach(struct app *app);
/* Each second: takes up what somebody has begun since, unless one is shown. */
void push_run_notice(struct app *app);
/* Asks the gateways of such a one how it stands. */
void push_run_ask(struct push_run *run);
/* Is it another's, with gateways whose end is not known? */
bool push_run_open(const struct push_run *run);
/* Asks it to stop where that is safe, also another's. */
void push_run_stop(struct push_run *run);
/* Can it be asked? */
bool push_run_can_stop(const struct push_run *run);
bool push_run_goes(const struct push_run *run);
/* The row of a gateway, which is added where there is none. */
struct push_row *push_run_row(struct push_run *run, const char *gateway);
/* Everything is drawn anew. */
void push_run_redraw(struct push_run *run);
/* A line of what is said of a gateway, with the time. */
void push_row_say(struct push_row *row, const char *text);
/* A step of it began at that time, in seconds since 1970. */
void push_row_step(struct push_row *row, const char *place, const char *word,
    const char *text, int64_t time);
/* It has ended so. */
void push_row_end(struct push_run *run, struct push_row *row,
    const char *state, const char *text);
/* Is what was pushed in force there? */
bool push_row_good(const struct push_row *row);
/* How many rows have this state; NULL: those that go on. */
size_t push_run_count(const struct push_run *run, const char *state);
/* Nobody tells us of another's any more. */
void push_run_leave(struct push_run *run);
/* One that goes on does so without us. */
void push_run_free(struct push_run *run);

#endif

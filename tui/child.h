/* Another program, or a piece of our own work, in a process of its own; what it
 * prints comes back line by line. */
#ifndef TUI_CHILD_H
#define TUI_CHILD_H

#include "loop.h"
#include "policy/buf.h"
#include "policy/err.h"

struct child;

struct child_calls {
	/* A line of standard output without its newline. */
	void (*line)(void *context, char *line);
	/* After the last line.  status is as from waitpid(2), errors what it
	 * printed on standard error, at most 16 KiB.  The child is freed after
	 * the call. */
	void (*ended)(void *context, int status, const char *errors);
	void *context;
};

/* What a child asks through a socket that is its standard input. */
struct child_asker {
	/* A line of it; child_answer() now or later. */
	void (*asked)(void *context, struct child *child, const char *line);
	/* It waits for no answer any more. */
	void (*gone)(void *context, const struct child *child);
	void *context;
};

/* Runs argv[0], a path, in a session of its own.  Without an asker standard
 * input is /dev/null. */
struct child *child_run(struct loop *loop, char *const argv[],
    const struct child_calls *calls, const struct child_asker *asker,
    struct err *err);
/* Text and a line end to the child that asked; NULL: there is no answer, and
 * there will be none. */
void child_answer(struct child *child, const char *text);

/* Runs work() in a copy of this process; what it writes to its file is read as
 * lines.  It must not touch the terminal or the database. */
struct child *child_work(struct loop *loop,
    void (*work)(int out, const void *order), const void *order,
    const struct child_calls *calls, struct err *err);

/* Asks it to end (SIGTERM); ended() is still called. */
void child_stop(struct child *child);
/* Lets it go on by itself; nothing is called any more. */
void child_detach(struct child *child);
/* Ends it; nothing is called any more. */
void child_kill(struct child *child);

#endif

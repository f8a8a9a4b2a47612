/* An import read and judged in a thread of its own, beside the loop.  It has
 * copies of all it needs, and knows no database. */
#ifndef TUI_IMPORT_WORK_H
#define TUI_IMPORT_WORK_H

#include "beside.h"
#include "store/origin.h"

/* What is asked; the text, the draft and the entries go over to the work. */
struct import_task {
	const char *path;     /* NULL: text is what is to be judged */
	struct buf text;
	struct policy *draft; /* a copy */
	bool targeted;        /* false: against these entries, for nobody */
	struct target target;
	struct entries present;
	enum import_mode mode;
	const struct store *store; /* of IMPORT_REFRESH */
	const char *source;        /* ... the name that it has there */
	struct import_rules rules; /* what it points to is copied */
	unsigned accept;           /* bits of enum hold that are meant */
	bool resolve;         /* what the source leaves to DNS is asked */
	const char *resolver; /* this server; NULL: those of the computer */
};

struct import_work {
	struct import_task task;
	bool ok;
	struct err err;
	struct import import;
	struct arrival arrival; /* when it is targeted and could be made */
	struct refresh refresh; /* of IMPORT_REFRESH */
	struct entries present; /* ... and what is judged against */
	struct entries comes, goes; /* if it is targeted, and no routing list */
	struct buf effect;      /* who gains and who loses, in a line or two */
	struct beside beside; /* notes bytes */
	void (*done)(void *context);
	void *context;
};

/* done() is called by the loop when it has ended. */
struct import_work *import_work_start(struct loop *loop,
    struct import_task *task, void (*done)(void *context), void *context,
    struct err *err);
/* Ends it if it goes on. */
void import_work_free(struct import_work *work);

/* What the work's entries are compared with. */
const struct entries *import_work_present(const struct import_work *work);

#endif

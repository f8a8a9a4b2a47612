/* Work in a thread of its own, beside the loop.  What it reads is not changed
 * meanwhile, and what it writes is not looked at before it has ended. */
#ifndef TUI_BESIDE_H
#define TUI_BESIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "loop.h"
#include "policy/buf.h"
#include "policy/err.h"

struct beside {
	void (*run)(void *context);   /* in the thread */
	void (*ended)(void *context); /* in the loop, once, when it has ended */
	void *context;
	/* From here on its own. */
	struct loop *loop;
	pthread_t thread;
	int pipe[2]; /* a byte when it has ended */
	bool going;
	atomic_bool stop;
	atomic_size_t done, total;
};

/* The first three are set; it must not move from now on.  False: there is no
 * thread to be had. */
bool beside_start(struct beside *beside, struct loop *loop, struct err *err);
/* Waits at most so many milliseconds; true when it has ended, which ended()
 * has been told. */
bool beside_await(struct beside *beside, int milliseconds);
/* Asks it to stop. */
void beside_stop(struct beside *beside);
/* Asks it to stop and waits until it has; ended() is not called any more. */
void beside_clear(struct beside *beside);

/* In the thread: so much is done; false when it is to stop. */
bool beside_note(struct beside *beside, size_t done, size_t total);
bool beside_stopped(const struct beside *beside);
/* What was noted last; 0 of 0 before that. */
void beside_progress(const struct beside *beside, size_t *done,
    size_t *total);

/* "about 12 s left", when so many milliseconds have passed; nothing before
 * that can be said. */
void beside_add_left(struct buf *out, int64_t spent, size_t done,
    size_t total);

#endif

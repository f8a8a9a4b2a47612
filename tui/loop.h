/* The one loop: waits for the terminal, signals, timers and children, and calls
 * back.  Nothing here draws. */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

enum loop_signal {
	SIGNAL_RESIZE = 1,
	SIGNAL_END = 2, /* SIGHUP, SIGTERM, SIGINT */
	SIGNAL_CONTINUE = 4,
	SIGNAL_CHILD = 8,
};

/* Takes over the signals; one loop at a time. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* Calls back when the file can be read or has ended. */
void loop_watch(struct loop *loop, int fd, void (*ready)(void *context),
    void *context);
void loop_forget(struct loop *loop, int fd);

/* Once, after so many milliseconds; the same pair again moves it. */
void loop_after(struct loop *loop, long milliseconds,
    void (*due)(void *context), void *context);
void loop_cancel(struct loop *loop, void (*due)(void *context),
    void *context);

/* Waits at most so long (-1: for ever) and calls back; says which signals have
 * come since the last call, as bits. */
unsigned loop_step(struct loop *loop, long milliseconds);

/* Tells a test, if there is one, what happens: '.' all that had come is drawn,
 * 'D' a picture is, 'P' a push begins.  The letter goes in a device control string (ECMA-48
 * 8.3.27) to the file that RELAYADM_TEST_FD numbers: to the terminal, so that
 * it comes after what was drawn before it. */
void loop_tell(char what);

/* Milliseconds of a clock that never jumps. */
int64_t loop_clock(void);

#endif

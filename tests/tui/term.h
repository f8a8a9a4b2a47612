/* A program on a pseudo-terminal whose screen libvterm keeps: what a person
 * would see, without a person. */
#ifndef TESTS_TUI_TERM_H
#define TESTS_TUI_TERM_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <vterm.h>

#include "policy/buf.h"

/* The program tells a test what happens in the stream of what it draws: ESC P, a
 * letter, ESC \ (a device control string, ECMA-48 8.3.27). */
#define TERM_MARK "\033P"
#define TERM_MARK_LEN 5

struct term {
	VTerm *vt;
	VTermScreen *screen;
	int fd; /* the pty; -1 when it is closed */
	pid_t pid;
	int w, h;
	int cursor_x, cursor_y;
	bool cursor_shown, alternate, mouse;
	unsigned long bytes; /* that the program sent */
	FILE *record; /* where all that the program sends is written too */
	bool ended;
	int status; /* from waitpid(2) */
	struct buf held; /* what may be the head of a mark */
	/* What the program put there last, and the order for it (OSC 52) as far
	 * as it has come. */
	struct buf clipboard, order;
	/* Called at a mark, when all that came before it is on the screen. */
	void (*on_mark)(void *context, char what);
	void *context;
};

/* Starts argv[0] with the environment of this process; on_mark, context and
 * record stay what they were. */
void term_start(struct term *term, char *const argv[], int w, int h);
void term_type(struct term *term, const char *bytes, size_t len);
void term_resize(struct term *term, int w, int h);
/* Reads what comes for so many milliseconds, or until the program ends. */
void term_read(struct term *term, int milliseconds);
/* Reads once what comes in so many milliseconds. */
void term_step(struct term *term, int milliseconds);
/* Reads until the text stands somewhere in a line of the screen. */
bool term_wait(struct term *term, const char *text, int milliseconds);
/* Reads until nothing came for quiet milliseconds, at most 5 s. */
void term_quiet(struct term *term, int quiet);
bool term_has(struct term *term, const char *text);
/* Reads until the program has taken all that was typed; false when it does not
 * in so many milliseconds. */
bool term_taken(struct term *term, int milliseconds);
/* Closes the terminal as a lost line does. */
void term_hang_up(struct term *term);
/* Waits for the end of the program; false when it goes on. */
bool term_gone(struct term *term, int milliseconds);
void term_stop(struct term *term);

/* The screen as lines of text without trailing blanks. */
void term_text(struct term *term, struct buf *out);
/* Where it does not look plain: "3: 1-9 bold, 40-52 white on blue", rows and
 * columns from 1. */
void term_looks(struct term *term, FILE *out);
/* The screen as a picture; light: on white. */
void term_svg(struct term *term, FILE *out, bool light);

#endif

/* The terminal: the door to curses.  There is one, so no object is passed.
 *
 * Started on standard input and output.  stop() must be called before anything
 * else is printed; a crash restores the terminal by itself. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>

#include "event.h"
#include "grid.h"
#include "policy/err.h"
#include "theme.h"

/* Sets the locale, the glyphs and what text is safe.  ASCII where wanted, where
 * $RELAYADM_ASCII is set, or where the locale is not UTF-8.  ERR_USAGE without a terminal. */
bool terminal_start(bool ascii, const struct theme *theme, struct err *err);
void terminal_stop(void);

/* What the user should know about the start ("TERM=x is not known ..."), or
 * NULL. */
const char *terminal_note(void);

/* The next key that has come; false when none is waiting. */
bool terminal_read(struct event *event);
/* Wipes what the last paste brought. */
void terminal_forget_paste(void);

/* Sends what differs from what was shown before: nothing if nothing does. */
void terminal_show(const struct grid *grid);
/* Everything anew: after a resize, a stop, or noise on the line. */
void terminal_redraw(void);
/* Asks for the size, 1x1 at least. */
void terminal_size(int *w, int *h);
/* Stops the program as Ctrl-Z does elsewhere, until it is continued. */
void terminal_suspend(void);

/* Whether the terminal tells of its mouse, off at the start; on a mouse's
 * selecting and copying by the terminal needs Shift. */
void terminal_mouse(bool on);
bool terminal_has_mouse(void);

/* Frames of ASCII or of lines; false where there is ASCII alone. */
bool terminal_turn_lines(void);

/* Puts the text into the clipboard of the terminal that shows us (xterm's OSC
 * 52); whether it is taken there cannot be known.  False when it is too long
 * for one. */
bool terminal_copy(const char *text);

/* Gives the terminal to another program and takes it back. */
void terminal_lend(void);
void terminal_take_back(void);

/* Is the line gone? */
bool terminal_gone(void);

/* --- between the two files that include curses -------------------------- */

/* Is there such a terminal?  newterm() leaks when there is not. */
bool terminal_known(const char *term);
/* How many colours it has, 0 without any; -1 when it is not known. */
int terminal_colours(const char *term);
/* Can the cursor be placed there? */
bool terminal_is_screen(const char *term);
/* "ncurses 6.4.20221231" */
const char *terminal_library(void);
void terminal_keys_define(void);
void terminal_keys_clear(void);

#endif

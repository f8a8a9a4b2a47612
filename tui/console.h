/* The full-screen console. */
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include <stdbool.h>

struct command;

/* Of a terminal on which it is drawn. */
#define CONSOLE_LEAST_W 60
#define CONSOLE_LEAST_H 16

struct console_options {
	const char *program;  /* how to start ourselves as a child */
	const char *database; /* the file */
	const struct command *commands; /* for the palette */
	const char *theme; /* --theme or --mono, or NULL */
	bool ascii, readonly, mouse;
};

/* Runs until the user leaves or the terminal goes away; returns the exit
 * status.  Errors before the first picture go to standard error. */
int console_run(const struct console_options *options);

#endif

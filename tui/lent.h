/* The terminal lent to an editor.  The loop goes on meanwhile, so that a push
 * does not wait for a person; nothing is drawn and no key is read. */
#ifndef TUI_LENT_H
#define TUI_LENT_H

#include "app.h"

struct lent_calls {
	/* status as from waitpid(2); the terminal is ours again. */
	void (*ended)(void *context, int status);
	void (*clear)(void *context);
	void *context;
};

/* Runs "$VISUAL FILE", else $EDITOR, else vi, at this line; 0: none. */
bool lent_edit(struct app *app, const char *path, size_t line,
    const struct lent_calls *calls, struct err *err);
/* After SIGCHLD: has it ended? */
void lent_look(struct app *app);
/* Ends it with the console. */
void lent_end(struct app *app);

/* console.c: reads keys again. */
void console_listen(struct app *app);

#endif

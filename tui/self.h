/* Ourselves as a child: commands and console share every line. */
#ifndef TUI_SELF_H
#define TUI_SELF_H

#include "child.h"

struct app;

/* Runs this program on this database with more arguments (ended by NULL); what
 * passphrase it asks for is asked of the user. */
struct child *self_run(struct app *app, const char *const *arguments,
    const struct child_calls *calls, struct err *err);

#endif

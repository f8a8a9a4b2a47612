/* The passphrase of a locked key, which a child asks for: asked of the user in a
 * dialog, checked, and kept for the children that ask for it later. */
#ifndef TUI_UNLOCK_H
#define TUI_UNLOCK_H

#include "child.h"

struct app;

/* For struct child_asker; the context is the app. */
void unlock_asked(void *app, struct child *child, const char *line);
void unlock_gone(void *app, const struct child *child);
/* Forgets every passphrase, and says so. */
void unlock_forget(struct app *app);
void unlock_free(struct app *app);

#endif

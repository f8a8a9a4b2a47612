/* A dialog's own copy of a virtual server, stored as one step on OK. */
#ifndef TUI_SERVER_EDIT_H
#define TUI_SERVER_EDIT_H

#include "app.h"
#include "policy/name.h"

struct server_edit {
	struct server *copy;
	struct server *before; /* as it was then, for conflicts */
	char name[NAME_SIZE]; /* as it is stored */
	int64_t head;         /* what the copy was taken from */
};

/* False, with a message, when there is no such server. */
bool server_edit_start(struct server_edit *edit, struct app *app,
    const char *name);
/* The draft changed, and nothing would be lost: another copy.
 * False when the server is gone. */
bool server_edit_renew(struct server_edit *edit, struct app *app);
bool server_edit_store(struct server_edit *edit, struct app *app,
    const char *label);
void server_edit_clear(struct server_edit *edit);

/* A verdict for a caption: CLOSED, WIDE or OPEN, or that invariants are
 * broken, which means is told by name.  That of the draft as long as the dialog
 * has not changed the server, else computed from the copy (if that takes long,
 * in the second call of refresh(): see struct dialog). */
void verdict_set(struct caption *caption, struct dialog *dialog,
    const struct server *server, struct buf *means);

#endif

/* The right side of the main screen: what the row under the cursor is. */
#ifndef TUI_MAIN_DETAIL_H
#define TUI_MAIN_DETAIL_H

#include "main_tree.h"

/* Lines for a view (see struct view). */
void main_detail_add(struct buf *out, struct app *app,
    const struct main_row *row);

/* Shared with the property sheet. */
void add_listeners(struct buf *out, const struct server *server);
void add_verdict(struct buf *out, enum openness openness);

#endif

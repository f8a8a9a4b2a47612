/* What must be known before a push: errors that concern a gateway, and who
 * gains or loses by it. */
#ifndef TUI_PUSH_CHECK_H
#define TUI_PUSH_CHECK_H

#include "app.h"

/* The findings of the last revision. */
struct push_check {
	struct app *app;
	struct findings findings;
};

void push_check_fill(struct push_check *check, struct app *app);
void push_check_clear(struct push_check *check);
/* The first error about this gateway or a server that it carries, or NULL. */
const struct finding *push_check_find(const struct push_check *check,
    const struct gateway *gateway);

/* Lines of what changes on these gateways (rows of the last revision), last
 * being the last push of each; and server by server. */
void push_check_add_effect(struct buf *out, struct buf *details,
    struct app *app, const struct push_record *last, const size_t *rows,
    size_t count);

#endif

/* Between the dialog files. */
#ifndef TUI_DIALOG_LAYOUT_H
#define TUI_DIALOG_LAYOUT_H

#include "dialog.h"

/* Where a control was drawn the last time, on the grid. */
struct control_spot {
	int x, y;         /* of its first cell, which may be hidden */
	struct rect seen; /* w 0: nothing of it */
};

void *control_value(const struct dialog *dialog,
    const struct control *control);
bool control_seen(const struct dialog *dialog, const struct control *control);
/* Do letters go into its text? */
bool control_typing(const struct dialog *dialog,
    const struct control *control);
const struct control *dialog_focused(struct dialog *dialog);

int control_count(const struct dialog *dialog);
/* Gives the event to the control; false when that has no use for it. */
bool control_give(struct dialog *dialog, const struct control *control,
    const struct event *event);
/* The focus goes to the control at this place; false when it cannot. */
bool control_enter(struct dialog *dialog, int place);
bool control_is_list(const struct control *control);

/* The row of keys whose label the footer shows at x, or NULL. */
const struct key_row *dialog_footer_row(const struct dialog *dialog, int w,
    int x);

#endif

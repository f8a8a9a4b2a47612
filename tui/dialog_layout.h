/* Between the dialog files. */
#ifndef TUI_DIALOG_LAYOUT_H
#define TUI_DIALOG_LAYOUT_H

#include "dialog.h"

void *control_value(const struct dialog *dialog,
    const struct control *control);
bool control_seen(const struct dialog *dialog, const struct control *control);
/* Do letters go into its text? */
bool control_typing(const struct dialog *dialog,
    const struct control *control);
const struct control *dialog_focused(struct dialog *dialog);

#endif

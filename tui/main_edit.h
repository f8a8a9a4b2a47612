/* What the main screen's keys do to the object under the cursor. */
#ifndef TUI_MAIN_EDIT_H
#define TUI_MAIN_EDIT_H

#include "main_tree.h"

/* Opens the object; false for rows that only fold. */
bool main_edit_open(struct app *app, const struct main_row *row);
/* A new object of the kind of the row. */
void main_edit_add(struct app *app, const struct main_row *row);
void main_edit_remove(struct app *app, const struct main_row *row);
/* A copy under another name. */
/* In the user's editor. */
void main_edit_text(struct app *app, const struct main_row *row);
/* The history of this object. */
void main_edit_past(struct app *app, const struct main_row *row);
void main_edit_copy(struct dialog *dialog, const struct main_row *row);

#endif

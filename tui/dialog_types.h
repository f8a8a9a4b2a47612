/* Every type of dialog, for the table that is checked at the start. */
#ifndef TUI_DIALOG_TYPES_H
#define TUI_DIALOG_TYPES_H

#include "dialog.h"

extern const struct dialog_type ask_type;
extern const struct dialog_type help_type;
extern const struct dialog_type journal_type;
extern const struct dialog_type main_type;
extern const struct dialog_type prompt_type;

#endif

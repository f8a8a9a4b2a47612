/* How the dialogs and screens are opened. */
#ifndef TUI_DIALOGS_H
#define TUI_DIALOGS_H

#include "dialog.h"

typedef void (*dialog_done)(struct dialog *owner, struct dialog *dialog,
    bool ok);

void main_open(struct app *app);
void help_open(struct app *app);
void journal_open(struct app *app);

/* A question; the default is no.  word: what must be typed to go on, or
 * NULL. */
void ask_open(struct app *app, const char *title, const char *text,
    const char *word, dialog_done done);

/* One line of text, told by prompt_text() in done().  check (may be NULL)
 * refuses it with a reason. */
struct prompt {
	const char *title, *label, *initial, *hint;
	bool (*check)(struct dialog *owner, const char *text, struct err *err);
};

void prompt_open(struct app *app, const struct prompt *prompt,
    dialog_done done);
const char *prompt_text(const struct dialog *dialog);

#endif

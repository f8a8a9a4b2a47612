/* Keys as tables: one row is the binding, the label in the last line, the line
 * in the help, and when it is alive.  Dispatch, footer and help read it. */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>

#include "event.h"
#include "policy/err.h"

struct dialog;

struct key_row {
	uint32_t key;
	uint32_t other;    /* a second key for the same, or 0 */
	const char *label; /* in the footer; NULL: only in the help */
	const char *help;
	int id; /* for act() of the dialog; ends a table when 0 and key is 0 */
	bool (*alive)(const struct dialog *dialog); /* NULL: always */
};

/* Keys of every dialog and screen, and of every list. */
extern const struct key_row general_keys[];
extern const struct key_row list_keys[];

/* "a", "Ctrl-R", "PgUp", "F1", "Space". */
const char *key_name(uint32_t key, char text[16]);

/* The row that an event means, or NULL.  dialog is for alive(). */
const struct key_row *key_find(const struct key_row *rows, uint32_t key,
    const struct dialog *dialog);

/* Fails with the key when one is bound twice in a or in a and b together. */
bool key_check(const struct key_row *a, const struct key_row *b,
    struct err *err);

#endif

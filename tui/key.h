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

/* The other way round; fails for what is no key. */
bool key_parse(uint32_t *key, const char *name, struct err *err);

/* The keys of a row as the user has set them; 0: none. */
uint32_t key_first(const struct key_row *row);
uint32_t key_second(const struct key_row *row);
/* Sets them for the whole process.  Refused for what everybody needs to get
 * around.  line: of the settings, for key_check(). */
bool key_change(const struct key_row *row, uint32_t key, uint32_t other,
    int line, struct err *err);

/* The row that an event means, or NULL.  dialog is for alive(). */
const struct key_row *key_find(const struct key_row *rows, uint32_t key,
    const struct dialog *dialog);

/* Fails with the key when one is bound twice in a or in a and b together, and
 * with the line of the settings that did it. */
bool key_check(const struct key_row *a, const struct key_row *b,
    struct err *err);

#endif

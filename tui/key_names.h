/* Screens and keys by name, for the settings and for "relayadm keys". */
#ifndef TUI_KEY_NAMES_H
#define TUI_KEY_NAMES_H

#include "dialog.h"

/* A table of keys as a user knows it: "policy", "who-may-relay"; what holds on
 * every screen is "everywhere". */
struct key_table {
	char name[40];
	const struct key_row *rows;
};

/* "Who may relay?" is who-may-relay. */
void key_table_name(struct key_table *table, const char *title);

/* The tables in order, the general one first; count of them. */
const struct key_table *key_tables(size_t *count);

/* words: SCREEN KEY NEW [NEW], ended by NULL.  What KEY did is on the new ones
 * alone.  line is for key_names_check(). */
bool key_names_change(const char *const *words, int line, struct err *err);

/* After all changes: fails for one that clashes, naming its line. */
bool key_names_check(struct err *err);

#endif

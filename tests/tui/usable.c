/* Prints what journeys are to use: each dialog and each row of a key table, as
 * tui/used.h tells of them. */
#include "config.h"

#include <stdio.h>

#include "tui/key_names.h"

static void
print_rows(const char *title, const struct key_row *row)
{
	struct key_table table;
	char name[16];

	key_table_name(&table, title);
	for (; row && (row->key || row->id); row++)
		printf("key %s %s\n", table.name, key_name(row->key, name));
}

int
main(void)
{
	struct key_table table;
	size_t i;

	print_rows("everywhere", general_keys);
	print_rows("lists", list_keys);
	for (i = 0; dialog_types[i]; i++) {
		key_table_name(&table, dialog_types[i]->title);
		printf("dialog %s\n", table.name);
		print_rows(dialog_types[i]->title, dialog_types[i]->keys);
	}
	return 0;
}

#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "key_names.h"

#define TABLES_MOST 64

void
key_table_name(struct key_table *table, const char *title)
{
	size_t n = 0;

	for (; *title && n + 1 < sizeof(table->name); title++)
		if (isalnum((unsigned char)*title))
			table->name[n++] =
			    (char)tolower((unsigned char)*title);
		else if (n && table->name[n - 1] != '-')
			table->name[n++] = '-';
	while (n && table->name[n - 1] == '-')
		n--;
	table->name[n] = '\0';
}

const struct key_table *
key_tables(size_t *count)
{
	static struct key_table tables[TABLES_MOST];
	size_t i, made = 0;

	key_table_name(&tables[made], "everywhere");
	tables[made++].rows = general_keys;
	for (i = 0; dialog_types[i] && made < TABLES_MOST; i++) {
		if (!dialog_types[i]->keys)
			continue;
		key_table_name(&tables[made], dialog_types[i]->title);
		tables[made++].rows = dialog_types[i]->keys;
	}
	*count = made;
	return tables;
}

static const struct key_row *
find_rows(const char *name, struct err *err)
{
	size_t count, i;
	const struct key_table *tables = key_tables(&count);

	for (i = 0; i < count; i++)
		if (!strcmp(tables[i].name, name))
			return tables[i].rows;
	fail_as(err, ERR_USAGE, "%.40s: no such screen; relayadm keys lists "
	    "them", name);
	return NULL;
}

/* The row whose key it is by itself, whatever was changed. */
static const struct key_row *
find_row(const struct key_row *rows, const char *name, struct err *err)
{
	uint32_t key;

	if (!key_parse(&key, name, err))
		return NULL;
	for (; rows->key || rows->id; rows++)
		if (rows->key == key || rows->other == key)
			return rows;
	fail_as(err, ERR_USAGE, "%s does nothing on this screen; relayadm "
	    "keys lists what does", name);
	return NULL;
}

bool
key_names_change(const char *const *words, int line, struct err *err)
{
	const struct key_row *rows = find_rows(words[0], err), *row;
	uint32_t key, other = 0;

	if (!rows || !(row = find_row(rows, words[1], err)) ||
	    !key_parse(&key, words[2], err) ||
	    (words[3] && !key_parse(&other, words[3], err)))
		return false;
	return key_change(row, key, other, line, err);
}

bool
key_names_check(struct err *err)
{
	size_t i;

	for (i = 0; dialog_types[i]; i++)
		if (!dialog_type_check(dialog_types[i], err))
			return false;
	return true;
}

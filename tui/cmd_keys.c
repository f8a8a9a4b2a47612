#include "config.h"

#include <string.h>

#include <jansson.h>

#include "command.h"
#include "key_names.h"
#include "out.h"
#include "settings.h"

static void
add_keys(struct buf *out, const struct key_row *row)
{
	char name[16];

	buf_add(out, key_name(key_first(row), name));
	if (key_second(row))
		buf_addf(out, " %s", key_name(key_second(row), name));
}

static json_t *
row_json(const struct key_table *table, const struct key_row *row)
{
	struct buf now = { 0 };
	char name[16];
	json_t *json;

	add_keys(&now, row);
	json = json_pack("{s:s,s:s,s:s,s:s}", "screen", table->name, "key",
	    key_name(row->key, name), "now", buf_text(&now), "does",
	    row->help);
	buf_free(&now);
	return json;
}

/* "  C          now K      commit the draft" */
static void
print_row(const struct key_row *row)
{
	struct buf line = { 0 };
	char name[16];
	bool same = key_first(row) == row->key &&
	    key_second(row) == row->other;

	add_keys(&line, row);
	if (!same)
		buf_addf(&line, " (was %s)", key_name(row->key, name));
	out_line("  %-20s %s", buf_text(&line), row->help);
	buf_free(&line);
}

static void
show_table(const struct key_table *table, json_t *all)
{
	const struct key_row *row;

	if (!all)
		out_line("%s", table->name);
	for (row = table->rows; row->key || row->id; row++)
		if (all)
			json_array_append_new(all, row_json(table, row));
		else
			print_row(row);
}

COMMAND(keys)
{
	size_t count, i, shown = 0;
	const struct key_table *tables = key_tables(&count);
	struct settings settings;
	json_t *all;

	*status = 0;
	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	if (argc - optind > 1)
		return usage_error(err, "keys", "at most one SCREEN");
	if (!settings_read(&settings, err))
		return false;
	all = session->json ? json_array() : NULL;
	for (i = 0; i < count; i++) {
		if (optind < argc && strcmp(tables[i].name, argv[optind]) != 0)
			continue;
		show_table(&tables[i], all);
		shown++;
	}
	if (all)
		out_json(all);
	return shown > 0 || fail_as(err, ERR_USAGE, "%s: no such screen; "
	    "relayadm keys lists them", argv[optind]);
}

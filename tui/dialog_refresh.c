#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "store/origin.h"

/* Which source of a list there is a later version of. */
struct sources_state {
	struct table table;
	struct import_order order;
	struct import_record *records; /* the last one of each source */
	size_t count;
};

enum {
	SOURCES_TAKE = ID_OWN,
};

static const struct control sources_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(0) },
	    .text = "Refresh which source?",
	    .offset = offsetof(struct sources_state, table),
	    .id = SOURCES_TAKE, },
	{ .kind = CONTROL_END, },
};

static const struct key_row sources_keys[] = {
	{ K_ENTER, 0, "Refresh", "read a later version of this source",
	    SOURCES_TAKE, NULL, },
	{ 0 },
};

static const struct column sources_columns[] = {
	{ "Source", 0, false, 0, },
	{ "Import", 7, true, 0, },
	{ "Last read", 10, false, 0, },
	{ "By", 10, false, 60, },
	{ "Lines", 10, true, 0, },
	{ NULL, 0, false, 0, },
};

static void
sources_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct sources_state *state = context;
	const struct import_record *record = &state->records[row];
	time_t time = (time_t)record->time;
	char day[16] = "";
	struct tm tm;

	if (column == 0) {
		buf_add(out, record->source);
	} else if (column == 1) {
		buf_addf(out, "#%lld", (long long)record->id);
	} else if (column == 2) {
		if (gmtime_r(&time, &tm))
			strftime(day, sizeof(day), "%Y-%m-%d", &tm);
		buf_add(out, day);
	} else if (column == 3) {
		buf_add(out, record->author);
	} else {
		buf_add_grouped(out, (unsigned long long)record->lines);
	}
}

static void
sources_clear(void *value)
{
	struct sources_state *state = value;

	table_clear(&state->table);
	import_records_free(state->records, state->count);
}

static void
ask_file(struct app *app, const struct import_order *order,
    const struct import_record *record)
{
	struct import_order with = *order;

	snprintf(with.source, sizeof(with.source), "%s", record->source);
	snprintf(with.options, sizeof(with.options), "%s", record->options);
	import_open(app, &with);
}

static void
on_chosen(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct sources_state *state = dialog->state;
	size_t row;

	if (ok && table_row(&state->table, &row))
		ask_file(owner->app, &state->order, &state->records[row]);
}

static void
sources_act(struct dialog *dialog, int id)
{
	struct sources_state *state = dialog->state;
	size_t row;

	if (id == SOURCES_TAKE && table_row(&state->table, &row))
		dialog_close(dialog, true);
}

const struct dialog_type sources_type = {
	.title = "Sources",
	.w = 70,
	.h = 14,
	.live = true,
	.size = sizeof(struct sources_state),
	.controls = sources_controls,
	.keys = sources_keys,
	.act = sources_act,
	.clear = sources_clear,
};

/* Newest first, so the first of a name is its last one.  What only took away
 * brought nothing that could be refreshed. */
static void
keep_last(struct import_record *records, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		struct import_record record = records[i];
		size_t k = 0;

		while (k < kept && strcmp(records[k].source, record.source))
			k++;
		if (k < kept || record.mode == IMPORT_REMOVE)
			continue;
		records[i] = records[kept];
		records[kept++] = record;
	}
	/* The others lie behind, and are freed with them. */
	*count = kept;
}

void
refresh_open(struct app *app, const struct import_order *order)
{
	struct import_record *records;
	size_t all, count;
	struct err err;

	if (!order->targeted) {
		app_say(app, '!', "only a list that is stored has sources");
		return;
	}
	if (!store_imports(app->store, &order->target, &records, &all, &err)) {
		app_fail(app, &err);
		return;
	}
	count = all;
	keep_last(records, &count);
	if (count > 1) {
		struct sources_state *state =
		    dialog_open(app, &sources_type, on_chosen)->state;

		state->order = *order;
		state->records = records;
		state->count = all;
		state->table.columns = sources_columns;
		state->table.cell = sources_cell;
		state->table.context = state;
		table_reset(&state->table, count);
		return;
	}
	if (count)
		ask_file(app, order, &records[0]);
	else
		app_say(app, '!', "no import brought anything here that could "
		    "be refreshed; i imports a file");
	import_records_free(records, all);
}

#include "config.h"

#include "dialog_types.h"
#include "entry_pane.h"

/* How a list of entries is looked at: filter and order. */

static bool
aim(void *context, const char *text, struct err *err)
{
	struct entry_pane *pane = context;
	bool ok = sift_aim(&pane->sift, &pane->facts, text,
	    &pane->table.waiting, err);

	pane->table.narrower = pane->sift.narrower;
	return ok;
}

static bool
passes(void *context, size_t row)
{
	struct entry_pane *pane = context;

	return sift_passes(&pane->sift, &pane->facts, row);
}

/* Filter and order can go on. */
static void
on_facts(void *context)
{
	struct entry_pane *pane = context;

	if (pane->unsorted)
		entry_pane_sort(pane, pane->order);
	else if (pane->table.waiting)
		table_refilter(&pane->table);
}

void
entry_pane_look(struct entry_pane *pane, struct app *app)
{
	pane->table.aim = aim;
	pane->table.passes = passes;
	pane->facts = (struct entry_facts){ .app = app,
		.target = &pane->target, .stored = &pane->before,
		.shown = pane->entries, .come = on_facts, .context = pane };
}

void
entry_pane_sort(struct entry_pane *pane, enum entry_order order)
{
	const struct entry_order_row *row = &entry_orders[order];
	const char *name = order ? row->name : NULL;

	pane->order = order;
	pane->unsorted = row->needs && !row->needs(&pane->facts);
	if (pane->unsorted)
		return; /* and comes back when they are known */
	table_sort(&pane->table, entry_sort(&pane->facts, order), name);
}

/* --- asking for the order ------------------------------------------------ */

struct sort_state {
	struct table table;
	struct entry_pane *pane;
};

enum {
	SORT_TAKE = ID_OWN,
};

static const struct control sort_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(0) }, .text = "Sort by",
	    .offset = offsetof(struct sort_state, table), .id = SORT_TAKE, },
	{ .kind = CONTROL_END, },
};

static const struct key_row sort_keys[] = {
	{ K_ENTER, 0, "Sort", "sort the list by this", SORT_TAKE, NULL, },
	{ 0 },
};

static const struct column sort_columns[] = {
	{ "What", 10, false, 0, },
	{ "How", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
sort_cell(void *context, size_t row, int column, struct buf *out)
{
	(void)context;
	buf_add(out, column ? entry_orders[row].help : entry_orders[row].name);
}

static void
sort_act(struct dialog *dialog, int id)
{
	struct sort_state *state = dialog->state;
	size_t row;

	if (id != SORT_TAKE || !table_row(&state->table, &row))
		return;
	entry_pane_sort(state->pane, (enum entry_order)row);
	dialog_close(dialog, true);
}

static void
sort_clear(void *value)
{
	table_clear(&((struct sort_state *)value)->table);
}

const struct dialog_type sort_type = {
	.title = "Sort",
	.w = 60,
	.h = 14,
	.live = true,
	.size = sizeof(struct sort_state),
	.controls = sort_controls,
	.keys = sort_keys,
	.act = sort_act,
	.clear = sort_clear,
};

void
sort_open(struct app *app, struct entry_pane *pane)
{
	struct sort_state *state = dialog_open(app, &sort_type, NULL)->state;

	state->pane = pane;
	state->table.columns = sort_columns;
	state->table.cell = sort_cell;
	table_reset(&state->table, ORDERS);
	table_go(&state->table, pane->order);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "work_text.h"

struct check_state {
	struct app *app;
	size_t *order; /* places of the findings, errors first */
	struct table table;
	struct view text;
};

enum { CHECK_OPEN = ID_OWN };

#define AT(member) offsetof(struct check_state, member)

static const struct control check_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(9) },
	    .text = "Findings of the draft", .offset = AT(table),
	    .id = CHECK_OPEN, },
	{ .kind = CONTROL_VIEW, .at = { 0, -9, 0, 9 },
	    .text = "What it means and what to do", .offset = AT(text), },
	{ .kind = CONTROL_END, },
};

static const struct key_row check_keys[] = {
	{ K_ENTER, 'e', "Open", "open the object of the finding", CHECK_OPEN,
	    NULL, },
	{ 'w', 0, "Who may relay?", "ask the question that shows the finding",
	    ID_WHO, NULL, },
	{ 0 },
};

static const struct column check_columns[] = {
	{ "Level", 7, false, 0, },
	{ "Object", 20, false, 0, },
	{ "Finding", 0, false, 0, },
	{ "Code", 20, false, 100, },
	{ NULL, 0, false, 0, },
};

static const struct finding *
finding_at(struct check_state *state, size_t row)
{
	return &app_findings(state->app)->items[state->order[row]];
}

static void
check_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct finding *finding = finding_at(context, row);
	const char *const cells[] = { level_words[finding->level],
		finding->object, finding->sentence, finding->code };

	buf_add(out, cells[column]);
}

static enum role
check_look(void *context, size_t row, char *mark)
{
	static const char marks[] = { 'X', '!', 'i' };
	const struct finding *finding = finding_at(context, row);

	*mark = marks[finding->level];
	return finding->level == LEVEL_ERROR ? ROLE_STRONG : ROLE_TEXT;
}

static void
show_text(struct dialog *dialog)
{
	struct check_state *state = dialog->state;
	struct buf *out = &state->text.text;
	const struct finding *finding;
	size_t row;

	buf_clear(out);
	if (!table_row(&state->table, &row)) {
		buf_add(out, "Nothing was found.");
		return;
	}
	finding = finding_at(state, row);
	buf_addf(out, "\1%s\n", finding->sentence);
	if (finding->advice)
		buf_addf(out, "What to do   %s\n", finding->advice);
	if (finding->has_witness) {
		buf_add(out, "Shown by     relayadm decide ");
		buf_add(out, finding_server(finding));
		buf_addc(out, ' ');
		finding_add_witness(out, finding);
		buf_addc(out, '\n');
	}
	buf_addf(out, "Code         %s\n", finding->code);
}

/* Errors, warnings, infos; each in the order of the checks. */
static void
sort_findings(struct check_state *state, const struct findings *findings)
{
	size_t i, n = 0;
	int level;

	free(state->order);
	state->order = mem_new(findings->count + 1, sizeof(*state->order));
	for (level = LEVEL_ERROR; level <= LEVEL_INFO; level++)
		for (i = 0; i < findings->count; i++)
			if ((int)findings->items[i].level == level)
				state->order[n++] = i;
}

static void
check_refresh(struct dialog *dialog)
{
	struct check_state *state = dialog->state;
	const struct findings *findings = app_findings(dialog->app);

	sort_findings(state, findings);
	table_reset(&state->table, findings->count);
	show_text(dialog);
}

/* The findings are others now: no row until they are asked for anew. */
static void
check_reload(struct dialog *dialog)
{
	struct check_state *state = dialog->state;

	table_reset(&state->table, 0);
}

/* w asks the witness of the finding under the cursor. */
static void
check_who(const struct dialog *dialog, struct asked *asked)
{
	struct check_state *state = dialog->state;
	size_t row;

	if (table_row(&state->table, &row))
		who_witness(asked, finding_at(state, row));
}

static void
check_status(const struct dialog *dialog, struct buf *out)
{
	buf_addc(out, ' ');
	add_finding_counts(out, app_findings(dialog->app));
}

static void
check_act(struct dialog *dialog, int id)
{
	struct check_state *state = dialog->state;
	const char *object;
	size_t row;

	if (id != CHECK_OPEN || !table_row(&state->table, &row))
		return;
	object = finding_at(state, row)->object;
	if (!strncmp(object, "server:", 7))
		sheet_open(dialog->app, object + 7);
	else if (!strncmp(object, "gateway:", 8))
		gateway_open(dialog->app, object + 8);
	else if (!strncmp(object, "list:", 5))
		list_open(dialog->app, object + 5);
	else if (!strncmp(object, "invariant:", 10))
		invariant_open(dialog->app, object + 10);
}

static void
check_clear(void *value)
{
	struct check_state *state = value;

	free(state->order);
	table_clear(&state->table);
	buf_free(&state->text.text);
}

const struct dialog_type check_type = {
	.title = "Check",
	.screen = true,
	.live = true,
	.stack = 9,
	.size = sizeof(struct check_state),
	.controls = check_controls,
	.keys = check_keys,
	.refresh = check_refresh,
	.moved = show_text,
	.reload = check_reload,
	.act = check_act,
	.who = check_who,
	.status = check_status,
	.clear = check_clear,
};

void
check_open(struct app *app)
{
	struct check_state *state = dialog_open(app, &check_type, NULL)->state;

	state->app = app;
	state->table.columns = check_columns;
	state->table.cell = check_cell;
	state->table.look = check_look;
	state->table.context = state;
	state->table.empty = "No finding: the check has nothing to say.";
}

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "invariant_text.h"

/* All invariants, what they say, and whether they hold. */
struct invariants_state {
	struct app *app;
	struct table table;
	struct view text;
};

enum {
	INVARIANTS_OPEN = ID_OWN,
	INVARIANTS_ADD,
	INVARIANTS_REMOVE,
};

#define AT(member) offsetof(struct invariants_state, member)

static const struct control invariants_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(9) },
	    .text = "What must always hold", .offset = AT(table),
	    .id = INVARIANTS_OPEN, },
	{ .kind = CONTROL_VIEW, .at = { 0, -9, 0, 9 },
	    .text = "The one under the cursor", .offset = AT(text), },
	{ .kind = CONTROL_END, },
};

static const struct key_row invariants_keys[] = {
	{ K_ENTER, 'e', "Edit", "edit the invariant", INVARIANTS_OPEN, NULL, },
	{ 'a', K_INSERT, "Add", "add an invariant", INVARIANTS_ADD, NULL, },
	{ 'd', K_DELETE, "Remove", "remove the invariant", INVARIANTS_REMOVE,
	    NULL, },
	{ 'w', 0, "Who may relay?", "ask the question that shows how it is "
	    "broken", ID_WHO, NULL, },
	{ 0 },
};

static const struct column invariants_columns[] = {
	{ "Invariant", 16, false, 0, },
	{ "State", 6, false, 0, },
	{ "Says", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static const struct invariant *
invariant_at(const struct invariants_state *state, size_t row)
{
	return state->app->draft->invariants[row];
}

static void
invariants_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct invariants_state *state = context;
	const struct invariant *invariant = invariant_at(state, row);

	if (column == 0)
		buf_add(out, invariant->name);
	else if (column == 1)
		buf_add(out, invariant_state_words[invariant_state(state->app,
		    invariant->name)]);
	else
		invariant_add_words(out, invariant);
}

static enum role
invariants_look(void *context, size_t row, char *mark)
{
	const struct invariants_state *state = context;
	char is = invariant_mark(state->app, invariant_at(state, row)->name);

	*mark = is ? is : ' ';
	return is == 'X' ? ROLE_STRONG : ROLE_TEXT;
}

static void
show_text(struct dialog *dialog)
{
	struct invariants_state *state = dialog->state;
	size_t row;

	buf_clear(&state->text.text);
	state->text.scroll.cursor = 0;
	if (table_row(&state->table, &row))
		invariant_add_detail(&state->text.text, state->app,
		    invariant_at(state, row));
	else
		buf_add(&state->text.text, "Broken invariants block a commit "
		    "and a push, and are told at each edit.");
}

static void
invariants_refresh(struct dialog *dialog)
{
	struct invariants_state *state = dialog->state;

	if (state->table.rows != state->app->draft->invariant_count)
		table_reset(&state->table,
		    state->app->draft->invariant_count);
	show_text(dialog);
}

static void
invariants_reload(struct dialog *dialog)
{
	struct invariants_state *state = dialog->state;

	table_reset(&state->table, state->app->draft->invariant_count);
}

static void
invariants_who(const struct dialog *dialog, struct asked *asked)
{
	struct invariants_state *state = dialog->state;
	const struct findings *findings = app_findings(state->app);
	const struct finding *finding;
	size_t row;

	if (!table_row(&state->table, &row))
		return;
	finding = invariant_finding(findings, invariant_at(state, row)->name);
	if (finding)
		who_witness(asked, finding);
}

static void
invariants_act(struct dialog *dialog, int id)
{
	struct invariants_state *state = dialog->state;
	char label[160], name[NAME_SIZE];
	size_t row;

	if (id == INVARIANTS_ADD)
		invariant_open(dialog->app, NULL);
	if (id == INVARIANTS_ADD || !table_row(&state->table, &row))
		return;
	snprintf(name, sizeof(name), "%s", invariant_at(state, row)->name);
	if (id == INVARIANTS_OPEN) {
		invariant_open(dialog->app, name);
	} else if (id == INVARIANTS_REMOVE && app_may_edit(dialog->app)) {
		snprintf(label, sizeof(label), "remove invariant %s", name);
		app_edit_one(dialog->app, label, OBJECT_INVARIANT, name,
		    NULL);
	}
}

static void
invariants_clear(void *value)
{
	struct invariants_state *state = value;

	table_clear(&state->table);
	buf_free(&state->text.text);
}

const struct dialog_type invariants_type = {
	.title = "Invariants",
	.screen = true,
	.live = true,
	.stack = 9,
	.size = sizeof(struct invariants_state),
	.controls = invariants_controls,
	.keys = invariants_keys,
	.refresh = invariants_refresh,
	.moved = show_text,
	.reload = invariants_reload,
	.act = invariants_act,
	.who = invariants_who,
	.clear = invariants_clear,
};

void
invariants_open(struct app *app)
{
	struct invariants_state *state =
	    dialog_open(app, &invariants_type, NULL)->state;

	state->app = app;
	state->table.columns = invariants_columns;
	state->table.cell = invariants_cell;
	state->table.look = invariants_look;
	state->table.context = state;
	state->table.empty = "No invariant yet.\n\n  a  add one: these clients "
	    "never relay, only these do, these must be\n     able to, no "
	    "wider block does, a domain is always inbound\n  relayadm "
	    "invariant add NAME kind=never-relays clients=ADDRESS";
	table_reset(&state->table, app->draft->invariant_count);
}

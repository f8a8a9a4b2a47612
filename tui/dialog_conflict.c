#include "config.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "invariant_text.h"
#include "policy/name.h"
#include "three_way.h"

/* Somebody else was faster: mine, theirs and what was before, side by side. */
struct conflict_state {
	struct table table;
	struct three_way three;
	char name[NAME_SIZE], label[160];
	void *before, *mine, *theirs; /* ours */
	int64_t head;
	struct caption why;
	struct view text;
};

enum { CONFLICT_TURN = ID_OWN };

#define AT(member) offsetof(struct conflict_state, member)

static const struct control conflict_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, 2 }, .offset = AT(why), },
	{ .kind = CONTROL_TABLE, .at = { 0, 2, 0, REST(7) },
	    .text = "Changed by one of you, or both", .offset = AT(table),
	    .id = CONFLICT_TURN, },
	{ .kind = CONTROL_VIEW, .at = { 0, -7, 0, 6 }, .offset = AT(text),
	    .text = "The one under the cursor", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 30, 0 },
	    .text = "&Store what it takes", .id = ID_OK,
	    .hint = "one step of the draft, on top of theirs", },
	{ .kind = CONTROL_BUTTON, .at = { 31, -1, 0, 0 },
	    .text = "&Back to mine", .id = ID_CANCEL,
	    .hint = "nothing is lost: the dialog is as you left it", },
	{ .kind = CONTROL_END, },
};

static bool
can_turn(const struct dialog *dialog)
{
	const struct conflict_state *state = dialog->state;
	size_t row;

	return table_row(&state->table, &row) && !state->three.rows[row].slot;
}

static const struct key_row conflict_keys[] = {
	{ 't', K_ENTER, "Mine or theirs", "take mine of this, theirs, or both",
	    CONFLICT_TURN, can_turn, },
	{ 0 },
};

static const struct column conflict_columns[] = {
	{ "What", 16, false, 0, },
	{ "Takes", 6, false, 0, },
	{ "Mine", 0, false, 0, },
	{ "Theirs", 0, false, 0, },
	{ "Before", 0, false, 70, },
	{ NULL, 0, false, 0, },
};

static void
conflict_cell(void *context, size_t place, int column, struct buf *out)
{
	static const char *const sides[] = { "mine", "theirs", "both" };
	const struct three_way *three = context;
	const struct three_row *row = &three->rows[place];
	const char *const cells[] = { row->label, sides[row->side], row->mine,
		row->theirs, row->before };

	buf_add(out, *cells[column] ? cells[column] : "(none)");
}

static enum role
conflict_look(void *context, size_t place, char *mark)
{
	const struct three_way *three = context;
	const struct three_row *row = &three->rows[place];

	*mark = row->clash ? '!' : '~';
	return row->clash ? ROLE_STRONG : ROLE_TEXT;
}

/* What is put together may let in more than either of them. */
static void
add_server_verdict(struct buf *out, struct dialog *dialog,
    const struct server *merged)
{
	struct buf broken = { 0 };
	enum openness openness = app_judge(dialog->app, merged, &broken);

	buf_addf(out, "%cStored as it stands: %s%s%s\n",
	    openness == OPEN ? '\4' : openness == WIDE ? '\3' : '\1',
	    openness_words[openness], broken.len ? ", BREAKS " : "",
	    buf_text(&broken));
	buf_free(&broken);
}

static void
add_invariant_verdict(struct buf *out, struct dialog *dialog,
    struct invariant *merged)
{
	struct findings findings;
	enum invariant_state is;

	invariant_judge(dialog->app, merged, &findings);
	is = invariant_state_of(&findings, merged->name);
	buf_addf(out, "%cStored as it stands: %s, ",
	    is >= INVARIANT_FAULTY ? '\4' : '\1', invariant_state_words[is]);
	invariant_add_words(out, merged);
	buf_addc(out, '\n');
	findings_free(&findings);
}

static void
add_verdict(struct buf *out, struct dialog *dialog)
{
	const struct conflict_state *state = dialog->state;
	enum object_kind kind = state->three.kind;
	struct err err;
	void *merged = three_way_merged(&state->three, &err);

	if (!merged)
		buf_addf(out, "\4%s\n", err.text);
	else if (kind == OBJECT_SERVER)
		add_server_verdict(out, dialog, merged);
	else if (kind == OBJECT_INVARIANT)
		add_invariant_verdict(out, dialog, merged);
	if (merged)
		shapes[kind].free(merged);
}

static void
show_text(struct dialog *dialog)
{
	struct conflict_state *state = dialog->state;
	struct buf *out = &state->text.text;
	const struct three_row *row;
	size_t place;

	buf_clear(out);
	if (!table_row(&state->table, &place))
		return;
	row = &state->three.rows[place];
	buf_addf(out, "Mine    %s\nTheirs  %s\nBefore  %s\n", row->mine,
	    row->theirs, row->before);
	add_verdict(out, dialog);
}

static void
conflict_act(struct dialog *dialog, int id)
{
	struct conflict_state *state = dialog->state;
	struct three_row *row;
	size_t place;

	if (id != CONFLICT_TURN || !table_row(&state->table, &place))
		return;
	row = &state->three.rows[place];
	if (row->slot)
		app_say(dialog->app, 'i', "of lists both are taken: what each "
		    "added comes, what each removed goes");
	else
		three_way_turn(row);
	dialog->stale = true;
}

static bool
conflict_accept(struct dialog *dialog)
{
	struct conflict_state *state = dialog->state;
	struct change change = { state->three.kind, state->name, NULL };
	struct err err;
	void *merged = three_way_merged(&state->three, &err);
	bool ok;

	if (!merged) {
		app_fail(dialog->app, &err);
		return false;
	}
	change.object = merged;
	ok = app_edit(dialog->app, state->label, &change, 1, &state->head);
	shapes[state->three.kind].free(merged);
	return ok;
}

/* What was mine is stored: the dialog below has no more to do. */
static void
on_merged(struct dialog *owner, struct dialog *dialog, bool ok)
{
	(void)dialog;
	if (!ok)
		return;
	owner->changed = false;
	dialog_close(owner, true);
}

static void
conflict_clear(void *value)
{
	struct conflict_state *state = value;
	const struct shape *shape = &shapes[state->three.kind];

	table_clear(&state->table);
	three_way_free(&state->three);
	shape->free(state->before);
	shape->free(state->mine);
	shape->free(state->theirs);
	buf_free(&state->why.text);
	buf_free(&state->text.text);
}

/* Changed once more: the next OK below shows it anew. */
static void
conflict_reload(struct dialog *dialog)
{
	struct conflict_state *state = dialog->state;

	if (state->head == dialog->app->head)
		return;
	app_say(dialog->app, '!', "the draft has changed again: store it once "
	    "more");
	dialog_close(dialog, false);
}

const struct dialog_type conflict_type = {
	.title = "Conflict",
	.least_h = 13,
	.live = true,
	.size = sizeof(struct conflict_state),
	.controls = conflict_controls,
	.keys = conflict_keys,
	.refresh = show_text,
	.moved = show_text,
	.act = conflict_act,
	.accept = conflict_accept,
	.reload = conflict_reload,
	.clear = conflict_clear,
};

bool
conflict_open(struct app *app, const struct conflict *conflict)
{
	const struct shape *shape = &shapes[conflict->kind];
	const void *theirs = shape->find(app->draft, conflict->name);
	struct dialog *dialog;
	struct conflict_state *state;

	if (!theirs || app->head == conflict->head)
		return false;
	dialog = dialog_open(app, &conflict_type, on_merged);
	state = dialog->state;
	snprintf(state->name, sizeof(state->name), "%s", conflict->name);
	snprintf(state->label, sizeof(state->label), "%s", conflict->label);
	state->before = shape->copy(conflict->before);
	state->mine = shape->copy(conflict->mine);
	state->theirs = shape->copy(theirs);
	state->head = app->head;
	state->three = (struct three_way){ .kind = conflict->kind,
		.before = state->before, .mine = state->mine,
		.theirs = state->theirs, };
	three_way_make(&state->three);
	caption_set(&state->why, ROLE_STRONG, buf_text(&app->message));
	state->table.columns = conflict_columns;
	state->table.cell = conflict_cell;
	state->table.look = conflict_look;
	state->table.context = &state->three;
	table_reset(&state->table, state->three.count);
	dialog_focus(dialog, AT(table));
	return true;
}

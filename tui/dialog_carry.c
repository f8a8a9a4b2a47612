#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "entry_pane.h"
#include "policy/expire.h"
#include "policy/mem.h"
#include "work_text.h"

/* Copies or moves entries of a list into another, as one step. */
struct carry_state {
	struct table table;
	struct app *app;
	struct entries chosen;
	struct target from;
	struct target *places; /* where they may go */
	size_t count, cap;
	int64_t head;
	int move;
	struct caption what;
	struct view effect;
};

enum { CARRY_WAY = ID_OWN };

#define AT(member) offsetof(struct carry_state, member)

static const struct control carry_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, 0 }, .offset = AT(what), },
	{ .kind = CONTROL_RADIO, .at = { 0, 1, 20, 0 }, .offset = AT(move),
	    .id = CARRY_WAY, .text = "Cop&y them", .value = 0,
	    .hint = "they stay here, too", },
	{ .kind = CONTROL_RADIO, .at = { 21, 1, 0, 0 }, .offset = AT(move),
	    .id = CARRY_WAY, .text = "&Move them", .value = 1,
	    .hint = "they go from here", },
	{ .kind = CONTROL_TABLE, .at = { 0, 2, 0, REST(7) }, .text = "Where to",
	    .offset = AT(table), .id = ID_OK, },
	{ .kind = CONTROL_VIEW, .at = { 0, -7, 0, 6 }, .offset = AT(effect),
	    .text = "What that means", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK",
	    .id = ID_OK, .hint = "one step of the draft; u takes it back", },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static const struct column carry_columns[] = {
	{ "List", 0, false, 0, },
	{ "Entries", 11, true, 0, },
	{ NULL, 0, false, 0, },
};

static void
carry_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct carry_state *state = context;
	const struct target *place = &state->places[row];

	if (column == 0)
		target_add(out, place);
	else
		buf_add_grouped(out, entries_count(target_entries(place,
		    state->app->draft)));
}

/* --- what it makes of the policy ----------------------------------------- */

static bool
check_all(const struct carry_state *state, const struct target *to,
    struct err *err)
{
	struct entries_walk walk = { .entries = &state->chosen };
	struct entry entry;

	while (entries_next(&walk, &entry)) {
		if (to->is_list && entry.kind == ENTRY_LIST)
			return fail(err,
			    "list:%s: lists do not include lists", entry.name);
		if (!to->is_list &&
		    !slot_check(to->slot, state->app->draft, &entry, err))
			return false;
	}
	return true;
}

/* What is there already keeps its notes. */
static void
put_in(struct entries *to, const struct entries *chosen)
{
	entries_append_all(to, chosen);
	entries_settle(to);
}

static void
take_out(struct entries *from, const struct entries *chosen)
{
	struct entries left = { 0 };

	entries_subtract(&left, from, chosen);
	entries_settle(&left);
	entries_free(from);
	*from = left;
}

/* The draft as it becomes, or NULL when that list cannot hold them. */
static struct policy *
carry(const struct carry_state *state, const struct target *to,
    struct err *err)
{
	struct policy *after;

	if (!check_all(state, to, err))
		return NULL;
	after = policy_copy(state->app->draft);
	put_in(target_entries(to, after), &state->chosen);
	if (state->move)
		take_out(target_entries(&state->from, after), &state->chosen);
	return after;
}

static void
show_effect(struct carry_state *state, const struct target *to)
{
	struct err err;
	struct policy *after = carry(state, to, &err);
	struct compiled *compiled;

	if (!after) {
		buf_addf(&state->effect.text, "\1%s", err.text);
		return;
	}
	policy_drop_expired(after, store_now(), NULL);
	compiled = relay_compile(after);
	add_effect(&state->effect.text, NULL, app_compiled(state->app),
	    compiled);
	relay_free(compiled);
	policy_free(after);
}

static void
carry_refresh(struct dialog *dialog)
{
	struct carry_state *state = dialog->state;
	size_t row, count = entries_count(&state->chosen);
	struct buf text = { 0 };
	struct entry entry;

	entries_at(&state->chosen, 0, &entry);
	buf_addf(&text, "%zu entr%s of ", count, count == 1 ? "y" : "ies");
	target_add(&text, &state->from);
	buf_add(&text, count == 1 ? ": " : ", the first one: ");
	entry_add(&text, &entry);
	caption_set(&state->what, ROLE_STRONG, buf_text(&text));
	buf_free(&text);
	buf_clear(&state->effect.text);
	/* Felt where lists are long: not while keys are coming. */
	dialog->due = !dialog->due && table_row(&state->table, &row);
	if (dialog->due)
		buf_add(&state->effect.text, "...");
	else if (table_row(&state->table, &row))
		show_effect(state, &state->places[row]);
}

static void
carry_moved(struct dialog *dialog)
{
	dialog->stale = true;
}

static void
carry_act(struct dialog *dialog, int id)
{
	(void)id;
	dialog->changed = false;
}

/* --- doing it ------------------------------------------------------------ */

static struct change
change_of(const struct target *target, const struct policy *after)
{
	return (struct change){ target->is_list ? OBJECT_LIST : OBJECT_SERVER,
		target->name,
		target->is_list ? (void *)policy_list(after, target->name)
		                : (void *)policy_server(after, target->name) };
}

static bool
store(struct carry_state *state, const struct target *to,
    const struct policy *after)
{
	struct change changes[2] = { change_of(to, after),
		change_of(&state->from, after) };
	size_t count = entries_count(&state->chosen);
	bool apart = changes[0].object != changes[1].object;
	struct buf label = { 0 };
	bool ok;

	buf_addf(&label, "%s %zu entr%s from ", state->move ? "move" : "copy",
	    count, count == 1 ? "y" : "ies");
	target_add(&label, &state->from);
	buf_add(&label, " to ");
	target_add(&label, to);
	ok = app_edit(state->app, buf_text(&label), changes,
	    state->move && apart ? 2 : 1, &state->head);
	buf_free(&label);
	return ok;
}

static bool
carry_accept(struct dialog *dialog)
{
	struct carry_state *state = dialog->state;
	struct policy *after;
	struct err err;
	size_t row;
	bool ok;

	if (!table_row(&state->table, &row)) {
		app_say(dialog->app, '!', "choose a list");
		return false;
	}
	after = carry(state, &state->places[row], &err);
	if (!after) {
		app_fail(dialog->app, &err);
		return false;
	}
	ok = store(state, &state->places[row], after);
	policy_free(after);
	return ok;
}

/* What was chosen may be there no more. */
static void
carry_reload(struct dialog *dialog)
{
	const struct carry_state *state = dialog->state;

	if (state->head == dialog->app->head)
		return;
	app_say(dialog->app, '!', "the draft has changed: choose them anew");
	dialog_close(dialog, false);
}

static void
carry_clear(void *value)
{
	struct carry_state *state = value;

	table_clear(&state->table);
	entries_free(&state->chosen);
	free(state->places);
	buf_free(&state->what.text);
	buf_free(&state->effect.text);
}

const struct dialog_type carry_type = {
	.title = "Copy or move",
	.least_h = 13,
	.live = true,
	.size = sizeof(struct carry_state),
	.controls = carry_controls,
	.refresh = carry_refresh,
	.moved = carry_moved,
	.act = carry_act,
	.accept = carry_accept,
	.reload = carry_reload,
	.clear = carry_clear,
};

/* --- opening ------------------------------------------------------------- */

static void
add_place(struct carry_state *state, const struct target *target)
{
	if (target->is_list == state->from.is_list &&
	    target->slot == state->from.slot &&
	    !strcmp(target->name, state->from.name))
		return;
	state->places = mem_grow(state->places, state->count, &state->cap,
	    sizeof(*state->places));
	state->places[state->count++] = *target;
}

static void
add_places(struct carry_state *state, const struct policy *policy)
{
	struct target target = { .is_list = true };
	const struct slot *slot;
	size_t i;

	for (i = 0; i < policy->list_count; i++) {
		snprintf(target.name, sizeof(target.name), "%s",
		    policy->lists[i]->name);
		add_place(state, &target);
	}
	target.is_list = false;
	for (i = 0; i < policy->server_count; i++)
		for (slot = server_slots; slot->name; slot++) {
			snprintf(target.name, sizeof(target.name), "%s",
			    policy->servers[i]->name);
			target.slot = slot;
			add_place(state, &target);
		}
}

static void
choose(struct carry_state *state, const struct entry_pane *pane)
{
	size_t count, i;
	size_t *rows = table_chosen(&pane->table, &count);
	struct entry entry;

	for (i = 0; i < count; i++) {
		entries_at(pane->entries, rows[i], &entry);
		entries_append(&state->chosen, &entry);
	}
	entries_settle(&state->chosen);
	free(rows);
}

void
carry_open(struct dialog *owner, const struct entry_pane *pane)
{
	struct app *app = owner->app;
	struct carry_state *state;
	size_t row;

	if (!pane->target.name[0] || owner->changed) {
		app_say(app, '!', "this is a step of its own: first store what "
		    "you have changed here (Ctrl-S), or leave it (Esc)");
		return;
	}
	if (!table_row(&pane->table, &row))
		return;
	state = dialog_open(app, &carry_type, NULL)->state;
	state->app = app;
	state->from = pane->target;
	state->head = app->head;
	choose(state, pane);
	add_places(state, app->draft);
	state->table.columns = carry_columns;
	state->table.cell = carry_cell;
	state->table.context = state;
	state->table.empty = "There is no other list yet.";
	table_reset(&state->table, state->count);
	dialog_focus(app_top(app), AT(table));
}

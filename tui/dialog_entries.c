#include "config.h"

#include <stdio.h>
#include <string.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "entry_pane.h"
#include "policy/invariant.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "server_edit.h"

/* The entries of one box of the routing restrictions: a copy inside the
 * dialog that opened it, which takes it over on OK. */
struct entries_state {
	struct entry_pane pane; /* first: see entry_pane.h */
	struct entries copy;
	struct entries *to;
	char title[120];
	struct caption text;
};

/* A named list: its own step. */
struct list_state {
	struct entry_pane pane; /* first: see entry_pane.h */
	struct list *copy, *before;
	char name[NAME_SIZE]; /* as it is stored */
	char title[120];
	int64_t head;
	struct line comment;
	struct caption used;
};

#define LIST_BUTTONS(y) \
	{ .kind = CONTROL_BUTTON, .at = { 0, y, 10, 0 }, .text = "&Add...", \
	    .id = PANE_ADD, }, \
	{ .kind = CONTROL_BUTTON, .at = { 11, y, 11, 0 }, .text = "&Edit...", \
	    .id = PANE_EDIT, }, \
	{ .kind = CONTROL_BUTTON, .at = { 23, y, 10, 0 }, .text = "&Remove", \
	    .id = PANE_REMOVE, }, \
	{ .kind = CONTROL_BUTTON, .at = { 34, y, 10, 0 }, \
	    .text = "&Import", .id = PANE_IMPORT, }, \
	{ .kind = CONTROL_BUTTON, .at = { 45, y, 0, 0 }, \
	    .text = "E&xport", .id = PANE_EXPORT, }

#define LIST_END \
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK", \
	    .id = ID_OK, }, \
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 12, 0 }, .text = "&Cancel", \
	    .id = ID_CANCEL, }, \
	{ .kind = CONTROL_END, }

static const struct control entries_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, 0 },
	    .offset = offsetof(struct entries_state, text), },
	{ .kind = CONTROL_TABLE, .at = { 0, 1, 0, REST(3) }, .text = "Entries",
	    .offset = offsetof(struct entries_state, pane), .id = PANE_EDIT, },
	LIST_BUTTONS(-3),
	LIST_END,
};

static const struct control list_controls[] = {
	{ .kind = CONTROL_LINE, .at = { 0, 0, 0, 0 }, .text = "Comme&nt",
	    .offset = offsetof(struct list_state, comment),
	    .hint = "what the list is for; for people", },
	{ .kind = CONTROL_TABLE, .at = { 0, 1, 0, REST(4) }, .text = "Entries",
	    .offset = offsetof(struct list_state, pane), .id = PANE_EDIT, },
	LIST_BUTTONS(-4),
	{ .kind = CONTROL_CAPTION, .at = { 0, -3, 0, 2 },
	    .offset = offsetof(struct list_state, used), },
	LIST_END,
};

static const struct key_row list_dialog_keys[] = {
	ENTRY_PANE_KEYS,
	{ 0 },
};

static void
pane_act(struct dialog *dialog, int id)
{
	entry_pane_act(dialog, id);
}

static bool
entries_accept(struct dialog *dialog)
{
	struct entries_state *state = dialog->state;

	entries_free(state->to);
	*state->to = state->copy;
	memset(&state->copy, 0, sizeof(state->copy));
	return true;
}

static void
entries_clear(void *value)
{
	struct entries_state *state = value;

	entry_pane_clear(&state->pane);
	entries_free(&state->copy);
	buf_free(&state->text.text);
}

/* The dialog below has its copy anew by now: it was told first. */
static void
entries_reload(struct dialog *dialog)
{
	struct entries_state *state = dialog->state;
	struct server_edit *edit = dialog->owner->state;

	if (!state->pane.target.name[0])
		return;
	state->to = slot_entries(state->pane.slot, edit->copy);
	if (dialog->changed)
		return;
	entries_free(&state->copy);
	entries_copy(&state->copy, state->to);
	entry_pane_renew(&state->pane, &state->copy);
}

const struct dialog_type entries_type = {
	.title = "Entries",
	.least_h = 8,
	.size = sizeof(struct entries_state),
	.controls = entries_controls,
	.keys = list_dialog_keys,
	.act = pane_act,
	.accept = entries_accept,
	.reload = entries_reload,
	.paste = entry_pane_paste,
	.clear = entries_clear,
};

static void
on_entries(struct dialog *owner, struct dialog *dialog, bool ok)
{
	if (ok && dialog->changed)
		dialog_touch(owner);
}

void
entries_open(struct app *app, struct entries *entries,
    const struct slot *slot, const char *title, const char *server)
{
	struct dialog *dialog = dialog_open(app, &entries_type, on_entries);
	struct entries_state *state = dialog->state;

	snprintf(dialog->title, sizeof(dialog->title), "%s", slot->label);
	snprintf(state->title, sizeof(state->title), "%s", title);
	entries_copy(&state->copy, entries);
	state->to = entries;
	caption_set(&state->text, ROLE_TEXT, slot->only_addresses
	    ? "Addresses only; a list may be included if it holds addresses "
	      "only."
	    : "Addresses, client domains and lists.");
	entry_pane_start(&state->pane, app, &state->copy, slot, state->title);
	if (server)
		entry_pane_target(&state->pane, false, server);
	dialog_focus(dialog, offsetof(struct entries_state, pane));
}

/* --- a named list ------------------------------------------------------ */

static bool
includes(const struct entries *entries, const char *list)
{
	size_t i;

	for (i = 0; i < entries->list_count; i++)
		if (!strcmp(entries->lists[i], list))
			return true;
	return false;
}

/* Where the list is included. */
static void
list_refresh(struct dialog *dialog)
{
	struct list_state *state = dialog->state;
	const struct policy *policy = dialog->app->draft;
	const struct slot *slot;
	struct buf text = { 0 };
	size_t i, count = 0;

	for (i = 0; i < policy->server_count; i++)
		for (slot = server_slots; slot->name; slot++)
			if (includes(slot_entries_const(slot,
			        policy->servers[i]), state->name))
				buf_addf(&text, "%s%s/%s",
				    count++ ? ", " : "Included in ",
				    policy->servers[i]->name, slot->name);
	for (i = 0; i < policy->invariant_count; i++)
		if (includes(&policy->invariants[i]->clients, state->name))
			buf_addf(&text, "%sinvariant %s",
			    count++ ? ", " : "Included in ",
			    policy->invariants[i]->name);
	if (!count)
		buf_addf(&text, "Not included anywhere yet: add the entry "
		    "list:%s where it is to count.", state->name);
	caption_set(&state->used, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static bool
list_accept(struct dialog *dialog)
{
	struct list_state *state = dialog->state;
	struct change change = { OBJECT_LIST, state->name, state->copy };
	struct conflict conflict;
	struct err err;

	if (!dialog->changed)
		return true;
	if (!field_parse(field_find(list_fields, "comment"), state->copy,
	        line_text(&state->comment), &err)) {
		app_fail(dialog->app, &err);
		return false;
	}
	conflict = (struct conflict){ OBJECT_LIST, state->name, state->title,
		state->before, state->copy, state->head };
	if (app_edit(dialog->app, state->title, &change, 1, &state->head))
		return true;
	conflict_open(dialog->app, &conflict);
	return false;
}

/* Somebody else's step, or an import: shown unless something would be lost. */
static void
list_reload(struct dialog *dialog)
{
	struct list_state *state = dialog->state;
	const struct list *list =
	    policy_list(dialog->app->draft, state->name);

	if (dialog->changed || !list)
		return;
	list_free(state->copy);
	list_free(state->before);
	state->copy = list_copy(list);
	state->before = list_copy(list);
	state->head = dialog->app->head;
	line_set(&state->comment, list->comment);
	entry_pane_renew(&state->pane, &state->copy->entries);
}

static void
list_clear(void *value)
{
	struct list_state *state = value;

	entry_pane_clear(&state->pane);
	if (state->copy)
		list_free(state->copy);
	if (state->before)
		list_free(state->before);
	line_clear(&state->comment);
	buf_free(&state->used.text);
}

const struct dialog_type list_type = {
	.title = "List",
	.least_h = 9,
	.size = sizeof(struct list_state),
	.controls = list_controls,
	.keys = list_dialog_keys,
	.refresh = list_refresh,
	.act = pane_act,
	.accept = list_accept,
	.reload = list_reload,
	.paste = entry_pane_paste,
	.clear = list_clear,
};

void
list_open(struct app *app, const char *name)
{
	const struct list *list = policy_list(app->draft, name);
	struct dialog *dialog;
	struct list_state *state;

	if (!list)
		return;
	dialog = dialog_open(app, &list_type, NULL);
	state = dialog->state;
	snprintf(dialog->title, sizeof(dialog->title), "List %s", name);
	snprintf(state->title, sizeof(state->title), "list %s", name);
	snprintf(state->name, sizeof(state->name), "%s", name);
	state->copy = list_copy(list);
	state->before = list_copy(list);
	state->head = app->head;
	state->comment.most = 1000;
	line_set(&state->comment, list->comment);
	entry_pane_start(&state->pane, app, &state->copy->entries, NULL,
	    state->title);
	entry_pane_target(&state->pane, true, name);
	dialog_focus(dialog, offsetof(struct list_state, pane));
}

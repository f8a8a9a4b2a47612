#include "config.h"

#include <stdio.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "entry_pane.h"
#include "server_edit.h"

/* Relay Restrictions and Connection: the same list, other words. */
struct gate_state {
	struct entry_pane pane; /* first: see entry_pane.h */
	struct server_edit edit;
	int mode;
	bool authenticated;
	char title[120];
	struct caption verdict, means;
};

enum { GATE_MODE = ID_OWN };

#define AT(member) offsetof(struct gate_state, member)

#define GATE_BUTTONS(y) \
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

#define GATE_END \
	{ .kind = CONTROL_CAPTION, .at = { 0, -3, 8, 0 }, \
	    .offset = AT(verdict), .stays = true, }, \
	{ .kind = CONTROL_CAPTION, .at = { 9, -3, 0, 2 }, \
	    .offset = AT(means), .stays = true, }, \
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK", \
	    .id = ID_OK, .hint = "stores it as one step of the draft", }, \
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 12, 0 }, .text = "&Cancel", \
	    .id = ID_CANCEL, }, \
	{ .kind = CONTROL_END, }

static const struct control relay_controls[] = {
	{ .kind = CONTROL_LABEL, .at = { 0, 0, 0, 0 },
	    .text = "Select which computers may relay through this virtual "
	            "server:", },
	{ .kind = CONTROL_RADIO, .at = { 0, 1, 25, 0 }, .offset = AT(mode),
	    .id = GATE_MODE, .text = "Only &the list below", .value = MODE_ONLY,
	    .hint = "entries are the computers that MAY relay", },
	{ .kind = CONTROL_RADIO, .at = { 26, 1, 0, 0 }, .offset = AT(mode),
	    .id = GATE_MODE, .text = "A&ll except the list below",
	    .value = MODE_ALL_EXCEPT,
	    .hint = "entries are the computers that may NOT relay; everyone "
	            "else may", },
	{ .kind = CONTROL_TABLE, .at = { 0, 2, 0, REST(6) },
	    .text = "Computers", .offset = AT(pane), .id = PANE_EDIT, },
	GATE_BUTTONS(-6),
	{ .kind = CONTROL_CHECK, .at = { 0, -5, 0, 0 },
	    .offset = AT(authenticated),
	    .text = "Allow all computers which &successfully authenticate",
	    .hint = "who has logged on may relay from anywhere", },
	{ .kind = CONTROL_LABEL, .at = { 4, -4, 0, 0 },
	    .text = "to relay, regardless of the list above.", },
	GATE_END,
};

static const struct control connection_controls[] = {
	{ .kind = CONTROL_LABEL, .at = { 0, 0, 0, 0 },
	    .text = "Select which computers may access this virtual server:", },
	{ .kind = CONTROL_RADIO, .at = { 0, 1, 25, 0 }, .offset = AT(mode),
	    .id = GATE_MODE, .text = "Only &the list below", .value = MODE_ONLY,
	    .hint = "nobody else can open an SMTP connection", },
	{ .kind = CONTROL_RADIO, .at = { 26, 1, 0, 0 }, .offset = AT(mode),
	    .id = GATE_MODE, .text = "A&ll except the list below",
	    .value = MODE_ALL_EXCEPT,
	    .hint = "everybody can connect but those in the list", },
	{ .kind = CONTROL_TABLE, .at = { 0, 2, 0, REST(4) },
	    .text = "Computers", .offset = AT(pane), .id = PANE_EDIT, },
	GATE_BUTTONS(-4),
	GATE_END,
};

static const struct key_row gate_keys[] = {
	ENTRY_PANE_KEYS,
	{ 0 },
};

static void
show_verdict(struct gate_state *state, struct dialog *dialog)
{
	struct buf text = { 0 };
	const struct server *copy = state->edit.copy;

	verdict_set(&state->verdict, dialog, copy, &text);
	buf_add(&text, "Means: ");
	if (state->pane.slot == slot_find("relay"))
		effect_add_relay(&text, copy);
	else
		effect_add_connection(&text, copy);
	caption_set(&state->means, ROLE_STRONG, buf_text(&text));
	buf_free(&text);
}

static void
relay_refresh(struct dialog *dialog)
{
	struct gate_state *state = dialog->state;

	state->edit.copy->relay_mode = state->mode;
	state->edit.copy->relay_authenticated = state->authenticated;
	show_verdict(state, dialog);
}

static void
connection_refresh(struct dialog *dialog)
{
	struct gate_state *state = dialog->state;

	state->edit.copy->connection_mode = state->mode;
	show_verdict(state, dialog);
}

/* What stood in the list means the opposite from now on. */
static void
warn_turned(struct dialog *dialog)
{
	struct gate_state *state = dialog->state;
	bool relay = dialog->type == &relay_type;
	size_t count = entries_count(
	    slot_entries(state->pane.slot, state->edit.copy));

	if (count)
		app_say(dialog->app, '!', "the %zu entr%s below %s %s now, "
		    "the opposite of before: is that meant?", count,
		    count == 1 ? "y" : "ies",
		    state->mode == MODE_ONLY ? "MAY" : "may NOT",
		    relay ? "relay" : "connect");
}

static void
gate_act(struct dialog *dialog, int id)
{
	if (id == GATE_MODE)
		warn_turned(dialog);
	else
		entry_pane_act(dialog, id);
}

static bool
gate_accept(struct dialog *dialog)
{
	struct gate_state *state = dialog->state;

	if (!dialog->changed)
		return true;
	dialog->type->refresh(dialog);
	return server_edit_store(&state->edit, dialog->app, state->title);
}

static void
gate_reload(struct dialog *dialog)
{
	struct gate_state *state = dialog->state;

	if (dialog->changed || !server_edit_renew(&state->edit, dialog->app))
		return;
	state->mode = dialog->type == &relay_type
	    ? state->edit.copy->relay_mode
	    : state->edit.copy->connection_mode;
	state->authenticated = state->edit.copy->relay_authenticated;
	entry_pane_renew(&state->pane,
	    slot_entries(state->pane.slot, state->edit.copy));
}

static void
gate_clear(void *value)
{
	struct gate_state *state = value;

	entry_pane_clear(&state->pane);
	server_edit_clear(&state->edit);
	buf_free(&state->verdict.text);
	buf_free(&state->means.text);
}

const struct dialog_type relay_type = {
	.title = "Relay Restrictions",
	.least_h = 13,
	.size = sizeof(struct gate_state),
	.controls = relay_controls,
	.keys = gate_keys,
	.refresh = relay_refresh,
	.act = gate_act,
	.accept = gate_accept,
	.reload = gate_reload,
	.paste = entry_pane_paste,
	.clear = gate_clear,
};

const struct dialog_type connection_type = {
	.title = "Connection",
	.least_h = 11,
	.size = sizeof(struct gate_state),
	.controls = connection_controls,
	.keys = gate_keys,
	.refresh = connection_refresh,
	.act = gate_act,
	.accept = gate_accept,
	.reload = gate_reload,
	.paste = entry_pane_paste,
	.clear = gate_clear,
};

static void
gate_open(struct app *app, const struct dialog_type *type, const char *name,
    const char *slot)
{
	struct server_edit edit = { 0 };
	struct dialog *dialog;
	struct gate_state *state;

	if (!server_edit_start(&edit, app, name))
		return;
	dialog = dialog_open(app, type, NULL);
	state = dialog->state;
	state->edit = edit;
	entry_pane_start(&state->pane, app,
	    slot_entries(slot_find(slot), edit.copy), slot_find(slot),
	    state->title);
	entry_pane_target(&state->pane, false, name);
}

void
relay_open(struct app *app, const char *server)
{
	struct gate_state *state;
	size_t depth = app->depth;

	gate_open(app, &relay_type, server, "relay");
	if (app->depth == depth)
		return;
	state = app_top(app)->state;
	state->mode = state->edit.copy->relay_mode;
	state->authenticated = state->edit.copy->relay_authenticated;
	snprintf(state->title, sizeof(state->title),
	    "relay restrictions of %s", server);
	dialog_focus(app_top(app), AT(pane));
}

void
connection_open(struct app *app, const char *server)
{
	struct gate_state *state;
	size_t depth = app->depth;

	gate_open(app, &connection_type, server, "connection");
	if (app->depth == depth)
		return;
	state = app_top(app)->state;
	state->mode = state->edit.copy->connection_mode;
	snprintf(state->title, sizeof(state->title),
	    "connection control of %s", server);
	dialog_focus(app_top(app), AT(pane));
}

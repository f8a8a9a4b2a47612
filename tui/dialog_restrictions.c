#include "config.h"

#include <stdio.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "policy/field.h"
#include "server_edit.h"

struct restrictions_state {
	struct server_edit edit;
	bool authenticated, clients, local;
	struct caption clients_text, local_text, never_text;
	struct caption verdict, means;
};

enum {
	EDIT_CLIENTS = ID_OWN,
	EDIT_LOCAL,
	EDIT_NEVER,
};

#define AT(member) offsetof(struct restrictions_state, member)

static const struct control restrictions_controls[] = {
	{ .kind = CONTROL_LABEL, .at = { 0, 0, 0, 0 },
	    .text = "Only these may route (relay) mail through this server:", },
	{ .kind = CONTROL_CHECK, .at = { 0, 1, 0, 0 },
	    .text = "Hosts and clients that successfully &authenticate",
	    .offset = AT(authenticated),
	    .hint = "on: logging on satisfies this dialog", },
	{ .kind = CONTROL_CHECK, .at = { 0, 3, 0, 0 },
	    .text = "Hosts and clients with these &IP addresses",
	    .offset = AT(clients),
	    .hint = "on and empty lets nobody in; off is no condition", },
	{ .kind = CONTROL_BUTTON, .at = { -18, 4, 0, 0 },
	    .text = "&List...", .id = EDIT_CLIENTS, },
	{ .kind = CONTROL_CAPTION, .at = { 4, 4, REST(18), 0 },
	    .offset = AT(clients_text), },
	{ .kind = CONTROL_CHECK, .at = { 0, 6, 0, 0 },
	    .text = "Hosts and clients connecting to these i&nternal addresses",
	    .offset = AT(local),
	    .hint = "addresses of the gateway itself that the client connected "
	            "to", },
	{ .kind = CONTROL_CAPTION, .at = { 4, 7, REST(18), 0 },
	    .offset = AT(local_text), },
	{ .kind = CONTROL_BUTTON, .at = { -18, 7, 0, 0 },
	    .text = "Li&st...", .id = EDIT_LOCAL, },
	{ .kind = CONTROL_LABEL, .at = { 0, 9, 0, 0 },
	    .text = "Hosts and clients that can NEVER route mail:", },
	{ .kind = CONTROL_CAPTION, .at = { 4, 10, REST(18), 0 },
	    .offset = AT(never_text), },
	{ .kind = CONTROL_BUTTON, .at = { -18, 10, 0, 0 },
	    .text = "N&EVER list...", .id = EDIT_NEVER,
	    .hint = "NEVER wins over every other rule on this screen", },
	{ .kind = CONTROL_CAPTION, .at = { 0, -3, 8, 0 },
	    .offset = AT(verdict), .stays = true, },
	{ .kind = CONTROL_CAPTION, .at = { 9, -3, 0, 2 },
	    .offset = AT(means), .stays = true, },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

/* "1,534: 192.0.2.0/25, 198.51.100.17, ..." */
static void
show_entries(struct caption *caption, const struct entries *entries,
    const char *none)
{
	size_t count = entries_count(entries), i;
	struct buf text = { 0 };
	struct entry entry;

	if (!count)
		buf_add(&text, none);
	else
		buf_add_grouped(&text, count);
	for (i = 0; i < count && i < 4; i++) {
		buf_add(&text, i ? ", " : ":  ");
		entries_at(entries, i, &entry);
		entry_add(&text, &entry);
	}
	if (count > 4)
		buf_add(&text, ", ...");
	caption_set(caption, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
restrictions_refresh(struct dialog *dialog)
{
	struct restrictions_state *state = dialog->state;
	struct server *copy = state->edit.copy;
	struct buf text = { 0 };

	copy->only_authenticated = state->authenticated;
	copy->clients.enabled = state->clients;
	copy->local.enabled = state->local;
	show_entries(&state->clients_text, &copy->clients.entries,
	    state->clients ? "(empty: this condition lets nobody in)"
	                   : "(empty)");
	show_entries(&state->local_text, &copy->local.entries,
	    state->local ? "(empty: this condition lets nobody in)"
	                 : "(empty)");
	show_entries(&state->never_text, &copy->never, "(empty)");
	verdict_set(&state->verdict, dialog, copy, &text);
	buf_add(&text, "Means: ");
	effect_add_restrictions(&text, copy);
	caption_set(&state->means, ROLE_STRONG, buf_text(&text));
	buf_free(&text);
}

static void
restrictions_act(struct dialog *dialog, int id)
{
	struct restrictions_state *state = dialog->state;
	const char *name = id == EDIT_CLIENTS ? "clients"
	    : id == EDIT_LOCAL                ? "local"
	                                      : "never";
	const struct slot *slot = slot_find(name);
	char title[120];

	if (id < EDIT_CLIENTS || id > EDIT_NEVER)
		return;
	snprintf(title, sizeof(title), "%s list of %s", name,
	    state->edit.name);
	entries_open(dialog->app, slot_entries(slot, state->edit.copy), slot,
	    title, state->edit.name);
}

static bool
restrictions_accept(struct dialog *dialog)
{
	struct restrictions_state *state = dialog->state;
	char label[120];

	if (!dialog->changed)
		return true;
	dialog->type->refresh(dialog);
	snprintf(label, sizeof(label), "routing restrictions of %s",
	    state->edit.name);
	return server_edit_store(&state->edit, dialog->app, label);
}

static void
restrictions_clear(void *value)
{
	struct restrictions_state *state = value;

	server_edit_clear(&state->edit);
	buf_free(&state->clients_text.text);
	buf_free(&state->local_text.text);
	buf_free(&state->never_text.text);
	buf_free(&state->verdict.text);
	buf_free(&state->means.text);
}

static void
restrictions_reload(struct dialog *dialog)
{
	struct restrictions_state *state = dialog->state;

	if (dialog->changed || !server_edit_renew(&state->edit, dialog->app))
		return;
	state->authenticated = state->edit.copy->only_authenticated;
	state->clients = state->edit.copy->clients.enabled;
	state->local = state->edit.copy->local.enabled;
}

const struct dialog_type restrictions_type = {
	.title = "Routing Restrictions",
	.least_h = 15,
	.w = 80,
	.h = 19,
	.size = sizeof(struct restrictions_state),
	.controls = restrictions_controls,
	.refresh = restrictions_refresh,
	.act = restrictions_act,
	.accept = restrictions_accept,
	.reload = restrictions_reload,
	.clear = restrictions_clear,
};

void
restrictions_open(struct app *app, const char *server)
{
	struct server_edit edit = { 0 };
	struct restrictions_state *state;

	if (!server_edit_start(&edit, app, server))
		return;
	state = dialog_open(app, &restrictions_type, NULL)->state;
	state->edit = edit;
	state->authenticated = edit.copy->only_authenticated;
	state->clients = edit.copy->clients.enabled;
	state->local = edit.copy->local.enabled;
}

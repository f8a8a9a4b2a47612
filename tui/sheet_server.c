#include "config.h"

#include <stdio.h>
#include <string.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "main_detail.h"
#include "server_edit.h"
#include "sheet_server.h"

#define AT(member) offsetof(struct sheet_state, member)

static const char *const tab_words[] = { "General", "Access", "Routing",
	"Gateways", NULL };

static const struct control sheet_controls[] = {
	{ .kind = CONTROL_TABS, .at = { 0, 0, 0, 0 }, .offset = AT(tab),
	    .words = tab_words,
	    .hint = "] and [ turn the tabs; Tab goes into this one", },
	{ .kind = CONTROL_RULE, .at = { 0, 1, 0, 0 }, },
	{ .kind = CONTROL_RULE, .at = { 0, -3, 0, 0 }, },
	{ .kind = CONTROL_CAPTION, .at = { 1, -2, 8, 0 },
	    .offset = AT(verdict), .stays = true, },
	{ .kind = CONTROL_CAPTION, .at = { 10, -2, 0, 2 },
	    .offset = AT(effect), .stays = true, },

	{ .kind = CONTROL_CAPTION, .at = { 1, 2, REST(20), 0 },
	    .offset = AT(name_text), .tab = TAB_GENERAL, },
	{ .kind = CONTROL_BUTTON, .at = { -18, 2, 0, 0 }, .text = "Re&name...",
	    .id = SHEET_RENAME, .tab = TAB_GENERAL, },
	{ .kind = CONTROL_CAPTION, .at = { 1, 3, REST(20), 0 },
	    .offset = AT(comment), .tab = TAB_GENERAL, },
	{ .kind = CONTROL_BUTTON, .at = { -18, 3, 0, 0 },
	    .text = "&Comment...", .id = SHEET_COMMENT, .tab = TAB_GENERAL, },
	{ .kind = CONTROL_CHECK, .at = { 1, 5, 0, 0 },
	    .text = "Ena&bled: gateways that carry it serve it",
	    .offset = AT(enabled), .id = SHEET_ENABLE, .tab = TAB_GENERAL,
	    .hint = "off: its gateways stop listening for it", },
	{ .kind = CONTROL_TABLE, .at = { 0, 6, 0, REST(4) },
	    .text = "Listens on", .offset = AT(listeners), .id = SHEET_EDIT,
	    .tab = TAB_GENERAL, },
	{ .kind = CONTROL_BUTTON, .at = { 1, -4, 10, 0 }, .text = "&Add...",
	    .id = SHEET_ADD, .tab = TAB_GENERAL, },
	{ .kind = CONTROL_BUTTON, .at = { 12, -4, 11, 0 }, .text = "&Edit...",
	    .id = SHEET_EDIT, .tab = TAB_GENERAL, },
	{ .kind = CONTROL_BUTTON, .at = { 24, -4, 0, 0 }, .text = "&Remove",
	    .id = SHEET_REMOVE, .tab = TAB_GENERAL, },

	{ .kind = CONTROL_LABEL, .at = { 1, 3, 0, 0 }, .tab = TAB_ACCESS,
	    .text = "Access control         Who must log on before this server "
	            "takes mail.", },
	{ .kind = CONTROL_BUTTON, .at = { 1, 4, 22, 0 },
	    .text = "Authe&ntication...", .id = SHEET_AUTHENTICATION,
	    .tab = TAB_ACCESS, },
	{ .kind = CONTROL_CAPTION, .at = { 24, 4, 0, 0 },
	    .offset = AT(authentication), .tab = TAB_ACCESS, },
	{ .kind = CONTROL_LABEL, .at = { 1, 7, 0, 0 }, .tab = TAB_ACCESS,
	    .text = "Connection control     Who may open an SMTP connection at "
	            "all.", },
	{ .kind = CONTROL_BUTTON, .at = { 1, 8, 22, 0 },
	    .text = "&Connection...", .id = SHEET_CONNECTION,
	    .tab = TAB_ACCESS, },
	{ .kind = CONTROL_CAPTION, .at = { 24, 8, 0, 0 },
	    .offset = AT(connection), .tab = TAB_ACCESS, },
	{ .kind = CONTROL_LABEL, .at = { 1, 11, 0, 0 }, .tab = TAB_ACCESS,
	    .text = "Relay restrictions     Who may send mail on to other "
	            "domains.", },
	{ .kind = CONTROL_BUTTON, .at = { 1, 12, 22, 0 }, .text = "&Relay...",
	    .id = SHEET_RELAY, .tab = TAB_ACCESS,
	    .hint = "Connection decides who may talk to us; Relay decides what "
	            "they may send on", },
	{ .kind = CONTROL_CAPTION, .at = { 24, 12, 0, 2 },
	    .offset = AT(relay), .tab = TAB_ACCESS, },

	{ .kind = CONTROL_RADIO, .at = { 1, 2, 0, 0 }, .tab = TAB_ROUTING,
	    .text = "Do &not reroute incoming SMTP mail", .value = false,
	    .offset = AT(reroute), .id = SHEET_REROUTE,
	    .hint = "the list below is kept, and means nothing", },
	{ .kind = CONTROL_RADIO, .at = { 1, 3, 0, 0 }, .tab = TAB_ROUTING,
	    .text = "Rero&ute incoming SMTP mail (required for POP3/IMAP4 "
	            "support)",
	    .value = true, .offset = AT(reroute), .id = SHEET_REROUTE,
	    .hint = "the list below says what happens to which domain", },
	{ .kind = CONTROL_TABLE, .at = { 0, 4, 0, REST(5) },
	    .text = "Routing list", .offset = AT(routes), .id = SHEET_EDIT,
	    .tab = TAB_ROUTING, },
	{ .kind = CONTROL_BUTTON, .at = { 1, -5, 10, 0 }, .text = "&Add...",
	    .id = SHEET_ADD, .tab = TAB_ROUTING, },
	{ .kind = CONTROL_BUTTON, .at = { 12, -5, 11, 0 }, .text = "&Edit...",
	    .id = SHEET_EDIT, .tab = TAB_ROUTING, },
	{ .kind = CONTROL_BUTTON, .at = { 24, -5, 10, 0 }, .text = "&Remove",
	    .id = SHEET_REMOVE, .tab = TAB_ROUTING, },
	{ .kind = CONTROL_BUTTON, .at = { 1, -4, 27, 0 },
	    .text = "Routing Re&strictions...", .id = SHEET_RESTRICTIONS,
	    .tab = TAB_ROUTING,
	    .hint = "who may route mail to domains that are not in the list", },
	{ .kind = CONTROL_CAPTION, .at = { 30, -4, 0, 0 },
	    .offset = AT(restrictions), .tab = TAB_ROUTING, },

	{ .kind = CONTROL_TABLE, .at = { 0, 2, 0, REST(3) },
	    .text = "Enter or t ticks the gateways that carry it",
	    .offset = AT(gateways), .id = SHEET_CARRY, .tab = TAB_GATEWAYS,
	    .hint = "a push places it on the gateways that are ticked here", },
	{ .kind = CONTROL_END, },
};

static enum sheet_tab
tab_of(const struct dialog *dialog)
{
	return (enum sheet_tab)((struct sheet_state *)dialog->state)->tab;
}

static bool
has_rows(const struct dialog *dialog)
{
	return tab_of(dialog) == TAB_GENERAL || tab_of(dialog) == TAB_ROUTING;
}

static bool
has_gateways(const struct dialog *dialog)
{
	return tab_of(dialog) == TAB_GATEWAYS;
}

static bool
has_routes(const struct dialog *dialog)
{
	return ((const struct sheet_state *)dialog->state)->tab == TAB_ROUTING;
}

static const struct key_row sheet_keys[] = {
	{ 'a', K_INSERT, "Add", "add a row to the list of this tab", SHEET_ADD,
	    has_rows, },
	{ 'e', 0, "Edit", "edit the row under the cursor", SHEET_EDIT,
	    has_rows, },
	{ 'd', K_DELETE, "Remove", "remove the row under the cursor",
	    SHEET_REMOVE, has_rows, },
	{ 'i', 0, "Import", "import rows of a file (or paste lines here)",
	    SHEET_IMPORT, has_routes, },
	{ 't', 0, "Tick", "carried by this gateway, or not", SHEET_CARRY,
	    has_gateways, },
	{ 0 },
};

const struct server *
sheet_server(const struct sheet_state *state)
{
	return policy_server(state->app->draft, state->name);
}

static void
show_effect(struct dialog *dialog, const struct server *server)
{
	struct sheet_state *state = dialog->state;
	struct buf text = { 0 };

	verdict_set(&state->verdict, dialog, server, &text);
	buf_add(&text, "Effect: ");
	if (state->tab == TAB_ROUTING)
		effect_add_routing(&text, server);
	else
		effect_add_relay(&text, server);
	caption_set(&state->effect, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
add_mode(struct buf *out, int mode, const struct entries *entries)
{
	buf_add(out, mode == MODE_ONLY ? "Only the list below ("
	                               : "All except the list below (");
	buf_add_grouped(out, entries_count(entries));
	buf_add(out, ")");
}

static void
show_access(struct sheet_state *state, const struct server *server)
{
	struct buf text = { 0 };

	buf_addf(&text, "Now: anonymous %s, basic %s, TLS %s",
	    server->anonymous ? "on" : "off", server->basic ? "on" : "off",
	    tls_words[server->tls]);
	caption_set(&state->authentication, ROLE_TEXT, buf_text(&text));
	buf_clear(&text);
	buf_add(&text, "Now: ");
	add_mode(&text, server->connection_mode, &server->connection);
	caption_set(&state->connection, ROLE_TEXT, buf_text(&text));
	buf_clear(&text);
	buf_add(&text, "Now: ");
	add_mode(&text, server->relay_mode, &server->relay);
	buf_addf(&text, "; after log-on: %s",
	    server->relay_authenticated ? "yes" : "no");
	caption_set(&state->relay, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
add_box(struct buf *out, const char *label, bool on,
    const struct entries *entries)
{
	buf_addf(out, "  %s: ", label);
	if (on)
		buf_add_grouped(out, entries_count(entries));
	else
		buf_add(out, "off");
}

static void
show_restrictions(struct sheet_state *state, const struct server *server)
{
	struct buf text = { 0 };

	buf_addf(&text, "log-on: %s",
	    server->only_authenticated ? "on" : "off");
	add_box(&text, "IP list", server->clients.enabled,
	    &server->clients.entries);
	add_box(&text, "local", server->local.enabled, &server->local.entries);
	add_box(&text, "NEVER", true, &server->never);
	caption_set(&state->restrictions, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
show_general(struct sheet_state *state, const struct server *server)
{
	struct buf text = { 0 };

	buf_addf(&text, "Name       %s", server->name);
	caption_set(&state->name_text, ROLE_STRONG, buf_text(&text));
	buf_clear(&text);
	buf_addf(&text, "Comment    %s",
	    server->comment ? server->comment : "(none)");
	caption_set(&state->comment, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
sheet_refresh(struct dialog *dialog)
{
	struct sheet_state *state = dialog->state;
	const struct server *server = sheet_server(state);

	if (!server && !dialog->closing) {
		app_say(dialog->app, 'X', "virtual server %s was removed "
		    "elsewhere", state->name);
		dialog_close(dialog, false);
	}
	if (!server)
		return;
	snprintf(dialog->title, sizeof(dialog->title), "Virtual server %s",
	    server->name);
	state->enabled = server->enabled;
	state->reroute = server->reroute;
	show_general(state, server);
	show_access(state, server);
	show_restrictions(state, server);
	show_effect(dialog, server);
}

static void
sheet_reload(struct dialog *dialog)
{
	sheet_tables_reset(dialog->state);
}

static void
sheet_act(struct dialog *dialog, int id)
{
	struct sheet_state *state = dialog->state;

	if (id == SHEET_AUTHENTICATION)
		authentication_open(dialog->app, state->name);
	else if (id == SHEET_CONNECTION)
		connection_open(dialog->app, state->name);
	else if (id == SHEET_RELAY)
		relay_open(dialog->app, state->name);
	else if (id == SHEET_RESTRICTIONS)
		restrictions_open(dialog->app, state->name);
	else if (id == SHEET_IMPORT)
		sheet_import(dialog, NULL, 0);
	else
		sheet_edit(dialog, id);
}

static void
sheet_paste(struct dialog *dialog, const char *text, size_t len)
{
	if (has_routes(dialog))
		sheet_import(dialog, text, len);
	else
		app_say(dialog->app, '!', "only the Routing tab takes a paste");
}

static void
sheet_clear(void *value)
{
	struct sheet_state *state = value;
	struct caption *captions[] = { &state->name_text, &state->comment,
		&state->authentication, &state->connection, &state->relay,
		&state->restrictions, &state->verdict, &state->effect };
	size_t i;

	for (i = 0; i < sizeof(captions) / sizeof(captions[0]); i++)
		buf_free(&captions[i]->text);
	sheet_tables_clear(state);
}

const struct dialog_type sheet_type = {
	.title = "Virtual server",
	.screen = true,
	.live = true,
	.least_h = 15,
	.size = sizeof(struct sheet_state),
	.controls = sheet_controls,
	.keys = sheet_keys,
	.refresh = sheet_refresh,
	.reload = sheet_reload,
	.act = sheet_act,
	.paste = sheet_paste,
	.clear = sheet_clear,
};

void
sheet_open(struct app *app, const char *server)
{
	struct dialog *dialog = dialog_open(app, &sheet_type, NULL);
	struct sheet_state *state = dialog->state;

	state->app = app;
	state->tab = TAB_GENERAL;
	snprintf(state->name, sizeof(state->name), "%s", server);
	snprintf(app->server, sizeof(app->server), "%s", server);
	sheet_tables_start(state);
	sheet_tables_reset(state);
}

#include "config.h"

#include <stdio.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "server_edit.h"

struct authentication_state {
	struct server_edit edit;
	bool anonymous, basic;
	int tls;
	struct caption warning, means;
};

#define AT(member) offsetof(struct authentication_state, member)

static const struct control authentication_controls[] = {
	{ .kind = CONTROL_LABEL, .at = { 0, 0, 0, 0 },
	    .text = "Select the ways in which clients may log on:", },
	{ .kind = CONTROL_CHECK, .at = { 0, 2, 0, 0 },
	    .text = "&Anonymous access", .offset = AT(anonymous),
	    .hint = "on: mail is taken without log-on; off: every client must "
	            "log on", },
	{ .kind = CONTROL_LABEL, .at = { 4, 3, 0, 0 },
	    .text = "No name or password; mail servers of others need it.", },
	{ .kind = CONTROL_CHECK, .at = { 0, 5, 0, 0 },
	    .text = "&Basic authentication", .offset = AT(basic),
	    .hint = "SMTP AUTH: name and password, as the gateway's mail "
	            "server checks them", },
	{ .kind = CONTROL_LABEL, .at = { 4, 6, 0, 0 },
	    .text = "Passwords go in clear text unless TLS is required.", },
	{ .kind = CONTROL_CHOICE, .at = { 0, 8, 0, 0 }, .text = "&TLS",
	    .offset = AT(tls), .words = tls_words, .value = 6,
	    .hint = "Space, Left and Right choose: none, offered, required", },
	{ .kind = CONTROL_CAPTION, .at = { 0, -5, 0, 2 },
	    .offset = AT(means), },
	{ .kind = CONTROL_CAPTION, .at = { 0, -3, 0, 0 },
	    .offset = AT(warning), },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static void
authentication_refresh(struct dialog *dialog)
{
	struct authentication_state *state = dialog->state;
	bool clear = state->basic && state->tls != TLS_REQUIRED;

	caption_set(&state->means, ROLE_STRONG,
	    state->anonymous && state->basic
	        ? "Means: log-on is offered; mail is taken without it, too."
	    : state->anonymous ? "Means: nobody can log on; mail is taken from "
	                         "everybody who may connect."
	    : state->basic ? "Means: every client must log on before it sends."
	                   : "Means: nobody can send anything: log-on is "
	                     "required, but not offered.");
	caption_set(&state->warning, clear ? ROLE_WARN : ROLE_TEXT,
	    clear ? " ! passwords can be read on the way; require TLS " : "");
}

static bool
authentication_accept(struct dialog *dialog)
{
	struct authentication_state *state = dialog->state;
	char label[120];

	if (!dialog->changed)
		return true;
	state->edit.copy->anonymous = state->anonymous;
	state->edit.copy->basic = state->basic;
	state->edit.copy->tls = state->tls;
	snprintf(label, sizeof(label), "authentication of %s",
	    state->edit.name);
	return server_edit_store(&state->edit, dialog->app, label);
}

static void
authentication_clear(void *value)
{
	struct authentication_state *state = value;

	server_edit_clear(&state->edit);
	buf_free(&state->warning.text);
	buf_free(&state->means.text);
}

const struct dialog_type authentication_type = {
	.title = "Authentication",
	.w = 74,
	.h = 17,
	.least_h = 13,
	.size = sizeof(struct authentication_state),
	.controls = authentication_controls,
	.refresh = authentication_refresh,
	.accept = authentication_accept,
	.clear = authentication_clear,
};

void
authentication_open(struct app *app, const char *server)
{
	struct server_edit edit = { 0 };
	struct authentication_state *state;

	if (!server_edit_start(&edit, app, server))
		return;
	state = dialog_open(app, &authentication_type, NULL)->state;
	state->edit = edit;
	state->anonymous = edit.copy->anonymous;
	state->basic = edit.copy->basic;
	state->tls = edit.copy->tls;
}

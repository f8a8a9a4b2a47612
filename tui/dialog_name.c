#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "beside.h"
#include "client_name.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"

/* Milliseconds that are waited before anything is shown of it. */
#define FELT 50

/* The host name of a client, as DNS has it; asked beside the loop. */
struct name_state {
	struct dialog *dialog;
	char client[64]; /* as it was typed */
	struct net net;
	struct caption text;
	struct line server;
	char *resolver; /* that was asked; NULL: those of this computer */
	struct client_name found;
	bool asked, ok;
	struct err err;
	struct beside beside;
};

enum {
	NAME_SERVER = ID_OWN,
};

#define AT(member) offsetof(struct name_state, member)

static const struct control name_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, REST(4) },
	    .offset = AT(text), },
	{ .kind = CONTROL_LINE, .at = { 0, -3, 0, 0 }, .text = "&DNS server",
	    .offset = AT(server), .id = NAME_SERVER,
	    .hint = "ADDRESS or ADDRESS:PORT; empty: those of this computer", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 0, 0 }, .text = "&OK",
	    .id = ID_OK, .hint = "asks DNS, then takes the name", },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 0, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

/* --- in the thread ----------------------------------------------------- */

static bool
is_stopped(void *context)
{
	return beside_stopped(context);
}

static void
run(void *context)
{
	struct name_state *state = context;

	state->ok = client_name_ask(&state->found, state->resolver,
	    &state->net, is_stopped, &state->beside, &state->err);
}

/* --- in the loop ------------------------------------------------------- */

static void
on_ended(void *context)
{
	struct name_state *state = context;

	state->asked = true;
	state->dialog->stale = true;
}

static void
forget(struct name_state *state)
{
	beside_clear(&state->beside);
	client_name_clear(&state->found);
	state->found = (struct client_name){ 0 };
	free(state->resolver);
	state->resolver = NULL;
	state->asked = false;
}

static void
begin(struct name_state *state)
{
	struct app *app = state->dialog->app;
	const char *server = line_text(&state->server);
	struct err err;

	forget(state);
	state->resolver = *server ? mem_text(server) : NULL;
	state->beside = (struct beside){ .run = run, .ended = on_ended,
		.context = state };
	if (!beside_start(&state->beside, app->loop, &err))
		app_fail(app, &err);
	else
		beside_await(&state->beside, FELT);
	state->dialog->stale = true;
}

/* The first time it asks. */
static bool
name_accept(struct dialog *dialog)
{
	struct name_state *state = dialog->state;

	if (state->asked && state->ok)
		return true;
	if (!state->beside.going)
		begin(state);
	return false;
}

static void
name_act(struct dialog *dialog, int id)
{
	if (id == NAME_SERVER)
		forget(dialog->state);
}

static void
add_found(struct buf *text, const struct name_state *state)
{
	buf_add(text, buf_text(&state->found.story));
	if (!state->ok)
		buf_addf(text, "X %s\nEnter asks again.", state->err.text);
	else if (*state->found.name)
		buf_addf(text, "Enter takes %s as its host name.",
		    state->found.name);
	else
		buf_add(text, "No client domain covers it. Enter takes that: "
		    "no host name.");
}

static void
name_refresh(struct dialog *dialog)
{
	struct name_state *state = dialog->state;
	struct buf text = { 0 };

	if (state->beside.going)
		buf_addf(&text, "Asking DNS about %s ...", state->client);
	else if (state->asked)
		add_found(&text, state);
	else
		buf_addf(&text, "Enter asks DNS for the host name of %s, and "
		    "whether the name leads back to it, as a mail server does "
		    "where a client domain is to be checked. Gateways ask the "
		    "DNS that they know: it may say something else.",
		    state->client);
	caption_set(&state->text, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
name_clear(void *value)
{
	struct name_state *state = value;

	forget(state);
	buf_free(&state->text.text);
	line_clear(&state->server);
}

const struct dialog_type name_type = {
	.title = "Host name in DNS",
	.w = 72,
	.h = 13,
	.least_h = 9,
	.live = true,
	.size = sizeof(struct name_state),
	.controls = name_controls,
	.refresh = name_refresh,
	.act = name_act,
	.accept = name_accept,
	.clear = name_clear,
};

void
name_open(struct app *app, const char *client, dialog_done done)
{
	struct name_state *state;
	struct dialog *dialog;
	struct err err;
	struct net net;

	if (!net_parse_addr(&net, client, strlen(client), &err)) {
		fail_in(&err, "client IP");
		app_fail(app, &err);
		return;
	}
	dialog = dialog_open(app, &name_type, done);
	state = dialog->state;
	state->dialog = dialog;
	state->net = net;
	snprintf(state->client, sizeof(state->client), "%s", client);
}

const char *
name_found(const struct dialog *dialog)
{
	const struct name_state *state = dialog->state;

	return state->found.name;
}

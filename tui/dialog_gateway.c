#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "ticks.h"

/* The rows of gateway_fields[], in its order. */
enum {
	F_NAME,
	F_GROUP,
	F_COMMENT,
	F_HOLD,
	F_MTA,
	F_HOST,
	F_PORT,
	F_USER,
	F_JUMP,
	F_TRANSPORT,
	F_BECOME,
	F_COUNT,
};

struct gateway_state {
	struct app *app;
	struct gateway *copy;
	struct gateway *before; /* as it was then, for conflicts; or NULL */
	char name[NAME_SIZE]; /* as it is stored; "": a new one */
	int64_t head;
	struct line lines[F_COUNT];
	int mta, transport, become;
	struct table servers;
	struct ticks carried;
	struct caption pin;
};

enum {
	TICK = ID_OWN,
	TRUST,
};

#define AT(member) offsetof(struct gateway_state, member)
#define LINE(field) (AT(lines) + (field) * sizeof(struct line))

static bool
is_stored(const void *state)
{
	return ((const struct gateway_state *)state)->name[0] != '\0';
}

static const struct control gateway_controls[] = {
	{ .kind = CONTROL_LINE, .at = { 0, 0, REST(28), 0 }, .text = "&Name",
	    .offset = LINE(F_NAME), .value = 10,
	    .hint = "the name of the gateway in commands", },
	{ .kind = CONTROL_LINE, .at = { -27, 0, 0, 0 }, .text = "&Group",
	    .offset = LINE(F_GROUP), .value = 10,
	    .hint = "gateways of a group can be pushed together: @GROUP", },
	{ .kind = CONTROL_LINE, .at = { 0, 1, REST(28), 0 }, .text = "&Comment",
	    .offset = LINE(F_COMMENT), .value = 10,
	    .hint = "for people; nothing is done by it", },
	{ .kind = CONTROL_LINE, .at = { -27, 1, 0, 0 }, .text = "Hol&d",
	    .offset = LINE(F_HOLD), .value = 10,
	    .hint = "why nothing is pushed to it for now; empty: it is pushed "
	            "to", },
	{ .kind = CONTROL_LINE, .at = { 0, 2, 0, 0 }, .text = "SSH &host",
	    .offset = LINE(F_HOST), .value = 10,
	    .hint = "host name or address that SSH connects to", },
	{ .kind = CONTROL_LINE, .at = { 0, 3, REST(28), 0 },
	    .text = "SSH &user", .offset = LINE(F_USER), .value = 10,
	    .hint = "the account to log in with, by key or agent", },
	{ .kind = CONTROL_LINE, .at = { -27, 3, 18, 0 }, .text = "SSH &port",
	    .offset = LINE(F_PORT), .value = 10,
	    .hint = "22, unless its sshd listens elsewhere", },
	{ .kind = CONTROL_LINE, .at = { 0, 4, REST(28), 0 },
	    .text = "&Jump host",
	    .offset = LINE(F_JUMP), .value = 10,
	    .hint = "[user@]host[:port] to go through, or nothing", },
	{ .kind = CONTROL_CHOICE, .at = { -27, 4, 0, 0 }, .text = "SSH &by",
	    .offset = AT(transport), .words = transport_words, .value = 10,
	    .hint = "openssh: this machine's ssh, for RSA or security keys, "
	            "GSSAPI, ~/.ssh/config", },
	{ .kind = CONTROL_CHOICE, .at = { 0, 5, REST(28), 0 }, .text = "&MTA",
	    .offset = AT(mta), .words = mta_words, .value = 10,
	    .hint = "the mail server that runs there; Space changes it", },
	{ .kind = CONTROL_CHOICE, .at = { -27, 5, 0, 0 }, .text = "&Root by",
	    .offset = AT(become), .words = become_words, .value = 10,
	    .hint = "none: the account is root; sudo: by sudo -n", },
	{ .kind = CONTROL_TABLE, .at = { 0, 6, 0, REST(3) },
	    .text = "Virtual servers that it carries", .offset = AT(servers),
	    .id = TICK, .hint = "Enter or t ticks one", },
	{ .kind = CONTROL_CAPTION, .at = { 0, -3, REST(24), 0 },
	    .offset = AT(pin), },
	{ .kind = CONTROL_BUTTON, .at = { -23, -3, 0, 0 },
	    .text = "Tru&st host key...", .id = TRUST, .alive = is_stored,
	    .hint = "asks the gateway for its key and shows the fingerprint", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 0, 0 }, .text = "Cance&l",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static const struct key_row gateway_keys[] = {
	{ 't', 0, "Tick", "carry this virtual server, or not", TICK, NULL, },
	{ 0 },
};

static const struct column carried_columns[] = {
	{ "Carried", 7, false, 0, },
	{ "Virtual server", 24, false, 0, },
	{ "Comment", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
carried_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct gateway_state *state = context;
	const struct server *server = state->app->draft->servers[row];

	if (column == 0)
		buf_add(out, state->carried.on[row] ? "[x]" : "[ ]");
	else if (column == 1)
		buf_add(out, server->name);
	else if (server->comment)
		buf_add(out, server->comment);
}

static bool
carries(const void *object, const char *name)
{
	const struct gateway *gateway = object;
	size_t i;

	for (i = 0; i < gateway->server_count; i++)
		if (!strcmp(gateway->servers[i], name))
			return true;
	return false;
}

/* Those of before keep their order; new ones follow. */
static void
take_carried(struct gateway_state *state)
{
	const struct policy *policy = state->app->draft;
	struct gateway *copy = state->copy;
	size_t i, kept = 0;

	for (i = 0; i < copy->server_count; i++) {
		size_t row;

		for (row = 0; row < policy->server_count; row++)
			if (!strcmp(policy->servers[row]->name,
			        copy->servers[i]))
				break;
		if (row < policy->server_count && state->carried.on[row])
			copy->servers[kept++] = copy->servers[i];
		else
			free(copy->servers[i]);
	}
	copy->server_count = kept;
	copy->servers = mem_resize(copy->servers,
	    kept + policy->server_count + 1, sizeof(*copy->servers));
	for (i = 0; i < policy->server_count; i++)
		if (state->carried.on[i] &&
		    !carries(copy, policy->servers[i]->name))
			copy->servers[copy->server_count++] =
			    mem_text(policy->servers[i]->name);
}

static bool
take_fields(struct dialog *dialog, struct err *err)
{
	struct gateway_state *state = dialog->state;
	int i;

	state->copy->mta = state->mta;
	state->copy->become = state->become;
	state->copy->transport = state->transport;
	for (i = 0; i < F_COUNT; i++) {
		const struct field *field = &gateway_fields[i];

		if (field->kind == FIELD_CHOICE ||
		    field->kind == FIELD_OPTION)
			continue;
		if (field_parse(field, state->copy,
		        line_text(&state->lines[i]), err))
			continue;
		dialog_focus(dialog, LINE((size_t)i));
		return false;
	}
	if (strcmp(state->copy->name, state->name) != 0 &&
	    policy_gateway(dialog->app->draft, state->copy->name))
		return fail(err, "a gateway is called %s already",
		    state->copy->name);
	return true;
}

static void
show_conflict(struct gateway_state *state, const char *label)
{
	struct conflict conflict = { OBJECT_GATEWAY, state->name, label,
		state->before, state->copy, state->head };

	if (state->before)
		conflict_open(state->app, &conflict);
}

static bool
gateway_accept(struct dialog *dialog)
{
	struct gateway_state *state = dialog->state;
	struct change change = { OBJECT_GATEWAY,
		state->name[0] ? state->name : NULL, state->copy };
	struct err err;
	char label[120];

	if (!dialog->changed)
		return true;
	if (!take_fields(dialog, &err)) {
		app_fail(dialog->app, &err);
		return false;
	}
	take_carried(state);
	snprintf(label, sizeof(label), "%s gateway %s",
	    state->name[0] ? "change" : "add", state->copy->name);
	if (!app_edit(dialog->app, label, &change, 1, &state->head)) {
		show_conflict(state, label);
		return false;
	}
	app_come(dialog->app, OBJECT_GATEWAY, state->copy->name);
	return true;
}

static void
gateway_refresh(struct dialog *dialog)
{
	struct gateway_state *state = dialog->state;
	struct pin pin = { .type = "" };
	struct err err;
	char text[120];

	if (!state->name[0])
		snprintf(text, sizeof(text), "Host key: OK first, then trust "
		    "it");
	else if (!store_pin_get(dialog->app->store, state->name, &pin, &err))
		snprintf(text, sizeof(text), "X %.100s", err.text);
	else
		snprintf(text, sizeof(text), "Host key: %s",
		    pin.type[0] ? pin.type : "! not trusted yet");
	caption_set(&state->pin, ROLE_TEXT, text);
}

static void
gateway_act(struct dialog *dialog, int id)
{
	struct gateway_state *state = dialog->state;
	size_t row;

	if (id == TICK && table_row(&state->servers, &row)) {
		state->carried.on[row] = !state->carried.on[row];
		dialog_touch(dialog);
	} else if (id == TRUST && dialog->changed) {
		app_say(dialog->app, '!', "store the changes by OK first");
	} else if (id == TRUST) {
		trust_open(dialog->app, state->name);
	}
}

static void
fill(struct gateway_state *state)
{
	struct buf text = { 0 };
	int i;

	for (i = 0; i < F_COUNT; i++) {
		buf_clear(&text);
		field_add(&text, &gateway_fields[i], state->copy);
		state->lines[i].most =
		    i == F_COMMENT || i == F_HOLD ? 1000 : 255;
		line_set(&state->lines[i], buf_text(&text));
	}
	buf_free(&text);
	state->mta = state->copy->mta;
	state->become = state->copy->become;
	state->transport = state->copy->transport;
}

/* As it is in the draft. */
static void
take_gateway(struct gateway_state *state, const struct gateway *gateway)
{
	gateway_free(state->copy);
	gateway_free(state->before);
	state->copy = gateway_copy(gateway);
	state->before = gateway_copy(gateway);
	state->head = state->app->head;
	fill(state);
}

/* Somebody else's step: shown unless something would be lost. */
static void
gateway_reload(struct dialog *dialog)
{
	struct gateway_state *state = dialog->state;
	const struct policy *policy = dialog->app->draft;
	const struct gateway *gateway = policy_gateway(policy, state->name);

	if (gateway && !dialog->changed && app_top(state->app) == dialog)
		take_gateway(state, gateway);
	ticks_renew(&state->carried, policy, dialog->changed, carries,
	    state->copy);
	table_reset(&state->servers, policy->server_count);
}

static void
gateway_clear(void *value)
{
	struct gateway_state *state = value;
	int i;

	gateway_free(state->copy);
	gateway_free(state->before);
	for (i = 0; i < F_COUNT; i++)
		line_clear(&state->lines[i]);
	table_clear(&state->servers);
	ticks_free(&state->carried);
	buf_free(&state->pin.text);
}

const struct dialog_type gateway_type = {
	.title = "Gateway",
	.w = 80,
	.least_h = 13,
	.size = sizeof(struct gateway_state),
	.controls = gateway_controls,
	.keys = gateway_keys,
	.refresh = gateway_refresh,
	.reload = gateway_reload,
	.act = gateway_act,
	.accept = gateway_accept,
	.clear = gateway_clear,
};

void
gateway_open(struct app *app, const char *name)
{
	const struct gateway *gateway =
	    name ? policy_gateway(app->draft, name) : NULL;
	struct dialog *dialog;
	struct gateway_state *state;

	if (!gateway && !app_may_edit(app))
		return;
	dialog = dialog_open(app, &gateway_type, NULL);
	state = dialog->state;
	snprintf(dialog->title, sizeof(dialog->title), "%s%s",
	    gateway ? "Gateway " : "New gateway", gateway ? name : "");
	state->app = app;
	state->head = app->head;
	state->copy = gateway ? gateway_copy(gateway) : gateway_new("new");
	state->before = gateway ? gateway_copy(gateway) : NULL;
	if (gateway)
		snprintf(state->name, sizeof(state->name), "%s", name);
	state->servers.columns = carried_columns;
	state->servers.cell = carried_cell;
	state->servers.context = state;
	state->servers.empty = "No virtual server yet: add one first.";
	fill(state);
	if (!gateway)
		line_set(&state->lines[F_NAME], "");
	gateway_reload(dialog);
}

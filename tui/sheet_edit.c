#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogs.h"
#include "policy/field.h"
#include "policy/invariant.h"
#include "policy/mem.h"
#include "sheet_server.h"

/* Stores a changed copy of the server as one step and frees it. */
static bool
store(struct app *app, const char *name, struct server *copy,
    const char *label)
{
	bool ok = app_edit_one(app, label, OBJECT_SERVER, name, copy);

	server_free(copy);
	return ok;
}

/* Ours to change; NULL, with the reason: somebody has removed it. */
static struct server *
copy_server(const struct sheet_state *state, struct err *err)
{
	const struct server *server = sheet_server(state);

	if (server)
		return server_copy(server);
	fail(err, "virtual server %s is not there any more", state->name);
	return NULL;
}

/* The same, and it is said. */
static struct server *
copy_here(const struct sheet_state *state)
{
	struct err err;
	struct server *copy = copy_server(state, &err);

	if (!copy)
		app_fail(state->app, &err);
	return copy;
}

static bool
set_field(struct sheet_state *state, const char *field, const char *text,
    struct err *err)
{
	struct server *copy = copy_server(state, err);
	char label[160];

	if (!copy)
		return false;
	if (!field_parse(field_find(server_fields, field), copy, text, err)) {
		server_free(copy);
		return false;
	}
	snprintf(label, sizeof(label), "%s of %s: %.60s", field, state->name,
	    *text ? text : "(none)");
	return store(state->app, state->name, copy, label)
	    ? true
	    : fail(err, "%s", buf_text(&state->app->message));
}

static void
set_bool(struct sheet_state *state, const char *field, bool on)
{
	struct err err;

	if (!set_field(state, field, on ? "true" : "false", &err))
		app_fail(state->app, &err);
}

/* The gateways that carry it. */
static size_t
rename_carried(struct policy *with, const char *from, const char *to,
    struct change *changes)
{
	size_t count = 0, i, j;

	for (i = 0; i < with->gateway_count; i++) {
		struct gateway *gateway = with->gateways[i];

		for (j = 0; j < gateway->server_count; j++) {
			if (strcmp(gateway->servers[j], from) != 0)
				continue;
			free(gateway->servers[j]);
			gateway->servers[j] = mem_text(to);
			changes[count++] = (struct change){ OBJECT_GATEWAY,
				gateway->name, gateway };
		}
	}
	return count;
}

/* The invariants that speak of it. */
static size_t
rename_judged(struct policy *with, const char *from, const char *to,
    struct change *changes)
{
	size_t count = 0, i;
	struct err ignored;

	for (i = 0; i < with->invariant_count; i++) {
		struct invariant *one = with->invariants[i];

		if (!texts_remove(&one->servers, from))
			continue;
		invariant_add_server(one, to, strlen(to), &ignored);
		invariant_settle(one, true);
		changes[count++] = (struct change){ OBJECT_INVARIANT,
			one->name, one };
	}
	return count;
}

/* A new name, and the same step puts it into what names the server. */
static bool
rename_server(struct sheet_state *state, const char *to, struct err *err)
{
	struct policy *with = policy_copy(state->app->draft);
	struct change *changes = mem_new(with->gateway_count +
	    with->invariant_count + 1, sizeof(*changes));
	struct server *server = policy_server(with, state->name);
	size_t count = 0;
	int64_t head = state->app->head;
	char label[160];
	bool ok = true;

	if (!server)
		ok = fail(err, "virtual server %s is not there any more",
		    state->name);
	else if (strcmp(to, state->name) != 0 && policy_server(with, to))
		ok = fail(err, "a virtual server is called %s already", to);
	ok = ok &&
	    field_parse(field_find(server_fields, "name"), server, to, err);
	changes[count++] = (struct change){ OBJECT_SERVER, state->name,
		server };
	if (ok) {
		count += rename_carried(with, state->name, to,
		    changes + count);
		count += rename_judged(with, state->name, to,
		    changes + count);
	}
	snprintf(label, sizeof(label), "rename %s to %s", state->name, to);
	if (ok) {
		char old[NAME_SIZE];

		memcpy(old, state->name, sizeof(old));
		changes[0].old_name = old;
		snprintf(state->name, sizeof(state->name), "%s", to);
		ok = app_edit(state->app, label, changes, count, &head);
		if (!ok) {
			memcpy(state->name, old, sizeof(old));
			fail(err, "%s", buf_text(&state->app->message));
		}
	}
	free(changes);
	policy_free(with);
	return ok;
}

static bool
check_name(struct dialog *prompt, const char *text, struct err *err)
{
	return rename_server(prompt->owner->state, text, err);
}

static bool
check_comment(struct dialog *prompt, const char *text, struct err *err)
{
	return set_field(prompt->owner->state, "comment", text, err);
}

static void
ask_field(struct sheet_state *state, bool name)
{
	const struct server *server = sheet_server(state);
	struct prompt prompt = { .title = name ? "Rename" : "Comment",
		.label = name
		    ? "Name of the virtual server:"
		    : "Comment (for people; it never reaches a gateway):",
		.initial = name ? state->name : server ? server->comment : "",
		.check = name ? check_name : check_comment, };

	if (server && app_may_edit(state->app))
		prompt_open(state->app, &prompt, NULL);
}

/* --- listeners --------------------------------------------------------- */

static bool
store_listener(struct sheet_state *state, size_t row, const char *text,
    struct err *err)
{
	struct server *copy = copy_server(state, err);
	struct listener listener;
	char label[200];

	if (!copy)
		return false;
	if (!listener_parse(&listener, text, strlen(text), err)) {
		server_free(copy);
		return false;
	}
	if (row < copy->listener_count) {
		memmove(&copy->listeners[row], &copy->listeners[row + 1],
		    (copy->listener_count - row - 1) *
		        sizeof(*copy->listeners));
		copy->listener_count--;
	}
	if (!server_add_listener(copy, &listener, err)) {
		server_free(copy);
		return false;
	}
	snprintf(label, sizeof(label), "%s listens on %.80s", state->name,
	    text);
	return store(state->app, state->name, copy, label)
	    ? true
	    : fail(err, "%s", buf_text(&state->app->message));
}

static bool
check_new_listener(struct dialog *prompt, const char *text, struct err *err)
{
	return store_listener(prompt->owner->state, (size_t)-1, text, err);
}

static bool
check_listener(struct dialog *prompt, const char *text, struct err *err)
{
	struct sheet_state *state = prompt->owner->state;
	size_t row;

	return table_row(&state->listeners, &row) &&
	    store_listener(state, row, text, err);
}

static void
ask_listener(struct sheet_state *state, bool add)
{
	const struct server *server = sheet_server(state);
	struct prompt prompt = { .title = add ? "Add a listener"
		                              : "Edit the listener",
		.label = "Address:port: 192.0.2.10:25, or 0.0.0.0:25, [::]:25 "
		         "for every address",
		.check = add ? check_new_listener : check_listener, };
	struct buf text = { 0 };
	size_t row;

	if (!server || (!add && !table_row(&state->listeners, &row)))
		return;
	if (!add)
		listener_add(&text, &server->listeners[row]);
	prompt.initial = buf_text(&text);
	prompt_open(state->app, &prompt, NULL);
	buf_free(&text);
}

static void
remove_listener(struct sheet_state *state)
{
	struct server *copy;
	char label[160];
	struct buf text = { 0 };
	size_t row;

	if (!table_row(&state->listeners, &row))
		return;
	copy = copy_here(state);
	if (!copy)
		return;
	listener_add(&text, &copy->listeners[row]);
	memmove(&copy->listeners[row], &copy->listeners[row + 1],
	    (copy->listener_count - row - 1) * sizeof(*copy->listeners));
	copy->listener_count--;
	snprintf(label, sizeof(label), "%s no longer listens on %s",
	    state->name, buf_text(&text));
	store(state->app, state->name, copy, label);
	buf_free(&text);
}

/* --- routing list ------------------------------------------------------ */

static void
edit_route(struct sheet_state *state, bool add)
{
	const struct server *server = sheet_server(state);
	size_t row;

	if (add)
		route_open(state->app, state->name, NULL);
	else if (server && table_row(&state->routes, &row))
		route_open(state->app, state->name, &server->routes[row]);
}

static void
remove_routes(struct sheet_state *state)
{
	struct server *copy;
	struct buf text = { 0 };
	char label[200];
	size_t row;

	if (!table_row(&state->routes, &row))
		return;
	copy = copy_here(state);
	if (!copy)
		return;
	route_add(&text, &copy->routes[row]);
	server_remove_route(copy, row);
	snprintf(label, sizeof(label), "remove %.100s from the routing list of "
	    "%s", buf_text(&text), state->name);
	store(state->app, state->name, copy, label);
	buf_free(&text);
}

void
sheet_import(struct dialog *dialog, const char *text, size_t len)
{
	struct sheet_state *state = dialog->state;
	struct import_order order = { .targeted = true, .text = text,
		.len = len, .target = { .is_routing = true } };

	if (!app_may_edit(state->app))
		return;
	snprintf(state->routing, sizeof(state->routing),
	    "the routing list of %s", state->name);
	snprintf(order.target.name, sizeof(order.target.name), "%s",
	    state->name);
	order.title = state->routing;
	import_open(state->app, &order);
}

/* --- gateways ---------------------------------------------------------- */

static void
turn_gateway(struct sheet_state *state)
{
	struct gateway *copy;
	char label[200];
	size_t row, i, kept = 0;
	bool found = false;

	if (!table_row(&state->gateways, &row))
		return;
	copy = gateway_copy(state->app->draft->gateways[row]);
	for (i = 0; i < copy->server_count; i++) {
		if (strcmp(copy->servers[i], state->name) != 0) {
			copy->servers[kept++] = copy->servers[i];
			continue;
		}
		free(copy->servers[i]);
		found = true;
	}
	copy->server_count = kept;
	if (!found) {
		copy->servers = mem_resize(copy->servers, kept + 1,
		    sizeof(*copy->servers));
		copy->servers[copy->server_count++] = mem_text(state->name);
	}
	snprintf(label, sizeof(label), "%s %s %s", copy->name,
	    found ? "no longer carries" : "carries", state->name);
	app_edit_one(state->app, label, OBJECT_GATEWAY, copy->name, copy);
	gateway_free(copy);
}

static void
edit_row(struct sheet_state *state, int id)
{
	if (state->tab == TAB_GENERAL && id == SHEET_REMOVE)
		remove_listener(state);
	else if (state->tab == TAB_GENERAL)
		ask_listener(state, id == SHEET_ADD);
	else if (state->tab == TAB_ROUTING && id == SHEET_REMOVE)
		remove_routes(state);
	else if (state->tab == TAB_ROUTING)
		edit_route(state, id == SHEET_ADD);
}

void
sheet_edit(struct dialog *dialog, int id)
{
	struct sheet_state *state = dialog->state;

	if (!app_may_edit(state->app)) {
		dialog->stale = true;
		return;
	}
	switch (id) {
	case SHEET_RENAME:
	case SHEET_COMMENT:
		ask_field(state, id == SHEET_RENAME);
		break;
	case SHEET_ENABLE:
		set_bool(state, "enabled", state->enabled);
		break;
	case SHEET_REROUTE:
		set_bool(state, "routing.reroute", state->reroute);
		break;
	case SHEET_CARRY:
		turn_gateway(state);
		break;
	default:
		edit_row(state, id);
		break;
	}
}

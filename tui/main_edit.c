#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogs.h"
#include "main_edit.h"
#include "policy/mem.h"

bool
main_edit_open(struct app *app, const struct main_row *row)
{
	if (row->kind == ROW_CARRIED && !policy_server(app->draft, row->name))
		app_say(app, '!', "no virtual server is called %s; open the "
		    "gateway and untick it", row->name);
	else if (row->kind == ROW_SERVER || row->kind == ROW_CARRIED)
		sheet_open(app, row->name);
	else if (row->kind == ROW_GATEWAY)
		gateway_open(app, row->name);
	else if (row->kind == ROW_LIST)
		list_open(app, row->name);
	else
		return false;
	return true;
}

void
main_edit_add(struct app *app, const struct main_row *row)
{
	switch (row->kind) {
	case ROW_SERVERS:
	case ROW_SERVER:
		new_server_open(app);
		break;
	case ROW_LISTS:
	case ROW_LIST:
		new_list_open(app);
		break;
	default:
		gateway_open(app, NULL);
		break;
	}
}

/* The same gateway without the server. */
static struct gateway *
without(const struct gateway *gateway, const char *server)
{
	struct gateway *copy = gateway_copy(gateway);
	size_t i, kept = 0;

	for (i = 0; i < copy->server_count; i++)
		if (strcmp(copy->servers[i], server) != 0)
			copy->servers[kept++] = copy->servers[i];
		else
			free(copy->servers[i]);
	copy->server_count = kept;
	return copy;
}

/* A server leaves its gateways in the same step. */
static void
remove_server(struct app *app, const char *name)
{
	const struct policy *policy = app->draft;
	size_t most = policy->gateway_count + 1, count = 0, i;
	struct change *changes = mem_new(most, sizeof(*changes));
	struct gateway **copies = mem_new(most, sizeof(*copies));
	int64_t head = app->head;
	char label[160];

	for (i = 0; i < policy->gateway_count; i++) {
		struct gateway *copy = without(policy->gateways[i], name);

		if (copy->server_count == policy->gateways[i]->server_count) {
			gateway_free(copy);
			continue;
		}
		copies[count] = copy;
		changes[count++] = (struct change){ OBJECT_GATEWAY, copy->name,
			copy };
	}
	changes[count] = (struct change){ OBJECT_SERVER, name, NULL };
	snprintf(label, sizeof(label), "remove virtual server %s", name);
	app_edit(app, label, changes, count + 1, &head);
	for (i = 0; i < count; i++)
		gateway_free(copies[i]);
	free(copies);
	free(changes);
}

void
main_edit_remove(struct app *app, const struct main_row *row)
{
	bool gateway = row->kind == ROW_GATEWAY;
	char label[160];

	if (!app_may_edit(app))
		return;
	if (row->kind == ROW_SERVER) {
		remove_server(app, row->name);
	} else if (gateway || row->kind == ROW_LIST) {
		snprintf(label, sizeof(label), "remove %s %s",
		    gateway ? "gateway" : "list", row->name);
		app_edit_one(app, label,
		    gateway ? OBJECT_GATEWAY : OBJECT_LIST, row->name, NULL);
	} else {
		app_say(app, '!', "put the cursor on a virtual server, gateway "
		    "or list to remove it");
	}
}

/* --- copies ------------------------------------------------------------ */

static bool
store_copy(struct app *app, const struct main_row *row, const char *name,
    struct err *err)
{
	const struct policy *policy = app->draft;
	const char *old = row->name;
	struct server *server;
	struct gateway *gateway;
	struct list *list;
	char label[200];
	bool ok;

	snprintf(label, sizeof(label), "copy %s to %s", old, name);
	if (row->kind == ROW_SERVER) {
		server = server_copy(policy_server(policy, old));
		free(server->name);
		server->name = mem_text(name);
		ok = app_edit_one(app, label, OBJECT_SERVER, NULL, server);
		server_free(server);
	} else if (row->kind == ROW_GATEWAY) {
		gateway = gateway_copy(policy_gateway(policy, old));
		free(gateway->name);
		gateway->name = mem_text(name);
		ok = app_edit_one(app, label, OBJECT_GATEWAY, NULL, gateway);
		gateway_free(gateway);
	} else {
		list = list_copy(policy_list(policy, old));
		free(list->name);
		list->name = mem_text(name);
		ok = app_edit_one(app, label, OBJECT_LIST, NULL, list);
		list_free(list);
	}
	if (!ok)
		return fail(err, "%s", buf_text(&app->message));
	app_come(app, row->kind == ROW_SERVER    ? OBJECT_SERVER
	        : row->kind == ROW_GATEWAY ? OBJECT_GATEWAY
	                                   : OBJECT_LIST,
	    name);
	return true;
}

static bool
is_taken(const struct policy *policy, enum row_kind kind, const char *name)
{
	return kind == ROW_SERVER  ? policy_server(policy, name) != NULL
	    : kind == ROW_GATEWAY ? policy_gateway(policy, name) != NULL
	                           : policy_list(policy, name) != NULL;
}

static bool
check_copy(struct dialog *prompt, const char *name, struct err *err)
{
	const struct main_row *row = prompt_context(prompt);

	if (!name_check(name, strlen(name), err))
		return false;
	if (is_taken(prompt->app->draft, row->kind, name))
		return fail(err, "the name %s is taken", name);
	return store_copy(prompt->app, row, name, err);
}

void
main_edit_copy(struct dialog *dialog, const struct main_row *row)
{
	struct prompt prompt = { .title = "Copy", .label = "Name of the copy:",
		.initial = row->name, .check = check_copy, .context = row,
		.context_size = sizeof(*row), };

	if (row->kind != ROW_SERVER && row->kind != ROW_GATEWAY &&
	    row->kind != ROW_LIST) {
		app_say(dialog->app, '!', "put the cursor on what is to be "
		    "copied");
		return;
	}
	if (!app_may_edit(dialog->app))
		return;
	prompt_open(dialog->app, &prompt, NULL);
}

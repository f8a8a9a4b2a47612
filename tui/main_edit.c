#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogs.h"
#include "main_edit.h"
#include "policy/mem.h"
#include "store/shape.h"

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
	else if (row->kind == ROW_INVARIANT)
		invariant_open(app, row->name);
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
	case ROW_INVARIANTS:
	case ROW_INVARIANT:
		invariant_open(app, NULL);
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

/* Is there an object of its own under the cursor? */
static bool
is_object(const struct main_row *row)
{
	return row->kind == ROW_SERVER || row->kind == ROW_GATEWAY ||
	    row->kind == ROW_LIST || row->kind == ROW_INVARIANT;
}

void
main_edit_remove(struct app *app, const struct main_row *row)
{
	enum object_kind kind;
	char label[160];

	if (!app_may_edit(app))
		return;
	if (!is_object(row) || !main_row_object(row, &kind)) {
		app_say(app, '!', "put the cursor on a virtual server, "
		    "gateway, invariant or list to remove it");
		return;
	}
	if (kind == OBJECT_SERVER) {
		remove_server(app, row->name);
		return;
	}
	snprintf(label, sizeof(label), "remove %s %s", object_words[kind],
	    row->name);
	app_edit_one(app, label, kind, row->name, NULL);
}

void
main_edit_past(struct app *app, const struct main_row *row)
{
	enum object_kind kind;

	if (is_object(row) && main_row_object(row, &kind))
		past_open(app, kind, row->name);
	else
		app_say(app, '!', "put the cursor on a virtual server, "
		    "gateway, invariant or list; H lists the revisions");
}

void
main_edit_text(struct app *app, const struct main_row *row)
{
	enum object_kind kind;

	if (is_object(row) && main_row_object(row, &kind))
		edit_text_open(app, kind, row->name);
	else
		app_say(app, '!', "put the cursor on a virtual server, "
		    "gateway, invariant or list to edit it as text");
}

/* --- copies ------------------------------------------------------------ */

static bool
store_copy(struct app *app, const struct main_row *row, const char *name,
    struct err *err)
{
	const struct shape *shape;
	const void *object;
	enum object_kind kind;
	char label[200];
	void *copy;
	bool ok;

	main_row_object(row, &kind);
	shape = &shapes[kind];
	object = shape->find(app->draft, row->name);
	if (!object)
		return fail(err, "there is no %s %s any more",
		    object_words[kind], row->name);
	if (shape->find(app->draft, name))
		return fail(err, "the name %s is taken", name);
	copy = shape->copy(object);
	ok = field_parse(&shape->fields[0], copy, name, err);
	snprintf(label, sizeof(label), "copy %s to %s", row->name, name);
	if (ok && !app_edit_one(app, label, kind, NULL, copy))
		ok = fail(err, "%s", buf_text(&app->message));
	if (ok)
		app_come(app, kind, name);
	shape->free(copy);
	return ok;
}

static bool
check_copy(struct dialog *prompt, const char *name, struct err *err)
{
	return name_check(name, strlen(name), err) &&
	    store_copy(prompt->app, prompt_context(prompt), name, err);
}

void
main_edit_copy(struct dialog *dialog, const struct main_row *row)
{
	struct prompt prompt = { .title = "Copy", .label = "Name of the copy:",
		.initial = row->name, .check = check_copy, .context = row,
		.context_size = sizeof(*row), };

	if (!is_object(row)) {
		app_say(dialog->app, '!', "put the cursor on what is to be "
		    "copied");
		return;
	}
	if (!app_may_edit(dialog->app))
		return;
	prompt_open(dialog->app, &prompt, NULL);
}

#include "config.h"

#include <stdio.h>

#include "dialogs.h"
#include "main_gateway.h"

/* The gateway under the cursor, or NULL with a message. */
static const char *
gateway_here(struct app *app, const struct main_row *row)
{
	if (row->kind == ROW_GATEWAY)
		return row->name;
	if (row->kind == ROW_CARRIED)
		return row->gateway;
	app_say(app, '!', "put the cursor on a gateway");
	return NULL;
}

void
main_gateway_test(struct app *app, const struct main_row *row)
{
	const char *name = gateway_here(app, row);
	const char *words[] = { "gateway", "test", name, NULL };
	char title[NAME_SIZE + 20];

	if (!name)
		return;
	snprintf(title, sizeof(title), "Test of %s", name);
	output_open(app, title, words);
}

static void
on_adopt(struct dialog *owner, struct dialog *dialog, bool ok)
{
	const char *name = owner->app->adopted;
	const char *words[] = { "gateway", "adopt", name, NULL };
	char title[NAME_SIZE + 20];

	(void)dialog;
	if (!ok)
		return;
	snprintf(title, sizeof(title), "Policy of %s", name);
	output_open(owner->app, title, words);
}

void
main_gateway_adopt(struct dialog *dialog, const struct main_row *row)
{
	struct app *app = dialog->app;
	const char *name = gateway_here(app, row);
	char title[NAME_SIZE + 40];

	if (!name || !app_may_edit(app))
		return;
	snprintf(app->adopted, sizeof(app->adopted), "%s", name);
	snprintf(title, sizeof(title), "Read what %s has?", name);
	ask_open(app, title, "What its mail server lets relay now comes into "
	    "the draft as virtual servers that it carries, as one step that "
	    "can be undone. Nothing on the gateway is changed.", NULL,
	    on_adopt);
}

void
main_gateway_rollback(struct app *app, const struct main_row *row)
{
	const char *name = gateway_here(app, row);

	if (name)
		rollback_open(app, name);
}

void
main_gateway_compare(struct app *app, const struct main_row *row)
{
	char group[NAME_SIZE + 1];
	const char *words[] = { "gateway", "compare", NULL, NULL };

	snprintf(group, sizeof(group), "@%s", row->name);
	if (row->kind == ROW_GROUP)
		words[2] = group;
	output_open(app, "Are the gateways equal?", words);
}

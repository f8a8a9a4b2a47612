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

/* A new virtual server: its name and what it is for. */
struct new_state {
	struct line name;
	struct table presets;
};

#define AT(member) offsetof(struct new_state, member)

static const struct control new_controls[] = {
	{ .kind = CONTROL_LINE, .at = { 0, 0, 0, 0 }, .text = "&Name",
	    .offset = AT(name),
	    .hint = "letters, digits, dots, hyphens: internet, submission", },
	{ .kind = CONTROL_TABLE, .at = { 0, 1, 0, REST(2) },
	    .text = "Begin with", .offset = AT(presets), .id = ID_OK,
	    .hint = "everything can be changed later", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static const struct column preset_columns[] = {
	{ "Preset", 12, false, 0, },
	{ "Port", 4, true, 0, },
	{ "For", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
preset_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct preset *preset = &presets[row];

	(void)context;
	if (column == 0)
		buf_add(out, preset->name);
	else if (column == 1)
		buf_addf(out, "%u", (unsigned)preset->port);
	else
		buf_add(out, preset->for_whom);
}

static bool
store_server(struct dialog *dialog, const struct preset *preset,
    const char *name)
{
	struct server *server = preset_server(preset, name);
	char label[160];
	bool ok;

	snprintf(label, sizeof(label), "add virtual server %s (%s)", name,
	    preset->name);
	ok = app_edit_one(dialog->app, label, OBJECT_SERVER, NULL, server);
	if (ok)
		app_come(dialog->app, OBJECT_SERVER, name);
	server_free(server);
	return ok;
}

static bool
new_accept(struct dialog *dialog)
{
	struct new_state *state = dialog->state;
	const char *name = line_text(&state->name);
	struct err err;
	size_t row;

	if (!name_check(name, strlen(name), &err)) {
		app_fail(dialog->app, &err);
		dialog_focus(dialog, AT(name));
		return false;
	}
	if (policy_server(dialog->app->draft, name)) {
		app_say(dialog->app, 'X', "a virtual server is called %s "
		    "already", name);
		return false;
	}
	return table_row(&state->presets, &row) &&
	    store_server(dialog, &presets[row], name);
}

static void
new_clear(void *value)
{
	struct new_state *state = value;

	line_clear(&state->name);
	table_clear(&state->presets);
}

const struct dialog_type new_type = {
	.title = "New virtual server",
	.w = 76,
	.h = 14,
	.least_h = 9,
	.live = true,
	.size = sizeof(struct new_state),
	.controls = new_controls,
	.accept = new_accept,
	.clear = new_clear,
};

static void
on_server(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct new_state *state = dialog->state;

	if (ok)
		sheet_open(owner->app, line_text(&state->name));
}

void
new_server_open(struct app *app)
{
	struct new_state *state;
	size_t count = 0;

	if (!app_may_edit(app))
		return;
	while (presets[count].name)
		count++;
	state = dialog_open(app, &new_type, on_server)->state;
	state->name.most = NAME_SIZE - 1;
	state->presets.columns = preset_columns;
	state->presets.cell = preset_cell;
	table_reset(&state->presets, count);
}

/* --- a new list -------------------------------------------------------- */

static bool
check_list(struct dialog *prompt, const char *name, struct err *err)
{
	struct app *app = prompt->app;
	struct list *list;
	char label[120];
	bool ok;

	if (!name_check(name, strlen(name), err))
		return false;
	if (policy_list(app->draft, name))
		return fail(err, "a list is called %s already", name);
	list = list_new(name);
	snprintf(label, sizeof(label), "add list %s", name);
	ok = app_edit_one(app, label, OBJECT_LIST, NULL, list);
	if (ok)
		app_come(app, OBJECT_LIST, name);
	list_free(list);
	return ok ? true : fail(err, "%s", buf_text(&app->message));
}

static void
on_list(struct dialog *owner, struct dialog *dialog, bool ok)
{
	if (ok)
		list_open(owner->app, prompt_text(dialog));
}

void
new_list_open(struct app *app)
{
	struct prompt prompt = { .title = "New list",
		.label = "Name of the list (entries include it as list:NAME):",
		.check = check_list, };

	if (app_may_edit(app))
		prompt_open(app, &prompt, on_list);
}

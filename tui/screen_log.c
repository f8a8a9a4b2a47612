#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "terminal.h"

struct log_state {
	struct app *app;
	struct table table;
	struct view command;
	size_t shown; /* the line of the journal; its count: none */
};

enum { LOG_COPY = ID_OWN };

#define AT(member) offsetof(struct log_state, member)

static const struct control log_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(6) },
	    .text = "Log of this session, newest first", .offset = AT(table),
	    .hint = "y copies the command that does the same to the "
	            "clipboard of your terminal", },
	{ .kind = CONTROL_VIEW, .at = { 0, -6, 0, 6 },
	    .text = "The same by command", .offset = AT(command), },
	{ .kind = CONTROL_END, },
};

static const struct key_row log_keys[] = {
	{ 'y', 0, "Copy command",
	    "copy the command to the clipboard (OSC 52)", LOG_COPY, NULL, },
	{ 0 },
};

static const struct column log_columns[] = {
	{ "Time", 8, false, 0, },
	{ "What", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static const struct journal_line *
line_at(const struct log_state *state, size_t row)
{
	const struct journal *journal = &state->app->journal;

	return &journal->lines[journal->count - 1 - row];
}

static void
log_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct journal_line *line = line_at(context, row);

	if (column == 0)
		add_second(out, line->time);
	else
		buf_add(out, line->text);
}

static enum role
log_look(void *context, size_t row, char *mark)
{
	const struct journal_line *line = line_at(context, row);

	*mark = line->mark == 'i' ? line->command ? '+' : ' ' : line->mark;
	return line->mark == 'X' ? ROLE_BAD
	    : line->mark == '!'  ? ROLE_WARN
	                         : ROLE_TEXT;
}

static const char *
command_here(const struct log_state *state)
{
	size_t row;

	return table_row(&state->table, &row) ? line_at(state, row)->command
	                                      : NULL;
}

static void
log_moved(struct dialog *dialog)
{
	struct log_state *state = dialog->state;
	const char *command = command_here(state);

	buf_clear(&state->command.text);
	buf_add(&state->command.text, command ? command
	    : "nothing to type for this line; those with + have a command");
}

static void
log_refresh(struct dialog *dialog)
{
	struct log_state *state = dialog->state;

	if (state->shown != dialog->app->journal.count) {
		state->shown = dialog->app->journal.count;
		table_reset(&state->table, state->shown);
	}
	log_moved(dialog);
}

static void
log_act(struct dialog *dialog, int id)
{
	const char *command = command_here(dialog->state);

	if (id != LOG_COPY)
		return;
	if (!command)
		app_say(dialog->app, '!', "this line has no command");
	else if (!terminal_copy(command))
		app_say(dialog->app, 'X', "it is too long for a clipboard");
	else
		app_say(dialog->app, 'i', "copied, if your terminal takes "
		    "it");
}

static void
log_clear(void *value)
{
	struct log_state *state = value;

	table_clear(&state->table);
	buf_free(&state->command.text);
}

const struct dialog_type log_type = {
	.title = "Log",
	.stack = 6,
	.screen = true,
	.live = true,
	.size = sizeof(struct log_state),
	.controls = log_controls,
	.keys = log_keys,
	.refresh = log_refresh,
	.moved = log_moved,
	.act = log_act,
	.clear = log_clear,
};

void
log_open(struct app *app)
{
	struct dialog *dialog;
	struct log_state *state;

	if (app_top(app)->type == &log_type)
		return;
	dialog = dialog_open(app, &log_type, NULL);
	state = dialog->state;
	state->app = app;
	state->table.columns = log_columns;
	state->table.cell = log_cell;
	state->table.look = log_look;
	state->table.context = state;
	state->table.empty = "Nothing was done yet in this session.";
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"

struct ask_state {
	struct caption text;
	struct caption order; /* "Type push 3 to go on:" */
	struct line typed;
	char *word; /* NULL: a button is enough */
};

static bool
is_typed(const void *state)
{
	return ((const struct ask_state *)state)->word != NULL;
}

static const struct control ask_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, REST(3) },
	    .offset = offsetof(struct ask_state, text), },
	{ .kind = CONTROL_CAPTION, .at = { 0, -3, 34, 0 }, .alive = is_typed,
	    .offset = offsetof(struct ask_state, order), },
	{ .kind = CONTROL_LINE, .at = { 35, -3, 0, 0 }, .alive = is_typed,
	    .offset = offsetof(struct ask_state, typed),
	    .hint = "type the words, then Enter; Esc goes back", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 0, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_BUTTON, .at = { 12, -1, 0, 0 }, .text = "&Go on",
	    .id = ID_OK, },
	{ .kind = CONTROL_END, },
};

static bool
ask_accept(struct dialog *dialog)
{
	struct ask_state *state = dialog->state;

	if (state->word && !dialog->shown) {
		app_say(dialog->app, '!', "typed before it was shown: read it "
		    "first");
		return false;
	}
	if (!state->word || !strcmp(line_text(&state->typed), state->word))
		return true;
	app_say(dialog->app, '!', "type \"%s\" exactly to go on, or Esc",
	    state->word);
	return false;
}

static void
ask_clear(void *value)
{
	struct ask_state *state = value;

	buf_free(&state->text.text);
	buf_free(&state->order.text);
	line_clear(&state->typed);
	free(state->word);
}

const struct dialog_type ask_type = {
	.title = "Question",
	.w = 66,
	.h = 13,
	.least_h = 7,
	.live = true,
	.size = sizeof(struct ask_state),
	.controls = ask_controls,
	.accept = ask_accept,
	.clear = ask_clear,
};

void
ask_open(struct app *app, const char *title, const char *text,
    const char *word, dialog_done done)
{
	struct dialog *dialog = dialog_open(app, &ask_type, done);
	struct ask_state *state = dialog->state;
	char order[80];

	snprintf(dialog->title, sizeof(dialog->title), "%s", title);
	caption_set(&state->text, ROLE_TEXT, text);
	state->word = mem_text(word);
	if (word) {
		snprintf(order, sizeof(order), "Type  %s  to go on:", word);
		caption_set(&state->order, ROLE_STRONG, order);
	}
}

struct prompt_state {
	struct caption label;
	struct line line;
	bool (*check)(struct dialog *prompt, const char *text,
	    struct err *err);
	void *context;
};

static const struct control prompt_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, 0 },
	    .offset = offsetof(struct prompt_state, label), },
	{ .kind = CONTROL_LINE, .at = { 0, 1, 0, 0 },
	    .offset = offsetof(struct prompt_state, line),
	    .hint = "Enter takes it, Esc goes back", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 0, 0 }, .text = "&OK",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 0, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static bool
prompt_accept(struct dialog *dialog)
{
	struct prompt_state *state = dialog->state;
	struct err err;

	if (!state->check ||
	    state->check(dialog, line_text(&state->line), &err))
		return true;
	app_fail(dialog->app, &err);
	return false;
}

static void
prompt_clear(void *value)
{
	struct prompt_state *state = value;

	buf_free(&state->label.text);
	line_clear(&state->line);
	free(state->context);
}

const struct dialog_type prompt_type = {
	.title = "Prompt",
	.w = 70,
	.h = 7,
	.least_h = 4,
	.live = true,
	.size = sizeof(struct prompt_state),
	.controls = prompt_controls,
	.accept = prompt_accept,
	.clear = prompt_clear,
};

void
prompt_open(struct app *app, const struct prompt *prompt, dialog_done done)
{
	struct dialog *dialog = dialog_open(app, &prompt_type, done);
	struct prompt_state *state = dialog->state;

	snprintf(dialog->title, sizeof(dialog->title), "%s", prompt->title);
	caption_set(&state->label, ROLE_TEXT, prompt->label);
	line_set(&state->line, prompt->initial);
	state->line.most = 4000;
	state->check = prompt->check;
	if (prompt->context)
		state->context = mem_textn(prompt->context,
		    prompt->context_size);
}

const void *
prompt_context(const struct dialog *prompt)
{
	return ((struct prompt_state *)prompt->state)->context;
}

const char *
prompt_text(const struct dialog *dialog)
{
	return line_text(&((struct prompt_state *)dialog->state)->line);
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "self.h"
#include "words.h"

/* More is cut: it is for reading. */
#define TEXT_MOST ((size_t)256 * 1024)

struct output_state {
	struct view view;
	struct child *child; /* NULL: none, or it has ended */
};

static const struct control output_controls[] = {
	{ .kind = CONTROL_VIEW, .at = { 0, 0, 0, REST(0) },
	    .offset = offsetof(struct output_state, view), },
	{ .kind = CONTROL_END, },
};

static void
output_clear(void *value)
{
	struct output_state *state = value;

	if (state->child)
		child_kill(state->child);
	buf_free(&state->view.text);
}

const struct dialog_type output_type = {
	.title = "Output",
	.screen = true,
	.live = true,
	.size = sizeof(struct output_state),
	.controls = output_controls,
	.clear = output_clear,
};

/* Lines of a unified difference keep their sign, so the colour is extra. */
static char
line_colour(const char *line)
{
	return *line == '+' ? '\2' : *line == '-' ? '\4' : *line == '@' ? '\1'
	                                                                : 0;
}

static void
add_line(struct output_state *state, char colour, const char *line)
{
	struct buf *text = &state->view.text;

	if (text->len >= TEXT_MOST)
		return;
	if (text->len)
		buf_addc(text, '\n');
	if (colour)
		buf_addc(text, colour);
	/* A first byte that means a colour to the view is no text. */
	buf_add(text, *line >= 1 && *line <= 4 ? line + 1 : line);
	if (text->len >= TEXT_MOST)
		buf_add(text, "\n\3! the rest is cut here");
}

static void
on_line(void *context, char *line)
{
	struct dialog *dialog = context;

	add_line(dialog->state, line_colour(line), line);
	dialog->stale = true;
}

static void
on_end(void *context, int status, const char *errors)
{
	struct dialog *dialog = context;
	struct output_state *state = dialog->state;
	char *copy = mem_text(errors), *rest = copy, *line;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;

	state->child = NULL;
	app_catch_up(dialog->app);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			add_line(state, 4, line);
	free(copy);
	if (!state->view.text.len)
		add_line(state, code ? 4 : 0, code ? "it failed without a word"
		                                   : "(nothing was printed)");
	if (WIFSIGNALED(status))
		app_say(dialog->app, 'X', "%s: ended by signal %d",
		    dialog->title, WTERMSIG(status));
	else if (code)
		app_say(dialog->app, '!', "%s: done, exit status %d",
		    dialog->title, code);
	else
		app_say(dialog->app, 'i', "%s: done", dialog->title);
	dialog->stale = true;
}

static void
say_same(struct app *app, const char *const *arguments)
{
	struct buf same = { 0 };

	buf_add(&same, "relayadm");
	for (; *arguments; arguments++)
		words_add_quoted(&same, *arguments);
	app_same(app, "%s", buf_text(&same));
	buf_free(&same);
}

void
output_open(struct app *app, const char *title, const char *const *arguments)
{
	struct dialog *dialog = dialog_open(app, &output_type, NULL);
	struct output_state *state = dialog->state;
	struct child_calls calls = { on_line, on_end, dialog };
	struct err err;

	snprintf(dialog->title, sizeof(dialog->title), "%s", title);
	state->child = self_run(app, arguments, &calls, &err);
	if (!state->child) {
		add_line(state, 4, err.text);
		return;
	}
	app_say(app, 'i', "%s: asking...   Esc: stop asking", title);
	say_same(app, arguments);
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "command.h"
#include "complete.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "history.h"
#include "widget_kinds.h"

struct palette_state {
	struct app *app;
	struct line line;
	struct caption found, usage;
	struct history history;
	size_t at;     /* the line of the history that shows; count: none */
	char *typed;   /* what stood there before the history came */
	bool leave;    /* relayadm itself */
	struct words words;
};

#define AT(member) offsetof(struct palette_state, member)

static const struct control palette_controls[] = {
	{ .kind = CONTROL_LINE, .at = { 0, 0, 0, 0 }, .text = ":",
	    .offset = AT(line),
	    .hint = "Tab completes; Up, Down: what was typed before; Enter "
	            "runs it; Esc", },
	{ .kind = CONTROL_CAPTION, .at = { 2, 2, 0, REST(4) },
	    .offset = AT(found), },
	{ .kind = CONTROL_CAPTION, .at = { 0, -4, 0, 4 },
	    .offset = AT(usage), },
	{ .kind = CONTROL_END, },
};

static char *
before_cursor(const struct palette_state *state)
{
	char *text = strdup(line_text(&state->line));

	if (text)
		text[state->line.at] = '\0';
	return text;
}

static void
find(const struct palette_state *state, struct offers *found, size_t *begun)
{
	const struct known known = { state->app->draft, state->app->store };
	char *text = before_cursor(state);

	if (text)
		complete_find(found, begun, text,
		    state->app->options.commands, &known);
	free(text);
}

static const struct command *
command_of(const struct palette_state *state)
{
	const struct command *command = state->app->options.commands;
	const char *text = line_text(&state->line);
	size_t len = strcspn(text, " ");

	for (; command->name; command++)
		if (strlen(command->name) == len &&
		    !memcmp(command->name, text, len))
			return command;
	return NULL;
}

static void
show_usage(struct palette_state *state)
{
	const struct command *command = command_of(state);
	struct buf text = { 0 };

	if (command)
		buf_addf(&text, "%s: %s", command->summary, command->usage);
	else
		buf_add(&text, "the commands of relayadm(1), without the word "
		    "relayadm; help COMMAND says how one is used; quit leaves");
	caption_set(&state->usage, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
palette_refresh(struct dialog *dialog)
{
	struct palette_state *state = dialog->state;
	struct offers found = { 0 };
	struct buf text = { 0 };
	size_t begun, i;

	find(state, &found, &begun);
	for (i = 0; i < found.count && text.len < 2000; i++)
		buf_addf(&text, "%s%s", i ? "  " : "", found.items[i].word);
	caption_set(&state->found, ROLE_STRONG, buf_text(&text));
	show_usage(state);
	buf_free(&text);
	offers_free(&found);
}

/* --- keys -------------------------------------------------------------- */

static void
type_text(struct palette_state *state, const char *text, size_t len)
{
	const struct event event = { .key = K_PASTE, .text = text,
		.len = len, };

	line_type(&state->line, &event);
}

/* As far as all that fits agrees. */
static void
complete(struct dialog *dialog)
{
	struct palette_state *state = dialog->state;
	struct offers found = { 0 };
	size_t begun = 0, len, more;

	find(state, &found, &begun);
	len = state->line.at - begun;
	more = complete_common(&found, len);
	if (more)
		type_text(state, found.items[0].word + len, more);
	if (found.count == 1 && found.items[0].word[len + more - 1] != '=')
		type_text(state, " ", 1);
	else if (!found.count)
		app_say(dialog->app, 'i', found.files || found.folders
		    ? "the name of a file stands here"
		    : "nothing fits here that is known");
	offers_free(&found);
}

static void
show_past(struct palette_state *state, bool older)
{
	size_t count = state->history.count;

	if (older ? state->at == 0 : state->at == count)
		return;
	if (state->at == count) {
		free(state->typed);
		state->typed = strdup(line_text(&state->line));
	}
	state->at += older ? (size_t)-1 : 1;
	line_set(&state->line, state->at == count ? state->typed
	                                          : state->history.lines[
	                                                state->at]);
}

static bool
palette_key(struct dialog *dialog, const struct event *event)
{
	struct palette_state *state = dialog->state;

	switch (event->key) {
	case K_TAB:
		complete(dialog);
		break;
	case K_UP:
	case K_CTRL('p'):
		show_past(state, true);
		break;
	case K_DOWN:
	case K_CTRL('n'):
		show_past(state, false);
		break;
	default:
		return false;
	}
	dialog->stale = true;
	return true;
}

/* --- what runs --------------------------------------------------------- */

static bool
has_word(const struct words *words, const char *begin)
{
	size_t i;

	for (i = 1; i < words->count; i++)
		if (!strncmp(words->items[i], begin, strlen(begin)))
			return true;
	return false;
}

/* What changes a gateway asks first, on a screen of its own. */
static const char *
refusal(const struct words *words)
{
	const char *first = words->items[0];
	size_t i;

	if (!strcmp(first, "push") && (words->count < 2 ||
	        (strcmp(words->items[1], "--dry-run") != 0 &&
	            strcmp(words->items[1], "--list") != 0)))
		return "P on the main screen pushes, after a typed yes, and s "
		       "there stops; push --list and push --dry-run ... (the "
		       "option first) run here";
	if (!strcmp(first, "rollback") && has_word(words, "--y"))
		return "R on a gateway rolls it back, after a typed yes; "
		       "without --yes it runs here";
	for (i = 1; i < words->count; i++)
		if (!strcmp(words->items[i], "-"))
			return "there is no standard input here: name a file, "
			       "or paste into the list";
	return NULL;
}

static bool
is_known(const struct palette_state *state)
{
	const struct command *command = state->app->options.commands;

	while (command->name &&
	    strcmp(command->name, state->words.items[0]) != 0)
		command++;
	return command->name != NULL;
}

static bool
is_leaving(const char *word)
{
	return !strcmp(word, "quit") || !strcmp(word, "q") ||
	    !strcmp(word, "exit");
}

static bool
may_run(struct palette_state *state, struct err *err)
{
	const char *why;

	words_free(&state->words);
	if (!words_split(&state->words, line_text(&state->line), err))
		return false;
	if (state->words.count && !strcmp(state->words.items[0], "relayadm")) {
		free(state->words.items[0]);
		memmove(state->words.items, state->words.items + 1,
		    state->words.count-- * sizeof(*state->words.items));
	}
	if (!state->words.count)
		return fail(err, "type a command, or Esc");
	state->leave = is_leaving(state->words.items[0]);
	if (state->leave)
		return true;
	if (!is_known(state))
		return fail(err, "%s: no such command; Tab shows those that "
		    "there are", state->words.items[0]);
	why = refusal(&state->words);
	return !why || fail(err, "%s", why);
}

/* Those that completion has left at the end. */
static void
drop_blanks(struct line *line)
{
	char *text = strdup(line_text(line));
	size_t len = text ? strlen(text) : 0;

	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
	if (text)
		line_set(line, text);
	free(text);
}

static bool
palette_accept(struct dialog *dialog)
{
	struct palette_state *state = dialog->state;
	struct err err;

	if (!may_run(state, &err)) {
		app_fail(dialog->app, &err);
		return false;
	}
	drop_blanks(&state->line);
	history_add(&state->history, line_text(&state->line));
	return true;
}

static void
palette_done(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct palette_state *state = dialog->state;
	char title[80];

	if (ok && state->leave)
		app_run(owner->app, ID_QUIT);
	if (!ok || state->leave)
		return;
	snprintf(title, sizeof(title), ": %.70s", line_text(&state->line));
	output_open(owner->app, title,
	    (const char *const *)state->words.items);
}

static void
palette_clear(void *value)
{
	struct palette_state *state = value;

	line_clear(&state->line);
	buf_free(&state->found.text);
	buf_free(&state->usage.text);
	history_free(&state->history);
	words_free(&state->words);
	free(state->typed);
}

const struct dialog_type palette_type = {
	.title = "Command",
	.w = 78,
	.h = 14,
	.least_h = 10,
	.live = true,
	.size = sizeof(struct palette_state),
	.controls = palette_controls,
	.refresh = palette_refresh,
	.accept = palette_accept,
	.key = palette_key,
	.clear = palette_clear,
};

void
palette_open(struct app *app, const char *text)
{
	struct dialog *dialog = dialog_open(app, &palette_type, palette_done);
	struct palette_state *state = dialog->state;

	state->app = app;
	state->line.most = 4000;
	line_set(&state->line, text);
	history_load(&state->history, "history");
	state->at = state->history.count;
}

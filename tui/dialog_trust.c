#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "app.h"
#include "child.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "self.h"

/* Trusting a gateway's host key: a child asks the gateway, the user compares
 * the fingerprint and types yes, a second child stores it. */
struct trust_state {
	char gateway[NAME_SIZE];
	struct caption text;
	struct line typed;
	char *type, *fingerprint; /* NULL until the gateway answered */
	char *jump; /* the key is that of this jump host; or NULL */
	struct child *child;
};

#define AT(member) offsetof(struct trust_state, member)

static bool
is_known(const void *state)
{
	return ((const struct trust_state *)state)->fingerprint != NULL;
}

static const struct control trust_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, REST(4) },
	    .offset = AT(text), },
	{ .kind = CONTROL_LINE, .at = { 0, -3, 50, 0 },
	    .text = "Type yes when it is the gateway's:", .offset = AT(typed),
	    .alive = is_known,
	    .hint = "compare it with what the gateway itself says", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_BUTTON, .at = { 12, -1, 0, 0 }, .text = "&Trust it",
	    .id = ID_OK, .alive = is_known, },
	{ .kind = CONTROL_END, },
};

static void
set_text(struct dialog *dialog, const char *text)
{
	struct trust_state *state = dialog->state;

	caption_set(&state->text, ROLE_TEXT, text);
	dialog->stale = true;
}

static void
on_key(void *context, char *line)
{
	struct dialog *dialog = context;
	struct trust_state *state = dialog->state;
	char *type = strsep(&line, "\t"), *fingerprint = strsep(&line, "\t");

	strsep(&line, "\t"); /* the key itself */
	if (!fingerprint || state->fingerprint)
		return;
	state->jump = line ? mem_text(line) : NULL;
	state->type = mem_text(type);
	state->fingerprint = mem_text(fingerprint);
}

static void
forget_key(struct trust_state *state)
{
	free(state->type);
	free(state->fingerprint);
	free(state->jump);
	state->type = state->fingerprint = state->jump = NULL;
}

static void
show_key(struct dialog *dialog)
{
	struct trust_state *state = dialog->state;
	struct buf text = { 0 };

	buf_addf(&text, "The %s%s shows this host key:\n\n  %s\n  %s\n\n"
	    "Compare it with what %s itself says:\n"
	    "  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
	    state->jump ? "" : "gateway ",
	    state->jump ? state->jump : state->gateway, state->type,
	    state->fingerprint, state->jump ? "that host" : "the gateway");
	set_text(dialog, buf_text(&text));
	dialog->focus = -1; /* to the line, which is alive now */
	buf_free(&text);
}

static void
say_failed(struct dialog *dialog, int status, const char *errors)
{
	struct buf text = { 0 };

	buf_addf(&text, "X It did not work (exit status %d):\n\n%s",
	    WIFEXITED(status) ? WEXITSTATUS(status) : -1,
	    *errors ? errors : "no reason was given");
	set_text(dialog, buf_text(&text));
	buf_free(&text);
}

static void
on_asked(void *context, int status, const char *errors)
{
	struct dialog *dialog = context;
	struct trust_state *state = dialog->state;

	state->child = NULL;
	if (!state->fingerprint)
		say_failed(dialog, status, errors);
	else
		show_key(dialog);
}

static void
on_nothing(void *context, char *line)
{
	(void)context;
	(void)line;
}

static void ask_key(struct dialog *dialog);

static void
on_trusted(void *context, int status, const char *errors)
{
	struct dialog *dialog = context;
	struct trust_state *state = dialog->state;

	state->child = NULL;
	if (status != 0) {
		forget_key(state);
		say_failed(dialog, status, errors);
		return;
	}
	if (state->jump) {
		ask_key(dialog);
		return;
	}
	app_say(dialog->app, 'i', "the host key of %s is trusted from now on",
	    state->gateway);
	app_same(dialog->app, "relayadm gateway trust %s --fingerprint %s",
	    state->gateway, state->fingerprint);
	dialog_close(dialog, true);
}

static bool
start(struct dialog *dialog, const char *const *arguments,
    const struct child_calls *calls)
{
	struct trust_state *state = dialog->state;
	struct err err;

	state->child = self_run(dialog->app, arguments, calls, &err);
	if (!state->child)
		set_text(dialog, err.text);
	return state->child != NULL;
}

/* The jump host's first, while that is not trusted; then the gateway's. */
static void
ask_key(struct dialog *dialog)
{
	struct trust_state *state = dialog->state;
	struct child_calls calls = { on_key, on_asked, dialog };
	const char *const arguments[] = { "gateway", "fingerprint",
		state->gateway, NULL };

	forget_key(state);
	line_set(&state->typed, "");
	set_text(dialog, "Asking the gateway for its host key...");
	start(dialog, arguments, &calls);
}

static bool
trust_accept(struct dialog *dialog)
{
	struct trust_state *state = dialog->state;
	struct child_calls calls = { on_nothing, on_trusted, dialog };
	const char *const arguments[] = { "gateway", "trust", state->gateway,
		"--fingerprint", state->fingerprint, NULL };

	if (!state->fingerprint || state->child)
		app_say(dialog->app, '!', "there is nothing to trust yet");
	else if (strcmp(line_text(&state->typed), "yes") != 0)
		app_say(dialog->app, '!', "type yes to trust this key, or "
		    "Esc");
	else if (start(dialog, arguments, &calls))
		set_text(dialog, "Storing it...");
	return false; /* on_trusted() closes */
}

static void
trust_clear(void *value)
{
	struct trust_state *state = value;

	if (state->child)
		child_kill(state->child);
	forget_key(state);
	line_clear(&state->typed);
	buf_free(&state->text.text);
}

const struct dialog_type trust_type = {
	.title = "Trust the host key",
	.w = 72,
	.h = 15,
	.least_h = 11,
	.live = true,
	.size = sizeof(struct trust_state),
	.controls = trust_controls,
	.accept = trust_accept,
	.clear = trust_clear,
};

void
trust_open(struct app *app, const char *gateway)
{
	struct dialog *dialog = dialog_open(app, &trust_type, NULL);
	struct trust_state *state = dialog->state;

	snprintf(state->gateway, sizeof(state->gateway), "%s", gateway);
	ask_key(dialog);
}

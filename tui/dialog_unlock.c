#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "policy/mem.h"
#include "remote/keyring.h"
#include "remote/ssh_key.h"
#include "terminal.h"
#include "unlock.h"

/* Who waits for an answer. */
struct waiting {
	struct child *child;
	char *file;
};

struct unlock {
	struct waiting *waiting;
	size_t count, cap;
	struct dialog *dialog; /* one at a time, or NULL */
};

struct unlock_state {
	char *file;
	int wrong; /* so many times */
	struct caption text;
	struct line typed;
};

#define AT(member) offsetof(struct unlock_state, member)

static const struct control unlock_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, REST(4) },
	    .offset = AT(text), },
	{ .kind = CONTROL_LINE, .at = { 0, -3, 0, 0 }, .text = "&Passphrase",
	    .offset = AT(typed),
	    .hint = "Enter unlocks the key, Esc leaves it locked", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 0, 0 }, .text = "&OK",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 0, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

/* --- who waits ---------------------------------------------------------- */

static void
drop(struct unlock *unlock, size_t i)
{
	free(unlock->waiting[i].file);
	unlock->count--;
	memmove(&unlock->waiting[i], &unlock->waiting[i + 1],
	    (unlock->count - i) * sizeof(*unlock->waiting));
}

/* passphrase: NULL: there is none. */
static void
answer_all(struct unlock *unlock, const char *file, const char *passphrase)
{
	for (size_t i = unlock->count; i-- > 0;) {
		struct child *child = unlock->waiting[i].child;

		if (strcmp(unlock->waiting[i].file, file) != 0)
			continue;
		drop(unlock, i);
		child_answer(child, passphrase);
	}
}

static bool
is_awaited(const struct unlock *unlock, const char *file)
{
	for (size_t i = 0; i < unlock->count; i++)
		if (!strcmp(unlock->waiting[i].file, file))
			return true;
	return false;
}

/* --- the dialog --------------------------------------------------------- */

static bool
unlock_accept(struct dialog *dialog)
{
	struct unlock_state *state = dialog->state;
	const char *typed = line_text(&state->typed);
	bool opens = *typed && key_file_opens(state->file, typed);

	if (opens) {
		keyring_put(state->file, typed);
		answer_all(dialog->app->unlock, state->file, typed);
		app_say(dialog->app, 'i', "the key is unlocked until relayadm "
		    "ends, or X in the main screen forgets its passphrase");
		return true;
	}
	if (!*typed) {
		app_say(dialog->app, '!', "type the passphrase, or Esc");
		return false;
	}
	line_set(&state->typed, "");
	if (++state->wrong < KEYRING_ATTEMPTS) {
		app_say(dialog->app, 'X', "that is not the passphrase of %s",
		    state->file);
		return false;
	}
	app_say(dialog->app, 'X', "%d times that was not the passphrase of %s",
	    state->wrong, state->file);
	dialog_close(dialog, false);
	return false;
}

static void
unlock_clear(void *value)
{
	struct unlock_state *state = value;

	buf_free(&state->text.text);
	line_clear(&state->typed);
	terminal_forget_paste();
	free(state->file);
}

const struct dialog_type unlock_type = {
	.title = "The key is locked",
	.w = 70,
	.h = 11,
	.least_h = 7,
	.live = true,
	.size = sizeof(struct unlock_state),
	.controls = unlock_controls,
	.accept = unlock_accept,
	.clear = unlock_clear,
};

static void ask_next(struct app *app);

static void
on_done(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct unlock_state *state = dialog->state;
	struct unlock *unlock = owner->app->unlock;

	unlock->dialog = NULL;
	if (!ok)
		answer_all(unlock, state->file, NULL);
	ask_next(owner->app);
}

static void
ask_next(struct app *app)
{
	struct unlock *unlock = app->unlock;
	struct unlock_state *state;
	struct buf text = { 0 };

	if (unlock->dialog || !unlock->count)
		return;
	unlock->dialog = dialog_open(app, &unlock_type, on_done);
	state = unlock->dialog->state;
	state->file = mem_text(unlock->waiting[0].file);
	line_hide(&state->typed, PASSPHRASE_SIZE - 1);
	buf_addf(&text, "This key is needed to log in, and it is locked:\n  %s"
	    "\nIts passphrase is kept in memory, and nowhere else, until "
	    "relayadm ends or X in the main screen forgets it.", state->file);
	caption_set(&state->text, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

/* --- what children say --------------------------------------------------- */

static void
add_waiting(struct app *app, struct child *child, const char *file)
{
	struct unlock *unlock = app->unlock;

	unlock->waiting = mem_grow(unlock->waiting, unlock->count,
	    &unlock->cap, sizeof(*unlock->waiting));
	unlock->waiting[unlock->count++] =
	    (struct waiting){ child, mem_text(file) };
	ask_next(app);
}

/* "passphrase ATTEMPT FILE": the file, or NULL; *again: others were wrong. */
static const char *
question_file(const char *line, bool *again)
{
	static const char word[] = "passphrase ";
	const char *at = line + strlen(word), *file;

	if (strncmp(line, word, strlen(word)) != 0)
		return NULL;
	file = strchr(at, ' ');
	*again = strncmp(at, "1 ", 2) != 0;
	return file && file[1] ? file + 1 : NULL;
}

void
unlock_asked(void *context, struct child *child, const char *line)
{
	char passphrase[PASSPHRASE_SIZE];
	struct app *app = context;
	bool again;
	const char *file = question_file(line, &again);

	if (!app->unlock)
		app->unlock = mem_new(1, sizeof(*app->unlock));
	if (!file) {
		child_answer(child, NULL);
		return;
	}
	/* The one that is kept opens that file no more. */
	if (again)
		keyring_forget();
	if (keyring_get(file, passphrase))
		child_answer(child, passphrase);
	else
		add_waiting(app, child, file);
	explicit_bzero(passphrase, sizeof(passphrase));
}

void
unlock_gone(void *context, const struct child *child)
{
	struct unlock *unlock = ((struct app *)context)->unlock;
	const struct unlock_state *state;

	if (!unlock)
		return;
	for (size_t i = unlock->count; i-- > 0;)
		if (unlock->waiting[i].child == child)
			drop(unlock, i);
	if (!unlock->dialog)
		return;
	state = unlock->dialog->state;
	if (!unlock->dialog->closing && !is_awaited(unlock, state->file))
		dialog_close(unlock->dialog, false);
}

void
unlock_forget(struct app *app)
{
	keyring_forget();
	app_say(app, 'i', "the passphrase is forgotten: it is asked for when "
	    "it is needed again");
}

void
unlock_free(struct app *app)
{
	keyring_forget();
	if (!app->unlock)
		return;
	while (app->unlock->count)
		drop(app->unlock, app->unlock->count - 1);
	free(app->unlock->waiting);
	free(app->unlock);
	app->unlock = NULL;
}

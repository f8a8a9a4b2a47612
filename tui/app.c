#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "approval_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "few_edits.h"
#include "policy/mem.h"
#include "push_run.h"
#include "same_command.h"
#include "terminal.h"

void
app_say(struct app *app, char mark, const char *format, ...)
{
	char text[1000];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	app->mark = mark;
	buf_clear(&app->message);
	buf_add(&app->message, text);
	journal_add(&app->journal, mark, text);
}

void
app_fail(struct app *app, const struct err *err)
{
	app_say(app, 'X', "%s", err->text);
}

void
app_same(struct app *app, const char *format, ...)
{
	char text[1000];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	journal_command(&app->journal, text);
}

/* Everything that was computed from the draft but for its compiled form. */
static void
forget_answers(struct app *app)
{
	size_t i;

	for (i = 0; app->verdicts && i < app->draft->server_count; i++)
		free(app->verdicts[i].reach);
	free(app->verdicts);
	app->verdicts = NULL;
	app->worked = 0;
	for (i = 0; i <= OBJECT_INVARIANT; i++) {
		free(app->marks[i]);
		app->marks[i] = NULL;
	}
	app->wanted = false;
	findings_free(&app->findings);
	memset(&app->findings, 0, sizeof(app->findings));
	app->checked = false;
}

void
app_forget(struct app *app)
{
	forget_answers(app);
	relay_free(app->compiled);
	app->compiled = NULL;
	policy_free(app->judged);
	app->judged = NULL;
}

static bool
read_approvals(struct app *app, struct err *err)
{
	struct approvals approvals;

	if (!store_approvals(app->store, &approvals, err))
		return false;
	approvals_clear(&app->approvals);
	app->approvals = approvals;
	return true;
}

static bool
read_standing(struct app *app, struct err *err)
{
	struct step *steps = NULL;
	size_t count = 0, i;

	if (!store_last_revision(app->store, &app->revision, err) ||
	    !store_dirty(app->store, &app->dirty, err) ||
	    !read_approvals(app, err) ||
	    !store_steps(app->store, &steps, &count, err))
		return false;
	app->steps = 0;
	for (i = 0; i < count; i++)
		app->steps += !steps[i].undone;
	steps_free(steps, count);
	return true;
}

static void
tell_dialogs(struct app *app)
{
	size_t i;

	for (i = 0; i < app->depth; i++) {
		struct dialog *dialog = app->stack[i];

		if (dialog->type->reload)
			dialog->type->reload(dialog);
		dialog->behind = true;
		dialog->stale = true;
	}
}

bool
app_take_draft(struct app *app, struct policy *draft, int64_t head,
    struct err *err)
{
	app_forget(app);
	policy_free(app->draft);
	app->draft = draft;
	app->head = head;
	tell_dialogs(app);
	return read_standing(app, err);
}

bool
app_reload(struct app *app, struct err *err)
{
	struct policy *draft;
	int64_t head;

	return store_draft(app->store, &draft, &head, err) &&
	    app_take_draft(app, draft, head, err);
}

bool
app_catch_up(struct app *app)
{
	int64_t head, revision;
	struct err err;

	if (app->busy || !store_head(app->store, &head, &err) ||
	    !store_last_revision(app->store, &revision, &err) ||
	    (head == app->head && revision == app->revision))
		return false;
	if (app_reload(app, &err))
		return true;
	app_fail(app, &err);
	return false;
}

static void
say_approvals(struct app *app)
{
	struct buf text = { 0 };
	struct making making;
	struct err err;

	if (!store_making(app->store, app->revision, &making, &err)) {
		app_fail(app, &err);
		return;
	}
	approval_add_state(&text, &app->approvals, app->revision, &making);
	app_say(app, 'i', "approvals were changed elsewhere; revision %lld: %s",
	    (long long)app->revision, buf_text(&text));
	buf_free(&text);
	making_clear(&making);
}

void
app_hear_approvals(struct app *app)
{
	int64_t words;
	struct err err;

	if (app->busy || !store_approval_words(app->store, &words, &err) ||
	    words == app->approvals.words)
		return;
	if (!read_approvals(app, &err)) {
		app_fail(app, &err);
		return;
	}
	for (size_t i = 0; i < app->depth; i++)
		app->stack[i]->stale = true;
	say_approvals(app);
}

bool
app_may_edit(struct app *app)
{
	if (app->options.readonly)
		app_say(app, '!', "read only: nothing can be changed here");
	else if (app->busy)
		app_say(app, '!', "%s; wait until it is stored, or stop it",
		    app->busy);
	return !app->options.readonly && !app->busy;
}

/* A conflict: what somebody else did is shown below from now on. */
static void
explain(struct app *app, const struct err *err)
{
	struct err ignored;

	if (err->kind == ERR_NO)
		app_reload(app, &ignored);
	app_fail(app, err);
}

/* The draft gets the edits that are in the store already, without being read
 * anew. */
static bool
take_edits(struct app *app, const struct entry_edits *edits, int64_t head,
    struct err *err)
{
	size_t i;

	/* What expires is judged in a copy, which is made anew. */
	app_compiled(app);
	for (i = 0; i < edits->count; i++)
		if (app->judged || edits->items[i].entry.expires)
			return app_reload(app, err);
	forget_answers(app);
	for (i = 0; i < edits->count; i++) {
		app_compiled(app);
		if (relay_edit(app->compiled, &edits->where, &edits->items[i]))
			continue;
		relay_free(app->compiled);
		app->compiled = NULL;
	}
	app->head = head;
	tell_dialogs(app);
	return read_standing(app, err);
}

static bool
store_changes(struct app *app, const char *label,
    const struct change *changes, size_t count, int64_t *head)
{
	struct few_edits few;
	struct err err;
	bool is_few = count == 1 && few_edits_find(&few, app->draft, changes);
	bool ok = is_few
	    ? store_edit_entries(app->store, label, &few.edits, head, &err)
	    : store_edit(app->store, label, changes, count, head, &err);

	if (!ok) {
		explain(app, &err);
		return false;
	}
	/* Else others have changed other objects in between. */
	ok = is_few && *head == app->head + 1
	    ? take_edits(app, &few.edits, *head, &err)
	    : app_reload(app, &err);
	if (!ok)
		app_fail(app, &err);
	return ok;
}

bool
app_edit(struct app *app, const char *label, const struct change *changes,
    size_t count, int64_t *head)
{
	struct buf same = { 0 };
	bool ok;

	if (!app_may_edit(app))
		return false;
	same_command_add(&same, app->draft, changes, count);
	ok = store_changes(app, label, changes, count, head);
	if (ok) {
		app_say(app, 'i', "%s   u: undo", label);
		journal_command(&app->journal, buf_text(&same));
	}
	buf_free(&same);
	return ok;
}

void
app_come(struct app *app, enum object_kind kind, const char *name)
{
	app->come_kind = kind;
	snprintf(app->come_name, sizeof(app->come_name), "%s", name);
}

bool
app_edit_one(struct app *app, const char *label, enum object_kind kind,
    const char *name, const void *object)
{
	struct change change = { kind, name, object };
	int64_t head = app->head;

	return app_edit(app, label, &change, 1, &head);
}

void
app_push(struct app *app, struct dialog *dialog)
{
	app->stack =
	    mem_grow(app->stack, app->depth, &app->cap, sizeof(*app->stack));
	app->stack[app->depth++] = dialog;
}

struct dialog *
app_top(const struct app *app)
{
	return app->depth ? app->stack[app->depth - 1] : NULL;
}

bool
app_step(struct app *app, bool redo)
{
	struct err err;
	char *label = NULL;
	int64_t head;
	bool ok;

	if (!app_may_edit(app))
		return false;
	ok = redo ? store_redo(app->store, &label, &head, &err)
	          : store_undo(app->store, &label, &head, &err);
	if (ok)
		ok = app_reload(app, &err);
	if (!ok)
		app_fail(app, &err);
	else if (redo)
		app_say(app, 'i', "done again: %s   u: undo", label);
	else
		app_say(app, 'i', "undone: %s   Ctrl-R: redo", label);
	if (ok)
		app_same(app, "relayadm %s", redo ? "redo" : "undo");
	free(label);
	return ok;
}

static void
on_leave(struct dialog *owner, struct dialog *dialog, bool ok)
{
	(void)dialog;
	if (ok)
		owner->app->quit = true;
}

static void
leave(struct app *app)
{
	if (!push_run_goes(app->push)) {
		app->quit = true;
		return;
	}
	ask_open(app, "Leave while a push goes on?",
	    "The push goes on without the console; relayadm status tells how "
	    "it ended.", NULL, on_leave);
}

void
app_run(struct app *app, int id)
{
	switch (id) {
	case ID_UNDO:
		app_step(app, false);
		break;
	case ID_REDO:
		app_step(app, true);
		break;
	case ID_HELP:
		help_open(app);
		break;
	case ID_LOG:
		log_open(app);
		break;
	case ID_COMMAND:
		palette_open(app, NULL);
		break;
	case ID_WHO:
		who_open(app, NULL);
		break;
	case ID_MOUSE:
		terminal_mouse(!terminal_has_mouse());
		app_say(app, 'i', terminal_has_mouse()
		    ? "mouse on: a click goes there, one more opens; Shift "
		      "selects text   M: off"
		    : "mouse off");
		break;
	case ID_LINES:
		if (!terminal_turn_lines())
			app_say(app, '!', "this locale has ASCII alone");
		break;
	case ID_COLUMNS:
		columns_open(app);
		break;
	case ID_QUIT:
		leave(app);
		break;
	default:
		break;
	}
}

static void
on_discard(struct dialog *owner, struct dialog *dialog, bool ok)
{
	(void)dialog;
	if (ok)
		dialog_close(owner, false);
}

void
app_ask_discard(struct dialog *dialog)
{
	ask_open(dialog->app, "Throw away the changes?",
	    "What was changed in this dialog is not stored yet.", NULL,
	    on_discard);
}

void
app_reap(struct app *app)
{
	while (app->depth && app_top(app)->closing) {
		struct dialog *dialog = app->stack[--app->depth];

		if (dialog->owner && dialog->done)
			dialog->done(dialog->owner, dialog, dialog->accepted);
		if (dialog->owner)
			dialog->owner->stale = true;
		dialog_free(dialog);
	}
}

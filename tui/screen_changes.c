#include "config.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "approval_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "differ.h"
#include "work_text.h"

struct changes_state {
	struct view words, changes;
};

enum {
	CHANGES_COMMIT = ID_OWN,
	CHANGES_PUSH,
	CHANGES_CHECK,
	CHANGES_PARK,
	CHANGES_ASIDES,
	CHANGES_APPROVE,
};

#define AT(member) offsetof(struct changes_state, member)

static const struct control changes_controls[] = {
	{ .kind = CONTROL_VIEW, .at = { 0, 0, 0, 8 }, .text = "In plain words",
	    .offset = AT(words), },
	{ .kind = CONTROL_VIEW, .at = { 0, 8, 0, REST(1) },
	    .text = "Changes since the last revision", .offset = AT(changes), },
	{ .kind = CONTROL_BUTTON, .at = { 1, -1, 13, 0 }, .text = "&Commit...",
	    .id = CHANGES_COMMIT,
	    .hint = "makes the draft a numbered revision; nothing is sent", },
	{ .kind = CONTROL_BUTTON, .at = { 15, -1, 11, 0 }, .text = "&Push...",
	    .id = CHANGES_PUSH,
	    .hint = "sends the last revision to gateways", },
	{ .kind = CONTROL_BUTTON, .at = { 27, -1, 0, 0 }, .text = "Chec&k",
	    .id = CHANGES_CHECK, },
	{ .kind = CONTROL_END, },
};

static bool
can_approve(const struct dialog *dialog)
{
	return dialog->app->revision && dialog->app->approvals.words;
}

static const struct key_row changes_keys[] = {
	{ 'c', 'C', "Commit", "commit the draft as a revision", CHANGES_COMMIT,
	    NULL, },
	{ 'p', 'P', "Push", "push the last revision", CHANGES_PUSH, NULL, },
	{ 'z', 0, "Set aside", "set some or all of it aside, under a name",
	    CHANGES_PARK, NULL, },
	{ 'Z', 0, NULL, "what is set aside; take it up", CHANGES_ASIDES, NULL,
	},
	{ 'a', 0, "Approve", "approve the last revision, or withdraw that",
	    CHANGES_APPROVE, can_approve, },
	{ 0 },
};

static void
set_title(struct dialog *dialog)
{
	if (dialog->app->revision)
		snprintf(dialog->title, sizeof(dialog->title),
		    "Changes of the draft since revision %lld",
		    (long long)dialog->app->revision);
	else
		snprintf(dialog->title, sizeof(dialog->title),
		    "Changes: the whole draft, there is no revision yet");
}

/* Where approvals are needed or were given. */
static void
add_approval(struct buf *out, const struct app *app)
{
	struct making making;
	struct err err;

	if (!app->approvals.words || !app->revision)
		return;
	if (!store_making(app->store, app->revision, &making, &err)) {
		buf_addf(out, "\n\4%s", err.text);
		return;
	}
	buf_addf(out, "\n%sRevision %lld: ",
	    approval_is_enough(&app->approvals, app->revision) ? "" : "\3",
	    (long long)app->revision);
	approval_add_state(out, &app->approvals, app->revision, &making);
	making_clear(&making);
}

/* By effect, then by object. */
static void
changes_refresh(struct dialog *dialog)
{
	struct changes_state *state = dialog->state;
	struct buf *words = &state->words.text, *out = &state->changes.text;
	struct buf objects = { 0 };
	struct app *app = dialog->app;
	size_t count = differ_add(&objects, app_base(app), app->draft);

	set_title(dialog);
	buf_clear(words);
	buf_clear(out);
	add_effect(words, out, app_base_compiled(app), app_compiled(app));
	buf_add(words, "Check: ");
	add_finding_counts(words, app_findings(app));
	add_approval(words, app);
	if (out->len)
		buf_addc(out, '\n');
	buf_addf(out, "\1Edited: %zu object%s, in %zu step%s\n", count,
	    count == 1 ? "" : "s", app->steps, app->steps == 1 ? "" : "s");
	buf_add(out, buf_text(&objects));
	buf_free(&objects);
}

static void
changes_act(struct dialog *dialog, int id)
{
	if (id == CHANGES_COMMIT)
		commit_open(dialog->app);
	else if (id == CHANGES_PUSH)
		push_ask(dialog->app, NULL, NULL);
	else if (id == CHANGES_CHECK)
		check_open(dialog->app);
	else if (id == CHANGES_PARK)
		park_open(dialog->app);
	else if (id == CHANGES_ASIDES)
		asides_open(dialog->app);
	else if (id == CHANGES_APPROVE)
		approve_open(dialog->app, dialog->app->revision);
}

static void
changes_clear(void *value)
{
	struct changes_state *state = value;

	buf_free(&state->words.text);
	buf_free(&state->changes.text);
}

const struct dialog_type changes_type = {
	.title = "Changes",
	.stack = -8,
	.screen = true,
	.live = true,
	.size = sizeof(struct changes_state),
	.controls = changes_controls,
	.keys = changes_keys,
	.refresh = changes_refresh,
	.act = changes_act,
	.clear = changes_clear,
};

void
changes_open(struct app *app)
{
	struct dialog *dialog = dialog_open(app, &changes_type, NULL);

	dialog_focus(dialog, AT(changes));
}

/* Approves a revision that other persons have made, or takes that back. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "approval_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "words.h"
#include "work_text.h"

struct approve_state {
	struct line comment;
	struct view text;
	struct revision *revisions; /* all, the last one first */
	size_t count;
	int64_t number;
	bool given; /* by who looks: it can be withdrawn */
};

#define AT(member) offsetof(struct approve_state, member)

static bool
is_given(const void *state)
{
	return ((const struct approve_state *)state)->given;
}

static bool
is_new(const void *state)
{
	return !is_given(state);
}

static const struct control approve_controls[] = {
	{ .kind = CONTROL_LINE, .at = { 0, 0, 0, 0 }, .text = "C&omment",
	    .offset = AT(comment), .value = 9,
	    .hint = "what you have looked at; may be empty", },
	{ .kind = CONTROL_VIEW, .at = { 0, 1, 0, REST(2) },
	    .text = "What is approved", .offset = AT(text), },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 11, 0 }, .text = "&Approve",
	    .id = ID_OK, .alive = is_new,
	    .hint = "of this revision alone; nothing is sent to a gateway", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 12, 0 }, .text = "&Withdraw",
	    .id = ID_OK, .alive = is_given,
	    .hint = "you approve it no longer; gateways that have it keep it",
	},
	{ .kind = CONTROL_BUTTON, .at = { 13, -1, 0, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

/* --- what it says -------------------------------------------------------- */

static const struct revision *
revision_of(const struct approve_state *state)
{
	return &state->revisions[state->count - (size_t)state->number];
}

static bool
has_given(const struct approvals *approvals, int64_t revision)
{
	const struct approval *first = NULL;
	size_t count = approvals_of(approvals, revision, &first);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(first[i].author, store_author()))
			return true;
	return false;
}

static void
add_comments(struct buf *out, const struct approvals *approvals,
    int64_t revision)
{
	const struct approval *first = NULL;
	size_t count = approvals_of(approvals, revision, &first);

	for (size_t i = 0; i < count; i++)
		if (*first[i].comment)
			buf_addf(out, "           %s: %s\n", first[i].author,
			    first[i].comment);
}

static void
add_standing(struct buf *out, const struct app *app,
    const struct revision *revision, const struct making *making)
{
	bool mine = false;

	for (size_t i = 0; i < making->count; i++)
		mine |= !strcmp(making->makers[i], store_author());
	buf_addf(out, "Revision   %lld by %s: %s\n",
	    (long long)revision->number, revision->author, revision->message);
	if (revision->ticket)
		buf_addf(out, "Ticket     %s\n", revision->ticket);
	if (revision->overrides)
		buf_addf(out, "\3Overridden %s\n", revision->overrides);
	buf_add(out, "Approval   ");
	approval_add_state(out, &app->approvals, revision->number, making);
	buf_addc(out, '\n');
	add_comments(out, &app->approvals, revision->number);
	buf_addf(out, "In the name of %s%s\n", store_author(), mine
	    ? ", who has made some of it: it takes another person" : "");
	if (making->since)
		buf_addf(out, "\n\1Since revision %lld, the last that was "
		    "approved or in force\n", (long long)making->since);
	else
		buf_add(out, "\n\1Since nothing: none was approved or in "
		    "force before\n");
}

static void
approve_refresh(struct dialog *dialog)
{
	struct approve_state *state = dialog->state;
	struct store *store = dialog->app->store;
	struct policy *before = NULL, *after = NULL;
	struct buf *out = &state->text.text;
	struct making making = { 0 };
	struct err err;

	buf_clear(out);
	state->given = has_given(&dialog->app->approvals, state->number);
	snprintf(dialog->title, sizeof(dialog->title), state->given
	    ? "Approve revision %lld no longer?" : "Approve revision %lld?",
	    (long long)state->number);
	if (!store_revision(store, state->number, &after, &err) ||
	    !store_making(store, state->number, &making, &err) ||
	    (making.since &&
	        !store_revision(store, making.since, &before, &err))) {
		buf_addf(out, "\4%s", err.text);
	} else {
		add_standing(out, dialog->app, revision_of(state), &making);
		add_policy_change(out, before, after);
	}
	making_clear(&making);
	policy_free(before);
	policy_free(after);
}

/* --- approving ----------------------------------------------------------- */

static void
say_done(struct app *app, const struct approve_state *state, bool withdrawn)
{
	const char *comment = line_text(&state->comment);
	struct buf text = { 0 };
	struct making making;
	struct err err;

	if (!store_making(app->store, state->number, &making, &err)) {
		app_fail(app, &err);
		return;
	}
	approval_add_state(&text, &app->approvals, state->number, &making);
	app_say(app, 'i', "revision %lld: %s", (long long)state->number,
	    buf_text(&text));
	buf_clear(&text);
	if (*comment) {
		buf_add(&text, " -m");
		words_add_quoted(&text, comment);
	}
	app_same(app, "relayadm approve %lld%s%s", (long long)state->number,
	    withdrawn ? " --withdraw" : "", buf_text(&text));
	buf_free(&text);
	making_clear(&making);
}

static bool
approve_accept(struct dialog *dialog)
{
	struct approve_state *state = dialog->state;
	const char *comment = line_text(&state->comment);
	struct app *app = dialog->app;
	bool given = state->given;
	struct err err;

	if (!app_may_edit(app))
		return false;
	if (!dialog->shown) {
		app_say(app, '!', "typed before it was shown: read it first");
		return false;
	}
	if (!(given ? store_approval_withdraw : store_approve)(app->store,
	        state->number, comment, &err) || !app_reload(app, &err)) {
		app_fail(app, &err);
		return false;
	}
	say_done(app, state, given);
	return true;
}

static void
approve_clear(void *value)
{
	struct approve_state *state = value;

	line_clear(&state->comment);
	buf_free(&state->text.text);
	revisions_free(state->revisions, state->count);
}

const struct dialog_type approve_type = {
	.title = "Approve a revision",
	.least_h = 10,
	.live = true,
	.size = sizeof(struct approve_state),
	.controls = approve_controls,
	.refresh = approve_refresh,
	.accept = approve_accept,
	.clear = approve_clear,
};

void
approve_open(struct app *app, int64_t revision)
{
	struct approve_state *state;
	struct revision *revisions;
	size_t count;
	struct err err;

	if (!app_may_edit(app))
		return;
	if (!revision) {
		app_say(app, '!', "there is no revision yet: commit the draft "
		    "first (C)");
		return;
	}
	if (!store_log(app->store, &revisions, &count, &err)) {
		app_fail(app, &err);
		return;
	}
	state = dialog_open(app, &approve_type, NULL)->state;
	state->number = revision;
	state->revisions = revisions;
	state->count = count;
	state->comment.most = 1000;
}

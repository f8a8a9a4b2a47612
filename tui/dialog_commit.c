#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "differ.h"
#include "policy/mem.h"
#include "words.h"
#include "work_text.h"

#define CODES_MOST 16

struct commit_state {
	struct line message, ticket, override;
	struct view text;
	int64_t base; /* the last revision that the user has seen */
	bool blocked;
};

#define AT(member) offsetof(struct commit_state, member)

static bool
is_blocked(const void *state)
{
	return ((const struct commit_state *)state)->blocked;
}

static const struct control commit_controls[] = {
	{ .kind = CONTROL_LINE, .text = "&Message", .offset = AT(message),
	    .value = 9, .hint = "why: who asked, until when", },
	{ .kind = CONTROL_LINE, .text = "T&icket", .offset = AT(ticket),
	    .value = 8, .hint = "where it was asked for; may be empty", },
	{ .kind = CONTROL_VIEW, .text = "What becomes a revision",
	    .offset = AT(text), },
	{ .kind = CONTROL_LINE,
	    .text = "&Type the codes to go on all the same:",
	    .offset = AT(override), .alive = is_blocked,
	    .hint = "open-relay, for instance; several parted by blanks; the "
	            "history keeps them", },
	{ .kind = CONTROL_BUTTON, .text = "&Commit", .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .text = "C&ancel", .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static void
commit_arrange(const struct dialog *dialog, int w, int h, struct rect *rects)
{
	const struct commit_state *state = dialog->state;
	int text = h - 2 - (state->blocked ? 1 : 0);

	rects[0] = (struct rect){ 0, 0, w - 24, 1 };
	rects[1] = (struct rect){ w - 23, 0, 23, 1 };
	rects[2] = (struct rect){ 0, 1, w, text };
	rects[3] = (struct rect){ 0, h - 2, w, 1 };
	rects[4] = (struct rect){ 0, h - 1, 12, 1 };
	rects[5] = (struct rect){ 12, h - 1, w - 12, 1 };
}

/* --- what it says ------------------------------------------------------ */

static void
add_errors(struct buf *out, const struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (finding->level != LEVEL_ERROR)
			continue;
		buf_addf(out, "\4X %s  %s: %s\n", finding->code,
		    finding->object, finding->sentence);
	}
}

static void
commit_refresh(struct dialog *dialog)
{
	struct commit_state *state = dialog->state;
	struct app *app = dialog->app;
	const struct findings *findings = app_findings(app);
	struct buf *out = &state->text.text, details = { 0 };

	buf_clear(out);
	state->blocked = findings_have_error(findings);
	buf_add(out, "Check    ");
	add_finding_counts(out, findings);
	buf_addc(out, '\n');
	if (state->blocked)
		add_errors(out, findings);
	add_effect(out, &details, app_base_compiled(app), app_compiled(app));
	if (details.len)
		buf_addf(out, "\n%s\n", details.data);
	buf_free(&details);
	if (!differ_add(out, app_base(app), app->draft))
		buf_add(out, "(no object differs)\n");
	buf_add(out, "\nNothing is sent to a gateway before a push.");
}

/* --- committing -------------------------------------------------------- */

static bool
commit(struct dialog *dialog, const char *message, struct err *err)
{
	struct commit_state *state = dialog->state;
	char *copy = mem_text(line_text(&state->override)), *rest = copy;
	const char *codes[CODES_MOST];
	size_t count = 0;
	char *word;
	bool ok;

	while (count < CODES_MOST && (word = strsep(&rest, " ,")))
		if (*word)
			codes[count++] = word;
	store_commit_ticket(dialog->app->store, line_text(&state->ticket));
	ok = store_commit(dialog->app->store, message, codes, count,
	    &state->base, err);
	free(copy);
	return ok;
}

/* Somebody else's revision lies between: the changes are shown against it, and
 * committing again goes on. */
static void
show_conflict(struct dialog *dialog, const struct err *why)
{
	struct commit_state *state = dialog->state;
	struct err err;

	if (!app_reload(dialog->app, &err)) {
		app_fail(dialog->app, &err);
		return;
	}
	if (state->base != dialog->app->revision)
		app_say(dialog->app, 'X', "%s; the changes are shown against "
		    "revision %lld now", why->text,
		    (long long)dialog->app->revision);
	else
		app_fail(dialog->app, why);
	state->base = dialog->app->revision;
	dialog->stale = true;
}

static void
say_same(struct app *app, const char *message, const char *ticket)
{
	struct buf same = { 0 };

	buf_add(&same, "relayadm commit -m");
	words_add_quoted(&same, message);
	if (*ticket) {
		buf_add(&same, " --ticket");
		words_add_quoted(&same, ticket);
	}
	app_same(app, "%s", buf_text(&same));
	buf_free(&same);
}

static bool
commit_accept(struct dialog *dialog)
{
	struct commit_state *state = dialog->state;
	const char *message = line_text(&state->message);
	struct err err;

	if (!app_may_edit(dialog->app))
		return false;
	if (!*message) {
		app_say(dialog->app, '!', "a message is needed: why was it "
		    "changed?");
		dialog_focus(dialog, AT(message));
		return false;
	}
	if (!commit(dialog, message, &err)) {
		show_conflict(dialog, &err);
		return false;
	}
	if (!app_reload(dialog->app, &err)) {
		app_fail(dialog->app, &err);
	} else {
		app_say(dialog->app, 'i', "revision %lld is committed%s   "
		    "P: push it", (long long)state->base,
		    *store_dropped(dialog->app->store)
		        ? "; what had expired was dropped (U: steps)" : "");
		say_same(dialog->app, message, line_text(&state->ticket));
	}
	return true;
}

static void
commit_clear(void *value)
{
	struct commit_state *state = value;

	line_clear(&state->message);
	line_clear(&state->ticket);
	line_clear(&state->override);
	buf_free(&state->text.text);
}

const struct dialog_type commit_type = {
	.title = "Commit the draft",
	.least_h = 9,
	.size = sizeof(struct commit_state),
	.controls = commit_controls,
	.refresh = commit_refresh,
	.accept = commit_accept,
	.arrange = commit_arrange,
	.clear = commit_clear,
};

void
commit_open(struct app *app)
{
	struct commit_state *state;

	if (!app_may_edit(app))
		return;
	if (!app->dirty) {
		app_say(app, '!', "nothing has changed since revision %lld",
		    (long long)app->revision);
		return;
	}
	state = dialog_open(app, &commit_type, NULL)->state;
	state->base = app->revision;
	state->message.most = 1000;
	state->ticket.most = 200;
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"

#define CODES_MOST 16

struct commit_state {
	struct line message, override;
	struct caption errors;
	int64_t base; /* the last revision when this was opened */
	bool blocked;
};

#define AT(member) offsetof(struct commit_state, member)

static bool
is_blocked(const void *state)
{
	return ((const struct commit_state *)state)->blocked;
}

static const struct control commit_controls[] = {
	{ .kind = CONTROL_LINE, .at = { 0, 0, 0, 0 }, .text = "&Message",
	    .offset = AT(message), .value = 9,
	    .hint = "why: a ticket, who asked, until when", },
	{ .kind = CONTROL_CAPTION, .at = { 0, 2, 0, REST(4) },
	    .offset = AT(errors), },
	{ .kind = CONTROL_LINE, .at = { 0, -3, 0, 0 },
	    .text = "Over&ride, by typing the codes:", .offset = AT(override),
	    .alive = is_blocked,
	    .hint = "the codes above, parted by blanks; it is kept in the "
	            "history", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 12, 0 }, .text = "&Commit",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 12, -1, 0, 0 }, .text = "C&ancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static void
commit_refresh(struct dialog *dialog)
{
	struct commit_state *state = dialog->state;
	const struct findings *findings = app_findings(dialog->app);
	struct buf text = { 0 };
	size_t i;

	state->blocked = findings_have_error(findings);
	buf_add(&text, state->blocked
	        ? "X These errors block the commit:\n"
	        : "The draft becomes a numbered revision that can be pushed. "
	          "Nothing is sent to a gateway yet.");
	for (i = 0; state->blocked && i < findings->count; i++)
		if (findings->items[i].level == LEVEL_ERROR)
			buf_addf(&text, "  %s  %s: %s\n",
			    findings->items[i].code, findings->items[i].object,
			    findings->items[i].sentence);
	caption_set(&state->errors, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

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
	ok = store_commit(dialog->app->store, message, codes, count,
	    &state->base, err);
	free(copy);
	return ok;
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
	if (!commit(dialog, message, &err) ||
	    !app_reload(dialog->app, &err)) {
		app_fail(dialog->app, &err);
		return false;
	}
	app_say(dialog->app, 'i', "revision %lld is committed   P: push it",
	    (long long)state->base);
	return true;
}

static void
commit_clear(void *value)
{
	struct commit_state *state = value;

	line_clear(&state->message);
	line_clear(&state->override);
	buf_free(&state->errors.text);
}

const struct dialog_type commit_type = {
	.title = "Commit the draft",
	.w = 76,
	.h = 16,
	.least_h = 9,
	.size = sizeof(struct commit_state),
	.controls = commit_controls,
	.refresh = commit_refresh,
	.accept = commit_accept,
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
}

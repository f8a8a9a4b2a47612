#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "approval_text.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "push_check.h"
#include "push_run.h"

/* Which gateways, what it means for them, and the words that must be typed. */
struct ask_push_state {
	struct app *app;
	int64_t revision; /* what is pushed; the last one */
	struct table table;
	struct push_record *last; /* of each gateway of the revision */
	size_t count;
	struct push_check check;
	struct view text;
	struct caption order;
	struct line typed;
	bool refused; /* an error concerns a chosen gateway */
	bool unapproved;
};

enum {
	PUSH_CHOSE = ID_OWN,
	PUSH_TYPED,
	PUSH_DRY_RUN,
	PUSH_LAST,
	PUSH_APPROVE,
};

#define AT(member) offsetof(struct ask_push_state, member)

static const struct control push_controls[] = {
	{ .kind = CONTROL_TABLE, .text = "Gateways: Space marks",
	    .offset = AT(table), .id = PUSH_CHOSE, },
	{ .kind = CONTROL_VIEW, .text = "What happens", .offset = AT(text), },
	{ .kind = CONTROL_CAPTION, .offset = AT(order), },
	{ .kind = CONTROL_LINE, .offset = AT(typed), .id = PUSH_TYPED,
	    .hint = "type the words, then Enter; Tab to the gateways, Esc "
	            "goes back", },
	{ .kind = CONTROL_BUTTON, .text = "&Cancel", .id = ID_CANCEL, },
	{ .kind = CONTROL_BUTTON, .text = "&Push", .id = ID_OK,
	    .hint = "needs the words above", },
	{ .kind = CONTROL_BUTTON, .text = "&Dry run", .id = PUSH_DRY_RUN,
	    .hint = "connects and shows what would change in the files; "
	            "changes nothing", },
	{ .kind = CONTROL_END, },
};

static void
push_arrange(const struct dialog *dialog, int w, int h, struct rect *rects)
{
	const struct ask_push_state *state = dialog->state;
	int text = h >= 18 ? 9 : 7, table = h - text - 3;
	int order = (int)state->order.text.len + 2;

	rects[0] = (struct rect){ 0, 0, w, table };
	rects[1] = (struct rect){ 0, table, w, text };
	rects[2] = (struct rect){ 1, h - 3, order, 1 };
	rects[3] = (struct rect){ order + 1, h - 3, 24, 1 };
	rects[4] = (struct rect){ 1, h - 1, 11, 1 };
	rects[5] = (struct rect){ 13, h - 1, 9, 1 };
	rects[6] = (struct rect){ 23, h - 1, 12, 1 };
}

/* --- the gateways ------------------------------------------------------ */

static const struct policy *
pushed_policy(const struct ask_push_state *state)
{
	return app_base(state->app);
}

static const struct gateway *
gateway_at(const struct ask_push_state *state, size_t row)
{
	return pushed_policy(state)->gateways[row];
}

static void
add_last(struct buf *out, const struct push_record *last)
{
	if (!last->state)
		buf_add(out, "never pushed");
	else
		buf_addf(out, "revision %lld: %s", (long long)last->revision,
		    last->ended ? last->state : "not known to have ended");
}

static void
push_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct ask_push_state *state = context;
	const struct gateway *gateway = gateway_at(state, row);
	size_t i;

	if (column == 0)
		buf_add(out, gateway->name);
	else if (column == 1)
		buf_add(out, gateway->group ? gateway->group : "");
	else if (column == 2)
		add_last(out, &state->last[row]);
	else
		for (i = 0; i < gateway->server_count; i++)
			buf_addf(out, "%s%s", i ? ", " : "",
			    gateway->servers[i]);
}

static enum role
push_look(void *context, size_t row, char *mark)
{
	const struct ask_push_state *state = context;

	if (push_check_find(&state->check, gateway_at(state, row)))
		*mark = 'X';
	return ROLE_TEXT;
}

static const struct column push_columns[] = {
	{ "Gateway", 16, false, 0, },
	{ "Group", 10, false, 70, },
	{ "Last push", 24, false, 0, },
	{ "Carries", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

/* --- what happens ------------------------------------------------------ */

static void
add_chosen(struct buf *out, const struct ask_push_state *state,
    const size_t *rows, size_t count)
{
	size_t i;

	buf_addf(out, "Gateways   ");
	for (i = 0; i < count && i < 10; i++)
		buf_addf(out, "%s%s", i ? ", " : "",
		    gateway_at(state, rows[i])->name);
	if (count > 10)
		buf_addf(out, " and %zu more", count - 10);
	buf_addf(out, ": %zu mail service%s get%s revision %lld and restart%s",
	    count, count == 1 ? "" : "s", count == 1 ? "s" : "",
	    (long long)state->revision, count == 1 ? "s" : "");
	buf_add(out, " where that is needed\n");
}

/* The first error that concerns a chosen gateway; the others are in the check.
 */
static void
add_refusal(struct buf *out, struct ask_push_state *state, const size_t *rows,
    size_t count)
{
	const struct finding *finding = NULL;
	size_t i;

	for (i = 0; i < count && !finding; i++)
		finding = push_check_find(&state->check,
		    gateway_at(state, rows[i]));
	state->refused = finding != NULL;
	if (!finding)
		return;
	buf_addf(out, "\4REFUSED    %s: %s (%s)\n", finding->object,
	    finding->sentence, finding->code);
	if (finding->advice)
		buf_addf(out, "To do      %s; then commit, and push that\n",
		    finding->advice);
	buf_addf(out, "           relayadm push --override %s does it all the "
	    "same\n", finding->code);
}

static bool
lacks_approvals(const struct ask_push_state *state, const size_t *rows,
    size_t count)
{
	const char **names = mem_new(count + 1, sizeof(*names));
	struct err err;
	size_t i;
	bool lacks;

	for (i = 0; i < count; i++)
		names[i] = gateway_at(state, rows[i])->name;
	lacks = !store_may_push(state->app->store, state->revision, names,
	    count, &err);
	free(names);
	return lacks;
}

static void
add_approval(struct buf *out, struct ask_push_state *state,
    const size_t *rows, size_t count)
{
	const struct app *app = state->app;
	struct making making;
	struct err err;

	if (!app->approvals.words) {
		state->unapproved = false;
		return;
	}
	state->unapproved = lacks_approvals(state, rows, count);
	if (!store_making(app->store, state->revision, &making, &err)) {
		buf_addf(out, "\4%s\n", err.text);
		return;
	}
	buf_add(out, state->unapproved ? "\4REFUSED    " : "Approval   ");
	approval_add_state(out, &app->approvals, state->revision, &making);
	if (state->unapproved)
		buf_addf(out, "\nTo do      another person approves it: "
		    "p, then a; relayadm approve %lld",
		    (long long)state->revision);
	else if (!approval_is_enough(&app->approvals, state->revision))
		buf_add(out, "; was in force there before");
	buf_addc(out, '\n');
	making_clear(&making);
}

static void
add_draft(struct buf *out, const struct app *app)
{
	if (app->dirty)
		buf_addf(out, "\3! Draft    %zu step%s that no revision holds "
		    "%s NOT pushed; Esc, then C: commit first\n", app->steps,
		    app->steps == 1 ? "" : "s", app->steps == 1 ? "is" : "are");
}

/* A push refuses them; better said before. */
static void
add_untrusted(struct buf *out, const struct ask_push_state *state,
    const size_t *rows, size_t count)
{
	size_t i, found = 0;

	for (i = 0; i < count && found < 5; i++) {
		const char *name = gateway_at(state, rows[i])->name;
		struct pin pin = { .type = "" };
		struct err err;

		if (!store_pin_get(state->app->store, name, &pin, &err) ||
		    pin.type[0])
			continue;
		buf_addf(out, "%s%s", found++ ? ", " : "\3! Host key ", name);
	}
	if (found)
		buf_addf(out, "%s: not trusted yet, so left out; open the "
		    "gateway, then Trust host key\n",
		    found == 5 && i < count ? ", ..." : "");
}

static void
show_text(struct dialog *dialog)
{
	struct ask_push_state *state = dialog->state;
	struct buf *out = &state->text.text, order = { 0 }, details = { 0 };
	size_t count, *rows = table_chosen(&state->table, &count);

	buf_clear(out);
	add_refusal(out, state, rows, count);
	add_approval(out, state, rows, count);
	add_chosen(out, state, rows, count);
	add_draft(out, dialog->app);
	add_untrusted(out, state, rows, count);
	push_check_add_effect(out, &details, dialog->app, state->last, rows,
	    count);
	buf_add(out, "Safety     a gateway that does not come back, or does "
	             "not decide as the policy says, goes back by itself to "
	             "what it had\n");
	if (details.len)
		buf_addf(out, "\n%s", details.data);
	buf_free(&details);
	buf_addf(&order, "Type  push %zu  to go on:", count);
	caption_set(&state->order, ROLE_STRONG, buf_text(&order));
	buf_free(&order);
	free(rows);
}

static void
push_moved(struct dialog *dialog)
{
	dialog->stale = true;
}

/* --- refreshing -------------------------------------------------------- */

static void
free_last(struct ask_push_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++)
		push_record_clear(&state->last[i]);
	free(state->last);
	state->last = NULL;
	state->count = 0;
}

static void
read_last(struct ask_push_state *state)
{
	const struct policy *policy = pushed_policy(state);
	struct err err;
	size_t i;

	free_last(state);
	state->count = policy->gateway_count;
	state->last = mem_new(state->count + 1, sizeof(*state->last));
	for (i = 0; i < state->count; i++)
		if (!store_push_last(state->app->store,
		        policy->gateways[i]->name, &state->last[i], &err))
			app_fail(state->app, &err);
}

static void
take_revision(struct dialog *dialog)
{
	struct ask_push_state *state = dialog->state;

	state->revision = dialog->app->revision;
	read_last(state);
	push_check_fill(&state->check, dialog->app);
	table_reset(&state->table, state->count);
	line_set(&state->typed, "");
	snprintf(dialog->title, sizeof(dialog->title), "Push revision %lld",
	    (long long)state->revision);
}

static void
push_refresh(struct dialog *dialog)
{
	struct ask_push_state *state = dialog->state;

	if (state->revision != dialog->app->revision) {
		take_revision(dialog);
		app_say(dialog->app, '!', "revision %lld was committed "
		    "meanwhile: this is about it now",
		    (long long)state->revision);
	}
	show_text(dialog);
}

/* --- going on ---------------------------------------------------------- */

static const char **
chosen_names(const struct ask_push_state *state, size_t *count)
{
	size_t *rows = table_chosen(&state->table, count), i;
	const char **names = mem_new(*count + 1, sizeof(*names));

	for (i = 0; i < *count; i++)
		names[i] = gateway_at(state, rows[i])->name;
	free(rows);
	return names;
}

static bool
is_typed(const struct ask_push_state *state, size_t count)
{
	char word[40];

	snprintf(word, sizeof(word), "push %zu", count);
	return !strcmp(line_text(&state->typed), word);
}

static bool
push_accept(struct dialog *dialog)
{
	struct ask_push_state *state = dialog->state;
	struct app *app = dialog->app;
	size_t count;
	const char **names;
	bool ok = false;

	push_refresh(dialog);
	names = chosen_names(state, &count);
	if (!dialog->shown)
		app_say(app, '!', "typed before it was shown: read it first");
	else if (!count)
		app_say(app, '!', "mark a gateway first: Space");
	else if (state->refused)
		app_say(app, 'X', "revision %lld is not pushed: an error "
		    "concerns a chosen gateway (see above)",
		    (long long)state->revision);
	else if (state->unapproved)
		app_say(app, 'X', "revision %lld is not pushed: it lacks "
		    "approvals (see above)", (long long)state->revision);
	else if (!is_typed(state, count))
		app_say(app, '!', "type  push %zu  to go on, or Esc", count);
	else
		ok = true;
	free(names);
	return ok;
}

static void
on_yes(struct dialog *owner, struct dialog *dialog, bool ok)
{
	const struct ask_push_state *state = dialog->state;
	const char **names;
	size_t count;

	if (!ok)
		return;
	names = chosen_names(state, &count);
	push_begin(owner->app, state->revision, names, count);
	free(names);
}

static void
run_dry(struct dialog *dialog)
{
	struct ask_push_state *state = dialog->state;
	const char **names, **words;
	char number[24];
	size_t count, i;

	names = chosen_names(state, &count);
	words = mem_new(count + 5, sizeof(*words));
	snprintf(number, sizeof(number), "%lld", (long long)state->revision);
	words[0] = "push";
	words[1] = "--dry-run";
	words[2] = "--rev";
	words[3] = number;
	for (i = 0; i < count; i++)
		words[4 + i] = names[i];
	if (count)
		output_open(dialog->app, "Dry run", words);
	free(words);
	free(names);
}

static void
push_act(struct dialog *dialog, int id)
{
	const struct ask_push_state *state = dialog->state;

	if (id == PUSH_CHOSE)
		dialog_focus(dialog, AT(typed));
	else if (id == PUSH_DRY_RUN)
		run_dry(dialog);
	else if (id == PUSH_LAST)
		push_show(dialog->app);
	else if (id == PUSH_APPROVE)
		approve_open(dialog->app, state->revision);
}

static void
push_clear(void *value)
{
	struct ask_push_state *state = value;

	free_last(state);
	push_check_clear(&state->check);
	table_clear(&state->table);
	buf_free(&state->text.text);
	buf_free(&state->order.text);
	line_clear(&state->typed);
}

static bool
has_run(const struct dialog *dialog)
{
	return dialog->app->push != NULL;
}

static bool
can_approve(const struct dialog *dialog)
{
	return dialog->app->approvals.words != 0;
}

static const struct key_row push_keys[] = {
	{ 'R', 0, NULL, "show the last push of this session", PUSH_LAST,
	    has_run, },
	{ 'v', 0, "Dry run",
	    "what would change in their files; changes nothing",
	    PUSH_DRY_RUN, NULL, },
	{ 'a', 0, "Approve", "approve the revision, or withdraw that",
	    PUSH_APPROVE, can_approve, },
	{ 0 },
};

const struct dialog_type ask_push_type = {
	.title = "Push a revision",
	.screen = true,
	.live = true,
	.least_h = 15,
	.size = sizeof(struct ask_push_state),
	.controls = push_controls,
	.keys = push_keys,
	.refresh = push_refresh,
	.moved = push_moved,
	.act = push_act,
	.accept = push_accept,
	.arrange = push_arrange,
	.clear = push_clear,
};

/* --- opening ----------------------------------------------------------- */

static bool
can_push(struct app *app)
{
	if (push_run_goes(app->push) || push_run_open(app->push)) {
		push_show(app);
		return false;
	}
	if (!app_may_edit(app))
		return false;
	if (!app->revision)
		app_say(app, '!', "there is no revision yet: commit the draft "
		    "first (C)");
	else if (app_base(app) && !app_base(app)->gateway_count)
		app_say(app, '!', "revision %lld has no gateway%s",
		    (long long)app->revision, app->draft->gateway_count
		        ? ": commit the draft first (C)"
		        : "");
	else
		return app_base(app) != NULL;
	return false;
}

static struct ask_push_state *
open_push(struct app *app)
{
	struct dialog *dialog = dialog_open(app, &ask_push_type, on_yes);
	struct ask_push_state *state = dialog->state;

	state->app = app;
	state->table.columns = push_columns;
	state->table.cell = push_cell;
	state->table.look = push_look;
	state->table.context = state;
	state->table.marks = true;
	take_revision(dialog);
	dialog_focus(dialog, AT(typed));
	return state;
}

static void
mark_row(struct ask_push_state *state, size_t row)
{
	if (!state->table.marked_count)
		table_go(&state->table, row);
	table_mark(&state->table, row, true);
}

static bool
is_in_group(const struct gateway *gateway, const char *group)
{
	return gateway->group && !strcmp(gateway->group, group);
}

void
push_ask(struct app *app, const char *gateway, const char *group)
{
	struct ask_push_state *state;
	size_t row;

	if (gateway) {
		push_ask_these(app, &gateway, 1);
		return;
	}
	if (!can_push(app))
		return;
	state = open_push(app);
	for (row = 0; row < state->count; row++)
		if (!group || is_in_group(gateway_at(state, row), group))
			mark_row(state, row);
}

void
push_ask_these(struct app *app, const char *const *gateways, size_t count)
{
	struct ask_push_state *state;
	size_t row, i;

	if (!can_push(app))
		return;
	if (count && !policy_gateway(app_base(app), gateways[0])) {
		app_say(app, '!', "revision %lld has no gateway %s: commit the "
		    "draft first (C)", (long long)app->revision, gateways[0]);
		return;
	}
	state = open_push(app);
	for (i = 0; i < count; i++)
		for (row = 0; row < state->count; row++)
			if (!strcmp(gateway_at(state, row)->name, gateways[i]))
				mark_row(state, row);
}

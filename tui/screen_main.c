#include "config.h"

#include <stdio.h>
#include <string.h>

#include "company.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "invariant_text.h"
#include "main_detail.h"
#include "main_edit.h"
#include "main_gateway.h"
#include "remote/keyring.h"
#include "unlock.h"

struct main_state {
	struct app *app;
	struct tree tree;
	struct view detail;
	struct view log; /* on wide terminals */
	bool wide;
	struct main_tree rows;
	struct main_row here; /* where the detail is of */
};

enum {
	MAIN_OPEN = ID_OWN,
	MAIN_ADD,
	MAIN_REMOVE,
	MAIN_COPY,
	MAIN_CHANGES,
	MAIN_CHECK,
	MAIN_COMMIT,
	MAIN_PUSH,
	MAIN_REVISIONS,
	MAIN_STEPS,
	MAIN_COMPANY,
	MAIN_DOCTOR,
	MAIN_FIND,
	MAIN_STATUS,
	MAIN_COMPARE,
	MAIN_INVARIANTS,
	MAIN_PAST,
	MAIN_ASIDES,
	MAIN_TEXT,
	MAIN_TEST,
	MAIN_ADOPT,
	MAIN_ROLLBACK,
	MAIN_FORGET,
};

static const struct main_row *
row_here(const struct main_state *state)
{
	return &state->rows.rows[state->tree.scroll.cursor];
}

static void
show_detail(struct dialog *dialog)
{
	struct main_state *state = dialog->state;

	state->here = *row_here(state);
	if (state->here.kind == ROW_SERVER || state->here.kind == ROW_CARRIED)
		snprintf(dialog->app->server, sizeof(dialog->app->server),
		    "%s", state->here.name);
	buf_clear(&state->detail.text);
	main_detail_add(&state->detail.text, dialog->app, &state->here);
	state->detail.scroll.cursor = 0;
}

static void
main_moved(struct dialog *dialog)
{
	struct main_state *state = dialog->state;

	if (memcmp(&state->here, row_here(state), sizeof(state->here)) != 0)
		show_detail(dialog);
}

static void
rebuild(struct main_state *state)
{
	static const enum row_kind kinds[] = {
		[OBJECT_SERVER] = ROW_SERVER,
		[OBJECT_GATEWAY] = ROW_GATEWAY,
		[OBJECT_LIST] = ROW_LIST,
		[OBJECT_INVARIANT] = ROW_INVARIANT,
	};
	struct main_row here = { .kind = ROW_SERVERS, };
	size_t place;

	if (state->app->come_name[0]) {
		here.kind = kinds[state->app->come_kind];
		memcpy(here.name, state->app->come_name, sizeof(here.name));
		state->app->come_name[0] = '\0';
	} else if (state->rows.count) {
		here = *row_here(state);
	}
	main_tree_build(&state->rows, state->app->draft);
	state->tree.scroll.count = state->rows.count;
	place = main_tree_find(&state->rows, &here);
	if (place < state->rows.count)
		state->tree.scroll.cursor = place;
	else if (state->tree.scroll.cursor >= state->rows.count)
		state->tree.scroll.cursor = state->rows.count - 1;
}

static void
main_refresh(struct dialog *dialog)
{
	struct main_state *state = dialog->state;

	rebuild(state);
	show_detail(dialog);
	buf_clear(&state->log.text);
	journal_add_text(&dialog->app->journal, &state->log.text);
	state->log.scroll.cursor = 1000000; /* its end; drawing bounds it */
}

static void
main_reload(struct dialog *dialog)
{
	rebuild(dialog->state);
}

/* An open relay is seen before it is chosen. */
static char
server_mark(struct app *app, const char *name)
{
	const struct verdict *verdict = app_verdict(app, name);

	return verdict && verdict->openness == OPEN
	    ? 'X'
	    : app_mark(app, OBJECT_SERVER, name);
}

static void
main_row_text(void *context, size_t place, struct tree_row *what,
    struct buf *text)
{
	static const char *const headings[] = {
		[ROW_SERVERS] = "Virtual servers",
		[ROW_GATEWAYS] = "Gateways",
		[ROW_INVARIANTS] = "Invariants",
		[ROW_LISTS] = "Lists",
	};
	const struct main_state *state = context;
	const struct main_row *row = &state->rows.rows[place];

	if (row->kind == ROW_SERVER)
		what->mark = server_mark(state->app, row->name);
	else if (row->kind == ROW_GATEWAY)
		what->mark = app_mark(state->app, OBJECT_GATEWAY, row->name);
	else if (row->kind == ROW_LIST)
		what->mark = app_mark(state->app, OBJECT_LIST, row->name);
	else if (row->kind == ROW_INVARIANT)
		what->mark = invariant_mark(state->app, row->name);
	what->depth = row->depth;
	what->branch = row->branch;
	what->open = row->open;
	if (row->kind == ROW_SERVERS || row->kind == ROW_GATEWAYS ||
	    row->kind == ROW_INVARIANTS || row->kind == ROW_LISTS) {
		buf_add(text, headings[row->kind]);
		what->role = ROLE_STRONG;
	} else {
		buf_add(text, row->name);
	}
	if (row->kind == ROW_LIST || (row->branch && !row->open)) {
		buf_add(text, " (");
		buf_add_grouped(text, row->inside);
		buf_add(text, ")");
	}
}

static void
main_fold(void *context, size_t row, bool open)
{
	struct main_state *state = context;

	main_tree_fold(&state->rows, row, open);
	rebuild(state);
}

static void
main_pass(void *context, const char *filter)
{
	struct main_state *state = context;

	snprintf(state->rows.filter, sizeof(state->rows.filter), "%s", filter);
	rebuild(state);
}

static bool
is_wide(const void *state)
{
	return ((const struct main_state *)state)->wide;
}

static const struct control main_controls[] = {
	{ .kind = CONTROL_TREE, .text = "Policy", .id = MAIN_OPEN,
	    .offset = offsetof(struct main_state, tree), },
	{ .kind = CONTROL_VIEW, .text = "Detail",
	    .offset = offsetof(struct main_state, detail), },
	{ .kind = CONTROL_VIEW, .text = "Log", .alive = is_wide,
	    .offset = offsetof(struct main_state, log), },
	{ .kind = CONTROL_END, },
};

/* Tree and detail side by side; below 80 columns the one with the focus, from
 * 120 on with the log of the session. */
static void
main_arrange(const struct dialog *dialog, int w, int h, struct rect *rects)
{
	struct main_state *state = dialog->state;
	int left = w / 3 < 33 ? 33 : w / 3 > 50 ? 50 : w / 3;
	int log = w < 120 ? 0 : w / 3;

	state->wide = log > 0;

	if (w < 80)
		left = dialog->focus == 1 ? 0 : w;
	rects[0] = (struct rect){ 0, 0, left, h };
	rects[1] = (struct rect){ left, 0, w - left - log, h };
	rects[2] = (struct rect){ w - log, 0, log, h };
}

static void
push_here(struct app *app, const struct main_row *row)
{
	const char *gateway = row->kind == ROW_GATEWAY ? row->name
	    : row->kind == ROW_CARRIED                 ? row->gateway
	                                               : NULL;

	push_ask(app, gateway, row->kind == ROW_GROUP ? row->name : NULL);
}

/* Asks a gateway, a group, or all; the answer comes while the screen lives. */
static void
ask_doctor(struct app *app)
{
	static const char *const words[] = { "doctor", NULL };

	output_open(app, "Doctor", words);
}

static void
ask_status(struct app *app, const struct main_row *row)
{
	char group[NAME_SIZE + 1], title[NAME_SIZE + 20] = "Status";
	const char *words[] = { "status", NULL, NULL };

	if (row->kind == ROW_GATEWAY)
		words[1] = row->name;
	else if (row->kind == ROW_CARRIED)
		words[1] = row->gateway;
	snprintf(group, sizeof(group), "@%s", row->name);
	if (row->kind == ROW_GROUP)
		words[1] = group;
	if (words[1])
		snprintf(title, sizeof(title), "Status of %s", words[1]);
	output_open(app, title, words);
}

/* Keys that look at the whole policy. */
static void
run_whole(struct app *app, int id)
{
	if (id == MAIN_CHANGES)
		changes_open(app);
	else if (id == MAIN_CHECK)
		check_open(app);
	else if (id == MAIN_COMMIT)
		commit_open(app);
	else if (id == MAIN_REVISIONS)
		revisions_open(app);
	else if (id == MAIN_STEPS)
		steps_open(app);
	else if (id == MAIN_ASIDES)
		asides_open(app);
	else if (id == MAIN_COMPANY)
		company_open(app);
	else if (id == MAIN_FIND)
		find_open(app);
	else if (id == MAIN_INVARIANTS)
		invariants_open(app);
}

static void
main_act(struct dialog *dialog, int id)
{
	struct main_state *state = dialog->state;
	const struct main_row *row = row_here(state);
	struct main_row here = *row; /* edits build the rows anew */

	if (id == MAIN_OPEN && !main_edit_open(dialog->app, &here))
		main_fold(state, state->tree.scroll.cursor, !row->open);
	else if (id == MAIN_ADD)
		main_edit_add(dialog->app, &here);
	else if (id == MAIN_REMOVE)
		main_edit_remove(dialog->app, &here);
	else if (id == MAIN_COPY)
		main_edit_copy(dialog, &here);
	else if (id == MAIN_PUSH)
		push_here(dialog->app, &here);
	else if (id == MAIN_TEST)
		main_gateway_test(dialog->app, &here);
	else if (id == MAIN_ADOPT)
		main_gateway_adopt(dialog, &here);
	else if (id == MAIN_ROLLBACK)
		main_gateway_rollback(dialog->app, &here);
	else if (id == MAIN_FORGET)
		unlock_forget(dialog->app);
	else if (id == MAIN_DOCTOR)
		ask_doctor(dialog->app);
	else if (id == MAIN_TEXT)
		main_edit_text(dialog->app, &here);
	else if (id == MAIN_PAST)
		main_edit_past(dialog->app, &here);
	else if (id == MAIN_STATUS)
		ask_status(dialog->app, &here);
	else if (id == MAIN_COMPARE)
		main_gateway_compare(dialog->app, &here);
	else
		run_whole(dialog->app, id);
}

static bool
has_passphrase(const struct dialog *dialog)
{
	(void)dialog;
	return !keyring_is_empty();
}

static const struct key_row main_keys[] = {
	{ K_ENTER, 'e', "Open", "open what is under the cursor", MAIN_OPEN,
	    NULL, },
	{ 'a', K_INSERT, "Add", "add a virtual server, gateway, invariant or "
	    "list", MAIN_ADD, NULL, },
	{ 'd', K_DELETE, "Remove", "remove what is under the cursor",
	    MAIN_REMOVE, NULL, },
	{ 'y', 0, NULL, "copy it under another name", MAIN_COPY, NULL, },
	{ 'p', 0, "Changes", "what the draft would change (the plan)",
	    MAIN_CHANGES, NULL, },
	{ 'c', 0, "Check", "the findings of the draft", MAIN_CHECK, NULL, },
	{ 'C', 0, "Commit", "commit the draft as a revision", MAIN_COMMIT,
	    NULL, },
	{ 'P', 0, "Push", "push the last revision to this gateway, group or "
	    "all", MAIN_PUSH, NULL, },
	{ 'w', 0, "Who", "who may relay?", ID_WHO, NULL, },
	{ 't', 0, NULL, "status of the gateways: this one, this group, or "
	    "all", MAIN_STATUS, NULL, },
	{ '=', 0, NULL, "do these gateways let the same clients do the same",
	    MAIN_COMPARE, NULL, },
	{ 'H', 0, NULL, "revisions: show, revert", MAIN_REVISIONS, NULL, },
	{ 'E', 0, NULL, "edit it as text, with $VISUAL or $EDITOR", MAIN_TEXT,
	    NULL, },
	{ 'T', 0, NULL, "test the gateway: host key, account, mail server",
	    MAIN_TEST, NULL, },
	{ 'A', 0, NULL, "read what the gateway lets relay now into the draft",
	    MAIN_ADOPT, NULL, },
	{ 'R', 0, NULL, "what was pushed to the gateway; roll it back",
	    MAIN_ROLLBACK, NULL, },
	{ 'B', 0, NULL, "history of this object: who changed it, when and why",
	    MAIN_PAST, NULL, },
	{ 'v', 0, NULL, "invariants: what must always hold, and does it",
	    MAIN_INVARIANTS, NULL, },
	{ 'f', 0, NULL, "find an address or a name in the policy",
	    MAIN_FIND, NULL, },
	{ 'U', 0, NULL, "steps of the draft since the last commit", MAIN_STEPS,
	    NULL, },
	{ 'Z', 0, NULL, "what is set aside; take it up, set more aside",
	    MAIN_ASIDES, NULL, },
	{ 'W', 0, NULL, "who else is here, since when, and at what",
	    MAIN_COMPANY, NULL, },
	{ '!', 0, NULL, "what has to be right here: terminal, database, "
	    "keys", MAIN_DOCTOR, NULL, },
	{ 'X', 0, NULL, "forget the passphrase of the SSH key", MAIN_FORGET,
	    has_passphrase, },
	{ 0 },
};

static void
main_clear(void *value)
{
	struct main_state *state = value;

	main_tree_free(&state->rows);
	tree_clear(&state->tree);
	buf_free(&state->detail.text);
	buf_free(&state->log.text);
}

const struct dialog_type main_type = {
	.title = "Policy",
	.screen = true,
	.live = true,
	.size = sizeof(struct main_state),
	.controls = main_controls,
	.keys = main_keys,
	.refresh = main_refresh,
	.moved = main_moved,
	.reload = main_reload,
	.act = main_act,
	.arrange = main_arrange,
	.clear = main_clear,
};

void
main_open(struct app *app)
{
	struct dialog *dialog = dialog_open(app, &main_type, NULL);
	struct main_state *state = dialog->state;

	state->app = app;
	state->tree.row = main_row_text;
	state->tree.fold = main_fold;
	state->tree.pass = main_pass;
	state->tree.context = state;
}

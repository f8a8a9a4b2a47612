#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "origin_text.h"
#include "policy/explain.h"
#include "policy/mem.h"

struct side {
	bool known; /* there is an answer */
	struct explanation answer;
	char *comment; /* of what decided; ours, as the policy may go */
	struct caption title, verdict, why;
};

struct who_state {
	struct pick server;
	struct line client, name, local, recipient;
	char found[DOMAIN_SIZE]; /* the name that DNS had for the client */
	bool authenticated;
	struct side base, draft;
	struct caption flip, command;
	struct buf origin; /* who put there what decides in the draft */
	struct table table;
	int row; /* that decided when the cursor was put there */
	struct column columns[5];
	char base_title[32], column_title[40];
};

enum {
	WHO_SERVER = ID_OWN,
	WHO_CLIENT,
	WHO_TYPED,
	WHO_ROW,
	WHO_COMMAND,
	WHO_THEN,
	WHO_NAME,
};

#define AT(member) offsetof(struct who_state, member)

static const struct control who_controls[] = {
	{ .kind = CONTROL_LINE, .text = " Client IP", .value = 12,
	    .offset = AT(client), .id = WHO_CLIENT,
	    .hint = "the address that connects: 192.0.2.1 or 2001:db8::1", },
	{ .kind = CONTROL_LINE, .text = "Host name", .value = 11,
	    .offset = AT(name), .id = WHO_TYPED,
	    .hint = "its verified name (PTR, and back to the address); Ctrl-O "
	            "asks DNS; empty: none", },
	{ .kind = CONTROL_PICK, .text = " Server", .value = 12,
	    .offset = AT(server), .id = WHO_SERVER,
	    .hint = "the virtual server it connects to; Space: the next one", },
	{ .kind = CONTROL_LINE, .text = "At address", .value = 11,
	    .offset = AT(local), .id = WHO_TYPED,
	    .hint = "the gateway's address:port it connects to; empty: not "
	            "known", },
	{ .kind = CONTROL_LINE, .text = " Recipient", .value = 12,
	    .offset = AT(recipient), .id = WHO_TYPED,
	    .hint = "as in RCPT TO: joe@example.net", },
	{ .kind = CONTROL_CHECK, .text = "Logged on",
	    .offset = AT(authenticated), .id = WHO_TYPED,
	    .hint = "the client has authenticated; Space changes it", },
	{ .kind = CONTROL_CAPTION, .offset = AT(base.title), },
	{ .kind = CONTROL_CAPTION, .offset = AT(base.verdict), },
	{ .kind = CONTROL_CAPTION, .offset = AT(base.why), },
	{ .kind = CONTROL_CAPTION, .offset = AT(draft.title), },
	{ .kind = CONTROL_CAPTION, .offset = AT(draft.verdict), },
	{ .kind = CONTROL_CAPTION, .offset = AT(draft.why), },
	{ .kind = CONTROL_CAPTION, .offset = AT(flip), },
	{ .kind = CONTROL_TABLE, .text = "Why, in the order of the rows",
	    .offset = AT(table), .id = WHO_ROW, },
	{ .kind = CONTROL_CAPTION, .offset = AT(command), },
	{ .kind = CONTROL_END, },
};

/* Title, verdict, why; the verdict is as wide as its word. */
static void
side_arrange(const struct side *side, int y, int w, struct rect *rects)
{
	int word = (int)side->verdict.text.len;

	rects[0] = (struct rect){ 1, y, 12, 1 };
	rects[1] = (struct rect){ 13, y, word, 1 };
	rects[2] = (struct rect){ 13 + word, y, w - 13 - word, 1 };
}

/* Two columns of fields, then the answers, the rows, the command. */
static void
who_arrange(const struct dialog *dialog, int w, int h, struct rect *rects)
{
	const struct who_state *state = dialog->state;
	int left = w * 55 / 100, right = w - left - 1;

	rects[0] = (struct rect){ 0, 0, left, 1 };
	rects[1] = (struct rect){ left + 1, 0, right, 1 };
	rects[2] = (struct rect){ 0, 1, left, 1 };
	rects[3] = (struct rect){ left + 1, 1, right, 1 };
	rects[4] = (struct rect){ 0, 2, w - 15, 1 };
	rects[5] = (struct rect){ w - 14, 2, 14, 1 };
	side_arrange(&state->base, 3, w, rects + 6);
	side_arrange(&state->draft, 4, w, rects + 9);
	rects[12] = (struct rect){ 1, 5, w - 1, 1 };
	/* All rows are worth more than the command, which Ctrl-Y shows. */
	rects[13] = (struct rect){ 0, 6, w, h < 20 ? h - 6 : h - 7 };
	rects[14] = (struct rect){ 1, h - 1, h < 20 ? 0 : w - 1, 1 };
}

/* --- the rows ---------------------------------------------------------- */

static bool
decides(const struct side *side, size_t row)
{
	return side->known && side->answer.decision.row == (int)row + 1;
}

/* With the comment of what decided. */
static void
add_row(struct buf *out, const struct side *side, size_t row)
{
	buf_add(out, side->answer.rows[row]);
	if (decides(side, row) && side->comment)
		buf_addf(out, " (%s)", side->comment);
}

static void
add_look(struct buf *out, const struct side *side, size_t row)
{
	buf_add(out, decides(side, row) ? "=> " : "   ");
	if (side->known)
		add_row(out, side, row);
	else
		buf_addc(out, '-');
}

/* Did the two find something else in this row? */
static bool
differs(const struct who_state *state, size_t row)
{
	const struct side *a = &state->draft, *b = &state->base;

	return a->known != b->known || (a->known &&
	    strcmp(a->answer.rows[row], b->answer.rows[row]) != 0);
}

static void
who_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct who_state *state = context;

	if (column == 0)
		buf_addf(out, "%zu", row + 1);
	else if (column == 1)
		buf_add(out, explain_row_name((int)row + 1));
	else if (column == 2)
		add_look(out, &state->draft, row);
	else if (differs(state, row))
		add_look(out, &state->base, row);
	else if (!state->base.known)
		buf_add(out, "   -");
	else
		buf_add(out, decides(&state->base, row) ? "=> same"
		                                        : "   same");
}

/* Rows where draft and revision differ are marked as changed. */
static enum role
who_look(void *context, size_t row, char *mark)
{
	const struct who_state *state = context;

	if (state->base.known && differs(state, row))
		*mark = '~';
	return decides(&state->draft, row) ? ROLE_STRONG : ROLE_TEXT;
}

/* --- the question ------------------------------------------------------ */

static void
remember(const struct who_state *state, struct asked *asked)
{
	const char *server = pick_word(&state->server);

	asked_put(asked->server, sizeof(asked->server), server ? server : "");
	asked_put(asked->client, sizeof(asked->client),
	    line_text(&state->client));
	asked_put(asked->name, sizeof(asked->name), line_text(&state->name));
	asked_put(asked->local, sizeof(asked->local),
	    line_text(&state->local));
	asked_put(asked->recipient, sizeof(asked->recipient),
	    line_text(&state->recipient));
	asked->authenticated = state->authenticated;
}

/* --- the answer -------------------------------------------------------- */

static const struct {
	const char *words;
	enum role role;
} verdicts[] = {
	[REFUSE_CONNECTION] = { " REFUSED 554 5.7.1 ", ROLE_WARN, },
	[REQUIRE_AUTHENTICATION] = { " REFUSED 530 5.7.0 ", ROLE_WARN, },
	[REJECT_RECIPIENT] = { " REFUSED 550 5.7.1 ", ROLE_WARN, },
	[ACCEPT_INBOUND] = { " ACCEPTED as inbound ", ROLE_GOOD, },
	[DENY_RELAY] = { " REFUSED 550 5.7.1 ", ROLE_WARN, },
	[ACCEPT_RELAY] = { " RELAYED ", ROLE_GOOD, },
};

static void
show_verdict(struct side *side, const char *title, const char *missing)
{
	enum decision_kind kind = side->answer.decision.kind;
	struct buf why = { 0 };

	caption_set(&side->title, ROLE_TEXT, title);
	buf_add(&why, side->known ? " " : missing);
	if (side->known)
		explanation_add_why(&why, &side->answer);
	caption_set(&side->verdict,
	    side->known ? verdicts[kind].role : ROLE_TEXT,
	    side->known ? verdicts[kind].words : "");
	caption_set(&side->why, ROLE_TEXT, buf_text(&why));
	buf_free(&why);
}

static void
side_clear(struct side *side)
{
	explanation_free(&side->answer);
	free(side->comment);
	buf_free(&side->title.text);
	buf_free(&side->verdict.text);
	buf_free(&side->why.text);
}

/* To the row that decides, when that is another one. */
static void
go_to_row(struct who_state *state)
{
	const struct side *draft = &state->draft;

	if (!draft->known || draft->answer.decision.row == state->row)
		return;
	state->row = draft->answer.decision.row;
	table_go(&state->table, (size_t)state->row - 1);
}

static void
side_ask(struct side *side, const struct ruleset *rules,
    const struct question *q)
{
	explanation_free(&side->answer);
	side->known = rules != NULL;
	if (rules)
		explanation_look(&side->answer, rules, q);
	free(side->comment);
	side->comment = mem_text_or_null(side->answer.comment);
}

/* What would change the answer of the draft; it is looked for when no key
 * waits. */
static void
show_flip(struct dialog *dialog, const struct ruleset *rules,
    const struct question *q)
{
	struct who_state *state = dialog->state;
	struct buf text = { 0 };
	struct err ignored;

	dialog->due = rules && !dialog->due;
	buf_clear(&state->origin);
	buf_add(&text, rules ? "To change it: " : "");
	if (dialog->due) {
		buf_add(&text, "...");
	} else if (rules) {
		explanation_flip(&state->draft.answer, rules, q);
		flip_add(&text, &state->draft.answer.flip);
		origin_text_add(&state->origin, dialog->app->store,
		    dialog->app->asked.server, &state->draft.answer.decision,
		    &ignored);
	}
	caption_set(&state->flip, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
ask_both(struct dialog *dialog, const struct question *q)
{
	struct who_state *state = dialog->state;
	struct app *app = dialog->app;
	const char *server = app->asked.server;
	const struct policy *base = app_then(app);
	const struct ruleset *rules = relay_ruleset(app_compiled(app), server);

	side_ask(&state->draft, rules, q);
	side_ask(&state->base,
	    base ? relay_ruleset(app_then_compiled(app), server) : NULL, q);
	state->columns[3].from = base ? 70 : INT_MAX;
	go_to_row(state);
	show_verdict(&state->draft, "Draft", "has no server of this name");
	show_verdict(&state->base, state->base_title,
	    base ? "has no server of this name" : "nothing committed yet");
	show_flip(dialog, rules, q);
}

static void
show_problem(struct who_state *state, const char *text)
{
	state->base.known = state->draft.known = false;
	show_verdict(&state->base, "", text);
	show_verdict(&state->draft, "", "");
	caption_set(&state->flip, ROLE_TEXT, "");
}

static void
show_answer(struct dialog *dialog)
{
	struct who_state *state = dialog->state;
	const struct asked *asked = &dialog->app->asked;
	struct question q;
	struct err err;
	char text[sizeof(err.text) + 2];

	if (!state->server.count) {
		show_problem(state, "There is no virtual server yet: add one "
		    "on the main screen");
	} else if (!*asked->client) {
		show_problem(state, "Type the address of a client");
	} else if (!asked_question(asked, &q, &err)) {
		snprintf(text, sizeof(text), "X %s", err.text);
		show_problem(state, text);
	} else {
		ask_both(dialog, &q);
		return;
	}
	caption_set(&state->command, ROLE_TEXT, "");
}

static void
show_command(struct who_state *state, const struct asked *asked)
{
	struct buf text = { 0 };

	buf_add(&text, "Same as: ");
	asked_add_command(&text, asked);
	caption_set(&state->command, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

/* The servers of the draft, then those that only the revision has. */
static void
list_servers(struct who_state *state, struct app *app)
{
	const struct policy *base = app_then(app);
	const char *word = pick_word(&state->server);
	char *here = mem_text(word ? word : app->asked.server);
	size_t i;

	pick_clear(&state->server);
	for (i = 0; i < app->draft->server_count; i++)
		pick_add(&state->server, app->draft->servers[i]->name);
	for (i = 0; base && i < base->server_count; i++)
		if (!policy_server(app->draft, base->servers[i]->name))
			pick_add(&state->server, base->servers[i]->name);
	state->server.at = 0;
	pick_set(&state->server, here);
	free(here);
}

static void
who_refresh(struct dialog *dialog)
{
	struct who_state *state = dialog->state;
	struct app *app = dialog->app;

	list_servers(state, app);
	if (app_then(app))
		snprintf(state->base_title, sizeof(state->base_title),
		    "Revision %lld", (long long)app_then_number(app));
	else
		asked_put(state->base_title, sizeof(state->base_title),
		    "Revision");
	snprintf(state->column_title, sizeof(state->column_title), "   %s",
	    state->base_title);
	remember(state, &app->asked);
	show_answer(dialog);
	if (state->draft.known || state->base.known)
		show_command(state, &app->asked);
}

static void
add_explained(struct buf *out, struct app *app, const char *title,
    const struct compiled *compiled, const struct question *question)
{
	const struct ruleset *rules =
	    relay_ruleset(compiled, app->asked.server);
	struct explanation explanation;
	struct buf origin = { 0 };
	struct err ignored;

	if (!rules)
		return;
	buf_addf(out, "\n\n\1%s\n", title);
	explanation_make(&explanation, rules, question);
	if (compiled == app->compiled)
		origin_text_add(&origin, app->store, app->asked.server,
		    &explanation.decision, &ignored);
	explanation_add_text(out, &explanation, buf_text(&origin));
	explanation_free(&explanation);
	buf_free(&origin);
}

/* The question as a command, and both answers at full length with what would
 * change them. */
static void
add_long(struct buf *out, struct app *app, const char *base_title)
{
	struct question question;
	struct err err;

	asked_add_command(out, &app->asked);
	buf_add(out, " --explain");
	if (!asked_question(&app->asked, &question, &err))
		return;
	add_explained(out, app, "Draft", app_compiled(app), &question);
	if (app_then(app))
		add_explained(out, app, base_title, app_then_compiled(app),
		    &question);
}

static void
take_name(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct who_state *state = owner->state;

	if (!ok)
		return;
	asked_put(state->found, sizeof(state->found), name_found(dialog));
	line_set(&state->name, state->found);
	dialog_touch(owner);
}

/* Another client has not the name that was found for the one before. */
static void
drop_name(struct who_state *state)
{
	if (*state->found && !strcmp(line_text(&state->name), state->found))
		line_set(&state->name, "");
	*state->found = '\0';
}

static void
who_act(struct dialog *dialog, int id)
{
	struct who_state *state = dialog->state;
	struct buf text = { 0 };

	if (id == WHO_CLIENT)
		drop_name(state);
	if (id == WHO_THEN)
		then_open(dialog->app);
	if (id == WHO_NAME)
		name_open(dialog->app, line_text(&state->client), take_name);
	if (id != WHO_COMMAND && id != WHO_ROW)
		return;
	add_long(&text, dialog->app, state->base_title);
	text_open(dialog->app, "The command, and why", buf_text(&text));
	buf_free(&text);
}

/* What stood cut in the row under the cursor. */
static void
who_status(const struct dialog *dialog, struct buf *out)
{
	const struct who_state *state = dialog->state;
	size_t row;

	if (!state->draft.known || !table_row(&state->table, &row)) {
		buf_add(out, " The first row that applies decides (=>)");
		return;
	}
	buf_addf(out, " %zu %s: ", row + 1,
	    decision_row_title((int)row + 1));
	add_row(out, &state->draft, row);
	if (decides(&state->draft, row) && state->origin.len)
		buf_addf(out, ", %s", state->origin.data);
	if (state->base.known && differs(state, row)) {
		buf_add(out, "   was: ");
		add_row(out, &state->base, row);
	}
}

static void
who_clear(void *value)
{
	struct who_state *state = value;

	pick_clear(&state->server);
	line_clear(&state->client);
	line_clear(&state->name);
	line_clear(&state->local);
	line_clear(&state->recipient);
	side_clear(&state->base);
	side_clear(&state->draft);
	buf_free(&state->origin);
	buf_free(&state->flip.text);
	buf_free(&state->command.text);
	table_clear(&state->table);
}

static const struct key_row who_keys[] = {
	{ K_CTRL('y'), 0, "Command, why",
	    "the question as a command; what would change it", WHO_COMMAND,
	    NULL, },
	{ K_CTRL('t'), 0, "Then", "against an earlier revision, or what held "
	    "on a day", WHO_THEN, NULL, },
	{ K_CTRL('o'), 0, "Name", "the client's host name, by asking DNS",
	    WHO_NAME, NULL, },
	{ 0 },
};

const struct dialog_type who_type = {
	.title = "Who may relay?",
	.screen = true,
	.live = true,
	.least_h = 10,
	.size = sizeof(struct who_state),
	.controls = who_controls,
	.keys = who_keys,
	.refresh = who_refresh,
	.act = who_act,
	.status = who_status,
	.arrange = who_arrange,
	.clear = who_clear,
};

/* --- opening ----------------------------------------------------------- */

static void
fill(struct who_state *state, const struct asked *asked)
{
	line_set(&state->client, asked->client);
	line_set(&state->name, asked->name);
	line_set(&state->local, asked->local);
	line_set(&state->recipient, asked->recipient);
	state->client.most = sizeof(asked->client) - 1;
	state->name.most = sizeof(asked->name) - 1;
	state->local.most = sizeof(asked->local) - 1;
	state->recipient.most = sizeof(asked->recipient) - 1;
	state->authenticated = asked->authenticated;
}

static void
set_up(struct who_state *state)
{
	const struct column columns[] = {
		{ "#", 2, true, 0, },
		{ "Row", 21, false, 0, },
		{ "   Draft", 0, false, 0, },
		{ state->column_title, 17, false, 70, },
		{ NULL, 0, false, 0, },
	};

	memcpy(state->columns, columns, sizeof(columns));
	state->table.columns = state->columns;
	state->table.cell = who_cell;
	state->table.look = who_look;
	state->table.context = state;
	table_reset(&state->table, EXPLAIN_ROWS);
}

void
who_open(struct app *app, const struct asked *asked)
{
	const struct dialog *top = app_top(app);
	struct asked with = app->asked;
	struct dialog *dialog;

	if (top && top->type == &who_type)
		return;
	with.then = 0;
	if (*app->server)
		asked_put(with.server, sizeof(with.server), app->server);
	if (asked)
		with = *asked;
	else if (top && top->type->who)
		top->type->who(top, &with);
	if (!*with.recipient)
		asked_put(with.recipient, sizeof(with.recipient),
		    "user@example.net");
	dialog = dialog_open(app, &who_type, NULL);
	app->asked = with;
	fill(dialog->state, &with);
	set_up(dialog->state);
}

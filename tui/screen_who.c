#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"

/* Who may relay?  One question asked of the last revision and of the draft. */
struct who_state {
	struct pick server;
	struct line client, name, local, recipient;
	bool authenticated;
	struct view answer;
	struct compiled *committed; /* of app_base(), or NULL */
	int64_t committed_revision;
};

struct answer {
	const struct ruleset *rules; /* NULL: there is no such server */
	struct decision decision;
};

enum { WHO_ASK = ID_OWN };

#define AT(member) offsetof(struct who_state, member)

static const struct control who_controls[] = {
	{ .kind = CONTROL_PICK, .at = { 1, 0, 0, 0 },
	    .text = "&Virtual server", .offset = AT(server), .value = 16,
	    .id = WHO_ASK, .hint = "Space, Left and Right choose", },
	{ .kind = CONTROL_LINE, .at = { 1, 1, 57, 0 }, .text = "Client &IP",
	    .offset = AT(client), .value = 16, .id = WHO_ASK,
	    .hint = "the address that connects", },
	{ .kind = CONTROL_CHECK, .at = { 60, 1, 0, 0 }, .text = "&Logged on",
	    .offset = AT(authenticated), .id = WHO_ASK, },
	{ .kind = CONTROL_LINE, .at = { 1, 2, 57, 0 }, .text = "Verified na&me",
	    .offset = AT(name), .value = 16, .id = WHO_ASK,
	    .hint = "its host name, if the name leads back to the address; "
	            "empty: none", },
	{ .kind = CONTROL_LINE, .at = { 1, 3, 57, 0 }, .text = "Connects &to",
	    .offset = AT(local), .value = 16, .id = WHO_ASK,
	    .hint = "local address:port; empty: not known", },
	{ .kind = CONTROL_LINE, .at = { 1, 4, 57, 0 }, .text = "&Recipient",
	    .offset = AT(recipient), .value = 16, .id = WHO_ASK,
	    .hint = "as in RCPT TO", },
	{ .kind = CONTROL_VIEW, .at = { 0, 5, 0, REST(0) }, .text = "Answer",
	    .offset = AT(answer), },
	{ .kind = CONTROL_END, },
};

static bool
read_question(const struct who_state *state, struct question *question,
    struct err *err)
{
	const char *client = line_text(&state->client);
	const char *local = line_text(&state->local);
	struct net net;
	struct listener listener;

	memset(question, 0, sizeof(*question));
	if (!*client)
		return fail(err, "type the address of a client");
	if (!net_parse_addr(&net, client, strlen(client), err))
		return fail_in(err, "client");
	if (*local && !listener_parse(&listener, local, strlen(local), err))
		return fail_in(err, "connects to");
	question->family = net.family;
	question->client = net.first;
	question->name = *line_text(&state->name) ? line_text(&state->name)
	                                          : NULL;
	question->authenticated = state->authenticated;
	if (*local) {
		question->local_family = listener.family;
		question->local = listener.addr;
		question->local_port = listener.port;
	}
	question->recipient = line_text(&state->recipient);
	return true;
}

static const char *
decision_text(const struct answer *answer)
{
	return answer->rules ? decision_words[answer->decision.kind]
	                     : "no such server";
}

static void
add_pair(struct buf *out, const char *label, const char *a, const char *b)
{
	buf_addf(out, "%-10s %-32.32s %s\n", label, a, b);
}

static void
add_head(struct buf *out, const struct answer *was, const struct answer *now,
    int64_t revision)
{
	char title[40] = "(no revision yet)";
	struct buf a = { 0 }, b = { 0 };

	if (revision)
		snprintf(title, sizeof(title), "Revision %lld",
		    (long long)revision);
	add_pair(out, "", title, "Draft");
	buf_addf(out, "%c", 1);
	add_pair(out, "Decision", revision ? decision_text(was) : "-",
	    decision_text(now));
	if (was->rules)
		decision_add_what(&a, &was->decision);
	if (now->rules)
		decision_add_what(&b, &now->decision);
	add_pair(out, "By", buf_text(&a), buf_text(&b));
	buf_free(&a);
	buf_free(&b);
}

/* The rows up to the one that decided, and what each of them found. */
static void
add_rows(struct buf *out, const struct answer *now,
    const struct question *question)
{
	int row;

	buf_add(out, "\nWhy, in the order of the rules (draft):\n");
	for (row = 1; row <= 10; row++) {
		struct decision looked = { 0 };
		bool applies =
		    relay_row_applies(now->rules, question, row, &looked);
		bool decides = row == now->decision.row;

		buf_addf(out, "%s%2d%s %s", decides ? "\1" : "", row,
		    decides                         ? " =>"
		        : row > now->decision.row ? "   (not asked)"
		                                    : "    no: ",
		    decision_row_title(row));
		if (applies) {
			buf_add(out, ": ");
			decision_add_what(out, &looked);
		}
		buf_addc(out, '\n');
	}
}

static void
ask(const struct compiled *compiled, const char *server,
    const struct question *question, struct answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	if (compiled)
		answer->rules = relay_ruleset(compiled, server);
	if (answer->rules)
		relay_decide(answer->rules, question, &answer->decision);
}

static void
compile_committed(struct dialog *dialog)
{
	struct who_state *state = dialog->state;
	const struct policy *base = app_base(dialog->app);

	if (state->committed &&
	    state->committed_revision == dialog->app->revision)
		return;
	relay_free(state->committed);
	state->committed = base ? relay_compile(base) : NULL;
	state->committed_revision = dialog->app->revision;
}

static void
who_refresh(struct dialog *dialog)
{
	struct who_state *state = dialog->state;
	struct buf *out = &state->answer.text;
	struct question question;
	struct answer was, now;
	const char *server = pick_word(&state->server);
	struct err err;

	buf_clear(out);
	if (!server) {
		buf_add(out, "No virtual server yet.");
		return;
	}
	if (!read_question(state, &question, &err)) {
		buf_add(out, err.text);
		return;
	}
	compile_committed(dialog);
	ask(state->committed, server, &question, &was);
	ask(app_compiled(dialog->app), server, &question, &now);
	add_head(out, &was, &now, dialog->app->revision);
	if (now.rules)
		add_rows(out, &now, &question);
}

static void
who_act(struct dialog *dialog, int id)
{
	if (id == WHO_ASK)
		dialog->stale = true;
}

static void
fill_servers(struct dialog *dialog)
{
	struct who_state *state = dialog->state;
	const struct policy *policy = dialog->app->draft;
	size_t i;

	pick_clear(&state->server);
	for (i = 0; i < policy->server_count; i++)
		pick_add(&state->server, policy->servers[i]->name);
}

/* The answer borrows from the committed policy, which may be another now. */
static void
who_reload(struct dialog *dialog)
{
	struct who_state *state = dialog->state;

	relay_free(state->committed);
	state->committed = NULL;
	fill_servers(dialog);
}

static void
who_clear(void *value)
{
	struct who_state *state = value;

	relay_free(state->committed);
	pick_clear(&state->server);
	line_clear(&state->client);
	line_clear(&state->name);
	line_clear(&state->local);
	line_clear(&state->recipient);
	buf_free(&state->answer.text);
}

static const struct key_row who_keys[] = {
	{ K_ENTER, 0, "Ask", "ask again", WHO_ASK, NULL, },
	{ 0 },
};

const struct dialog_type who_type = {
	.title = "Who may relay?",
	.screen = true,
	.live = true,
	.least_h = 12,
	.size = sizeof(struct who_state),
	.controls = who_controls,
	.keys = who_keys,
	.refresh = who_refresh,
	.reload = who_reload,
	.act = who_act,
	.clear = who_clear,
};

void
who_open(struct app *app, const char *server)
{
	struct dialog *dialog;
	struct who_state *state;

	if (app_top(app)->type == &who_type)
		return;
	dialog = dialog_open(app, &who_type, NULL);
	state = dialog->state;
	fill_servers(dialog);
	pick_set(&state->server, server);
	line_set(&state->recipient, "user@example.net");
	dialog_focus(dialog, AT(client));
}

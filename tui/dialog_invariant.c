#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "invariant_text.h"
#include "policy/mem.h"
#include "ticks.h"

/* One invariant: what it says is shown in words, and whether it would hold,
 * while it is edited. */
struct invariant_dialog {
	struct app *app;
	struct invariant *copy;
	struct invariant *before; /* as it was then, for conflicts; or NULL */
	char name[NAME_SIZE]; /* as it is stored; "": a new one */
	int64_t head;
	struct line line_name, comment, domains, prefix4, prefix6;
	int kind, when, action;
	struct caption clients;
	struct table servers;
	struct ticks named;
	struct caption verdict, means;
};

enum {
	KIND = ID_OWN,
	TICK,
	CLIENTS,
};

#define STATE struct invariant_dialog
#define AT(member) offsetof(STATE, member)

static bool
has_clients(const void *state)
{
	return invariant_uses(((const STATE *)state)->kind, "clients");
}

static bool
has_domains(const void *state)
{
	return invariant_uses(((const STATE *)state)->kind, "domains");
}

static bool
has_prefixes(const void *state)
{
	return invariant_uses(((const STATE *)state)->kind, "prefix4");
}

static const struct control invariant_controls[] = {
	{ .kind = CONTROL_LINE, .at = { 0, 0, REST(28), 0 }, .text = "&Name",
	    .offset = AT(line_name), .value = 10,
	    .hint = "the name in commands and findings", },
	{ .kind = CONTROL_CHOICE, .at = { -27, 0, 0, 0 }, .text = "&Kind",
	    .offset = AT(kind), .words = invariant_words, .value = 7,
	    .id = KIND, .hint = "what must hold; Space changes it", },
	{ .kind = CONTROL_LINE, .at = { 0, 1, 0, 0 }, .text = "Co&mment",
	    .offset = AT(comment), .value = 10,
	    .hint = "why it must hold; for people", },
	{ .kind = CONTROL_BUTTON, .at = { 0, 2, 14, 0 }, .text = "&Clients...",
	    .id = CLIENTS, .alive = has_clients,
	    .hint = "addresses, and lists that hold addresses only", },
	{ .kind = CONTROL_CAPTION, .at = { 15, 2, REST(28), 0 },
	    .offset = AT(clients), .alive = has_clients, },
	{ .kind = CONTROL_CHOICE, .at = { -27, 2, 0, 0 }, .text = "&When",
	    .offset = AT(when), .words = when_words, .value = 7,
	    .alive = has_clients,
	    .hint = "of clients that have not logged on, that have, or "
	            "either; Space changes it", },
	{ .kind = CONTROL_LINE, .at = { 0, 2, 26, 0 },
	    .text = "Widest IPv&4  /", .offset = AT(prefix4), .value = 15,
	    .alive = has_prefixes, .hint = "0 to 32; 0 lets any block relay", },
	{ .kind = CONTROL_LINE, .at = { 28, 2, 26, 0 },
	    .text = "Widest IPv&6  /", .offset = AT(prefix6), .value = 15,
	    .alive = has_prefixes, .hint = "0 to 128; 0 lets any block relay",
	    },
	{ .kind = CONTROL_LINE, .at = { 0, 2, REST(28), 0 },
	    .text = "&Domains", .offset = AT(domains), .value = 10,
	    .alive = has_domains,
	    .hint = "example.com with its subdomains, #example.com without; "
	            "commas between them", },
	{ .kind = CONTROL_CHOICE, .at = { -27, 2, 0, 0 }, .text = "&Always",
	    .offset = AT(action), .words = action_words, .value = 7,
	    .alive = has_domains, .hint = "what must happen to their mail; "
	                                  "Space changes it", },
	{ .kind = CONTROL_TABLE, .at = { 0, 3, 0, REST(6) },
	    .text = "On these servers (none ticked: on every enabled one)",
	    .offset = AT(servers), .id = TICK,
	    .hint = "Enter or t ticks one", },
	{ .kind = CONTROL_CAPTION, .at = { 0, -6, 8, 0 },
	    .offset = AT(verdict), .stays = true, },
	{ .kind = CONTROL_CAPTION, .at = { 9, -6, 0, 5 },
	    .offset = AT(means), .stays = true, },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK",
	    .id = ID_OK, .hint = "stores it as one step of the draft", },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 12, 0 }, .text = "Cance&l",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

static const struct key_row invariant_keys[] = {
	{ 't', 0, "Tick", "speak of this virtual server, or not", TICK,
	    NULL, },
	{ 0 },
};

static const struct column named_columns[] = {
	{ "Named", 5, false, 0, },
	{ "Virtual server", 24, false, 0, },
	{ "Comment", 0, false, 0, },
	{ NULL, 0, false, 0, },
};

static void
named_cell(void *context, size_t row, int column, struct buf *out)
{
	const STATE *state = context;
	const struct server *server = state->app->draft->servers[row];

	if (column == 0)
		buf_add(out, state->named.on[row] ? "[x]" : "[ ]");
	else if (column == 1)
		buf_add(out, server->name);
	else if (server->comment)
		buf_add(out, server->comment);
}

/* --- from the dialog to the copy ---------------------------------------- */

static bool
take_domains(STATE *state, struct err *err)
{
	const char *p = line_text(&state->domains);

	texts_free(&state->copy->domains);
	while (*p) {
		size_t len = strcspn(p, ", ");

		if (len && !invariant_add_domain(state->copy, p, len, err))
			return false;
		p += len + (p[len] != '\0');
	}
	return true;
}

/* A server that the draft has not keeps its place: only a command or the
 * document can have named it, and a finding says so. */
static void
take_servers(STATE *state)
{
	const struct policy *policy = state->app->draft;
	struct err ignored;
	size_t i;

	for (i = 0; i < policy->server_count; i++) {
		const char *name = policy->servers[i]->name;

		if (state->named.on[i])
			invariant_add_server(state->copy, name, strlen(name),
			    &ignored);
		else
			texts_remove(&state->copy->servers, name);
	}
}

struct taken {
	const char *field;
	size_t line;
};

static const struct taken taken_lines[] = {
	{ "name", AT(line_name), },
	{ "comment", AT(comment), },
	{ "prefix4", AT(prefix4), },
	{ "prefix6", AT(prefix6), },
};

#define TAKEN_PREFIXES 2 /* behind name and comment */
#define TAKEN (sizeof(taken_lines) / sizeof(taken_lines[0]))

static struct line *
line_of(STATE *state, size_t i)
{
	return (struct line *)(void *)((char *)state + taken_lines[i].line);
}

/* From this line on.  On failure *where is the offset of what is wrong. */
static bool
take_from(STATE *state, size_t i, size_t *where, struct err *err)
{

	state->copy->kind = state->kind;
	state->copy->when = state->when;
	state->copy->action = state->action;
	for (; i < TAKEN; i++) {
		*where = taken_lines[i].line;
		if (invariant_uses(state->kind, taken_lines[i].field) &&
		    !field_parse(field_find(invariant_fields,
		        taken_lines[i].field), state->copy,
		        line_text(line_of(state, i)), err))
			return false;
	}
	*where = AT(domains);
	if (has_domains(state) && !take_domains(state, err))
		return fail_in(err, "domains");
	take_servers(state);
	invariant_settle(state->copy, true);
	return true;
}

static void
show_conflict(STATE *state, const char *label)
{
	struct conflict conflict = { OBJECT_INVARIANT, state->name, label,
		state->before, state->copy, state->head };

	if (state->before)
		conflict_open(state->app, &conflict);
}

static bool
invariant_accept(struct dialog *dialog)
{
	STATE *state = dialog->state;
	struct change change = { OBJECT_INVARIANT,
		state->name[0] ? state->name : NULL, state->copy };
	struct err err;
	char label[120];
	size_t where;
	bool ok;

	if (!dialog->changed)
		return true;
	ok = take_from(state, 0, &where, &err);
	if (ok && strcmp(state->copy->name, state->name) != 0 &&
	    policy_invariant(dialog->app->draft, state->copy->name)) {
		where = AT(line_name);
		ok = fail(&err, "an invariant is called %s already",
		    state->copy->name);
	}
	if (!ok) {
		dialog_focus(dialog, where);
		app_fail(dialog->app, &err);
		return false;
	}
	snprintf(label, sizeof(label), "%s invariant %s",
	    state->name[0] ? "change" : "add", state->copy->name);
	if (!app_edit(dialog->app, label, &change, 1, &state->head)) {
		show_conflict(state, label);
		return false;
	}
	app_come(dialog->app, OBJECT_INVARIANT, state->copy->name);
	return true;
}

/* --- what it means ------------------------------------------------------ */

static void
show_verdict(STATE *state)
{
	static const enum role roles[] = { ROLE_TEXT, ROLE_GOOD, ROLE_WARN,
		ROLE_BAD, ROLE_BAD };
	const char *name = state->copy->name;
	const struct finding *finding;
	enum invariant_state is;
	struct findings findings;
	struct buf text = { 0 };
	char word[16];

	invariant_judge(state->app, state->copy, &findings);
	is = invariant_state_of(&findings, name);
	finding = invariant_finding(&findings, name);
	snprintf(word, sizeof(word), " %s ", invariant_state_words[is]);
	caption_set(&state->verdict, roles[is], word);
	invariant_add_words(&text, state->copy);
	if (finding)
		buf_addf(&text, "\n%s", finding->sentence);
	caption_set(&state->means, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
	findings_free(&findings);
}

/* Judging takes as long as the lists are: when no key waits. */
static void
invariant_refresh(struct dialog *dialog)
{
	STATE *state = dialog->state;
	size_t count = entries_count(&state->copy->clients), where;
	struct buf text = { 0 };
	struct err err;

	buf_add_grouped(&text, count);
	buf_add(&text, count == 1 ? " entry" : " entries");
	caption_set(&state->clients, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
	dialog->due = !dialog->due;
	if (dialog->due)
		return;
	if (take_from(state, TAKEN_PREFIXES, &where, &err)) {
		show_verdict(state);
		return;
	}
	caption_set(&state->verdict, ROLE_TEXT, "...");
	caption_set(&state->means, ROLE_TEXT, err.text);
}

static void
invariant_act(struct dialog *dialog, int id)
{
	STATE *state = dialog->state;
	size_t row;

	if (id == KIND) {
		state->when = state->kind == INVARIANT_NEVER ? WHEN_EITHER
		                                             : WHEN_ANONYMOUS;
	} else if (id == TICK && table_row(&state->servers, &row)) {
		state->named.on[row] = !state->named.on[row];
		dialog_touch(dialog);
	} else if (id == CLIENTS) {
		entries_open(dialog->app, &state->copy->clients,
		    invariant_slots, "clients of the invariant", NULL);
	}
}

/* --- opening and closing ------------------------------------------------ */

static void
fill(STATE *state)
{
	struct buf text = { 0 };
	size_t i;

	for (i = 0; i < TAKEN; i++) {
		buf_clear(&text);
		field_add(&text, field_find(invariant_fields,
		    taken_lines[i].field), state->copy);
		line_set(line_of(state, i), buf_text(&text));
	}
	buf_clear(&text);
	for (i = 0; i < state->copy->domains.count; i++)
		buf_addf(&text, "%s%s", i ? ", " : "",
		    state->copy->domains.items[i]);
	state->comment.most = 1000;
	state->domains.most = text.len + 4000;
	line_set(&state->domains, buf_text(&text));
	buf_free(&text);
	state->kind = state->copy->kind;
	state->when = state->copy->when;
	state->action = state->copy->action;
}

static bool
is_named(const void *object, const char *server)
{
	const struct invariant *invariant = object;

	return texts_hold(&invariant->servers, server);
}

static void
tick_named(STATE *state, bool keep)
{
	const struct policy *policy = state->app->draft;

	ticks_renew(&state->named, policy, keep, is_named, state->copy);
	table_reset(&state->servers, policy->server_count);
}

/* As it is in the draft. */
static void
take_invariant(STATE *state, const struct invariant *invariant)
{
	invariant_free(state->copy);
	invariant_free(state->before);
	state->copy = invariant_copy(invariant);
	state->before = invariant_copy(invariant);
	state->head = state->app->head;
	fill(state);
}

/* Somebody else's step: shown unless something would be lost, or its clients
 * are being looked at. */
static void
invariant_reload(struct dialog *dialog)
{
	STATE *state = dialog->state;
	const struct invariant *invariant =
	    policy_invariant(state->app->draft, state->name);

	if (invariant && !dialog->changed && app_top(state->app) == dialog)
		take_invariant(state, invariant);
	tick_named(state, dialog->changed);
}

static void
invariant_clear(void *value)
{
	STATE *state = value;
	size_t i;

	invariant_free(state->copy);
	invariant_free(state->before);
	for (i = 0; i < TAKEN; i++)
		line_clear(line_of(state, i));
	line_clear(&state->domains);
	table_clear(&state->servers);
	ticks_free(&state->named);
	buf_free(&state->clients.text);
	buf_free(&state->verdict.text);
	buf_free(&state->means.text);
}

const struct dialog_type invariant_type = {
	.title = "Invariant",
	.w = 80,
	.least_h = 13,
	.size = sizeof(STATE),
	.controls = invariant_controls,
	.keys = invariant_keys,
	.refresh = invariant_refresh,
	.reload = invariant_reload,
	.act = invariant_act,
	.accept = invariant_accept,
	.clear = invariant_clear,
};

void
invariant_open(struct app *app, const char *name)
{
	const struct invariant *invariant =
	    name ? policy_invariant(app->draft, name) : NULL;
	struct dialog *dialog;
	STATE *state;

	if ((name && !invariant) || (!invariant && !app_may_edit(app)))
		return;
	dialog = dialog_open(app, &invariant_type, NULL);
	state = dialog->state;
	snprintf(dialog->title, sizeof(dialog->title), "%s%s",
	    invariant ? "Invariant " : "New invariant", invariant ? name : "");
	state->app = app;
	state->head = app->head;
	state->copy = invariant ? invariant_copy(invariant)
	                        : invariant_new("new");
	state->before = invariant ? invariant_copy(invariant) : NULL;
	if (invariant)
		snprintf(state->name, sizeof(state->name), "%s", name);
	state->servers.columns = named_columns;
	state->servers.cell = named_cell;
	state->servers.context = state;
	state->servers.empty = "No virtual server yet: add one first.";
	fill(state);
	if (!invariant)
		line_set(&state->line_name, "");
	tick_named(state, false);
}

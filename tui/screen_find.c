#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "policy/invariant.h"
#include "policy/mem.h"

/* Where something stands: every entry that holds an address, every object or
 * routing row whose name holds a text. */
struct hit {
	enum object_kind kind;
	char name[NAME_SIZE];
	const char *place; /* slot, "routing", or "" for the object itself */
	char *what;
	char *comment; /* or NULL */
};

struct find_state {
	struct table table;
	struct hit *hits;
	size_t count, cap;
	char *text;
};

enum {
	FIND_OPEN = ID_OWN,
	HITS_MOST = 10000,
};

static const struct control find_controls[] = {
	{ .kind = CONTROL_TABLE, .at = { 0, 0, 0, REST(0) }, .text = "Found",
	    .offset = offsetof(struct find_state, table), .id = FIND_OPEN, },
	{ .kind = CONTROL_END, },
};

static const struct key_row find_keys[] = {
	{ K_ENTER, 0, "Open", "open where it stands", FIND_OPEN, NULL, },
	{ 0 },
};

static const struct column find_columns[] = {
	{ "Where", 32, false, 0, },
	{ "What", 0, false, 0, },
	{ "Comment", 20, false, 90, },
	{ NULL, 0, false, 0, },
};

static void
find_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct find_state *state = context;
	const struct hit *hit = &state->hits[row];

	if (column == 1)
		buf_add(out, hit->what);
	else if (column == 2)
		buf_add(out, hit->comment ? hit->comment : "");
	else
		buf_addf(out, "%s:%s%s%s", object_words[hit->kind], hit->name,
		    *hit->place ? "/" : "", hit->place);
}

static struct hit *
add_hit(struct find_state *state, enum object_kind kind, const char *name,
    const char *place)
{
	struct hit *hit;

	state->hits = mem_grow(state->hits, state->count, &state->cap,
	    sizeof(*state->hits));
	hit = &state->hits[state->count++];
	memset(hit, 0, sizeof(*hit));
	hit->kind = kind;
	hit->place = place;
	snprintf(hit->name, sizeof(hit->name), "%s", name);
	return hit;
}

/* Does the entry share an address with the net, or hold the text? */
static bool
is_hit(const struct entry *entry, const struct net *net, const char *text)
{
	if (net && entry->kind == ENTRY_NET)
		return entry->net.family == net->family &&
		    entry->net.first <= net->last &&
		    net->first <= entry->net.last;
	return (entry->kind != ENTRY_NET && strcasestr(entry->name, text)) ||
	    (entry->comment && strcasestr(entry->comment, text));
}

static void
find_entries(struct find_state *state, const struct net *net,
    const struct hit *where, const struct entries *entries)
{
	size_t count = entries_count(entries), i;
	struct entry entry;
	struct buf text = { 0 };

	for (i = 0; i < count && state->count < HITS_MOST; i++) {
		struct hit *hit;

		entries_at(entries, i, &entry);
		if (!is_hit(&entry, net, state->text))
			continue;
		buf_clear(&text);
		entry_add(&text, &entry);
		hit = add_hit(state, where->kind, where->name, where->place);
		hit->what = mem_text(buf_text(&text));
		hit->comment = mem_text(entry.comment);
	}
	buf_free(&text);
}

static void
find_object(struct find_state *state, enum object_kind kind, const char *name,
    const char *comment)
{
	struct hit *hit;

	if (!strcasestr(name, state->text) &&
	    !(comment && strcasestr(comment, state->text)))
		return;
	hit = add_hit(state, kind, name, "");
	hit->what = mem_text(name);
	hit->comment = mem_text(comment);
}

static void
find_routes(struct find_state *state, const struct server *server)
{
	struct buf text = { 0 };
	size_t i;

	for (i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];
		struct hit *hit;

		buf_clear(&text);
		route_add(&text, route);
		buf_addf(&text, " %s ", action_words[route->action]);
		route_add_next_hop(&text, route);
		if (!strcasestr(buf_text(&text), state->text))
			continue;
		hit = add_hit(state, OBJECT_SERVER, server->name, "routing");
		hit->what = mem_text(buf_text(&text));
		hit->comment = mem_text(route->comment);
	}
	buf_free(&text);
}

static void
find_server(struct find_state *state, const struct net *net,
    const struct server *server)
{
	struct hit where = { .kind = OBJECT_SERVER, };
	const struct slot *slot;

	find_object(state, OBJECT_SERVER, server->name, server->comment);
	snprintf(where.name, sizeof(where.name), "%s", server->name);
	for (slot = server_slots; slot->name; slot++) {
		where.place = slot->name;
		find_entries(state, net, &where,
		    slot_entries_const(slot, server));
	}
	find_routes(state, server);
}

static void
find_invariant(struct find_state *state, const struct net *net,
    const struct invariant *invariant)
{
	struct hit where = { .kind = OBJECT_INVARIANT, .place = "clients", };
	size_t i;

	find_object(state, OBJECT_INVARIANT, invariant->name,
	    invariant->comment);
	snprintf(where.name, sizeof(where.name), "%s", invariant->name);
	find_entries(state, net, &where, &invariant->clients);
	for (i = 0; i < invariant->domains.count; i++)
		if (strcasestr(invariant->domains.items[i], state->text))
			add_hit(state, OBJECT_INVARIANT, invariant->name,
			    "domains")->what =
			    mem_text(invariant->domains.items[i]);
}

static void
find_all(struct find_state *state, const struct policy *policy)
{
	struct net net, *wanted = NULL;
	struct err ignored;
	size_t i;

	if (net_parse(&net, state->text, strlen(state->text), NET_STRICT,
	        &ignored))
		wanted = &net;
	for (i = 0; i < policy->server_count; i++)
		find_server(state, wanted, policy->servers[i]);
	for (i = 0; i < policy->gateway_count; i++)
		find_object(state, OBJECT_GATEWAY, policy->gateways[i]->name,
		    policy->gateways[i]->host);
	for (i = 0; i < policy->list_count; i++) {
		const struct list *list = policy->lists[i];
		struct hit where = { .kind = OBJECT_LIST, .place = "", };

		find_object(state, OBJECT_LIST, list->name, list->comment);
		snprintf(where.name, sizeof(where.name), "%s", list->name);
		find_entries(state, wanted, &where, &list->entries);
	}
	for (i = 0; i < policy->invariant_count; i++)
		find_invariant(state, wanted, policy->invariants[i]);
}

static void
free_hits(struct find_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++) {
		free(state->hits[i].what);
		free(state->hits[i].comment);
	}
	state->count = 0;
}

static void
find_refresh(struct dialog *dialog)
{
	struct find_state *state = dialog->state;

	free_hits(state);
	find_all(state, dialog->app->draft);
	table_reset(&state->table, state->count);
}

static void
find_act(struct dialog *dialog, int id)
{
	struct find_state *state = dialog->state;
	struct hit hit;
	size_t row;

	if (id != FIND_OPEN || !table_row(&state->table, &row))
		return;
	hit = state->hits[row];
	if (hit.kind == OBJECT_GATEWAY)
		gateway_open(dialog->app, hit.name);
	else if (hit.kind == OBJECT_LIST)
		list_open(dialog->app, hit.name);
	else if (hit.kind == OBJECT_INVARIANT)
		invariant_open(dialog->app, hit.name);
	else if (!strcmp(hit.place, "relay"))
		relay_open(dialog->app, hit.name);
	else if (!strcmp(hit.place, "connection"))
		connection_open(dialog->app, hit.name);
	else if (slot_find(hit.place))
		restrictions_open(dialog->app, hit.name);
	else
		sheet_open(dialog->app, hit.name);
}

static void
find_clear(void *value)
{
	struct find_state *state = value;

	free_hits(state);
	free(state->hits);
	free(state->text);
	table_clear(&state->table);
}

const struct dialog_type find_type = {
	.title = "Find",
	.screen = true,
	.live = true,
	.size = sizeof(struct find_state),
	.controls = find_controls,
	.keys = find_keys,
	.refresh = find_refresh,
	.act = find_act,
	.clear = find_clear,
};

static void
on_text(struct dialog *owner, struct dialog *prompt, bool ok)
{
	struct dialog *dialog;
	struct find_state *state;

	if (!ok || !*prompt_text(prompt))
		return;
	dialog = dialog_open(owner->app, &find_type, NULL);
	state = dialog->state;
	snprintf(dialog->title, sizeof(dialog->title), "Find %s",
	    prompt_text(prompt));
	state->text = mem_text(prompt_text(prompt));
	state->table.columns = find_columns;
	state->table.cell = find_cell;
	state->table.context = state;
	state->table.empty = "It stands nowhere in this policy.";
}

void
find_open(struct app *app)
{
	struct prompt prompt = { .title = "Find", .label = "An address or "
		"block that entries hold, or part of a name:", };

	prompt_open(app, &prompt, on_text);
}

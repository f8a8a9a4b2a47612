#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "differ.h"
#include "policy/mem.h"
#include "site_check.h"

const struct compiled *
app_compiled(struct app *app)
{
	if (!app->compiled)
		app->compiled = relay_compile(app->draft);
	return app->compiled;
}

const struct findings *
app_findings(struct app *app)
{
	if (!app->checked)
		site_check(app->draft, app_compiled(app), &app->findings);
	app->checked = true;
	return &app->findings;
}

const struct policy *
app_base(struct app *app)
{
	struct err err;

	if (app->base && app->base_revision == app->revision)
		return app->base;
	relay_free(app->base_compiled);
	app->base_compiled = NULL;
	policy_free(app->base);
	app->base = NULL;
	if (app->revision &&
	    !store_revision(app->store, app->revision, &app->base, &err))
		app_fail(app, &err);
	app->base_revision = app->revision;
	return app->base;
}

const struct compiled *
app_base_compiled(struct app *app)
{
	const struct policy *base = app_base(app);

	if (base && !app->base_compiled)
		app->base_compiled = relay_compile(base);
	return app->base_compiled;
}

/* A policy that borrows: the draft's lists and this one server. */
enum openness
app_openness(struct app *app, const struct server *server)
{
	struct server copy = *server, *servers[] = { &copy };
	struct policy with = *app->draft;
	struct compiled *compiled;
	enum openness openness;

	with.servers = servers;
	with.server_count = 1;
	with.gateway_count = 0;
	compiled = relay_compile(&with);
	openness = openness_ask(relay_ruleset(compiled, copy.name));
	relay_free(compiled);
	return openness;
}

/* The place of the server in the draft, or the count. */
static size_t
server_place(const struct app *app, const char *name)
{
	size_t i = 0;

	while (i < app->draft->server_count &&
	    strcmp(app->draft->servers[i]->name, name) != 0)
		i++;
	return i;
}

const struct verdict *
app_verdict(struct app *app, const char *server)
{
	size_t place = server_place(app, server);

	if (app->verdicts && place < app->draft->server_count &&
	    app->verdicts[place].known)
		return &app->verdicts[place];
	app->wanted = true;
	return NULL;
}

const struct findings *
app_known_findings(struct app *app)
{
	if (app->checked)
		return &app->findings;
	app->wanted = true;
	return NULL;
}

static void
work_out(struct app *app, size_t place)
{
	const char *name = app->draft->servers[place]->name;
	const struct ruleset *rules = relay_ruleset(app_compiled(app), name);
	struct verdict *verdict = &app->verdicts[place];
	struct buf reach = { 0 };

	verdict->openness = openness_ask(rules);
	effect_add_reach(&reach, rules);
	verdict->reach = buf_take(&reach);
	verdict->known = true;
}

/* The next server to work out, the one that is looked at before others. */
static size_t
next_place(const struct app *app)
{
	size_t count = app->draft->server_count;
	size_t place = server_place(app, app->server);

	if (place < count && !app->verdicts[place].known)
		return place;
	for (place = 0; place < count && app->verdicts[place].known; place++)
		continue;
	return place;
}

/* --- how the draft differs from the last revision ---------------------- */

static char
mark_of(const void *was, bool differs)
{
	return !was ? '+' : differs ? '~' : ' ';
}

static void
mark_servers(struct app *app, const struct policy *base)
{
	const struct policy *draft = app->draft;
	size_t i;

	for (i = 0; i < draft->server_count; i++) {
		const struct server *now = draft->servers[i];
		const struct server *was = policy_server(base, now->name);

		app->marks[OBJECT_SERVER][i] =
		    mark_of(was, was && differ_servers(was, now));
	}
}

static void
mark_gateways(struct app *app, const struct policy *base)
{
	const struct policy *draft = app->draft;
	size_t i;

	for (i = 0; i < draft->gateway_count; i++) {
		const struct gateway *now = draft->gateways[i];
		const struct gateway *was = policy_gateway(base, now->name);

		app->marks[OBJECT_GATEWAY][i] =
		    mark_of(was, was && differ_gateways(was, now));
	}
}

static void
mark_lists(struct app *app, const struct policy *base)
{
	const struct policy *draft = app->draft;
	size_t i;

	for (i = 0; i < draft->list_count; i++) {
		const struct list *now = draft->lists[i];
		const struct list *was = policy_list(base, now->name);

		app->marks[OBJECT_LIST][i] =
		    mark_of(was, was && differ_lists(was, now));
	}
}

/* Without a revision everything would be new: no marks then. */
static void
mark_all(struct app *app)
{
	const struct policy *base = app_base(app), *draft = app->draft;

	app->marks[OBJECT_SERVER] = mem_new(draft->server_count, 1);
	app->marks[OBJECT_GATEWAY] = mem_new(draft->gateway_count, 1);
	app->marks[OBJECT_LIST] = mem_new(draft->list_count, 1);
	if (!base)
		return;
	mark_servers(app, base);
	mark_gateways(app, base);
	mark_lists(app, base);
}

char
app_mark(struct app *app, enum object_kind kind, const char *name)
{
	const struct policy *draft = app->draft;
	size_t i = 0;

	if (!app->marks[kind]) {
		app->wanted = true;
		return 0;
	}
	if (kind == OBJECT_SERVER)
		i = server_place(app, name);
	else if (kind == OBJECT_GATEWAY)
		while (strcmp(draft->gateways[i]->name, name) != 0)
			i++;
	else
		while (strcmp(draft->lists[i]->name, name) != 0)
			i++;
	return app->marks[kind][i];
}

bool
app_has_work(const struct app *app)
{
	return app->wanted || (app->depth && dialog_has_work(app_top(app)));
}

bool
app_work(struct app *app)
{
	size_t count = app->draft->server_count, place, i;

	if (app->depth && dialog_work(app_top(app)))
		return true;
	if (!app->wanted)
		return false;
	if (!app->verdicts)
		app->verdicts = mem_new(count, sizeof(*app->verdicts));
	place = next_place(app);
	if (place < count) {
		work_out(app, place);
	} else if (!app->checked) {
		app_findings(app);
	} else if (!app->marks[0]) {
		mark_all(app);
	} else {
		app->wanted = false;
		return false;
	}
	for (i = 0; i < app->depth; i++)
		app->stack[i]->stale = true;
	return true;
}

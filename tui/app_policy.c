#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "differ.h"
#include "policy/expire.h"
#include "policy/mem.h"
#include "store/names.h"
#include "store/shape.h"
#include "site_check.h"

const struct compiled *
app_compiled(struct app *app)
{
	if (app->compiled)
		return app->compiled;
	if (policy_has_expired(app->draft, store_now())) {
		app->judged = policy_copy(app->draft);
		policy_drop_expired(app->judged, store_now(), NULL);
	}
	app->compiled = relay_compile(app->judged ? app->judged : app->draft);
	return app->compiled;
}

const struct findings *
app_findings(struct app *app)
{
	if (app->checked)
		return &app->findings;
	site_check(relay_policy(app_compiled(app)), app_compiled(app),
	    &app->findings);
	findings_add_expiry(&app->findings, app->draft, store_now());
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

/* "lab, ours" */
static void
add_broken(struct buf *out, const struct findings *findings,
    const char *server)
{
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (finding->server && !strcmp(finding->server, server))
			buf_addf(out, "%s%s", out->len ? ", " : "",
			    strchr(finding->object, ':') + 1);
	}
}

void
app_add_broken(struct app *app, const char *server, struct buf *out)
{
	const struct findings *findings = app_known_findings(app);

	if (findings)
		add_broken(out, findings, server);
}

/* A policy that borrows: the draft's lists and invariants and this one
 * server. */
enum openness
app_judge(struct app *app, const struct server *server, struct buf *broken)
{
	struct server copy = *server, *servers[] = { &copy };
	struct policy with = *app->draft;
	struct compiled *compiled;
	struct findings findings;
	enum openness openness;

	with.servers = servers;
	with.server_count = 1;
	with.gateway_count = 0;
	compiled = relay_compile(&with);
	openness = openness_ask(relay_ruleset(compiled, copy.name));
	if (with.invariant_count) {
		findings_ask_invariants(&with, compiled, &findings);
		add_broken(broken, &findings, copy.name);
		findings_free(&findings);
	}
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
next_place(struct app *app)
{
	size_t count = app->draft->server_count;
	size_t place = server_place(app, app->server);

	if (place < count && !app->verdicts[place].known)
		return place;
	while (app->worked < count && app->verdicts[app->worked].known)
		app->worked++;
	return app->worked;
}

#define WORK_MS 20 /* a key may have to wait that long */

/* A few servers at once, so that very many do not each mean a picture. */
static void
work_out_some(struct app *app)
{
	int64_t start = loop_clock();
	size_t place;

	while ((place = next_place(app)) < app->draft->server_count) {
		work_out(app, place);
		if (loop_clock() - start >= WORK_MS)
			return;
	}
}

/* --- how the draft differs from the last revision ---------------------- */

static char
mark_of(const void *was, bool differs)
{
	return !was ? '+' : differs ? '~' : ' ';
}

static void
mark_kind(struct app *app, enum object_kind kind, const struct policy *base)
{
	const struct shape *shape = &shapes[kind];
	size_t count = shape->count(app->draft), place, i;
	struct names names;

	app->marks[kind] = mem_new(count, 1);
	if (!base)
		return;
	names_of(&names, shape, base);
	for (i = 0; i < count; i++) {
		const void *now = shape->at(app->draft, i), *was = NULL;

		place = names_find(&names, shape_name(shape, now));
		if (place != NAMES_NOWHERE)
			was = shape->at(base, place);
		app->marks[kind][i] =
		    mark_of(was, was && differ_objects(kind, was, now));
	}
	names_free(&names);
}

/* Without a revision everything would be new: no marks then. */
static void
mark_all(struct app *app)
{
	const struct policy *base = app_base(app);
	int kind;

	for (kind = 0; kind < KIND_COUNT; kind++)
		mark_kind(app, (enum object_kind)kind, base);
}

char
app_mark(struct app *app, enum object_kind kind, const char *name)
{
	const struct shape *shape = &shapes[kind];
	size_t i = 0;

	if (!app->marks[kind]) {
		app->wanted = true;
		return 0;
	}
	while (strcmp(shape_name(shape, shape->at(app->draft, i)), name) != 0)
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
	size_t count = app->draft->server_count, i;

	if (app->depth && dialog_work(app_top(app)))
		return true;
	if (!app->wanted)
		return false;
	if (!app->verdicts)
		app->verdicts = mem_new(count, sizeof(*app->verdicts));
	if (next_place(app) < count) {
		work_out_some(app);
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

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "command.h"
#include "few_edits.h"
#include "object.h"
#include "out.h"
#include "policy/invariant.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "show_sources.h"
#include "store/shape.h"

struct work {
	struct session *session;
	enum object_kind kind;
	const char *name;
	const char *preset; /* --preset, or NULL */
	bool sources;       /* --sources */
	int count;          /* words behind the name */
	char **words;
	struct policy *draft;
	int64_t head;
};

static bool
no_such(const struct work *w, struct err *err)
{
	return fail(err, "there is no %s %s", object_words[w->kind], w->name);
}

static bool
assign_all(struct work *w, void *object, bool fresh, struct err *err)
{
	for (int i = 0; i < w->count; i++) {
		bool ok = w->kind == OBJECT_GATEWAY &&
		        !strncmp(w->words[i], "ssh://", 6)
		    ? assign_ssh_url(object, w->words[i], err)
		    : assign_word(w->kind, object, w->draft, w->words[i], err);

		if (!ok)
			return fail_in(err, "%s %s", object_words[w->kind],
			    w->name);
	}
	return assign_settle(w->kind, object, fresh, w->words, w->count, err) ||
	    fail_in(err, "%s %s", object_words[w->kind], w->name);
}

static bool
save(struct work *w, const char *verb, const struct change *change,
    struct err *err)
{
	struct store *store = w->session->store;
	struct buf label = { 0 };
	struct few_edits few;
	bool ok;

	buf_addf(&label, "%s %s %s", verb, object_words[w->kind], w->name);
	ok = few_edits_find(&few, w->draft, change)
	    ? store_edit_entries(store, buf_text(&label), &few.edits,
	          &w->head, err)
	    : store_edit(store, buf_text(&label), change, 1, &w->head, err);
	if (ok && !w->session->json)
		out_line("%s", buf_text(&label));
	buf_free(&label);
	return ok;
}

static void *
new_object(const struct work *w)
{
	switch (w->kind) {
	case OBJECT_LIST:
		return list_new(w->name);
	case OBJECT_SERVER:
		return server_new(w->name);
	case OBJECT_INVARIANT:
		return invariant_new(w->name);
	case OBJECT_GATEWAY:
		break;
	}
	return gateway_new(w->name);
}

/* Has a new object of this kind a key that must be said? */
static bool
says_needed(const struct work *w, struct err *err)
{
	const char *key = shapes[w->kind].needed;

	if (!key)
		return true;
	for (int i = 0; i < w->count; i++)
		if (!strncmp(w->words[i], key, strlen(key)) &&
		    w->words[i][strlen(key)] == '=')
			return true;
	return fail_as(err, ERR_USAGE, "say of what kind: kind=never-relays, "
	    "only-relays, must-relay, widest-grant or domain-action");
}

static bool
object_add(struct work *w, struct err *err)
{
	const struct shape *shape = &shapes[w->kind];
	const struct preset *preset = w->preset ? preset_find(w->preset) : NULL;
	struct change change = { w->kind, NULL, NULL };
	void *object;
	bool ok;

	if (!name_check(w->name, strlen(w->name), err))
		return false;
	if (shape->find(w->draft, w->name))
		return fail(err, "there is %s %s %s already",
		    w->kind == OBJECT_INVARIANT ? "an" : "a",
		    object_words[w->kind], w->name);
	if (!says_needed(w, err))
		return false;
	if (w->preset && (!preset || w->kind != OBJECT_SERVER))
		return fail_as(err, ERR_USAGE,
		    "preset %s: a server can be standard, closed, submission, "
		    "device-relay or ims", w->preset);
	object = preset ? preset_server(preset, w->name) : new_object(w);
	ok = assign_all(w, object, true, err);
	change.object = object;
	ok = ok && save(w, "add", &change, err);
	shape->free(object);
	return ok;
}

static bool
object_set(struct work *w, struct err *err)
{
	const struct shape *shape = &shapes[w->kind];
	const void *before = shape->find(w->draft, w->name);
	struct change change = { w->kind, w->name, NULL };
	void *object;
	bool ok;

	if (!before)
		return no_such(w, err);
	if (!w->count)
		return fail_as(err, ERR_USAGE, "set what? write KEY=VALUE");
	object = shape->copy(before);
	change.object = object;
	ok = assign_all(w, object, false, err) && save(w, "set", &change, err);
	shape->free(object);
	return ok;
}

static bool
object_remove(struct work *w, struct err *err)
{
	struct change change = { w->kind, w->name, NULL };

	if (!shapes[w->kind].find(w->draft, w->name))
		return no_such(w, err);
	if (w->count)
		return fail_as(err, ERR_USAGE,
		    "remove takes a name and nothing else");
	return save(w, "remove", &change, err);
}

static void
print_object(const struct work *w, const void *object)
{
	struct buf text = { 0 };

	shape_add(&text, &shapes[w->kind], object, 0, true);
	if (text.len && text.data[text.len - 1] != '\n')
		buf_addc(&text, '\n');
	out_text(&text);
	buf_free(&text);
}

static bool
object_show(struct work *w, struct err *err)
{
	const struct shape *shape = &shapes[w->kind];
	const void *object;

	if (!w->name) {
		for (size_t i = 0; i < shape->count(w->draft); i++)
			out_line("%s",
			    shape_name(shape, shape->at(w->draft, i)));
		return true;
	}
	object = shape->find(w->draft, w->name);
	if (!object)
		return no_such(w, err);
	if (w->sources && w->kind != OBJECT_LIST && w->kind != OBJECT_SERVER)
		return fail_as(err, ERR_USAGE,
		    "--sources is for lists and servers");
	if (w->sources)
		return show_sources(w->session, w->draft, w->kind, w->name,
		    err);
	print_object(w, object);
	return true;
}

static const struct {
	const char *word;
	bool (*run)(struct work *w, struct err *err);
} verbs[] = {
	{ "add", object_add, },
	{ "set", object_set, },
	{ "remove", object_remove, },
	{ "show", object_show, },
};

static bool
run_verb(struct work *w, const char *word, struct err *err)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].word, word) != 0)
			continue;
		if (!w->name && verbs[i].run != object_show)
			return usage_error(err, object_words[w->kind],
			    "a NAME is needed");
		if (!session_open(w->session, STORE_WRITE, err) ||
		    !store_draft(w->session->store, &w->draft, &w->head, err))
			return false;
		return verbs[i].run(w, err);
	}
	return usage_error(err, object_words[w->kind], "no such verb");
}

bool
object_command(struct session *session, enum object_kind kind, int argc,
    char **argv, struct err *err)
{
	static const struct option options[] = {
		{ "preset", required_argument, NULL, 'p' },
		{ "sources", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	struct work w = { .session = session, .kind = kind };
	bool ok;
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		if (c == 's')
			w.sources = true;
		else
			w.preset = optarg;
	}
	if (optind == argc)
		return usage_error(err, argv[0], "a verb is needed");
	if (optind + 1 < argc)
		w.name = argv[optind + 1];
	w.count = argc > optind + 2 ? argc - optind - 2 : 0;
	w.words = argv + optind + 2;
	ok = run_verb(&w, argv[optind], err);
	policy_free(w.draft);
	return ok;
}

COMMAND(server)
{
	*status = 0;
	return object_command(session, OBJECT_SERVER, argc, argv, err);
}

COMMAND(invariant)
{
	*status = 0;
	return object_command(session, OBJECT_INVARIANT, argc, argv, err);
}

COMMAND(list)
{
	*status = 0;
	return object_command(session, OBJECT_LIST, argc, argv, err);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "changes.h"
#include "command.h"
#include "out.h"
#include "policy/mem.h"
#include "store/shape.h"
#include "taking.h"

struct draft_options {
	const char *note, *name;
	bool over, dry_run;
	int count; /* objects behind the name */
	char **words;
};

/* --- draft, draft list -------------------------------------------------- */

static json_t *
aside_json(const struct aside *a)
{
	struct buf time = { 0 };
	json_t *json;

	add_time(&time, a->time);
	json = json_pack("{s:s,s:s,s:s,s:s,s:I}", "name", a->name, "time",
	    buf_text(&time), "author", a->author, "note", a->note, "objects",
	    (json_int_t)a->objects);
	buf_free(&time);
	return json;
}

static void
print_aside(const struct aside *a)
{
	struct buf line = { 0 };

	buf_addf(&line, "%s  ", a->name);
	add_time(&line, a->time);
	buf_addf(&line, "  %s  %zu object%s%s%s\n", a->author, a->objects,
	    a->objects == 1 ? "" : "s", *a->note ? "  " : "", a->note);
	out_text(&line);
	buf_free(&line);
}

static bool
list_asides(struct session *session, const struct draft_options *o,
    int *status, struct err *err)
{
	struct aside *asides;
	size_t count;
	json_t *all;

	(void)o;
	(void)status;
	if (!store_asides(session->store, &asides, &count, err))
		return false;
	all = json_array();
	for (size_t i = 0; i < count; i++) {
		json_array_append_new(all, aside_json(&asides[i]));
		if (!session->json)
			print_aside(&asides[i]);
	}
	if (!session->json && !count)
		out_note("nothing is set aside; relayadm draft park NAME does");
	asides_free(asides, count);
	if (session->json)
		out_json(all);
	else
		json_decref(all);
	return true;
}

/* --- draft park ---------------------------------------------------------- */

/* "server:internet" */
static bool
parse_object(struct object_name *object, const char *word, struct err *err)
{
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		size_t len = strlen(object_words[kind]);

		if (strncmp(word, object_words[kind], len) || word[len] != ':')
			continue;
		*object = (struct object_name){ (enum object_kind)kind,
			word + len + 1 };
		return true;
	}
	return fail(err, "%.100s: an object is list:NAME, server:NAME, "
	    "gateway:NAME or invariant:NAME", word);
}

static bool
park(struct session *session, const struct draft_options *o, int *status,
    struct err *err)
{
	struct object_name *objects =
	    mem_new((size_t)o->count + 1, sizeof(*objects));
	int64_t head;
	bool ok = true;

	(void)status;
	for (int i = 0; ok && i < o->count; i++)
		ok = parse_object(&objects[i], o->words[i], err);
	ok = ok && store_head(session->store, &head, err) &&
	    store_set_aside(session->store, o->name, o->note, objects,
	        (size_t)o->count, &head, err);
	free(objects);
	if (ok && session->json)
		out_json(json_pack("{s:s}", "parked", o->name));
	else if (ok)
		out_line("set aside as %s; relayadm draft take %s brings it "
		    "back", o->name, o->name);
	return ok;
}

/* --- draft show, take ---------------------------------------------------- */

struct work {
	int64_t id, head;
	struct policy *draft;
	struct taking taking;
};

static bool
begin(struct work *w, struct session *session, const struct draft_options *o,
    struct err *err)
{
	struct aside_object *objects;
	size_t count;

	if (!store_draft(session->store, &w->draft, &w->head, err))
		return false;
	if (!store_aside_find(session->store, o->name, &w->id, err) ||
	    !store_aside_objects(session->store, w->id, &objects, &count,
	        err)) {
		policy_free(w->draft);
		return false;
	}
	taking_make(&w->taking, objects, count, w->draft, o->over);
	return true;
}

static void
end(struct work *w)
{
	taking_free(&w->taking);
	policy_free(w->draft);
}

static json_t *
taking_json(const struct taking *taking)
{
	json_t *all = json_array();

	for (size_t i = 0; i < taking->count; i++) {
		const struct taking_row *row = &taking->rows[i];

		json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:s?}",
		    "kind", object_words[row->object->kind], "name",
		    row->object->name, "becomes", taking_words[row->way],
		    "why", row->why));
	}
	return all;
}

static void
print_taking(const struct taking *taking)
{
	struct buf text = { 0 };

	taking_add_all(&text, taking, false);
	out_text(&text);
	buf_free(&text);
}

static bool
show(struct session *session, const struct draft_options *o, int *status,
    struct err *err)
{
	struct buf text = { 0 };
	struct work w;

	(void)status;
	if (!begin(&w, session, o, err))
		return false;
	if (session->json)
		out_json(taking_json(&w.taking));
	else
		taking_add_all(&text, &w.taking, true);
	out_text(&text);
	buf_free(&text);
	end(&w);
	return true;
}

/* Who gains and who loses by it. */
static void
print_effect(const struct work *w, bool json)
{
	struct policy *after = taking_policy(&w->taking, w->draft);

	changes_print(w->draft, after, json);
	policy_free(after);
}

static bool
take_up(struct session *session, struct work *w, const struct draft_options *o,
    struct err *err)
{
	struct buf label = { 0 };
	bool ok;

	buf_addf(&label, "take up %s", o->name);
	ok = store_take_aside(session->store, w->id, buf_text(&label),
	    w->taking.changes, w->taking.change_count, &w->head, err);
	buf_free(&label);
	if (ok && !session->json)
		out_line("the draft has it again; next: relayadm diff");
	return ok;
}

static bool
take(struct session *session, const struct draft_options *o, int *status,
    struct err *err)
{
	struct work w;
	bool ok = true;

	if (!begin(&w, session, o, err))
		return false;
	if (session->json)
		out_json(taking_json(&w.taking));
	else
		print_taking(&w.taking);
	if (w.taking.clashes && !o->over) {
		*status = 1;
		out_note("nothing is taken: --over lets what was set aside "
		    "count where it clashes");
	} else if (o->dry_run) {
		print_effect(&w, session->json);
	} else {
		ok = take_up(session, &w, o, err);
	}
	end(&w);
	return ok;
}

/* --- draft drop ---------------------------------------------------------- */

static bool
drop(struct session *session, const struct draft_options *o, int *status,
    struct err *err)
{
	int64_t id;

	(void)status;
	if (!store_aside_find(session->store, o->name, &id, err) ||
	    !store_drop_aside(session->store, id, err))
		return false;
	if (session->json)
		out_json(json_pack("{s:s}", "dropped", o->name));
	else
		out_line("dropped %s", o->name);
	return true;
}

/* --- the command --------------------------------------------------------- */

static const struct verb {
	const char *word;
	bool (*run)(struct session *session, const struct draft_options *o,
	    int *status, struct err *err);
	bool named, objects;
} verbs[] = {
	{ "list", list_asides, false, false, },
	{ "park", park, true, true, },
	{ "show", show, true, false, },
	{ "take", take, true, false, },
	{ "drop", drop, true, false, },
	{ NULL, NULL, false, false, },
};

static bool
read_options(struct session *session, int argc, char **argv,
    struct draft_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "message", required_argument, NULL, 'm' },
		{ "over", no_argument, NULL, 'o' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		if (c == 'm')
			o->note = optarg;
		else if (c == 'o')
			o->over = true;
		else
			o->dry_run = true;
	}
	return true;
}

static bool
check_words(const struct verb *verb, int count, struct err *err)
{
	if (!verb->word)
		return usage_error(err, "draft",
		    "list, park, show, take or drop");
	if (verb->named && count < 2)
		return usage_error(err, "draft", "a NAME is needed");
	if (!verb->objects && count > 1 + verb->named)
		return usage_error(err, "draft", "there are too many words");
	return true;
}

COMMAND(draft)
{
	struct draft_options o = { .note = "" };
	const struct verb *verb = verbs;
	int count;

	*status = 0;
	if (!read_options(session, argc, argv, &o, err))
		return false;
	count = argc - optind;
	while (count && verb->word && strcmp(verb->word, argv[optind]) != 0)
		verb++;
	if (!check_words(verb, count, err))
		return false;
	if (verb->named)
		o.name = argv[optind + 1];
	o.count = count > 2 ? count - 2 : 0;
	o.words = argv + optind + 2;
	return session_open(session, STORE_WRITE, err) &&
	    verb->run(session, &o, status, err);
}

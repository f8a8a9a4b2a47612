#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "command.h"
#include "out.h"
#include "policy/field.h"
#include "policy/name.h"
#include "policy/mem.h"
#include "store/import.h"
#include "store/target.h"

enum import_mode {
	IMPORT_ADD,
	IMPORT_REPLACE,
	IMPORT_REMOVE,
};

struct import_options {
	const char *file, *into, *format, *comment, *rejects;
	enum import_mode mode;
	bool dry_run, widen, skip_bad;
};

struct importing {
	struct session *session;
	const struct import_options *options;
	struct target target;
	struct policy *draft;
	int64_t head;
	struct import import;
};

static bool
show_progress(size_t done, size_t total, void *context)
{
	(void)context;
	out_progress("import", done, total);
	return true;
}

/* --- the object that is changed ---------------------------------------- */

/* A copy of it, new when a list is missing; *was_there says which. */
static void *
copy_object(const struct importing *i, bool *was_there)
{
	const struct list *list;

	*was_there = true;
	if (!i->target.is_list)
		return server_copy(policy_server(i->draft, i->target.name));
	list = policy_list(i->draft, i->target.name);
	*was_there = list != NULL;
	return list ? list_copy(list) : list_new(i->target.name);
}

static void
free_object(const struct importing *i, void *object)
{
	if (i->target.is_list)
		list_free(object);
	else
		server_free(object);
}

static struct entries *
object_entries(const struct importing *i, void *object)
{
	if (i->target.is_list)
		return &((struct list *)object)->entries;
	return slot_entries(i->target.slot, object);
}

static bool
check_entries(const struct importing *i, struct err *err)
{
	const struct entries *e = &i->import.entries;
	size_t first = e->v4_count + e->v6_count;
	struct entry entry;

	for (size_t n = first; n < entries_count(e); n++) {
		entries_at(e, n, &entry);
		if (i->target.is_list && entry.kind == ENTRY_LIST)
			return fail(err,
			    "list:%s: lists do not include lists", entry.name);
		if (!i->target.is_list &&
		    !slot_check(i->target.slot, i->draft, &entry, err))
			return false;
	}
	return true;
}

static void
apply_entries(struct entries *to, const struct entries *from,
    enum import_mode mode)
{
	struct entry entry;

	if (mode == IMPORT_REPLACE)
		entries_free(to);
	for (size_t n = 0; n < entries_count(from); n++) {
		entries_at(from, n, &entry);
		if (mode == IMPORT_REMOVE)
			entries_remove(to, &entry);
		else
			entries_append(to, &entry);
	}
	if (mode != IMPORT_REMOVE)
		entries_settle(to);
}

/* --- what is said about it --------------------------------------------- */

static bool
write_rejects(const char *path, const struct import *import, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok;

	if (!f)
		return fail_as(err, ERR_INPUT, "%s: %s", path,
		    strerror(errno));
	for (size_t n = 0; n < import->bad_count; n++)
		fprintf(f, "# line %zu: %s\n%s\n", import->bad[n].number,
		    import->bad[n].reason, import->bad[n].text);
	ok = !ferror(f);
	if (fclose(f) != 0 || !ok)
		return fail_as(err, ERR_INPUT, "%s: %s", path,
		    strerror(errno));
	return true;
}

static void
say_bad_lines(const struct importing *i)
{
	for (size_t n = 0; n < i->import.bad_count && n < 20; n++)
		out_note("%s: line %zu: %s", i->options->file,
		    i->import.bad[n].number, i->import.bad[n].reason);
	if (i->import.bad_count > 20)
		out_note("%s: %zu more bad lines", i->options->file,
		    i->import.bad_count - 20);
}

static json_t *
bad_json(const struct import *import)
{
	json_t *all = json_array();

	for (size_t n = 0; n < import->bad_count; n++)
		json_array_append_new(all,
		    json_pack("{s:I,s:s}", "line",
		        (json_int_t)import->bad[n].number, "reason",
		        import->bad[n].reason));
	return all;
}

static void
report(const struct importing *i, size_t before, size_t after)
{
	const struct import *m = &i->import;

	if (i->session->json) {
		out_json(json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:o,s:I,s:I,s:b}",
		    "format", m->format, "lines", (json_int_t)m->lines, "new",
		    (json_int_t)m->added, "known", (json_int_t)m->known,
		    "repeated", (json_int_t)m->repeated, "blank",
		    (json_int_t)m->blank, "bad", bad_json(m), "before",
		    (json_int_t)before, "after", (json_int_t)after, "applied",
		    !i->options->dry_run));
		return;
	}
	out_line("%zu lines read as %s: %zu new, %zu known, %zu twice in the "
	    "file, %zu bad, %zu comments and blank",
	    m->lines, m->format, m->added, m->known, m->repeated,
	    m->bad_count, m->blank);
	out_line("%s: %zu entries before, %zu %s", i->options->into, before,
	    after, i->options->dry_run ? "after (nothing was changed)"
	                               : "now; next: relayadm check");
}

/* --- the import -------------------------------------------------------- */

static bool
judge(struct importing *i, struct err *err)
{
	const struct import_options *o = i->options;
	struct import_rules rules = { .format = o->format, .widen = o->widen,
		.comment = o->comment, .progress = show_progress };
	const struct entries *present = target_entries(&i->target, i->draft);
	static const struct entries none;
	struct buf text = { 0 };
	bool ok = import_read_file(&text, o->file, err) &&
	    import_judge(&i->import, buf_text(&text), text.len, &rules,
	        present ? present : &none, err);

	out_progress_end();
	buf_free(&text);
	if (!ok)
		return fail_in(err, "%s", o->file);
	if (o->rejects && i->import.bad_count &&
	    !write_rejects(o->rejects, &i->import, err))
		return false;
	say_bad_lines(i);
	if (i->import.bad_count && !o->skip_bad)
		return fail(err, "%s: %zu bad lines, nothing was imported; "
		    "mend them or say --skip-bad", o->file,
		    i->import.bad_count);
	return true;
}

static bool
store_object(struct importing *i, const void *object, bool was_there,
    struct err *err)
{
	static const char *const verbs[] = { "import", "import, replacing,",
		"import, removing," };
	struct change change = {
		i->target.is_list ? OBJECT_LIST : OBJECT_SERVER,
		was_there ? i->target.name : NULL, object,
	};
	struct buf label = { 0 };
	bool ok;

	buf_addf(&label, "%s %s into %s", verbs[i->options->mode],
	    strcmp(i->options->file, "-") ? i->options->file
	                                  : "standard input",
	    i->options->into);
	ok = store_edit(i->session->store, buf_text(&label), &change, 1,
	    &i->head, err);
	buf_free(&label);
	return ok;
}

static bool
apply(struct importing *i, struct err *err)
{
	bool was_there, ok = check_entries(i, err);
	void *object;
	struct entries *entries;
	size_t before;

	if (!ok)
		return false;
	object = copy_object(i, &was_there);
	entries = object_entries(i, object);
	before = entries_count(entries);
	apply_entries(entries, &i->import.entries, i->options->mode);
	if (!i->options->dry_run)
		ok = store_object(i, object, was_there, err);
	if (ok)
		report(i, before, entries_count(entries));
	free_object(i, object);
	return ok;
}

static bool
check_target(struct importing *i, struct err *err)
{
	if (!target_parse(&i->target, i->options->into, err))
		return false;
	if (i->target.is_routing)
		return fail(err, "%s: a routing list is not filled from a "
		    "list of entries; use relayadm server set %s "
		    "'routing+=DOMAIN ACTION'", i->options->into,
		    i->target.name);
	if (!i->target.is_list && !policy_server(i->draft, i->target.name))
		return fail(err, "there is no server %s", i->target.name);
	return true;
}

static bool
read_options(struct session *session, int argc, char **argv,
    struct import_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "into", required_argument, NULL, 'i' },
		{ "format", required_argument, NULL, 'f' },
		{ "comment", required_argument, NULL, 'c' },
		{ "rejects", required_argument, NULL, 'r' },
		{ "replace", no_argument, NULL, 'R' },
		{ "remove", no_argument, NULL, 'D' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "widen", no_argument, NULL, 'w' },
		{ "skip-bad", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		switch (c) {
		case 'i': o->into = optarg; break;
		case 'f': o->format = optarg; break;
		case 'c': o->comment = optarg; break;
		case 'r': o->rejects = optarg; break;
		case 'R': o->mode = IMPORT_REPLACE; break;
		case 'D': o->mode = IMPORT_REMOVE; break;
		case 'n': o->dry_run = true; break;
		case 'w': o->widen = true; break;
		case 's': o->skip_bad = true; break;
		default: return false;
		}
	}
	if (optind + 1 != argc || !o->into)
		return usage_error(err, "import",
		    "one FILE and --into TARGET are needed");
	if (o->format && !strcmp(o->format, "auto"))
		o->format = NULL;
	o->file = argv[optind];
	return true;
}

COMMAND(import)
{
	struct import_options options = { 0 };
	struct importing i = { .session = session, .options = &options };
	bool ok;

	*status = 0;
	ok = read_options(session, argc, argv, &options, err) &&
	    session_open(session, STORE_WRITE, err) &&
	    store_draft(session->store, &i.draft, &i.head, err) &&
	    check_target(&i, err) && judge(&i, err) && apply(&i, err);
	import_free(&i.import);
	policy_free(i.draft);
	return ok;
}

/* --- export ------------------------------------------------------------ */

static bool
export_routing(const struct policy *policy, const struct target *target,
    struct buf *out, struct err *err)
{
	const struct server *s = policy_server(policy, target->name);

	if (!s)
		return fail(err, "there is no server %s", target->name);
	for (size_t n = 0; n < s->route_count; n++) {
		const struct route *r = &s->routes[n];

		route_add(out, r);
		buf_addf(out, " %s", action_words[r->action]);
		buf_add(out, r->next_hop ? " " : "");
		route_add_next_hop(out, r);
		buf_addc(out, '\n');
	}
	return true;
}

static bool
export_target(struct policy *policy, const char *text, const char *format,
    bool merged, struct err *err)
{
	struct target target;
	const struct entries *entries;
	struct buf out = { 0 };
	bool ok;

	if (!target_parse(&target, text, err))
		return false;
	entries = target_entries(&target, policy);
	if (target.is_routing)
		ok = export_routing(policy, &target, &out, err);
	else if (!entries)
		ok = fail(err, "%s: there is no such %s", text,
		    target.is_list ? "list" : "server");
	else
		ok = export_entries(&out, entries, format, merged, err);
	if (ok)
		out_text(&out);
	buf_free(&out);
	return ok;
}

COMMAND(export)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "merged", no_argument, NULL, 'M' },
		{ "rev", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	const char *format = NULL;
	struct policy *policy = NULL;
	bool merged = false, ok;
	int64_t rev = 0;
	int c;

	*status = 0;
	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?' || (c == 'r' && !option_number(optarg, &rev, err)))
			return false;
		if (c == 'f')
			format = optarg;
		else if (c == 'M')
			merged = true;
	}
	if (optind + 1 != argc)
		return usage_error(err, "export", "one TARGET is needed");
	ok = session_policy(session, rev, &policy, err) &&
	    export_target(policy, argv[optind], format, merged, err);
	policy_free(policy);
	return ok;
}

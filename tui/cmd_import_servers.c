#include "config.h"

#include <string.h>

#include <jansson.h>

#include "changes.h"
#include "import_servers.h"
#include "out.h"
#include "store/document.h"

struct coming {
	struct session *session;
	const struct servers_options *options;
	struct policy *before, *after;
	int64_t head;
	struct import notes;
};

/* --- what is said ------------------------------------------------------- */

static void
say_lines(const struct coming *c, const struct bad_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out_note("%s: line %zu: %s%s%s", c->options->file,
		    lines[i].number, lines[i].text,
		    lines[i].text[0] ? ": " : "", lines[i].reason);
}

static json_t *
lines_json(const struct bad_line *lines, size_t count)
{
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(all, json_pack("{s:I,s:s,s:s}", "line",
		    (json_int_t)lines[i].number, "text", lines[i].text,
		    "reason", lines[i].reason));
	return all;
}

/* A server of the file is new, or is not what it was. */
static bool
has_come(const struct coming *c, size_t place)
{
	const struct server *now = c->after->servers[place];
	const struct server *was = policy_server(c->before, now->name);
	struct policy *one = policy_new(), *other = policy_new();
	bool come = !was;

	if (was) {
		policy_add_server(one, server_copy(was));
		policy_add_server(other, server_copy(now));
		come = !document_same(one, other);
	}
	policy_free(one);
	policy_free(other);
	return come;
}

static void
report_json(const struct coming *c)
{
	const struct import *m = &c->notes;
	json_t *names = json_array();

	for (size_t i = 0; i < c->after->server_count; i++)
		if (has_come(c, i))
			json_array_append_new(names,
			    json_string(c->after->servers[i]->name));
	out_json(json_pack("{s:s,s:s?,s:b,s:o,s:o,s:o,s:o}", "format",
	    m->format, "why", m->why, "applied", !c->options->dry_run,
	    "servers", names, "bad", lines_json(m->bad, m->bad_count), "left",
	    lines_json(m->left, m->left_count), "difference",
	    changes_json(c->before, c->after)));
}

static void
report_text(const struct coming *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->after->server_count; i++) {
		const char *name = c->after->servers[i]->name;

		if (!has_come(c, i))
			continue;
		count++;
		out_line("server %s: %s", name, policy_server(c->before, name)
		    ? "changed" : "new");
	}
	if (!count)
		out_line("nothing to change: the draft has these servers");
	else if (c->options->dry_run)
		changes_print(c->before, c->after, false);
	if (count)
		out_line("%zu servers read as %s; %s", count, c->notes.format,
		    c->options->dry_run ? "nothing was changed"
		                        : "next: relayadm check");
}

/* --- what is done ------------------------------------------------------- */

static bool
read_servers(struct coming *c, struct err *err)
{
	const struct servers_options *o = c->options;
	struct buf text = { 0 };
	bool ok;

	ok = import_read_file(&text, o->file, err);
	if (ok) {
		c->after = policy_copy(c->before);
		ok = import_servers(c->after, buf_text(&text), text.len,
		    o->rules, &c->notes, err) || fail_in(err, "%s", o->file);
	}
	buf_free(&text);
	if (!ok)
		return false;
	if (!c->session->json) {
		say_lines(c, c->notes.bad, c->notes.bad_count);
		say_lines(c, c->notes.left, c->notes.left_count);
	}
	if (c->notes.bad_count && !o->skip_bad)
		return fail(err, "%s: %zu values are wrong, nothing was "
		    "imported; mend them or say --skip-bad", o->file,
		    c->notes.bad_count);
	return true;
}

static bool
store_servers(struct coming *c, struct err *err)
{
	const char *file = c->options->file;
	struct buf label = { 0 };
	bool ok = true;

	buf_addf(&label, "import %s as servers",
	    strcmp(file, "-") ? file : "standard input");
	if (!c->options->dry_run && !document_same(c->before, c->after))
		ok = store_replace(c->session->store, buf_text(&label),
		    c->after, &c->head, err);
	buf_free(&label);
	return ok;
}

bool
import_as_servers(struct session *session,
    const struct servers_options *options, struct err *err)
{
	struct coming c = { .session = session, .options = options };
	bool ok = session_open(session, STORE_WRITE, err) &&
	    store_draft(session->store, &c.before, &c.head, err) &&
	    read_servers(&c, err) && store_servers(&c, err);

	if (ok && session->json)
		report_json(&c);
	else if (ok)
		report_text(&c);
	import_free(&c.notes);
	policy_free(c.before);
	policy_free(c.after);
	return ok;
}

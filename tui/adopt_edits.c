#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "adopt_edits.h"
#include "out.h"
#include "policy/mem.h"
#include "remote/drift_edit.h"

bool
edits_find(const struct edits_asked *a, struct gateway_status *status,
    struct err *err)
{
	return status_ask(a->gateway, a->pins, NULL, status, err) ||
	    fail_in(err, "gateway %s", a->gateway->name);
}

/* --- what is said ------------------------------------------------------ */

/* "... /PATH was changed", of a file that was read back. */
static bool
was_read(const char *sentence, const struct fetched_files *files)
{
	struct buf end = { 0 };
	bool read = false;

	for (size_t i = 0; !read && i < files->count; i++) {
		size_t len = strlen(sentence);

		buf_clear(&end);
		buf_addf(&end, "/%s was changed", files->items[i].path);
		read = len > end.len &&
		    !strcmp(sentence + len - end.len, end.data);
	}
	buf_free(&end);
	return read;
}

static void
note_others(struct drift_edit *edit, const struct gateway_status *status,
    const struct fetched_files *files)
{
	for (size_t i = 0; i < status->drift_count; i++)
		if (!was_read(status->drift[i], files))
			buf_addf(&edit->notes, "not taken over: %s\n",
			    status->drift[i]);
}

static void
print_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		out_note("%.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void
print_text(const struct edits_asked *a, const struct drift_edit *edit)
{
	const char *name = a->gateway->name;

	if (edit->taken.len)
		out_line("%s, by hand:\n%s", name, buf_text(&edit->taken));
	else
		out_line("%s: what was changed by hand alters nothing for "
		    "any client or domain", name);
	print_lines(buf_text(&edit->notes));
	if (a->dry_run)
		out_line("nothing was changed");
	else if (edit->count)
		out_line("it is in the draft now; next: relayadm check, "
		    "commit, then push --force %s, which writes it anew",
		    name);
	else
		out_line("nothing of it is for the draft; push --force %s "
		    "overwrites it", name);
}

static void
print_json(const struct edits_asked *a, const struct drift_edit *edit)
{
	json_t *servers = json_array();

	for (size_t i = 0; i < edit->count; i++)
		json_array_append_new(servers,
		    json_string(edit->servers[i]->name));
	out_json(json_pack("{s:s,s:o,s:s,s:s}", "gateway", a->gateway->name,
	    "servers", servers, "taken", buf_text(&edit->taken), "left",
	    buf_text(&edit->notes)));
}

/* --- the edit ---------------------------------------------------------- */

static bool
save(const struct edits_asked *a, const struct drift_edit *edit,
    struct err *err)
{
	struct change *changes;
	struct buf label = { 0 };
	int64_t head = a->head;
	bool ok;

	if (a->dry_run || !edit->count)
		return true;
	changes = mem_new(edit->count, sizeof(*changes));
	for (size_t i = 0; i < edit->count; i++)
		changes[i] = (struct change){ OBJECT_SERVER,
			edit->servers[i]->name, edit->servers[i] };
	buf_addf(&label, "adopt what was changed by hand on gateway %s",
	    a->gateway->name);
	ok = store_edit(a->session->store, buf_text(&label), changes,
	    edit->count, &head, err);
	buf_free(&label);
	free(changes);
	return ok;
}

/* Against the policy that was pushed. */
static bool
make(const struct edits_asked *a, const struct gateway_status *status,
    const struct policy *pushed, const struct fetched_files *files,
    struct err *err)
{
	struct drift_edit edit = { .count = 0 };
	struct site site = { .policy = pushed,
		.gateway = policy_gateway(pushed, a->gateway->name) };
	struct compiled *compiled;
	bool ok;

	if (!site.gateway)
		return fail_as(err, ERR_NO, "revision %lld has no gateway %s",
		    (long long)status->revision, a->gateway->name);
	site.compiled = compiled = relay_compile(pushed);
	ok = drift_edit_make(&edit, &site, a->draft, files, err);
	if (ok)
		note_others(&edit, status, files);
	ok = ok && save(a, &edit, err);
	if (ok && a->session->json)
		print_json(a, &edit);
	else if (ok)
		print_text(a, &edit);
	relay_free(compiled);
	drift_edit_free(&edit);
	return ok;
}

bool
edits_take(const struct edits_asked *a, const struct gateway_status *status,
    struct err *err)
{
	struct fetched_files files = { 0 };
	struct policy *pushed = NULL;
	bool ok = store_revision(a->session->store, status->revision, &pushed,
	              err) &&
	    files_in_force(a->gateway, a->pins, NULL, &files, err) &&
	    make(a, status, pushed, &files, err);

	fetched_free(&files);
	policy_free(pushed);
	return ok;
}

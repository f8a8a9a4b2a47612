#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command.h"
#include "out.h"
#include "policy/mem.h"
#include "store/document.h"
#include "store/import.h"

static bool
read_document(struct policy **policy, const char *path, bool merge,
    struct err *err)
{
	struct buf text = { 0 };
	bool ok = import_read_file(&text, path, err);

	if (ok && merge)
		ok = document_merge(*policy, buf_text(&text), text.len, err);
	else if (ok)
		ok = document_read(policy, buf_text(&text), text.len, err);
	buf_free(&text);
	if (!ok)
		return fail_in(err, "%s", path);
	return true;
}

static void
report_load(const struct session *session, const struct policy *p,
    bool changed)
{
	if (session->json)
		out_json(json_pack("{s:b,s:i,s:i,s:i,s:i}", "changed",
		    changed, "lists", (int)p->list_count, "servers",
		    (int)p->server_count, "gateways", (int)p->gateway_count,
		    "invariants", (int)p->invariant_count));
	else if (!changed)
		out_line("nothing to change: the draft is that already");
	else
		out_line("draft: %zu lists, %zu servers, %zu gateways, "
		    "%zu invariants; next: relayadm check",
		    p->list_count, p->server_count, p->gateway_count,
		    p->invariant_count);
}

/* Stores what the file makes of the draft, unless that is the draft. */
static bool
load_draft(struct session *session, const char *path, bool merge,
    struct err *err)
{
	struct policy *now = NULL, *then = NULL;
	struct buf label = { 0 };
	bool ok, changed = false;
	int64_t head;

	ok = store_draft(session->store, &now, &head, err);
	if (ok && merge)
		then = policy_copy(now);
	ok = ok && read_document(&then, path, merge, err);
	if (ok && !document_same(now, then)) {
		buf_addf(&label, "%s %s", merge ? "merge" : "load",
		    strcmp(path, "-") ? path : "standard input");
		changed = ok = store_replace(session->store, buf_text(&label),
		    then, &head, err);
	}
	if (ok)
		report_load(session, then, changed);
	policy_free(now);
	policy_free(then);
	buf_free(&label);
	return ok;
}

COMMAND(load)
{
	static const struct option options[] = {
		{ "merge", no_argument, NULL, 'M' },
		{ NULL, 0, NULL, 0 },
	};
	bool merge = false;
	int c;

	*status = 0;
	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		merge = true;
	}
	if (optind + 1 != argc)
		return usage_error(err, "load", "one FILE is needed");
	return session_open(session, STORE_WRITE, err) &&
	    load_draft(session, argv[optind], merge, err);
}

COMMAND(dump)
{
	static const struct option options[] = {
		{ "draft", no_argument, NULL, 'd' },
		{ NULL, 0, NULL, 0 },
	};
	struct policy *policy = NULL;
	struct buf text = { 0 };
	int64_t rev = 0;
	bool draft = false;
	int c;

	*status = 0;
	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		draft = true;
	}
	if (optind + 1 < argc || (draft && optind < argc))
		return usage_error(err, "dump", "one revision, or none");
	if (optind < argc && !option_number(argv[optind], &rev, err))
		return false;
	if (!session_policy(session, rev, &policy, err))
		return false;
	document_add(&text, policy);
	out_text(&text);
	buf_free(&text);
	policy_free(policy);
	return true;
}

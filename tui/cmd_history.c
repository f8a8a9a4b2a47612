#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "changes.h"
#include "command.h"
#include "out.h"
#include "policy/mem.h"
#include "store/approval.h"

static bool
no_arguments(struct session *session, int argc, char **argv, struct err *err)
{
	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	if (optind < argc)
		return usage_error(err, argv[0], "no argument is taken");
	return true;
}

/* --- undo, redo -------------------------------------------------------- */

static void
report_step(const struct session *session, const char *verb,
    const char *label)
{
	if (session->json)
		out_json(json_pack("{s:s}", verb, label));
	else
		out_line("%s: %s", verb, label);
}

COMMAND(undo)
{
	char *label = NULL;
	int64_t head;

	*status = 0;
	if (!no_arguments(session, argc, argv, err) ||
	    !session_open(session, STORE_WRITE, err) ||
	    !store_undo(session->store, &label, &head, err))
		return false;
	report_step(session, "undone", label);
	free(label);
	return true;
}

COMMAND(redo)
{
	char *label = NULL;
	int64_t head;

	*status = 0;
	if (!no_arguments(session, argc, argv, err) ||
	    !session_open(session, STORE_WRITE, err) ||
	    !store_redo(session->store, &label, &head, err))
		return false;
	report_step(session, "done again", label);
	free(label);
	return true;
}

/* --- commit ------------------------------------------------------------ */

struct commit_options {
	const char *message, *ticket;
	const char *overrides[32];
	size_t count;
};

static bool
read_commit(struct session *session, int argc, char **argv,
    struct commit_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "message", required_argument, NULL, 'm' },
		{ "override", required_argument, NULL, 'o' },
		{ "ticket", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		if (c == 'm')
			o->message = optarg;
		else if (c == 't')
			o->ticket = optarg;
		else if (o->count < 32)
			o->overrides[o->count++] = optarg;
	}
	if (optind < argc)
		return usage_error(err, "commit", "no argument is taken");
	if (!o->message || !*o->message)
		return usage_error(err, "commit", "-m TEXT is needed: say why");
	return true;
}

/* What had expired and is not in the revision. */
static void
print_dropped(const char *lines)
{
	struct buf text = { 0 };

	buf_add(&text, *lines ? "dropped from the draft:\n" : "");
	buf_add(&text, lines);
	out_text(&text);
	buf_free(&text);
}

static bool
print_next(struct session *session, int64_t revision, struct err *err)
{
	struct approvals approvals;

	if (!store_approvals(session->store, &approvals, err))
		return false;
	if (approvals.needed)
		out_line("revision %lld; next: relayadm approve %lld, by %lld "
		    "other person%s", (long long)revision,
		    (long long)revision, (long long)approvals.needed,
		    approvals.needed == 1 ? "" : "s");
	else
		out_line("revision %lld; next: relayadm push --all --dry-run",
		    (long long)revision);
	approvals_clear(&approvals);
	return true;
}

COMMAND(commit)
{
	struct commit_options o = { 0 };
	int64_t base;

	*status = 0;
	if (!read_commit(session, argc, argv, &o, err) ||
	    !session_open(session, STORE_WRITE, err) ||
	    !store_last_revision(session->store, &base, err))
		return false;
	store_commit_ticket(session->store, o.ticket);
	if (!store_commit(session->store, o.message, o.overrides, o.count,
	        &base, err))
		return false;
	if (session->json)
		out_json(json_pack("{s:I,s:s}", "revision", (json_int_t)base,
		    "expired", store_dropped(session->store)));
	else
		print_dropped(store_dropped(session->store));
	return session->json || print_next(session, base, err);
}

/* --- log, show, revert ------------------------------------------------- */

static json_t *
revision_json(const struct revision *r, const struct approvals *approvals)
{
	struct buf time = { 0 };
	json_t *json;

	add_time(&time, r->time);
	json = json_pack("{s:I,s:s,s:s,s:s,s:s?,s:s?,s:o}", "revision",
	    (json_int_t)r->number, "time", buf_text(&time), "author",
	    r->author, "message", r->message, "overrides", r->overrides,
	    "ticket", r->ticket, "approvals",
	    approvals_json(approvals, r->number));
	buf_free(&time);
	return json;
}

static void
print_revision(const struct revision *r, const struct approvals *approvals)
{
	struct buf line = { 0 };

	buf_addf(&line, "%lld  ", (long long)r->number);
	add_time(&line, r->time);
	buf_addf(&line, "  %s  %s", r->author, r->message);
	if (r->ticket)
		buf_addf(&line, "  [%s]", r->ticket);
	if (r->overrides)
		buf_addf(&line, "  (in spite of: %s)", r->overrides);
	if (approvals_of(approvals, r->number, NULL)) {
		buf_add(&line, "  (approved by ");
		approvals_add_names(&line, approvals, r->number);
		buf_addc(&line, ')');
	}
	buf_addc(&line, '\n');
	out_text(&line);
	buf_free(&line);
}

static void
print_log(const struct session *session, const struct revision *revisions,
    size_t count, const struct approvals *approvals)
{
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++) {
		if (session->json)
			json_array_append_new(all,
			    revision_json(&revisions[i], approvals));
		else
			print_revision(&revisions[i], approvals);
	}
	if (session->json)
		out_json(json_incref(all));
	else if (!count)
		out_note("no revision yet; relayadm commit makes one");
	json_decref(all);
}

COMMAND(log)
{
	struct approvals approvals;
	struct revision *revisions;
	size_t count;

	*status = 0;
	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	if (optind < argc)
		return log_object(session, argc - optind, argv + optind, err);
	if (!session_open(session, STORE_WRITE, err) ||
	    !store_approvals(session->store, &approvals, err))
		return false;
	if (!store_log(session->store, &revisions, &count, err)) {
		approvals_clear(&approvals);
		return false;
	}
	print_log(session, revisions, count, &approvals);
	revisions_free(revisions, count);
	approvals_clear(&approvals);
	return true;
}

static bool
one_revision(struct session *session, int argc, char **argv, int64_t *rev,
    struct err *err)
{
	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	if (optind + 1 != argc)
		return usage_error(err, argv[0], "one revision is needed");
	return option_number(argv[optind], rev, err) &&
	    session_open(session, STORE_WRITE, err);
}

static bool
find_revision(struct session *session, int64_t number, struct revision *found,
    struct revision **all, size_t *count, struct err *err)
{
	if (!store_log(session->store, all, count, err))
		return false;
	for (size_t i = 0; i < *count; i++) {
		if ((*all)[i].number != number)
			continue;
		*found = (*all)[i];
		return true;
	}
	revisions_free(*all, *count);
	return fail(err, "there is no revision %lld", (long long)number);
}

/* What the revision changed against the one before. */
static bool
show_changes(struct session *session, int64_t rev, struct err *err)
{
	struct policy *from = NULL, *to = NULL;
	bool ok = store_revision(session->store, rev, &to, err);

	if (rev == 1)
		from = policy_new();
	ok = ok && (from || store_revision(session->store, rev - 1, &from,
	                        err));
	if (ok)
		changes_print(from, to, false);
	policy_free(from);
	policy_free(to);
	return ok;
}

COMMAND(show)
{
	struct approvals approvals;
	struct revision found, *all;
	size_t count;
	int64_t rev;

	*status = 0;
	if (!one_revision(session, argc, argv, &rev, err) ||
	    !store_approvals(session->store, &approvals, err))
		return false;
	if (!find_revision(session, rev, &found, &all, &count, err)) {
		approvals_clear(&approvals);
		return false;
	}
	if (session->json)
		out_json(revision_json(&found, &approvals));
	else
		print_revision(&found, &approvals);
	revisions_free(all, count);
	approvals_clear(&approvals);
	return session->json || show_changes(session, rev, err);
}

COMMAND(revert)
{
	struct policy *policy;
	char label[64];
	int64_t rev, head;
	bool ok;

	*status = 0;
	if (!one_revision(session, argc, argv, &rev, err) ||
	    !store_head(session->store, &head, err) ||
	    !store_revision(session->store, rev, &policy, err))
		return false;
	snprintf(label, sizeof(label), "revert to revision %lld",
	    (long long)rev);
	ok = store_replace(session->store, label, policy, &head, err);
	policy_free(policy);
	if (ok && session->json)
		out_json(json_pack("{s:I}", "draft", (json_int_t)rev));
	else if (ok)
		out_line("the draft is revision %lld again; next: relayadm "
		    "commit",
		    (long long)rev);
	return ok;
}

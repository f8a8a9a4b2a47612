#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "approval_text.h"
#include "changes.h"
#include "command.h"
#include "out.h"
#include "store/approval.h"

struct approve_options {
	int64_t revision; /* 0: none is named */
	const char *comment, *need;
	bool dry_run, withdraw;
};

/* --- what there is ------------------------------------------------------ */

static json_t *
words_json(const struct approval *items, size_t count, const char *number)
{
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++) {
		struct buf time = { 0 };

		add_time(&time, items[i].time);
		json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:I}",
		    "author", items[i].author, "time", buf_text(&time),
		    "comment", items[i].comment, number,
		    (json_int_t)items[i].number));
		buf_free(&time);
	}
	return all;
}

json_t *
approvals_json(const struct approvals *approvals, int64_t revision)
{
	const struct approval *first;
	size_t count = approvals_of(approvals, revision, &first);

	return words_json(first, count, "revision");
}

static json_t *
making_json(const struct making *making)
{
	json_t *all = json_array();

	for (size_t i = 0; i < making->count; i++)
		json_array_append_new(all, json_string(making->makers[i]));
	return all;
}

/* One that waits, or was approved: what is known of it. */
static bool
tell_revision(struct session *session, const struct approvals *approvals,
    const struct revision *revision, json_t *all, struct err *err)
{
	struct buf line = { 0 };
	struct making making;

	if (!store_making(session->store, revision->number, &making, err))
		return false;
	if (session->json) {
		json_array_append_new(all,
		    json_pack("{s:I,s:s,s:s,s:I,s:o,s:o}", "revision",
		        (json_int_t)revision->number, "author",
		        revision->author, "message", revision->message,
		        "since", (json_int_t)making.since, "makers",
		        making_json(&making), "approvals",
		        approvals_json(approvals, revision->number)));
	} else {
		buf_addf(&line, "%lld  %s  %s  (", (long long)revision->number,
		    revision->author, revision->message);
		approval_add_state(&line, approvals, revision->number,
		    &making);
		buf_add(&line, ")\n");
		out_text(&line);
	}
	buf_free(&line);
	making_clear(&making);
	return true;
}

/* The last one, and those before it that are judged with it. */
static bool
tell_revisions(struct session *session, const struct approvals *approvals,
    json_t *all, struct err *err)
{
	struct revision *revisions;
	struct making making = { 0 };
	size_t count;
	bool ok;

	if (!store_log(session->store, &revisions, &count, err))
		return false;
	ok = !count || store_making(session->store, revisions[0].number,
	                   &making, err);
	for (size_t i = 0; ok && i < count &&
	     revisions[i].number > making.since; i++)
		ok = tell_revision(session, approvals, &revisions[i], all,
		    err);
	making_clear(&making);
	revisions_free(revisions, count);
	return ok;
}

static bool
list(struct session *session, struct err *err)
{
	struct approvals approvals;
	struct buf text = { 0 };
	json_t *all = json_array();
	bool ok;

	if (!store_approvals(session->store, &approvals, err)) {
		json_decref(all);
		return false;
	}
	approval_add_rule(&text, &approvals);
	if (!session->json)
		out_text(&text);
	ok = tell_revisions(session, &approvals, all, err);
	if (ok && session->json)
		out_json(json_pack("{s:I,s:o,s:O}", "needed",
		    (json_int_t)approvals.needed, "wishes",
		    words_json(approvals.wishes, approvals.wish_count,
		        "needed"), "revisions", all));
	json_decref(all);
	buf_free(&text);
	approvals_clear(&approvals);
	return ok;
}

/* --- approving ---------------------------------------------------------- */

struct approving {
	struct session *session;
	const struct approve_options *options;
	struct revision revision; /* borrowed */
	struct making making;
	struct policy *before, *after;
};

static bool
read_policies(struct approving *a, struct err *err)
{
	struct store *store = a->session->store;
	int64_t number = a->options->revision;

	if (!store_revision(store, number, &a->after, err) ||
	    !store_making(store, number, &a->making, err))
		return false;
	if (a->making.since)
		return store_revision(store, a->making.since, &a->before, err);
	a->before = policy_new();
	return true;
}

static json_t *
approved_json(const struct approving *a)
{
	return json_pack("{s:I,s:s,s:s,s:s?,s:s?,s:I,s:o,s:o}", "revision",
	    (json_int_t)a->revision.number, "author", a->revision.author,
	    "message", a->revision.message, "ticket",
	    a->revision.ticket, "overrides",
	    a->revision.overrides, "since", (json_int_t)a->making.since,
	    "makers", making_json(&a->making), "changes",
	    changes_json(a->before, a->after));
}

static void
print_approved(const struct approving *a)
{
	struct buf text = { 0 };

	buf_addf(&text, "revision %lld by %s: %s\n",
	    (long long)a->revision.number, a->revision.author,
	    a->revision.message);
	if (a->revision.ticket)
		buf_addf(&text, "ticket: %s\n", a->revision.ticket);
	if (a->revision.overrides)
		buf_addf(&text, "in spite of: %s\n", a->revision.overrides);
	if (a->making.since)
		buf_addf(&text, "since revision %lld, the last that was "
		    "approved or in force:\n", (long long)a->making.since);
	else
		buf_add(&text, "since nothing: none was approved or in force "
		    "before\n");
	out_text(&text);
	changes_print(a->before, a->after, false);
	buf_free(&text);
}

/* At a terminal it has just been read; a script has named it. */
static bool
is_meant(const struct approving *a)
{
	char answer[16];

	if (a->session->json || !isatty(STDIN_FILENO) ||
	    !isatty(STDERR_FILENO))
		return true;
	fprintf(stderr, "approve revision %lld? yes or no: ",
	    (long long)a->options->revision);
	return fgets(answer, sizeof(answer), stdin) &&
	    !strcmp(answer, "yes\n");
}

static bool
give(const struct approving *a, int *status, struct err *err)
{
	struct approvals approvals;
	struct buf line = { 0 };
	int64_t number = a->options->revision;

	if (!is_meant(a)) {
		*status = ERR_NO;
		out_note("revision %lld is not approved", (long long)number);
		return true;
	}
	if (!store_approve(a->session->store, number, a->options->comment,
	        err) ||
	    !store_approvals(a->session->store, &approvals, err))
		return false;
	buf_addf(&line, "revision %lld is ", (long long)number);
	approval_add_state(&line, &approvals, number, &a->making);
	if (!a->session->json)
		out_line("%s", buf_text(&line));
	buf_free(&line);
	approvals_clear(&approvals);
	return true;
}

static bool
approve(struct approving *a, int *status, struct err *err)
{
	bool json = a->session->json, ok;

	if (!read_policies(a, err))
		return false;
	if (!json)
		print_approved(a);
	ok = a->options->dry_run || give(a, status, err);
	if (ok && json)
		out_json(approved_json(a));
	return ok;
}

static bool
approve_one(struct session *session, const struct approve_options *o,
    int *status, struct err *err)
{
	struct approving a = { .session = session, .options = o };
	struct revision *all;
	size_t count;
	bool ok = false;

	if (!store_log(session->store, &all, &count, err))
		return false;
	if ((size_t)o->revision > count) {
		fail(err, "there is no revision %lld", (long long)o->revision);
	} else {
		a.revision = all[count - (size_t)o->revision];
		ok = approve(&a, status, err);
	}
	policy_free(a.before);
	policy_free(a.after);
	making_clear(&a.making);
	revisions_free(all, count);
	return ok;
}

/* --- the other words ---------------------------------------------------- */

static bool
withdraw(struct session *session, const struct approve_options *o,
    struct err *err)
{
	if (!store_approval_withdraw(session->store, o->revision, o->comment,
	        err))
		return false;
	if (session->json)
		out_json(json_pack("{s:I}", "withdrawn",
		    (json_int_t)o->revision));
	else
		out_line("%s approves revision %lld no longer",
		    store_author(), (long long)o->revision);
	return true;
}

static bool
need(struct session *session, const struct approve_options *o,
    struct err *err)
{
	int64_t wanted = 0, needed;

	if (strcmp(o->need, "0") != 0 && !option_number(o->need, &wanted, err))
		return false;
	return store_approvals_want(session->store, wanted, o->comment,
	           &needed, err) && list(session, err);
}

/* --- the command -------------------------------------------------------- */

static bool
read_options(struct session *session, int argc, char **argv,
    struct approve_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "message", required_argument, NULL, 'm' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "withdraw", no_argument, NULL, 'w' },
		{ "need", required_argument, NULL, 'N' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		if (c == 'm')
			o->comment = optarg;
		else if (c == 'N')
			o->need = optarg;
		o->dry_run |= c == 'n';
		o->withdraw |= c == 'w';
	}
	return true;
}

static bool
read_revision(int argc, char **argv, struct approve_options *o,
    struct err *err)
{
	bool one = optind + 1 == argc;

	if (argc - optind > 1)
		return usage_error(err, "approve", "one REV is taken");
	if (o->need && (one || o->dry_run || o->withdraw))
		return usage_error(err, "approve", "--need stands alone");
	if (o->dry_run && o->withdraw)
		return usage_error(err, "approve",
		    "--dry-run is of an approval");
	if (!one && (o->dry_run || o->withdraw || (*o->comment && !o->need)))
		return usage_error(err, "approve", "a REV is needed");
	return !one || option_number(argv[optind], &o->revision, err);
}

COMMAND(approve)
{
	struct approve_options o = { .comment = "" };

	*status = 0;
	if (!read_options(session, argc, argv, &o, err) ||
	    !read_revision(argc, argv, &o, err) ||
	    !session_open(session, STORE_WRITE, err))
		return false;
	if (o.need)
		return need(session, &o, err);
	if (!o.revision)
		return list(session, err);
	if (o.withdraw)
		return withdraw(session, &o, err);
	return approve_one(session, &o, status, err);
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "changes.h"
#include "command.h"
#include "fleet.h"
#include "out.h"

/* Back to what an earlier push brought: its revision is pushed once more, so
 * that every check of a push is made again. */
struct rolling {
	struct session *session;
	const char *gateway;
	int64_t generation; /* 0: list them */
	bool yes;
	struct push_record *records;
	size_t count;
};

/* The last that was good, which is in force unless somebody changed it. */
static const struct push_record *
present(const struct rolling *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (record_is_good(&r->records[i]))
			return &r->records[i];
	return NULL;
}

static const struct push_record *
wanted(const struct rolling *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->records[i].generation == r->generation)
			return &r->records[i];
	return NULL;
}

static void
list_json(const struct rolling *r)
{
	json_t *all = json_array();

	for (size_t i = 0; i < r->count; i++) {
		const struct push_record *p = &r->records[i];

		json_array_append_new(all,
		    json_pack("{s:I,s:I,s:I,s:s,s:s,s:s,s:b}", "generation",
		        (json_int_t)p->generation, "revision",
		        (json_int_t)p->revision, "time",
		        (json_int_t)p->started, "author", p->author, "state",
		        p->state ? p->state : "", "digest",
		        p->digest ? p->digest : "", "in_force",
		        p == present(r)));
	}
	out_json(all);
}

static void
list_pushes(const struct rolling *r)
{
	if (r->session->json) {
		list_json(r);
		return;
	}
	for (size_t i = 0; i < r->count; i++) {
		const struct push_record *p = &r->records[i];
		struct buf line = { 0 };

		buf_addf(&line, "%c generation %lld  revision %lld  ",
		    p == present(r) ? '*' : ' ', (long long)p->generation,
		    (long long)p->revision);
		add_time(&line, p->started);
		buf_addf(&line, "  %s  %s\n", p->author,
		    p->state ? p->state : "not known to have ended");
		out_text(&line);
		buf_free(&line);
	}
}

/* Who gains and loses by it. */
static bool
show_changes(const struct rolling *r, const struct push_record *to,
    struct err *err)
{
	const struct push_record *from = present(r);
	struct policy *before = NULL, *after = NULL;
	bool ok = store_revision(r->session->store, from->revision, &before,
	              err) &&
	    store_revision(r->session->store, to->revision, &after, err);

	if (ok) {
		if (!r->session->json)
			out_line("%s: from revision %lld (generation %lld) "
			    "back to revision %lld (generation %lld):",
			    r->gateway, (long long)from->revision,
			    (long long)from->generation,
			    (long long)to->revision,
			    (long long)to->generation);
		changes_print_gateway(before, after, r->gateway,
		    r->session->json);
	}
	policy_free(before);
	policy_free(after);
	return ok;
}

static bool
push_again(const struct rolling *r, const struct push_record *to, int *status,
    struct err *err)
{
	char revision[24];
	char *argv[] = { (char[]){ "push" }, (char[]){ "--rev" }, revision,
		(char[]){ "--" }, (char *)(uintptr_t)r->gateway, NULL };

	snprintf(revision, sizeof(revision), "%lld", (long long)to->revision);
	optind = 0;
	return command_push(r->session, 5, argv, status, err);
}

static bool
roll_back(const struct rolling *r, int *status, struct err *err)
{
	const struct push_record *to = wanted(r);

	if (!to)
		return fail(err, "gateway %s never had generation %lld; "
		    "relayadm rollback %s lists what it had", r->gateway,
		    (long long)r->generation, r->gateway);
	if (!record_is_good(to))
		return fail(err, "generation %lld of %s was not in force for "
		    "long: it ended as %s", (long long)r->generation,
		    r->gateway, to->state ? to->state : "unknown");
	/* One document: with --yes that of the push. */
	if (!(r->yes && r->session->json) && !show_changes(r, to, err))
		return false;
	if (r->yes)
		return push_again(r, to, status, err);
	*status = ERR_NO;
	out_note("nothing was changed; say --yes to push revision %lld to %s",
	    (long long)to->revision, r->gateway);
	return true;
}

static bool
read_options(struct rolling *r, int argc, char **argv, struct err *err)
{
	static const struct option options[] = {
		{ "yes", no_argument, NULL, 'y' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(r->session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		r->yes = true;
	}
	if (optind == argc || argc - optind > 2)
		return usage_error(err, "rollback", "one GATEWAY is needed");
	r->gateway = argv[optind];
	return optind + 1 == argc ||
	    option_number(argv[optind + 1], &r->generation, err);
}

COMMAND(rollback)
{
	struct rolling r = { .session = session };
	bool ok;

	*status = 0;
	ok = read_options(&r, argc, argv, err) &&
	    session_open(session, STORE_WRITE, err) &&
	    store_pushes(session->store, r.gateway, &r.records, &r.count,
	        err);
	if (ok && !r.count)
		ok = fail(err, "nothing was ever pushed to a gateway %s",
		    r.gateway);
	else if (ok && r.generation)
		ok = roll_back(&r, status, err);
	else if (ok)
		list_pushes(&r);
	push_records_free(r.records, r.count);
	return ok;
}

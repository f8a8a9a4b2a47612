#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "out.h"
#include "report.h"
#include "seen.h"
#include "store/approval.h"
#include "store/digest.h"
#include "store/document.h"

struct report_options {
	const struct report_form *form;
	int64_t rev; /* 0: none was named */
	bool draft;
};

static bool
take_form(struct report_options *o, const char *name, struct err *err)
{
	o->form = report_form_find(name);
	return o->form || fail_as(err, ERR_USAGE,
	    "--format: '%.40s' is none of text, csv, json, html", name);
}

static bool
read_options(struct session *session, int argc, char **argv,
    struct report_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "rev", required_argument, NULL, 'r' },
		{ "draft", no_argument, NULL, 'd' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?' ||
		    (c == 'f' && !take_form(o, optarg, err)) ||
		    (c == 'r' && !option_number(optarg, &o->rev, err)))
			return false;
		o->draft |= c == 'd';
	}
	if (o->draft && o->rev)
		return usage_error(err, "report", "--draft or --rev");
	if (!o->form)
		o->form = session->json ? &report_json : &report_text;
	return true;
}

/* A misspelt name would give an empty report. */
static bool
check_names(const struct policy *policy, char **names, int count,
    struct err *err)
{
	for (int i = 0; i < count; i++)
		if (!policy_server(policy, names[i]) &&
		    !policy_gateway(policy, names[i]))
			return fail(err, "%.80s: no server or gateway of that "
			    "name", names[i]);
	return true;
}

/* --- what it is of -------------------------------------------------------- */

static const struct revision *
revision_find(const struct revision *revisions, size_t count, int64_t number)
{
	for (size_t i = 0; i < count; i++)
		if (revisions[i].number == number)
			return &revisions[i];
	return NULL;
}

static bool
add_approvals(struct report *r, struct store *store, int64_t revision,
    struct err *err)
{
	struct approvals approvals;
	struct buf text = { 0 };

	if (!store_approvals(store, &approvals, err))
		return false;
	approvals_add_names(&text, &approvals, revision);
	report_fact(r, "approvals", "Approved by", text.len ? buf_text(&text)
	                                                    : NULL);
	buf_free(&text);
	approvals_clear(&approvals);
	return true;
}

static void
add_revision(struct report *r, const struct revision *revision)
{
	struct buf text = { 0 };

	report_number(r, "revision", "Revision",
	    (unsigned long long)revision->number);
	add_time(&text, revision->time);
	report_fact(r, "time", "Committed", buf_text(&text));
	report_fact(r, "author", "By", revision->author);
	report_fact(r, "message", "Because", revision->message);
	report_fact(r, "ticket", "Ticket", revision->ticket);
	report_fact(r, "overrides", "In spite of", revision->overrides);
	buf_free(&text);
}

/* The digest is that of the policy document, so that anybody can make it
 * again. */
static void
add_digest(struct report *r, const struct report_subject *s)
{
	struct buf document = { 0 }, text = { 0 };
	struct digest digest;

	document_add(&document, s->policy);
	digest = digest_of_buf(&document);
	for (int i = 0; i < DIGEST_LEN; i++)
		buf_addf(&text, "%02x", digest.bytes[i]);
	report_fact(r, "sha256", "SHA-256", buf_text(&text));
	buf_clear(&text);
	buf_add(&text, "relayadm dump ");
	if (s->revision)
		buf_addf(&text, "%lld", (long long)s->revision);
	else
		buf_add(&text, "--draft");
	buf_add(&text, " | sha256sum");
	report_fact(r, "sha256_of", "which is of", buf_text(&text));
	buf_free(&document);
	buf_free(&text);
}

static bool
print_report(struct report_subject *s, const struct report_form *form,
    const struct revision *revision, struct err *err)
{
	struct report r;
	bool ok = true;

	report_begin(&r, form, "Who may relay mail, and why");
	if (revision) {
		add_revision(&r, revision);
		ok = add_approvals(&r, s->store, revision->number, err);
	} else {
		report_fact(&r, "draft", "Of", "the draft, which is no "
		    "revision yet");
	}
	add_digest(&r, s);
	ok = ok && report_gateways(&r, s, err);
	report_servers(&r, s);
	report_lists(&r, s);
	report_findings(&r, s);
	report_end(&r);
	return ok;
}

static bool
report_policy(struct session *session, struct report_subject *s,
    const struct report_options *o, struct err *err)
{
	struct revision *revisions = NULL;
	const struct revision *found;
	size_t count = 0;
	struct policy *policy = NULL;
	struct compiled *compiled = NULL;
	struct seen seen;
	bool ok;

	if (!store_log(session->store, &revisions, &count, err))
		return false;
	if (!o->draft && !o->rev && count)
		s->revision = revisions[0].number;
	found = revision_find(revisions, count, s->revision);
	ok = session_policy(session, s->revision, &policy, err) &&
	    check_names(policy, s->names, s->name_count, err);
	if (ok) {
		compiled = relay_compile(policy);
		s->store = session->store;
		s->policy = policy;
		s->compiled = compiled;
		seen_load(&seen);
		s->seen = &seen;
		s->overrides = found ? found->overrides : NULL;
		s->now = found ? found->time : store_now();
		ok = print_report(s, o->form, found, err);
		seen_free(&seen);
	}
	relay_free(compiled);
	policy_free(policy);
	revisions_free(revisions, count);
	return ok;
}

COMMAND(report)
{
	struct report_options o = { 0 };
	struct report_subject subject = { 0 };

	*status = 0;
	if (!read_options(session, argc, argv, &o, err) ||
	    !session_open(session, STORE_WRITE, err))
		return false;
	subject.revision = o.rev;
	subject.names = argv + optind;
	subject.name_count = argc - optind;
	return report_policy(session, &subject, &o, err);
}

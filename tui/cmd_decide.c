#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "changes.h"
#include "client_name.h"
#include "command.h"
#include "decide_batch.h"
#include "moment.h"
#include "origin_text.h"
#include "out.h"
#include "policy/explain.h"
#include "policy/field.h"
#include "policy/mem.h"

/* A question as text; the texts are borrowed. */
struct asked {
	const char *server, *client, *name, *local, *recipient;
	bool authenticated;
};

static bool
read_question(const struct asked *asked, struct question *q, struct err *err)
{
	struct net client;
	struct listener local;

	if (!net_parse_addr(&client, asked->client, strlen(asked->client),
	        err))
		return fail_in(err, "client");
	*q = (struct question){ .family = client.family,
		.client = client.first, .name = asked->name,
		.authenticated = asked->authenticated,
		.recipient = asked->recipient };
	if (!*asked->recipient || !strcmp(asked->recipient, "<>"))
		return fail(err, "the recipient is empty");
	if (!asked->local)
		return true;
	if (!listener_parse(&local, asked->local, strlen(asked->local), err))
		return fail_in(err, "local");
	q->local_family = local.family;
	q->local = local.addr;
	q->local_port = local.port;
	return true;
}

static json_t *
decision_json(const struct decision *d)
{
	struct buf what = { 0 };
	json_t *json;

	decision_add_what(&what, d);
	json = json_pack("{s:s,s:i,s:s,s:s,s:s?}", "decision",
	    decision_words[d->kind], "row", d->row, "title",
	    decision_row_title(d->row), "what", buf_text(&what), "entries",
	    d->slot ? d->slot->name : NULL);
	buf_free(&what);
	return json;
}

static void
print_decision(const struct session *session, const struct decision *d)
{
	struct buf what = { 0 };

	decision_add_what(&what, d);
	if (session->json)
		out_json(decision_json(d));
	else
		out_line("%s\nrow %d: %s%s%s", decision_words[d->kind], d->row,
		    decision_row_title(d->row),
		    strcmp(buf_text(&what), "-") ? ": " : " (by default)",
		    strcmp(buf_text(&what), "-") ? buf_text(&what) : "");
	buf_free(&what);
}

/* --- explained --------------------------------------------------------- */

static json_t *
flip_json(const struct flip *flip)
{
	struct buf text = { 0 };
	json_t *json;

	if (flip->kind == FLIP_NONE)
		return json_null();
	flip_add(&text, flip);
	json = json_pack("{s:s,s:o,s:o}", "text", buf_text(&text), "gains",
	    counts_json(&flip->gains), "loses",
	    counts_json(&flip->loses));
	buf_free(&text);
	return json;
}

static json_t *
explanation_json(const struct explanation *e, const struct buf *origin)
{
	json_t *json = decision_json(&e->decision), *rows = json_array();

	for (int i = 0; i < EXPLAIN_ROWS; i++)
		json_array_append_new(rows, json_pack("{s:i,s:s,s:s}", "row",
		    i + 1, "title", decision_row_title(i + 1), "looked",
		    e->rows[i]));
	json_object_set_new(json, "list", e->decision.list
	        ? json_string(e->decision.list)
	        : json_null());
	json_object_set_new(json, "comment", e->comment
	        ? json_string(e->comment)
	        : json_null());
	json_object_set_new(json, "origin", origin->len
	        ? json_string(origin->data)
	        : json_null());
	json_object_set_new(json, "rows", rows);
	json_object_set_new(json, "change", flip_json(&e->flip));
	return json;
}

struct decide_options {
	struct asked asked;
	const char *batch;
	int64_t rev;
	const char *at; /* --at, or NULL */
	bool explain, lookup;
	const char *resolver; /* "ADDRESS[:PORT]", or NULL */
};

/* --- the client's name --------------------------------------------------- */

static void
tell_story(const char *story)
{
	for (const char *end; (end = strchr(story, '\n')); story = end + 1)
		out_note("%.*s", (int)(end - story), story);
}

/* As DNS has it. */
static bool
look_up(const struct decide_options *o, struct client_name *found,
    struct err *err)
{
	struct net client;
	bool ok;

	if (!net_parse_addr(&client, o->asked.client, strlen(o->asked.client),
	        err))
		return fail_in(err, "client");
	ok = client_name_ask(found, o->resolver, &client, NULL, NULL, err);
	tell_story(buf_text(&found->story));
	return ok || fail_in(err, "--lookup");
}

/* --- one question -------------------------------------------------------- */

static bool
print_explanation(const struct session *session,
    const struct decide_options *o, const struct ruleset *rules,
    const struct question *q, struct err *err)
{
	struct explanation e;
	struct buf text = { 0 }, origin = { 0 };
	bool ok;

	explanation_make(&e, rules, q);
	ok = o->rev || origin_text_add(&origin, session->store,
	    o->asked.server, &e.decision, err);
	if (ok && session->json)
		out_json(explanation_json(&e, &origin));
	else if (ok)
		explanation_add_text(&text, &e, buf_text(&origin));
	out_text(&text);
	buf_free(&text);
	buf_free(&origin);
	explanation_free(&e);
	return ok;
}

static bool
decide_one(struct session *session, const struct compiled *compiled,
    const struct decide_options *o, int *status, struct err *err)
{
	const char *server = o->asked.server;
	const struct ruleset *rules = relay_ruleset(compiled, server);
	struct decision d;
	struct question q;

	if (!rules)
		return fail(err, "there is no server %.80s", server);
	if (!read_question(&o->asked, &q, err))
		return false;
	relay_decide(rules, &q, &d);
	if (!o->explain)
		print_decision(session, &d);
	else if (!print_explanation(session, o, rules, &q, err))
		return false;
	*status = d.kind == ACCEPT_INBOUND || d.kind == ACCEPT_RELAY
	    ? 0
	    : ERR_NO;
	return true;
}

static bool
read_options(struct session *session, int argc, char **argv,
    struct decide_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "client", required_argument, NULL, 'c' },
		{ "name", required_argument, NULL, 'n' },
		{ "authenticated", no_argument, NULL, 'a' },
		{ "local", required_argument, NULL, 'l' },
		{ "recipient", required_argument, NULL, 'R' },
		{ "batch", required_argument, NULL, 'b' },
		{ "rev", required_argument, NULL, 'r' },
		{ "at", required_argument, NULL, 't' },
		{ "explain", no_argument, NULL, 'e' },
		{ "lookup", no_argument, NULL, 'u' },
		{ "resolver", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?' ||
		    (c == 'r' && !option_number(optarg, &o->rev, err)))
			return false;
		if (c == 'c')
			o->asked.client = optarg;
		else if (c == 'n')
			o->asked.name = optarg;
		else if (c == 'a')
			o->asked.authenticated = true;
		else if (c == 'l')
			o->asked.local = optarg;
		else if (c == 'R')
			o->asked.recipient = optarg;
		else if (c == 'b')
			o->batch = optarg;
		else if (c == 'e')
			o->explain = true;
		else if (c == 'u')
			o->lookup = true;
		else if (c == 's')
			o->resolver = optarg;
		else if (c == 't')
			o->at = optarg;
	}
	if (o->at && o->rev)
		return usage_error(err, "decide", "--rev or --at, not both");
	o->lookup = o->lookup || o->resolver;
	if (o->lookup && o->asked.name)
		return usage_error(err, "decide", "--name or --lookup, not "
		    "both");
	if (o->batch && (o->explain || o->lookup))
		return usage_error(err, "decide", "--explain and --lookup are "
		    "for one question");
	if (o->batch)
		return optind == argc ||
		    usage_error(err, "decide", "--batch names the servers in "
		        "its lines");
	if (optind + 1 != argc || !o->asked.client || !o->asked.recipient)
		return usage_error(err, "decide",
		    "SERVER, --client and --recipient are needed");
	o->asked.server = argv[optind];
	return true;
}

COMMAND(decide)
{
	struct decide_options o = { 0 };
	struct client_name found = { 0 };
	struct policy *policy = NULL;
	struct compiled *compiled;
	bool ok;

	*status = 0;
	if (!read_options(session, argc, argv, &o, err) ||
	    (o.at && (!session_open(session, STORE_WRITE, err) ||
	        !moment_revision(session->store, o.at, &o.rev, err))) ||
	    !session_judged(session, o.rev, &policy, err))
		return false;
	compiled = relay_compile(policy);
	ok = !o.lookup || look_up(&o, &found, err);
	if (*found.name)
		o.asked.name = found.name;
	if (ok)
		ok = o.batch
		    ? decide_batch(compiled, o.batch, err)
		    : decide_one(session, compiled, &o, status, err);
	client_name_clear(&found);
	relay_free(compiled);
	policy_free(policy);
	return ok;
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command.h"
#include "decide_batch.h"
#include "out.h"
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

static bool
ask(const struct compiled *compiled, const struct asked *asked,
    struct decision *decision, struct err *err)
{
	const struct ruleset *rules = relay_ruleset(compiled, asked->server);
	struct question q;

	if (!rules)
		return fail(err, "there is no server %.80s", asked->server);
	if (!read_question(asked, &q, err))
		return false;
	relay_decide(rules, &q, decision);
	return true;
}

static void
print_decision(const struct session *session, const struct decision *d)
{
	struct buf what = { 0 };

	decision_add_what(&what, d);
	if (session->json)
		out_json(json_pack("{s:s,s:i,s:s,s:s,s:s?}", "decision",
		    decision_words[d->kind], "row", d->row, "title",
		    decision_row_title(d->row), "what", buf_text(&what),
		    "entries", d->slot ? d->slot->name : NULL));
	else
		out_line("%s\nrow %d: %s%s%s", decision_words[d->kind], d->row,
		    decision_row_title(d->row),
		    strcmp(buf_text(&what), "-") ? ": " : " (by default)",
		    strcmp(buf_text(&what), "-") ? buf_text(&what) : "");
	buf_free(&what);
}

static bool
decide_one(struct session *session, const struct compiled *compiled,
    const struct asked *asked, int *status, struct err *err)
{
	struct decision d;

	if (!ask(compiled, asked, &d, err))
		return false;
	print_decision(session, &d);
	*status = d.kind == ACCEPT_INBOUND || d.kind == ACCEPT_RELAY
	    ? 0
	    : ERR_NO;
	return true;
}

struct decide_options {
	struct asked asked;
	const char *batch;
	int64_t rev;
};

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
	}
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
	struct policy *policy = NULL;
	struct compiled *compiled;
	bool ok;

	*status = 0;
	if (!read_options(session, argc, argv, &o, err) ||
	    !session_policy(session, o.rev, &policy, err))
		return false;
	compiled = relay_compile(policy);
	ok = o.batch
	    ? decide_batch(compiled, o.batch, err)
	    : decide_one(session, compiled, &o.asked, status, err);
	relay_free(compiled);
	policy_free(policy);
	return ok;
}

/* What a policy says about a recipient of a log, which may not say all. */
#include "config.h"

#include <string.h>

#include "policy/field.h"
#include "replaying.h"

/* Answers that are compared when the log leaves something open; a policy with
 * more client domains than that leaves it open too. */
#define MOST_VARIANTS 1024

/* --- servers -------------------------------------------------------------- */

static bool
names_matter(const struct compiled *compiled, const struct server *s)
{
	const struct policy *policy = relay_policy(compiled);

	for (const struct slot *slot = server_slots; slot->name; slot++)
		if (slot_entries_const(slot, s)->domain_count)
			return true;
	for (size_t i = 0; i < policy->list_count; i++)
		if (policy->lists[i]->entries.domain_count)
			return true;
	return false;
}

void
served_init(struct served *served, const struct server *server,
    const struct compiled *before, const struct compiled *after)
{
	const struct policy *policy_before = before ? relay_policy(before)
	                                            : NULL;
	const struct server *was = before
	    ? policy_server(policy_before, server->name)
	    : NULL;

	*served = (struct served){ .server = server,
		.policy = relay_policy(after), .policy_before = policy_before,
		.before = was ? relay_ruleset(before, server->name) : NULL,
		.after = relay_ruleset(after, server->name) };
	served->names = names_matter(after, server) ||
	    (was && names_matter(before, was));
	served->locals = entries_count(&server->local.entries) ||
	    (was && entries_count(&was->local.entries));
}

/* --- one recipient -------------------------------------------------------- */

/* One of the policies, asked about a recipient. */
struct asked {
	const struct ruleset *rules;
	const struct policy *policy;
	const struct addressed *to;
};

/* Is the recipient taken, or, when there was none yet, the connection? */
static bool
lets_in(const struct asked *asked, const struct question *q,
    struct decision *d)
{
	relay_decide_to(asked->rules, q, asked->to, d);
	return *q->recipient
	    ? d->kind == ACCEPT_INBOUND || d->kind == ACCEPT_RELAY
	    : d->kind != REFUSE_CONNECTION;
}

/* Is the answer the same for each of these names? */
static bool
same_for_domains(const struct asked *asked, const struct entries *e,
    struct question q, bool yes)
{
	struct decision d;

	if (e->domain_count > MOST_VARIANTS)
		return false;
	for (size_t i = 0; i < e->domain_count; i++) {
		q.name = e->domains[i];
		if (lets_in(asked, &q, &d) != yes)
			return false;
	}
	return true;
}

/* ... and for every name that the policy looks at? */
static bool
same_for_names(const struct asked *asked, const char *server,
    const struct question *q, bool yes)
{
	const struct policy *policy = asked->policy;
	const struct server *s = policy_server(policy, server);

	for (const struct slot *slot = server_slots; slot->name; slot++)
		if (!same_for_domains(asked, slot_entries_const(slot, s), *q,
		        yes))
			return false;
	for (size_t i = 0; i < policy->list_count; i++)
		if (!same_for_domains(asked, &policy->lists[i]->entries, *q,
		        yes))
			return false;
	return true;
}

/* ... and for every local address that it looks at? */
static bool
same_for_locals(const struct asked *asked, const char *server,
    struct question q, bool yes)
{
	const struct server *s = policy_server(asked->policy, server);
	struct decision d;

	for (size_t i = 0; i < entries_count(&s->local.entries); i++) {
		struct entry e;

		entries_at(&s->local.entries, i, &e);
		if (i > MOST_VARIANTS)
			return false;
		if (e.kind != ENTRY_NET)
			continue;
		q.local_family = e.net.family;
		q.local = e.net.first;
		if (lets_in(asked, &q, &d) != yes)
			return false;
	}
	return true;
}

/* A name counts when it is verified. */
const char *
asking_name(const struct asking *a)
{
	return a->fact->verified == MAIL_YES ? a->fact->name : NULL;
}

static struct question
question_of(const struct asking *a)
{
	const struct mail_fact *f = a->fact;

	return (struct question){ .family = f->client.family,
		.client = f->client.first, .name = asking_name(a),
		.authenticated = f->authenticated == MAIL_YES,
		.local_family = f->local.family, .local = f->local.addr,
		.local_port = f->local.port,
		.recipient = f->recipient ? f->recipient : "" };
}

static bool
same_name(const struct asking *a, const struct asked *asked, bool yes)
{
	struct question q = question_of(a);
	struct decision d;

	if (!a->fact->name)
		return same_for_names(asked, a->served->server->name, &q, yes);
	q.name = a->fact->name;
	return lets_in(asked, &q, &d) == yes;
}

static bool
same_log_on(const struct asking *a, const struct asked *asked, bool yes)
{
	struct question q = question_of(a);
	struct decision d;

	q.authenticated = true;
	return lets_in(asked, &q, &d) == yes;
}

static struct answer
ask(const struct asking *a, const struct asked *asked)
{
	struct answer answer = { .open = OPEN_SERVER };
	const struct mail_fact *f = a->fact;
	const struct question q = question_of(a);

	if (!asked->rules)
		return answer;
	answer.yes = lets_in(asked, &q, &answer.decision);
	if (f->verified == MAIL_UNKNOWN && !same_name(a, asked, answer.yes))
		answer.open = OPEN_NAME;
	else if (!q.local_family && a->served->locals &&
	    !same_for_locals(asked, a->served->server->name, q, answer.yes))
		answer.open = OPEN_LOCAL;
	else if (f->authenticated == MAIL_UNKNOWN &&
	    !same_log_on(a, asked, answer.yes))
		answer.open = OPEN_AUTHENTICATION;
	else
		answer.known = true;
	return answer;
}

struct answer
asking_now(const struct asking *a)
{
	const struct served *s = a->served;

	return ask(a, &(struct asked){ s->after, s->policy, &a->to });
}

static struct asked
asked_before(const struct asking *a)
{
	const struct served *s = a->served;

	return (struct asked){ s->before, s->policy_before, &a->to_before };
}

struct answer
asking_before(const struct asking *a)
{
	const struct asked asked = asked_before(a);

	return ask(a, &asked);
}

bool
asking_had_not_logged_on(const struct asking *a)
{
	const struct asked asked = asked_before(a);
	struct question q = question_of(a);
	struct decision d;
	bool with, without;

	if (!asked.rules || a->fact->authenticated != MAIL_UNKNOWN ||
	    a->fact->outcome != MAIL_REFUSED)
		return false;
	without = lets_in(&asked, &q, &d);
	q.authenticated = true;
	with = lets_in(&asked, &q, &d);
	return with && !without;
}

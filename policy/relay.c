#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "lookup.h"
#include "mem.h"
#include "recipient.h"
#include "relay.h"
#include "ruleset.h"

const char *const decision_words[] = {
	"refuse-connection",
	"require-authentication",
	"reject-recipient",
	"accept-inbound",
	"deny-relay",
	"accept-relay",
	NULL,
};

/* --- the ten rows (relayadm-policy(7)) -------------------------------- */

struct asking {
	const struct ruleset *rules;
	const struct question *question;
	const char *name;   /* the client's, folded, or NULL */
	struct addressed to;
};

static bool
match(const struct asking *a, enum slot_place place, struct decision *d)
{
	const struct question *q = a->question;

	return gate_match(&a->rules->gates[place], q->family, q->client,
	    a->name, d);
}

static bool
match_local(const struct asking *a, struct decision *d)
{
	const struct question *q = a->question;

	return q->local_family &&
	    gate_match(&a->rules->gates[SLOT_LOCAL], q->local_family, q->local,
	        NULL, d);
}

static bool
ask_connection(const struct asking *a, struct decision *d)
{
	bool listed = match(a, SLOT_CONNECTION, d);

	d->kind = REFUSE_CONNECTION;
	return listed == (a->rules->server->connection_mode == MODE_ALL_EXCEPT);
}

static bool
ask_anonymous(const struct asking *a, struct decision *d)
{
	d->kind = REQUIRE_AUTHENTICATION;
	return !a->rules->server->anonymous && !a->question->authenticated;
}

static bool
ask_reject(const struct asking *a, struct decision *d)
{
	d->kind = REJECT_RECIPIENT;
	d->route = a->to.route;
	return a->to.route && a->to.route->action == ROUTE_REJECT;
}

static bool
ask_inbound(const struct asking *a, struct decision *d)
{
	d->kind = ACCEPT_INBOUND;
	if (a->to.routed)
		return false;
	if (!a->to.domain)
		return true;
	d->route = a->to.route;
	return a->to.route && a->to.route->action == ROUTE_INBOUND;
}

static bool
ask_reroute(const struct asking *a, struct decision *d)
{
	d->kind = DENY_RELAY;
	return !a->rules->server->reroute;
}

static bool
ask_relay_domain(const struct asking *a, struct decision *d)
{
	d->kind = ACCEPT_RELAY;
	d->route = a->to.route;
	return !a->to.routed && a->to.route &&
	    a->to.route->action == ROUTE_RELAY;
}

static bool
ask_never(const struct asking *a, struct decision *d)
{
	d->kind = DENY_RELAY;
	return match(a, SLOT_NEVER, d);
}

static bool
ask_restrictions(const struct asking *a, struct decision *d)
{
	const struct server *s = a->rules->server;
	bool any = s->only_authenticated || s->clients.enabled ||
	    s->local.enabled;
	bool satisfied =
	    (s->only_authenticated && a->question->authenticated) ||
	    (s->clients.enabled && match(a, SLOT_CLIENTS, d)) ||
	    (s->local.enabled && match_local(a, d));

	d->kind = DENY_RELAY;
	return any && !satisfied;
}

static bool
ask_authenticated(const struct asking *a, struct decision *d)
{
	d->kind = ACCEPT_RELAY;
	return a->question->authenticated &&
	    a->rules->server->relay_authenticated;
}

static bool
ask_relay(const struct asking *a, struct decision *d)
{
	bool listed = match(a, SLOT_RELAY, d);
	bool only = a->rules->server->relay_mode == MODE_ONLY;

	d->kind = listed == only ? ACCEPT_RELAY : DENY_RELAY;
	return true;
}

static const struct {
	bool (*ask)(const struct asking *, struct decision *);
	const char *title;
} steps[] = {
	{ ask_connection, "connection control", },
	{ ask_anonymous, "anonymous access", },
	{ ask_reject, "routing list: reject", },
	{ ask_inbound, "routing list: inbound", },
	{ ask_reroute, "do not reroute incoming SMTP mail", },
	{ ask_relay_domain, "routing list: relay", },
	{ ask_never, "NEVER list", },
	{ ask_restrictions, "routing restrictions", },
	{ ask_authenticated, "authenticated, regardless of the list", },
	{ ask_relay, "relay restrictions", },
};

#define STEPS (int)(sizeof(steps) / sizeof(steps[0]))

const char *
decision_row_title(int row)
{
	return row >= 1 && row <= STEPS ? steps[row - 1].title : "";
}

/* Room for what is seldom asked for: names. */
struct names {
	char client[DOMAIN_SIZE];
	char recipient[DOMAIN_SIZE];
};

static void
prepare(struct asking *a, const struct ruleset *rules,
    const struct question *q)
{
	struct addressed *to = &a->to;

	a->rules = rules;
	a->question = q;
	a->name = NULL;
	to->route = NULL;
	to->domain = recipient_scan(q->recipient, &to->domain_len,
	    &to->routed);
}

static bool
has_name(const struct asking *a)
{
	return a->question->name && *a->question->name;
}

static bool
needs_names(const struct asking *a)
{
	return has_name(a) || (a->to.domain && a->rules->server->route_count);
}

static void
prepare_client(struct asking *a, struct names *names)
{
	const char *name = a->question->name;

	domain_fold(names->client, name, strlen(name));
	a->name = names->client;
}

static void
prepare_names(struct asking *a, struct names *names)
{
	if (has_name(a))
		prepare_client(a, names);
	if (a->to.domain && a->rules->server->route_count) {
		domain_fold(names->recipient, a->to.domain, a->to.domain_len);
		a->to.route = relay_route(a->rules, names->recipient);
	}
}

static void
run_steps(const struct asking *a, struct decision *decision)
{
	*decision = (struct decision){ .row = 1 };
	for (int i = 0; i < STEPS; i++) {
		if (decision->in || decision->route)
			*decision = (struct decision){ .row = 1 };
		decision->row = i + 1;
		if (steps[i].ask(a, decision))
			return;
	}
}

static void
decide_named(struct asking *a, struct decision *decision)
{
	struct names names;

	prepare_names(a, &names);
	run_steps(a, decision);
}

static void
decide_client(struct asking *a, struct decision *decision)
{
	struct names names;

	prepare_client(a, &names);
	run_steps(a, decision);
}

void
relay_hint(const struct ruleset *rules, const struct question *question)
{
	gate_hint(&rules->gates[SLOT_RELAY], question->family,
	    question->client);
}

void
relay_decide(const struct ruleset *rules, const struct question *question,
    struct decision *decision)
{
	struct asking a;

	relay_hint(rules, question);
	prepare(&a, rules, question);
	if (needs_names(&a))
		decide_named(&a, decision);
	else
		run_steps(&a, decision);
}

void
relay_decide_to(const struct ruleset *rules, const struct question *question,
    const struct addressed *to, struct decision *decision)
{
	struct asking a = { rules, question, NULL, *to };

	if (has_name(&a))
		decide_client(&a, decision);
	else
		run_steps(&a, decision);
}

bool
relay_row_applies(const struct ruleset *rules, const struct question *question,
    int row, struct decision *looked)
{
	struct asking a;
	struct names names;

	prepare(&a, rules, question);
	prepare_names(&a, &names);
	*looked = (struct decision){ .row = row };
	return steps[row - 1].ask(&a, looked);
}

void
decision_add_what(struct buf *buf, const struct decision *d)
{
	if (d->route) {
		route_add(buf, d->route);
		return;
	}
	if (!d->in) {
		buf_add(buf, "-");
		return;
	}
	if (d->list)
		buf_addf(buf, "list:%s ", d->list);
	entries_add_text(buf, d->in, d->place);
}

bool
relay_match(const struct ruleset *rules, const struct slot *slot,
    const struct question *q, struct decision *where)
{
	char name[DOMAIN_SIZE];
	bool local = slot == &server_slots[SLOT_LOCAL];
	const char *client = NULL;

	*where = (struct decision){ 0 };
	if (!local && q->name && *q->name) {
		domain_fold(name, q->name, strlen(q->name));
		client = name;
	}
	if (local && !q->local_family)
		return false;
	return gate_match(&rules->gates[slot - server_slots],
	    local ? q->local_family : q->family, local ? q->local : q->client,
	    client, where);
}

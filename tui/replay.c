#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/field.h"
#include "policy/mem.h"
#include "replay.h"
#include "replay_seen.h"

#define BUCKETS 65536 /* a power of two */
/* Answers that are compared when the log leaves something open; a policy with
 * more client domains than that leaves it open too. */
#define MOST_VARIANTS 1024

const char *const replay_open_words[] = {
	"the virtual server is not in the log; --server names it",
	"the log does not say whether the client's name was verified",
	"the log does not say whether the client had logged on",
	"the log does not say to which local address it came",
};

/* How often each entry of a list decided. */
struct uses {
	const struct entries *in;
	uint64_t *counts;
	int64_t *last;
	struct uses *next;
};

struct replay {
	const struct compiled *before, *after;
	const struct replay_service *services;
	size_t service_count;
	struct replay_totals totals;
	/* Of the server that was asked last. */
	const char *server;
	const struct ruleset *rules_before, *rules_after;
	struct replay_client *clients[BUCKETS];
	struct replay_client *client; /* the last */
	size_t client_count;
	struct uses *uses;
	struct replay_seen seen;
};

struct replay *
replay_new(const struct compiled *before, const struct compiled *after,
    const struct replay_service *services, size_t service_count)
{
	struct replay *r = mem_new(1, sizeof(*r));

	r->before = before;
	r->after = after;
	r->services = services;
	r->service_count = service_count;
	return r;
}

static void
free_clients(struct replay_client *c)
{
	struct replay_client *next;

	for (; c; c = next) {
		next = c->next;
		free(c->name);
		free(c->sample);
		free(c);
	}
}

void
replay_free(struct replay *r)
{
	struct uses *u, *next;

	if (!r)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		free_clients(r->clients[i]);
	for (u = r->uses; u; u = next) {
		next = u->next;
		free(u->counts);
		free(u->last);
		free(u);
	}
	replay_seen_free(&r->seen);
	free(r);
}

const struct replay_totals *
replay_totals(const struct replay *r)
{
	return &r->totals;
}

/* --- which server --------------------------------------------------------- */

static bool
listens(const struct server *s, const struct listener *local)
{
	for (size_t i = 0; i < s->listener_count; i++)
		if (s->listeners[i].family == local->family &&
		    s->listeners[i].port == local->port &&
		    s->listeners[i].addr == local->addr)
			return true;
	return false;
}

/* The one server that listens at this; two are none. */
static const struct server *
one_that_listens(const struct policy *policy, const struct listener *local)
{
	const struct server *found = NULL;

	for (size_t i = 0; i < policy->server_count; i++) {
		if (!listens(policy->servers[i], local))
			continue;
		if (found)
			return NULL;
		found = policy->servers[i];
	}
	return found;
}

/* As sockets do: who listens on the address itself goes before who does on
 * every address. */
static const struct server *
by_listener(const struct policy *policy, struct listener local)
{
	const struct server *s;

	if (!local.family)
		return NULL;
	s = one_that_listens(policy, &local);
	local.addr = 0;
	return s ? s : one_that_listens(policy, &local);
}

static const char *
by_service(const struct replay *r, const char *service)
{
	const char *rest = NULL;

	for (size_t i = 0; i < r->service_count; i++) {
		const struct replay_service *s = &r->services[i];

		if (!s->service)
			rest = s->server;
		else if (service && !strcmp(s->service, service))
			return s->server;
	}
	return rest;
}

static const char *
server_of(const struct replay *r, const struct mail_fact *fact)
{
	const struct policy *policy = relay_policy(r->after);
	const struct server *s;

	if (fact->server && r->server && !strcmp(fact->server, r->server) &&
	    r->rules_after)
		return r->server;
	if (fact->server && policy_server(policy, fact->server))
		return policy_server(policy, fact->server)->name;
	s = by_listener(policy, fact->local);
	return s ? s->name : by_service(r, fact->service);
}

/* --- one recipient -------------------------------------------------------- */

/* Is the recipient taken, or, when there was none yet, the connection? */
static bool
lets_in(const struct ruleset *rules, const struct question *q,
    struct decision *d)
{
	relay_decide(rules, q, d);
	return *q->recipient
	    ? d->kind == ACCEPT_INBOUND || d->kind == ACCEPT_RELAY
	    : d->kind != REFUSE_CONNECTION;
}

/* Is the answer the same for each of these names? */
static bool
same_for_domains(const struct ruleset *rules, const struct entries *e,
    struct question q, bool yes)
{
	struct decision d;

	if (e->domain_count > MOST_VARIANTS)
		return false;
	for (size_t i = 0; i < e->domain_count; i++) {
		q.name = e->domains[i];
		if (lets_in(rules, &q, &d) != yes)
			return false;
	}
	return true;
}

/* ... and for every name that the policy looks at? */
static bool
same_for_names(const struct ruleset *rules, const struct policy *policy,
    const char *server, const struct question *q, bool yes)
{
	const struct server *s = policy_server(policy, server);

	for (const struct slot *slot = server_slots; slot->name; slot++)
		if (!same_for_domains(rules, slot_entries_const(slot, s), *q,
		        yes))
			return false;
	for (size_t i = 0; i < policy->list_count; i++)
		if (!same_for_domains(rules, &policy->lists[i]->entries, *q,
		        yes))
			return false;
	return true;
}

/* ... and for every local address that it looks at? */
static bool
same_for_locals(const struct ruleset *rules, const struct policy *policy,
    const char *server, struct question q, bool yes)
{
	const struct server *s = policy_server(policy, server);
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
		if (lets_in(rules, &q, &d) != yes)
			return false;
	}
	return true;
}

/* The question as far as the log says it, and what it leaves open. */
struct asking {
	struct replay *replay;
	const char *server;
	const struct mail_fact *fact;
	struct question q;
};

static void
set_question(struct asking *a)
{
	const struct mail_fact *f = a->fact;

	a->q = (struct question){ .family = f->client.family,
		.client = f->client.first,
		.name = f->verified == MAIL_YES ? f->name : NULL,
		.authenticated = f->authenticated == MAIL_YES,
		.local_family = f->local.family, .local = f->local.addr,
		.local_port = f->local.port,
		.recipient = f->recipient ? f->recipient : "" };
}

/* What a policy says to it; or what it would have to be told. */
struct answer {
	bool known, yes;
	struct decision decision;
	enum replay_open open; /* unless known */
};

static bool
same_name(const struct asking *a, const struct ruleset *rules,
    const struct compiled *compiled, bool yes)
{
	struct question q = a->q;
	struct decision d;

	if (a->fact->verified != MAIL_UNKNOWN)
		return true;
	if (!a->fact->name)
		return same_for_names(rules, relay_policy(compiled),
		    a->server, &q, yes);
	q.name = a->fact->name;
	return lets_in(rules, &q, &d) == yes;
}

static bool
same_log_on(const struct asking *a, const struct ruleset *rules, bool yes)
{
	struct question q = a->q;
	struct decision d;

	q.authenticated = true;
	return a->fact->authenticated != MAIL_UNKNOWN ||
	    lets_in(rules, &q, &d) == yes;
}

static struct answer
ask(const struct asking *a, const struct ruleset *rules,
    const struct compiled *compiled)
{
	struct answer answer = { .open = OPEN_SERVER };

	if (!rules)
		return answer;
	answer.yes = lets_in(rules, &a->q, &answer.decision);
	if (!same_name(a, rules, compiled, answer.yes))
		answer.open = OPEN_NAME;
	else if (!a->q.local_family && !same_for_locals(rules,
	             relay_policy(compiled), a->server, a->q, answer.yes))
		answer.open = OPEN_LOCAL;
	else if (!same_log_on(a, rules, answer.yes))
		answer.open = OPEN_AUTHENTICATION;
	else
		answer.known = true;
	return answer;
}

/* The gateway refused it: if the policy before refuses it only to who has not
 * logged on, it had not. */
static bool
had_not_logged_on(const struct asking *a)
{
	const struct ruleset *rules = a->replay->rules_before;
	struct question q = a->q;
	struct decision d;
	bool with, without;

	if (!rules || a->fact->outcome != MAIL_REFUSED)
		return false;
	without = lets_in(rules, &q, &d);
	q.authenticated = true;
	with = lets_in(rules, &q, &d);
	return with && !without;
}

/* --- clients -------------------------------------------------------------- */

static bool
same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static size_t
bucket_of(const struct net *client)
{
	uint64_t h = (uint64_t)client->first ^
	    (uint64_t)(client->first >> 64) * 0xbf58476d1ce4e5b9u;

	h *= 0x9e3779b97f4a7c15u;
	return (h >> 32) % BUCKETS;
}

static bool
is_client(const struct replay_client *c, const struct asking *a)
{
	return c->client.first == a->fact->client.first &&
	    c->client.family == a->fact->client.family &&
	    c->authenticated == a->fact->authenticated &&
	    (c->server == a->server || !strcmp(c->server, a->server)) &&
	    same_text(c->name, a->q.name);
}

static struct replay_client *
client_of(struct replay *r, const struct asking *a)
{
	const struct mail_fact *f = a->fact;
	struct replay_client **at, *c;

	if (r->client && is_client(r->client, a))
		return r->client;
	for (at = &r->clients[bucket_of(&f->client)]; *at; at = &(*at)->next)
		if (is_client(*at, a))
			return r->client = *at;
	c = mem_new(1, sizeof(*c));
	c->server = a->server;
	c->client = f->client;
	c->name = mem_text(a->q.name);
	c->authenticated = f->authenticated;
	*at = c;
	r->client_count++;
	return r->client = c;
}

/* --- what entries are used for -------------------------------------------- */

static struct uses *
uses_of(struct replay *r, const struct entries *in)
{
	struct uses **at = &r->uses, *u;

	while (*at && (*at)->in != in)
		at = &(*at)->next;
	if (*at)
		return *at;
	u = mem_new(1, sizeof(*u));
	u->in = in;
	u->counts = mem_new(entries_count(in), sizeof(*u->counts));
	u->last = mem_new(entries_count(in), sizeof(*u->last));
	*at = u;
	return u;
}

static void
count_use(struct replay *r, const struct decision *d, int64_t time)
{
	struct uses *u;

	if (!d->in)
		return;
	u = uses_of(r, d->in);
	u->counts[d->place]++;
	if (time > u->last[d->place])
		u->last[d->place] = time;
}

uint64_t
replay_uses(const struct replay *r, const struct entries *in, size_t place,
    int64_t *last)
{
	*last = 0;
	for (const struct uses *u = r->uses; u; u = u->next)
		if (u->in == in) {
			*last = u->last[place];
			return u->counts[place];
		}
	return 0;
}

/* --- who was seen --------------------------------------------------------- */

void
replay_log(struct replay *r)
{
	replay_seen_end(&r->seen);
}

void
replay_seen(struct replay *r, struct seen *seen)
{
	const struct replay_client *c;

	replay_seen_give(&r->seen, seen);
	for (size_t i = 0; i < BUCKETS; i++)
		for (c = r->clients[i]; c; c = c->next)
			if (c->sent)
				seen_add(seen, c->server, &c->client, c->sent);
}

/* --- a fact --------------------------------------------------------------- */

static void
find_rules(struct replay *r, const char *server)
{
	if (server == r->server)
		return;
	r->server = server;
	r->rules_after = relay_ruleset(r->after, server);
	r->rules_before = r->before ? relay_ruleset(r->before, server) : NULL;
}

static void
keep_sample(struct replay_client *c, const struct asking *a,
    const struct answer *now)
{
	if (c->sample && (c->sample_loses || now->yes))
		return;
	free(c->sample);
	c->sample_loses = !now->yes;
	c->sample = mem_text(a->fact->recipient ? a->fact->recipient : "");
	c->because = now->decision;
}

static void
compare(struct replay *r, const struct asking *a, struct replay_client *c,
    const struct answer *now)
{
	enum mail_outcome outcome = a->fact->outcome;
	struct answer was = ask(a, r->rules_before, r->before);

	if (outcome == MAIL_ACCEPTED && !now->yes) {
		c->loses++;
		r->totals.loses++;
		c->already += was.known && !was.yes;
		r->totals.already += was.known && !was.yes;
		keep_sample(c, a, now);
	}
	if (outcome == MAIL_REFUSED && now->yes && !(was.known && was.yes)) {
		c->gains++;
		r->totals.gains++;
		keep_sample(c, a, now);
	}
	r->totals.let_in += outcome == MAIL_ACCEPTED && was.known && !was.yes;
	r->totals.kept_out += outcome == MAIL_REFUSED && was.known && was.yes;
}

static void
count_outcome(struct replay *r, struct replay_client *c,
    const struct mail_fact *fact)
{
	switch (fact->outcome) {
	case MAIL_ACCEPTED:
		r->totals.accepted++;
		c->accepted++;
		if (fact->time > c->sent)
			c->sent = fact->time;
		break;
	case MAIL_REFUSED:
		r->totals.refused++;
		c->refused++;
		break;
	case MAIL_DEFERRED:
		r->totals.deferred++;
		c->deferred++;
		break;
	}
	if (fact->time > c->last)
		c->last = fact->time;
}

void
replay_take(void *context, const struct mail_fact *fact)
{
	struct replay *r = context;
	struct asking a = { .replay = r, .fact = fact };
	struct mail_fact deduced = *fact;
	struct replay_client *c;
	struct answer now;

	a.server = server_of(r, fact);
	replay_seen_fact(&r->seen, a.server, fact);
	if (!a.server) {
		r->totals.unknown[OPEN_SERVER]++;
		return;
	}
	find_rules(r, a.server);
	set_question(&a);
	if (fact->authenticated == MAIL_UNKNOWN && had_not_logged_on(&a)) {
		deduced.authenticated = MAIL_NO;
		a.fact = &deduced;
	}
	now = ask(&a, r->rules_after, r->after);
	if (!now.known) {
		r->totals.unknown[now.open]++;
		replay_seen_sent(&r->seen, a.server, fact);
		return;
	}
	c = client_of(r, &a);
	count_outcome(r, c, a.fact);
	compare(r, &a, c, &now);
	if (fact->outcome == MAIL_ACCEPTED)
		count_use(r, &now.decision, fact->time);
}

/* --- the answer ----------------------------------------------------------- */

static int
compare_clients(const void *x, const void *y)
{
	const struct replay_client *a = *(const struct replay_client *const *)x;
	const struct replay_client *b = *(const struct replay_client *const *)y;

	if (a->loses != b->loses)
		return a->loses > b->loses ? -1 : 1;
	if (a->gains != b->gains)
		return a->gains > b->gains ? -1 : 1;
	if (net_compare(&a->client, &b->client))
		return net_compare(&a->client, &b->client);
	if (strcmp(a->server, b->server))
		return strcmp(a->server, b->server);
	if (a->authenticated != b->authenticated)
		return a->authenticated < b->authenticated ? -1 : 1;
	return strcmp(a->name ? a->name : "", b->name ? b->name : "");
}

const struct replay_client **
replay_clients(const struct replay *r, bool all, size_t *count)
{
	const struct replay_client **array = mem_new(r->client_count,
	    sizeof(struct replay_client *));

	*count = 0;
	for (size_t i = 0; i < BUCKETS; i++)
		for (const struct replay_client *c = r->clients[i]; c;
		     c = c->next)
			if (all || c->loses || c->gains)
				array[(*count)++] = c;
	qsort(array, *count, sizeof(struct replay_client *), compare_clients);
	return array;
}

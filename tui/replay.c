#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "policy/recipient.h"
#include "replay_seen.h"
#include "replaying.h"

#define DOMAINS 4096 /* a power of two */
#define DOMAIN_KEPT 48
#define MOST_LOCALS 4096

const char *const replay_open_words[] = {
	"the virtual server is not in the log; --server names it",
	"the log does not say whether the client's name was verified",
	"the log does not say whether the client had logged on",
	"the log does not say to which local address it came",
};

/* What a server does with a domain, by each policy. */
struct treated {
	const struct served *served;
	size_t len;
	char domain[DOMAIN_KEPT]; /* as written */
	const struct route *now, *was; /* or NULL */
};

struct local {
	uint8_t family;
	u128 addr;
};

struct replay {
	const struct compiled *before, *after;
	const struct replay_service *services;
	size_t service_count;
	struct replay_totals totals;
	struct served *served; /* each server of the policy after */
	const struct served *last;
	struct client_table clients;
	struct uses *uses;
	size_t uses_count, uses_cap;
	struct treated domains[DOMAINS]; /* by hash; the last ones */
	struct local locals[MOST_LOCALS];
	size_t local_count;
	struct replay_seen seen;
};

struct replay *
replay_new(const struct compiled *before, const struct compiled *after,
    const struct replay_service *services, size_t service_count)
{
	const struct policy *policy = relay_policy(after);
	struct replay *r = mem_new(1, sizeof(*r));

	r->before = before;
	r->after = after;
	r->services = services;
	r->service_count = service_count;
	r->served = mem_new(policy->server_count, sizeof(*r->served));
	for (size_t i = 0; i < policy->server_count; i++)
		served_init(&r->served[i], policy->servers[i], before, after);
	clients_init(&r->clients);
	return r;
}

void
replay_free(struct replay *r)
{
	if (!r)
		return;
	clients_clear(&r->clients);
	for (size_t i = 0; i < r->uses_count; i++) {
		free(r->uses[i].counts);
		free(r->uses[i].last);
	}
	free(r->uses);
	free(r->served);
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
static const struct served *
one_that_listens(const struct replay *r, const struct listener *local)
{
	const struct served *found = NULL;

	for (size_t i = 0; i < relay_policy(r->after)->server_count; i++) {
		if (!listens(r->served[i].server, local))
			continue;
		if (found)
			return NULL;
		found = &r->served[i];
	}
	return found;
}

/* As sockets do: who listens on the address itself goes before who does on
 * every address. */
static const struct served *
by_listener(const struct replay *r, struct listener local)
{
	const struct served *s;

	if (!local.family)
		return NULL;
	s = one_that_listens(r, &local);
	local.addr = 0;
	return s ? s : one_that_listens(r, &local);
}

static const struct served *
by_name(struct replay *r, const char *name)
{
	if (!name)
		return NULL;
	if (r->last && !strcmp(name, r->last->server->name))
		return r->last;
	for (size_t i = 0; i < relay_policy(r->after)->server_count; i++)
		if (!strcmp(name, r->served[i].server->name))
			return r->last = &r->served[i];
	return NULL;
}

static const struct served *
by_service(struct replay *r, const char *service)
{
	const char *rest = NULL;

	for (size_t i = 0; i < r->service_count; i++) {
		const struct replay_service *s = &r->services[i];

		if (!s->service)
			rest = s->server;
		else if (service && !strcmp(s->service, service))
			return by_name(r, s->server);
	}
	return by_name(r, rest);
}

static const struct served *
served_of(struct replay *r, const struct mail_fact *fact)
{
	const struct served *s = by_name(r, fact->server);

	if (!s)
		s = by_listener(r, fact->local);
	return s ? s : by_service(r, fact->service);
}

/* --- what entries are used for -------------------------------------------- */

/* 1 + its number; a policy has not so many lists that 0 would come. */
static uint16_t
uses_of(struct replay *r, const struct entries *in)
{
	size_t i = 0, count = entries_count(in);

	while (i < r->uses_count && r->uses[i].in != in)
		i++;
	if (i == UINT16_MAX)
		return 0;
	if (i < r->uses_count)
		return (uint16_t)(i + 1);
	r->uses = mem_grow(r->uses, r->uses_count, &r->uses_cap,
	    sizeof(*r->uses));
	r->uses[r->uses_count++] = (struct uses){ in,
		mem_new(count, sizeof(*r->uses->counts)),
		mem_new(count, sizeof(*r->uses->last)) };
	return (uint16_t)(i + 1);
}

static void
count_use(struct replay *r, const struct verdict *v, int64_t time)
{
	struct uses *u;

	if (!v->uses)
		return;
	u = &r->uses[v->uses - 1];
	u->counts[v->place]++;
	if (time > u->last[v->place])
		u->last[v->place] = time;
}

uint64_t
replay_uses(const struct replay *r, const struct entries *in, size_t place,
    int64_t *last)
{
	*last = 0;
	for (size_t i = 0; i < r->uses_count; i++)
		if (r->uses[i].in == in) {
			*last = r->uses[i].last[place];
			return r->uses[i].counts[place];
		}
	return 0;
}

/* --- who was seen --------------------------------------------------------- */

void
replay_log(struct replay *r)
{
	replay_seen_end(&r->seen);
}

static void
add_sender(void *context, const struct replay_client *c)
{
	const struct net addr = { c->family, c->addr, c->addr };

	if (c->sent)
		seen_add(context, c->server, &addr, c->sent);
}

void
replay_seen(struct replay *r, struct seen *seen)
{
	replay_seen_give(&r->seen, seen);
	clients_each(&r->clients, add_sender, seen);
}

/* --- kinds of questions ---------------------------------------------------
 *
 * What a policy says to a client depends of a recipient on whether it is routed
 * and what the routing list does with its domain, and on little else.  So it is
 * asked once for each kind, and the answer counted. */

enum {
	KIND_ANY = 1,            /* so that none is 0 */
	KIND_NO_RECIPIENT = 2,   /* the connection was refused */
	KIND_ROUTED = 4,
	KIND_DOMAIN = 8,
	KIND_NAME_OPEN = 16,     /* the name is not known to be verified */
	KIND_REFUSED_OPEN = 32,  /* refused; not known to have logged on */
	KIND_NOW = 6,            /* two bits from here: the action now */
	KIND_WAS = 8,            /* and before */
	KIND_LOCAL = 10,         /* from here: 1 + the number of the address */
};

/* 0, or 1 + enum route_action. */
static uint32_t
action_of(const struct route *route)
{
	return route ? 1 + (uint32_t)route->action : 0;
}

static void
treat(struct treated *t, const struct served *s, const char *domain,
    size_t len)
{
	char folded[DOMAIN_SIZE];

	domain_fold(folded, domain, len);
	t->now = relay_route(s->after, folded);
	t->was = s->before ? relay_route(s->before, folded) : NULL;
	t->served = len <= DOMAIN_KEPT ? s : NULL;
	if (!t->served)
		return;
	t->len = len;
	memcpy(t->domain, domain, len);
}

static const struct treated *
treated_of(struct replay *r, const struct served *s, const char *domain,
    size_t len)
{
	uint32_t h = (uint32_t)len;
	struct treated *t;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)domain[i]) * 0x01000193u;
	t = &r->domains[(h ^ h >> 16) & (DOMAINS - 1)];
	if (t->served != s || t->len != len || memcmp(t->domain, domain, len))
		treat(t, s, domain, len);
	return t;
}

static uint32_t
kind_of_recipient(struct replay *r, struct asking *a)
{
	const char *recipient = a->fact->recipient;
	struct addressed *to = &a->to;
	const struct treated *t;
	uint32_t kind = KIND_ANY;

	*to = (struct addressed){ .route = NULL };
	to->domain = recipient_scan(recipient ? recipient : "",
	    &to->domain_len, &to->routed);
	a->to_before = *to;
	if (!recipient || !*recipient)
		return kind | KIND_NO_RECIPIENT;
	kind |= to->routed ? KIND_ROUTED : 0;
	if (!to->domain)
		return kind;
	t = treated_of(r, a->served, to->domain, to->domain_len);
	to->route = t->now;
	a->to_before.route = t->was;
	return kind | KIND_DOMAIN | action_of(t->now) << KIND_NOW |
	    action_of(t->was) << KIND_WAS;
}

/* 0: there are too many. */
static uint32_t
number_of_local(struct replay *r, const struct listener *local)
{
	for (size_t i = 0; i < r->local_count; i++)
		if (r->locals[i].family == local->family &&
		    r->locals[i].addr == local->addr)
			return (uint32_t)i + 1;
	if (r->local_count == MOST_LOCALS)
		return 0;
	r->locals[r->local_count++] = (struct local){ local->family,
		local->addr };
	return (uint32_t)r->local_count;
}

/* 0: it is of no kind.  What is asked about is whole then. */
static uint32_t
kind_of(struct replay *r, struct asking *a)
{
	const struct mail_fact *f = a->fact;
	uint32_t kind = kind_of_recipient(r, a), local;

	if (f->authenticated == MAIL_UNKNOWN && f->outcome == MAIL_REFUSED)
		kind |= KIND_REFUSED_OPEN;
	if (a->served->names && f->verified == MAIL_UNKNOWN) {
		if (f->name)
			return 0;
		kind |= KIND_NAME_OPEN;
	}
	if (!a->served->locals)
		return kind;
	local = number_of_local(r, &f->local);
	return local ? kind | local << KIND_LOCAL : 0;
}

/* --- verdicts ------------------------------------------------------------- */

/* As far as the log shows whether it had logged on. */
static void
deduce(struct asking *a, struct mail_fact *deduced)
{
	if (!asking_had_not_logged_on(a))
		return;
	*deduced = *a->fact;
	deduced->authenticated = MAIL_NO;
	a->fact = deduced;
}

static struct verdict
find_verdict(struct replay *r, struct asking a, uint32_t kind)
{
	struct mail_fact deduced;
	const struct mail_fact *fact = a.fact;
	struct answer now, was;
	struct verdict v;

	deduce(&a, &deduced);
	now = asking_now(&a);
	was = asking_before(&a);
	v = (struct verdict){ .kind = kind, .known = now.known,
		.yes = now.yes, .was_known = was.known, .was_yes = was.yes,
		.had_not = a.fact != fact, .open = (uint8_t)now.open,
		.place = (uint32_t)now.decision.place };
	if (now.known && now.decision.in)
		v.uses = uses_of(r, now.decision.in);
	return v;
}

static const struct verdict *
verdict_of(struct replay *r, struct known_client *c, struct asking *a,
    struct verdict *once)
{
	uint32_t kind = kind_of(r, a);
	struct verdict *v = c->verdicts;

	for (; kind && v < c->verdicts + VERDICTS; v++)
		if (v->kind == kind)
			return v;
	v = kind ? &c->verdicts[c->next++ % VERDICTS] : once;
	*v = find_verdict(r, *a, kind);
	return v;
}

/* --- a fact --------------------------------------------------------------- */

static void
keep_sample(struct replay_client *c, struct asking a, const struct verdict *v)
{
	struct replay_sample *s = c->sample;
	struct mail_fact deduced;

	if (s && (s->loses || v->yes))
		return;
	if (!s)
		s = c->sample = mem_new(1, sizeof(*s));
	free(s->recipient);
	s->loses = !v->yes;
	s->recipient = mem_text(a.fact->recipient ? a.fact->recipient : "");
	deduce(&a, &deduced);
	s->because = asking_now(&a).decision;
}

static void
compare(struct replay *r, const struct asking *a, struct replay_client *c,
    const struct verdict *v)
{
	enum mail_outcome outcome = a->fact->outcome;
	bool was_in = v->was_known && v->was_yes;
	bool was_out = v->was_known && !v->was_yes;

	if (outcome == MAIL_ACCEPTED && !v->yes) {
		c->loses++;
		r->totals.loses++;
		c->already += was_out;
		r->totals.already += was_out;
		keep_sample(c, *a, v);
	}
	if (outcome == MAIL_REFUSED && v->yes && !was_in) {
		c->gains++;
		r->totals.gains++;
		keep_sample(c, *a, v);
	}
	r->totals.let_in += outcome == MAIL_ACCEPTED && was_out;
	r->totals.kept_out += outcome == MAIL_REFUSED && was_in;
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

/* Of a message that had a recipient before it is remembered. */
static struct known_client *
client_of(struct replay *r, struct asking *a, const struct mail_fact *fact)
{
	struct known_client *c = fact->memo ? *fact->memo : NULL;
	const struct served *served = c ? c->served : served_of(r, fact);

	if (!served)
		return NULL;
	a->served = served;
	a->fact = fact;
	if (!c)
		c = clients_of(&r->clients, a, fact->authenticated);
	if (fact->memo)
		*fact->memo = c;
	return c;
}

void
replay_take(void *context, const struct mail_fact *fact)
{
	struct replay *r = context;
	struct known_client *c;
	const struct verdict *v;
	struct verdict once;
	struct asking a;

	c = client_of(r, &a, fact);
	replay_seen_fact(&r->seen, c ? c->seen.server : NULL, fact);
	if (!c) {
		r->totals.unknown[OPEN_SERVER]++;
		return;
	}
	v = verdict_of(r, c, &a, &once);
	if (!v->known) {
		r->totals.unknown[v->open]++;
		replay_seen_sent(&r->seen, c->seen.server, fact);
		return;
	}
	if (v->had_not)
		c = clients_of(&r->clients, &a, MAIL_NO);
	count_outcome(r, &c->seen, fact);
	compare(r, &a, &c->seen, v);
	if (fact->outcome == MAIL_ACCEPTED)
		count_use(r, v, fact->time);
}

void
replay_hint(void *context, const struct mail_coming *who, bool again)
{
	const struct replay *r = context;

	clients_hint(&r->clients, who, again);
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
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	if (strcmp(a->server, b->server))
		return strcmp(a->server, b->server);
	if (a->authenticated != b->authenticated)
		return a->authenticated < b->authenticated ? -1 : 1;
	return strcmp(a->name ? a->name : "", b->name ? b->name : "");
}

struct listing {
	const struct replay_client **clients;
	size_t count;
	bool all;
};

static void
list_client(void *context, const struct replay_client *c)
{
	struct listing *to = context;

	if (c->loses || c->gains ||
	    (to->all && c->accepted + c->refused + c->deferred))
		to->clients[to->count++] = c;
}

const struct replay_client **
replay_clients(const struct replay *r, bool all, size_t *count)
{
	struct listing listing = { .all = all,
		.clients = mem_new(r->clients.count,
		    sizeof(struct replay_client *)) };

	clients_each(&r->clients, list_client, &listing);
	qsort(listing.clients, listing.count, sizeof(struct replay_client *),
	    compare_clients);
	*count = listing.count;
	return listing.clients;
}

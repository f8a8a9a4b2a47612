#include "config.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "document.h"
#include "import.h"
#include "names.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "policy/relay.h"
#include "policy/relaypolicy.h"

struct relaypolicy {
	struct policy *policy;
	struct compiled *compiled;
};

/* --- loading ------------------------------------------------------------ */

/* What a decision could only pass over in silence. */
static bool
check_slot(const struct slot *slot, const struct policy *policy,
    const struct entries *entries, const struct names *lists,
    struct err *err)
{
	struct entry entry;
	size_t first = entries->v4_count + entries->v6_count;

	if (slot->only_addresses && entries->domain_count) {
		entries_at(entries, first, &entry);
		return slot_check(slot, policy, &entry, err);
	}
	for (size_t i = 0; i < entries->list_count; i++) {
		size_t place = names_find(lists, entries->lists[i]);

		if (place == NAMES_NOWHERE)
			return fail(err, "%s: there is no list %s", slot->name,
			    entries->lists[i]);
		if (!slot->only_addresses ||
		    !policy->lists[place]->entries.domain_count)
			continue;
		entries_at(entries, first + entries->domain_count + i, &entry);
		return slot_check(slot, policy, &entry, err);
	}
	return true;
}

static bool
check_servers(const struct policy *policy, struct err *err)
{
	struct names lists;
	bool ok = true;

	names_of(&lists, &shapes[OBJECT_LIST], policy);
	for (size_t i = 0; ok && i < policy->server_count; i++) {
		const struct server *s = policy->servers[i];

		for (const struct slot *slot = server_slots; ok && slot->name;
		     slot++)
			ok = check_slot(slot, policy,
			         slot_entries_const(slot, s), &lists, err) ||
			    fail_in(err, "server %s", s->name);
	}
	names_free(&lists);
	return ok;
}

struct loading {
	const char *path; /* or else the text */
	const char *text;
	size_t len;
	struct relaypolicy *loaded;
	struct err err;
};

static void
load_text(struct loading *l)
{
	struct policy *policy;

	if (!document_read(&policy, l->text, l->len, &l->err))
		return;
	if (!check_servers(policy, &l->err)) {
		policy_free(policy);
		return;
	}
	l->loaded = mem_new(1, sizeof(*l->loaded));
	l->loaded->policy = policy;
	l->loaded->compiled = relay_compile(policy);
}

static void
load(void *context)
{
	struct loading *l = context;
	struct buf file = { 0 };

	if (!l->path) {
		load_text(l);
		return;
	}
	if (import_read_file(&file, l->path, &l->err)) {
		l->text = buf_text(&file);
		l->len = file.len;
		load_text(l);
		if (!l->loaded)
			fail_in(&l->err, "%.200s", l->path);
	}
	buf_free(&file);
}

static struct relaypolicy *
run_load(struct loading *l, char *error, size_t error_size)
{
	if (!mem_try(load, l)) {
		l->loaded = NULL;
		fail(&l->err, "out of memory");
	}
	if (error && error_size)
		snprintf(error, error_size, "%s", l->loaded ? "" : l->err.text);
	return l->loaded;
}

static struct relaypolicy *
refuse(const char *why, char *error, size_t error_size)
{
	if (error && error_size)
		snprintf(error, error_size, "%s", why);
	return NULL;
}

struct relaypolicy *
relaypolicy_load(const char *text, size_t len, char *error, size_t error_size)
{
	struct loading l = { .text = text, .len = len };

	if (!text)
		return refuse("the document is missing", error, error_size);
	return run_load(&l, error, error_size);
}

struct relaypolicy *
relaypolicy_load_file(const char *path, char *error, size_t error_size)
{
	struct loading l = { .path = path };

	if (!path || !*path)
		return refuse("the file's name is missing", error, error_size);
	/* The reader takes - for standard input, which is not ours. */
	if (!strcmp(path, "-"))
		l.path = "./-";
	return run_load(&l, error, error_size);
}

void
relaypolicy_free(struct relaypolicy *p)
{
	if (!p)
		return;
	relay_free(p->compiled);
	policy_free(p->policy);
	free(p);
}

size_t
relaypolicy_server_count(const struct relaypolicy *p)
{
	return p ? p->policy->server_count : 0;
}

const char *
relaypolicy_server_name(const struct relaypolicy *p, size_t place)
{
	return place < relaypolicy_server_count(p)
	    ? p->policy->servers[place]->name
	    : NULL;
}

/* --- deciding ----------------------------------------------------------- */

static u128
number_of(const uint8_t *bytes, size_t count)
{
	u128 number = 0;

	for (size_t i = 0; i < count; i++)
		number = number << 8 | bytes[i];
	return number;
}

static bool
read_sockaddr(const struct sockaddr *addr, size_t len, struct listener *to,
    struct err *err)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	sa_family_t family = AF_UNSPEC;

	if (len >= offsetof(struct sockaddr, sa_data))
		family = addr->sa_family;
	if (family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, addr, sizeof(v4));
		*to = (struct listener){ 4, ntohl(v4.sin_addr.s_addr),
			ntohs(v4.sin_port) };
		return true;
	}
	if (family != AF_INET6 || len < sizeof(v6))
		return fail(err, "a socket address of family %d and length "
		    "%zu; a whole one of IPv4 or IPv6 is needed", (int)family,
		    len);
	memcpy(&v6, addr, sizeof(v6));
	*to = (struct listener){ 6, number_of(v6.sin6_addr.s6_addr, 16),
		ntohs(v6.sin6_port) };
	if (to->addr >> 32 == 0xffff)
		to->family = 4, to->addr &= NET_LAST4;
	return true;
}

static bool
read_client(const struct relaypolicy_question *asked, struct question *q,
    struct err *err)
{
	struct listener client;
	struct net net;

	if (!asked->client == !asked->client_addr)
		return fail(err, asked->client
		    ? "both a text and a socket address; give one"
		    : "the address is missing");
	if (!asked->client) {
		if (!read_sockaddr(asked->client_addr, asked->client_addr_len,
		        &client, err))
			return false;
		q->family = client.family;
		q->client = client.addr;
		return true;
	}
	if (!net_parse_addr(&net, asked->client, strlen(asked->client), err))
		return false;
	q->family = net.family;
	q->client = net.first;
	return true;
}

static bool
read_local(const struct relaypolicy_question *asked, struct question *q,
    struct err *err)
{
	struct listener local = { 0 };
	bool ok = true;

	if (asked->local && asked->local_addr)
		return fail(err,
		    "both a text and a socket address; give one");
	if (asked->local)
		ok = listener_parse(&local, asked->local,
		    strlen(asked->local), err);
	else if (asked->local_addr)
		ok = read_sockaddr(asked->local_addr, asked->local_addr_len,
		    &local, err);
	q->local_family = local.family;
	q->local = local.addr;
	q->local_port = local.port;
	return ok;
}

static bool
read_question(const struct relaypolicy_question *asked, struct question *q,
    struct err *err)
{
	*q = (struct question){ .name = asked->client_name,
		.authenticated = asked->authenticated,
		.recipient = asked->recipient };
	if (!asked->recipient || !*asked->recipient ||
	    !strcmp(asked->recipient, "<>"))
		return fail(err, "the recipient is empty");
	if (asked->authenticated != 0 && asked->authenticated != 1)
		return fail(err, "authenticated: %d is neither 0 nor 1",
		    asked->authenticated);
	if (!read_client(asked, q, err))
		return fail_in(err, "client");
	if (!read_local(asked, q, err))
		return fail_in(err, "local");
	return true;
}

struct deciding {
	const struct relaypolicy *policy;
	const struct relaypolicy_question *question;
	struct relaypolicy_answer *answer;
	enum relaypolicy_status status;
};

static enum relaypolicy_status
refuse_question(struct relaypolicy_answer *answer,
    enum relaypolicy_status status, const char *why)
{
	snprintf(answer->text, sizeof(answer->text), "%s", why);
	return status;
}

static void
give_answer(struct relaypolicy_answer *answer, const struct decision *d)
{
	int first = RELAYPOLICY_REFUSE_CONNECTION;
	struct buf what = { 0 };

	decision_add_what(&what, d);
	answer->decision = (enum relaypolicy_decision)(first + (int)d->kind);
	answer->row = d->row;
	snprintf(answer->text, sizeof(answer->text), "%s", buf_text(&what));
	buf_free(&what);
}

static void
decide(void *context)
{
	struct deciding *d = context;
	const struct ruleset *rules;
	struct question question;
	struct decision decision;
	struct err err;

	d->status = RELAYPOLICY_BAD_QUESTION;
	if (!d->question->server)
		fail(&err, "the server's name is missing");
	else if (read_question(d->question, &question, &err))
		d->status = RELAYPOLICY_OK;
	if (d->status != RELAYPOLICY_OK) {
		refuse_question(d->answer, d->status, err.text);
		return;
	}
	rules = relay_ruleset(d->policy->compiled, d->question->server);
	if (!rules) {
		fail(&err, "there is no server %.80s", d->question->server);
		d->status = refuse_question(d->answer, RELAYPOLICY_NO_SERVER,
		    err.text);
		return;
	}
	relay_decide(rules, &question, &decision);
	give_answer(d->answer, &decision);
}

enum relaypolicy_status
relaypolicy_decide(const struct relaypolicy *policy,
    const struct relaypolicy_question *question,
    struct relaypolicy_answer *answer)
{
	struct deciding d = { policy, question, answer, RELAYPOLICY_OK };

	if (!answer || answer->size != sizeof(*answer))
		return RELAYPOLICY_BAD_QUESTION;
	/* Whoever forgets to look at the status must not let anybody in. */
	answer->decision = RELAYPOLICY_REFUSE_CONNECTION;
	answer->row = 0;
	answer->text[0] = '\0';
	if (!policy)
		return refuse_question(answer, RELAYPOLICY_BAD_QUESTION,
		    "the policy is missing");
	if (!question || question->size != sizeof(*question))
		return refuse_question(answer, RELAYPOLICY_BAD_QUESTION,
		    "the question is missing, or its size is not set");
	if (!mem_try(decide, &d))
		return refuse_question(answer, RELAYPOLICY_NO_MEMORY,
		    "out of memory");
	return d.status;
}

/* --- words -------------------------------------------------------------- */

_Static_assert(RELAYPOLICY_REQUIRE_AUTHENTICATION ==
        REQUIRE_AUTHENTICATION + RELAYPOLICY_REFUSE_CONNECTION &&
    RELAYPOLICY_REJECT_RECIPIENT ==
        REJECT_RECIPIENT + RELAYPOLICY_REFUSE_CONNECTION &&
    RELAYPOLICY_ACCEPT_INBOUND ==
        ACCEPT_INBOUND + RELAYPOLICY_REFUSE_CONNECTION &&
    RELAYPOLICY_DENY_RELAY == DENY_RELAY + RELAYPOLICY_REFUSE_CONNECTION &&
    RELAYPOLICY_ACCEPT_RELAY == ACCEPT_RELAY + RELAYPOLICY_REFUSE_CONNECTION,
    "the core's decisions in the same order");

const char *
relaypolicy_decision_word(enum relaypolicy_decision decision)
{
	if (decision < RELAYPOLICY_REFUSE_CONNECTION ||
	    decision > RELAYPOLICY_ACCEPT_RELAY)
		return "";
	return decision_words[decision - RELAYPOLICY_REFUSE_CONNECTION];
}

const char *
relaypolicy_row_title(int row)
{
	return decision_row_title(row);
}

const char *
relaypolicy_version(void)
{
	return PACKAGE_VERSION;
}

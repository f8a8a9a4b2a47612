#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "policy/net.h"

#include "probe.h"
#include "site.h"

/* Mail servers slow down or end a session with more refusals than these. */
#define ASKED_MAX 8 /* of one listener */
#define KIND_MAX 2 /* with the same answer */
#define ROUTES_MAX 100
#define NAMES_MAX 200
#define V4_LOOPBACK 0x7f000001u

struct asking {
	const struct site *site;
	const struct ruleset *rules;
	const struct server *server;
	const struct listener *listener;
	unsigned number; /* of the listener */
	u128 local; /* where the gateway itself reaches it */
	u128 clients[2]; /* and which client it may be there */
	char **names; /* of clients, that the lists know */
	size_t name_count, name_cap;
	struct buf *questions;
	size_t asked, asked_of[ACCEPT_RELAY + 1];
};

static enum decision_kind
decide(const struct asking *a, u128 client, const char *name,
    const char *recipient)
{
	struct question question = {
		.family = a->listener->family,
		.client = client,
		.name = name,
		.local_family = a->listener->family,
		.local = a->local,
		.local_port = a->listener->port,
		.recipient = recipient,
	};
	struct decision decision;

	relay_decide(a->rules, &question, &decision);
	return decision.kind;
}

/* The gateway may have any name, which we do not know. */
static bool
same_in_any_case(
    const struct asking *a, enum decision_kind kind, const char *recipient)
{
	if (decide(a, a->clients[1], NULL, recipient) != kind)
		return false;
	for (size_t i = 0; i < 2 * a->name_count; i++)
		if (decide(a, a->clients[i % 2], a->names[i / 2], recipient) !=
		    kind)
			return false;
	return true;
}

/* OpenSMTPD looks whether there is such a user. */
static bool
can_be_asked(const struct asking *a, enum decision_kind kind)
{
	return kind != ACCEPT_INBOUND || a->site->gateway->mta != MTA_OPENSMTPD;
}

static void
ask(struct asking *a, const char *recipient)
{
	enum decision_kind kind = decide(a, a->clients[0], NULL, recipient);

	if (a->asked == ASKED_MAX || a->asked_of[kind] == KIND_MAX ||
	    !can_be_asked(a, kind) || !same_in_any_case(a, kind, recipient))
		return;
	a->asked++;
	a->asked_of[kind]++;
	buf_addf(a->questions, "%u\t", a->number);
	net_add_addr(a->questions, a->listener->family, a->clients[0]);
	buf_addf(a->questions, "\t%s\t%s", recipient, probe_reply(kind));
	/* Who is refused the connection hears that before TLS. */
	if (a->server->tls == TLS_REQUIRED && kind != REFUSE_CONNECTION)
		buf_add(a->questions, "\tstarttls");
	buf_addc(a->questions, '\n');
}

static void
ask_route(struct asking *a, const struct route *route)
{
	static const char *const before[] = { "<probe@", "<probe@sub.",
		"<probe@not" };

	if (!strcmp(route->domain, ".") || strlen(route->domain) > 200 ||
	    strcspn(route->domain, ".") > 59)
		return;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		struct buf text = { 0 };

		buf_addf(&text, "%s%s>", before[i], route->domain);
		ask(a, text.data);
		buf_free(&text);
	}
}

/* Whoever asks an address of the machine itself has that address, but 127.0.0.1
 * asks the loopback network, and perhaps what else is routed to the loopback.
 */
static void
set_vantage(struct asking *a)
{
	const struct listener *l = a->listener;
	u128 loopback = l->family == 4 ? V4_LOOPBACK : 1;

	a->local = l->addr ? l->addr : loopback;
	a->clients[0] = a->local;
	a->clients[1] = loopback;
	if (l->family == 4 && l->addr >> 24 == V4_LOOPBACK >> 24)
		a->clients[0] = loopback;
}

static void
ask_listener(struct asking *a)
{
	const struct server *server = a->server;
	size_t step = server->route_count > ROUTES_MAX
	    ? server->route_count / ROUTES_MAX
	    : 1;

	set_vantage(a);
	a->asked = 0;
	memset(a->asked_of, 0, sizeof(a->asked_of));
	ask(a, PROBE_FOREIGN);
	for (size_t i = 0; i < server->route_count; i += step)
		ask_route(a, &server->routes[i]);
}

static void
add_name(const char *domain, void *context)
{
	struct asking *a = context;

	if (a->name_count > NAMES_MAX)
		return;
	a->names =
	    mem_grow(a->names, a->name_count, &a->name_cap, sizeof(*a->names));
	a->names[a->name_count++] = mem_text(domain);
}

/* A server that has very many names of clients is asked nothing. */
static void
ask_server(struct asking *a)
{
	static const char *const slots[] = { "connection", "relay", "clients" };

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		site_slot_names(a->site, a->server, slots[i], add_name, a);
	for (size_t i = 0; i < a->server->listener_count; i++) {
		a->number++;
		a->listener = &a->server->listeners[i];
		if (a->name_count <= NAMES_MAX)
			ask_listener(a);
	}
	while (a->name_count)
		free(a->names[--a->name_count]);
}

void
probes_add_live(struct buf *questions, const struct site *site)
{
	struct asking a = { .site = site, .questions = questions };

	for (size_t i = 0; i < site->gateway->server_count; i++) {
		a.server = site_server(site, i);
		if (!a.server)
			continue;
		a.rules = relay_ruleset(site->compiled, a.server->name);
		ask_server(&a);
	}
	free(a.names);
}

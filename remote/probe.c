#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "policy/set.h"

#include "probe.h"
#include "site.h"

#define SPANS_MAX 12  /* of one list; more are sampled evenly */
#define ROUTES_MAX 24
#define NAMES_MAX 12 /* of one list */

struct client {
	uint8_t family;
	u128 addr;
	const char *name;
};

struct probing {
	const struct site *site;
	const struct ruleset *rules;
	const struct server *server;
	const struct listener *listener;
	unsigned number; /* of the listener */
	struct buf *questions;
	struct client *clients;
	size_t client_count, client_cap;
	char **names;
	size_t name_count, name_cap;
	size_t names_left; /* of a slot, that may still be asked */
};

static const char *const replies[] = { /* by decision_kind */
	[REFUSE_CONNECTION] = "554",
	[REQUIRE_AUTHENTICATION] = "530",
	[REJECT_RECIPIENT] = "550",
	[ACCEPT_INBOUND] = "250",
	[DENY_RELAY] = "550",
	[ACCEPT_RELAY] = "250",
};

const char *
probe_reply(enum decision_kind kind)
{
	return replies[kind];
}

static const char *const canaries[] = {
	"192.0.2.1", "198.51.100.1", "203.0.113.1", "8.8.8.8", "127.0.0.1",
	"10.0.0.1", "172.16.0.1", "192.168.0.1", "223.255.255.254", "1.0.0.1",
	"2001:db8:ffff::1", "2600::1", "::1", "fd00::1",
};

/* %s is a domain. */
static const char *const forms[] = {
	"<probe@%s>", "<probe@sub.%s>", "<probe@not%s>", "<probe%%far@%s>",
	"<\"probe@far\"@%s>", "<far!probe@%s>", "<@far.example:probe@%s>",
	"<IMCEASMTP-probe+40far@%s>",
};

static void
ask(struct probing *p, const struct client *client, bool authenticated,
    const char *recipient)
{
	struct question question = {
		.family = client->family,
		.client = client->addr,
		.name = client->name,
		.authenticated = authenticated,
		.local_family = p->listener->family,
		.local = p->listener->addr,
		.local_port = p->listener->port,
		.recipient = recipient,
	};
	struct decision decision;

	if (authenticated && !p->server->basic)
		return;
	relay_decide(p->rules, &question, &decision);
	buf_addf(p->questions, "%u\t", p->number);
	net_add_addr(p->questions, client->family, client->addr);
	buf_addf(p->questions, "\t%s\t%d\t%s\t%s\n",
	    client->name ? client->name : "-", authenticated, recipient,
	    replies[decision.kind]);
}

static void
add_client(struct probing *p, uint8_t family, u128 addr, const char *name)
{
	p->clients = mem_grow(p->clients, p->client_count, &p->client_cap,
	    sizeof(*p->clients));
	p->clients[p->client_count++] = (struct client){ family, addr, name };
}

/* The edges of a span, and their neighbours outside. */
static void
add_edges(struct probing *p, const struct net *net)
{
	add_client(p, net->family, net->first, NULL);
	add_client(p, net->family, net->last, NULL);
	if (net->first)
		add_client(p, net->family, net->first - 1, NULL);
	if (net->last != net_top(net->family))
		add_client(p, net->family, net->last + 1, NULL);
}

static void
add_slot_clients(struct probing *p, const char *slot)
{
	struct set set;
	size_t count, step;

	site_slot_set(p->site, p->server, slot, &set);
	count = set.v4_count + set.v6_count;
	step = count > SPANS_MAX ? count / SPANS_MAX : 1;
	for (size_t i = 0; i < count; i += step) {
		struct net net = set_net(&set, i);

		add_edges(p, &net);
	}
	set_free(&set);
}

static void
add_named(struct probing *p, const char *prefix, const char *domain)
{
	struct buf name = { 0 };

	buf_addf(&name, "%s%s", prefix, domain);
	p->names = mem_grow(p->names, p->name_count, &p->name_cap,
	    sizeof(*p->names));
	p->names[p->name_count++] = buf_take(&name);
	add_client(p, 4, 0xc6336407u, p->names[p->name_count - 1]);
}

static void
add_names(const char *domain, void *context)
{
	struct probing *p = context;

	/* The dots and the label must leave room for the prefix. */
	if (!p->names_left || strlen(domain) > 240 ||
	    strcspn(domain, ".") > 59)
		return;
	p->names_left--;
	add_named(p, "", domain);
	add_named(p, "mail.", domain);
	add_named(p, "not", domain);
}

static void
add_slot_names(struct probing *p, const char *slot)
{
	p->names_left = NAMES_MAX;
	site_slot_names(p->site, p->server, slot, add_names, p);
}

static void
ask_route(struct probing *p, const struct route *route, size_t from)
{
	if (!strcmp(route->domain, ".") || strlen(route->domain) > 200 ||
	    strcspn(route->domain, ".") > 59)
		return;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *hole = strstr(forms[i], "%s");
		struct buf text = { 0 };

		for (const char *c = forms[i]; c < hole; c++) {
			buf_addc(&text, *c);
			c += c[0] == '%' && c[1] == '%';
		}
		buf_addf(&text, "%s%s", route->domain, hole + 2);
		ask(p, &p->clients[(from + i) % p->client_count], i % 2,
		    text.data);
		ask(p, &p->clients[(from + 3 * i) % p->client_count], false,
		    text.data);
		buf_free(&text);
	}
}

static void
ask_listener(struct probing *p)
{
	static const char *const others[] = { "<probe>",
		"<probe@[192.0.2.1]>", "<probe%foreign.relayadm.invalid>" };
	const struct server *server = p->server;
	size_t step = server->route_count > ROUTES_MAX
	    ? server->route_count / ROUTES_MAX : 1;

	for (size_t i = 0; i < p->client_count; i++) {
		ask(p, &p->clients[i], false, PROBE_FOREIGN);
		ask(p, &p->clients[i], true, PROBE_FOREIGN);
	}
	for (size_t i = 0; i < server->route_count; i += step)
		ask_route(p, &server->routes[i], i);
	/* At least 64 in all. */
	for (size_t i = 0; i < 60; i++)
		ask(p, &p->clients[i % p->client_count], false,
		    others[i % 3]);
}

static void
collect_clients(struct probing *p)
{
	static const char *const slots[] = { "connection", "relay", "clients",
		"never" };

	for (size_t i = 0; i < sizeof(canaries) / sizeof(canaries[0]); i++) {
		struct net net;
		struct err err;

		if (net_parse_addr(&net, canaries[i], strlen(canaries[i]),
		    &err))
			add_client(p, net.family, net.first, NULL);
	}
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		add_slot_clients(p, slots[i]);
	add_slot_names(p, "connection");
	add_slot_names(p, "relay");
	add_slot_names(p, "clients");
}

static unsigned
ask_server(const struct site *site, const struct server *server,
    unsigned number, struct buf *questions)
{
	struct probing p = {
		.site = site,
		.rules = relay_ruleset(site->compiled, server->name),
		.server = server,
		.number = number,
		.questions = questions,
	};

	collect_clients(&p);
	for (size_t i = 0; i < server->listener_count; i++) {
		p.number++;
		p.listener = &server->listeners[i];
		ask_listener(&p);
	}
	for (size_t i = 0; i < p.name_count; i++)
		free(p.names[i]);
	free(p.names);
	free(p.clients);
	return p.number;
}

void
probes_add(struct buf *questions, const struct site *site)
{
	unsigned number = 0;

	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			number = ask_server(site, server, number, questions);
	}
}

/* Findings about servers, rows and gateways: what the model says. */
#include "config.h"

#include <string.h>

#include "expected.h"
#include "unit.h"

/* --- servers ---------------------------------------------------------- */

static void
expect_settings(struct expected *e, const struct m_server *s)
{
	const char *every = "";

	for (int i = s->route_count - 1; i >= 0; i--)
		if (!strcmp(s->routes[i].canonical, "."))
			every = &s->routes[i].action;
	if (*every == 'r')
		expect(e, "relay-any-domain", "server", s->name,
		    "the routing list row \".\" says relay");
	if (s->enabled && !s->listener_count)
		expect(e, "no-listener", "server", s->name,
		    "the server is enabled but listens nowhere");
	if (s->enabled && s->basic && s->tls != 'r')
		expect(e, "cleartext-auth", "server", s->name,
		    "basic authentication is on and TLS is not required");
	if (s->enabled && !s->basic && (s->box_authenticated || s->relay_authenticated))
		expect(e, "auth-unoffered", "server", s->name, "the %s",
		    s->box_authenticated ? "routing" : "relay");
}

static void
expect_rows(struct expected *e, const struct m_server *s)
{
	for (int i = 0; i < s->route_count; i++) {
		const struct m_route *r = &s->routes[i];
		int behind = m_behind(s, i);
		bool again = false;

		for (int j = 0; j < i; j++)
			again = again ||
			    !strcmp(s->routes[j].canonical, r->canonical);
		if (again)
			expect(e, "duplicate-row", "server", s->name,
			    "two routing list rows for %s: ", r->canonical);
		if (behind >= 0 && s->routes[behind].action == r->action &&
		    !strcmp(s->routes[behind].next_hop, r->next_hop))
			expect(e, "shadowed-row", "server", s->name,
			    "the routing list row %s makes", r->canonical);
	}
}

static int
domains_of(const struct m_entries *entries)
{
	int count = 0;

	for (int i = 0; i < entries->count; i++)
		count += entries->items[i].kind == 'd';
	return count;
}

/* Of the entry itself, or in the list that it names. */
static int
domains_by(const struct model *m, const struct m_item *it)
{
	if (it->kind == 'd')
		return 1;
	return it->kind == 'l' && it->list >= 0
	    ? domains_of(&m->lists[it->list].entries)
	    : 0;
}

static void
expect_addresses(struct expected *e, const char *server, const char *where,
    const struct m_entries *entries)
{
	for (int i = 0; i < entries->count; i++)
		if (domains_by(&e->pair->a, &entries->items[i]))
			expect(e, "addresses-only", "server", server,
			    "%s: %s%s", where, entries->items[i].canonical,
			    entries->items[i].kind == 'd' ? ": " : " holds ");
}

static void
expect_unknown(struct expected *e, const char *server, const char *where,
    const struct m_entries *entries)
{
	for (int i = 0; i < entries->count; i++)
		if (entries->items[i].kind == 'l' && entries->items[i].list < 0)
			expect(e, "unknown-list", "server", server,
			    "%s: there is no list %s", where,
			    entries->items[i].text + 5);
}

/* A box that is off is not asked. */
static void
expect_domains(struct expected *e, const char *server, const char *where,
    const struct m_entries *entries, bool all_except)
{
	int count = 0;

	for (int i = 0; i < entries->count; i++)
		count += domains_by(&e->pair->a, &entries->items[i]);
	if (!count)
		return;
	expect(e, "domain-entry-cost", "server", server, "%s: domain:", where);
	if (all_except)
		expect(e, "domain-entry-escape", "server", server,
		    "%s: a client without a verified host name", where);
}

static void
expect_of_server(struct expected *e, const struct m_server *s)
{
	expect_settings(e, s);
	expect_rows(e, s);
	expect_unknown(e, s->name, "connection", &s->connection);
	expect_unknown(e, s->name, "relay", &s->relay);
	expect_unknown(e, s->name, "clients", &s->clients);
	expect_unknown(e, s->name, "local", &s->local);
	expect_unknown(e, s->name, "never", &s->never);
	expect_addresses(e, s->name, "local", &s->local);
	expect_addresses(e, s->name, "never", &s->never);
	expect_domains(e, s->name, "connection", &s->connection,
	    !s->connection_only);
	expect_domains(e, s->name, "relay", &s->relay, !s->relay_only);
	if (s->box_clients)
		expect_domains(e, s->name, "clients", &s->clients, false);
}

/* --- gateways --------------------------------------------------------- */

static int
server_of(const struct model *m, const char *name)
{
	for (int i = 0; i < m->server_count; i++)
		if (!strcmp(m->servers[i].name, name))
			return i;
	return -1;
}

static bool
runs(const struct model *m, const struct m_gateway *g, int server)
{
	for (int i = 0; i < g->server_count; i++)
		if (server_of(m, g->servers[i]) == server)
			return m->servers[server].enabled;
	return false;
}

static void
expect_servers(struct expected *e, const struct m_gateway *g)
{
	if (!g->server_count)
		expect(e, "no-server", "gateway", g->name,
		    "the gateway carries no virtual server");
	for (int i = 0; i < g->server_count; i++)
		if (server_of(&e->pair->a, g->servers[i]) < 0)
			expect(e, "no-server", "gateway", g->name,
			    "there is no server %s", g->servers[i]);
}

static bool
conflict(const struct m_listener *a, const struct m_listener *b)
{
	return a->family == b->family && a->port == b->port &&
	    (a->addr == b->addr || !a->addr || !b->addr);
}

/* Of those that cannot all be had together, one can: each other is a
 * finding. */
static void
expect_conflicts(struct expected *e, const struct m_gateway *g)
{
	const struct model *m = &e->pair->a;
	const struct m_listener *all[12];
	int group[12], count = 0;

	for (int s = 0; s < m->server_count; s++)
		for (int i = 0; runs(m, g, s) &&
		     i < m->servers[s].listener_count; i++) {
			group[count] = count;
			all[count++] = &m->servers[s].listeners[i];
		}
	for (int i = 0; i < count; i++)
		for (int j = 0; j < i; j++)
			if (conflict(all[i], all[j]) && group[i] != group[j]) {
				int old = group[i];

				for (int k = 0; k < count; k++)
					if (group[k] == old)
						group[k] = group[j];
				expect(e, "listener-conflict", "gateway",
				    g->name, "server ");
			}
}

/* --- mail that comes back --------------------------------------------- */

/* Mail for a domain at a server of a gateway. */
struct place {
	int gateway, server;
};

struct trip {
	const struct model *model;
	const char *domain;
	bool seen[3][3];
};

static void
split_hop(const char *text, char host[64], int *port)
{
	const char *colon = strrchr(text, ':');
	bool has_port = colon && !strchr(colon, ']');
	size_t len = has_port ? (size_t)(colon - text) : strlen(text);

	snprintf(host, 64, "%.*s", (int)len, text);
	*port = has_port ? (int)strtol(colon + 1, NULL, 10) : 25;
}

static bool
is_loopback(const char *host)
{
	return !strcmp(host, "localhost") || !strncmp(host, "127.", 4) ||
	    !strcmp(host, "[::1]");
}

static void
address_of(const struct m_listener *l, char text[80])
{
	char addr[64];

	m_add_addr(addr, sizeof(addr), l->family, l->addr);
	snprintf(text, 80, l->family == 4 ? "%s" : "[%s]", addr);
}

/* Does a next hop, seen from one gateway, reach the listener of another? */
static bool
hop_reaches(const struct model *m, int from, const char *hop, int gateway,
    const struct m_listener *l)
{
	char host[64], address[80];
	int port;

	split_hop(hop, host, &port);
	if (l->port != port || (is_loopback(host) && from != gateway))
		return false;
	address_of(l, address);
	if (!strcmp(host, "localhost") && (!strcmp(address, "127.0.0.1") ||
	        !strcmp(address, "[::1]") || !l->addr))
		return true;
	if (!l->addr)
		return !strcmp(host, m->gateways[gateway].host) ||
		    (is_loopback(host) && (host[0] == '[') == (l->family == 6));
	return !strcmp(host, address);
}

static bool goes_to(struct trip *t, struct place from, const char *hop,
    int gateway);

static bool
continues(struct trip *t, struct place at, int gateway)
{
	const char *hop = "";

	if (at.gateway == gateway)
		return true;
	if (t->seen[at.gateway][at.server])
		return false;
	t->seen[at.gateway][at.server] = true;
	m_effect(&t->model->servers[at.server], t->domain, &hop);
	return *hop && goes_to(t, at, hop, gateway);
}

static bool
goes_to(struct trip *t, struct place from, const char *hop, int gateway)
{
	const struct model *m = t->model;

	for (int g = 0; g < m->gateway_count; g++)
		for (int s = 0; s < m->server_count; s++)
			for (int i = 0; runs(m, &m->gateways[g], s) &&
			     i < m->servers[s].listener_count; i++)
				if (hop_reaches(m, from.gateway, hop, g,
				        &m->servers[s].listeners[i]) &&
				    continues(t, (struct place){ g, s },
				        gateway))
					return true;
	return false;
}

/* Mail for a name that the row covers. */
static bool
loops(const struct model *m, struct place at, int row, const char *domain)
{
	const struct m_server *s = &m->servers[at.server];
	struct trip t = { .model = m, .domain = domain };
	const char *hop = "";

	m_effect(s, domain, &hop);
	return m_covering(s, domain) == row && *hop &&
	    goes_to(&t, at, hop, at.gateway);
}

static void
expect_loops(struct expected *e, struct place at)
{
	const struct model *m = &e->pair->a;
	const struct m_server *s = &m->servers[at.server];

	for (int i = 0; i < s->route_count; i++) {
		const struct m_route *r = &s->routes[i];
		char below[M_TEXT + 3];

		snprintf(below, sizeof(below), "zz.%s", r->domain);
		if (loops(m, at, i, r->domain) || (!r->exact &&
		        strcmp(r->domain, ".") && loops(m, at, i, below)))
			expect(e, "route-loop", "gateway",
			    m->gateways[at.gateway].name,
			    "server %s: mail for %s goes to %s", s->name,
			    r->canonical, r->next_hop);
	}
}

void
expect_object_findings(struct expected *e)
{
	const struct model *m = &e->pair->a;

	for (int i = 0; i < m->server_count; i++)
		expect_of_server(e, &m->servers[i]);
	for (int g = 0; g < m->gateway_count; g++) {
		expect_servers(e, &m->gateways[g]);
		expect_conflicts(e, &m->gateways[g]);
		for (int i = 0; i < m->gateways[g].server_count; i++) {
			int s = server_of(m, m->gateways[g].servers[i]);

			if (s >= 0 && m->servers[s].enabled)
				expect_loops(e, (struct place){ g, s });
		}
	}
}

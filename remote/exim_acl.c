#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exim.h"

/* A recipient must pass the Routing tab (rows 5, 7, 8) and then the Access tab
 * (rows 9, 10); each is an access control list of its own, and what either does
 * not accept is denied.  A look-up that fails makes Exim answer 451, whatever
 * stands around it. */

/* What the lists of one server are made of. */
struct parts {
	const struct server *server;
	unsigned number;
	struct client_tests connection, relay, clients, local, never;
	char *route; /* looks up the action of the recipient's domain */
	struct buf *acl;
};

static void
add_head(struct parts *p, const char *name)
{
	buf_addf(p->acl, "\nrelayadm_%s_%u:\n", name, p->number);
}

static void
add_statement(struct parts *p, const char *verb, const char *test)
{
	buf_addf(p->acl, "  %s condition = %s\n", verb, test);
}

/* The verb for a client that is in the slot. */
static void
add_clients(struct parts *p, const char *verb,
    const struct client_tests *tests)
{
	if (tests->addresses)
		add_statement(p, verb, tests->addresses);
	if (tests->names)
		add_statement(p, verb, tests->names);
}

static void
add_denial(struct parts *p, const char *reply)
{
	buf_addf(p->acl, "  deny message = %s\n", reply);
}

/* Row 1. */
static void
add_connection(struct parts *p)
{
	bool only = p->server->connection_mode == MODE_ONLY;

	add_head(p, "listed");
	add_clients(p, "accept", &p->connection);
	buf_add(p->acl, "  deny\n");
	add_head(p, "connect");
	buf_addf(p->acl, "  accept %sacl = relayadm_listed_%u\n",
	    only ? "" : "! ", p->number);
	add_denial(p, EXIM_REFUSED);
}

static void
add_mail(struct parts *p)
{
	add_head(p, "mail");
	if (p->server->tls == TLS_REQUIRED) {
		add_denial(p, EXIM_START_TLS);
		buf_add(p->acl, "    condition = RELAYADM_CLEAR\n");
	}
	buf_add(p->acl, "  accept\n");
}

/* Rows 7, 8. */
static void
add_routing(struct parts *p)
{
	const struct server *s = p->server;

	add_head(p, "routing");
	if (p->never.addresses)
		add_statement(p, "deny", p->never.addresses);
	if (s->only_authenticated)
		buf_add(p->acl, "  accept authenticated = *\n");
	if (s->clients.enabled)
		add_clients(p, "accept", &p->clients);
	if (s->local.enabled)
		add_clients(p, "accept", &p->local);
	buf_add(p->acl, s->only_authenticated || s->clients.enabled ||
	    s->local.enabled ? "  deny\n" : "  accept\n");
}

/* Rows 9, 10. */
static void
add_access(struct parts *p)
{
	bool only = p->server->relay_mode == MODE_ONLY;

	add_head(p, "access");
	if (p->server->relay_authenticated)
		buf_add(p->acl, "  accept authenticated = *\n");
	add_clients(p, only ? "accept" : "deny", &p->relay);
	buf_add(p->acl, only ? "  deny\n" : "  accept\n");
}

static void
add_route_test(struct parts *p, const char *action)
{
	buf_addf(p->acl, "    condition = ${if eq{%s}{%s}{yes}{no}}\n",
	    p->route, action);
}

/* Rows 2 to 6, then those of a foreign domain. */
static void
add_recipient(struct parts *p)
{
	add_head(p, "rcpt");
	if (!p->server->anonymous) {
		add_denial(p, EXIM_LOG_IN);
		buf_add(p->acl, "    ! authenticated = *\n");
	}
	if (p->route) {
		add_denial(p, EXIM_REJECTED);
		buf_add(p->acl, "    condition = RELAYADM_DOMAIN\n");
		add_route_test(p, "reject");
		buf_add(p->acl, "  accept condition = RELAYADM_PLAIN\n");
		add_route_test(p, "inbound");
	}
	add_statement(p, "accept", "RELAYADM_NAME");
	if (!p->server->reroute) {
		add_denial(p, EXIM_DENIED);
		return;
	}
	if (p->route) {
		buf_add(p->acl, "  accept condition = RELAYADM_PLAIN\n");
		add_route_test(p, "relay");
	}
	add_denial(p, EXIM_DENIED);
	buf_addf(p->acl, "    ! acl = relayadm_routing_%u\n", p->number);
	add_denial(p, EXIM_DENIED);
	buf_addf(p->acl, "    ! acl = relayadm_access_%u\n", p->number);
	buf_add(p->acl, "  accept\n");
}

static void
render_tables(const struct site *site, struct parts *p,
    struct rendering *rendering)
{
	const struct server *s = p->server;

	exim_render_clients(site, s, "connection", rendering, &p->connection);
	p->route = exim_render_routes(s, rendering);
	if (!s->reroute)
		return;
	exim_render_clients(site, s, "relay", rendering, &p->relay);
	exim_render_clients(site, s, "never", rendering, &p->never);
	if (s->clients.enabled)
		exim_render_clients(site, s, "clients", rendering,
		    &p->clients);
	if (s->local.enabled)
		exim_render_clients(site, s, "local", rendering, &p->local);
}

void
exim_render_acl(const struct site *site, const struct server *server,
    unsigned number, struct rendering *rendering, struct buf *acl)
{
	struct parts p = { .server = server, .number = number, .acl = acl };

	render_tables(site, &p, rendering);
	buf_addf(acl, "\n# server %s\n", server->name);
	add_connection(&p);
	add_mail(&p);
	if (server->reroute) {
		add_routing(&p);
		add_access(&p);
	}
	add_recipient(&p);
	free(p.route);
	client_tests_free(&p.connection);
	client_tests_free(&p.relay);
	client_tests_free(&p.clients);
	client_tests_free(&p.local);
	client_tests_free(&p.never);
}

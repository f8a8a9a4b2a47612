#include "config.h"

#include <stdlib.h>

#include "delivery.h"
#include "smtpd.h"

/* --- what cannot be expressed ------------------------------------------ */

static void
add_gap(const struct server *server, struct gaps *gaps, const char *what,
    const char *advice)
{
	struct buf sentence = { 0 }, text = { 0 };

	buf_add(&sentence, what);
	buf_add(&text, advice);
	gaps_add(gaps, "server", server->name, &sentence, &text);
}

static void
find_name_gap(const struct site *site, const struct server *server,
    struct gaps *gaps)
{
	bool ok = true, known;

	for (size_t i = 0; ok && i < server->listener_count; i++) {
		struct side side = { .site = site, .server = server };

		side.here = site_local_satisfied(site, server,
		    &server->listeners[i], &known);
		ok = smtpd_can_filter(&side);
	}
	if (!ok)
		add_gap(server, gaps, "OpenSMTPD asks for a client's name in "
		    "the relay restrictions or in \"clients with these "
		    "addresses\", but not beside the other of the two as "
		    "they are set",
		    "write addresses in place of domains in one of the lists, "
		    "or let authentication satisfy both or neither");
}

static void
find_server_gaps(const struct site *site, const struct server *server,
    struct gaps *gaps)
{
	find_name_gap(site, server, gaps);
	if (server->basic && server->tls == TLS_NONE)
		add_gap(server, gaps, "OpenSMTPD takes a password only over "
		    "TLS, which the server does not offer",
		    "set authentication.tls to offered or required, or "
		    "authentication.basic to false");
	if (server->route_count > SMTPD_ROUTES_MAX)
		add_gap(server, gaps, "OpenSMTPD reads the routing list from "
		    "its beginning for each recipient, and it has more than "
		    "5,000 rows",
		    "shorten it, or put the server on a gateway with another "
		    "mail server");
}

static void
find_gaps(const struct site *site, struct gaps *gaps)
{
	site_find_wildcard_gaps(site, "OpenSMTPD", gaps);
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			find_server_gaps(site, server, gaps);
	}
	delivery_find_gaps(site, "OpenSMTPD", gaps);
}

/* --- the text ---------------------------------------------------------- */

/* The gateway puts what it has in place of the words in "@". */
static void
add_listener(struct buf *text, const struct side *side,
    const struct listener *l)
{
	const struct server *s = side->server;

	buf_add(text, "listen on ");
	net_add_addr(text, l->family, l->addr);
	buf_addf(text, " port %u", l->port);
	if (s->tls != TLS_NONE)
		buf_addf(text, " %s pki @PKI@", s->tls == TLS_REQUIRED
		    ? "tls-require" : "tls");
	if (s->basic)
		buf_add(text, " auth-optional @USERS@");
	buf_addf(text, " tag \"relayadm_%u\" filter \"relayadm_%u\"\n",
	    side->number, side->number);
}

struct parts {
	struct buf text, listeners, rules, services;
	unsigned sides;
};

/* The listeners of the server that see it from this side, if there are any. */
static void
render_side(struct side *side, struct parts *parts)
{
	const struct server *server = side->server;
	bool any = false, known;

	for (size_t i = 0; i < server->listener_count; i++) {
		const struct listener *l = &server->listeners[i];

		if (site_local_satisfied(side->site, server, l, &known) !=
		    side->here)
			continue;
		side->number = parts->sides + 1;
		add_listener(&parts->listeners, side, l);
		any = true;
	}
	if (!any)
		return;
	parts->sides++;
	buf_addf(side->text, "\n# server %s\n", server->name);
	smtpd_render_filters(side);
	smtpd_render_rules(side, &parts->rules);
}

static void
render_server(const struct site *site, const struct server *server,
    struct rendering *rendering, struct parts *parts)
{
	for (int here = 0; here < 2; here++) {
		struct side side = { .site = site, .server = server,
			.here = here, .rendering = rendering,
			.text = &parts->text };

		render_side(&side, parts);
	}
	for (size_t i = 0; i < server->listener_count; i++) {
		const struct listener *l = &server->listeners[i];

		buf_addf(&parts->services, "%u ", l->family);
		net_add_addr(&parts->services, l->family, l->addr);
		buf_addf(&parts->services, " %u %s\n", l->port, server->name);
	}
}

static void
render(const struct site *site, struct rendering *rendering)
{
	struct parts parts = { .sides = 0 };

	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			render_server(site, server, rendering, &parts);
	}
	buf_addc(&parts.text, '\n');
	buf_add(&parts.text, buf_text(&parts.listeners));
	buf_addc(&parts.text, '\n');
	smtpd_render_actions(site, &parts.text);
	buf_addc(&parts.text, '\n');
	buf_add(&parts.text, buf_text(&parts.rules));
	rendering_add(rendering, "smtpd/conf", &parts.text);
	rendering_add(rendering, "services", &parts.services);
	buf_free(&parts.listeners);
	buf_free(&parts.rules);
}

const struct dialect dialect_smtpd = {
	.find_gaps = find_gaps,
	.render = render,
	.reread = smtpd_reread,
	.reach = smtpd_reach,
	.treat = smtpd_treat,
};

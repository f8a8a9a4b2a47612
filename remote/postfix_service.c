#include "config.h"

#include <string.h>

#include "policy/set.h"

#include "postfix.h"

/* Postfix runs both smtpd_relay_restrictions and smtpd_recipient_restrictions,
 * and both must let a recipient pass: the Routing tab stands in the one, the
 * Access tab in the other, so that restrictions only ever narrow.
 *
 * Restriction classes hold what the rows of a foreign domain say:
 *   relayadm_routing   rows 5, 7, 8
 *   relayadm_access    rows 9, 10
 *   relayadm_routed    the same as relayadm_routing, for recipients whose local
 *                      part carries a route */

struct setting {
	const char *name, *value;
};

/* Without these, other settings of the gateway could change a decision. */
static const struct setting constants[] = {
	{ "rewrite_service_name", "relayadm-rewrite", },
	{ "smtpd_command_filter",
	    "regexp:" POSTFIX_CURRENT "constant/commands.regexp", },
	{ "smtpd_delay_reject", "no", },
	{ "smtpd_relay_before_recipient_restrictions", "yes", },
	{ "parent_domain_matches_subdomains", "", },
	{ "smtpd_helo_restrictions", "", },
	{ "smtpd_reject_unlisted_recipient", "no", },
	{ "smtpd_reject_unlisted_sender", "no", },
	{ "smtputf8_enable", "no", },
	{ "soft_bounce", "no", },
	{ "smtpd_tls_wrappermode", "no", },
	{ "smtpd_restriction_classes",
	    "relayadm_routing, relayadm_routed, relayadm_access", },
};

static const struct setting resolver[] = {
	{ "myhostname", POSTFIX_NO_DOMAIN, },
	{ "mydestination", "", },
	{ "inet_interfaces", "127.0.0.1", },
	{ "proxy_interfaces", "", },
	{ "relay_domains", "", },
	{ "virtual_alias_domains", "", },
	{ "virtual_mailbox_domains", "", },
	{ "transport_maps", "", },
	{ "sender_dependent_relayhost_maps", "", },
	{ "sender_dependent_default_transport_maps", "", },
	{ "allow_percent_hack", "no", },
	{ "swap_bangpath", "no", },
	{ "resolve_dequoted_address", "no", },
};

/* What each kind of TLS needs (postconf(5)). */
static const struct {
	const char *level, *auth_only;
} tls[] = {
	[TLS_NONE] = { "none", "no", },
	[TLS_OFFERED] = { "may", "no", },
	[TLS_REQUIRED] = { "encrypt", "yes", },
};

/* The parts of a server that all its listeners share. */
struct parts {
	struct buf connection, relay, clients, never; /* checks */
	struct route_checks routes;
	bool names; /* some entry needs the client's host name */
};

static void
add_setting(struct buf *master, const char *name, const char *value)
{
	buf_addf(master, *value ? "  -o { %s = %s }\n" : "  -o { %s =%s }\n",
	    name, value);
}

static void
add_settings(struct buf *master, const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_setting(master, settings[i].name, settings[i].value);
}

void
service_render_resolver(struct buf *master)
{
	buf_add(master, "relayadm-rewrite unix - - n - - trivial-rewrite\n");
	add_settings(master, resolver,
	    sizeof(resolver) / sizeof(resolver[0]));
}

/* Row 1. */
static void
add_connection(struct buf *master, const struct server *server,
    const struct parts *parts)
{
	struct buf list = { 0 };

	buf_add(&list, buf_text(&parts->connection));
	if (server->connection_mode == MODE_ONLY)
		buf_add(&list, "check_client_access static:{" POSTFIX_REFUSED
		    "}, reject");
	else if (list.len)
		buf_add(&list, "permit");
	add_setting(master, "smtpd_client_restrictions", buf_text(&list));
	buf_free(&list);
}

/* Row 2. */
static void
add_authentication(struct buf *master, const struct server *server)
{
	add_setting(master, "smtpd_sender_restrictions",
	    server->anonymous ? "" :
	    "permit_sasl_authenticated, check_client_access "
	    "static:{" POSTFIX_LOG_IN "}, reject");
}

/* Rows 5, 7, 8. */
static void
add_routing(struct buf *master, const struct server *server,
    const struct parts *parts, bool local_satisfied)
{
	static const char deny[] =
	    "check_client_access static:{" POSTFIX_DENIED "}, reject";
	struct buf list = { 0 };
	bool boxes = server->only_authenticated || server->clients.enabled ||
	    server->local.enabled;

	if (server->reroute) {
		buf_add(&list, buf_text(&parts->never));
		if (server->only_authenticated)
			buf_add(&list, "permit_sasl_authenticated, ");
		if (server->clients.enabled)
			buf_add(&list, buf_text(&parts->clients));
		boxes = boxes && !(server->local.enabled && local_satisfied);
	}
	buf_add(&list, !server->reroute || boxes ? deny : "permit");
	add_setting(master, "relayadm_routing", list.data);
	buf_free(&list);
}

/* Rows 9, 10. */
static void
add_access(struct buf *master, const struct server *server,
    const struct parts *parts)
{
	struct buf list = { 0 };

	if (server->relay_authenticated)
		buf_add(&list, "permit_sasl_authenticated, ");
	buf_add(&list, buf_text(&parts->relay));
	buf_add(&list, server->relay_mode == MODE_ALL_EXCEPT ? "permit" :
	    "check_client_access static:{" POSTFIX_DENIED "}, reject");
	add_setting(master, "relayadm_access", list.data);
	buf_free(&list);
}

/* Rows 3, 4, 6 in front, then the rows of a foreign domain. */
static void
add_recipient(struct buf *master, const struct server *server,
    const struct parts *parts)
{
	const struct route *every = parts->routes.every;
	bool refused = every && every->action == ROUTE_REJECT;
	bool accepted = every && (every->action == ROUTE_INBOUND ||
	    (every->action == ROUTE_RELAY && server->reroute));
	const char *rest = accepted ? "check_recipient_access static:OK, " :
	    refused ? "check_recipient_access static:{" POSTFIX_REJECTED
	    "}, " : "";
	struct buf list = { 0 };

	buf_addf(&list, "%s%s", buf_text(&parts->routes.known), refused ?
	    "check_recipient_access static:{" POSTFIX_REJECTED "}, reject" :
	    "relayadm_routing");
	add_setting(master, "relayadm_routed", list.data);
	add_setting(master, "allow_untrusted_routing", refused ? "yes" : "no");
	buf_clear(&list);
	buf_addf(&list, "%scheck_recipient_access regexp:%s"
	    "constant/routing.regexp, %s%srelayadm_routing",
	    buf_text(&parts->routes.reject), POSTFIX_CURRENT,
	    buf_text(&parts->routes.accept), rest);
	add_setting(master, "smtpd_relay_restrictions", list.data);
	buf_clear(&list);
	buf_addf(&list, "check_recipient_access regexp:%s"
	    "constant/access.regexp, %s%srelayadm_access, reject",
	    POSTFIX_CURRENT, buf_text(&parts->routes.accept), rest);
	add_setting(master, "smtpd_recipient_restrictions", list.data);
	buf_free(&list);
}

static void
add_service(const struct site *site, const struct server *server,
    const struct listener *listener, const struct parts *parts,
    struct buf *master)
{
	bool ok;

	listener_add(master, listener);
	buf_add(master, " inet n - n - - smtpd\n");
	buf_addf(master, "  -o { syslog_name = postfix/relayadm-%s }\n",
	    server->name);
	add_settings(master, constants,
	    sizeof(constants) / sizeof(constants[0]));
	if (parts->names)
		add_setting(master, "smtpd_peername_lookup", "yes");
	add_setting(master, "smtpd_sasl_auth_enable",
	    server->basic ? "yes" : "no");
	add_setting(master, "smtpd_tls_security_level",
	    tls[server->tls].level);
	add_setting(master, "smtpd_tls_auth_only", tls[server->tls].auth_only);
	add_connection(master, server, parts);
	add_authentication(master, server);
	add_routing(master, server, parts,
	    site_local_satisfied(site, server, listener, &ok));
	add_access(master, server, parts);
	add_recipient(master, server, parts);
}

static void
render_tables(const struct site *site, const struct server *server,
    struct rendering *rendering, struct parts *parts)
{
	const char *refused = server->connection_mode == MODE_ONLY ? "OK" :
	    POSTFIX_REFUSED;
	const char *relay = server->relay_mode == MODE_ONLY ? "OK" :
	    POSTFIX_DENIED;

	tables_render_clients(site, server, "connection", refused, rendering,
	    &parts->connection);
	tables_render_clients(site, server, "relay", relay, rendering,
	    &parts->relay);
	if (server->clients.enabled)
		tables_render_clients(site, server, "clients", "OK", rendering,
		    &parts->clients);
	tables_render_clients(site, server, "never", POSTFIX_DENIED, rendering,
	    &parts->never);
	tables_render_routes(server, rendering, &parts->routes);
	parts->names = strstr(buf_text(&parts->connection), ".names.") ||
	    strstr(buf_text(&parts->relay), ".names.") ||
	    strstr(buf_text(&parts->clients), ".names.");
}

void
service_render(const struct site *site, const struct server *server,
    struct rendering *rendering, struct buf *master)
{
	struct parts parts = { 0 };

	render_tables(site, server, rendering, &parts);
	for (size_t i = 0; i < server->listener_count; i++)
		add_service(site, server, &server->listeners[i], &parts,
		    master);
	buf_free(&parts.connection);
	buf_free(&parts.relay);
	buf_free(&parts.clients);
	buf_free(&parts.never);
	route_checks_free(&parts.routes);
}

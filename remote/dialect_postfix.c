#include "config.h"

#include <string.h>

#include "delivery.h"
#include "postfix.h"

static void
find_gaps(const struct site *site, struct gaps *gaps)
{
	site_find_wildcard_gaps(site, "Postfix", gaps);
	delivery_find_gaps(site, "Postfix", gaps);
}

/* Expressions without any data of the policy.  The first two find recipients
 * whose local part carries a route; the third turns a source route (RFC 5321
 * appendix C), which Postfix would drop unseen, into the form far!user@near,
 * and keeps the whole of a quoted local part from being taken for an
 * address. */
static const struct {
	const char *path, *text;
} constants[] = {
	{ "constant/routing.regexp",
	    "/[@%!].*@/ relayadm_routed\n"
	    "/^\"?imcea/ relayadm_routed\n", },
	{ "constant/access.regexp",
	    "/[@%!].*@/ relayadm_access\n"
	    "/^\"?imcea/ relayadm_access\n", },
	{ "constant/commands.regexp",
	    "/^(RCPT[[:blank:]]+TO:[[:blank:]]*<?)@([^:\"]*):([^\"@>]*)(@.*)$/ "
	    "$1\"$2!$3\"$4\n"
	    "/^(RCPT[[:blank:]]+TO:[[:blank:]]*<?)@([^:\"]*):(.*)$/ "
	    "$1\"$2!\"$3\n"
	    "/^(RCPT[[:blank:]]+TO:[[:blank:]]*"
	    "<?\"[^\"]*@[^\"]*\")([>[:blank:]].*)?$/ "
	    "$1@" POSTFIX_NO_DOMAIN "$2\n", },
};

static void
add_listeners(struct buf *services, const struct server *server)
{
	for (size_t i = 0; i < server->listener_count; i++) {
		const struct listener *l = &server->listeners[i];

		buf_addf(services, "%u ", l->family);
		net_add_addr(services, l->family, l->addr);
		buf_addf(services, " %u %s\n", l->port, server->name);
	}
}

static void
render(const struct site *site, struct rendering *rendering)
{
	struct buf master = { 0 }, services = { 0 };

	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		struct buf text = { 0 };

		buf_add(&text, constants[i].text);
		rendering_add(rendering, constants[i].path, &text);
	}
	service_render_resolver(&master);
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (!server)
			continue;
		service_render(site, server, rendering, &master);
		add_listeners(&services, server);
	}
	delivery_render(site, rendering);
	rendering_add(rendering, "master.cf", &master);
	rendering_add(rendering, "services", &services);
}

const struct dialect dialect_postfix = {
	.find_gaps = find_gaps,
	.render = render,
	.reread = postfix_reread,
	.reach = postfix_reach,
	.treat = postfix_treat,
};

#include "config.h"

#include <string.h>

#include "policy/set.h"

#include "delivery.h"
#include "postfix.h"

bool
site_local_satisfied(const struct site *site, const struct server *server,
    const struct listener *listener, bool *ok)
{
	struct set set, family, rest = { 0 };
	struct net all = { .family = listener->family,
		.last = net_top(listener->family) };
	bool satisfied;

	*ok = true;
	if (!server->local.enabled)
		return false;
	site_slot_set(site, server, "local", &set);
	satisfied = set_holds(&set, listener->family, listener->addr);
	if (!listener->addr) {
		set_of_net(&family, &all);
		set_intersect(&set, &set, &family);
		set_subtract(&rest, &family, &set);
		*ok = set_empty(&set) || set_empty(&rest);
		set_free(&rest);
		set_free(&family);
	}
	set_free(&set);
	return satisfied;
}

static void
find_wildcard_gaps(const struct site *site, const struct server *server,
    struct gaps *gaps)
{
	for (size_t i = 0; i < server->listener_count; i++) {
		struct buf sentence = { 0 }, advice = { 0 };
		bool ok;

		site_local_satisfied(site, server, &server->listeners[i], &ok);
		if (ok)
			continue;
		buf_add(&sentence, "Postfix cannot tell the local addresses "
		    "behind ");
		listener_add(&sentence, &server->listeners[i]);
		buf_add(&sentence, " apart, which \"clients connecting to "
		    "these local addresses\" needs");
		buf_add(&advice, "replace that listener by one for each local "
		    "address");
		gaps_add(gaps, "server", server->name, &sentence, &advice);
	}
}

static void
find_gaps(const struct site *site, struct gaps *gaps)
{
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server)
			find_wildcard_gaps(site, server, gaps);
	}
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
	.mta = MTA_POSTFIX,
	.find_gaps = find_gaps,
	.render = render,
	.reread = postfix_reread,
	.reach = postfix_reach,
};

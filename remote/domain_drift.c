#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "domain_drift.h"
#include "policy/domain.h"
#include "policy/mem.h"
#include "policy/policy.h"

/* --- finding ------------------------------------------------------------ */

/* Of each domain: itself, a subdomain, a subdomain of its parent. */
#define ASKED_OF_EACH 3

static char **
make_questions(const struct domain_list *list, size_t count)
{
	char **asked = mem_new(count * ASKED_OF_EACH + 1,
	    sizeof(*asked));

	for (size_t i = 0; i < count; i++) {
		const char *domain = list->items[i];
		const char *parent = domain_parent(domain);
		struct buf below = { 0 }, beside = { 0 };

		buf_addf(&below, "relayadm.%s", domain);
		buf_addf(&beside, "relayadm.%s", parent ? parent : "invalid");
		asked[ASKED_OF_EACH * i] = mem_text(domain);
		asked[ASKED_OF_EACH * i + 1] = buf_take(&below);
		asked[ASKED_OF_EACH * i + 2] = buf_take(&beside);
	}
	return asked;
}

static void
free_questions(char **asked, size_t count)
{
	for (size_t i = 0; i < count * ASKED_OF_EACH; i++)
		free(asked[i]);
	free(asked);
}

static void
add_change(struct domain_changes *changes, const char *domain,
    const struct treatment *there, const struct treatment *here)
{
	struct domain_change change = { .above = there[2] };

	for (int i = 0; i < 2; i++) {
		change.there[i] = there[i];
		change.here[i] = here[i];
		change.differs[i] = !treatment_equal(&there[i], &here[i]);
	}
	if (!change.differs[0] && !change.differs[1])
		return;
	change.domain = mem_text(domain);
	changes->items = mem_grow(changes->items, changes->count,
	    &changes->cap, sizeof(*changes->items));
	changes->items[changes->count++] = change;
}

static bool
ask_both(struct domain_changes *changes, const struct site *site,
    const struct server *server, const struct rendering *const both[2],
    const struct domain_list *list, struct err *err)
{
	size_t count = list->count < DOMAINS_ASKED ? list->count
	                                           : DOMAINS_ASKED;
	char **asked = make_questions(list, count);
	struct recipients recipients = { (const char *const *)asked,
		count * ASKED_OF_EACH, server->anonymous };
	const struct dialect *dialect = dialect_find(site->gateway->mta);
	struct treatment *found[2];
	bool ok = true;

	for (int i = 0; i < 2; i++) {
		found[i] = mem_new(recipients.count + 1, sizeof(*found[i]));
		ok = ok && dialect->treat(both[i], &server->listeners[0],
		    &recipients, found[i], err);
	}
	for (size_t i = 0; ok && i < count; i++)
		add_change(changes, list->items[i],
		    found[0] + ASKED_OF_EACH * i,
		    found[1] + ASKED_OF_EACH * i);
	changes->unasked = list->count - count;
	free(found[0]);
	free(found[1]);
	free_questions(asked, count);
	return ok;
}

bool
domain_changes_find(struct domain_changes *changes, const struct site *site,
    const struct server *server, const struct rendering *there,
    const struct rendering *here, struct err *err)
{
	const struct rendering *const both[] = { there, here };
	struct named_domains named[2] = { { 0 }, { 0 } };
	struct domain_list list = { 0 };
	bool ok = true;

	*changes = (struct domain_changes){ 0 };
	for (int i = 0; i < 2; i++)
		named_domains_read(&named[i], both[i]);
	domain_list_add_other(&list, &named[0], &named[1]);
	domain_list_settle(&list);
	if (list.count && server->listener_count)
		ok = ask_both(changes, site, server, both, &list, err);
	for (int i = 0; i < 2; i++)
		named_domains_free(&named[i]);
	domain_list_free(&list);
	return ok;
}

void
domain_changes_free(struct domain_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		free(changes->items[i].domain);
	free(changes->items);
	*changes = (struct domain_changes){ 0 };
}

/* --- saying --------------------------------------------------------------- */

static bool
is_alike(const struct domain_change *c)
{
	return c->differs[0] && c->differs[1] &&
	    treatment_equal(&c->there[0], &c->there[1]) &&
	    treatment_equal(&c->here[0], &c->here[1]);
}

static void
add_line(struct buf *buf, const char *indent, const char *before,
    const struct domain_change *c, int which)
{
	buf_addf(buf, "%s%s%s: ", indent, before, c->domain);
	treatment_add(buf, &c->there[which]);
	buf_add(buf, " (by the policy: ");
	treatment_add(buf, &c->here[which]);
	buf_add(buf, ")\n");
}

void
domain_changes_add(struct buf *buf, const struct domain_changes *changes,
    const char *indent)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct domain_change *c = &changes->items[i];

		if (is_alike(c)) {
			add_line(buf, indent, "", c, 0);
			continue;
		}
		if (c->differs[0])
			add_line(buf, indent, "#", c, 0);
		if (c->differs[1])
			add_line(buf, indent, "subdomains of ", c, 1);
	}
	if (changes->unasked)
		buf_addf(buf, "%s%zu more domains were not looked at\n",
		    indent, changes->unasked);
}

/* --- taking over ---------------------------------------------------------- */

static struct route *
find_route(const struct server *server, const char *domain, bool exact,
    size_t *place)
{
	for (size_t i = 0; i < server->route_count; i++)
		if (server->routes[i].exact == exact &&
		    !strcmp(server->routes[i].domain, domain)) {
			*place = i;
			return &server->routes[i];
		}
	return NULL;
}

static bool
remove_route(struct server *server, const char *domain, bool exact)
{
	size_t place;

	if (!find_route(server, domain, exact, &place))
		return false;
	server_remove_route(server, place);
	return true;
}

/* Mail to a next hop is the same for both, but where nothing is rerouted. */
static enum route_action
hop_action(const struct server *server, const struct route *present)
{
	if (present && present->action != ROUTE_REJECT &&
	    (server->reroute || present->action == ROUTE_INBOUND))
		return present->action;
	return server->reroute ? ROUTE_RELAY : ROUTE_INBOUND;
}

/* A row that says so; false when none does. */
static bool
make_route(struct route *route, const struct server *server,
    const struct route *present, const struct treatment *want)
{
	struct err err;

	if (want->fate == FATE_REJECTED) {
		route->action = ROUTE_REJECT;
		return true;
	}
	if (want->fate != FATE_ACCEPTED)
		return false;
	switch (want->way) {
	case WAY_HERE:
		route->action = ROUTE_INBOUND;
		return true;
	case WAY_MX:
		route->action = ROUTE_RELAY;
		return server->reroute;
	case WAY_HOP:
		route->action = hop_action(server, present);
		return route_parse_next_hop(route, want->hop,
		    strlen(want->hop), &err);
	case WAY_USUAL:
		break;
	}
	return false;
}

static bool
set_route(struct server *server, const char *domain, bool exact,
    const struct treatment *want, const char *comment)
{
	size_t place;
	struct route *present = find_route(server, domain, exact, &place);
	struct route route = { .exact = exact };

	if (!make_route(&route, server, present, want)) {
		free(route.next_hop);
		return false;
	}
	if (present) {
		free(present->next_hop);
		present->action = route.action;
		present->next_hop = route.next_hop;
		present->port = route.port;
		return true;
	}
	route.domain = mem_text(domain);
	route.comment = mem_text(comment);
	server_add_route(server, route);
	return true;
}

/* inherited: what becomes of it without a row of its own. */
static bool
settle(struct server *server, const struct domain_change *c, int which,
    const struct treatment *inherited, const char *comment)
{
	const struct treatment *want = &c->there[which];
	bool exact = which == 0;

	return treatment_equal(want, inherited)
	    ? remove_route(server, c->domain, exact)
	    : set_route(server, c->domain, exact, want, comment);
}

bool
domain_changes_take(const struct domain_changes *changes,
    struct server *server, const char *comment)
{
	bool changed = false;

	for (size_t i = 0; i < changes->count; i++) {
		const struct domain_change *c = &changes->items[i];

		if (c->differs[1])
			changed |= settle(server, c, 1, &c->above, comment);
		changed |= settle(server, c, 0, &c->there[1], comment);
	}
	return changed;
}

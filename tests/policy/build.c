#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/field.h"
#include "policy/mem.h"

#include "build.h"

static void
demand(bool ok, const char *text, const struct err *err)
{
	if (ok)
		return;
	fprintf(stderr, "'%s' was refused: %s\n", text, err->text);
	abort();
}

static void
build_entries(struct entries *to, const struct m_entries *from)
{
	for (int i = 0; i < from->count; i++) {
		const struct m_item *it = &from->items[i];
		struct entry entry;
		struct err err;

		demand(entry_parse(&entry, it->text, strlen(it->text), 0,
		           &err), it->text, &err);
		entry.comment = it->comment[0] ? it->comment : NULL;
		entries_append(to, &entry);
	}
	entries_settle(to);
}

static void
build_routes(struct server *to, const struct m_server *from)
{
	for (int i = 0; i < from->route_count; i++) {
		const struct m_route *r = &from->routes[i];
		struct route route = { 0 };
		struct err err;

		demand(route_parse(&route, r->text, strlen(r->text), &err) &&
		    route_parse_next_hop(&route, r->next_hop,
		        strlen(r->next_hop), &err), r->text, &err);
		route.action = r->action == 'i' ? ROUTE_INBOUND
		    : r->action == 'r'          ? ROUTE_RELAY
		                                : ROUTE_REJECT;
		server_add_route(to, route);
	}
}

static void
build_listeners(struct server *to, const struct m_server *from)
{
	for (int i = 0; i < from->listener_count; i++) {
		const char *text = from->listeners[i].text;
		struct listener l;
		struct err err;

		demand(listener_parse(&l, text, strlen(text), &err) &&
		    server_add_listener(to, &l, &err), text, &err);
	}
}

static struct server *
build_server(const struct m_server *from)
{
	struct server *to = server_new(from->name);

	to->enabled = from->enabled;
	to->anonymous = from->anonymous;
	to->basic = from->basic;
	to->tls = from->tls == 'n' ? TLS_NONE
	    : from->tls == 'r'     ? TLS_REQUIRED
	                           : TLS_OFFERED;
	to->reroute = from->reroute;
	to->relay_authenticated = from->relay_authenticated;
	to->only_authenticated = from->box_authenticated;
	to->clients.enabled = from->box_clients;
	to->local.enabled = from->box_local;
	to->connection_mode = from->connection_only ? MODE_ONLY
	                                            : MODE_ALL_EXCEPT;
	to->relay_mode = from->relay_only ? MODE_ONLY : MODE_ALL_EXCEPT;
	build_entries(&to->connection, &from->connection);
	build_entries(&to->relay, &from->relay);
	build_entries(&to->clients.entries, &from->clients);
	build_entries(&to->local.entries, &from->local);
	build_entries(&to->never, &from->never);
	build_routes(to, from);
	build_listeners(to, from);
	return to;
}

static struct gateway *
build_gateway(const struct m_gateway *from)
{
	struct gateway *to = gateway_new(from->name);
	struct err err;

	demand(field_parse(field_find(gateway_fields, "ssh.host"), to,
	    from->host, &err), from->host, &err);
	to->servers = mem_new((size_t)from->server_count, sizeof(char *));
	for (int i = 0; i < from->server_count; i++)
		to->servers[to->server_count++] = mem_text(from->servers[i]);
	return to;
}

struct policy *
build_policy(const struct model *model)
{
	struct policy *policy = policy_new();

	for (int i = 0; i < model->list_count; i++) {
		struct list *list = list_new(model->lists[i].name);

		build_entries(&list->entries, &model->lists[i].entries);
		policy_add_list(policy, list);
	}
	for (int i = 0; i < model->server_count; i++)
		policy_add_server(policy, build_server(&model->servers[i]));
	for (int i = 0; i < model->gateway_count; i++)
		policy_add_gateway(policy, build_gateway(&model->gateways[i]));
	return policy;
}

struct question
build_question(const struct m_probe *p)
{
	struct question q = {
		.name = p->name[0] ? p->name : NULL,
		.authenticated = p->authenticated,
		.local_family = (uint8_t)p->local_family,
		.local = p->local,
		.local_port = (uint16_t)p->local_port,
		.recipient = p->recipient,
	};
	struct net net;
	struct err err;

	demand(net_parse_addr(&net, p->client_text, strlen(p->client_text),
	    &err), p->client_text, &err);
	q.family = net.family;
	q.client = net.first;
	return q;
}

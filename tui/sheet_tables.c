#include "config.h"

#include <string.h>

#include "sheet_server.h"

static const struct column listener_columns[] = {
	{ "Address:port", 44, false, 0, },
	{ "Means", 0, false, 60, },
	{ NULL, 0, false, 0, },
};

static void
listener_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct server *server = sheet_server(context);
	const struct listener *listener;

	if (!server || row >= server->listener_count)
		return;
	listener = &server->listeners[row];
	if (column == 0)
		listener_add(out, listener);
	else if (listener->addr == 0)
		buf_addf(out, "every IPv%d address", listener->family);
}

static const struct column route_columns[] = {
	{ "Mail sent to", 0, false, 0, },
	{ "Covers", 12, false, 76, },
	{ "Is", 8, false, 0, },
	{ "Route to", 27, false, 0, },
	{ "Comment", 0, false, 100, },
	{ NULL, 0, false, 0, },
};

static void
add_route_target(struct buf *out, const struct route *route)
{
	if (route->action == ROUTE_INBOUND)
		buf_add(out, "<this server>");
	else if (route->action == ROUTE_REJECT)
		buf_add(out, "-");
	else if (route->next_hop)
		route_add_next_hop(out, route);
	else
		buf_add(out, "the domain's MX");
}

static void
route_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct server *server = sheet_server(context);
	const struct route *route;

	if (!server || row >= server->route_count)
		return;
	route = &server->routes[row];
	if (column == 0)
		route_add(out, route);
	else if (column == 1)
		buf_add(out, !strcmp(route->domain, ".") ? "everything"
		        : route->exact                   ? "itself"
		                                         : "+ subdomains");
	else if (column == 2)
		buf_add(out, route->action == ROUTE_REJECT
		        ? "REJECT"
		        : action_words[route->action]);
	else if (column == 3)
		add_route_target(out, route);
	else if (route->comment)
		buf_add(out, route->comment);
}

static const struct column gateway_columns[] = {
	{ "Carries it", 10, false, 0, },
	{ "Gateway", 24, false, 0, },
	{ "Group", 14, false, 0, },
	{ "SSH host", 0, false, 70, },
	{ NULL, 0, false, 0, },
};

static bool
carries(const struct gateway *gateway, const char *server)
{
	size_t i;

	for (i = 0; i < gateway->server_count; i++)
		if (!strcmp(gateway->servers[i], server))
			return true;
	return false;
}

static void
gateway_cell(void *context, size_t row, int column, struct buf *out)
{
	const struct sheet_state *state = context;
	const struct policy *policy = state->app->draft;
	const struct gateway *gateway;

	if (row >= policy->gateway_count)
		return;
	gateway = policy->gateways[row];
	if (column == 0)
		buf_add(out, carries(gateway, state->name) ? "[x]" : "[ ]");
	else if (column == 1)
		buf_add(out, gateway->name);
	else if (column == 2)
		buf_add(out, gateway->group ? gateway->group : "");
	else
		buf_add(out, gateway->host);
}

void
sheet_tables_start(struct sheet_state *state)
{
	state->listeners.columns = listener_columns;
	state->listeners.cell = listener_cell;
	state->listeners.context = state;
	state->listeners.empty = "It listens nowhere.\n\n"
	                         "  a  add an address and port, such as "
	                         "0.0.0.0:25";
	state->routes.columns = route_columns;
	state->routes.cell = route_cell;
	state->routes.context = state;
	state->routes.empty =
	    "The routing list is empty.\n\n  a  add a domain\n\n"
	    "Inbound domains are delivered here; relayed ones are accepted "
	    "from anyone.";
	state->gateways.columns = gateway_columns;
	state->gateways.cell = gateway_cell;
	state->gateways.context = state;
	state->gateways.empty = "No gateway yet.\n\n"
	                        "  Esc, then a on Gateways adds one";
}

void
sheet_tables_reset(struct sheet_state *state)
{
	const struct server *server = sheet_server(state);

	if (!server)
		return;
	table_reset(&state->listeners, server->listener_count);
	table_reset(&state->routes, server->route_count);
	table_reset(&state->gateways, state->app->draft->gateway_count);
}

void
sheet_tables_clear(struct sheet_state *state)
{
	table_clear(&state->listeners);
	table_clear(&state->routes);
	table_clear(&state->gateways);
}

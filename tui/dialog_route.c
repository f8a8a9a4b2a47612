#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog_types.h"
#include "dialogs.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "server_edit.h"

struct route_state {
	struct server_edit edit;
	char *old; /* the row that is edited as it is written, or NULL */
	struct line domain, next_hop, comment;
	bool exact;
	int action;
	struct caption means;
};

#define AT(member) offsetof(struct route_state, member)

static bool
is_relay(const void *state)
{
	return ((const struct route_state *)state)->action == ROUTE_RELAY;
}

static const struct control route_controls[] = {
	{ .kind = CONTROL_LINE, .at = { 0, 0, 0, 0 }, .text = "&Domain",
	    .offset = AT(domain), .value = 10,
	    .hint = "example.com; a single dot covers every domain", },
	{ .kind = CONTROL_CHECK, .at = { 0, 1, 0, 0 }, .offset = AT(exact),
	    .text = "&Exactly this domain, not its subdomains (written "
	            "#domain)",
	    .hint = "off: its subdomains, too", },
	{ .kind = CONTROL_LABEL, .at = { 0, 3, 0, 0 },
	    .text = "Mail sent to this domain should be", },
	{ .kind = CONTROL_RADIO, .at = { 2, 4, 0, 0 }, .offset = AT(action),
	    .text = "accepted as &inbound", .value = ROUTE_INBOUND,
	    .hint = "delivered here", },
	{ .kind = CONTROL_RADIO, .at = { 2, 5, 0, 0 }, .offset = AT(action),
	    .text = "&relayed to the next hop, accepted from anyone",
	    .value = ROUTE_RELAY,
	    .hint = "no matter what the relay restrictions say", },
	{ .kind = CONTROL_RADIO, .at = { 2, 6, 0, 0 }, .offset = AT(action),
	    .text = "re&jected", .value = ROUTE_REJECT,
	    .hint = "550 5.7.1 to everybody", },
	{ .kind = CONTROL_LINE, .at = { 0, 8, 0, 0 }, .text = "&Next hop",
	    .offset = AT(next_hop), .value = 10, .alive = is_relay,
	    .hint = "host, host:port or [address]:port; empty: by the domain's "
	            "MX", },
	{ .kind = CONTROL_LINE, .at = { 0, 9, 0, 0 }, .text = "Co&mment",
	    .offset = AT(comment), .value = 10,
	    .hint = "for people; nothing is done by it", },
	{ .kind = CONTROL_CAPTION, .at = { 0, -3, 0, 2 },
	    .offset = AT(means), },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

/* route owns its texts even on failure. */
static bool
read_route(const struct route_state *state, struct route *route,
    struct err *err)
{
	const char *domain = line_text(&state->domain);
	const char *hop = is_relay(state) ? line_text(&state->next_hop) : "";
	const char *comment = line_text(&state->comment);
	struct buf text = { 0 };
	bool ok;

	buf_addf(&text, "%s%s", state->exact && *domain != '#' ? "#" : "",
	    domain);
	ok = route_parse(route, buf_text(&text), text.len, err) &&
	    route_parse_next_hop(route, hop, strlen(hop), err) &&
	    name_check_comment(comment, strlen(comment), err);
	buf_free(&text);
	route->action = (enum route_action)state->action;
	route->comment = mem_text_or_null(comment);
	return ok;
}

static void
add_means(struct buf *out, const struct route *route)
{
	bool all = !strcmp(route->domain, ".");

	buf_add(out, "Means: mail for ");
	buf_add(out, all ? "every domain" : route->domain);
	if (!all)
		buf_add(out, route->exact ? " itself" : " and its subdomains");
	if (route->action == ROUTE_INBOUND)
		buf_add(out, " is delivered here.");
	else if (route->action == ROUTE_REJECT)
		buf_add(out, " is rejected.");
	else
		buf_addf(out, " is accepted from anyone and sent on%s",
		    all ? ": an OPEN RELAY." : ".");
}

static void
route_refresh(struct dialog *dialog)
{
	struct route_state *state = dialog->state;
	struct route route = { 0 };
	struct buf text = { 0 };
	struct err err;

	if (!*line_text(&state->domain))
		buf_add(&text, "");
	else if (read_route(state, &route, &err))
		add_means(&text, &route);
	else
		buf_addf(&text, "X %s", err.text);
	caption_set(&state->means, ROLE_STRONG, buf_text(&text));
	route_free(&route);
	buf_free(&text);
}

/* The place of the row that is written so, or the count. */
static size_t
find_row(const struct server *server, const char *written)
{
	struct buf text = { 0 };
	size_t i;

	for (i = 0; written && i < server->route_count; i++) {
		buf_clear(&text);
		route_add(&text, &server->routes[i]);
		if (!strcmp(buf_text(&text), written))
			break;
	}
	buf_free(&text);
	return written ? i : server->route_count;
}

static bool
store_route(struct dialog *dialog, struct route *route, struct err *err)
{
	struct route_state *state = dialog->state;
	struct server *copy = server_copy(state->edit.copy);
	struct server_edit edit = state->edit;
	struct buf text = { 0 };
	bool ok;
	char label[200];
	size_t row = find_row(copy, state->old), same;

	route_add(&text, route);
	same = find_row(copy, buf_text(&text));
	snprintf(label, sizeof(label), "%.100s in the routing list of %s",
	    buf_text(&text), state->edit.name);
	buf_free(&text);
	if (same < copy->route_count && same != row) {
		server_free(copy);
		return fail(err, "the routing list has this row already");
	}
	if (row < copy->route_count) {
		route_free(&copy->routes[row]);
		copy->routes[row] = route_copy(route);
	} else {
		server_add_route(copy, route_copy(route));
	}
	edit.copy = copy;
	ok = server_edit_store(&edit, dialog->app, label);
	server_free(copy);
	if (ok)
		return true;
	return fail(err, "%s", buf_text(&dialog->app->message));
}

static bool
route_accept(struct dialog *dialog)
{
	struct route route = { 0 };
	struct err err;
	bool ok;

	if (!dialog->changed)
		return true;
	ok = read_route(dialog->state, &route, &err) &&
	    store_route(dialog, &route, &err);
	if (!ok)
		app_fail(dialog->app, &err);
	route_free(&route);
	return ok;
}

static void
route_clear(void *value)
{
	struct route_state *state = value;

	server_edit_clear(&state->edit);
	free(state->old);
	line_clear(&state->domain);
	line_clear(&state->next_hop);
	line_clear(&state->comment);
	buf_free(&state->means.text);
}

const struct dialog_type route_type = {
	.title = "Routing list",
	.w = 70,
	.h = 16,
	.least_h = 13,
	.size = sizeof(struct route_state),
	.controls = route_controls,
	.refresh = route_refresh,
	.accept = route_accept,
	.clear = route_clear,
};

void
route_open(struct app *app, const char *server, const struct route *route)
{
	struct server_edit edit = { 0 };
	struct dialog *dialog;
	struct route_state *state;
	struct buf text = { 0 };

	if (!server_edit_start(&edit, app, server))
		return;
	dialog = dialog_open(app, &route_type, NULL);
	state = dialog->state;
	state->edit = edit;
	snprintf(dialog->title, sizeof(dialog->title), "%s",
	    route ? "Edit the row" : "Add to the routing list");
	state->action = ROUTE_INBOUND; /* what opens nothing */
	if (!route)
		return;
	route_add(&text, route);
	state->old = buf_take(&text);
	state->exact = route->exact;
	state->action = (int)route->action;
	line_set(&state->domain, route->domain);
	route_add_next_hop(&text, route);
	line_set(&state->next_hop, buf_text(&text));
	line_set(&state->comment, route->comment);
	buf_free(&text);
}

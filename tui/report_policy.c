#include "config.h"

#include <stdio.h>
#include <string.h>

#include "out.h"
#include "policy/effect.h"
#include "report.h"
#include "seen.h"

/* --- what is asked for ---------------------------------------------------- */

static bool
is_named(const struct report_subject *s, const char *name)
{
	for (int i = 0; i < s->name_count; i++)
		if (!strcmp(s->names[i], name))
			return true;
	return false;
}

static bool
carries(const struct gateway *gateway, const char *server)
{
	for (size_t i = 0; i < gateway->server_count; i++)
		if (!strcmp(gateway->servers[i], server))
			return true;
	return false;
}

/* By its name, or with a gateway that carries it. */
bool
report_asks_server(const struct report_subject *s, const struct server *server)
{
	for (size_t i = 0; i < s->policy->gateway_count; i++) {
		const struct gateway *g = s->policy->gateways[i];

		if (is_named(s, g->name) && carries(g, server->name))
			return true;
	}
	return !s->name_count || is_named(s, server->name);
}

bool
report_asks_gateway(const struct report_subject *s,
    const struct gateway *gateway)
{
	for (size_t i = 0; i < gateway->server_count; i++)
		if (is_named(s, gateway->servers[i]))
			return true;
	return !s->name_count || is_named(s, gateway->name);
}

/* --- gateways ------------------------------------------------------------- */

static bool
add_push(struct report *r, const struct report_subject *s, const char *name,
    struct err *err)
{
	struct push_record push = { 0 };
	struct buf text = { 0 };

	if (!store_push_last(s->store, name, &push, err))
		return false;
	if (push.state) {
		report_number(r, "push.revision", "Last push, revision",
		    (unsigned long long)push.revision);
		report_fact(r, "push.state", "Last push, result", push.state);
		add_time(&text, push.started);
		report_fact(r, "push.time", "Last push, time",
		    buf_text(&text));
		report_fact(r, "push.author", "Last push, by", push.author);
		report_fact(r, "push.digest", "Last push, SHA-256 of the files",
		    push.digest);
	}
	push_record_clear(&push);
	buf_free(&text);
	return true;
}

bool
report_gateways(struct report *r, const struct report_subject *s,
    struct err *err)
{
	bool ok = true;

	report_part(r, "gateways", "Gateways");
	for (size_t i = 0; ok && i < s->policy->gateway_count; i++) {
		const struct gateway *g = s->policy->gateways[i];
		struct buf text = { 0 };

		if (!report_asks_gateway(s, g))
			continue;
		report_object(r, g->name);
		report_fields(r, gateway_fields, g);
		for (size_t k = 0; k < g->server_count; k++)
			buf_addf(&text, "%s%s", k ? ", " : "", g->servers[k]);
		report_fact(r, "servers", "Carries", buf_text(&text));
		ok = add_push(r, s, g->name, err);
		report_object_end(r);
		buf_free(&text);
	}
	report_part_end(r);
	return ok;
}

/* --- virtual servers ------------------------------------------------------ */

static void
add_places(struct report *r, const struct report_subject *s,
    const struct server *server)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < server->listener_count; i++) {
		buf_add(&text, i ? ", " : "");
		listener_add(&text, &server->listeners[i]);
	}
	report_fact(r, "listen", "Listens on", buf_text(&text));
	buf_clear(&text);
	for (size_t i = 0; i < s->policy->gateway_count; i++)
		if (carries(s->policy->gateways[i], server->name))
			buf_addf(&text, "%s%s", text.len ? ", " : "",
			    s->policy->gateways[i]->name);
	report_fact(r, "gateways", "Carried by", buf_text(&text));
	buf_free(&text);
}

static void
add_effects(struct report *r, const struct ruleset *rules,
    const struct server *server)
{
	static const struct {
		const char *key, *label;
		void (*add)(struct buf *, const struct server *);
	} effects[] = {
		{ "means.connection", "Connection control means",
		    effect_add_connection, },
		{ "means.relay", "Relay restrictions mean",
		    effect_add_relay, },
		{ "means.routing", "The routing list means",
		    effect_add_routing, },
		{ "means.restrictions", "Routing restrictions mean",
		    effect_add_restrictions, },
	};
	struct buf text = { 0 };

	report_fact(r, "openness", "How open",
	    openness_words[openness_ask(rules)]);
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		buf_clear(&text);
		effects[i].add(&text, server);
		report_fact(r, effects[i].key, effects[i].label,
		    buf_text(&text));
	}
	buf_free(&text);
}

static void
add_routes(struct report *r, const struct server *server)
{
	static const struct report_table table = {
		"routing", "Routing list", "Empty.",
		{ COLUMN_DOMAIN, COLUMN_ACTION, COLUMN_NEXT_HOP,
		    COLUMN_COMMENT }, 4,
	};

	report_table(r, &table);
	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];

		route_add(report_cell(r, COLUMN_DOMAIN), route);
		buf_add(report_cell(r, COLUMN_ACTION),
		    action_words[route->action]);
		if (route->next_hop)
			route_add_next_hop(report_cell(r, COLUMN_NEXT_HOP),
			    route);
		buf_add(report_cell(r, COLUMN_COMMENT),
		    route->comment ? route->comment : "");
		report_row(r);
	}
	report_table_end(r);
}

static void
add_slots(struct report *r, const struct report_subject *s,
    const struct server *server)
{
	struct report_table table = {
		"entries", "Entries of its lists", "None.",
		{ COLUMN_ENTRY, COLUMN_SLOT, COLUMN_IPV4, COLUMN_IPV6,
		    COLUMN_OWNER, COLUMN_TICKET, COLUMN_EXPIRES,
		    COLUMN_COMMENT, COLUMN_LAST }, 8,
	};
	struct target target = { .is_list = false };

	/* Without a log nothing is known. */
	table.count += s->seen->count > 0;
	report_table(r, &table);
	snprintf(target.name, sizeof(target.name), "%s", server->name);
	for (target.slot = server_slots; target.slot->name; target.slot++)
		report_entries(r, s, slot_entries_const(target.slot, server),
		    &target);
	report_table_end(r);
}

void
report_servers(struct report *r, const struct report_subject *s)
{
	report_part(r, "servers", "Virtual servers");
	for (size_t i = 0; i < s->policy->server_count; i++) {
		const struct server *server = s->policy->servers[i];

		if (!report_asks_server(s, server))
			continue;
		report_object(r, server->name);
		add_places(r, s, server);
		add_effects(r, relay_ruleset(s->compiled, server->name),
		    server);
		report_fields(r, server_fields, server);
		report_reach(r, s, server, false);
		if (server->basic)
			report_reach(r, s, server, true);
		add_slots(r, s, server);
		add_routes(r, server);
		report_object_end(r);
	}
	report_part_end(r);
}

/* --- named lists ---------------------------------------------------------- */

/* Who includes it; false when none of the servers that are asked for does. */
static bool
add_users(struct buf *text, const struct report_subject *s,
    const struct list *list)
{
	for (size_t i = 0; i < s->policy->server_count; i++) {
		const struct server *server = s->policy->servers[i];

		if (!report_asks_server(s, server))
			continue;
		for (const struct slot *slot = server_slots; slot->name;
		     slot++)
			if (entries_include(slot_entries_const(slot, server),
			        list->name))
				buf_addf(text, "%sserver:%s/%s",
				    text->len ? ", " : "", server->name,
				    slot->name);
	}
	return text->len || !s->name_count;
}

static void
add_merged(struct report *r, const struct list *list)
{
	struct set set = { 0 };
	struct buf text = { 0 };

	set_of_entries(&set, &list->entries);
	set_add_clients(&text, &set);
	report_fact(r, "holds", "Holds", buf_text(&text));
	report_number(r, "ranges", "Merged ranges",
	    set.v4_count + set.v6_count);
	set_free(&set);
	buf_free(&text);
}

void
report_lists(struct report *r, const struct report_subject *s)
{
	struct report_table table = {
		"entries", "Entries", "None.",
		{ COLUMN_ENTRY, COLUMN_IPV4, COLUMN_IPV6, COLUMN_OWNER,
		    COLUMN_TICKET, COLUMN_EXPIRES, COLUMN_COMMENT,
		    COLUMN_LAST }, 7,
	};
	struct target target = { .is_list = true };
	struct buf users = { 0 };

	table.count += s->seen->count > 0;
	report_part(r, "lists", "Named lists");
	for (size_t i = 0; i < s->policy->list_count; i++) {
		const struct list *list = s->policy->lists[i];

		buf_clear(&users);
		if (!add_users(&users, s, list))
			continue;
		report_object(r, list->name);
		report_fields(r, list_fields, list);
		report_fact(r, "included", "Included by", buf_text(&users));
		add_merged(r, list);
		report_table(r, &table);
		snprintf(target.name, sizeof(target.name), "%s", list->name);
		report_entries(r, s, &list->entries, &target);
		report_table_end(r);
		report_object_end(r);
	}
	report_part_end(r);
	buf_free(&users);
}

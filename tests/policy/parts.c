#include "config.h"

#include "policy/field.h"

#include "parts.h"
#include "unit.h"

struct server *
add_server(struct policy *p, const char *name)
{
	struct server *s = preset_server(preset_find("standard"), name);

	policy_add_server(p, s);
	return s;
}

void
add_entry(struct entries *to, const char *text)
{
	struct entry e;
	struct err err;

	assert_true(entry_parse(&e, text, strlen(text), 0, &err));
	entries_add(to, &e);
}

void
add_route(struct server *s, const char *domain, enum route_action action,
    const char *hop)
{
	struct route r = { 0 };
	struct err err;

	assert_true(route_parse(&r, domain, strlen(domain), &err));
	assert_true(route_parse_next_hop(&r, hop, strlen(hop), &err));
	r.action = action;
	server_add_route(s, r);
}

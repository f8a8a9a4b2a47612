#include "config.h"

#include "policy/difference.h"
#include "policy/field.h"
#include "policy/mem.h"

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

void
carry(struct policy *p, const char *gateway, const char *server)
{
	struct gateway *g = policy_gateway(p, gateway);

	if (!g) {
		g = gateway_new(gateway);
		policy_add_gateway(p, g);
	}
	g->servers = mem_resize(g->servers, g->server_count + 1,
	    sizeof(char *));
	g->servers[g->server_count++] = mem_text(server);
}

void
check_difference(struct policy *a, struct policy *b, size_t gateways, const char *wanted)
{
	struct compiled *x = relay_compile(a), *y = relay_compile(b);
	struct difference d;
	struct buf text = { 0 };

	difference_make(&d, x, y);
	difference_add_text(&text, &d, 3);
	check_same(buf_text(&text), wanted, wanted);
	assert_int_equal(d.gateways, gateways);
	difference_free(&d);
	buf_free(&text);
	relay_free(x);
	relay_free(y);
	policy_free(a);
	policy_free(b);
}

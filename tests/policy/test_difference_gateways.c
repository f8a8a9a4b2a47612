/* On which gateways a difference is. */
#include "config.h"

#include "policy/difference.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "parts.h"
#include "unit.h"

/* Gateways that come, go, and carry what is the same. */
static void
test_gateways(void **state)
{
	struct policy *a = policy_new(), *b;
	struct server *x = add_server(a, "x"), *y = add_server(a, "y");

	(void)state;
	x->listener_count = y->listener_count = 1;
	carry(a, "g1", "x");
	carry(a, "g2", "y");
	carry(a, "g3", "y");
	carry(a, "g3", "missing");
	carry(a, "g5", "x");
	b = policy_copy(a);
	policy_server(b, "y")->enabled = false;
	policy_server(b, "x")->listeners[0].port = 2525;
	policy_remove_gateway(b, "g1");
	carry(b, "g0", "x");
	carry(b, "g4", "y");
	check_difference(a, b, 6,
	    "LOSES the connection: every IPv4 address, on 6 "
	    "gateways\n"
	    "LOSES sending without logging on: every IPv4 address, on "
	    "6 gateways\n"
	    "LOSES relay after logging on: every IPv4 address, on 6 "
	    "gateways\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x, on 3 gateways: CLOSED before, CLOSED after\n"
	    "  ~ listens elsewhere than before\n"
	    "server y, turned off, on 3 gateways: CLOSED before, CLOSED "
	    "after\n"
	    "  LOSES the connection: every IPv4 address\n"
	    "    - 0.0.0.0/0\n"
	    "  LOSES sending without logging on: every IPv4 address\n"
	    "    - 0.0.0.0/0\n"
	    "  LOSES relay after logging on: every IPv4 address\n"
	    "    - 0.0.0.0/0\n"
	    "3 servers placed on, or taken off, gateways\n");
}

/* A server that is the same, on one gateway more; and one more server, whose
 * name comes last. */
static void
test_carried(void **state)
{
	struct policy *a = policy_new(), *b;
	struct server *z;

	(void)state;
	add_server(a, "x");
	b = policy_copy(a);
	carry(b, "g", "x");
	check_difference(a, b, 1, "0 clients gain, 0 lose\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "1 server placed on, or taken off, gateways\n");
	a = policy_new();
	add_server(a, "x");
	b = policy_copy(a);
	z = add_server(b, "z");
	z->connection_mode = MODE_ONLY;
	check_difference(a, b, 0, "0 clients gain, 0 lose\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server z, new: CLOSED before, CLOSED after\n");
}

/* "g:xy h:x": gateways and what they carry; x and y are servers, others are
 * not there. */
static struct policy *
place(const char *text)
{
	struct policy *p = policy_new();

	add_server(p, "y");
	add_server(p, "x");
	for (; *text; text += strspn(text, " ")) {
		char gateway[2] = { *text, '\0' };

		for (text += 2; *text && *text != ' '; text++) {
			char server[3] = { *text, '\0', '\0' };

			if (*text == 'm') /* sorts between x and y */
				memcpy(server, "xm", 3);
			carry(p, gateway, server);
		}
	}
	return p;
}

static void
test_placed(void **state)
{
	static const struct {
		const char *before, *after;
		char changes; /* the server, or '-' */
		size_t gateways, carried, of[2]; /* x, y */
	} rows[] = {
		{ "g:x", "g:x", '-', 0, 0, { 1, 0 }, },
		{ "g:xy h:x", "g:xy h:x", 'y', 1, 0, { 2, 1 }, },
		{ "g:xy h:x", "g:xy h:x", 'x', 2, 0, { 2, 1 }, },
		{ "g:yx h:x", "g:yx h:x", 'x', 2, 0, { 2, 1 }, },
		{ "g:xmwz h:y", "g:xmwz h:y", '-', 0, 0, { 1, 1 }, },
		{ "g:mwz h:y", "g:mwz h:y", 'x', 0, 0, { 0, 1 }, },
		{ "h:x g:y", "g:y h:x", '-', 0, 0, { 1, 1 }, },
		{ "i:x h:y g:x", "h:y g:x i:x", 'y', 1, 0, { 2, 1 }, },
		{ "g:x", "g:x h:x", '-', 1, 1, { 2, 0 }, },
		{ "g:x h:x", "h:x", '-', 1, 1, { 2, 0 }, },
		{ "g:x h:x", "g:x", '-', 1, 1, { 2, 0 }, },
		{ "h:x", "h:x g:y i:y", '-', 2, 2, { 1, 2 }, },
		{ "g:x", "g:y", '-', 1, 2, { 1, 1 }, },
		{ "g:x", "h:x", '-', 2, 2, { 2, 0 }, },
		{ "g:x", "g:xm", '-', 1, 1, { 1, 0 }, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct policy *a = place(rows[i].before);
		struct policy *b = place(rows[i].after);
		struct compiled *x, *y;
		struct difference d;

		if (rows[i].changes != '-')
			policy_server(b, rows[i].changes == 'x' ? "x" : "y")
			    ->relay_mode = MODE_ALL_EXCEPT;
		x = relay_compile(a);
		y = relay_compile(b);
		difference_make(&d, x, y);
		check_row(d.gateways == rows[i].gateways, rows[i].after);
		check_row(d.carried == rows[i].carried, rows[i].after);
		check_row(d.servers[0].gateways == rows[i].of[0],
		    rows[i].after);
		check_row(d.servers[1].gateways == rows[i].of[1],
		    rows[i].after);
		check_row(d.same == (rows[i].changes == '-' &&
		    !rows[i].carried), rows[i].after);
		difference_free(&d);
		relay_free(x);
		relay_free(y);
		policy_free(a);
		policy_free(b);
	}
}

static void
test_one(void **state)
{
	struct policy *a = policy_new(), *b;
	struct server *t;

	(void)state;
	add_server(a, "x");
	add_entry(&policy_server(a, "x")->relay, "domain:a.example");
	b = policy_copy(a);
	t = policy_server(b, "x");
	entries_free(&t->relay);
	add_entry(&t->relay, "2001:db8::1");
	add_route(t, "#a.example", ROUTE_INBOUND, "");
	add_route(t, "a.example", ROUTE_REJECT, "");
	check_difference(a, b, 0,
	    "GAINS relay: 1 IPv6 address\n"
	    "2 routing domains change\n"
	    "1 client domain gains or loses\n"
	    "Verdict: CLOSED before, CLOSED after\n"
	    "server x: CLOSED before, CLOSED after\n"
	    "  GAINS relay: 1 IPv6 address\n"
	    "    + 2001:db8::1\n"
	    "  ~ mail for a.example itself: foreign -> inbound\n"
	    "  ~ mail for subdomains of a.example: foreign -> rejected\n"
	    "  - domain:a.example LOSES relay\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gateways),
		cmocka_unit_test(test_carried),
		cmocka_unit_test(test_placed),
		cmocka_unit_test(test_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Objects, fields, names, numbers, texts. */
#include "config.h"

#include "policy/buf.h"
#include "policy/effect.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "policy/number.h"
#include "unit.h"

/* --- fields ----------------------------------------------------------- */

static const struct {
	const struct field *fields;
	const char *field, *text;
	const char *wanted; /* NULL: refused */
	const char *reason;
} values[] = {
	{ server_fields, "enabled", "true", "true", NULL, },
	{ server_fields, "enabled", "off", "false", NULL, },
	{ server_fields, "enabled", "1", "true", NULL, },
	{ server_fields, "enabled", "maybe", NULL, "neither true nor false", },
	{ server_fields, "authentication.tls", "required", "required", NULL, },
	{ server_fields, "authentication.tls", "some", NULL,
	    "none, offered, required", },
	{ server_fields, "relay.mode", "all-except", "all-except", NULL, },
	{ server_fields, "name", "in-1.x_y", "in-1.x_y", NULL, },
	{ server_fields, "name", "", NULL, "a name is missing", },
	{ server_fields, "name", ".x", NULL, "begins with", },
	{ server_fields, "name", "a b", NULL, "letters", },
	{ server_fields, "comment", "Lyon \xc3\xa9", "Lyon \xc3\xa9", NULL, },
	{ server_fields, "comment", "", "", NULL, },
	{ server_fields, "comment", "a\tb", NULL, "control", },
	{ server_fields, "comment", "\x7f", NULL, "control", },
	{ server_fields, "comment", "\xc2\x9b", NULL, "control", },
	{ server_fields, "comment", "\xff", NULL, "UTF-8", },
	{ server_fields, "comment", "\xc3", NULL, "UTF-8", },
	{ server_fields, "comment", "\xe0\x80\x80", NULL, "UTF-8", },
	{ server_fields, "comment", "\xed\xa0\x80", NULL, "UTF-8", },
	{ server_fields, "comment", "\xf0\x80\x80\x80", NULL, "UTF-8", },
	{ server_fields, "comment", "\xf4\x90\x80\x80", NULL, "UTF-8", },
	{ server_fields, "comment", "\xf0\x9f\x93\xa7\xe2\x82\xac",
	    "\xf0\x9f\x93\xa7\xe2\x82\xac", NULL, },
	{ gateway_fields, "group", "edge", "edge", NULL, },
	{ gateway_fields, "group", "", "", NULL, },
	{ gateway_fields, "mta", "postfix", "postfix", NULL, },
	{ gateway_fields, "mta", "sendmail", NULL, "opensmtpd", },
	{ gateway_fields, "ssh.port", "2222", "2222", NULL, },
	{ gateway_fields, "ssh.port", "0", NULL, "1 to 65535", },
	{ gateway_fields, "ssh.port", "65536", NULL, "1 to 65535", },
	{ gateway_fields, "ssh.port", "022", NULL, "1 to 65535", },
	{ gateway_fields, "ssh.port", "", NULL, "1 to 65535", },
	{ gateway_fields, "ssh.user", "relay_adm", "relay_adm", NULL, },
	{ gateway_fields, "ssh.user", "-x", NULL, "user", },
	{ gateway_fields, "ssh.user", "", NULL, "user", },
	{ gateway_fields, "ssh.user", "a;b", NULL, "user", },
	{ gateway_fields, "ssh.host", "MX1.example.NET", "mx1.example.net",
	    NULL, },
	{ gateway_fields, "ssh.host", "192.0.2.1", "192.0.2.1", NULL, },
	{ gateway_fields, "ssh.host", "2001:DB8::1", "2001:db8::1", NULL, },
	{ gateway_fields, "ssh.host", "[2001:DB8::1]", "2001:db8::1", NULL, },
	{ gateway_fields, "ssh.host", "", "", NULL, },
	{ gateway_fields, "ssh.host", "a b", NULL, "letters", },
	{ gateway_fields, "ssh.host", "1.2.3", NULL, "octets", },
	{ gateway_fields, "ssh.jump", "ana@hop.example:22",
	    "ana@hop.example:22", NULL, },
	{ gateway_fields, "ssh.jump", "hop.example", "hop.example", NULL, },
	{ gateway_fields, "ssh.jump", "", "", NULL, },
	{ gateway_fields, "ssh.transport", "openssh", "openssh", NULL, },
	{ gateway_fields, "hold", "disk is full", "disk is full", NULL, },
	{ gateway_fields, "hold", "", "", NULL, },
	{ gateway_fields, "hold", "a\nb", NULL, "control character", },
	{ gateway_fields, "ssh.transport", "ssh", NULL, "openssh", },
	{ gateway_fields, "ssh.jump", "ana@", NULL, "missing", },
	{ gateway_fields, "ssh.jump", "@hop.example", NULL, "user", },
	{ gateway_fields, "ssh.jump", "-o x@hop.example", NULL, "user", },
	{ gateway_fields, "ssh.jump", "hop.example:x", NULL, "port", },
};

static void
test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(values); i++) {
		bool of_server = values[i].fields == server_fields;
		struct server *server = server_new("a");
		struct gateway *gateway = gateway_new("a");
		void *object = of_server ? (void *)server : (void *)gateway;
		const struct field *f = field_find(values[i].fields,
		    values[i].field);
		struct buf before = { 0 }, after = { 0 };
		struct err err = { 0 };
		bool ok;

		field_add(&before, f, object);
		ok = field_parse(f, object, values[i].text, &err);
		field_add(&after, f, object);
		check_row(ok == (values[i].wanted != NULL), values[i].text);
		check_same(buf_text(&after),
		    ok ? values[i].wanted : buf_text(&before),
		    values[i].text);
		if (!ok && (!strstr(err.text, values[i].reason) ||
		        strncmp(err.text, f->name, strlen(f->name))))
			fail_msg("'%s': %s", values[i].text, err.text);
		buf_free(&before);
		buf_free(&after);
		server_free(server);
		gateway_free(gateway);
	}
	assert_null(field_find(server_fields, "colour"));
}

static void
test_long_texts(void **state)
{
	char text[1200];
	struct err err;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_true(name_check(text, 63, &err));
	assert_false(name_check(text, 64, &err));
	assert_true(name_check_user(text, 32, &err));
	assert_false(name_check_user(text, 33, &err));
	assert_true(name_check_comment(text, 1000, &err));
	assert_false(name_check_comment(text, 1001, &err));
	assert_false(name_check("a\0b", 3, &err));
	assert_false(name_check_comment("a\0b", 3, &err));
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *text;
		uint32_t max;
		bool ok;
	} rows[] = {
		{ "0", 9, true, }, { "9", 9, true, }, { "10", 9, false, },
		{ "", 9, false, }, { "00", 9, false, }, { "01", 9, false, },
		{ "-1", 9, false, }, { "+1", 9, false, }, { " 1", 9, false, },
		{ "1x", 99, false, }, { "4294967295", UINT32_MAX, true, },
		{ "4294967296", UINT32_MAX, false, },
		{ "99999999999", UINT32_MAX, false, }, { "/", 9, false, },
		{ ":", 9, false, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint32_t n = 77;

		check_row(number_parse(&n, rows[i].text, strlen(rows[i].text),
		    rows[i].max) == rows[i].ok, rows[i].text);
		check_row((n == 77) != rows[i].ok, rows[i].text);
		check_row(!rows[i].ok || n == strtoul(rows[i].text, NULL, 10),
		    rows[i].text);
	}
}

/* --- listeners, next hops --------------------------------------------- */

static const struct {
	const char *text, *wanted; /* NULL: refused */
} listeners[] = {
	{ "0.0.0.0:25", "0.0.0.0:25", }, { "[::]:25", "[::]:25", },
	{ "[2001:DB8::1]:587", "[2001:db8::1]:587", },
	{ "192.0.2.1:65535", "192.0.2.1:65535", },
	{ "192.0.2.1:65536", NULL, }, { "192.0.2.1:0", NULL, },
	{ "192.0.2.1:", NULL, }, { "192.0.2.1", NULL, }, { ":25", NULL, },
	{ "::1:25", NULL, }, { "[::1]", NULL, }, { "[192.0.2.1]:25", NULL, },
	{ "[::ffff:192.0.2.1]:25", NULL, }, { "mail.example:25", NULL, },
	{ "[::1:25", NULL, }, { "[]:25", NULL, }, { "", NULL, },
};

static const struct {
	const char *text, *wanted;
} hops[] = {
	{ "Mail.Example", "mail.example", },
	{ "mail.example:2525", "mail.example:2525", },
	{ "192.0.2.1", "192.0.2.1", }, { "192.0.2.1:25", "192.0.2.1:25", },
	{ "[192.0.2.1]:25", "192.0.2.1:25", },
	{ "[2001:DB8::1]", "[2001:db8::1]", },
	{ "[2001:db8::1]:25", "[2001:db8::1]:25", }, { "", "", },
	{ "mail.example:", NULL, }, { "mail.example:x", NULL, },
	{ "mail.example:0", NULL, }, { "2001:db8::1", NULL, },
	{ "1.2.3", NULL, }, { "a b", NULL, }, { "[::1]x:25", NULL, },
	{ ":25", NULL, }, { "[zz]", NULL, },
};

static void
test_listeners(void **state)
{
	struct server *s = server_new("a");
	struct err err;

	(void)state;
	for (size_t i = 0; i < ROWS(listeners); i++) {
		struct listener l;
		struct buf text = { 0 };
		bool ok = listener_parse(&l, listeners[i].text,
		    strlen(listeners[i].text), &err);

		check_row(ok == (listeners[i].wanted != NULL),
		    listeners[i].text);
		if (!ok)
			continue;
		listener_add(&text, &l);
		check_same(text.data, listeners[i].wanted, listeners[i].text);
		assert_true(server_add_listener(s, &l, &err));
		assert_false(server_add_listener(s, &l, &err));
		assert_non_null(strstr(err.text, "there already"));
		buf_free(&text);
	}
	server_free(s);
}

static void
test_hops(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(hops); i++) {
		struct route r = { .next_hop = mem_text("old.example"),
			.port = 7 };
		struct buf text = { 0 };
		struct err err;
		bool ok = route_parse_next_hop(&r, hops[i].text,
		    strlen(hops[i].text), &err);

		check_row(ok == (hops[i].wanted != NULL), hops[i].text);
		route_add_next_hop(&text, &r);
		check_same(buf_text(&text), ok ? hops[i].wanted
		                               : "old.example:7",
		    hops[i].text);
		buf_free(&text);
		route_free(&r);
	}
}

static void
test_routes(void **state)
{
	struct server *s = server_new("a");
	static const char *const texts[] = { "b.example", "#A.example", ".",
		"c.example" };
	struct err err;
	struct route r = { 0 };
	struct buf all = { 0 };

	(void)state;
	assert_false(route_parse(&r, "#.", 2, &err));
	assert_false(route_parse(&r, "", 0, &err));
	for (size_t i = 0; i < ROWS(texts); i++) {
		r = (struct route){ 0 };
		assert_true(route_parse(&r, texts[i], strlen(texts[i]), &err));
		server_add_route(s, r);
	}
	server_remove_route(s, 1);
	for (size_t i = 0; i < s->route_count; i++) {
		route_add(&all, &s->routes[i]);
		buf_addc(&all, ' ');
	}
	assert_string_equal(all.data, "b.example . c.example ");
	buf_free(&all);
	server_free(s);
}

/* --- objects ---------------------------------------------------------- */

static struct entry
parse(const char *text)
{
	struct entry entry;
	struct err err;

	assert_true(entry_parse(&entry, text, strlen(text), 0, &err));
	return entry;
}

static void
test_objects(void **state)
{
	struct policy *p = policy_new(), *copy;
	struct entry e = parse("192.0.2.0/24");
	struct gateway *g = gateway_new("g");

	(void)state;
	for (int i = 0; i < 20; i++) {
		char name[16];

		snprintf(name, sizeof(name), "o%d", i);
		policy_add_list(p, list_new(name));
		policy_add_server(p, server_new(name));
		policy_add_gateway(p, gateway_new(name));
	}
	g->servers = mem_new(1, sizeof(char *));
	g->servers[g->server_count++] = mem_text("o7");
	policy_add_gateway(p, g);
	entries_add(&policy_list(p, "o3")->entries, &e);
	entries_add(&policy_server(p, "o3")->never, &e);
	copy = policy_copy(p);
	assert_true(policy_remove_list(p, "o3"));
	assert_false(policy_remove_list(p, "o3"));
	assert_true(policy_remove_server(p, "o3"));
	assert_false(policy_remove_server(p, "none"));
	assert_true(policy_remove_gateway(p, "g"));
	assert_false(policy_remove_gateway(p, "g"));
	assert_null(policy_list(p, "o3"));
	assert_int_equal(p->server_count, 19);
	policy_free(p);
	assert_int_equal(entries_count(&policy_list(copy, "o3")->entries), 1);
	assert_int_equal(entries_count(&policy_server(copy, "o3")->never), 1);
	assert_string_equal(policy_gateway(copy, "g")->servers[0], "o7");
	policy_free(copy);
	policy_free(NULL);
	list_free(NULL);
	server_free(NULL);
	gateway_free(NULL);
}

static void
test_presets(void **state)
{
	static const struct {
		const char *name;
		int port;
		const char *values; /* of the fields, in order */
	} rows[] = {
		{ "standard", 25, "true false offered true only true", },
		{ "closed", 25, "true false offered false only false", },
		{ "submission", 587, "false true required true only true", },
		{ "device-relay", 25, "true false offered true only false", },
		{ "ims", 25, "true false offered false all-except true", },
	};
	static const char *const fields[] = { "authentication.anonymous",
		"authentication.basic", "authentication.tls",
		"routing.reroute", "relay.mode", "relay.authenticated" };

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct server *s = preset_server(preset_find(rows[i].name),
		    "a");
		struct buf text = { 0 };

		for (size_t j = 0; j < ROWS(fields); j++) {
			buf_add(&text, j ? " " : "");
			field_add(&text, field_find(server_fields, fields[j]),
			    s);
		}
		check_same(text.data, rows[i].values, rows[i].name);
		assert_int_equal(s->listener_count, 2);
		assert_int_equal(s->listeners[0].port, rows[i].port);
		assert_int_equal(s->listeners[1].family, 6);
		assert_int_equal(s->connection_mode, MODE_ALL_EXCEPT);
		assert_int_equal(entries_count(&s->relay), 0);
		buf_free(&text);
		server_free(s);
	}
	assert_null(preset_find("none"));
}

static void
test_slots(void **state)
{
	struct policy *p = policy_new();
	struct entry name = parse("domain:example.com");
	struct entry list = parse("list:names"), net = parse("::1");
	struct entry other = parse("list:missing"), plain = parse("list:plain");
	const struct slot *never = slot_find("never");
	struct err err;

	(void)state;
	policy_add_list(p, list_new("plain"));
	policy_add_list(p, list_new("names"));
	entries_add(&policy_list(p, "names")->entries, &name);
	assert_true(slot_check(slot_find("relay"), p, &name, &err));
	assert_true(slot_check(never, p, &net, &err));
	assert_true(slot_check(never, p, &plain, &err));
	assert_true(slot_check(never, p, &other, &err));
	assert_false(slot_check(never, p, &name, &err));
	assert_non_null(strstr(err.text, "domain:example.com"));
	assert_false(slot_check(never, p, &list, &err));
	assert_non_null(strstr(err.text, "list:names"));
	assert_null(slot_find("nothing"));
	policy_free(p);
}

/* --- sentences -------------------------------------------------------- */

typedef void (*adder)(struct buf *, const struct server *);

static void
check_effect(adder add, const struct server *s, const char *wanted)
{
	struct buf text = { 0 };

	add(&text, s);
	check_same(buf_text(&text), wanted, wanted);
	buf_free(&text);
}

static void
test_connection_effect(void **state)
{
	struct server *s = server_new("a");
	struct entry one = parse("192.0.2.1"), two = parse("192.0.2.2");

	(void)state;
	check_effect(effect_add_connection, s, "everybody may connect");
	s->connection_mode = MODE_ONLY;
	check_effect(effect_add_connection, s, "nobody may connect");
	entries_add(&s->connection, &one);
	check_effect(effect_add_connection, s, "only 1 entry may connect");
	entries_add(&s->connection, &two);
	s->connection_mode = MODE_ALL_EXCEPT;
	check_effect(effect_add_connection, s,
	    "everybody may connect, except 2 entries");
	server_free(s);
}

static void
test_relay_effect(void **state)
{
	struct server *s = server_new("a");
	struct entry one = parse("192.0.2.1");

	(void)state;
	check_effect(effect_add_relay, s, "only those who log on may relay");
	s->relay_authenticated = false;
	check_effect(effect_add_relay, s, "nobody may relay");
	s->relay_mode = MODE_ALL_EXCEPT;
	check_effect(effect_add_relay, s, "EVERYBODY may relay");
	entries_add(&s->relay, &one);
	check_effect(effect_add_relay, s,
	    "EVERYBODY may relay, except 1 entry");
	s->relay_authenticated = true;
	check_effect(effect_add_relay, s, "EVERYBODY may relay, except 1 "
	    "entry, and those too after logging on");
	s->relay_mode = MODE_ONLY;
	check_effect(effect_add_relay, s, "1 entry may relay; everyone else "
	    "only after logging on");
	s->relay_authenticated = false;
	check_effect(effect_add_relay, s, "1 entry may relay; everyone else "
	    "never");
	server_free(s);
}

static void
test_routing_effect(void **state)
{
	struct server *s = server_new("a");
	struct entry one = parse("192.0.2.1");
	struct route r = { .domain = mem_text("example.com"),
		.action = ROUTE_REJECT };

	(void)state;
	server_add_route(s, r);
	check_effect(effect_add_routing, s, "0 inbound, 0 relay, 1 rejected; "
	    "other domains: only for clients that may relay");
	s->reroute = false;
	check_effect(effect_add_routing, s, "0 inbound, 0 relay, 1 rejected; "
	    "other domains: refused to everybody");
	check_effect(effect_add_restrictions, s, "no box is on: these boxes "
	    "restrict nobody, the Relay restrictions decide");
	s->relay_mode = MODE_ALL_EXCEPT;
	check_effect(effect_add_restrictions, s, "no box is on: ANYBODY may "
	    "route mail through this server");
	s->only_authenticated = s->clients.enabled = s->local.enabled = true;
	entries_add(&s->local.entries, &one);
	check_effect(effect_add_restrictions, s, "only who logs on or 0 "
	    "entries or who connects to 1 entry of local addresses");
	s->only_authenticated = s->clients.enabled = false;
	check_effect(effect_add_restrictions, s, "only who connects to 1 entry "
	    "of local addresses");
	server_free(s);
}

static void
test_reach_effect(void **state)
{
	struct policy *p = policy_new();
	struct server *s = server_new("a");
	struct entry one = parse("192.0.2.0/25"), six = parse("2001:db8::/48");
	struct compiled *c;
	struct buf text = { 0 };

	(void)state;
	policy_add_server(p, s);
	entries_add(&s->relay, &one);
	c = relay_compile(p);
	effect_add_reach(&text, relay_ruleset(c, "a"));
	assert_string_equal(text.data,
	    "128 IPv4 addresses relay without logging on");
	assert_null(relay_ruleset(c, "b"));
	relay_free(c);
	entries_add(&s->relay, &six);
	buf_clear(&text);
	c = relay_compile(p);
	effect_add_reach(&text, relay_ruleset(c, "a"));
	assert_string_equal(text.data,
	    "128 IPv4 and 2^80 IPv6 addresses relay without logging on");
	relay_free(c);
	relay_free(NULL);
	buf_free(&text);
	policy_free(p);
}

static void
test_openness(void **state)
{
	static const struct {
		const char *listener, *entry;
		int mode;
		enum openness wanted;
		bool open4, open6;
	} rows[] = {
		{ "0.0.0.0:25", "10.0.0.0/8", MODE_ONLY, CLOSED, false,
		    false, },
		{ "0.0.0.0:25", "8.0.0.0/16", MODE_ONLY, CLOSED, false,
		    false, },
		{ "0.0.0.0:25", "8.0.0.0/15", MODE_ONLY, WIDE, false, false, },
		{ "[::]:25", "2600::/48", MODE_ONLY, CLOSED, false, false, },
		{ "[::]:25", "2600::/47", MODE_ONLY, WIDE, false, false, },
		{ "0.0.0.0:25", "0.0.0.0/0", MODE_ONLY, OPEN, true, false, },
		{ "[::]:25", "2000::/3", MODE_ONLY, OPEN, false, true, },
		{ "[::]:25", "0.0.0.0/0", MODE_ONLY, CLOSED, false, false, },
		{ "0.0.0.0:25", "8.0.0.0/8", MODE_ALL_EXCEPT, OPEN, true,
		    false, },
		{ "0.0.0.0:25", "0.0.0.0/0", MODE_ALL_EXCEPT, CLOSED, false,
		    false, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct policy *p = policy_new();
		struct server *s = server_new("a");
		struct entry e = parse(rows[i].entry);
		struct entry here = parse("192.0.2.0/24");
		struct compiled *c;
		const struct ruleset *rules;
		struct listener l;
		struct err err;
		u128 client, local = 0;
		bool needs;

		assert_true(listener_parse(&l, rows[i].listener,
		    strlen(rows[i].listener), &err));
		server_add_listener(s, &l, &err);
		entries_add(&s->relay, &e);
		s->relay_mode = rows[i].mode;
		s->local.enabled = l.family == 4;
		entries_add(&s->local.entries, &here);
		policy_add_server(p, s);
		c = relay_compile(p);
		rules = relay_ruleset(c, "a");
		check_row(openness_ask(rules) == rows[i].wanted,
		    rows[i].entry);
		check_row(openness_family(rules, 4, &client, &local, &needs) ==
		    rows[i].open4, rows[i].entry);
		check_row(needs == (l.family == 4), rows[i].entry);
		check_row(!needs || local == 0xc0000200, rows[i].entry);
		check_row(openness_family(rules, 6, &client, &local, &needs) ==
		    rows[i].open6, rows[i].entry);
		relay_free(c);
		policy_free(p);
	}
}

static void
test_titles(void **state)
{
	(void)state;
	assert_string_equal(decision_row_title(0), "");
	assert_string_equal(decision_row_title(1), "connection control");
	assert_string_equal(decision_row_title(10), "relay restrictions");
	assert_string_equal(decision_row_title(11), "");
}

static void
test_texts(void **state)
{
	struct buf b = { 0 };
	struct err err;
	char *text;

	(void)state;
	assert_string_equal(buf_text(&b), "");
	text = buf_take(&b);
	assert_string_equal(text, "");
	free(text);
	buf_clear(&b);
	buf_addn(&b, "a\0b", 3);
	buf_addf(&b, "%0300d", 7);
	assert_int_equal(b.len, 303);
	buf_add_grouped(&b, 1234567);
	assert_string_equal(b.data + 303, "1,234,567");
	buf_clear(&b);
	buf_add_grouped(&b, 0);
	assert_string_equal(b.data, "0");
	buf_free(&b);
	assert_null(mem_text_or_null(""));
	assert_null(mem_text_or_null(NULL));
	text = mem_text_or_null("x");
	mem_drop(&text);
	assert_null(text);
	assert_false(fail_as(&err, ERR_STORE, "%s", "lost"));
	assert_int_equal(err.kind, ERR_STORE);
	assert_false(fail_in(&err, "gateway %s", "mx1"));
	assert_string_equal(err.text, "gateway mx1: lost");
	assert_int_equal(err.kind, ERR_STORE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_listeners),
		cmocka_unit_test(test_hops),
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_connection_effect),
		cmocka_unit_test(test_relay_effect),
		cmocka_unit_test(test_routing_effect),
		cmocka_unit_test(test_reach_effect),
		cmocka_unit_test(test_openness),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

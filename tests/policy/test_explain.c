/* Explanations in words; claims_flip.c holds them against the model. */
#include "config.h"

#include "policy/explain.h"
#include "policy/field.h"

#include "unit.h"

static void
explain_one(const char *setting, const char *value, const char *client,
    const char *wanted)
{
	struct policy *policy = policy_new();
	struct server *s = server_new("a");
	struct question q = { .family = 4, .recipient = "<u@far.example>" };
	struct compiled *compiled;
	struct explanation e;
	struct entry entry;
	struct net net;
	struct err err;
	struct buf text = { 0 };

	assert_true(field_parse(field_find(server_fields, setting), s, value,
	    &err));
	assert_true(entry_parse(&entry, "192.0.2.0/24", 12, 0, &err));
	entry.comment = "branches";
	entries_add(&s->relay, &entry);
	policy_add_server(policy, s);
	compiled = relay_compile(policy);
	assert_true(net_parse_addr(&net, client, strlen(client), &err));
	q.client = net.first;
	explanation_make(&e, relay_ruleset(compiled, "a"), &q);
	explanation_add_text(&text, &e);
	if (!strstr(buf_text(&text), wanted))
		fail_msg("'%s' is not in:\n%s", wanted, buf_text(&text));
	explanation_free(&e);
	buf_free(&text);
	relay_free(compiled);
	policy_free(policy);
}

static void
test_words(void **state)
{
	(void)state;
	explain_one("relay.mode", "only", "192.0.2.7",
	    "accept-relay by row 10, relay restrictions: 192.0.2.0/24 "
	    "(branches)\n");
	explain_one("relay.mode", "only", "192.0.2.7",
	    "add 192.0.2.7 to never: 1 IPv4 lose");
	explain_one("relay.mode", "only", "203.0.113.1",
	    "add 203.0.113.1 to relay: 1 IPv4 gain");
	explain_one("relay.mode", "all-except", "192.0.2.7",
	    "remove 192.0.2.0/24 from relay: 256 IPv4 gain");
	explain_one("routing.reroute", "false", "192.0.2.7",
	    "switch routing.reroute: 256 IPv4 gain");
	explain_one("authentication.anonymous", "false", "192.0.2.7",
	    "switch authentication.anonymous: 4,294,967,296 IPv4 and 2^128 "
	    "IPv6 gain");
	explain_one("connection.mode", "only", "192.0.2.7",
	    ">  1 connection control: no entry matches (only)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

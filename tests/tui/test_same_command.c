#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "policy/field.h" /* before cmocka.h: both have a fail() */
#include "tui/complete.h"
#include "tui/command.h"
#include "tui/same_command.h"
#include "tui/words.h"

#include <cmocka.h>

static void
add_entry(struct entries *entries, const char *text, const char *comment)
{
	struct entry entry;
	struct err err;

	assert_true(entry_parse(&entry, text, strlen(text), NET_STRICT, &err));
	entry.comment = comment;
	entries_add(entries, &entry);
}

static struct policy *
sample(void)
{
	struct policy *policy = policy_new();
	struct list *list = list_new("branches");
	struct server *server = server_new("internet");
	struct gateway *gateway = gateway_new("mx1");

	add_entry(&list->entries, "192.0.2.0/24", NULL);
	policy_add_list(policy, list);
	policy_add_server(policy, server);
	policy_add_gateway(policy, gateway);
	return policy;
}

static void
expect(const struct policy *policy, const struct change *change,
    const char *wanted)
{
	struct buf said = { 0 };

	same_command_add(&said, policy, change, 1);
	assert_string_equal(buf_text(&said), wanted);
	buf_free(&said);
}

static void
test_entries(void **state)
{
	struct policy *policy = sample();
	struct list *copy = list_copy(policy_list(policy, "branches"));
	struct change change = { OBJECT_LIST, "branches", copy };

	(void)state;
	add_entry(&copy->entries, "198.51.100.7", "a printer");
	expect(policy, &change, "relayadm list set branches "
	    "'entries+=198.51.100.7;comment=a printer'");
	add_entry(&copy->entries, "198.51.100.7", "one, two");
	expect(policy, &change, "relayadm load --merge FILE   (with list "
	    "branches as : dump --draft shows it)");
	entries_free(&copy->entries);
	expect(policy, &change, "relayadm list set branches "
	    "entries-=192.0.2.0/24");
	change.object = NULL;
	expect(policy, &change, "relayadm list remove branches");
	list_free(copy);
	policy_free(policy);
}

static void
test_server(void **state)
{
	struct policy *policy = sample();
	struct server *copy = server_copy(policy_server(policy, "internet"));
	struct change change = { OBJECT_SERVER, "internet", copy };
	struct route route = { 0 };
	struct err err;

	(void)state;
	copy->relay_authenticated = !copy->relay_authenticated;
	add_entry(&copy->relay, "list:branches", NULL);
	assert_true(route_parse(&route, "ratest.example", 14, &err));
	route.action = ROUTE_REJECT;
	server_add_route(copy, route);
	expect(policy, &change, "relayadm server set internet "
	    "relay.authenticated=false 'routing.list=ratest.example reject' "
	    "relay.entries+=list:branches");
	server_free(copy);
	policy_free(policy);
}

static void
test_new(void **state)
{
	struct policy *policy = sample();
	struct gateway *gateway = gateway_new("mx2");
	struct change change = { OBJECT_GATEWAY, NULL, gateway };
	struct err err;

	(void)state;
	assert_true(field_parse(field_find(gateway_fields, "ssh.host"),
	    gateway, "mx2.example.net", &err));
	expect(policy, &change,
	    "relayadm gateway add mx2 ssh.host=mx2.example.net");
	gateway_free(gateway);
	policy_free(policy);
}

static void
test_words(void **state)
{
	static const char *const samples[] = { "", "a", "a b", "it's", "\"",
		"back\\slash", "x;y|z" };
	struct words words = { 0 };
	struct buf line = { 0 };
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		words_add_quoted(&line, samples[i]);
	assert_true(words_split(&words, buf_text(&line), &err));
	assert_int_equal(words.count, i);
	while (i-- > 0)
		assert_string_equal(words.items[i], samples[i]);
	words_free(&words);
	assert_true(words_split(&words, "a\\ b \"c 'd\" ''", &err));
	assert_int_equal(words.count, 3);
	assert_string_equal(words.items[0], "a b");
	assert_string_equal(words.items[1], "c 'd");
	words_free(&words);
	assert_false(words_split(&words, "a 'b", &err));
	words_free(&words);
	buf_free(&line);
}

static const struct command some[] = {
	{ "export", "export TARGET [--format F] [--merged]", "", NULL, },
	{ "list", "list add|set|show NAME [--sources] [KEY=VALUE...]", "",
	    NULL, },
	{ "load", "load FILE", "", NULL, },
	{ NULL, NULL, NULL, NULL, },
};

static const struct {
	const char *typed, *found;
} completions[] = {
	{ "l", " list load", },
	{ "list ", " add set show", },
	{ "list s", " set show", },
	{ "list show ", " branches", },
	{ "list set branches e", " entries+=", },
	{ "list set branches comment=x en", " entries+=", },
	{ "list set branches -", " --json --sources", },
	{ "export s", " server:internet/clients server:internet/connection"
	    " server:internet/local server:internet/never"
	    " server:internet/relay server:internet/routing", },
	{ "export list:branches --m", " --merged", },
	{ "export list:branches ", " --format --json --merged", },
	{ "nothing ", "", },
	{ "list 'a", "", },
};

static void
test_complete(void **state)
{
	struct policy *policy = sample();
	const struct known known = { policy, NULL };
	size_t i, j, begun;

	(void)state;
	for (i = 0; i < sizeof(completions) / sizeof(completions[0]); i++) {
		struct offers found = { 0 };
		struct buf all = { 0 };

		complete_find(&found, &begun, completions[i].typed, some,
		    &known);
		for (j = 0; j < found.count; j++)
			buf_addf(&all, " %s", found.items[j].word);
		assert_string_equal(buf_text(&all), completions[i].found);
		buf_free(&all);
		offers_free(&found);
	}
	policy_free(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

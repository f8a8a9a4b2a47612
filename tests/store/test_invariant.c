/* Invariants in documents and in the database. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/invariant.h"
#include "policy/mem.h"
#include "scratch.h"
#include "store/document.h"
#include "tests/policy/unit.h"

#define BEFORE "{\"relayadm\":1,\"invariants\":[{\"name\":\"x\","
#define AFTER "}]}"

static char folder[SCRATCH_PATH];

static struct policy *
take(const char *text)
{
	struct policy *policy;
	struct err err;

	if (!document_read(&policy, text, strlen(text), &err))
		fail_msg("%s: %s", text, err.text);
	return policy;
}

static char *
give(const struct policy *policy)
{
	struct buf buf = { 0 };

	document_add(&buf, policy);
	return buf_take(&buf);
}

/* --- documents --------------------------------------------------------- */

static const struct {
	const char *text, *wanted;
} refusals[] = {
	{ "\"comment\":\"\"", "invariants[0].kind: missing", },
	{ "\"kind\":\"never\"", "invariants[0].kind: 'never' is none of: ", },
	{ "\"kind\":1", "invariants[0].kind: a text is needed", },
	{ "\"kind\":\"only-relays\",\"kind\":\"only-relays\"",
	  "invariants[0].kind: a second key", },
	{ "\"kind\":\"only-relays\",\"when\":\"\"", "invariants[0].when: ", },
	{ "\"kind\":\"only-relays\",\"clients\":[\"1.2.3\"]",
	  "invariants[0].clients[0]: ", },
	{ "\"kind\":\"only-relays\",\"servers\":\"a\"",
	  "invariants[0].servers: an array is needed", },
	{ "\"kind\":\"only-relays\",\"servers\":[\"a\",\"b/c\"]",
	  "invariants[0].servers[1]: ", },
	{ "\"kind\":\"only-relays\",\"domains\":[]",
	  "invariants[0].domains: an object of this kind has no such key", },
	{ "\"prefix4\":20,\"kind\":\"only-relays\"",
	  "invariants[0].prefix4: an object of this kind has no such key", },
	{ "\"action\":\"relay\",\"kind\":\"must-relay\"",
	  "invariants[0].action: an object of this kind", },
	{ "\"kind\":\"widest-grant\",\"clients\":[]",
	  "invariants[0].clients: an object of this kind", },
	{ "\"kind\":\"widest-grant\",\"when\":\"either\"",
	  "invariants[0].when: an object of this kind", },
	{ "\"kind\":\"widest-grant\",\"prefix4\":33",
	  "invariants[0].prefix4: '33' is not a prefix of 0 to 32", },
	{ "\"kind\":\"widest-grant\",\"prefix6\":\"48\"",
	  "invariants[0].prefix6: a number is needed", },
	{ "\"kind\":\"domain-action\",\"domains\":[\"a..b\"]",
	  "invariants[0].domains[0]: ", },
	{ "\"kind\":\"domain-action\",\"domains\":[1]",
	  "invariants[0].domains[0]: a text is needed", },
	{ "\"kind\":\"domain-action\",\"action\":\"drop\"",
	  "invariants[0].action: 'drop' is none of", },
	{ "\"kind\":\"domain-action\",\"clients\":[]",
	  "invariants[0].clients: an object of this kind", },
	{ "\"kind\":\"domain-action\",\"relay.mode\":1",
	  "invariants[0].relay.mode: unknown key", },
	{ "\"kind\":\"must-relay\"},{\"name\":\"x\",\"kind\":\"must-relay\"",
	  "invariants[1]: a second invariant of the name x", },
	{ "\"kind\":\"must-relay\"},{\"kind\":\"must-relay\"",
	  "invariants[1]: a name is missing", },
};

static void
test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(refusals); i++) {
		struct buf text = { 0 };
		struct policy *policy;
		struct err err;

		buf_addf(&text, "%s%s%s", BEFORE, refusals[i].text, AFTER);
		check_row(!document_read(&policy, buf_text(&text), text.len,
		    &err), refusals[i].text);
		if (strncmp(err.text, refusals[i].wanted,
		        strlen(refusals[i].wanted)) != 0)
			fail_msg("row '%s': got '%s'", refusals[i].text,
			    err.text);
		buf_free(&text);
	}
}

/* Written in the order of the tables, only what the kind has. */
static const char whole[] =
    "{\n"
    "  \"relayadm\": 1,\n"
    "  \"lists\": [],\n"
    "  \"servers\": [],\n"
    "  \"gateways\": [],\n"
    "  \"invariants\": [\n"
    "    {\n"
    "      \"name\": \"lab\",\n"
    "      \"comment\": \"the \\\"lab\\\"\",\n"
    "      \"kind\": \"never-relays\",\n"
    "      \"servers\": [ \"a\", \"b\" ],\n"
    "      \"when\": \"either\",\n"
    "      \"clients\": [\n"
    "        { \"entry\": \"10.1.0.0/16\", \"comment\": \"floor 1\" },\n"
    "        \"list:guests\"\n"
    "      ]\n"
    "    },\n"
    "    {\n"
    "      \"name\": \"wide\",\n"
    "      \"comment\": \"\",\n"
    "      \"kind\": \"widest-grant\",\n"
    "      \"servers\": [],\n"
    "      \"prefix4\": 20,\n"
    "      \"prefix6\": 0\n"
    "    },\n"
    "    {\n"
    "      \"name\": \"ours\",\n"
    "      \"comment\": \"\",\n"
    "      \"kind\": \"domain-action\",\n"
    "      \"servers\": [],\n"
    "      \"domains\": [ \"#b.example\", \"a.example\" ],\n"
    "      \"action\": \"reject\"\n"
    "    },\n"
    "    {\n"
    "      \"name\": \"only\",\n"
    "      \"comment\": \"\",\n"
    "      \"kind\": \"only-relays\",\n"
    "      \"servers\": [],\n"
    "      \"when\": \"anonymous\",\n"
    "      \"clients\": []\n"
    "    }\n"
    "  ]\n"
    "}\n";

/* The same, with what is usual left out and in another order. */
static const char again[] =
    "{\"invariants\":[{\"clients\":[\"list:guests\",{\"entry\":\"10.1.0.0 "
    "255.255.0.0\",\"comment\":\"floor 1\"}],\"kind\":\"never-relays\","
    "\"servers\":[\"b\",\"a\",\"b\"],\"comment\":\"the \\\"lab\\\"\","
    "\"name\":\"lab\"},{\"name\":\"wide\",\"prefix4\":20,\"kind\":"
    "\"widest-grant\"},{\"name\":\"ours\",\"kind\":\"domain-action\","
    "\"domains\":[\"A.Example.\",\"#b.example\",\"a.example\"],"
    "\"action\":\"reject\"},{\"name\":\"only\",\"kind\":\"only-relays\"}],"
    "\"relayadm\":1}";

static void
test_way_through(void **state)
{
	static const char *const texts[] = { whole, again };

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct policy *policy = take(texts[i]);
		char *text = give(policy);

		assert_string_equal(text, whole);
		policy_free(policy);
		free(text);
	}
}

/* A policy without any is written as it always was. */
static void
test_none(void **state)
{
	static const char empty[] = "{\n  \"relayadm\": 1,\n  \"lists\": [],\n"
	    "  \"servers\": [],\n  \"gateways\": []\n}\n";
	struct policy *policy = take("{\"relayadm\":1,\"invariants\":[]}");
	char *text = give(policy);

	(void)state;
	assert_string_equal(text, empty);
	policy_free(policy);
	free(text);
}

static const struct {
	const char *row, *text, *was, *is;
} merges[] = {
	{ "a comment changes nothing else", "{\"name\":\"lab\",\"comment\":"
	  "\"the \\\"lab\\\"\"}", "", "", },
	{ "a client more", "{\"name\":\"lab\",\"clients\":[\"10.2.0.0/16\"]}",
	  "\"floor 1\" },\n", "\"floor 1\" },\n        \"10.2.0.0/16\",\n",
	  },
	{ "a server more", "{\"name\":\"lab\",\"servers\":[\"aa\"]}",
	  "\"a\", \"b\"", "\"a\", \"aa\", \"b\"", },
	{ "said anew", "{\"name\":\"only\",\"kind\":\"only-relays\","
	  "\"when\":\"either\"}", "\"when\": \"anonymous\"",
	  "\"when\": \"either\"", },
	{ "another kind", "{\"name\":\"wide\",\"kind\":\"domain-action\"}",
	  "\"widest-grant\",\n      \"servers\": [],\n      \"prefix4\": 20,\n"
	  "      \"prefix6\": 0\n", "\"domain-action\",\n      \"servers\": [],"
	  "\n      \"domains\": [],\n      \"action\": \"inbound\"\n", },
};

static char *
replaced(const char *text, const char *was, const char *is)
{
	const char *at = strstr(text, was);
	struct buf buf = { 0 };

	assert_non_null(at);
	buf_addn(&buf, text, (size_t)(at - text));
	buf_add(&buf, is);
	buf_add(&buf, at + strlen(was));
	return buf_take(&buf);
}

static void
test_merge(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(merges); i++) {
		struct policy *policy = take(whole);
		char *wanted = replaced(whole, merges[i].was, merges[i].is);
		struct buf text = { 0 };
		struct err err;
		char *got;

		buf_addf(&text, "{\"relayadm\":1,\"invariants\":[%s]}",
		    merges[i].text);
		if (!document_merge(policy, buf_text(&text), text.len, &err))
			fail_msg("%s: %s", merges[i].row, err.text);
		got = give(policy);
		check_same(got, wanted, merges[i].row);
		policy_free(policy);
		buf_free(&text);
		free(wanted);
		free(got);
	}
}

/* --- the database ------------------------------------------------------ */

static const char guarded[] =
    "{\"relayadm\":1,\"servers\":[{\"name\":\"one\",\"listen\":"
    "[\"0.0.0.0:25\"],\"relay\":{\"entries\":[\"10.0.0.0/8\"]}}],"
    "\"gateways\":[{\"name\":\"g\",\"servers\":[\"one\"]}],"
    "\"invariants\":[{\"name\":\"lab\",\"kind\":\"never-relays\","
    "\"when\":\"anonymous\",\"clients\":[\"10.1.0.0/16\"]}]}";

static struct store *
begin(const char *name, const char *text)
{
	char path[SCRATCH_PATH];
	struct policy *policy = take(text);
	struct store *store;
	struct err err;
	int64_t head = 0;

	scratch_join(path, folder, name);
	store = scratch_open(path);
	if (!store_replace(store, "load", policy, &head, &err))
		fail_msg("%s", err.text);
	policy_free(policy);
	return store;
}

static void
check_draft(struct store *store, const char *wanted)
{
	struct policy *policy = take(wanted);
	char *got = scratch_text(store), *text = give(policy);

	assert_string_equal(got, text);
	policy_free(policy);
	free(got);
	free(text);
}

static void
test_edits(void **state)
{
	struct store *store = begin("edits.db", whole);
	struct policy *policy = take(whole);
	struct invariant *wide = policy_invariant(policy, "wide");
	struct change changes[] = { { OBJECT_INVARIANT, "only", NULL },
		{ OBJECT_INVARIANT, "wide", wide } };
	char *wanted, *label;
	struct err err;
	int64_t head;

	(void)state;
	check_draft(store, whole);
	assert_true(store_head(store, &head, &err));
	free(wide->name);
	wide->name = mem_text("w");
	assert_true(store_edit(store, "edit", changes, 2, &head, &err));
	assert_true(policy_remove_invariant(policy, "only"));
	wanted = give(policy);
	check_draft(store, wanted);
	assert_true(store_undo(store, &label, &head, &err));
	free(label);
	check_draft(store, whole);
	assert_true(store_redo(store, &label, &head, &err));
	free(label);
	check_draft(store, wanted);
	policy_free(policy);
	free(wanted);
	store_close(store);
}

/* A broken invariant blocks a commit; the revision holds it. */
static void
test_commit(void **state)
{
	static const char *const codes[] = { "invariant-broken", };
	struct store *store = begin("commit.db", guarded);
	struct policy *policy;
	struct err err;
	int64_t base = 0;
	bool dirty;

	(void)state;
	assert_false(store_commit(store, "m", NULL, 0, &base, &err));
	assert_int_equal(err.kind, ERR_NO);
	assert_string_equal(err.text, "invariant:lab: server one: 65,536 IPv4 "
	    "addresses that must never relay may relay without logging on "
	    "(10.1.0.0/16) (invariant-broken); mend it, or override it by its "
	    "code");
	assert_true(store_commit(store, "m", codes, 1, &base, &err));
	assert_true(store_dirty(store, &dirty, &err));
	assert_false(dirty);
	if (!store_revision(store, 1, &policy, &err))
		fail_msg("%s", err.text);
	assert_int_equal(policy->invariant_count, 1);
	assert_string_equal(policy->invariants[0]->name, "lab");
	policy_free(policy);
	store_close(store);
}

static int
before(void **state)
{
	(void)state;
	scratch_make(folder);
	return 0;
}

static int
after(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_way_through),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_commit),
	};

	return cmocka_run_group_tests(tests, before, after);
}

/* Documents: what is refused and where, and that nothing changes on the way
 * through. */
#include "config.h"

#include "policy/mem.h"
#include "store/document.h"
#include "tests/policy/build.h"
#include "tests/policy/unit.h"

static bool
read_text(struct policy **policy, const char *text, size_t len,
    struct err *err)
{
	err->kind = ERR_NONE;
	err->text[0] = '\0';
	*policy = NULL;
	return document_read(policy, text, len, err);
}

static char *
write_text(const struct policy *policy)
{
	struct buf buf = { 0 };

	document_add(&buf, policy);
	return buf_take(&buf);
}

/* --- refusals ------------------------------------------------------------------- */

/* A document around the text: where it says so, an object of that kind that is
 * named x. */
enum around {
	WHOLE,
	TOP,
	LIST,
	ENTRIES,
	SERVER,
	RELAY,
	ROUTES,
	GATEWAY,
	SSH,
};

static const struct {
	const char *before, *after;
} arounds[] = {
	{ "", "", },
	{ "{\"relayadm\":1,", "}", },
	{ "{\"relayadm\":1,\"lists\":[{\"name\":\"x\",", "}]}", },
	{ "{\"relayadm\":1,\"lists\":[{\"name\":\"x\",\"entries\":[", "]}]}", },
	{ "{\"relayadm\":1,\"servers\":[{\"name\":\"x\",", "}]}", },
	{ "{\"relayadm\":1,\"servers\":[{\"name\":\"x\",\"relay\":{", "}}]}", },
	{ "{\"relayadm\":1,\"servers\":[{\"name\":\"x\",\"routing\":"
	  "{\"list\":[", "]}}]}", },
	{ "{\"relayadm\":1,\"gateways\":[{\"name\":\"x\",", "}]}", },
	{ "{\"relayadm\":1,\"gateways\":[{\"name\":\"x\",\"ssh\":{", "}}]}", },
};

static const struct {
	enum around around;
	const char *text;
	const char *wanted; /* how the message begins */
} refusals[] = {
	{ WHOLE, "", "document: line 1: the document ends too early", },
	{ WHOLE, " \n\n", "document: line 3: the document ends too early", },
	{ WHOLE, "[]", "document: an object is needed, not an array", },
	{ WHOLE, "null", "document: an object is needed, not null", },
	{ WHOLE, "{}", "relayadm: is missing", },
	{ WHOLE, "{\"lists\":[]}", "relayadm: is missing", },
	{ WHOLE, "{\"relayadm\":2}", "relayadm: version 2 of the policy "
	  "document; this relayadm reads version 1", },
	{ WHOLE, "{\"relayadm\":0}", "relayadm: version 0", },
	{ WHOLE, "{\"relayadm\":\"1\"}", "relayadm: a number is needed, not "
	  "a text", },
	{ WHOLE, "{\"relayadm\":1.0}", "relayadm: a whole number", },
	{ WHOLE, "{\"relayadm\":-1}", "relayadm: a whole number", },
	{ WHOLE, "{\"relayadm\":1e3}", "relayadm: a whole number", },
	{ WHOLE, "{\"relayadm\":01}", "relayadm: line 1: a number with a "
	  "leading zero", },
	{ WHOLE, "{\"relayadm\":99999999999999999999}", "relayadm: the number "
	  "is too large", },
	{ WHOLE, "{\"relayadm\":1}x", "document: line 1: something follows "
	  "the document", },
	{ WHOLE, "{\"relayadm\":1}\n\n{}", "document: line 3: something "
	  "follows", },
	{ WHOLE, "{\"relayadm\":1,}", "document: line 1: a comma before the "
	  "end", },
	{ WHOLE, "{\"relayadm\":1 \"lists\":[]}", "document: line 1: a comma "
	  "is missing", },
	{ WHOLE, "{\"relayadm\" 1}", "document: line 1: a colon is missing", },
	{ WHOLE, "{relayadm:1}", "document: line 1: a key in double quotes "
	  "is needed", },
	{ WHOLE, "{'relayadm':1}", "document: line 1: a key in double quotes "
	  "is needed", },
	{ WHOLE, "{\"relayadm\":1", "document: line 1: the document ends too "
	  "early", },
	{ WHOLE, "{\"relayadm\":", "relayadm: line 1: the document ends too "
	  "early", },
	{ WHOLE, "{\"relayadm\":nul}", "relayadm: a number is needed, not "
	  "null", },
	{ WHOLE, "// no\n{}", "document: line 1: this is not JSON", },
	{ TOP, "\"relayadm\":1", "relayadm: a second time", },
	{ TOP, "\"lists\":[],\"lists\":[]", "lists: a second time", },
	{ TOP, "\"list\":[]", "list: unknown key", },
	{ TOP, "\"Lists\":[]", "Lists: unknown key", },
	{ TOP, "\"\":[]", "document: line 1: unknown key", },
	{ TOP, "\"lists\":{}", "lists: an array is needed, not an object", },
	{ TOP, "\"lists\":[7]", "lists[0]: an object is needed, not a "
	  "number", },
	{ TOP, "\"lists\":[{}]", "lists[0]: a name is missing", },
	{ TOP, "\"servers\":[{\"enabled\":true}]", "servers[0]: a name is "
	  "missing", },
	{ TOP, "\"lists\":[{\"name\":\"\"}]", "lists[0].name: a name is "
	  "missing", },
	{ TOP, "\"lists\":[{\"name\":\"a b\"}]", "lists[0].name: the name "
	  "'a b' may hold", },
	{ TOP, "\"lists\":[{\"name\":7}]", "lists[0].name: a text is needed, "
	  "not a number", },
	{ TOP, "\"lists\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"a\"}"
	  "]", "lists[2]: a second list of the name a", },
	{ TOP, "\"servers\":[{\"name\":\"a\"},{\"name\":\"a\"}]",
	  "servers[1]: a second server of the name a", },
	{ TOP, "\"gateways\":[{\"name\":\"a\"},{\"enabled\":1}]",
	  "gateways[1].enabled: unknown key", },
	{ LIST, "\"name\":\"y\"", "lists[0].name: a second key of this "
	  "name", },
	{ LIST, "\"comment\":\"\",\"comment\":\"\"", "lists[0].comment: a "
	  "second key of this name", },
	{ LIST, "\"comment\":null", "lists[0].comment: a text is needed, not "
	  "null", },
	{ LIST, "\"comment\":\"\\u0007\"", "lists[0].comment: a control "
	  "character (0x07) in a comment", },
	{ LIST, "\"comment\":\"\\u0000\"", "lists[0].comment: line 1: a NUL "
	  "character in a text", },
	{ LIST, "\"comment\":\"\\ud800\"", "lists[0].comment: line 1: half of "
	  "a surrogate pair", },
	{ LIST, "\"comment\":\"\\ud800\\u0041\"", "lists[0].comment: line 1: "
	  "half of a surrogate pair", },
	{ LIST, "\"comment\":\"\\udc00\"", "lists[0].comment: line 1: half of "
	  "a surrogate pair", },
	{ LIST, "\"comment\":\"\\u12g4\"", "lists[0].comment: line 1: four hex "
	  "digits", },
	{ LIST, "\"comment\":\"\\x41\"", "lists[0].comment: line 1: an unknown "
	  "escape", },
	{ LIST, "\"comment\":\"a\nb\"", "lists[0].comment: line 1: a control "
	  "character in a text", },
	{ LIST, "\"comment\":\"\xff\"", "lists[0].comment: line 1: a text "
	  "that is not UTF-8", },
	{ LIST, "\"comment\":\"\xc0\xaf\"", "lists[0].comment: line 1: a text "
	  "that is not UTF-8", },
	{ LIST, "\"comment\":\"\xed\xa0\x80\"", "lists[0].comment: line 1: a "
	  "text that is not UTF-8", },
	{ LIST, "\"comment\":\"\xf4\x90\x80\x80\"", "lists[0].comment: line 1: "
	  "a text that is not UTF-8", },
	{ LIST, "\"comment\":\"a", "lists[0].comment: line 1: a text without "
	  "its closing quote", },
	{ LIST, "\"entries\":{}", "lists[0].entries: an array is needed, not "
	  "an object", },
	{ LIST, "\"entries\":[],\"entries\":[]", "lists[0].entries: a second "
	  "key of this name", },
	{ LIST, "\"enabled\":true", "lists[0].enabled: unknown key", },
	{ LIST, "\"entries.x\":1", "lists[0].entries.x: unknown key", },
	{ ENTRIES, "7", "lists[0].entries[0]: an object is needed, not a "
	  "number", },
	{ ENTRIES, "\"10.0.0.0/8\",\"10.0.0.1/8\"", "lists[0].entries[1]: "
	  "10.0.0.1/8 has bits set behind the prefix", },
	{ ENTRIES, "\"10.0.0.0/33\"", "lists[0].entries[0]: '/33' is not a "
	  "prefix length of 0 to 32", },
	{ ENTRIES, "\"\"", "lists[0].entries[0]: ", },
	{ ENTRIES, "{}", "lists[0].entries[0].entry: missing", },
	{ ENTRIES, "{\"comment\":\"x\"}", "lists[0].entries[0].entry: "
	  "missing", },
	{ ENTRIES, "{\"entry\":\"010.0.0.1\"}", "lists[0].entries[0].entry: "
	  "an octet with a leading zero", },
	{ ENTRIES, "{\"entry\":\"10.0.0.1\",\"entry\":\"10.0.0.1\"}",
	  "lists[0].entries[0].entry: a second key of this name", },
	{ ENTRIES, "{\"entry\":\"10.0.0.1\",\"note\":\"\"}",
	  "lists[0].entries[0].note: unknown key", },
	{ ENTRIES, "{\"entry\":\"10.0.0.1\",\"comment\":\"\\u009b\"}",
	  "lists[0].entries[0].comment: a control character (0x9b)", },
	{ ENTRIES, "\"list:\"", "lists[0].entries[0]: a name is missing", },
	{ SERVER, "\"enabled\":\"yes\"", "servers[0].enabled: true or false is "
	  "needed, not a text", },
	{ SERVER, "\"enabled\":1", "servers[0].enabled: true or false is "
	  "needed, not a number", },
	{ SERVER, "\"enabled\":truth", "servers[0].enabled: line 1: this is "
	  "not JSON", },
	{ SERVER, "\"relay\":[]", "servers[0].relay: an object is needed, not "
	  "an array", },
	{ SERVER, "\"relay\":{},\"relay\":{}", "servers[0].relay: a second "
	  "key of this name", },
	{ SERVER, "\"listen\":[25]", "servers[0].listen[0]: a text is needed, "
	  "not a number", },
	{ SERVER, "\"listen\":[\"0.0.0.0\"]", "servers[0].listen[0]: ", },
	{ SERVER, "\"listen\":[\"0.0.0.0:0\"]", "servers[0].listen[0]: ", },
	{ SERVER, "\"listen\":[\"0.0.0.0:65536\"]", "servers[0].listen[0]: ", },
	{ SERVER, "\"authentication\":{\"tls\":\"on\"}",
	  "servers[0].authentication.tls: ", },
	{ SERVER, "\"routing\":{\"restrictions\":{\"clients\":{\"on\":1}}}",
	  "servers[0].routing.restrictions.clients.on: unknown key", },
	{ SERVER, "\"routing\":{\"restrictions\":{\"never\":"
	  "{\"enabled\":true}}}",
	  "servers[0].routing.restrictions.never.enabled: unknown key", },
	{ RELAY, "\"mode\":\"Only\"", "servers[0].relay.mode: ", },
	{ RELAY, "\"mode\":\"only\",\"mode\":\"only\"", "servers[0].relay.mode: "
	  "a second key of this name", },
	{ RELAY, "\"entries\":[\"1.2.3\"]", "servers[0].relay.entries[0]: "
	  "'1.2.3' is not an IPv4 address: 3 of 4 octets", },
	{ ROUTES, "{}", "servers[0].routing.list[0].domain: missing", },
	{ ROUTES, "{\"domain\":\"a.example\"}", "servers[0].routing.list[0]."
	  "action: missing", },
	{ ROUTES, "{\"domain\":\"a.example\",\"action\":\"drop\"}",
	  "servers[0].routing.list[0].action: 'drop' is none of: inbound, "
	  "relay, reject", },
	{ ROUTES, "{\"domain\":\"a b\",\"action\":\"relay\"}",
	  "servers[0].routing.list[0].domain: ", },
	{ ROUTES, "{\"domain\":\"a.example\",\"action\":\"relay\","
	  "\"next_hop\":\"x:99999\"}",
	  "servers[0].routing.list[0].next_hop: ", },
	{ GATEWAY, "\"servers\":[\"a/b\"]", "gateways[0].servers[0]: the name "
	  "'a/b' may hold", },
	{ GATEWAY, "\"group\":\"@x\"", "gateways[0].group: ", },
	{ GATEWAY, "\"mta\":\"sendmail\"", "gateways[0].mta: ", },
	{ SSH, "\"port\":0", "gateways[0].ssh.port: ", },
	{ SSH, "\"port\":65536", "gateways[0].ssh.port: ", },
	{ SSH, "\"port\":\"22\"", "gateways[0].ssh.port: a number is needed, "
	  "not a text", },
	{ SSH, "\"port\":2147483648", "gateways[0].ssh.port: the number is "
	  "too large", },
	{ SSH, "\"port\":999999999", "gateways[0].ssh.port: ", },
	{ SSH, "\"host\":\"-oProxyCommand=x\"", "gateways[0].ssh.host: ", },
	{ SSH, "\"user\":\"root;id\"", "gateways[0].ssh.user: ", },
	{ SSH, "\"host\":null", "gateways[0].ssh.host: a text is needed, not "
	  "null", },
};

static void
test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(refusals); i++) {
		enum around around = refusals[i].around;
		struct buf text = { 0 };
		struct policy *policy;
		struct err err;

		buf_addf(&text, "%s%s%s", arounds[around].before,
		    refusals[i].text, arounds[around].after);
		if (read_text(&policy, buf_text(&text), text.len, &err))
			fail_msg("row '%s': was taken", refusals[i].text);
		if (strncmp(err.text, refusals[i].wanted,
		        strlen(refusals[i].wanted)) != 0 ||
		    err.kind != ERR_INPUT)
			fail_msg("row '%s': got '%s', wanted '%s'",
			    refusals[i].text, err.text, refusals[i].wanted);
		check_row(!policy, refusals[i].text);
		buf_free(&text);
	}
}

/* A NUL in the middle, and one at the end. */
static void
test_nul(void **state)
{
	static const char middle[] = "{\"relayadm\":1,\"li\0sts\":[]}";
	static const char last[] = "{\"relayadm\":1}\0";
	struct policy *policy;
	struct err err;

	(void)state;
	assert_false(read_text(&policy, middle, sizeof(middle) - 1, &err));
	assert_non_null(strstr(err.text, "a NUL character in a text"));
	assert_false(read_text(&policy, last, sizeof(last) - 1, &err));
	assert_non_null(strstr(err.text, "something follows the document"));
}

/* Nested as deep as it goes, as an object and as an array. */
static void
test_depth(void **state)
{
	static const char *const pieces[] = { "[", "{\"a\":", };

	(void)state;
	for (size_t i = 0; i < ROWS(pieces); i++) {
		struct buf text = { 0 };
		struct policy *policy;
		struct err err;

		buf_add(&text, "{\"relayadm\":1,\"lists\":[{\"x\":");
		for (int k = 0; k < 1000000; k++)
			buf_add(&text, pieces[i]);
		assert_false(read_text(&policy, buf_text(&text), text.len,
		    &err));
		assert_non_null(strstr(err.text, "nested too deeply"));
		buf_free(&text);
	}
}

/* Every document that was cut is refused, and none of them hurts. */
static void
test_cut(void **state)
{
	uint64_t seed = 3;
	struct model model;
	struct policy *policy = NULL, *cut;
	struct err err;
	char *text;

	(void)state;
	m_make(&model, &seed);
	policy = build_policy(&model);
	text = write_text(policy);
	for (size_t len = 0; text[len + 1]; len++) {
		char *part = mem_textn(text, len);

		if (read_text(&cut, part, len, &err))
			fail_msg("%zu bytes were taken", len);
		free(part);
	}
	policy_free(policy);
	free(text);
}

/* --- the way through -------------------------------------------------------------- */

static void
test_stable(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct model model;
		struct policy *policy, *again;
		struct err err;
		char *first, *second;

		m_make(&model, &seed);
		policy = build_policy(&model);
		first = write_text(policy);
		if (!read_text(&again, first, strlen(first), &err))
			fail_msg("%s\n%s", err.text, first);
		second = write_text(again);
		assert_string_equal(first, second);
		policy_free(policy);
		policy_free(again);
		free(first);
		free(second);
	}
}

/* The same policy however it was written. */
static const struct {
	const char *row, *text;
} spellings[] = {
	{ "on one line", "{\"relayadm\":1,\"lists\":[{\"name\":\"a\","
	  "\"entries\":[\"192.0.2.1\",{\"entry\":\"2001:db8::/32\","
	  "\"comment\":\"x \\\"y\\\" \xc3\xa9\"}]}]}", },
	{ "escaped, upper case, other order",
	  "{\"lists\":[{\"entries\":[{\"comment\":\"x \\u0022y\\u0022 "
	  "\\u00E9\",\"entry\":\"2001:DB8:0::0/32\"},"
	  "\"::ffff:192.0.2.1\",\"192.0.2.1/32\"],\"name\":\"\\u0061\"}],"
	  "\"relayadm\":1}", },
	{ "with a mark in front", "\xef\xbb\xbf{\"relayadm\":1,\"lists\":[{"
	  "\"name\":\"a\",\"comment\":\"\",\"entries\":[\"192.0.2.1\","
	  "{\"entry\":\"2001:db8::/32\",\"comment\":\"x \\\"y\\\" "
	  "\xc3\xa9\"}]}],\"servers\":[],\"gateways\":[]}\r\n", },
};

static void
test_spellings(void **state)
{
	char *wanted = NULL;

	(void)state;
	for (size_t i = 0; i < ROWS(spellings); i++) {
		struct policy *policy;
		struct err err;
		char *got;

		if (!read_text(&policy, spellings[i].text,
		        strlen(spellings[i].text), &err))
			fail_msg("row '%s': %s", spellings[i].row, err.text);
		got = write_text(policy);
		if (!wanted)
			wanted = mem_text(got);
		check_same(got, wanted, spellings[i].row);
		policy_free(policy);
		free(got);
	}
	free(wanted);
}

/* --- merging ------------------------------------------------------------------------- */

static const char base[] =
    "{\"relayadm\":1,\"lists\":[{\"name\":\"a\",\"comment\":\"old\","
    "\"entries\":[{\"entry\":\"192.0.2.1\",\"comment\":\"one\"}]},"
    "{\"name\":\"b\",\"entries\":[\"192.0.2.9\"]}],"
    "\"servers\":[{\"name\":\"s\",\"enabled\":false,\"relay\":"
    "{\"mode\":\"all-except\",\"entries\":[\"10.0.0.0/8\"]}}]}";

static const struct {
	const char *row;
	const char *text;   /* merged into the base */
	const char *wanted; /* the same as this document; NULL: refused */
	const char *why;
} merges[] = {
	{ "nothing", "{\"relayadm\":1}", base, NULL, },
	{ "itself", base, base, NULL, },
	{ "a new list", "{\"relayadm\":1,\"lists\":[{\"name\":\"c\"}]}",
	  "{\"relayadm\":1,\"lists\":[{\"name\":\"a\",\"comment\":\"old\","
	  "\"entries\":[{\"entry\":\"192.0.2.1\",\"comment\":\"one\"}]},"
	  "{\"name\":\"b\",\"entries\":[\"192.0.2.9\"]},{\"name\":\"c\"}],"
	  "\"servers\":[{\"name\":\"s\",\"enabled\":false,\"relay\":"
	  "{\"mode\":\"all-except\",\"entries\":[\"10.0.0.0/8\"]}}]}", NULL, },
	{ "entries and a comment",
	  "{\"relayadm\":1,\"lists\":[{\"name\":\"a\",\"entries\":"
	  "[\"192.0.2.2\",{\"entry\":\"192.0.2.1\",\"comment\":\"two\"}]}]}",
	  "{\"relayadm\":1,\"lists\":[{\"name\":\"a\",\"comment\":\"old\","
	  "\"entries\":[{\"entry\":\"192.0.2.1\",\"comment\":\"two\"},"
	  "\"192.0.2.2\"]},{\"name\":\"b\",\"entries\":[\"192.0.2.9\"]}],"
	  "\"servers\":[{\"name\":\"s\",\"enabled\":false,\"relay\":"
	  "{\"mode\":\"all-except\",\"entries\":[\"10.0.0.0/8\"]}}]}", NULL, },
	{ "an entry without a comment keeps it",
	  "{\"relayadm\":1,\"lists\":[{\"name\":\"a\",\"entries\":"
	  "[\"192.0.2.1\"]}]}", base, NULL, },
	{ "a field", "{\"relayadm\":1,\"servers\":[{\"name\":\"s\","
	  "\"enabled\":true}]}",
	  "{\"relayadm\":1,\"lists\":[{\"name\":\"a\",\"comment\":\"old\","
	  "\"entries\":[{\"entry\":\"192.0.2.1\",\"comment\":\"one\"}]},"
	  "{\"name\":\"b\",\"entries\":[\"192.0.2.9\"]}],"
	  "\"servers\":[{\"name\":\"s\",\"relay\":"
	  "{\"mode\":\"all-except\",\"entries\":[\"10.0.0.0/8\"]}}]}", NULL, },
	{ "the same list twice", "{\"relayadm\":1,\"lists\":[{\"name\":\"a\"},"
	  "{\"name\":\"a\"}]}", NULL, "lists[1]: a second list of the name a", },
	{ "a bad one", "{\"relayadm\":1,\"lists\":[{\"name\":\"a\",\"comment\":"
	  "\"new\"},{\"name\":\"b\",\"entries\":[\"x\"]}]}", NULL,
	  "lists[1].entries[0]: ", },
};

#define ROUTED(rows) "{\"relayadm\":1,\"servers\":[{\"name\":\"s\"," \
	"\"routing\":{\"list\":[" rows "]}}]}"
#define ROUTE(domain, rest) \
	"{\"domain\":\"" domain "\",\"action\":" rest "}"

/* Rows of a routing list, merged into others. */
static const struct {
	const char *row, *base, *text, *wanted;
} routings[] = {
	{ "the same", ROUTED(ROUTE("a.example", "\"reject\"") ","
	      ROUTE("b.example", "\"inbound\"")),
	  ROUTED(ROUTE("b.example", "\"inbound\"") ","
	      ROUTE("a.example", "\"reject\"")),
	  ROUTED(ROUTE("a.example", "\"reject\"") ","
	      ROUTE("b.example", "\"inbound\"")), },
	{ "another action, a new one", ROUTED(ROUTE("a.example",
	      "\"relay\",\"next_hop\":\"x.example\",\"comment\":\"c\"")),
	  ROUTED(ROUTE("b.example", "\"reject\"") ","
	      ROUTE("A.example.", "\"inbound\"")),
	  ROUTED(ROUTE("a.example", "\"inbound\",\"comment\":\"c\"") ","
	      ROUTE("b.example", "\"reject\"")), },
	{ "the other form", ROUTED(ROUTE("a.example", "\"reject\"")),
	  ROUTED(ROUTE("#a.example", "\"inbound\"")),
	  ROUTED(ROUTE("a.example", "\"reject\"") ","
	      ROUTE("#a.example", "\"inbound\"")), },
	{ "twice in the text", ROUTED(ROUTE("a.example", "\"reject\"")),
	  ROUTED(ROUTE("a.example", "\"inbound\"") ","
	      ROUTE("a.example", "\"relay\"")),
	  ROUTED(ROUTE("a.example", "\"inbound\"") ","
	      ROUTE("a.example", "\"relay\"")), },
};

static void
test_merge_routing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(routings); i++) {
		struct policy *policy, *wanted;
		struct err err;

		assert_true(document_read(&policy, routings[i].base,
		    strlen(routings[i].base), &err));
		assert_true(document_read(&wanted, routings[i].wanted,
		    strlen(routings[i].wanted), &err));
		check_row(document_merge(policy, routings[i].text,
		    strlen(routings[i].text), &err) &&
		    document_same(policy, wanted), routings[i].row);
		policy_free(policy);
		policy_free(wanted);
	}
}

static void
test_merge(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(merges); i++) {
		const char *wanted = merges[i].wanted ? merges[i].wanted : base;
		struct policy *policy, *want;
		struct err err;
		char *got, *text;
		bool ok;

		assert_true(read_text(&policy, base, strlen(base), &err));
		assert_true(read_text(&want, wanted, strlen(wanted), &err));
		ok = document_merge(policy, merges[i].text,
		    strlen(merges[i].text), &err);
		if (ok != !merges[i].why || (!ok && strncmp(err.text,
		        merges[i].why, strlen(merges[i].why)) != 0))
			fail_msg("row '%s': got '%s'", merges[i].row,
			    ok ? "taken" : err.text);
		got = write_text(policy);
		text = write_text(want);
		check_same(got, text, merges[i].row);
		policy_free(policy);
		policy_free(want);
		free(got);
		free(text);
	}
}

/* Many objects cost no more than they must. */
static void
test_many(void **state)
{
	struct buf text = { 0 };
	struct policy *policy;
	struct err err;
	char *got;

	(void)state;
	buf_add(&text, "{\"relayadm\":1,\"lists\":[");
	for (int i = 0; i < 100000; i++)
		buf_addf(&text, "%s{\"name\":\"l%d\"}", i ? "," : "", i);
	buf_add(&text, "]}");
	if (!read_text(&policy, buf_text(&text), text.len, &err))
		fail_msg("%s", err.text);
	assert_int_equal(policy->list_count, 100000);
	assert_true(document_merge(policy, buf_text(&text), text.len, &err));
	assert_int_equal(policy->list_count, 100000);
	got = write_text(policy);
	policy_free(policy);
	free(got);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_stable),
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_merge_routing),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

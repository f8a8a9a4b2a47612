/* The library gives the core's answers, to any number of threads, and refuses
 * bad questions.
 *
 * RELAYADM_SEED: the first seed of the random policies. */
#include "config.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/relaypolicy.h"
#include "store/document.h"
#include "tests/policy/build.h"
#include "tests/policy/unit.h"

#define POLICIES 200
#define QUESTIONS 100
#define THREADS 4

static const char sample[] =
    "{ \"relayadm\": 1, \"lists\": [ { \"name\": \"b\", "
    "\"entries\": [ \"198.51.100.0/24\" ] } ], \"servers\": [ "
    "{ \"name\": \"in\", \"relay\": { \"mode\": \"only\", \"entries\": "
    "[ \"192.0.2.0/24\", \"list:b\", \"2001:db8::/32\" ] } }, "
    "{ \"name\": \"out\", \"routing\": { \"list\": [ { \"domain\": "
    "\"example.com\", \"action\": \"inbound\" } ] } } ] }";

static struct relaypolicy *
load_sample(void)
{
	char error[RELAYPOLICY_TEXT];
	struct relaypolicy *p = relaypolicy_load(sample, strlen(sample), error,
	    sizeof(error));

	if (!p)
		fail_msg("%s", error);
	assert_string_equal(error, "");
	return p;
}

/* --- the core's answers -------------------------------------------------- */

struct addresses {
	struct sockaddr_storage client, local;
};

static size_t
fill_sockaddr(struct sockaddr_storage *to, int family, m128 addr, int port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (family == 4) {
		v4.sin_addr.s_addr = htonl((uint32_t)addr);
		v4.sin_port = htons((uint16_t)port);
		memcpy(to, &v4, sizeof(v4));
		return sizeof(v4);
	}
	for (int i = 15; i >= 0; i--, addr >>= 8)
		v6.sin6_addr.s6_addr[i] = (uint8_t)addr;
	v6.sin6_port = htons((uint16_t)port);
	memcpy(to, &v6, sizeof(v6));
	return sizeof(v6);
}

/* As texts, or the same as socket addresses. */
static void
make_asked(struct relaypolicy_question *asked, const struct model *m,
    const struct m_probe *p, char local[80], struct addresses *addresses)
{
	*asked = (struct relaypolicy_question){ .size = sizeof(*asked),
		.server = m->servers[p->server].name,
		.client_name = p->name, .authenticated = p->authenticated,
		.recipient = p->recipient };
	if (!addresses) {
		m_local_text(p, local, 80);
		asked->client = p->client_text;
		asked->local = p->local_family ? local : NULL;
		return;
	}
	asked->client_addr_len = fill_sockaddr(&addresses->client, p->family,
	    p->client, 12345);
	asked->client_addr = (struct sockaddr *)&addresses->client;
	if (!p->local_family)
		return;
	asked->local_addr_len = fill_sockaddr(&addresses->local,
	    p->local_family, p->local, p->local_port);
	asked->local_addr = (struct sockaddr *)&addresses->local;
}

static void
compare(const struct relaypolicy *lib, const struct relaypolicy_question *asked,
    const struct decision *wanted, unsigned long seed)
{
	struct relaypolicy_answer answer = { .size = sizeof(answer) };
	struct buf what = { 0 };
	char row[64];

	snprintf(row, sizeof(row), "seed %lu", seed);
	decision_add_what(&what, wanted);
	if (relaypolicy_decide(lib, asked, &answer) != RELAYPOLICY_OK)
		fail_msg("%s: %s", row, answer.text);
	check_same(relaypolicy_decision_word(answer.decision),
	    decision_words[wanted->kind], row);
	check_row(answer.row == wanted->row, row);
	check_same(answer.text, buf_text(&what), row);
	buf_free(&what);
}

static bool
is_empty(const char *recipient)
{
	return !*recipient || !strcmp(recipient, "<>");
}

static void
ask_both(const struct relaypolicy *lib, const struct compiled *compiled,
    const struct model *m, uint64_t *random, unsigned long seed)
{
	struct m_probe p;
	struct decision wanted;
	struct question q;
	struct relaypolicy_question asked;
	struct addresses addresses;
	char local[80];

	do
		m_ask(m, &p, random);
	while (is_empty(p.recipient)); /* refused: see bad_questions[] */
	q = build_question(&p);
	relay_decide(relay_ruleset(compiled, m->servers[p.server].name), &q,
	    &wanted);
	make_asked(&asked, m, &p, local, NULL);
	compare(lib, &asked, &wanted, seed);
	make_asked(&asked, m, &p, local, &addresses);
	compare(lib, &asked, &wanted, seed);
}

static void
test_same_answers(void **state)
{
	const char *first = getenv("RELAYADM_SEED");
	unsigned long seed = first ? strtoul(first, NULL, 10) : 1;

	(void)state;
	print_message("# seeds from %lu on\n", seed);
	for (unsigned long end = seed + POLICIES; seed < end; seed++) {
		uint64_t random = seed;
		struct model m;
		struct policy *policy;
		struct compiled *compiled;
		struct relaypolicy *lib;
		struct buf document = { 0 };
		char error[RELAYPOLICY_TEXT];

		m_make(&m, &random);
		policy = build_policy(&m);
		compiled = relay_compile(policy);
		document_add(&document, policy);
		lib = relaypolicy_load(buf_text(&document), document.len,
		    error, sizeof(error));
		buf_free(&document);
		if (!lib)
			fail_msg("seed %lu: %s", seed, error);
		for (int i = 0; i < QUESTIONS; i++)
			ask_both(lib, compiled, &m, &random, seed);
		relaypolicy_free(lib);
		relay_free(compiled);
		policy_free(policy);
	}
}

/* --- bad input ----------------------------------------------------------- */

static const struct {
	const char *text, *wanted;
} bad_documents[] = {
	{ "", "document: line 1: the document ends too early", },
	{ "[]", "document: an object is needed, not an array", },
	{ "{}", "relayadm: is missing; a policy document begins with "
	        "\"relayadm\": 1", },
	{ "{ \"relayadm\": 1, \"what\": 1 }", "what: unknown key", },
	{ "{ \"relayadm\": 1, \"servers\": [ { \"name\": \"a\", "
	  "\"connection\": { \"entries\": [ \"list:x\" ] } } ] }",
	    "server a: connection: there is no list x", },
	{ "{ \"relayadm\": 1, \"servers\": [ { \"name\": \"a\", \"routing\": "
	  "{ \"restrictions\": { \"never\": { \"entries\": "
	  "[ \"domain:x.example\" ] } } } } ] }",
	    "server a: never: domain:x.example: only addresses can stand here",
	    },
	{ "{ \"relayadm\": 1, \"lists\": [ { \"name\": \"l\", \"entries\": "
	  "[ \"domain:x.example\" ] } ], \"servers\": [ { \"name\": \"a\", "
	  "\"routing\": { \"restrictions\": { \"never\": { \"entries\": "
	  "[ \"list:l\" ] } } } } ] }",
	    "server a: never: list:l holds the client domain x.example; only "
	    "lists of addresses can stand here", },
};

static void
test_bad_documents(void **state)
{
	char error[RELAYPOLICY_TEXT], small[8];

	(void)state;
	for (size_t i = 0; i < ROWS(bad_documents); i++) {
		const char *text = bad_documents[i].text;

		check_row(!relaypolicy_load(text, strlen(text), error,
		    sizeof(error)), text);
		check_same(error, bad_documents[i].wanted, text);
		check_row(!relaypolicy_load(text, strlen(text), NULL, 0),
		    text);
	}
	assert_null(relaypolicy_load("[]", 2, small, sizeof(small)));
	assert_string_equal(small, "documen");
	assert_null(relaypolicy_load("[]", 2, NULL, 100));
	assert_null(relaypolicy_load(NULL, 2, error, sizeof(error)));
	assert_string_equal(error, "the document is missing");
	assert_null(relaypolicy_load_file(NULL, error, sizeof(error)));
	assert_string_equal(error, "the file's name is missing");
	assert_null(relaypolicy_load_file("/", error, sizeof(error)));
	assert_string_equal(error, "/: is a directory");
	assert_null(relaypolicy_load_file("-", error, sizeof(error)));
	assert_string_equal(error, "./-: No such file or directory");
}

/* Every document cut short is refused, and nothing else happens. */
static void
test_cut_documents(void **state)
{
	char error[RELAYPOLICY_TEXT];

	(void)state;
	for (size_t len = 0; len < strlen(sample); len++) {
		char *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy, sample, len);
		error[0] = '\0';
		assert_null(relaypolicy_load(copy, len, error,
		    sizeof(error)));
		assert_true(error[0]);
		free(copy);
	}
}

#define ASK(...)                                                             \
	{                                                                     \
		.size = sizeof(struct relaypolicy_question), __VA_ARGS__      \
	}
#define FAR .recipient = "a@far.example"

static const struct sockaddr_in v4 = { .sin_family = AF_INET };
static const struct sockaddr local_socket = { .sa_family = AF_UNIX };

#define V4 (const struct sockaddr *)(const void *)&v4

static const struct {
	const char *wanted;
	struct relaypolicy_question question;
	enum relaypolicy_status status;
} bad_questions[] = {
	{ "the question is missing, or its size is not set", { 0 },
	    RELAYPOLICY_BAD_QUESTION, },
	{ "the server's name is missing", ASK(.client = "192.0.2.1", FAR),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "there is no server x",
	    ASK(.server = "x", .client = "192.0.2.1", FAR),
	    RELAYPOLICY_NO_SERVER, },
	{ "there is no server ", ASK(.server = "", .client = "192.0.2.1", FAR),
	    RELAYPOLICY_NO_SERVER, },
	{ "the recipient is empty",
	    ASK(.server = "in", .client = "192.0.2.1"),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "the recipient is empty",
	    ASK(.server = "in", .client = "192.0.2.1", .recipient = "<>"),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "authenticated: 2 is neither 0 nor 1",
	    ASK(.server = "in", .client = "192.0.2.1", FAR,
	        .authenticated = 2),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "client: the address is missing", ASK(.server = "in", FAR),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "client: both a text and a socket address; give one",
	    ASK(.server = "in", .client = "192.0.2.1", FAR, .client_addr = V4,
	        .client_addr_len = sizeof(v4)),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "client: a socket address of family 2 and length 4; a whole one of "
	  "IPv4 or IPv6 is needed",
	    ASK(.server = "in", FAR, .client_addr = V4, .client_addr_len = 4),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "client: a socket address of family 0 and length 1; a whole one of "
	  "IPv4 or IPv6 is needed",
	    ASK(.server = "in", FAR, .client_addr = V4, .client_addr_len = 1),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "local: a socket address of family 1 and length 16; a whole one of "
	  "IPv4 or IPv6 is needed",
	    ASK(.server = "in", .client = "192.0.2.1", FAR,
	        .local_addr = &local_socket, .local_addr_len = 16),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "local: both a text and a socket address; give one",
	    ASK(.server = "in", .client = "192.0.2.1", FAR, .local_addr = V4,
	        .local_addr_len = sizeof(v4), .local = "192.0.2.9:25"),
	    RELAYPOLICY_BAD_QUESTION, },
	{ "local: '192.0.2.9' is not ADDRESS:PORT or [IPV6]:PORT, for example "
	  "0.0.0.0:25 or [::]:25",
	    ASK(.server = "in", .client = "192.0.2.1", FAR,
	        .local = "192.0.2.9"),
	    RELAYPOLICY_BAD_QUESTION, },
};

/* The core words what is wrong with an address; here it must say something. */
static const char *const bad_clients[] = { "", "x", "192.0.2", "192.0.2.0/24",
	"192.0.2.01", "fe80::1%eth0", "[2001:db8::1]", "192.0.2.1 ", "::g" };

static void
check_refused(const struct relaypolicy *p,
    const struct relaypolicy_question *question,
    enum relaypolicy_status status, const char *wanted)
{
	struct relaypolicy_answer answer = { .size = sizeof(answer),
		.decision = RELAYPOLICY_ACCEPT_RELAY, .row = 3 };

	check_row(relaypolicy_decide(p, question, &answer) == status, wanted);
	if (strncmp(answer.text, wanted, strlen(wanted)) != 0)
		fail_msg("got '%s', wanted '%s'", answer.text, wanted);
	check_row(answer.decision == RELAYPOLICY_REFUSE_CONNECTION, wanted);
	check_row(answer.row == 0, wanted);
}

static void
test_bad_questions(void **state)
{
	struct relaypolicy *p = load_sample();
	struct relaypolicy_question good = ASK(.server = "in",
	    .client = "192.0.2.1", FAR);
	struct relaypolicy_answer answer = { .size = sizeof(answer) - 1 };

	(void)state;
	for (size_t i = 0; i < ROWS(bad_questions); i++)
		check_refused(p, &bad_questions[i].question,
		    bad_questions[i].status, bad_questions[i].wanted);
	check_refused(p, NULL, RELAYPOLICY_BAD_QUESTION,
	    "the question is missing");
	check_refused(NULL, &good, RELAYPOLICY_BAD_QUESTION,
	    "the policy is missing");
	for (size_t i = 0; i < ROWS(bad_clients); i++) {
		struct relaypolicy_question q = ASK(.server = "in",
		    .client = bad_clients[i], FAR);

		check_refused(p, &q, RELAYPOLICY_BAD_QUESTION, "client: ");
	}
	assert_int_equal(relaypolicy_decide(p, &good, &answer),
	    RELAYPOLICY_BAD_QUESTION);
	assert_int_equal(relaypolicy_decide(p, &good, NULL),
	    RELAYPOLICY_BAD_QUESTION);
	answer.size = sizeof(answer);
	assert_int_equal(relaypolicy_decide(p, &good, &answer),
	    RELAYPOLICY_OK);
	assert_int_equal(answer.decision, RELAYPOLICY_ACCEPT_RELAY);
	relaypolicy_free(p);
}

/* --- small things -------------------------------------------------------- */

static void
test_words(void **state)
{
	struct relaypolicy *p = load_sample();

	(void)state;
	assert_int_equal(relaypolicy_server_count(p), 2);
	assert_string_equal(relaypolicy_server_name(p, 0), "in");
	assert_string_equal(relaypolicy_server_name(p, 1), "out");
	assert_null(relaypolicy_server_name(p, 2));
	assert_null(relaypolicy_server_name(p, (size_t)-1));
	assert_int_equal(relaypolicy_server_count(NULL), 0);
	assert_null(relaypolicy_server_name(NULL, 0));
	relaypolicy_free(NULL);
	assert_string_equal(
	    relaypolicy_decision_word(RELAYPOLICY_REFUSE_CONNECTION),
	    "refuse-connection");
	assert_string_equal(
	    relaypolicy_decision_word(RELAYPOLICY_ACCEPT_RELAY),
	    "accept-relay");
	assert_string_equal(
	    relaypolicy_decision_word((enum relaypolicy_decision)0), "");
	assert_string_equal(
	    relaypolicy_decision_word((enum relaypolicy_decision)7), "");
	assert_string_equal(relaypolicy_row_title(1), "connection control");
	assert_string_equal(relaypolicy_row_title(0), "");
	assert_string_equal(relaypolicy_row_title(11), "");
	assert_string_equal(relaypolicy_version(), PACKAGE_VERSION);
	relaypolicy_free(p);
}

static void
test_mapped(void **state)
{
	struct relaypolicy *p = load_sample();
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_scope_id = 3,
		.sin6_addr.s6_addr = { [10] = 0xff, [11] = 0xff, [12] = 192,
		    [13] = 0, [14] = 2, [15] = 9 } };
	struct relaypolicy_question q = ASK(.server = "in", FAR,
	    .client_addr = (const struct sockaddr *)(const void *)&v6,
	    .client_addr_len = sizeof(v6));
	struct relaypolicy_answer answer = { .size = sizeof(answer) };

	(void)state;
	assert_int_equal(relaypolicy_decide(p, &q, &answer), RELAYPOLICY_OK);
	assert_string_equal(answer.text, "192.0.2.0/24");
	relaypolicy_free(p);
}

/* --- garbage ------------------------------------------------------------- */

/* Any bytes but NUL, most of them such as mean something. */
static void
fill_garbage(char *text, size_t size, uint64_t *random)
{
	static const char meant[] = "@.:[]<>%!\"\\#-/0129afAFx \t";
	size_t len = m_random(random, (unsigned)size);

	for (size_t i = 0; i < len; i++)
		text[i] = m_random(random, 4)
		    ? meant[m_random(random, sizeof(meant) - 1)]
		    : (char)(1 + m_random(random, 255));
	text[len] = '\0';
}

static void
test_garbage_questions(void **state)
{
	struct relaypolicy *p = load_sample();
	uint64_t random = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char texts[4][200];
		struct relaypolicy_answer answer = { .size = sizeof(answer) };
		enum relaypolicy_status status;

		for (int j = 0; j < 4; j++)
			fill_garbage(texts[j], sizeof(texts[j]), &random);
		struct relaypolicy_question q = ASK(
		    .server = i % 8 ? "in" : texts[0],
		    .client = i % 4 ? "192.0.2.1" : texts[1],
		    .client_name = texts[2], .recipient = texts[3],
		    .local = i % 3 ? NULL : texts[0]);

		memset(answer.text, 'x', sizeof(answer.text));
		status = relaypolicy_decide(p, &q, &answer);
		assert_true(status <= RELAYPOLICY_NO_SERVER);
		assert_non_null(memchr(answer.text, '\0',
		    sizeof(answer.text)));
		assert_true(answer.text[0]);
	}
	relaypolicy_free(p);
}

/* A document with a few bytes changed is refused with a reason, or read. */
static void
test_garbage_documents(void **state)
{
	uint64_t random = 1;
	unsigned refused = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		char copy[sizeof(sample)], error[RELAYPOLICY_TEXT] = "";
		struct relaypolicy *p;

		memcpy(copy, sample, sizeof(sample));
		for (unsigned j = 1 + m_random(&random, 3); j; j--)
			copy[m_random(&random, sizeof(sample) - 1)] =
			    (char)m_random(&random, 256);
		p = relaypolicy_load(copy, sizeof(sample) - 1, error,
		    sizeof(error));
		assert_int_equal(p == NULL, error[0] != '\0');
		refused += !p;
		relaypolicy_free(p);
	}
	assert_true(refused > 1000 && refused < 5000);
}

/* Nests as deep, names as long as nothing may be. */
static void
test_huge(void **state)
{
	static const char *const deep[] = { "[", "{\"a\":",
		"{ \"relayadm\": 1, \"servers\": [", "\"" };
	size_t size = 1 << 20;
	char *text = malloc(size + 1), error[RELAYPOLICY_TEXT];
	struct relaypolicy *p = load_sample();

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < ROWS(deep); i++) {
		for (size_t at = 0; at < size; at++)
			text[at] = deep[i][at % strlen(deep[i])];
		error[0] = '\0';
		assert_null(relaypolicy_load(text, size, error,
		    sizeof(error)));
		assert_true(error[0]);
	}
	memset(text, 'a', size);
	text[size] = '\0';
	for (int i = 0; i < 5; i++) {
		struct relaypolicy_answer answer = { .size = sizeof(answer) };
		struct relaypolicy_question q = ASK(
		    .server = i == 0 ? text : "in",
		    .client = i == 1 ? text : "192.0.2.1",
		    .client_name = i == 2 ? text : NULL,
		    .local = i == 3 ? text : NULL,
		    .recipient = i == 4 ? text : "u@far.example");

		assert_int_equal(relaypolicy_decide(p, &q, &answer),
		    i == 0                 ? RELAYPOLICY_NO_SERVER
		        : i == 1 || i == 3 ? RELAYPOLICY_BAD_QUESTION
		                           : RELAYPOLICY_OK);
		assert_true(answer.text[0]);
	}
	relaypolicy_free(p);
	free(text);
}

/* --- threads ------------------------------------------------------------- */

struct asker {
	pthread_t thread;
	const struct relaypolicy *shared;
	unsigned wrong;
};

static void *
ask_often(void *context)
{
	static const struct {
		const char *client, *recipient, *text;
	} rows[] = {
		{ "192.0.2.1", "a@far.example", "192.0.2.0/24" },
		{ "198.51.100.7", "a@far.example", "list:b 198.51.100.0/24" },
		{ "2001:db8::9", "a@b\303\274cher.example", "2001:db8::/32" },
		{ "203.0.113.1", "a@far.example", "-" },
	};
	struct asker *a = context;
	struct relaypolicy *own = load_sample();

	for (unsigned i = 0; i < 4000; i++) {
		struct relaypolicy_question q = ASK(.server = "in",
		    .client = rows[i % 4].client, .client_name =
		    "h\303\266st.example", .recipient = rows[i % 4].recipient);
		struct relaypolicy_answer answer = { .size = sizeof(answer) };

		if (relaypolicy_decide(i % 2 ? a->shared : own, &q, &answer) !=
		        RELAYPOLICY_OK ||
		    strcmp(answer.text, rows[i % 4].text) != 0)
			a->wrong++;
		if (i % 500 == 0) {
			relaypolicy_free(own);
			own = load_sample();
		}
	}
	relaypolicy_free(own);
	return NULL;
}

static void
test_threads(void **state)
{
	struct relaypolicy *p = load_sample();
	struct asker askers[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		askers[i] = (struct asker){ .shared = p };
		assert_int_equal(pthread_create(&askers[i].thread, NULL,
		    ask_often, &askers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
		assert_int_equal(askers[i].wrong, 0);
	}
	relaypolicy_free(p);
}

/* --- little memory ------------------------------------------------------- */

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifndef SANITIZED /* they need the memory themselves */
static void
make_large(struct buf *document)
{
	buf_add(document, "{ \"relayadm\": 1, \"lists\": [ { \"name\": \"l\", "
	    "\"entries\": [ \"192.0.2.1\"");
	for (unsigned i = 0; i < 1000000; i++)
		buf_addf(document, ", \"10.%u.%u.%u\"", i >> 16 & 255,
		    i >> 8 & 255, i & 255);
	buf_add(document, " ] } ] }");
}

/* 0 when the library said so, asked as a process of its own. */
static int
load_with_little(const struct buf *document)
{
	char error[RELAYPOLICY_TEXT] = "";
	struct rlimit limit = { 0 };
	struct relaypolicy *p;

	if (setrlimit(RLIMIT_DATA, &limit) != 0)
		return 2;
	p = relaypolicy_load(document->data, document->len, error,
	    sizeof(error));
	return p || strcmp(error, "out of memory") != 0;
}

static void
test_little_memory(void **state)
{
	struct buf document = { 0 };
	int status;
	pid_t child;

	(void)state;
	make_large(&document);
	child = fork();
	assert_int_not_equal(child, -1);
	if (!child)
		_exit(load_with_little(&document));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	buf_free(&document);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_answers),
		cmocka_unit_test(test_bad_documents),
		cmocka_unit_test(test_cut_documents),
		cmocka_unit_test(test_bad_questions),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_garbage_questions),
		cmocka_unit_test(test_garbage_documents),
		cmocka_unit_test(test_huge),
		cmocka_unit_test(test_threads),
#ifndef SANITIZED
		cmocka_unit_test(test_little_memory),
#endif
	};

	return cmocka_run_group_tests_name("relaypolicy", tests, NULL, NULL);
}

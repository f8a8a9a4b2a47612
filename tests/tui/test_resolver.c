/* What a DNS server says, and does not say, as imports hear it. */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "dns_server.h"
#include "policy/buf.h"
#include "tui/resolver.h"
#include "tests/policy/unit.h"

static char server[64];
static pid_t pid;

/* Each text with a blank behind it; or "nothing" or "failed: why". */
static void
ask(struct buf *got, const char *name, enum dns_kind kind, int seconds)
{
	struct dns_answer answer = { 0 };
	struct resolver *resolver;
	struct err err;

	assert_true(resolver_open(&resolver, server, seconds, &err));
	resolver_ask(resolver, name, kind, &answer);
	buf_clear(got);
	if (answer.outcome == DNS_NOTHING)
		buf_add(got, "nothing");
	else if (answer.outcome == DNS_FAILED)
		buf_addf(got, "failed: %s", answer.why.text);
	for (size_t i = 0; answer.outcome == DNS_FOUND && i < answer.count;
	     i++)
		buf_addf(got, "%s%s", i ? " | " : "", answer.texts[i]);
	dns_answer_clear(&answer);
	resolver_close(resolver);
}

static const struct {
	const char *name;
	enum dns_kind kind;
	const char *wanted; /* as it begins */
} rows[] = {
	{ "one.example", DNS_A, "192.0.2.1", },
	{ "one.example", DNS_AAAA, "2001:db8::1", },
	{ "one.example", DNS_MX, "one.example", },
	{ "one.example", DNS_TXT, "v=spf1 a:one.example ip4:198.51.100.0/24 "
	    "-all | another=text", },
	{ "1.2.0.192.in-addr.arpa", DNS_PTR, "nx.example | one.example", },
	{ "2.2.0.192.in-addr.arpa", DNS_PTR, "one.example", },
	{ "4.2.0.192.in-addr.arpa", DNS_PTR, "failed: ", },
	{ "6.2.0.192.in-addr.arpa", DNS_PTR, "failed: ", },
	{ "7.2.0.192.in-addr.arpa", DNS_PTR, "nothing", },
	{ "alias.example", DNS_A, "192.0.2.1", },
	{ "alias.example", DNS_AAAA, "nothing", },
	{ "nx.example", DNS_A, "nothing", },
	{ "nx.example", DNS_TXT, "nothing", },
	{ "empty.example", DNS_A, "nothing", },
	{ "empty.example", DNS_MX, "nothing", },
	{ "servfail.example", DNS_TXT, "failed: DNS server returned general", },
	{ "refused.example", DNS_TXT, "failed: DNS server refused", },
	{ "big.example", DNS_TXT, "v=spf1 xxx", },
	{ "many.example", DNS_A, "failed: it has more than 199", },
	{ "hangup.example", DNS_TXT, "failed: ", },
	{ "loop.example", DNS_MX, "failed: ", },
	{ "nul.example", DNS_TXT, "v=spf1 ip4:10.0.0.\1", },
	{ "cut.example", DNS_MX, "failed: ", },
	{ "cut.example", DNS_TXT, "failed: ", },
	{ "silent.example", DNS_A, "failed: the time for all questions is", },
	{ "otherid.example", DNS_A, "failed: the time for all questions", },
	{ "otherq.example", DNS_A, "failed: the time for all questions", },
};

static void
test_rows(void **state)
{
	struct buf got = { 0 };

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		ask(&got, rows[i].name, rows[i].kind, 1);
		if (strncmp(buf_text(&got), rows[i].wanted,
		        strlen(rows[i].wanted)) != 0)
			fail_msg("%s %s: got '%.200s'", dns_words[rows[i].kind],
			    rows[i].name, buf_text(&got));
		if (!strcmp(rows[i].name, "big.example"))
			assert_int_equal(got.len, 260 * 250);
	}
	buf_free(&got);
}

/* Answers of any bytes: something is said, in time, and nothing breaks. */
static void
test_noise(void **state)
{
	struct buf got = { 0 };
	char name[64];

	(void)state;
	for (int i = 0; i < 400; i++) {
		snprintf(name, sizeof(name), "noise%d.example", i);
		ask(&got, name, (enum dns_kind)(i % 5), 1);
		assert_true(got.len > 0);
	}
	buf_free(&got);
}

/* All questions share one time. */
static void
test_time(void **state)
{
	struct timespec from, to;
	struct resolver *resolver;
	struct err err;

	(void)state;
	assert_true(resolver_open(&resolver, server, 1, &err));
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < 20; i++) {
		struct dns_answer answer = { 0 };

		resolver_ask(resolver, "silent.example", DNS_A, &answer);
		assert_int_equal(answer.outcome, DNS_FAILED);
		dns_answer_clear(&answer);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true(to.tv_sec - from.tv_sec < 5);
	resolver_close(resolver);
}

static bool
is_late(void *context)
{
	const struct timespec *end = context;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > end->tv_sec ||
	    (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

/* Whoever waits may have enough of it. */
static void
test_stopped(void **state)
{
	struct timespec end, now;
	struct resolver *resolver;
	struct err err;
	double over;

	(void)state;
	assert_true(resolver_open(&resolver, server, 60, &err));
	resolver_watch(resolver, is_late, &end);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += 1;
	for (int i = 0; i < 20; i++) {
		struct dns_answer answer = { 0 };

		resolver_ask(resolver, "silent.example", DNS_A, &answer);
		assert_int_equal(answer.outcome, DNS_FAILED);
		dns_answer_clear(&answer);
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	over = (double)(now.tv_sec - end.tv_sec) +
	    (double)(now.tv_nsec - end.tv_nsec) / 1e9;
	assert_true(over >= 0 && over < 0.6);
	resolver_close(resolver);
}

static void
test_server(void **state)
{
	static const char *const bad[] = { "", "x", "192.0.2.1:x",
		"192.0.2.1:70000", "192.0.2", "[::1", "[", "[]", "[]:1", ":", ":53",
		"192.0.2.1:0", "192.0.2.1,192.0.2.2", };
	static const char *const good[] = { "192.0.2.1", "192.0.2.1:5353",
		"2001:db8::1", "[2001:db8::1]:5353", };
	struct resolver *resolver;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ROWS(bad); i++) {
		if (resolver_open(&resolver, bad[i], 1, &err))
			fail_msg("'%s' is taken", bad[i]);
		assert_int_equal(err.kind, ERR_USAGE);
		resolver_close(resolver);
	}
	for (size_t i = 0; i < ROWS(good); i++) {
		check_row(resolver_open(&resolver, good[i], 1, &err), good[i]);
		resolver_close(resolver);
	}
}

static int
set_up(void **state)
{
	unsigned port;

	(void)state;
	pid = dns_server_start(&port);
	snprintf(server, sizeof(server), "127.0.0.1:%u", port);
	return pid < 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_server),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

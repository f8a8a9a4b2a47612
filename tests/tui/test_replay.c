/* Answers that are kept and counted: of many facts the same comes out as when
 * each is asked alone, where nothing can have been kept. */
#include "config.h"

#include "policy/mem.h"
#include "store/document.h"
#include "tests/policy/unit.h"
#include "tui/replay.h"

static const char *const befores[] = {
	"{\"relayadm\":1,\"lists\":[{\"name\":\"l\",\"entries\":["
	"\"10.0.0.3\",\"domain:corp.example\"]}],\"servers\":["
	"{\"name\":\"one\",\"listen\":[\"10.9.0.1:25\"],\"relay\":{\"entries\":"
	"[\"10.0.0.0/30\",\"list:l\"]},\"routing\":{\"list\":["
	"{\"domain\":\"here.example\",\"action\":\"inbound\"},"
	"{\"domain\":\"spam.example\",\"action\":\"reject\"}]}},"
	"{\"name\":\"two\",\"listen\":[\"0.0.0.0:26\"],\"connection\":{"
	"\"entries\":[\"10.0.0.5\"]},\"relay\":{\"mode\":\"all-except\"},"
	"\"routing\":{\"restrictions\":{\"local\":{\"enabled\":true,"
	"\"entries\":[\"10.9.0.2\"]}}}}]}",
	"{\"relayadm\":1,\"servers\":[{\"name\":\"one\",\"relay\":{"
	"\"authenticated\":false}}]}",
};

static const char *const afters[] = {
	"{\"relayadm\":1,\"lists\":[{\"name\":\"l\",\"entries\":["
	"\"10.0.0.3\",\"10.0.0.6\"]}],\"servers\":["
	"{\"name\":\"one\",\"listen\":[\"10.9.0.1:25\"],\"authentication\":"
	"{\"basic\":true},\"relay\":{\"entries\":[\"10.0.0.1\",\"list:l\","
	"\"2001:db8::/32\"]},\"routing\":{\"list\":["
	"{\"domain\":\"#here.example\",\"action\":\"inbound\"},"
	"{\"domain\":\"far.example\",\"action\":\"relay\"}]}},"
	"{\"name\":\"two\",\"listen\":[\"0.0.0.0:26\"],\"relay\":{\"mode\":"
	"\"all-except\",\"entries\":[\"10.0.0.2\"]},"
	"\"routing\":{\"restrictions\":{\"local\":{\"enabled\":true,"
	"\"entries\":[\"10.9.0.2\",\"10.9.0.3\"]}}}}]}",
	"{\"relayadm\":1,\"servers\":[{\"name\":\"one\",\"relay\":{\"entries\":"
	"[\"10.0.0.1\",\"domain:corp.example\"]}},{\"name\":\"two\","
	"\"authentication\":{\"anonymous\":false}}]}",
};

static uint64_t random_state = 88172645463325252u;

static unsigned
any(unsigned below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 32) % below;
}

#define ANY(table) (table)[any((unsigned)ROWS(table))]

static void
any_fact(struct mail_fact *f)
{
	static const char *const servers[] = { "one", "one", "two", "none",
		NULL };
	static const char *const services[] = { NULL, "smtpd", "submission" };
	static const char *const names[] = { NULL, "a.corp.example",
		"corp.example", "a.example" };
	static const char *const recipients[] = { "x@far.example", NULL, "",
		"y@here.example", "y@sub.here.example", "z@spam.example",
		"x%far.example@here.example", "postmaster", "z@HERE.example.",
		"x@other.example", "y@[192.0.2.1]" };
	static const u128 locals[] = { 0x0a090001, 0x0a090002, 0x0a090003 };
	u128 client = any(10) ? 0x0a000000 + any(9)
	                      : (u128)0x20010db8 << 96 | any(3);

	*f = (struct mail_fact){ .time = any(4) ? 1000 + any(500) : 0,
		.server = ANY(servers), .service = ANY(services),
		.name = ANY(names), .verified = any(3),
		.authenticated = any(3), .recipient = ANY(recipients),
		.outcome = any(3) };
	f->client = (struct net){ client >> 32 ? 6 : 4, client, client };
	if (f->verified == MAIL_YES && !f->name)
		f->verified = MAIL_NO;
	if (any(2))
		f->local = (struct listener){ 4, ANY(locals),
			(uint16_t)(25 + any(2)) };
}

static struct policy *
parse(const char *text)
{
	struct policy *policy = NULL;
	struct err err;

	if (!document_read(&policy, text, strlen(text), &err))
		fail_msg("%s", err.text);
	return policy;
}

struct sums {
	struct replay_totals totals;
	uint64_t uses, clients, loses;
	int64_t last;
};

static void
add_uses(struct sums *sums, const struct replay *r, const struct entries *in)
{
	int64_t last;

	for (size_t i = 0; i < entries_count(in); i++) {
		/* Of which entry: it counts which one. */
		sums->uses += replay_uses(r, in, i, &last) * (i + 1);
		if (last > sums->last)
			sums->last = last;
	}
}

static void
add_sums(struct sums *sums, const struct replay *r,
    const struct policy *policy)
{
	const uint64_t *one = (const uint64_t *)replay_totals(r);
	uint64_t *all = (uint64_t *)&sums->totals;
	const struct replay_client **clients;
	size_t count;

	for (size_t i = 0; i < sizeof(sums->totals) / sizeof(*all); i++)
		all[i] += one[i];
	for (size_t i = 0; i < policy->server_count; i++) {
		add_uses(sums, r, &policy->servers[i]->relay);
		add_uses(sums, r, &policy->servers[i]->local.entries);
	}
	for (size_t i = 0; i < policy->list_count; i++)
		add_uses(sums, r, &policy->lists[i]->entries);
	clients = replay_clients(r, true, &count);
	for (size_t i = 0; i < count; i++) {
		sums->clients += clients[i]->accepted + clients[i]->refused +
		    clients[i]->deferred;
		sums->loses += clients[i]->loses *
		    (uint64_t)(clients[i]->addr & 15);
		assert_int_equal(!clients[i]->loses && !clients[i]->gains,
		    !clients[i]->sample);
	}
	free(clients);
}

#define FACTS 4000

static void
check_sums(const struct compiled *was, const struct compiled *now)
{
	static const struct replay_service services[] = {
		{ "submission", "two" }, { NULL, "one" } };
	struct replay *all = replay_new(was, now, services, 2), *one;
	struct sums alone = { .uses = 0 }, together = { .uses = 0 };
	void *memo = NULL;
	struct mail_fact f;

	for (unsigned i = 0; i < FACTS; i++) {
		/* Some are more recipients of one message. */
		any_fact(&f);
		memo = NULL;
		for (unsigned j = any(4); j + 1; j--) {
			struct mail_fact other;

			any_fact(&other);
			f.recipient = other.recipient;
			f.outcome = other.outcome;
			f.time = other.time;
			f.memo = NULL;
			one = replay_new(was, now, services, 2);
			replay_take(one, &f);
			add_sums(&alone, one, relay_policy(now));
			replay_free(one);
			f.memo = &memo;
			replay_take(all, &f);
		}
	}
	add_sums(&together, all, relay_policy(now));
	replay_free(all);
	assert_memory_equal(&alone, &together, sizeof(alone));
	assert_true(together.totals.loses > 20 && together.totals.gains > 20);
}

static void
test_sums(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(befores); i++)
		for (size_t j = 0; j < ROWS(afters); j++) {
			struct policy *before = parse(befores[i]);
			struct policy *after = parse(afters[j]);
			struct compiled *was = relay_compile(before);
			struct compiled *now = relay_compile(after);

			check_sums(was, now);
			relay_free(was);
			relay_free(now);
			policy_free(before);
			policy_free(after);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

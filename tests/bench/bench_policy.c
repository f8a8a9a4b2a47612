/* How fast the core is on a policy of a million entries: half single hosts,
 * 45 % blocks, 5 % IPv6, with repetitions and overlaps.  The lists are made by
 * a generator, the same each time.
 *
 *	bench_policy [ENTRIES] */
#include "config.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/difference.h"
#include "policy/field.h"
#include "policy/finding.h"

#define QUESTIONS 1000000

static uint64_t seed = 1;

static uint32_t
next_random(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 32);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static size_t
memory(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void
add_block(struct entries *to, uint8_t family, u128 addr, int prefix)
{
	struct entry e = { .kind = ENTRY_NET };
	u128 host = net_block_last(family, 0, prefix);

	e.net = (struct net){ family, addr & ~host, addr | host };
	entries_append(to, &e);
}

static u128
random6(void)
{
	u128 addr = ((u128)0x2001 << 112) | (u128)next_random() << 80;

	return addr | (u128)next_random() << 48 | next_random();
}

static void
fill(struct entries *to, size_t count)
{
	static const int prefixes[] = { 24, 24, 24, 23, 22, 28, 29, 30, 20 };

	for (size_t i = 0; i < count; i++) {
		unsigned kind = next_random() % 100;

		if (kind < 50)
			add_block(to, 4, next_random(), 32);
		else if (kind < 95)
			add_block(to, 4, next_random(),
			    prefixes[next_random() % 9]);
		else
			add_block(to, 6, random6(), kind == 99 ? 48 : 64);
	}
	entries_settle(to);
}

static struct policy *
make_policy(size_t count)
{
	struct policy *p = policy_new();
	struct server *s = server_new("internet");
	struct listener v4 = { 4, 0, 25 }, v6 = { 6, 0, 25 };
	struct err ignored;

	server_add_listener(s, &v4, &ignored);
	server_add_listener(s, &v6, &ignored);
	fill(&s->relay, count);
	policy_add_server(p, s);
	return p;
}

static void
report(const char *what, double value, const char *unit)
{
	printf("%-46s %12.2f %s\n", what, value, unit);
}

/* Questions half of which hit an entry. */
static struct question *
make_questions(const struct entries *e, uint8_t family)
{
	struct question *all = calloc(QUESTIONS, sizeof(*all));

	for (size_t i = 0; all && i < QUESTIONS; i++) {
		struct question *q = &all[i];

		*q = (struct question){ .family = family,
			.recipient = "<user@far.example.net>" };
		if (i % 2 == 0)
			q->client = family == 4
			    ? e->v4[next_random() % e->v4_count].last
			    : e->v6[next_random() % e->v6_count].last;
		else
			q->client = family == 4 ? next_random() : random6();
	}
	return all;
}

static void
bench_decide(const struct ruleset *rules, const struct entries *e,
    uint8_t family)
{
	struct question *questions = make_questions(e, family);
	size_t accepted = 0;
	double start;
	char what[60];

	if (!questions)
		return;
	for (int round = 0; round < 2; round++) { /* the first warms up */
		start = now();
		for (size_t i = 0; i < QUESTIONS; i++) {
			struct decision d;

			relay_decide(rules, &questions[i], &d);
			accepted += d.kind == ACCEPT_RELAY;
		}
	}
	snprintf(what, sizeof(what), "a decision, IPv%d, %zu %% accepted",
	    family, accepted / (QUESTIONS / 50));
	report(what, (now() - start) * 1e6 / QUESTIONS, "ns");
	free(questions);
}

static void
bench_difference(const struct policy *p, const struct compiled *compiled)
{
	struct policy *q = policy_copy(p);
	struct compiled *other;
	struct difference d;
	double start;

	for (int i = 0; i < 1000; i++)
		add_block(&q->servers[0]->relay, 4, next_random(), 32);
	entries_settle(&q->servers[0]->relay);
	other = relay_compile(q);
	start = now();
	difference_make(&d, compiled, other);
	report("difference of two policies", now() - start, "ms");
	difference_free(&d);
	start = now();
	difference_make(&d, compiled, compiled);
	report("difference of a policy and itself", now() - start, "ms");
	difference_free(&d);
	relay_free(other);
	policy_free(q);
}

/* Until the policy can be asked again. */
static void
bench_edit(struct policy *p, struct compiled *compiled)
{
	struct entry_edit e = { .add = true };
	struct holder where = { NULL, "internet", &server_slots[1] };
	double start = now();

	for (int i = 0; i < 20; i++) {
		uint32_t addr = next_random();

		e.entry.net = (struct net){ 4, addr, addr };
		relay_edit(compiled, &where, &e);
	}
	report("an edit of one entry, IPv4, to usable", (now() - start) / 20,
	    "ms");
	if (!p->servers[0]->relay.v6_count)
		return;
	start = now();
	for (int i = 0; i < 20; i++) {
		u128 addr = random6();

		e.entry.net = (struct net){ 6, addr, addr };
		relay_edit(compiled, &where, &e);
	}
	report("an edit of one entry, IPv6, to usable", (now() - start) / 20,
	    "ms");
}

int
main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	double start = now();
	struct policy *p = make_policy(count);
	const struct entries *e = &p->servers[0]->relay;
	struct compiled *compiled = NULL;
	struct findings findings;
	size_t before, after;

	printf("%zu entries: %zu IPv4, %zu IPv6\n", count, e->v4_count,
	    e->v6_count);
	report("making, sorting and dropping equal ones", now() - start, "ms");
	for (int round = 0; round < 3; round++) {
		relay_free(compiled);
		before = memory();
		start = now();
		compiled = relay_compile(p);
		after = memory();
	}
	report("compiling", now() - start, "ms");
	report("memory of the compiled policy",
	    (double)(after - before) / (double)entries_count(e),
	    "bytes an entry");
	bench_decide(relay_ruleset(compiled, "internet"), e, 4);
	if (e->v6_count)
		bench_decide(relay_ruleset(compiled, "internet"), e, 6);
	bench_difference(p, compiled);
	start = now();
	findings_ask(p, compiled, &findings);
	report("all findings", now() - start, "ms");
	findings_free(&findings);
	bench_edit(p, compiled);
	relay_free(compiled);
	policy_free(p);
	return 0;
}

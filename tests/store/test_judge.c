/* What is said of each line, beside a model that compares each with each. */
#include "config.h"

#include <stdlib.h>

#include "policy/mem.h"
#include "policy/set.h"
#include "store/import.h"
#include "tests/policy/unit.h"

#define LINES_MOST 60

struct model_line {
	struct net net;
	enum line_kind kind; /* or TAKEN */
	unsigned holds;
};

#define TAKEN 99

struct model {
	struct model_line lines[LINES_MOST];
	size_t count;
	struct net there[LINES_MOST];
	size_t there_count;
	struct import_rules rules;
};

static uint64_t seed = 7;

static unsigned
dice(unsigned sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % sides;
}

/* Few addresses, so that much is equal and overlaps. */
static struct net
random_net(void)
{
	struct net net = { dice(4) ? 4 : 6, 0, 0 };
	u128 base = net.family == 4 ? dice(2) ? 0x0a000000 : 0xc1000000
	                            : (u128)(dice(2) ? 0x20010db8 : 0x2a000000)
	        << 96;
	u128 first = dice(16), size = dice(3) ? dice(4) : dice(16);

	if (!dice(40))
		return (struct net){ net.family, 0, net_top(net.family) };
	net.first = base + first;
	net.last = net.first + size;
	return net;
}

static bool
lies_in(const struct net *a, const struct net *b)
{
	return a->family == b->family && b->first <= a->first &&
	    a->last <= b->last;
}

static unsigned
model_holds(const struct model *m, const struct net *net)
{
	bool private = net->family == 4 ? net->first >> 24 == 10
	                                : net->first >> 96 == 0x20010db8;
	u128 most = (u128)1 << (net->family == 4 ? 32 - m->rules.widest4
	                                         : 128 - m->rules.widest6);
	unsigned holds = 0;

	if (!net->first && net->last == net_top(net->family))
		holds = HOLD_EVERYBODY;
	else if (net->last - net->first + 1 > most)
		holds = HOLD_WIDE | (private ? HOLD_PRIVATE : 0);
	else if (private)
		holds = HOLD_PRIVATE;
	return holds & m->rules.holds;
}

static bool
is_there(const struct model *m, const struct net *net)
{
	for (size_t i = 0; i < m->there_count; i++)
		if (!net_compare(&m->there[i], net))
			return true;
	return false;
}

static bool
is_agreed(const struct model *m, const struct net *net)
{
	for (size_t i = 0; i < m->there_count; i++)
		if (lies_in(net, &m->there[i]))
			return true;
	return false;
}

static bool
is_inside(const struct model *m, const struct net *net)
{
	if (is_agreed(m, net))
		return true;
	for (size_t i = 0; i < m->count; i++)
		if (m->lines[i].kind != LINE_HELD &&
		    m->lines[i].kind != LINE_SKIPPED &&
		    m->lines[i].kind != LINE_TWICE &&
		    lies_in(net, &m->lines[i].net) &&
		    net_compare(net, &m->lines[i].net) != 0)
			return true;
	return false;
}

static void
judge_model(struct model *m)
{
	for (size_t i = 0; i < m->count; i++) {
		struct model_line *l = &m->lines[i];

		l->kind = TAKEN;
		l->holds = model_holds(m, &l->net);
		for (size_t k = 0; k < i; k++)
			if (!net_compare(&m->lines[k].net, &l->net))
				l->kind = LINE_TWICE;
		if (l->kind == TAKEN && is_there(m, &l->net))
			l->kind = LINE_KNOWN;
		else if (l->kind == TAKEN && l->holds &&
		    !is_agreed(m, &l->net))
			l->kind = m->rules.skip_held ? LINE_SKIPPED
			                             : LINE_HELD;
	}
	for (size_t i = 0; i < m->count; i++)
		if (m->lines[i].kind == TAKEN && is_inside(m, &m->lines[i].net))
			m->lines[i].kind = LINE_INSIDE;
}

static void
check_line(const struct model *m, const struct import *import,
    const struct judged_line *line, const struct entries *present)
{
	const struct model_line *want = &m->lines[line->line - 1];
	const struct entries *in =
	    line->kind == LINE_HELD ? &import->held : &import->entries;
	struct entry entry;

	assert_int_equal(line->kind, want->kind);
	if (line->kind == LINE_HELD)
		assert_int_equal(line->holds, want->holds);
	if (line->kind == LINE_TWICE) {
		assert_true(line->other < line->line);
		assert_int_equal(net_compare(&want->net,
		    &m->lines[line->other - 1].net), 0);
	} else if (line->kind != LINE_SKIPPED) {
		entries_at(in, line->place, &entry);
		assert_int_equal(net_compare(&entry.net, &want->net), 0);
	}
	if (line->kind != LINE_INSIDE)
		return;
	if (line->there)
		entries_at(present, line->other, &entry);
	else
		entry.net = m->lines[line->other - 1].net;
	assert_true(lies_in(&want->net, &entry.net));
	assert_true(net_compare(&want->net, &entry.net) != 0);
}

static size_t
count_kind(const struct model *m, int kind)
{
	size_t count = 0;

	for (size_t i = 0; i < m->count; i++)
		count += (int)m->lines[i].kind == kind;
	return count;
}

static void
check_model(const struct model *m, const struct import *import,
    const struct entries *present)
{
	size_t taken = count_kind(m, TAKEN);
	size_t inside = count_kind(m, LINE_INSIDE);

	assert_int_equal(import->judged_count, m->count - taken);
	for (size_t i = 0; i < import->judged_count; i++)
		check_line(m, import, &import->judged[i], present);
	assert_int_equal(import->added, taken + inside);
	assert_int_equal(import->inside, inside);
	assert_int_equal(import->known, count_kind(m, LINE_KNOWN));
	assert_int_equal(import->repeated, count_kind(m, LINE_TWICE));
	assert_int_equal(import->holding, count_kind(m, LINE_HELD));
	assert_int_equal(import->skipped, count_kind(m, LINE_SKIPPED));
	assert_int_equal(entries_count(&import->entries),
	    import->added + import->known);
	assert_int_equal(import->entries.note_count, 0);
}

static void
make_model(struct model *m, struct buf *text, struct entries *present)
{
	*m = (struct model){ .rules = { .widest4 = 30, .widest6 = 126,
		.skip_held = !dice(4) } };
	if (dice(3))
		m->rules.holds = HOLD_WIDE | HOLD_EVERYBODY;
	if (!dice(3))
		m->rules.holds |= HOLD_PRIVATE;
	m->there_count = dice(20);
	for (size_t i = 0; i < m->there_count; i++) {
		struct entry entry = { .kind = ENTRY_NET };

		entry.net = m->there[i] = random_net();
		entries_append(present, &entry);
	}
	entries_settle(present);
	m->count = 1 + dice(LINES_MOST);
	for (size_t i = 0; i < m->count; i++) {
		m->lines[i].net = random_net();
		net_add(text, &m->lines[i].net);
		buf_addc(text, '\n');
	}
	judge_model(m);
}

static void
test_model(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct entries present = { 0 };
		struct buf text = { 0 };
		struct import import;
		struct model m;
		struct err err;

		make_model(&m, &text, &present);
		assert_true(import_judge(&import, buf_text(&text), text.len,
		    &m.rules, &present, &err));
		check_model(&m, &import, &present);
		import_free(&import);
		entries_free(&present);
		buf_free(&text);
	}
}

/* More than are sorted by comparing, in every order. */
static void
test_many(void **state)
{
	struct import_rules rules = { .holds = 0 };
	struct entries present = { 0 };
	struct buf text = { 0 };
	struct import import;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 5000; i++)
		buf_addf(&text, "192.%u.%u.%u%s\n", dice(8), dice(8), dice(8),
		    i % 7 ? "" : " # noted");
	assert_true(import_judge(&import, buf_text(&text), text.len, &rules,
	    &present, &err));
	assert_int_equal(entries_count(&import.entries) + import.repeated,
	    5000);
	assert_true(import.repeated > 4000);
	for (size_t i = 0; i < import.judged_count; i++)
		assert_true(import.judged[i].other < import.judged[i].line);
	for (size_t i = 1; i < import.entries.v4_count; i++)
		assert_true(import.entries.v4[i - 1].first <
		    import.entries.v4[i].first);
	import_free(&import);
	buf_free(&text);
}

static struct import
judge(const char *text, const struct import_rules *rules)
{
	static const struct entries none;
	struct import import;
	struct err err;

	assert_true(import_judge(&import, text, strlen(text), rules, &none,
	    &err));
	return import;
}

/* One line is let through, one is left out; what is left out needs not even be
 * right, and takes its comment with it. */
static void
test_lines(void **state)
{
	static const char text[] = "10.0.0.1 # a\nnonsense\n10.0.0.2 # b\n"
	    "8.8.8.8\n10.0.0.3 # c\n";
	static const uint32_t accepted[] = { 1 }, skipped[] = { 2, 5 };
	struct import_rules rules = { .holds = HOLD_PRIVATE,
		.accepted = { accepted, 1 }, .skipped = { skipped, 2 } };
	struct import m = judge(text, &rules);

	(void)state;
	assert_int_equal(m.bad_count, 0);
	assert_int_equal(m.skipped, 2);
	assert_int_equal(m.holding, 1);
	assert_int_equal(m.hold_counts[1], 1);
	assert_int_equal(entries_count(&m.entries), 2);
	assert_int_equal(m.entries.note_count, 1);
	import_free(&m);
}

static void
test_widest(void **state)
{
	struct import_rules rules = { .holds = HOLD_WIDE, .widest4 = 16,
		.widest6 = 32 };
	struct import m = judge("1.0.0.0/20\n2.0.0.0/8\n2a00::/16\n3.0.0.0/24\n"
	                        "4.0.0.0/16\n5.0.0.0/15\n6.6.6.6\n", &rules);

	(void)state;
	assert_int_equal(m.widest_count, WIDEST_SHOWN);
	assert_int_equal(m.widest[0].line, 2);
	assert_int_equal(m.widest[1].line, 6);
	assert_int_equal(m.widest[2].line, 3);
	assert_int_equal(m.widest[3].line, 5);
	assert_int_equal(m.widest[4].line, 1);
	assert_int_equal(m.holding, 3);
	assert_int_equal(entries_count(&m.entries), 4);
	import_free(&m);
}

static void
test_columns(void **state)
{
	struct import_rules rules = { .holds = 0 };
	struct import m = judge("1.2.3.4\n  1.2.3\xc2\xa0.4\n", &rules);

	(void)state;
	assert_int_equal(m.bad_count, 1);
	assert_int_equal(m.bad[0].number, 2);
	assert_int_equal(m.bad[0].column, 8);
	import_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_widest),
		cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A compiled policy that was changed entry by entry answers like one that was
 * compiled anew: random policies, random entries put in and taken out. */
#include "config.h"

#include "policy/effect.h"
#include "policy/field.h"

#include "build.h"
#include "unit.h"

#define POLICIES 60
#define CHANGES 50
#define QUESTIONS 25

static void
add_answer(struct buf *text, const struct compiled *compiled,
    const char *server, const struct question *q)
{
	struct decision d;

	relay_decide(relay_ruleset(compiled, server), q, &d);
	buf_addf(text, "%s %d ", decision_words[d.kind], d.row);
	decision_add_what(text, &d);
}

static void
compare(const struct model *m, const struct compiled *changed,
    const struct compiled *fresh, uint64_t *random, unsigned long seed)
{
	for (int i = 0; i < QUESTIONS; i++) {
		struct buf got = { 0 }, wanted = { 0 };
		struct m_probe p;
		struct question q;

		m_ask(m, &p, random);
		q = build_question(&p);
		add_answer(&got, changed, m->servers[p.server].name, &q);
		add_answer(&wanted, fresh, m->servers[p.server].name, &q);
		if (strcmp(buf_text(&got), buf_text(&wanted)))
			fail_msg("seed %lu: %s client %s: %s instead of %s",
			    seed, m->servers[p.server].name, p.client_text,
			    buf_text(&got), buf_text(&wanted));
		buf_free(&got);
		buf_free(&wanted);
	}
}

static void
compare_reach(const struct policy *policy, const struct compiled *changed,
    const struct compiled *fresh, unsigned long seed)
{
	for (size_t i = 0; i < policy->server_count; i++) {
		const char *name = policy->servers[i]->name;
		struct set a = { 0 }, b = { 0 };

		openness_reach(relay_ruleset(changed, name), &a);
		openness_reach(relay_ruleset(fresh, name), &b);
		if (!set_equal(&a, &b))
			fail_msg("seed %lu: %s reaches others", seed, name);
		set_free(&a);
		set_free(&b);
	}
}

static struct holder
some_holder(const struct policy *p, uint64_t *random)
{
	size_t i = m_random(random, (unsigned)p->list_count + 1);
	struct holder h = { NULL, NULL, NULL };

	if (i < p->list_count) {
		h.list = p->lists[i]->name;
		return h;
	}
	i = m_random(random, (unsigned)p->server_count);
	h.server = p->servers[i]->name;
	h.slot = &server_slots[m_random(random, 5)];
	return h;
}

static struct entries *
entries_of(const struct holder *h, struct policy *p)
{
	return h->list ? &policy_list(p, h->list)->entries
	               : slot_entries(h->slot, policy_server(p, h->server));
}

/* One that is there, or one of another policy from the same small world. */
static bool
some_entry(struct entry *entry, const struct entries *there,
    const struct policy *other, bool add, uint64_t *random)
{
	const struct entries *from = there;
	struct holder h;

	if (add) {
		h = some_holder(other, random);
		from = entries_of(&h, (struct policy *)(uintptr_t)other);
	}
	if (!entries_count(from))
		return false;
	entries_at(from, m_random(random, (unsigned)entries_count(from)),
	    entry);
	return true;
}

static bool
is_allowed(const struct holder *h, const struct policy *p,
    const struct entry *entry)
{
	struct err err;

	return h->list ? entry->kind != ENTRY_LIST
	               : slot_check(h->slot, p, entry, &err);
}

struct tally {
	unsigned changes, anew, kinds[3];
};

static void
change_once(struct policy *p, struct compiled **compiled,
    const struct policy *other, uint64_t *random, struct tally *tally)
{
	struct holder h = some_holder(p, random);
	bool add = m_random(random, 5) < 3;
	struct entries *e = entries_of(&h, p);
	size_t count = entries_count(e);
	struct entry_edit edit = { .add = add };
	struct entry entry;

	if (!some_entry(&entry, e, other, add, random) ||
	    (add && !is_allowed(&h, p, &entry)))
		return;
	edit.entry = entry;
	if (!relay_edit(*compiled, &h, &edit)) {
		relay_free(*compiled);
		*compiled = relay_compile(p);
		tally->anew++;
	}
	if ((entries_find(e, &entry) != ENTRY_NOWHERE) != add)
		fail_msg("the entry was not put in, or not taken out");
	tally->changes += entries_count(e) != count;
	tally->kinds[entry.kind]++;
}

static void
test_changes(void **state)
{
	struct tally tally = { 0 };

	(void)state;
	for (unsigned long seed = 1; seed <= POLICIES; seed++) {
		uint64_t random = seed;
		struct model m, n;
		struct policy *p, *other;
		struct compiled *compiled;

		m_make(&m, &random);
		m_make(&n, &random);
		p = build_policy(&m);
		other = build_policy(&n);
		compiled = relay_compile(p);
		for (int i = 0; i < CHANGES; i++) {
			struct compiled *fresh;

			change_once(p, &compiled, other, &random, &tally);
			fresh = relay_compile(p);
			compare(&m, compiled, fresh, &random, seed);
			compare_reach(p, compiled, fresh, seed);
			relay_free(fresh);
		}
		relay_free(compiled);
		policy_free(p);
		policy_free(other);
	}
	print_message("# %u changes, %u of them compiled anew\n",
	    tally.changes, tally.anew);
	assert_true(tally.changes > POLICIES * CHANGES / 4);
	assert_true(tally.anew < tally.changes / 10);
	for (size_t i = 0; i < ROWS(tally.kinds); i++)
		assert_true(tally.kinds[i] > 20);
}

/* Where only addresses can stand, a list that gets its first client domain
 * needs a look-up of its own, and one that loses its last does not. */
static void
test_first_domain(void **state)
{
	static const struct {
		const char *entry;
		bool add, kept; /* can it go on as it is compiled? */
	} edits[] = {
		{ "10.0.0.2", true, true, },
		{ "domain:x.example", true, false, },
		{ "domain:y.example", true, true, },
		{ "domain:x.example", false, true, },
		{ "domain:y.example", false, false, },
		{ "10.0.0.2", false, true, },
	};
	struct policy *p = policy_new();
	struct server *s = server_new("a");
	struct list *list = list_new("l");
	struct holder holder = { "l", NULL, NULL };
	struct question q = { .family = 4, .client = 1, .name = "y.example",
		.recipient = "u@far.test" };
	struct compiled *compiled;
	struct entry entry;
	struct err err;

	(void)state;
	assert_true(entry_parse(&entry, "list:l", 6, NET_STRICT, &err));
	entries_add(&s->never, &entry);
	assert_true(entry_parse(&entry, "10.0.0.1", 8, NET_STRICT, &err));
	entries_add(&list->entries, &entry);
	s->relay_mode = MODE_ALL_EXCEPT;
	policy_add_list(p, list);
	policy_add_server(p, s);
	compiled = relay_compile(p);
	for (size_t i = 0; i < ROWS(edits); i++) {
		const char *text = edits[i].entry;
		struct entry_edit edit = { .add = edits[i].add };
		struct decision d;
		bool kept;

		assert_true(entry_parse(&entry, text, strlen(text),
		    NET_STRICT, &err));
		edit.entry = entry;
		kept = relay_edit(compiled, &holder, &edit);
		check_row(kept == edits[i].kept, text);
		if (!kept) {
			relay_free(compiled);
			compiled = relay_compile(p);
		}
		relay_decide(relay_ruleset(compiled, "a"), &q, &d);
		check_row(d.kind == ACCEPT_RELAY, text);
	}
	relay_free(compiled);
	policy_free(p);
}

/* Where only addresses can stand, and where names can, one list is two. */
static void
test_list_of_both(void **state)
{
	static const char *const lists[] = { "z", "l", "a" };
	static const char *const servers[] = { "c", "a", "b" };
	struct policy *p = policy_new();
	struct question q = { .family = 4, .client = 1, .name = "x.example",
		.recipient = "u@far.test" };
	struct compiled *compiled;
	struct entry entry;
	struct err err;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct list *list = list_new(lists[i]);
		struct server *s = server_new(servers[i]);

		assert_true(entry_parse(&entry, "domain:x.example", 16,
		    NET_STRICT, &err));
		entries_add(&list->entries, &entry);
		policy_add_list(p, list);
		assert_true(entry_parse(&entry, "list:l", 6, NET_STRICT,
		    &err));
		entries_add(&s->relay, &entry);
		entries_add(&s->never, &entry);
		policy_add_server(p, s);
	}
	compiled = relay_compile(p);
	for (int i = 0; i < 3; i++) {
		const struct ruleset *rules = relay_ruleset(compiled,
		    servers[i]);
		struct decision d;

		assert_non_null(rules);
		assert_ptr_equal(relay_list(compiled, lists[i]), p->lists[i]);
		relay_decide(rules, &q, &d);
		assert_int_equal(d.kind, ACCEPT_RELAY);
		assert_int_equal(d.row, 10);
		assert_string_equal(d.list, "l");
	}
	assert_null(relay_ruleset(compiled, "d"));
	assert_null(relay_list(compiled, "b"));
	relay_free(compiled);
	policy_free(p);
}

static void
test_nobody(void **state)
{
	struct policy *p = policy_new();
	struct compiled *compiled = relay_compile(p);
	struct entry_edit edit = { { .net = { 4, 1, 1 } }, true };
	struct holder list = { "none", NULL, NULL };
	struct holder slot = { NULL, "none", &server_slots[0] };

	(void)state;
	assert_false(relay_edit(compiled, &list, &edit));
	assert_false(relay_edit(compiled, &slot, &edit));
	relay_free(compiled);
	policy_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_first_domain),
		cmocka_unit_test(test_list_of_both),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

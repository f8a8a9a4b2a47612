/* Entries sorted and merged, and where they stood. */
#include "config.h"

#include "policy/mem.h"
#include "policy/note.h"
#include "tests/policy/unit.h"
#include "tui/entry_merge.h"
#include "tui/entry_sort.h"
#include "tui/import_preview.h"
#include "tui/origin_line.h"

static void
add(struct entries *entries, const char *text, const char *comment,
    int32_t expires)
{
	struct entry entry;
	struct err err;

	assert_true(entry_parse(&entry, text, strlen(text), NET_STRICT, &err));
	entry.comment = comment;
	entry.expires = expires;
	entries_add(entries, &entry);
}

static char *
listed(const struct entries *entries, const uint32_t *order)
{
	struct buf text = { 0 };
	struct entry entry;

	for (size_t i = 0; i < entries_count(entries); i++) {
		entries_at(entries, order ? order[i] : i, &entry);
		buf_add(&text, i ? " " : "");
		entry_add(&text, &entry);
		if (entry.comment)
			buf_addf(&text, "(%s)", entry.comment);
		if (entry.expires)
			buf_addf(&text, "<%d", (int)entry.expires);
	}
	return buf_take(&text);
}

/* --- sorting ------------------------------------------------------------ */

static void
check_order(const struct entry_facts *facts, enum entry_order order,
    const char *wanted)
{
	uint32_t *places = entry_sort(facts, order);
	char *text = listed(facts->shown, places);

	assert_string_equal(text, wanted);
	free(text);
	free(places);
}

static void
test_sort(void **state)
{
	struct entries e = { 0 };
	struct entry_facts facts = { .shown = &e };

	(void)state;
	add(&e, "1.0.0.0/8", NULL, 30);
	add(&e, "1.2.3.4", "B", 0);
	add(&e, "2.0.0.0/24", "a", 20);
	add(&e, "3.0.0.1-3.0.1.0", NULL, 0);
	add(&e, "2001:db8::/32", "b", 20);
	add(&e, "2001:db8::/65", NULL, 0);
	add(&e, "2001:db8::/64", NULL, 0);
	add(&e, "::/1", NULL, 0);
	add(&e, "::/0", NULL, 0);
	add(&e, "domain:example.com", "c", 0);
	assert_null(entry_sort(&facts, ORDER_ADDRESS));
	check_order(&facts, ORDER_SIZE, "::/0 ::/1 2001:db8::/32(b)<20 "
	    "2001:db8::/64 2001:db8::/65 1.0.0.0/8<30 2.0.0.0/24(a)<20 "
	    "3.0.0.1-3.0.1.0 1.2.3.4(B) "
	    "domain:example.com(c)");
	check_order(&facts, ORDER_COMMENT, "2.0.0.0/24(a)<20 1.2.3.4(B) "
	    "2001:db8::/32(b)<20 domain:example.com(c) 1.0.0.0/8<30 "
	    "3.0.0.1-3.0.1.0 ::/1 ::/0 2001:db8::/65 2001:db8::/64");
	check_order(&facts, ORDER_EXPIRY, "2.0.0.0/24(a)<20 "
	    "2001:db8::/32(b)<20 1.0.0.0/8<30 1.2.3.4(B) 3.0.0.1-3.0.1.0 "
	    "::/1 ::/0 2001:db8::/65 2001:db8::/64 domain:example.com(c)");
	entries_free(&e);
}

static void
test_sort_origins(void **state)
{
	struct target target = { .name = "x" };
	char a[] = "a", b[] = "b";
	struct origin items[] = { { .time = 300, .import = 2, .source = b },
		{ .time = 200 }, { .time = 100, .import = 1, .source = a } };
	uint32_t of[] = { 3, 1, 0, 2, 3, };
	struct entries e = { 0 }, stored = { 0 };
	struct entry_facts facts = { .shown = &e, .stored = &stored,
		.target = &target, .origins = { items, 3, 3, of, 5 } };

	(void)state;
	add(&e, "1.1.1.1", NULL, 0);
	add(&e, "2.2.2.2", NULL, 0);
	add(&e, "3.3.3.3", NULL, 0);
	add(&e, "4.4.4.4", NULL, 0);
	add(&e, "5.5.5.5", NULL, 0);
	entries_copy(&stored, &e);
	add(&e, "4.4.4.5", NULL, 0);
	check_order(&facts, ORDER_AGE,
	    "4.4.4.5 2.2.2.2 4.4.4.4 1.1.1.1 5.5.5.5 3.3.3.3");
	check_order(&facts, ORDER_SOURCE,
	    "1.1.1.1 5.5.5.5 2.2.2.2 4.4.4.5 4.4.4.4 3.3.3.3");
	entries_free(&e);
	entries_free(&stored);
}

/* --- merging ------------------------------------------------------------- */

static void
make(struct merge *m, const struct entries *entries, const size_t *places,
    size_t count)
{
	struct merge_order order = { .entries = entries, .places = places,
		.count = count };

	assert_true(merge_make(m, &order));
}

static void
test_merge(void **state)
{
	struct entries e = { 0 };
	struct merge m;
	char *text;

	(void)state;
	add(&e, "1.0.0.0/25", "half", 0);
	add(&e, "1.0.0.128/25", NULL, 0);
	add(&e, "1.0.0.7", NULL, 0);
	add(&e, "2.0.0.1-2.0.0.6", NULL, 0); /* four blocks would be more */
	add(&e, "2001:db8::/33", NULL, 0);
	add(&e, "2001:db8::/32", "all", 0);
	add(&e, "domain:example.com", NULL, 0);
	make(&m, &e, NULL, 0);
	text = listed(&m.result, NULL);
	assert_string_equal(text, "1.0.0.0/24 2.0.0.1-2.0.0.6 "
	    "2001:db8::/32(all) domain:example.com");
	free(text);
	assert_int_equal(m.before, 7);
	assert_int_equal(m.after, 4);
	assert_int_equal(m.notes, 1);
	assert_int_equal(m.count, 2);
	assert_int_equal(m.rows[0].count, 3);
	assert_int_equal(m.rows[0].blocks, 1);
	assert_int_equal(m.rows[1].first, 4);
	merge_free(&m);
	entries_free(&e);
}

/* What ends some day neither makes others end, nor stays for ever. */
static void
test_merge_expiring(void **state)
{
	struct entries e = { 0 };
	struct merge m;
	char *text;

	(void)state;
	add(&e, "1.0.0.0/24", NULL, 20);
	add(&e, "1.0.0.0/25", NULL, 0);
	add(&e, "1.0.0.128/25", NULL, 0);
	add(&e, "2.0.0.0/25", NULL, 20);
	add(&e, "2.0.0.128/25", NULL, 0);
	make(&m, &e, NULL, 0);
	text = listed(&m.result, NULL);
	assert_string_equal(text, "1.0.0.0/24 2.0.0.0/25<20 2.0.0.128/25");
	free(text);
	assert_int_equal(m.count, 1);
	merge_free(&m);
	entries_free(&e);
}

static void
test_merge_marked(void **state)
{
	static const size_t places[] = { 0, 1, };
	struct entries e = { 0 };
	struct merge m;
	char *text;

	(void)state;
	add(&e, "1.0.0.0/25", NULL, 0);
	add(&e, "1.0.0.128/25", NULL, 0);
	add(&e, "1.0.1.0/24", NULL, 0);
	make(&m, &e, places, 2);
	text = listed(&m.result, NULL);
	assert_string_equal(text, "1.0.0.0/24 1.0.1.0/24");
	free(text);
	merge_free(&m);
	entries_free(&e);
}

struct patience {
	size_t calls, last, end; /* the call that ends it */
};

static bool
is_patient(size_t done, size_t total, void *context)
{
	struct patience *p = context;

	assert_true(done >= p->last);
	assert_true(done <= total);
	p->last = done;
	return ++p->calls != p->end;
}

/* It tells how far it is, and may be ended at any time. */
static void
test_merge_stopped(void **state)
{
	struct patience p = { .end = 0 };
	struct entries e = { 0 };
	struct merge_order order = { .entries = &e, .goes_on = is_patient,
		.context = &p };
	struct merge m;
	size_t calls;

	(void)state;
	for (uint32_t i = 0; i < 40000; i++) {
		struct entry entry = { .kind = ENTRY_NET,
			.net = { 4, i * 8, i * 8 + i % 3 * 4 } };

		entries_append(&e, &entry);
	}
	entries_settle(&e);
	assert_true(merge_make(&m, &order));
	merge_free(&m);
	calls = p.calls;
	assert_true(calls >= 10);
	for (size_t end = 1; end <= calls; end++) {
		p = (struct patience){ .end = end };
		assert_false(merge_make(&m, &order));
		assert_int_equal(p.calls, end);
		merge_free(&m);
	}
	entries_free(&e);
}

/* --- where it stood -------------------------------------------------------- */

static void
test_path(void **state)
{
	static const struct {
		const char *label, *path;
	} rows[] = {
		{ "import a.txt into list:x: 3 came", "a.txt" },
		{ "import, replacing, /tmp/b c into server:s/relay: 1 came, "
		    "2 went", "/tmp/b c" },
		{ "import, removing, d into list:x: 0 came, 1 went", "d" },
		{ "refresh from e into f into list:x: 1 came", "e into f" },
		{ "set list x", NULL },
		{ "import nothing", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *path = origin_path(rows[i].label);

		check_row(!path == !rows[i].path, rows[i].label);
		if (path)
			check_same(path, rows[i].path, rows[i].label);
		free(path);
	}
}

struct options_seen {
	struct buf text;
};

static void
see(const char *name, const char *value, void *context)
{
	struct options_seen *seen = context;

	buf_addf(&seen->text, "[%s|%s]", name, value);
}

static void
test_options(void **state)
{
	struct options_seen seen = { { 0 } };

	(void)state;
	import_options_each("", see, &seen);
	import_options_each("--widen --column IP address --port 25", see,
	    &seen);
	assert_string_equal(buf_text(&seen.text),
	    "[widen|][column|IP address][port|25]");
	buf_clear(&seen.text);
	import_options_each("--format spf --resolver [::1]:53 (asked DNS for "
	    "TXT a--b.example, A --c)", see, &seen);
	assert_string_equal(buf_text(&seen.text),
	    "[format|spf][resolver|[::1]:53]");
	buf_clear(&seen.text);
	import_options_each("(asked DNS for TXT a.example --x)", see, &seen);
	import_options_each("--resolve", see, &seen);
	assert_string_equal(buf_text(&seen.text), "[resolve|]");
	buf_free(&seen.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_sort_origins),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_merge_expiring),
		cmocka_unit_test(test_merge_marked),
		cmocka_unit_test(test_merge_stopped),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A filter typed letter by letter lets through what the whole of it does. */
#include "config.h"

#include "policy/err.h" /* before cmocka has its own fail() */

#include "tests/policy/unit.h"
#include "tui/entry_sift.h"
#include "tui/widget.h"
#include "tui/widget_kinds.h"

#define COUNT 3000

struct pane {
	struct table table;
	struct entries entries;
	struct entry_facts facts;
	struct sift sift;
};

static bool
aim(void *context, const char *text, struct err *err)
{
	struct pane *pane = context;
	bool ok = sift_aim(&pane->sift, &pane->facts, text,
	    &pane->table.waiting, err);

	pane->table.narrower = pane->sift.narrower;
	return ok;
}

static bool
passes(void *context, size_t row)
{
	struct pane *pane = context;

	return sift_passes(&pane->sift, &pane->facts, row);
}

static void
add(struct entries *entries, const char *text, unsigned note)
{
	static const char *const notes[] = { "Lyon 10", "case /24", "",
		"192.0.2.7" };
	struct entry entry;
	struct err err;

	assert_true(entry_parse(&entry, text, strlen(text), NET_STRICT, &err));
	if (note % 8 < 4 && *notes[note % 8])
		entry.comment = notes[note % 8];
	if (note % 9 == 0)
		entry.owner = "Mail";
	entries_add(entries, &entry);
}

static void
fill(struct entries *entries)
{
	struct buf text = { 0 };
	unsigned seed = 1;

	for (unsigned i = 0; i < COUNT; i++) {
		unsigned a, b;

		seed = seed * 1103515245 + 12345;
		a = seed >> 16 & 255;
		seed = seed * 1103515245 + 12345;
		b = seed >> 16 & 255;
		buf_clear(&text);
		if (i % 10 == 9)
			buf_addf(&text, "2001:db8:%x::/48", a << 8 | b);
		else if (i % 3)
			buf_addf(&text, "192.0.%u.%u", a % 4, b);
		else
			buf_addf(&text, "10.%u.%u.0/24", a, b % 16);
		add(entries, buf_text(&text), seed >> 20 & 63);
	}
	buf_free(&text);
	add(entries, "192.0.0.0/16", 5);
	add(entries, "192.0.2.1-192.0.2.77", 1);
	add(entries, "domain:case.example", 0);
	add(entries, "list:Branches", 3);
}

static void
start(struct pane *pane)
{
	*pane = (struct pane){ .table = { .aim = aim, .passes = passes } };
	fill(&pane->entries);
	pane->facts.shown = pane->facts.stored = &pane->entries;
	pane->table.context = pane;
	table_reset(&pane->table, entries_count(&pane->entries));
}

static void
end(struct pane *pane)
{
	table_clear(&pane->table);
	sift_clear(&pane->sift);
	entries_free(&pane->entries);
}

/* As text, each entry looked at by itself. */
static bool
has(const struct entries *entries, size_t place, const char *part)
{
	struct buf text = { 0 };
	struct entry e;
	bool found;

	entries_at(entries, place, &e);
	entry_add(&text, &e);
	buf_addf(&text, "\n%s\n%s", e.comment ? e.comment : "",
	    e.owner ? e.owner : "");
	found = filter_text_has(buf_text(&text), part);
	buf_free(&text);
	return found;
}

static void
press(struct pane *pane, uint32_t key)
{
	struct event event = { .key = key };

	table_filter_key(&pane->table, &event);
	while (table_scan(&pane->table, 1000))
		continue;
}

static void
check_rows(struct pane *pane, const char *text)
{
	struct table *table = &pane->table;
	struct sift whole = { .narrower = false };
	size_t next = 0;
	struct err err;
	bool waiting;

	assert_true(sift_aim(&whole, &pane->facts, text, &waiting, &err));
	for (size_t i = 0; i < table->rows; i++) {
		bool passed = sift_passes(&whole, &pane->facts, i);

		if (!passed)
			continue;
		assert_true(next < table->scroll.count);
		assert_int_equal(table->shown[next++], i);
	}
	assert_int_equal(next, table->scroll.count);
	sift_clear(&whole);
}

static void
test_typed(void **state)
{
	static const char *const texts[] = { "192.0.2.7", "10.20", "2001:db",
		"case", "/24 case", "lyon 10 mail", "1 9 2", "!8 9", "branch",
		"-192", "192.0.2.1-", "note:ly 2", "MAIL", "\"lyon 1\"" };
	char part[32];

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct pane pane;

		start(&pane);
		for (size_t k = 0; texts[i][k]; k++) {
			press(&pane, (unsigned char)texts[i][k]);
			snprintf(part, sizeof(part), "%.*s", (int)k + 1,
			    texts[i]);
			if (!pane.table.refused.len)
				check_rows(&pane, part);
		}
		check_row(pane.table.scroll.count > 0, texts[i]);
		end(&pane);
	}
}

/* What is looked for in addresses alone, in notes alone, in both. */
static void
test_text(void **state)
{
	static const char *const parts[] = { "1", ".", "/", "-", "a", "lyon",
		"24", "b8::", "branches", "ma", "case", "7", "list:b" };
	struct pane pane;

	(void)state;
	start(&pane);
	for (size_t i = 0; i < ROWS(parts); i++) {
		struct err err;
		bool waiting;

		assert_true(sift_aim(&pane.sift, &pane.facts, parts[i],
		    &waiting, &err));
		for (size_t row = 0; row < pane.table.rows; row++)
			assert_int_equal(passes(&pane, row),
			    has(&pane.entries, row, parts[i]));
	}
	end(&pane);
}

/* What could not be understood narrows nothing. */
static void
test_refused(void **state)
{
	struct pane pane;

	(void)state;
	start(&pane);
	for (const char *text = "1 age>"; *text; text++)
		press(&pane, (unsigned char)*text);
	assert_int_equal(pane.table.scroll.count, 0);
	assert_true(pane.table.refused.len > 0);
	press(&pane, K_BACKSPACE);
	press(&pane, K_BACKSPACE);
	assert_int_equal(pane.table.refused.len, 0);
	check_rows(&pane, "1 ag");
	press(&pane, K_ESC);
	assert_int_equal(pane.table.scroll.count, pane.table.rows);
	end(&pane);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typed),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

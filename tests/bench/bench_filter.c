/* What filtering a long list in the console costs, letter by letter.
 *
 *	bench_filter LIST [TEXT...] */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/import.h"
#include "tui/entry_sift.h"
#include "tui/widget.h"
#include "tui/widget_kinds.h"

struct pane {
	struct table table;
	struct entries entries;
	struct entry_facts facts;
	struct sift sift;
};

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
demand(bool ok, const struct err *err)
{
	if (ok)
		return;
	fprintf(stderr, "bench_filter: %s\n", err->text);
	exit(1);
}

static void
read_list(struct pane *pane, const char *file)
{
	struct import_rules rules = { .widen = false };
	static const struct entries none;
	struct buf text = { 0 };
	struct import import;
	struct err err;

	demand(import_read_file(&text, file, &err), &err);
	demand(import_judge(&import, buf_text(&text), text.len, &rules, &none,
	    &err), &err);
	pane->entries = import.entries;
	import.entries = (struct entries){ 0 };
	import_free(&import);
	buf_free(&text);
}

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
press(struct table *table, uint32_t key)
{
	struct event event = { .key = key };

	table_filter_key(table, &event);
}

/* Milliseconds until the last row has been looked at, for each letter. */
static void
type(struct pane *pane, const char *text)
{
	struct table *table = &pane->table;

	table->filtering = true;
	printf("%-20s", text);
	for (; *text; text++) {
		double start = cpu(), first;

		press(table, (unsigned char)*text);
		first = cpu();
		while (table_scan(table, 10))
			continue;
		printf("  %c %.1f (%.1f)", *text, cpu() - start,
		    first - start);
	}
	printf("  %zu rows\n", table->scroll.count);
	press(table, K_ESC);
}

int
main(int argc, char **argv)
{
	static const char *const texts[] = { "192.0.2", "203.0.113.7", "2001:",
		"case", "77", "/24 case" };
	static struct pane pane;

	if (argc < 2)
		return 2;
	read_list(&pane, argv[1]);
	pane.facts.shown = pane.facts.stored = &pane.entries;
	pane.table.aim = aim;
	pane.table.passes = passes;
	pane.table.context = &pane;
	table_reset(&pane.table, entries_count(&pane.entries));
	printf("filter: %zu rows; each letter: CPU ms in all (until the first "
	       "picture)\n", pane.table.rows);
	for (int i = 2; i < argc; i++)
		type(&pane, argv[i]);
	for (size_t i = 0; argc == 2 && i < sizeof(texts) / sizeof(*texts);
	     i++)
		type(&pane, texts[i]);
	sift_clear(&pane.sift);
	table_clear(&pane.table);
	entries_free(&pane.entries);
	return 0;
}

/* How fast a long list goes into the database and comes out again.
 *
 *	bench_store LIST FOLDER */
#include "config.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "policy/mem.h"
#include "store/document.h"
#include "store/import.h"
#include "store/store.h"

static char path[4096];
static struct store *store;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
say(const char *what, double since)
{
	double ms = now() - since;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%-38s %9.1f ms   peak %6.1f MB\n", what, ms,
	    (double)usage.ru_maxrss / 1024);
	fflush(stdout);
	return now();
}

static void
demand(bool ok, const struct err *err)
{
	if (ok)
		return;
	fprintf(stderr, "bench_store: %s\n", err->text);
	exit(1);
}

static void
run_import(const char *file)
{
	struct import_rules rules = { .widen = false };
	static const struct entries none;
	struct list *list = list_new("long");
	struct change change = { OBJECT_LIST, NULL, list };
	struct buf text = { 0 };
	struct import import;
	struct err err;
	int64_t head = 0;
	double start = now(), all = start;

	demand(import_read_file(&text, file, &err), &err);
	start = say("import: read", start);
	demand(import_judge(&import, buf_text(&text), text.len, &rules, &none,
	    &err), &err);
	start = say("import: judge each line", start);
	list->entries = import.entries;
	import.entries = (struct entries){ 0 };
	demand(store_edit(store, "import", &change, 1, &head, &err), &err);
	say("import: store, durable", start);
	say("import: all of it", all);
	import_free(&import);
	list_free(list);
	buf_free(&text);
}

static struct policy *
open_again(int64_t *head)
{
	struct policy *policy;
	struct err err;
	double start = now(), all = start;

	store_close(store);
	start = say("close", start);
	demand(store_open(&store, path, STORE_WRITE, &err), &err);
	start = say("open", start);
	demand(store_draft(store, &policy, head, &err), &err);
	say("load the draft", start);
	say("close, open and load", all);
	return policy;
}

static void
run_edits(struct policy *policy, int64_t head)
{
	struct list *list = policy_list(policy, "long");
	struct change change = { OBJECT_LIST, "long", list };
	struct entry entry = { .kind = ENTRY_NET };
	struct policy *again;
	struct err err;
	char *label;
	double start;

	for (unsigned i = 0; i < 3; i++) {
		entry.net = (struct net){ 4, 10u << 24 | i, 10u << 24 | i };
		start = now();
		entries_add(&list->entries, &entry);
		demand(store_edit(store, "one", &change, 1, &head, &err),
		    &err);
		say("one entry, as a whole list, durable", start);
	}
	for (unsigned i = 0; i < 3; i++) {
		struct entry_edit edit = { entry, true };
		struct entry_edits edits = { { "long", NULL, NULL }, &edit,
			1 };

		edit.entry.net = (struct net){ 4, 91u << 24 | i,
			91u << 24 | i };
		start = now();
		demand(store_edit_entries(store, "one", &edits, &head, &err),
		    &err);
		say("edit of one entry, durable", start);
	}
	start = now();
	demand(store_undo(store, &label, &head, &err), &err);
	start = say("undo, durable", start);
	free(label);
	demand(store_draft(store, &again, &head, &err), &err);
	say("load the draft after undo", start);
	policy_free(again);
}

static void
run_export(const struct policy *policy)
{
	const struct entries *entries =
	    &policy_list(policy, "long")->entries;
	struct buf text = { 0 };
	struct policy *again;
	struct err err;
	double start = now();

	demand(export_entries(&text, entries, NULL, false, &err), &err);
	start = say("export", start);
	buf_clear(&text);
	demand(export_entries(&text, entries, NULL, true, &err), &err);
	start = say("export --merged", start);
	buf_clear(&text);
	document_add(&text, policy);
	start = say("dump", start);
	demand(document_read(&again, buf_text(&text), text.len, &err), &err);
	say("read the document", start);
	policy_free(again);
	buf_free(&text);
}

int
main(int argc, char **argv)
{
	struct policy *policy;
	struct err err;
	int64_t head, base = 0;
	double start;

	if (argc != 3)
		return 2;
	snprintf(path, sizeof(path), "%s/bench.db", argv[2]);
	demand(store_open(&store, path, STORE_WRITE, &err), &err);
	run_import(argv[1]);
	policy = open_again(&head);
	run_edits(policy, head);
	run_export(policy);
	start = now();
	demand(store_commit(store, "bench", NULL, 0, &base, &err), &err);
	say("commit", start);
	policy_free(policy);
	store_close(store);
	return 0;
}

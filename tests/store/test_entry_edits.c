/* Edits of single entries make what storing the whole edited list makes: the
 * same version, found again by its digest, with the same conflicts and undo. */
#include "config.h"

#include <sqlite3.h>

#include "policy/field.h"
#include "policy/mem.h"
#include "scratch.h"
#include "tests/policy/unit.h"

#define ROUNDS 30
#define MOST 2500 /* edits in a step */

static char folder[SCRATCH_PATH], path[SCRATCH_PATH];
static uint64_t random_state;

static uint32_t
next_random(uint32_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % n;
}

static struct store *
begin(void)
{
	static int count;
	char name[32];

	snprintf(name, sizeof(name), "e%d.db", count++);
	scratch_join(path, folder, name);
	return scratch_open(path);
}

static void
demand(bool ok, const struct err *err)
{
	if (!ok)
		fail_msg("%s", err->text);
}

static void
some_entry(struct entry *e)
{
	static const char *const comments[] = { NULL, NULL, NULL, "one",
		"two" };
	uint32_t kind = next_random(100);

	entry_clear(e);
	if (kind < 70)
		e->net = (struct net){ 4, next_random(40000) * 7u, 0 };
	else if (kind < 96)
		e->net = (struct net){ 6, next_random(40000), 0 };
	else
		e->kind = ENTRY_DOMAIN;
	e->net.last = e->net.first;
	if (e->kind == ENTRY_DOMAIN)
		snprintf(e->name, sizeof(e->name), "d%u.example",
		    next_random(300));
	e->comment = comments[next_random(5)];
}

static void
fill(struct entries *entries, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct entry e;

		some_entry(&e);
		entries_append(entries, &e);
	}
	entries_settle(entries);
}

/* Any; or a run of neighbours, so that whole chunks go; or one that is there
 * with another comment. */
static size_t
some_edits(struct entry_edit *edits, const struct entries *entries)
{
	size_t all = entries_count(entries), count = 1 + next_random(4), at;
	uint32_t kind = next_random(4);

	if (kind == 0 && all)
		count = 1 + next_random(MOST - 1);
	if (kind == 0 && count > all)
		count = all;
	at = all ? next_random((uint32_t)(all - (kind ? 0 : count) + 1)) : 0;
	for (size_t i = 0; i < count; i++) {
		edits[i].add = kind && next_random(3);
		if (kind == 3 || !all)
			some_entry(&edits[i].entry);
		else
			entries_at(entries, (kind ? next_random((uint32_t)all)
			                          : at + i),
			    &edits[i].entry);
		if (kind == 2)
			edits[i].entry.comment = "again";
		if (kind == 1 && i && next_random(2)) /* the same once more */
			edits[i].entry = edits[i - 1].entry;
	}
	return count;
}

static void
apply(struct entries *entries, const struct entry_edits *edits)
{
	for (size_t i = 0; i < edits->count; i++)
		if (edits->items[i].add)
			entries_add(entries, &edits->items[i].entry);
		else
			entries_remove(entries, &edits->items[i].entry);
}

static struct entries *
entries_of(struct policy *p, const struct holder *where)
{
	return where->list
	    ? &policy_list(p, where->list)->entries
	    : slot_entries(where->slot, policy_server(p, where->server));
}

static bool
store_whole(struct store *store, const struct policy *p,
    const struct holder *where, int64_t *head, struct err *err)
{
	struct change change = { OBJECT_LIST, where->list, NULL };

	if (where->list) {
		change.object = policy_list(p, where->list);
	} else {
		change = (struct change){ OBJECT_SERVER, where->server,
			policy_server(p, where->server) };
	}
	return store_edit(store, "whole", &change, 1, head, err);
}

static void
check_draft(struct store *store, const struct entries *wanted,
    const struct holder *where)
{
	struct policy *p;
	struct err err;
	int64_t head;

	demand(store_draft(store, &p, &head, &err), &err);
	assert_true(entries_equal(entries_of(p, where), wanted));
	policy_free(p);
}

static void
check_undo(struct store *store, const struct entries *before,
    const struct entries *after, const struct holder *where, int64_t *head)
{
	struct err err;
	char *label;

	demand(store_undo(store, &label, head, &err), &err);
	assert_string_equal(label, "entries");
	free(label);
	check_draft(store, before, where);
	demand(store_redo(store, &label, head, &err), &err);
	free(label);
	check_draft(store, after, where);
}

static void
run_round(struct store *store, const struct holder *where, int64_t *head)
{
	static struct entry_edit items[MOST];
	struct entry_edits edits = { *where, items, 0 };
	struct entries before = { 0 };
	struct entries *entries;
	struct policy *p;
	struct err err;
	int64_t was;
	bool same;

	demand(store_draft(store, &p, head, &err), &err);
	was = *head;
	entries = entries_of(p, where);
	entries_copy(&before, entries);
	edits.count = some_edits(items, &before);
	apply(entries, &edits);
	same = entries_equal(entries, &before);
	demand(store_edit_entries(store, "entries", &edits, head, &err), &err);
	assert_int_equal(*head, was + !same);
	check_draft(store, entries, where);
	/* Storing the whole list now changes nothing: it is that version. */
	was = *head;
	demand(store_whole(store, p, where, head, &err), &err);
	assert_int_equal(*head, was);
	if (!same)
		check_undo(store, &before, entries, where, head);
	entries_free(&before);
	policy_free(p);
}

static void
run(const struct holder *where, unsigned count)
{
	struct store *store = begin();
	struct policy *p;
	struct err err;
	int64_t head;

	demand(store_draft(store, &p, &head, &err), &err);
	policy_add_list(p, list_new("long"));
	policy_add_server(p, server_new("internet"));
	fill(entries_of(p, where), count);
	demand(store_replace(store, "begin", p, &head, &err), &err);
	policy_free(p);
	for (int round = 0; round < ROUNDS; round++)
		run_round(store, where, &head);
	store_close(store);
}

static void
test_same(void **state)
{
	static const unsigned counts[] = { 0, 1, 3, 3000, 20000 };
	const struct holder list = { "long", NULL, NULL };
	const struct holder slot = { NULL, "internet", slot_find("never") };

	(void)state;
	for (size_t i = 0; i < ROWS(counts); i++) {
		random_state = i;
		run(&list, counts[i]);
		run(&slot, counts[i]);
	}
}

/* --- where chunks end --------------------------------------------------- */

#define ENDS 40

/* The last addresses of all chunks, which are of IPv4 without comments. */
static size_t
chunk_ends(uint32_t ends[ENDS])
{
	sqlite3_stmt *all = NULL;
	sqlite3 *db = NULL;
	size_t count = 0;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT body FROM chunk", -1,
	    &all, NULL), SQLITE_OK);
	while (count < ENDS && sqlite3_step(all) == SQLITE_ROW) {
		const unsigned char *body = sqlite3_column_blob(all, 0);
		size_t len = (size_t)sqlite3_column_bytes(all, 0);

		assert_true(len >= 9 && len % 9 == 0);
		body += len - 4;
		ends[count++] = (uint32_t)body[0] << 24 |
		    (uint32_t)body[1] << 16 | (uint32_t)body[2] << 8 | body[3];
	}
	sqlite3_finalize(all);
	sqlite3_close(db);
	return count;
}

/* One edit, which must make what storing the whole makes; then it is undone. */
static void
edit_at(struct store *store, uint32_t addr, bool add)
{
	struct entry_edit edit = { .add = add };
	struct entry_edits edits = { { "long", NULL, NULL }, &edit, 1 };
	struct policy *p;
	struct err err;
	int64_t head, was;
	char *label;

	edit.entry.net = (struct net){ 4, addr, addr };
	demand(store_draft(store, &p, &head, &err), &err);
	was = head;
	demand(store_edit_entries(store, "end", &edits, &head, &err), &err);
	assert_int_equal(head, was + 1);
	apply(&p->lists[0]->entries, &edits);
	demand(store_whole(store, p, &edits.where, &head, &err), &err);
	assert_int_equal(head, was + 1);
	demand(store_undo(store, &label, &head, &err), &err);
	free(label);
	policy_free(p);
}

static void
test_ends(void **state)
{
	struct store *store = begin();
	struct policy *p = policy_new();
	struct entry e = { .kind = ENTRY_NET };
	uint32_t ends[ENDS];
	struct err err;
	int64_t head;
	size_t count;

	(void)state;
	policy_add_list(p, list_new("long"));
	random_state = 77;
	for (int i = 0; i < 20000; i++) {
		uint32_t addr = next_random(UINT32_MAX / 4) * 4;

		e.net = (struct net){ 4, addr, addr };
		entries_append(&p->lists[0]->entries, &e);
	}
	entries_settle(&p->lists[0]->entries);
	demand(store_head(store, &head, &err), &err);
	demand(store_replace(store, "begin", p, &head, &err), &err);
	policy_free(p);
	count = chunk_ends(ends);
	assert_true(count > 5);
	for (size_t i = 0; i < count; i++) {
		edit_at(store, ends[i], false);
		edit_at(store, ends[i] + 1, true);
		edit_at(store, ends[i] - 1, true);
	}
	store_close(store);
}

/* Who was slower is told so, and nothing of his is stored. */
static void
test_conflict(void **state)
{
	static const char *const texts[] = { "192.0.2.1", NULL };
	struct store *store = begin();
	struct entry_edit edit = { .add = true };
	struct entry_edits edits = { { "a", NULL, NULL }, &edit, 1 };
	int64_t head, old;
	struct err err;
	char *text, *after;

	(void)state;
	edit.entry.net = (struct net){ 4, 1, 1 };
	scratch_edit(store, "new", NULL, scratch_list("a", texts));
	demand(store_head(store, &old, &err), &err);
	head = old;
	demand(store_edit_entries(store, "first", &edits, &head, &err), &err);
	text = scratch_text(store);
	edit.entry.net = (struct net){ 4, 2, 2 };
	assert_false(store_edit_entries(store, "late", &edits, &old, &err));
	assert_int_equal(err.kind, ERR_NO);
	assert_non_null(strstr(err.text, "changed in the meantime"));
	assert_non_null(strstr(err.text, "first"));
	edits.where.list = "b";
	assert_false(store_edit_entries(store, "none", &edits, &head, &err));
	assert_non_null(strstr(err.text, "there is no list b"));
	edits.where = (struct holder){ NULL, "s", slot_find("relay") };
	assert_false(store_edit_entries(store, "none", &edits, &head, &err));
	assert_non_null(strstr(err.text, "there is no server s"));
	after = scratch_text(store);
	assert_string_equal(text, after);
	free(text);
	free(after);
	store_close(store);
}

static int
make_folder(void **state)
{
	(void)state;
	scratch_make(folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_conflict),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

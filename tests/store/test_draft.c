/* The draft, its steps, two who work at once, revisions. */
#include "config.h"

#include <sqlite3.h>
#include <unistd.h>

#include "policy/mem.h"
#include "scratch.h"
#include "store/document.h"
#include "tests/policy/unit.h"

static const char *const one[] = { "192.0.2.1", NULL, };
static const char *const two[] = { "192.0.2.1", "192.0.2.2", NULL, };

static char folder[SCRATCH_PATH], path[SCRATCH_PATH];

/* Every test begins with a file of its own. */
static struct store *
begin(void)
{
	static int count;
	char name[32];

	snprintf(name, sizeof(name), "t%d.db", count++);
	scratch_join(path, folder, name);
	return scratch_open(path);
}

static int64_t
head_of(struct store *store)
{
	int64_t head = -1;
	struct err err;

	assert_true(store_head(store, &head, &err));
	return head;
}

static size_t
lists_of(struct store *store)
{
	struct policy *policy;
	struct err err;
	int64_t head;
	size_t count;

	assert_true(store_draft(store, &policy, &head, &err));
	count = policy->list_count;
	policy_free(policy);
	return count;
}

static bool
edit(struct store *store, const char *old, struct list *list, int64_t *head,
    struct err *err)
{
	struct change change = { OBJECT_LIST, old, list };
	bool ok;

	err->text[0] = '\0';
	ok = store_edit(store, old ? old : "new", &change, 1, head, err);
	if (list)
		list_free(list);
	return ok;
}

static void
check_err(const struct err *err, enum err_kind kind, const char *wanted)
{
	if (err->kind != kind || !strstr(err->text, wanted))
		fail_msg("got %d '%s', wanted '%s'", err->kind, err->text,
		    wanted);
}

static void
check_text(struct store *store, const char *wanted, const char *row)
{
	char *text = scratch_text(store);

	check_same(text, wanted, row);
	free(text);
}

/* --- steps --------------------------------------------------------------------- */

static void
test_empty(void **state)
{
	struct store *store = begin();
	struct step *steps;
	struct revision *log;
	size_t count;
	char *label;
	bool dirty;
	int64_t n, head = 0;
	struct err err;

	(void)state;
	assert_int_equal(head_of(store), 0);
	assert_true(store_steps(store, &steps, &count, &err));
	assert_int_equal(count, 0);
	steps_free(steps, count);
	assert_true(store_log(store, &log, &count, &err));
	assert_int_equal(count, 0);
	revisions_free(log, count);
	assert_true(store_last_revision(store, &n, &err));
	assert_int_equal(n, 0);
	assert_true(store_dirty(store, &dirty, &err));
	assert_true(dirty);
	assert_false(store_undo(store, &label, &head, &err));
	check_err(&err, ERR_NO, "there is nothing to undo");
	assert_null(label);
	assert_false(store_redo(store, &label, &head, &err));
	check_err(&err, ERR_NO, "there is nothing to redo");
	store_close(store);
}

static void
undo(struct store *store, const char *wanted)
{
	struct err err = { ERR_NONE, "" };
	char *label = NULL;
	int64_t head = 0, before = head_of(store);

	if (!store_undo(store, &label, &head, &err))
		fail_msg("%s", err.text);
	assert_string_equal(label, wanted);
	assert_int_equal(head, before + 1);
	free(label);
}

static void
redo(struct store *store, const char *wanted)
{
	struct err err = { ERR_NONE, "" };
	char *label = NULL;
	int64_t head = 0;

	if (!store_redo(store, &label, &head, &err))
		fail_msg("%s", err.text);
	assert_string_equal(label, wanted);
	assert_int_equal(head, head_of(store));
	free(label);
}

static void
test_undo(void **state)
{
	struct store *store = begin();
	char *text[4];
	char *label;
	int64_t head;
	struct err err;

	(void)state;
	text[0] = scratch_text(store);
	scratch_edit(store, "add a", NULL, scratch_list("a", one));
	text[1] = scratch_text(store);
	scratch_edit(store, "change a", "a", scratch_list("a", two));
	text[2] = scratch_text(store);
	scratch_edit(store, "rename a", "a", scratch_list("b", two));
	text[3] = scratch_text(store);
	undo(store, "rename a");
	check_text(store, text[2], "2");
	undo(store, "change a");
	check_text(store, text[1], "1");
	redo(store, "change a");
	check_text(store, text[2], "2 again");
	/* In another process as well. */
	store_close(store);
	store = scratch_open(path);
	redo(store, "rename a");
	check_text(store, text[3], "3 again");
	undo(store, "rename a");
	undo(store, "change a");
	undo(store, "add a");
	check_text(store, text[0], "0");
	/* A new edit leaves the undone ones behind. */
	scratch_edit(store, "add c", NULL, scratch_list("c", one));
	assert_false(store_redo(store, &label, &head, &err));
	check_err(&err, ERR_NO, "there is nothing to redo");
	undo(store, "add c");
	check_text(store, text[0], "0 again");
	assert_false(store_undo(store, &label, &head, &err));
	store_close(store);
	for (size_t i = 0; i < ROWS(text); i++)
		free(text[i]);
}

static void
test_steps(void **state)
{
	struct store *store = begin();
	struct step *steps;
	size_t count;
	struct err err;

	(void)state;
	scratch_edit(store, "add a", NULL, scratch_list("a", one));
	scratch_edit(store, "change a", "a", scratch_list("a", two));
	/* What changes nothing is no step. */
	scratch_edit(store, "nothing", "a", scratch_list("a", two));
	undo(store, "change a");
	assert_true(store_steps(store, &steps, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(steps[0].label, "add a");
	assert_false(steps[0].undone);
	assert_string_equal(steps[1].label, "change a");
	assert_true(steps[1].undone);
	assert_string_equal(steps[0].author, store_author());
	assert_true(steps[0].time > 0 && steps[0].time <= store_now());
	steps_free(steps, count);
	store_close(store);
}

/* Places: what is removed and put back stands where it stood. */
static void
test_order(void **state)
{
	static const char *const names[] = { "m", "a", "z", };
	struct store *store = begin();
	struct err err;
	int64_t head;
	char *text;

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++)
		scratch_edit(store, "add", NULL, scratch_list(names[i], one));
	text = scratch_text(store);
	head = head_of(store);
	assert_true(edit(store, "a", NULL, &head, &err));
	assert_int_equal(lists_of(store), 2);
	undo(store, "a");
	check_text(store, text, "put back");
	store_close(store);
	free(text);
}

/* --- several changes in one edit ------------------------------------------------ */

static void
test_several(void **state)
{
	struct store *store = begin();
	struct list *a = scratch_list("a", one), *b = scratch_list("b", two);
	struct list *c = scratch_list("c", NULL);
	struct change add[] = { { OBJECT_LIST, NULL, a },
		{ OBJECT_LIST, NULL, b }, };
	struct change swap[] = { { OBJECT_LIST, "a", b },
		{ OBJECT_LIST, "b", a }, };
	struct change follow[] = { { OBJECT_LIST, "a", b },
		{ OBJECT_LIST, "b", NULL }, };
	struct change twins[] = { { OBJECT_LIST, NULL, c },
		{ OBJECT_LIST, NULL, c }, };
	struct change twice[] = { { OBJECT_LIST, "b", c },
		{ OBJECT_LIST, "b", NULL }, };
	struct change taken[] = { { OBJECT_LIST, NULL, c },
		{ OBJECT_LIST, "b", c }, };
	struct err err = { ERR_NONE, "" };
	int64_t head = 0;
	char *text;

	(void)state;
	assert_true(store_edit(store, "add", add, 2, &head, &err));
	text = scratch_text(store);
	if (!store_edit(store, "swap", swap, 2, &head, &err))
		fail_msg("%s", err.text);
	undo(store, "swap");
	check_text(store, text, "swapped and back");
	head = head_of(store);
	if (!store_edit(store, "follow", follow, 2, &head, &err))
		fail_msg("%s", err.text);
	assert_int_equal(lists_of(store), 1);
	free(text);
	text = scratch_text(store);
	assert_false(store_edit(store, "twins", twins, 2, &head, &err));
	check_err(&err, ERR_NO, "there is a list c already");
	assert_false(store_edit(store, "taken", taken, 2, &head, &err));
	check_err(&err, ERR_NO, "there is a list c already");
	assert_false(store_edit(store, "twice", twice, 2, &head, &err));
	check_err(&err, ERR_NO, "list b is changed twice in one edit");
	check_text(store, text, "refused");
	store_close(store);
	list_free(a);
	list_free(b);
	list_free(c);
	free(text);
}

static void
test_taken(void **state)
{
	struct store *store = begin();
	struct err err;
	int64_t head;

	(void)state;
	scratch_edit(store, "a", NULL, scratch_list("a", one));
	scratch_edit(store, "b", NULL, scratch_list("b", one));
	head = head_of(store);
	assert_false(edit(store, NULL, scratch_list("a", two), &head, &err));
	check_err(&err, ERR_NO, "there is a list a already");
	assert_false(edit(store, "b", scratch_list("a", two), &head, &err));
	check_err(&err, ERR_NO, "there is a list a already");
	assert_false(edit(store, "no", scratch_list("c", two), &head, &err));
	check_err(&err, ERR_NO, "there is no list no");
	assert_int_equal(head_of(store), head);
	store_close(store);
}

/* --- two at once -------------------------------------------------------------------- */

static void
test_two(void **state)
{
	struct store *a = begin(), *b = scratch_open(path);
	int64_t at_a, at_b;
	struct err err;

	(void)state;
	scratch_edit(a, "x", NULL, scratch_list("x", one));
	scratch_edit(a, "y", NULL, scratch_list("y", one));
	at_a = at_b = head_of(a);
	/* Different objects: both are taken. */
	assert_true(edit(a, "x", scratch_list("x", two), &at_a, &err));
	assert_true(edit(b, "y", scratch_list("y", two), &at_b, &err));
	assert_int_equal(at_b, at_a + 1);
	/* The same object: the one who had not read it loses nothing of the
	 * other's. */
	assert_false(edit(a, "y", scratch_list("y", one), &at_a, &err));
	check_err(&err, ERR_NO, "list y was changed in the meantime by ");
	check_err(&err, ERR_NO, "(y); nothing was stored");
	at_a = head_of(a);
	assert_true(edit(a, "y", scratch_list("y", one), &at_a, &err));
	/* Removed meanwhile, then something else happened. */
	at_b = at_a;
	assert_true(edit(a, "y", NULL, &at_a, &err));
	scratch_edit(a, "later", NULL, scratch_list("z", one));
	assert_false(edit(b, "y", scratch_list("y", two), &at_b, &err));
	check_err(&err, ERR_NO, "list y was removed in the meantime by ");
	check_err(&err, ERR_NO, "(y); nothing was stored");
	/* Added meanwhile. */
	assert_false(edit(b, NULL, scratch_list("z", one), &at_b, &err));
	check_err(&err, ERR_NO, "there is a list z already");
	/* Undone meanwhile. */
	at_b = head_of(b);
	undo(a, "later");
	assert_false(edit(b, "z", scratch_list("z", two), &at_b, &err));
	check_err(&err, ERR_NO, "list z was removed in the meantime by ");
	store_close(a);
	store_close(b);
}

static void
test_replace(void **state)
{
	struct store *a = begin(), *b = scratch_open(path);
	struct policy *policy;
	struct err err;
	int64_t head, late;
	char *before, *text;

	(void)state;
	scratch_edit(a, "x", NULL, scratch_list("x", one));
	scratch_edit(a, "y", NULL, scratch_list("y", one));
	before = scratch_text(a);
	assert_true(store_draft(a, &policy, &head, &err));
	late = head;
	policy_remove_list(policy, "x");
	policy_add_list(policy, scratch_list("w", two));
	assert_true(store_replace(a, "all", policy, &head, &err));
	assert_int_equal(head, head_of(a));
	text = scratch_text(b);
	assert_null(strstr(text, "\"x\""));
	assert_non_null(strstr(text, "\"w\""));
	assert_false(store_replace(b, "late", policy, &late, &err));
	check_err(&err, ERR_NO, "the draft was changed in the meantime");
	/* The same again is no step. */
	assert_true(store_replace(b, "same", policy, &head, &err));
	undo(a, "all");
	check_text(b, before, "one step back");
	redo(b, "all");
	check_text(a, text, "and forth");
	policy_free(policy);
	free(before);
	free(text);
	store_close(a);
	store_close(b);
}

/* --- revisions ---------------------------------------------------------------------- */

static void
commit(struct store *store, const char *message)
{
	struct err err;
	int64_t base;

	if (!store_last_revision(store, &base, &err) ||
	    !store_commit(store, message, NULL, 0, &base, &err))
		fail_msg("%s: %s", message, err.text);
}

static void
test_commit(void **state)
{
	struct store *a = begin(), *b = scratch_open(path);
	struct policy *policy;
	struct revision *log;
	struct step *steps;
	struct err err;
	int64_t base = 0, base_b = 0;
	size_t count;
	bool dirty;
	char *label;

	(void)state;
	scratch_edit(a, "x", NULL, scratch_list("x", one));
	assert_true(store_commit(a, "first", NULL, 0, &base, &err));
	assert_int_equal(base, 1);
	assert_true(store_dirty(a, &dirty, &err));
	assert_false(dirty);
	assert_false(store_commit(a, "same", NULL, 0, &base, &err));
	check_err(&err, ERR_NO, "nothing has changed since revision 1");
	assert_true(store_steps(a, &steps, &count, &err));
	assert_int_equal(count, 0);
	steps_free(steps, count);
	scratch_edit(b, "y", NULL, scratch_list("y", one));
	assert_true(store_dirty(a, &dirty, &err));
	assert_true(dirty);
	assert_false(store_commit(b, "second", NULL, 0, &base_b, &err));
	check_err(&err, ERR_NO, " has committed revision 1 (first) in the "
	    "meantime; look at it and commit again");
	assert_true(store_commit(a, "second", NULL, 0, &base, &err));
	/* Undone: as the first was, so it differs from the second. */
	undo(a, "y");
	assert_true(store_dirty(a, &dirty, &err));
	assert_true(dirty);
	redo(a, "y");
	assert_true(store_dirty(b, &dirty, &err));
	assert_false(dirty);
	assert_true(store_log(b, &log, &count, &err));
	assert_int_equal(count, 2);
	assert_int_equal(log[0].number, 2);
	assert_string_equal(log[0].message, "second");
	assert_string_equal(log[1].message, "first");
	assert_string_equal(log[1].author, store_author());
	assert_null(log[0].overrides);
	revisions_free(log, count);
	/* Revert: an old one becomes the draft. */
	assert_true(store_revision(a, 1, &policy, &err));
	assert_int_equal(policy->list_count, 1);
	base_b = head_of(a);
	assert_true(store_replace(a, "revert 1", policy, &base_b, &err));
	policy_free(policy);
	assert_int_equal(lists_of(b), 1);
	commit(b, "third");
	assert_true(store_undo(b, &label, &base_b, &err));
	free(label);
	assert_int_equal(lists_of(a), 2);
	assert_false(store_revision(a, 4, &policy, &err));
	check_err(&err, ERR_INPUT, "there is no revision 4");
	assert_false(store_revision(a, -1, &policy, &err));
	store_close(a);
	store_close(b);
}

/* What may be said of a revision is text on one line. */
static void
test_message(void **state)
{
	struct store *store = begin();
	struct err err;
	int64_t base = 0;

	(void)state;
	scratch_edit(store, "x", NULL, scratch_list("x", one));
	assert_false(store_commit(store, "a\033[2Jb", NULL, 0, &base, &err));
	check_err(&err, ERR_INPUT, "message: a control character (0x1b)");
	assert_false(store_commit(store, "\xff", NULL, 0, &base, &err));
	check_err(&err, ERR_INPUT, "message: ");
	assert_false(store_commit(store, "", NULL, 0, &base, &err));
	check_err(&err, ERR_INPUT, "a message is missing");
	assert_true(store_commit(store, "gr\xc3\xbc\xc3\x9f", NULL, 0, &base,
	    &err));
	store_close(store);
}

static void
test_overrides(void **state)
{
	static const char *const codes[] = { "no-listener", "open-relay", };
	struct store *store = begin();
	struct server *server = server_new("s");
	struct change change = { OBJECT_SERVER, NULL, server };
	struct revision *log;
	struct err err;
	int64_t head = 0, base = 0;
	size_t count;

	(void)state;
	server->relay_mode = MODE_ALL_EXCEPT;
	assert_true(store_edit(store, "s", &change, 1, &head, &err));
	assert_false(store_commit(store, "m", NULL, 0, &base, &err));
	check_err(&err, ERR_NO, "mend it, or override it by its code");
	assert_false(store_commit(store, "m", codes, 1, &base, &err));
	check_err(&err, ERR_NO, "(open-relay)");
	assert_false(store_commit(store, "m", codes + 1, 1, &base, &err));
	check_err(&err, ERR_NO, "(no-listener)");
	assert_true(store_commit(store, "m", codes, 2, &base, &err));
	assert_true(store_log(store, &log, &count, &err));
	assert_string_equal(log[0].overrides, "no-listener open-relay");
	revisions_free(log, count);
	store_close(store);
	server_free(server);
}

/* --- history that somebody changed ---------------------------------------------------- */

static const struct {
	const char *name;
	const char *sql;
	const char *wanted; /* of reading revision 1 */
} forgeries[] = {
	{ "a message", "UPDATE revision SET message = 'x' WHERE number = 1",
	    "is not what was committed", },
	{ "an author", "UPDATE revision SET author = 'x' WHERE number = 1",
	    "is not what was committed", },
	{ "a member", "UPDATE member SET version = 2 WHERE revision = 1"
	    " AND place = 0", "damaged", },
	{ "a member gone", "DELETE FROM member WHERE revision = 1",
	    "damaged", },
	{ "a body", "UPDATE version SET body ="
	    " replace(body, '\"a\"', '\"q\"')", "damaged", },
	{ "a name", "UPDATE version SET name = 'q' WHERE name = 'a'",
	    "damaged", },
	{ "a chunk", "UPDATE chunk SET body = x'04c0000209c0000209'",
	    "damaged", },
	{ "a chunk and its digest", "UPDATE chunk SET"
	    " body = x'04c0000209c0000209', digest ="
	    " x'2f8ad6a6ed2fcf2fa4a60d0adb3ffb7f2d4a5b6d1c2a3e4f5061728394a5b6c7'"
	    " WHERE id = 1", "damaged", },
	{ "chunks that changed places", "UPDATE chunk SET id = 100 - id;"
	    "UPDATE chunk SET id = id - 97 WHERE id = 99;"
	    "UPDATE chunk SET id = id - 97 WHERE id = 98", "damaged", },
	{ "a series", "UPDATE series SET chunks = x'0000000000000002'",
	    "damaged", },
};

static void
forge(const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

static void
test_forged(void **state)
{
	struct policy *policy;
	struct store *store;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ROWS(forgeries); i++) {
		store = begin();
		scratch_edit(store, "a", NULL, scratch_list("a", one));
		scratch_edit(store, "b", NULL, scratch_list("b", two));
		commit(store, "first");
		store_close(store);
		forge(forgeries[i].sql);
		err.text[0] = '\0';
		if (!store_open(&store, path, STORE_READ, &err)) {
			check_row(strstr(err.text, forgeries[i].wanted),
			    forgeries[i].name);
			continue;
		}
		if (store_revision(store, 1, &policy, &err) ||
		    !strstr(err.text, forgeries[i].wanted))
			fail_msg("row '%s': got '%s'", forgeries[i].name,
			    err.text);
		store_close(store);
	}
}

/* A history of which the middle was rewritten is not built upon. */
static void
test_chain(void **state)
{
	struct store *store = begin();
	struct revision *log;
	struct err err;
	int64_t base = 2;
	size_t count;

	(void)state;
	scratch_edit(store, "a", NULL, scratch_list("a", one));
	commit(store, "first");
	scratch_edit(store, "b", NULL, scratch_list("b", two));
	commit(store, "second");
	scratch_edit(store, "c", NULL, scratch_list("c", two));
	store_close(store);
	forge("UPDATE revision SET message = 'harmless' WHERE number = 1");
	store = scratch_open(path);
	assert_false(store_log(store, &log, &count, &err));
	check_err(&err, ERR_STORE, "revision 1 is not what was committed");
	assert_false(store_commit(store, "third", NULL, 0, &base, &err));
	check_err(&err, ERR_STORE, "revision 1 is not what was committed");
	store_close(store);
}

/* --- gateways -------------------------------------------------------------------------- */

static void
test_pins(void **state)
{
	struct store *store = begin();
	struct pin pin = { .type = "ssh-ed25519", .blob_len = 51 }, got;
	struct err err;

	(void)state;
	for (size_t i = 0; i < pin.blob_len; i++)
		pin.blob[i] = (unsigned char)(i * 7);
	assert_true(store_pin_get(store, "mx1", &got, &err));
	assert_string_equal(got.type, "");
	assert_int_equal(got.blob_len, 0);
	assert_true(store_pin_set(store, "mx1", &pin, &err));
	store_close(store);
	store = scratch_open(path);
	assert_true(store_pin_get(store, "mx1", &got, &err));
	assert_string_equal(got.type, "ssh-ed25519");
	assert_int_equal(got.blob_len, 51);
	assert_memory_equal(got.blob, pin.blob, 51);
	assert_true(store_pin_get(store, "mx2", &got, &err));
	assert_string_equal(got.type, "");
	assert_true(store_pin_set(store, "mx1", NULL, &err));
	assert_true(store_pin_get(store, "mx1", &got, &err));
	assert_string_equal(got.type, "");
	pin.blob_len = sizeof(pin.blob);
	assert_true(store_pin_set(store, "mx1", &pin, &err));
	assert_true(store_pin_get(store, "mx1", &got, &err));
	assert_int_equal(got.blob_len, sizeof(pin.blob));
	store_close(store);
}

static void
test_pushes(void **state)
{
	struct store *store = begin();
	struct push_record record;
	int64_t first, second, third;
	struct err err;

	(void)state;
	assert_true(store_push_last(store, "mx1", &record, &err));
	assert_null(record.state);
	assert_true(store_push_begin(store, "mx1", 1, "aa", &first, &err));
	assert_true(store_push_begin(store, "mx2", 1, "bb", &second, &err));
	assert_true(second > first);
	assert_true(store_push_last(store, "mx1", &record, &err));
	assert_int_equal(record.generation, first);
	assert_int_equal(record.ended, 0);
	assert_string_equal(record.state, "");
	push_record_clear(&record);
	assert_true(store_push_end(store, first, "done", "fine", &err));
	assert_true(store_push_last(store, "mx1", &record, &err));
	assert_string_equal(record.state, "done");
	assert_string_equal(record.detail, "fine");
	assert_string_equal(record.digest, "aa");
	assert_int_equal(record.revision, 1);
	assert_true(record.ended >= record.started);
	push_record_clear(&record);
	store_close(store);
	store = scratch_open(path);
	assert_true(store_push_begin(store, "mx1", 2, "cc", &third, &err));
	assert_true(third > second);
	assert_true(store_push_end(store, third, "failed", "", &err));
	assert_true(store_push_last(store, "mx1", &record, &err));
	assert_string_equal(record.state, "failed");
	assert_null(record.detail);
	push_record_clear(&record);
	assert_false(store_push_end(store, 99, "done", "", &err));
	check_err(&err, ERR_STORE, "there is no push 99");
	store_close(store);
}

/* --- long lists ---------------------------------------------------------------------- */

static struct list *
long_list(unsigned count)
{
	struct list *list = list_new("long");

	for (unsigned i = 0; i < count; i++) {
		struct entry entry = { .kind = ENTRY_NET };
		char comment[32];

		snprintf(comment, sizeof(comment), "number %u", i);
		entry.net = (struct net){ 4, i * 5, i * 5 + i % 3 };
		entry.comment = i % 10 ? NULL : comment;
		entries_append(&list->entries, &entry);
	}
	entries_settle(&list->entries);
	return list;
}

static size_t
file_size(void)
{
	struct buf bytes = { 0 };
	size_t size;

	store_close(scratch_open(path));
	scratch_read(&bytes, path);
	size = bytes.len;
	buf_free(&bytes);
	return size;
}

/* A list in many chunks; one edit adds about one. */
static void
test_long(void **state)
{
	struct store *store = begin();
	struct list *list = long_list(60000), *got;
	struct change change = { OBJECT_LIST, NULL, list };
	struct entry entry = { .kind = ENTRY_NET, .comment = "new" };
	struct policy *policy;
	size_t before;
	int64_t head = 0;
	struct err err;

	(void)state;
	assert_true(store_edit(store, "long", &change, 1, &head, &err));
	store_close(store);
	before = file_size();
	store = scratch_open(path);
	entry.net = (struct net){ 4, 150004, 150004 };
	assert_true(entries_add(&list->entries, &entry));
	change.old_name = "long";
	assert_true(store_edit(store, "one", &change, 1, &head, &err));
	assert_true(store_draft(store, &policy, &head, &err));
	got = policy_list(policy, "long");
	assert_true(entries_equal(&got->entries, &list->entries));
	policy_free(policy);
	store_close(store);
	assert_true(file_size() - before < 200000);
	list_free(list);
}

static int
set_up(void **state)
{
	(void)state;
	scratch_make(folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_commit),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_overrides),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_pins),
		cmocka_unit_test(test_pushes),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

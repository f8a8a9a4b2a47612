/* Approvals: by whom, of what, how many are needed, and that nobody changes what
 * was said. */
#include "config.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "scratch.h"
#include "store/approval.h"
#include "store/aside.h"
#include "store/backup.h"
#include "tests/policy/unit.h"

static const char *const one[] = { "192.0.2.1", NULL, };
static const char *const two[] = { "192.0.2.1", "192.0.2.2", NULL, };

static char folder[SCRATCH_PATH], path[SCRATCH_PATH];

static void
be(const char *person)
{
	setenv("SUDO_USER", person, 1);
}

static struct store *
begin(void)
{
	static int number;
	char name[32];

	snprintf(name, sizeof(name), "t%d.db", number++);
	scratch_join(path, folder, name);
	return scratch_open(path);
}

static int64_t
commit(struct store *store, const char *person)
{
	int64_t base;
	struct err err;

	be(person);
	assert_true(store_last_revision(store, &base, &err));
	if (!store_commit(store, "why", NULL, 0, &base, &err))
		fail_msg("%s", err.text);
	return base;
}

static void
edit(struct store *store, const char *person, const char *list, bool there)
{
	be(person);
	scratch_edit(store, list, there ? list : NULL,
	    scratch_list(list, there ? two : one));
}

/* A revision by one person alone. */
static int64_t
make(struct store *store, const char *person, const char *list)
{
	edit(store, person, list, false);
	return commit(store, person);
}

static void
yes(struct store *store, const char *person, int64_t revision)
{
	struct err err;

	be(person);
	if (!store_approve(store, revision, "read it", &err))
		fail_msg("%s: %s", person, err.text);
}

static void
no(struct store *store, const char *person, int64_t revision,
    const char *wanted)
{
	struct err err;

	be(person);
	assert_false(store_approve(store, revision, "", &err));
	if (!strstr(err.text, wanted))
		fail_msg("%s, wanted %s", err.text, wanted);
}

static void
want(struct store *store, const char *person, int64_t count, int64_t wanted)
{
	int64_t needed;
	struct err err;

	be(person);
	if (!store_approvals_want(store, count, "", &needed, &err))
		fail_msg("%s: %s", person, err.text);
	assert_int_equal(needed, wanted);
}

/* "ben, eve" of a revision. */
static void
check_names(struct store *store, int64_t revision, const char *wanted)
{
	struct approvals approvals;
	struct buf got = { 0 };
	struct err err;

	if (!store_approvals(store, &approvals, &err))
		fail_msg("%s", err.text);
	approvals_add_names(&got, &approvals, revision);
	assert_string_equal(buf_text(&got), wanted);
	buf_free(&got);
	approvals_clear(&approvals);
}

static void
check_makers(struct store *store, int64_t revision, int64_t since,
    const char *wanted)
{
	struct making making;
	struct buf got = { 0 };
	struct err err;

	assert_true(store_making(store, revision, &making, &err));
	making_add_names(&got, &making);
	assert_string_equal(buf_text(&got), wanted);
	assert_int_equal(making.since, since);
	buf_free(&got);
	making_clear(&making);
}

/* NULL: it may. */
static void
check_push(struct store *store, int64_t revision, const char *gateway,
    const char *wanted)
{
	struct err err = { 0 };
	bool may = store_may_push(store, revision, &gateway, 1, &err);

	if (may != !wanted)
		fail_msg("%s of %d: %s", gateway, (int)revision,
		    may ? "may" : err.text);
	if (wanted && (err.kind != ERR_NO || !strstr(err.text, wanted)))
		fail_msg("%d %s, wanted %s", err.kind, err.text, wanted);
}

static void
push(struct store *store, int64_t revision, const char *gateway,
    const char *state)
{
	int64_t generation;
	struct err err;

	if (!store_push_begin(store, gateway, revision, "d", &generation,
	        &err))
		fail_msg("%s", err.text);
	assert_true(store_push_end(store, generation, state, "", &err));
}

/* --- who ----------------------------------------------------------------- */

static void
test_persons(void **state)
{
	struct store *store = begin();
	struct err err;

	(void)state;
	make(store, "ana", "a");
	no(store, "ana", 1, "revision 1 is not approved: ana has committed or "
	    "changed some of it; it takes another person than ana");
	no(store, "ben", 2, "there is no revision 2");
	no(store, "ben", 0, "there is no revision 0");
	check_names(store, 1, "");
	yes(store, "ben", 1);
	no(store, "ben", 1, "ben has approved revision 1 already");
	yes(store, "eve", 1);
	check_names(store, 1, "ben, eve");
	be("ben");
	assert_true(store_approval_withdraw(store, 1, "saw more", &err));
	check_names(store, 1, "eve");
	assert_false(store_approval_withdraw(store, 1, "", &err));
	assert_non_null(strstr(err.text, "ben has not approved revision 1"));
	yes(store, "ben", 1);
	check_names(store, 1, "eve, ben");
	assert_false(store_approve(store, 1, "a\nb", &err));
	store_close(store);
}

/* Also who has only changed the draft, and who undid what others had done. */
static void
test_makers(void **state)
{
	struct store *store = begin();
	int64_t head;
	struct err err;
	char *label;

	(void)state;
	edit(store, "ana", "a", false);
	edit(store, "ben", "b", false);
	commit(store, "eve");
	check_makers(store, 1, 0, "ana, ben, eve");
	no(store, "ben", 1, "another person than ana, ben, eve");
	yes(store, "dan", 1);
	/* What was undone before the commit is not in it. */
	edit(store, "ana", "a", true);
	be("ben");
	assert_true(store_undo(store, &label, &head, &err));
	free(label);
	edit(store, "eve", "b", true);
	commit(store, "eve");
	check_makers(store, 2, 1, "eve");
	/* An older step that is undone is a change of its own. */
	be("ben");
	assert_true(store_undo(store, &label, &head, &err));
	free(label);
	commit(store, "ana");
	check_makers(store, 3, 1, "ana, eve");
	yes(store, "dan", 2);
	check_makers(store, 3, 2, "ana, ben");
	store_close(store);
}

/* What ana had set aside is hers when ben takes it up. */
static void
test_asides(void **state)
{
	struct store *store = begin();
	struct aside_object *objects;
	struct change change;
	int64_t head, id;
	size_t count;
	struct err err;

	(void)state;
	make(store, "ana", "a");
	yes(store, "ben", 1);
	edit(store, "ana", "b", false);
	assert_true(store_head(store, &head, &err));
	assert_true(store_set_aside(store, "later", "", NULL, 0, &head, &err));
	make(store, "ben", "c");
	yes(store, "eve", 2);
	be("ben");
	assert_true(store_aside_find(store, "later", &id, &err));
	assert_true(store_aside_objects(store, id, &objects, &count, &err));
	assert_int_equal(count, 1);
	change = (struct change){ OBJECT_LIST, NULL, objects[0].mine };
	assert_true(store_head(store, &head, &err));
	assert_true(store_take_aside(store, id, "take up", &change, 1, &head,
	    &err));
	aside_objects_free(objects, count);
	commit(store, "ben");
	check_makers(store, 3, 2, "ana, ben");
	store_close(store);
}

/* A revision is judged with those before it that nobody has approved: else ana
 * and ben would approve what each has built on the other's. */
static void
test_since(void **state)
{
	struct store *store = begin();
	struct err err;

	(void)state;
	make(store, "ana", "a");
	make(store, "ben", "b");
	check_makers(store, 2, 0, "ana, ben");
	no(store, "ana", 2, "ana has committed or changed some of it");
	yes(store, "ben", 1);
	check_makers(store, 2, 1, "ben");
	yes(store, "ana", 2);
	check_names(store, 2, "ana");
	/* Without the first the second does not count, either. */
	be("ben");
	assert_true(store_approval_withdraw(store, 1, "", &err));
	check_names(store, 2, "");
	yes(store, "ben", 1);
	check_names(store, 2, "ana");
	make(store, "ana", "c");
	make(store, "ana", "d");
	check_makers(store, 4, 2, "ana");
	push(store, 3, "mx1", "FAILED");
	check_makers(store, 4, 2, "ana");
	push(store, 3, "mx1", "OK");
	check_makers(store, 4, 3, "ana");
	store_close(store);
}

/* --- how many ------------------------------------------------------------ */

static void
test_needed(void **state)
{
	struct store *store = begin();
	int64_t needed;
	struct err err;

	(void)state;
	assert_false(store_approvals_want(store, 0, "", &needed, &err));
	assert_int_equal(err.kind, ERR_NO);
	assert_false(store_approvals_want(store, APPROVALS_MOST + 1, "",
	    &needed, &err));
	want(store, "ana", 2, 2);
	/* Lowered by as many others as are needed, who want the same. */
	want(store, "ana", 0, 2);
	assert_false(store_approvals_want(store, 0, "", &needed, &err));
	want(store, "ben", 1, 2);
	want(store, "eve", 0, 2);
	want(store, "ana", 1, 2);
	want(store, "ana", 0, 2);
	want(store, "ben", 0, 0);
	/* Wishes of before are spent. */
	want(store, "ana", 1, 1);
	want(store, "ben", 0, 1);
	/* Taken back. */
	want(store, "ben", 1, 1);
	want(store, "ana", 0, 1);
	want(store, "ben", 0, 0);
	store_close(store);
}

static void
test_push(void **state)
{
	struct store *store = begin();
	int64_t generation;
	struct err err;

	(void)state;
	make(store, "ana", "a");
	check_push(store, 1, "mx1", NULL);
	push(store, 1, "mx1", "OK");
	make(store, "ana", "b");
	want(store, "ana", 1, 1);
	check_push(store, 2, "mx1", "revision 2 is not pushed: 0 of 1 other "
	    "person has approved it; somebody else than ana can, by relayadm "
	    "approve 2");
	assert_false(store_push_begin(store, "mx1", 2, "d", &generation,
	    &err));
	assert_int_equal(err.kind, ERR_NO);
	/* Back to what was there, but not on to where it never was. */
	check_push(store, 1, "mx1", NULL);
	check_push(store, 1, "mx2", "revision 1 is not pushed");
	yes(store, "ben", 2);
	check_push(store, 2, "mx1", NULL);
	check_push(store, 2, "mx2", NULL);
	push(store, 2, "mx2", "ROLLED-BACK");
	be("ben");
	assert_true(store_approval_withdraw(store, 2, "", &err));
	check_push(store, 2, "mx2", "revision 2 is not pushed");
	yes(store, "ben", 2);
	/* A later one needs its own; an older one stays approved. */
	make(store, "ana", "c");
	check_push(store, 3, "mx1", "0 of 1");
	check_push(store, 2, "mx1", NULL);
	want(store, "ana", 2, 2);
	check_push(store, 2, "mx1", "1 of 2 other persons have");
	yes(store, "eve", 2);
	check_push(store, 2, "mx1", NULL);
	store_close(store);
}

/* --- nobody changes it --------------------------------------------------- */

static const struct {
	const char *sql, *wanted;
} forgeries[] = {
	{ "UPDATE approval SET author = 'dan' WHERE id = 2",
	    "revision 1 (2) is not what was recorded", },
	{ "UPDATE approval SET comment = 'x' WHERE id = 2",
	    "revision 1 (2) is not what was recorded", },
	{ "UPDATE approval SET time = time + 1 WHERE id = 1",
	    "approvals (1) is not what was recorded", },
	{ "UPDATE approval SET number = 1 WHERE id = 1",
	    "approvals (1) is not what was recorded", },
	{ "UPDATE approval SET number = 2 WHERE id = 2",
	    "revision 2 (2) is not what was recorded", },
	{ "UPDATE approval SET word = 0 WHERE id = 3",
	    "revision 1 (3) is not what was recorded", },
	{ "DELETE FROM approval WHERE id = 1", "is not what was recorded", },
	/* What was approved is bound to its content. */
	{ "UPDATE revision SET message = 'other' WHERE number = 1",
	    "revision 1 is not what was committed", },
	{ "UPDATE revision SET ticket = 'T-2' WHERE number = 1",
	    "revision 1 is not what was committed", },
	{ "UPDATE revision SET ticket = NULL WHERE number = 2",
	    "revision 2 is not what was committed", },
	{ "UPDATE revision SET chain = zeroblob(32) WHERE number = 1",
	    "revision 1 is not what was committed", },
};

static void
run_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
test_forged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(forgeries); i++) {
		struct store *store = begin();
		const char *gateway = "mx1";
		struct verified verified;
		struct err err;

		make(store, "ana", "a");
		store_commit_ticket(store, "T-1");
		make(store, "ana", "b");
		want(store, "ana", 2, 2);
		yes(store, "ben", 1);
		be("ben");
		assert_true(store_approval_withdraw(store, 1, "", &err));
		assert_true(store_verify(store, &verified, &err));
		assert_int_equal(verified.approvals, 3);
		store_close(store);
		run_sql(forgeries[i].sql);
		store = scratch_open(path);
		check_row(!store_verify(store, &verified, &err),
		    forgeries[i].sql);
		if (!strstr(err.text, forgeries[i].wanted))
			fail_msg("%s: %s", forgeries[i].sql, err.text);
		check_row(!store_may_push(store, 1, &gateway, 1, &err),
		    forgeries[i].sql);
		store_close(store);
	}
}

/* Another revision in the place of the one that was approved, sound by itself:
 * the approval is not of it. */
static void
test_exchanged(void **state)
{
	struct store *store = begin();
	struct approvals approvals;
	struct err err;

	(void)state;
	make(store, "ana", "a");
	yes(store, "ben", 1);
	store_close(store);
	run_sql("DELETE FROM member; DELETE FROM revision");
	store = scratch_open(path);
	edit(store, "ana", "b", false);
	commit(store, "ana");
	assert_false(store_approvals(store, &approvals, &err));
	assert_non_null(strstr(err.text, "the approval of revision 1 (1) is "
	    "not what was recorded"));
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
		cmocka_unit_test(test_persons),
		cmocka_unit_test(test_makers),
		cmocka_unit_test(test_asides),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_needed),
		cmocka_unit_test(test_push),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_exchanged),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

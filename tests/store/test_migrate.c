/* A database of the first schema: brought up to date with all that it holds,
 * or refused and left as it is. */
#include "config.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "policy/invariant.h"
#include "policy/mem.h"
#include "scratch.h"
#include "store/approval.h"
#include "store/backup.h"
#include "store/document.h"
#include "tests/policy/unit.h"

static char folder[SCRATCH_PATH];

static char *
fixture(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[SCRATCH_PATH];
	struct buf text = { 0 };

	snprintf(path, sizeof(path), "%s/tests/store/%s",
	    srcdir ? srcdir : ".", name);
	scratch_read(&text, path);
	return buf_take(&text);
}

static void
run_sql(const char *path, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	/* What Debian's build keeps a test from doing to a file. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, (int *)NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	sqlite3_close(db);
}

static int64_t
number(const char *path, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *q;
	int64_t value;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	value = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return value;
}

/* An old database with this done to it. */
static void
make_old(char path[SCRATCH_PATH], const char *name, const char *ruin)
{
	char *sql = fixture("schema_1.sql");

	scratch_join(path, folder, name);
	run_sql(path, sql);
	run_sql(path, ruin);
	free(sql);
}

static void
compare_draft(struct store *store, const char *wanted)
{
	char *text = scratch_text(store);

	assert_string_equal(text, wanted);
	free(text);
}

static void
check_revision(struct store *store, int64_t revision, size_t lists)
{
	struct policy *policy;
	struct err err;

	if (!store_revision(store, revision, &policy, &err))
		fail_msg("revision %d: %s", (int)revision, err.text);
	assert_int_equal(policy->list_count, lists);
	assert_int_equal(policy->server_count, 1);
	assert_int_equal(policy->gateway_count, 1);
	assert_int_equal(policy->invariant_count, 0);
	policy_free(policy);
}

/* Of revisions that were committed before anybody asked. */
static void
check_makers(struct store *store, int64_t revision, const char *wanted)
{
	struct making making;
	struct buf got = { 0 };
	struct err err;

	assert_true(store_approve(store, 1, "", &err));
	assert_true(store_making(store, revision, &making, &err));
	assert_int_equal(making.since, 1);
	making_add_names(&got, &making);
	assert_string_equal(buf_text(&got), wanted);
	buf_free(&got);
	making_clear(&making);
}

static void
add_invariant(struct store *store)
{
	struct invariant *invariant = invariant_new("lab");
	struct change change = { OBJECT_INVARIANT, NULL, invariant };
	struct err err;
	int64_t head;

	if (!store_head(store, &head, &err) ||
	    !store_edit(store, "add invariant lab", &change, 1, &head, &err))
		fail_msg("%s", err.text);
	invariant_free(invariant);
}

static void
test_all_is_there(void **state)
{
	char path[SCRATCH_PATH], *wanted = fixture("schema_1.json"), *label;
	struct revision *log;
	struct store *store;
	struct err err;
	int64_t head, base = 2;
	size_t count;
	bool dirty;

	(void)state;
	make_old(path, "old.db", "");
	store = scratch_open(path);
	compare_draft(store, wanted);
	assert_true(store_log(store, &log, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(log[0].author, "bob");
	assert_string_equal(log[1].message, "first");
	revisions_free(log, count);
	check_revision(store, 1, 1);
	check_revision(store, 2, 2);
	check_makers(store, 2, "ana, bob");
	assert_true(store_redo(store, &label, &head, &err));
	assert_string_equal(label, "remove list branches");
	free(label);
	assert_true(store_undo(store, &label, &head, &err));
	free(label);
	compare_draft(store, wanted);
	add_invariant(store);
	assert_true(store_commit(store, "third", NULL, 0, &base, &err));
	assert_int_equal(base, 3);
	store_close(store);
	assert_int_equal(number(path, "PRAGMA user_version"), 7);
	assert_int_equal(number(path, "SELECT count(*) FROM"
	    " pragma_foreign_key_check"), 0);
	store = scratch_open(path);
	assert_true(store_dirty(store, &dirty, &err));
	assert_false(dirty);
	assert_true(store_undo(store, &label, &head, &err));
	assert_string_equal(label, "add invariant lab");
	free(label);
	compare_draft(store, wanted);
	store_close(store);
	free(wanted);
}

static const struct {
	const char *name, *ruin, *wanted;
	enum store_mode mode;
} refused[] = {
	{ "to read", "", "written by an older relayadm (schema 1); run a "
	    "command that writes to bring it up to date", STORE_READ, },
	{ "a hidden trigger", "CREATE TRIGGER t BEFORE DELETE ON version BEGIN"
	    " INSERT INTO step VALUES (99, 0, 'x', 'x', 0); END",
	    "the tables are not those of relayadm", STORE_WRITE, },
	{ "a table of the new ones", "CREATE TABLE version_2 (id)",
	    "the tables are not those of relayadm", STORE_WRITE, },
	{ "a kind that there was not", "PRAGMA ignore_check_constraints = ON;"
	    "UPDATE version SET kind = 7 WHERE id = 1",
	    "", STORE_WRITE, },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(refused); i++) {
		char path[SCRATCH_PATH], name[16];
		struct store *store;
		struct err err;
		int64_t steps;

		snprintf(name, sizeof(name), "%zu.db", i);
		make_old(path, name, refused[i].ruin);
		steps = number(path, "SELECT count(*) FROM step");
		check_row(!store_open(&store, path, refused[i].mode, &err),
		    refused[i].name);
		if (!strstr(err.text, refused[i].wanted))
			fail_msg("%s: %s", refused[i].name, err.text);
		assert_int_equal(number(path, "PRAGMA user_version"), 1);
		assert_int_equal(number(path, "SELECT count(*) FROM step"),
		    steps);
	}
}

/* A copy that an older one made is restored as one of today. */
static void
test_restore(void **state)
{
	char copy[SCRATCH_PATH], path[SCRATCH_PATH];
	struct verified verified;
	char *kept, *wanted = fixture("schema_1.json");
	struct store *store;
	struct err err;

	(void)state;
	make_old(copy, "copy.db", "");
	scratch_join(path, folder, "restored.db");
	if (!store_restore(path, copy, &verified, &kept, &err))
		fail_msg("%s", err.text);
	assert_null(kept);
	assert_int_equal(verified.revisions, 2);
	assert_int_equal(number(copy, "PRAGMA user_version"), 1);
	store = scratch_open(path);
	compare_draft(store, wanted);
	store_close(store);
	free(wanted);
}

static int
begin(void **state)
{
	(void)state;
	scratch_make(folder);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_is_there),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_restore),
	};

	setenv("SUDO_USER", "eve", 1);
	return cmocka_run_group_tests(tests, begin, end);
}

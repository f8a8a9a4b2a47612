/* Files that must not be opened, each with its words, and left as they are. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/mem.h"
#include "scratch.h"
#include "tests/policy/unit.h"

#define NOBODY 65534

static const char *const three[] = { "192.0.2.0/24", "2001:db8::/32",
	"domain:example.com", NULL, };

static char folder[SCRATCH_PATH], good[SCRATCH_PATH];

/* --- what is done to a good database ------------------------------------------ */

struct ruin {
	const char *name;
	enum store_mode mode;
	const char *sql; /* run on it, or NULL */
	long size;       /* cut to this size; -1: a half; 0: not at all */
	const char *bytes; /* the whole file instead */
	const char *wanted; /* in the message */
};

static const struct ruin ruins[] = {
	{ "zero length", STORE_WRITE, NULL, 0, "",
	    "not a relayadm database (0 bytes)", },
	{ "one byte", STORE_WRITE, NULL, 1, NULL,
	    "not a relayadm database (", },
	{ "99 bytes", STORE_READ, NULL, 99, NULL,
	    "not a relayadm database (99 bytes)", },
	{ "header only", STORE_WRITE, NULL, 100, NULL, "cut short (100 of", },
	{ "cut in half", STORE_WRITE, NULL, -1, NULL, "cut short (", },
	{ "cut in half, to read", STORE_READ, NULL, -1, NULL, "cut short (", },
	{ "cut by a byte", STORE_WRITE, NULL, -2, NULL, "cut short (", },
	{ "a text", STORE_WRITE, NULL, 0,
	    "# a hundred and more bytes of something else entirely, which is "
	    "no database although the name of the file says so\n",
	    "not a relayadm database", },
	{ "another program's", STORE_WRITE, "PRAGMA application_id = 7", 0,
	    NULL, "an SQLite database of another program", },
	{ "another program's, to read", STORE_READ,
	    "PRAGMA application_id = 0", 0, NULL,
	    "an SQLite database of another program", },
	{ "newer", STORE_WRITE, "PRAGMA user_version = 99", 0, NULL,
	    "written by a newer relayadm (schema 99, this program knows 7); "
	    "upgrade relayadm", },
	{ "newer, to read", STORE_READ, "PRAGMA user_version = 99", 0, NULL,
	    "written by a newer relayadm (schema 99", },
	{ "no schema", STORE_WRITE, "PRAGMA user_version = 0", 0, NULL,
	    "no known schema (0)", },
	{ "a hidden trigger", STORE_WRITE,
	    "CREATE TRIGGER t AFTER INSERT ON move BEGIN"
	    " UPDATE draft SET version = 1; END",
	    0, NULL, "the tables are not those of relayadm", },
	{ "a hidden trigger, to read", STORE_READ,
	    "CREATE TRIGGER t AFTER INSERT ON move BEGIN"
	    " UPDATE draft SET version = 1; END",
	    0, NULL, "the tables are not those of relayadm", },
	{ "a view instead of a table", STORE_WRITE,
	    "ALTER TABLE pin RENAME TO pin2;"
	    "CREATE VIEW pin AS SELECT * FROM pin2",
	    0, NULL, "the tables are not those of relayadm", },
	{ "a table more", STORE_WRITE, "CREATE TABLE more (a)", 0, NULL,
	    "the tables are not those of relayadm", },
	{ "a table less", STORE_WRITE, "DROP TABLE push", 0, NULL,
	    "the tables are not those of relayadm", },
	{ "an index over an expression", STORE_WRITE,
	    "CREATE INDEX i ON draft (abs(place))", 0, NULL,
	    "the tables are not those of relayadm", },
	{ "a check that is weaker", STORE_WRITE,
	    "PRAGMA writable_schema = ON;"
	    "UPDATE sqlite_schema SET sql = replace(sql,"
	    " 'kind BETWEEN 0 AND 3', 'kind BETWEEN 0 AND 9')"
	    " WHERE name = 'draft'",
	    0, NULL, "the tables are not those of relayadm", },
	{ "a check with a call", STORE_WRITE,
	    "PRAGMA writable_schema = ON;"
	    "UPDATE sqlite_schema SET sql = replace(sql,"
	    " 'length(digest) = 32', 'load_extension(digest)')",
	    0, NULL, "", },
	{ "an index that lacks a row", STORE_WRITE,
	    "PRAGMA writable_schema = ON;"
	    "UPDATE sqlite_schema SET rootpage ="
	    " (SELECT rootpage FROM sqlite_schema WHERE name = 'step_state')"
	    " WHERE name = 'pin_gateway'",
	    0, NULL, "damaged", },
};

static void
run_sql(const char *path, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	/* What Debian's build keeps a test from doing to a file. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, (int *)NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

static void
ruin_file(const char *path, const struct ruin *r)
{
	struct buf copy = { 0 };
	size_t size;

	scratch_read(&copy, good);
	size = r->size == -1 ? copy.len / 2
	    : r->size == -2  ? copy.len - 1
	    : r->size > 0    ? (size_t)r->size
	                     : copy.len;
	if (r->bytes)
		scratch_write(path, r->bytes, strlen(r->bytes));
	else
		scratch_write(path, buf_text(&copy), size);
	if (r->sql)
		run_sql(path, r->sql);
	buf_free(&copy);
}

/* The refusal; every byte and the mode must be as before. */
static void
check_refused(const char *path, enum store_mode mode, const char *wanted,
    const char *row)
{
	struct buf before = { 0 }, after = { 0 };
	struct stat st, st2;
	struct store *store = NULL;
	struct err err = { ERR_NONE, "" };

	scratch_read(&before, path);
	assert_int_equal(stat(path, &st), 0);
	if (store_open(&store, path, mode, &err))
		fail_msg("row '%s': was opened", row);
	check_row(!store, row);
	check_row(err.kind == ERR_STORE, row);
	if (!strstr(err.text, wanted) || strncmp(err.text, path, strlen(path)))
		fail_msg("row '%s': got '%s'", row, err.text);
	scratch_read(&after, path);
	assert_int_equal(stat(path, &st2), 0);
	check_row(st.st_mode == st2.st_mode && st.st_ino == st2.st_ino, row);
	check_row(before.len == after.len &&
	    !memcmp(buf_text(&before), buf_text(&after), before.len), row);
	buf_free(&before);
	buf_free(&after);
}

static void
test_ruined(void **state)
{
	char path[SCRATCH_PATH];

	(void)state;
	scratch_join(path, folder, "ruined.db");
	for (size_t i = 0; i < ROWS(ruins); i++) {
		ruin_file(path, &ruins[i]);
		check_refused(path, ruins[i].mode, ruins[i].wanted,
		    ruins[i].name);
		unlink(path);
	}
}

/* Bits that turned over: found at opening, or when the policy is read. */
static void
test_flipped(void **state)
{
	char path[SCRATCH_PATH];
	struct buf copy = { 0 };
	char *want;
	struct store *store = scratch_open(good);
	uint64_t seed = 7;
	int found = 0, harmless = 0;

	(void)state;
	want = scratch_text(store);
	store_close(store);
	scratch_join(path, folder, "flipped.db");
	scratch_read(&copy, good);
	for (int i = 0; i < 400; i++) {
		struct policy *policy = NULL;
		struct err err;
		int64_t head;
		size_t at;
		char bit;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		at = (size_t)(seed >> 33) % copy.len;
		bit = (char)(1 << (seed >> 20 & 7));
		copy.data[at] = (char)(copy.data[at] ^ bit);
		scratch_write(path, copy.data, copy.len);
		copy.data[at] = (char)(copy.data[at] ^ bit);
		if (!store_open(&store, path, STORE_READ, &err)) {
			found++;
			continue;
		}
		if (store_draft(store, &policy, &head, &err)) {
			struct buf text = { 0 };
			char *got = scratch_text(store);

			check_same(got, want, "a flipped bit");
			free(got);
			buf_free(&text);
			policy_free(policy);
			harmless++;
		} else
			found++;
		store_close(store);
	}
	assert_true(found > 0 && harmless > 0);
	unlink(path);
	buf_free(&copy);
	free(want);
}

/* --- things that are no file ------------------------------------------------------ */

static void
check_place(const char *path, const char *wanted, const char *row)
{
	static const enum store_mode modes[] = { STORE_WRITE, STORE_READ, };

	for (size_t i = 0; i < ROWS(modes); i++) {
		struct store *store = NULL;
		struct err err;

		if (store_open(&store, path, modes[i], &err))
			fail_msg("row '%s': was opened", row);
		if (err.kind != ERR_STORE || !strstr(err.text, wanted))
			fail_msg("row '%s': got '%s'", row, err.text);
	}
}

static void
bind_socket(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_true(strlen(path) < sizeof(un.sun_path));
	memcpy(un.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	close(fd);
}

static void
test_places(void **state)
{
	char path[SCRATCH_PATH];

	(void)state;
	scratch_join(path, folder, "link.db");
	assert_int_equal(symlink(good, path), 0);
	check_place(path, "a symbolic link; name the file itself", "link");
	scratch_join(path, folder, "dangling.db");
	assert_int_equal(symlink("nowhere", path), 0);
	check_place(path, "a symbolic link", "dangling link");
	scratch_join(path, folder, "fifo.db");
	assert_int_equal(mkfifo(path, 0600), 0);
	check_place(path, "not a regular file", "fifo");
	scratch_join(path, folder, "socket.db");
	bind_socket(path);
	check_place(path, "not a regular file", "socket");
	check_place(folder, "a folder; name a file in it", "folder");
	scratch_join(path, folder, "");
	check_place(path, "a folder; name a file in it", "folder and slash");
	check_place("/dev/null", "not a regular file", "device");
	scratch_join(path, folder, "missing/policy.db");
	check_place(path, "No such file or directory", "missing folder");
	scratch_join(path, good, "policy.db");
	check_place(path, "Not a directory", "below a file");
}

static void
test_missing(void **state)
{
	char path[SCRATCH_PATH];
	struct store *store;
	struct err err;

	(void)state;
	scratch_join(path, folder, "missing.db");
	assert_false(store_open(&store, path, STORE_READ, &err));
	assert_non_null(strstr(err.text, "there is no such file"));
	assert_int_equal(access(path, F_OK), -1);
}

static void
test_modes(void **state)
{
	char path[SCRATCH_PATH], below[SCRATCH_PATH];
	mode_t old = umask(0);
	struct stat st;

	(void)state;
	scratch_join(path, folder, "new.db");
	store_close(scratch_open(path));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	scratch_join(below, folder, "shared");
	assert_int_equal(mkdir(below, 0770), 0);
	assert_int_equal(chmod(below, 02770), 0);
	scratch_join(path, below, "new.db");
	umask(077);
	store_close(scratch_open(path));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(chmod(path, 0666), 0);
	check_refused(path, STORE_WRITE, "everybody may write it (mode 0666)",
	    "everybody");
	check_refused(path, STORE_READ, "everybody may write it (mode 0666)",
	    "everybody");
	umask(old);
}

/* --- as somebody who may not -------------------------------------------------------- */

struct denial {
	const char *name;
	mode_t file, above;
	enum store_mode mode;
	const char *wanted;
};

static const struct denial denials[] = {
	{ "no right to the file", 0600, 0755, STORE_WRITE,
	    "Permission denied", },
	{ "no right to read the file", 0600, 0755, STORE_READ,
	    "Permission denied", },
	{ "only to read", 0644, 0755, STORE_WRITE,
	    "you may only read this database", },
	{ "no way into the folder", 0644, 0700, STORE_READ,
	    "Permission denied", },
	{ "only to read, and nobody has it open", 0644, 0755, STORE_READ,
	    "can be read only while a program that may write it has it open", },
};

static void
test_denied(void **state)
{
	char below[SCRATCH_PATH], path[SCRATCH_PATH];
	struct buf copy = { 0 };

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(folder, 0755), 0);
	scratch_join(below, folder, "denied");
	assert_int_equal(mkdir(below, 0755), 0);
	scratch_join(path, below, "policy.db");
	scratch_read(&copy, good);
	scratch_write(path, buf_text(&copy), copy.len);
	buf_free(&copy);
	for (size_t i = 0; i < ROWS(denials); i++) {
		const struct denial *d = &denials[i];
		struct store *store = NULL;
		struct err err = { ERR_NONE, "" };
		bool ok;

		assert_int_equal(chmod(path, d->file), 0);
		assert_int_equal(chmod(below, d->above), 0);
		assert_int_equal(seteuid(NOBODY), 0);
		ok = store_open(&store, path, d->mode, &err);
		store_close(store);
		assert_int_equal(seteuid(0), 0);
		if (ok || !strstr(err.text, d->wanted))
			fail_msg("row '%s': got '%s'", d->name, err.text);
	}
}

/* Who may only read can while somebody else has it open. */
static void
test_reader(void **state)
{
	char path[SCRATCH_PATH];
	struct store *writer, *reader = NULL;
	struct err err = { ERR_NONE, "" };
	char *want, *have = NULL;
	bool ok;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(folder, 0755), 0);
	scratch_join(path, folder, "read.db");
	writer = scratch_open(path);
	assert_int_equal(chmod(path, 0644), 0);
	scratch_edit(writer, "first", NULL, scratch_list("first", three));
	store_close(writer);
	writer = scratch_open(path);
	scratch_edit(writer, "next", NULL, scratch_list("next", three));
	want = scratch_text(writer);
	assert_int_equal(seteuid(NOBODY), 0);
	ok = store_open(&reader, path, STORE_READ, &err);
	if (ok)
		have = scratch_text(reader);
	store_close(reader);
	assert_int_equal(seteuid(0), 0);
	if (!ok)
		fail_msg("%s", err.text);
	assert_string_equal(have, want);
	store_close(writer);
	free(want);
	free(have);
}

static void
test_denied_creation(void **state)
{
	char path[SCRATCH_PATH];
	struct store *store = NULL;
	struct err err = { ERR_NONE, "" };
	bool ok;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(folder, 0755), 0);
	scratch_join(path, folder, "mine.db");
	assert_int_equal(seteuid(NOBODY), 0);
	ok = store_open(&store, path, STORE_WRITE, &err);
	assert_int_equal(seteuid(0), 0);
	assert_false(ok);
	assert_non_null(strstr(err.text, "cannot be created: Permission"));
	assert_int_equal(access(path, F_OK), -1);
}

/* --- others at work ------------------------------------------------------------------ */

static void
test_locked(void **state)
{
	struct list *list = scratch_list("late", three);
	struct change change = { OBJECT_LIST, NULL, list };
	struct store *store = scratch_open(good);
	struct err err;
	char *before = scratch_text(store), *after;
	sqlite3 *db;
	int64_t head;

	(void)state;
	assert_int_equal(sqlite3_open(good, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_true(store_head(store, &head, &err));
	assert_false(store_edit(store, "late", &change, 1, &head, &err));
	assert_int_equal(err.kind, ERR_STORE);
	assert_non_null(strstr(err.text, "another program has kept it locked "
	    "for 5 seconds; nothing was changed, try again"));
	/* Reading goes on meanwhile, here and for who opens it now. */
	after = scratch_text(store);
	check_same(after, before, "while locked");
	free(after);
	store_close(scratch_open(good));
	sqlite3_close(db);
	assert_true(store_edit(store, "late", &change, 1, &head, &err));
	store_close(store);
	list_free(list);
	free(before);
}

static void
test_exclusive(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(good, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
	    "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE;"
	    "UPDATE step SET label = label; COMMIT", NULL, NULL, NULL),
	    SQLITE_OK);
	check_refused(good, STORE_WRITE, "another program has kept it locked",
	    "exclusive");
	sqlite3_close(db);
}

/* --- no room --------------------------------------------------------------------------- */

static void
fill(const char *path)
{
	static const char zeros[65536];
	size_t piece = sizeof(zeros);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	while (piece) {
		ssize_t n = write(fd, zeros, piece);

		if (n <= 0)
			piece /= 2;
	}
	close(fd);
}

/* In a child with a small file system of its own.  Returns what failed, or 0.
 * Values to report: the line. */
static int
live_without_room(const char *mount_point)
{
	char path[SCRATCH_PATH], filler[SCRATCH_PATH], new[SCRATCH_PATH];
	struct store *store;
	struct list *list = list_new("big");
	struct change change = { OBJECT_LIST, NULL, list };
	struct err err;
	int64_t head = 0;
	char *before, *after;

	scratch_join(path, mount_point, "policy.db");
	scratch_join(filler, mount_point, "filler");
	scratch_join(new, mount_point, "new.db");
	for (unsigned i = 0; i < 200000; i++) {
		struct entry entry = { .net = { 4, i * 2, i * 2 } };

		entries_append(&list->entries, &entry);
	}
	entries_settle(&list->entries);
	store = scratch_open(path);
	scratch_edit(store, "small", NULL, scratch_list("small", three));
	before = scratch_text(store);
	fill(filler);
	if (!store_head(store, &head, &err))
		return __LINE__;
	if (store_edit(store, "big", &change, 1, &head, &err))
		return __LINE__;
	if (!strstr(err.text, "the disk is full; nothing was changed")) {
		fprintf(stderr, "# %s\n", err.text);
		return __LINE__;
	}
	after = scratch_text(store);
	if (strcmp(before, after) != 0)
		return __LINE__;
	store_close(store);
	if (store_open(&store, new, STORE_WRITE, &err) ||
	    access(new, F_OK) == 0)
		return __LINE__;
	if (!strstr(err.text, "full") && !strstr(err.text, "No space")) {
		fprintf(stderr, "# %s\n", err.text);
		return __LINE__;
	}
	unlink(filler);
	store = scratch_open(path);
	free(after);
	after = scratch_text(store);
	if (strcmp(before, after) != 0)
		return __LINE__;
	if (!store_edit(store, "big", &change, 1, &head, &err))
		return __LINE__;
	store_close(store);
	return 0;
}

static void
test_full(void **state)
{
	char below[SCRATCH_PATH];
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	scratch_join(below, folder, "small");
	assert_int_equal(mkdir(below, 0755), 0);
	pid = fork();
	if (pid == 0) {
		int line;

		if (unshare(CLONE_NEWNS) != 0 ||
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		    mount("none", below, "tmpfs", 0, "size=8m") != 0)
			_exit(77);
		line = live_without_room(below);
		if (line)
			fprintf(stderr, "# line %d\n", line);
		_exit(line != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* --- who comes at the same time ------------------------------------------------------- */

/* Of several that find no database one makes it, and all open it. */
static void
test_race(void **state)
{
	char path[SCRATCH_PATH];

	(void)state;
	scratch_join(path, folder, "race.db");
	for (int round = 0; round < 10; round++) {
		pid_t pids[6];

		for (size_t i = 0; i < ROWS(pids); i++) {
			struct store *store;
			struct err err;

			pids[i] = fork();
			if (pids[i] != 0)
				continue;
			if (store_open(&store, path, STORE_WRITE, &err)) {
				store_close(store);
				_exit(0);
			}
			fprintf(stderr, "# %s\n", err.text);
			_exit(1);
		}
		for (size_t i = 0; i < ROWS(pids); i++) {
			int status;

			assert_int_equal(waitpid(pids[i], &status, 0),
			    pids[i]);
			assert_true(WIFEXITED(status) &&
			    WEXITSTATUS(status) == 0);
		}
		assert_int_equal(unlink(path), 0);
	}
}

/* Many open and close it while one writes: nobody is told of damage. */
static void
test_coming_and_going(void **state)
{
	char path[SCRATCH_PATH];
	int status;
	pid_t pid;

	(void)state;
	scratch_join(path, folder, "busy.db");
	store_close(scratch_open(path));
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 60; i++) {
			char name[32];
			struct store *store;

			snprintf(name, sizeof(name), "l%d", i);
			store = scratch_open(path);
			scratch_edit(store, name, NULL,
			    scratch_list(name, three));
			store_close(store);
		}
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		struct store *store;
		struct err err;

		if (!store_open(&store, path, STORE_READ, &err))
			fail_msg("%s", err.text);
		store_close(store);
	}
	assert_int_equal(status, 0);
}

static int
set_up(void **state)
{
	struct store *store;

	(void)state;
	scratch_make(folder);
	scratch_join(good, folder, "good.db");
	store = scratch_open(good);
	scratch_edit(store, "first", NULL, scratch_list("first", three));
	scratch_edit(store, "second", NULL, scratch_list("second", three));
	store_close(store);
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
		cmocka_unit_test(test_ruined),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_denied_creation),
		cmocka_unit_test(test_locked),
		cmocka_unit_test(test_exclusive),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_race),
		cmocka_unit_test(test_coming_and_going),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* Many at once lose nothing of each other's; one that is killed at any moment
 * leaves what it had acknowledged, and nothing half done. */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "policy/mem.h"
#include "scratch.h"
#include "tests/policy/unit.h"

#define WRITERS 8
#define EDITS 100
#define KILLS 120
#define BULK 1500

static char folder[SCRATCH_PATH];

/* --- many at once ----------------------------------------------------------- */

static struct entry
entry_of(uint32_t addr)
{
	struct entry entry = { .kind = ENTRY_NET };

	entry.net = (struct net){ 4, addr, addr };
	return entry;
}

/* Reads, adds one entry of its own, writes; again when somebody was faster.
 * Returns how often that was, or -1. */
static int
add_one(struct store *store, uint32_t addr)
{
	for (int tries = 0; tries < 10000; tries++) {
		struct entry entry = entry_of(addr);
		struct change change = { OBJECT_LIST, "shared", NULL };
		struct policy *policy;
		struct list *list;
		struct err err;
		int64_t head;
		bool ok;

		if (!store_draft(store, &policy, &head, &err)) {
			fprintf(stderr, "# %s\n", err.text);
			return -1;
		}
		list = policy_list(policy, "shared");
		entries_add(&list->entries, &entry);
		change.object = list;
		ok = store_edit(store, "add", &change, 1, &head, &err);
		policy_free(policy);
		if (ok)
			return tries;
		if (err.kind != ERR_NO) {
			fprintf(stderr, "# %s\n", err.text);
			return -1;
		}
	}
	return -1;
}

static void
write_many(const char *path, uint32_t writer)
{
	struct store *store = scratch_open(path);

	for (uint32_t i = 0; i < EDITS; i++)
		if (add_one(store, writer << 16 | i) < 0)
			_exit(1);
	store_close(store);
	_exit(0);
}

static void
test_many(void **state)
{
	char path[SCRATCH_PATH];
	pid_t pids[WRITERS];
	struct store *store;
	struct policy *policy;
	struct list *list;
	struct step *steps;
	struct err err;
	int64_t head;
	size_t count;

	(void)state;
	scratch_join(path, folder, "many.db");
	store = scratch_open(path);
	scratch_edit(store, "shared", NULL, scratch_list("shared", NULL));
	store_close(store);
	for (uint32_t i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			write_many(path, i + 1);
	}
	for (uint32_t i = 0; i < WRITERS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	store = scratch_open(path);
	assert_true(store_draft(store, &policy, &head, &err));
	list = policy_list(policy, "shared");
	assert_int_equal(entries_count(&list->entries), WRITERS * EDITS);
	for (uint32_t i = 0; i < WRITERS * EDITS; i++) {
		struct entry entry =
		    entry_of((i / EDITS + 1) << 16 | i % EDITS);

		assert_true(entries_find(&list->entries, &entry) !=
		    ENTRY_NOWHERE);
	}
	assert_true(store_steps(store, &steps, &count, &err));
	assert_int_equal(count, WRITERS * EDITS + 1);
	assert_int_equal(head, WRITERS * EDITS + 1);
	steps_free(steps, count);
	policy_free(policy);
	store_close(store);
}

/* --- killed ------------------------------------------------------------------ */

/* What the deed number n is: every state is told by how many were done. */
enum deed {
	DEED_EDIT,
	DEED_BULK,
	DEED_COMMIT,
};

static enum deed
deed_of(uint32_t n)
{
	return n % 5 == 4 ? DEED_COMMIT : n % 5 == 2 ? DEED_BULK : DEED_EDIT;
}

static void
add_deed(struct entries *entries, uint32_t n)
{
	uint32_t base = 10u << 24 | n << 11;
	uint32_t count = deed_of(n) == DEED_BULK ? BULK : 1;

	for (uint32_t i = 0; i < count; i++) {
		struct entry entry = entry_of(base + i);

		entry.comment = i % 100 ? NULL : "killed";
		entries_append(entries, &entry);
	}
	entries_settle(entries);
}

static bool
do_deed(struct store *store, uint32_t n, struct err *err)
{
	struct change change = { OBJECT_LIST, "work", NULL };
	struct policy *policy;
	struct list *list;
	int64_t head, base;
	char label[32];
	bool ok;

	snprintf(label, sizeof(label), "%u", (unsigned)n);
	if (deed_of(n) == DEED_COMMIT)
		return store_last_revision(store, &base, err) &&
		    store_commit(store, label, NULL, 0, &base, err);
	if (!store_draft(store, &policy, &head, err))
		return false;
	list = policy_list(policy, "work");
	add_deed(&list->entries, n);
	change.object = list;
	ok = store_edit(store, label, &change, 1, &head, err);
	policy_free(policy);
	return ok;
}

static void
work_until_killed(const char *path, uint32_t n, int pipe)
{
	struct store *store = scratch_open(path);
	struct err err;

	while (do_deed(store, n, &err)) {
		n++;
		if (write(pipe, &n, sizeof(n)) != sizeof(n))
			_exit(1);
	}
	fprintf(stderr, "# deed %u: %s\n", (unsigned)n, err.text);
	_exit(1);
}

/* The last number in the pipe; 0 when there is none. */
static uint32_t
read_last(int pipe)
{
	uint32_t n, last = 0;

	while (read(pipe, &n, sizeof(n)) == sizeof(n))
		last = n;
	return last;
}

/* The first deeds, done. */
static struct policy *
policy_after(uint32_t deeds)
{
	struct policy *policy = policy_new();
	struct list *list = list_new("work");

	for (uint32_t n = 0; n < deeds; n++)
		if (deed_of(n) != DEED_COMMIT)
			add_deed(&list->entries, n);
	policy_add_list(policy, list);
	return policy;
}

static bool
is_after(const struct policy *policy, int64_t revisions, uint32_t deeds)
{
	struct policy *wanted = policy_after(deeds);
	const struct list *have = policy_list(policy, "work");
	const struct list *want = policy_list(wanted, "work");
	bool same = revisions == deeds / 5 &&
	    entries_equal(&have->entries, &want->entries);

	policy_free(wanted);
	return same;
}

/* How many deeds were done: the acknowledged ones, or one more. */
static uint32_t
check_state(const char *path, uint32_t acknowledged)
{
	struct store *store = scratch_open(path);
	struct policy *policy, *last;
	int64_t head, revisions = 0;
	struct err err;
	uint32_t done = acknowledged;

	if (!store_draft(store, &policy, &head, &err) ||
	    !store_last_revision(store, &revisions, &err))
		fail_msg("%s", err.text);
	if (!is_after(policy, revisions, done))
		done++;
	if (!is_after(policy, revisions, done))
		fail_msg("neither %u nor %u deeds are there",
		    (unsigned)acknowledged, (unsigned)done);
	policy_free(policy);
	if (revisions) {
		if (!store_revision(store, revisions, &last, &err))
			fail_msg("%s", err.text);
		assert_true(is_after(last, revisions,
		    (uint32_t)revisions * 5));
		policy_free(last);
	}
	store_close(store);
	return done;
}

static void
kill_soon(pid_t pid, uint64_t *seed)
{
	struct timespec delay = { 0, 0 };
	int status;

	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	delay.tv_nsec = (long)(*seed >> 33) % 25000000;
	nanosleep(&delay, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void
test_killed(void **state)
{
	char path[SCRATCH_PATH];
	struct store *store;
	uint64_t seed = 17;
	uint32_t done = 0;

	(void)state;
	scratch_join(path, folder, "killed.db");
	store = scratch_open(path);
	scratch_edit(store, "work", NULL, scratch_list("work", NULL));
	store_close(store);
	/* A busy machine may kill before anything was done, again and again. */
	for (int i = 0; i < KILLS || (done <= KILLS / 2 && i < 20 * KILLS);
	     i++) {
		uint32_t last;
		int ends[2];
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		pid = fork();
		if (pid == 0)
			work_until_killed(path, done, ends[1]);
		close(ends[1]);
		kill_soon(pid, &seed);
		last = read_last(ends[0]);
		close(ends[0]);
		done = check_state(path, last ? last : done);
	}
	/* Else nothing was tried. */
	assert_true(done > KILLS / 2);
}

/* Killed while the database is made: the next one makes it, or finds it. */
static void
test_killed_creation(void **state)
{
	char path[SCRATCH_PATH];
	uint64_t seed = 23;

	(void)state;
	scratch_join(path, folder, "young.db");
	for (int i = 0; i < KILLS; i++) {
		struct timespec delay = { 0, 0 };
		struct store *store;
		pid_t pid = fork();

		if (pid == 0) {
			scratch_open(path);
			for (;;)
				pause();
		}
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		delay.tv_nsec = (long)(seed >> 33) % 6000000;
		nanosleep(&delay, NULL);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		store = scratch_open(path);
		scratch_edit(store, "a", NULL, scratch_list("a", NULL));
		store_close(store);
		assert_int_equal(unlink(path), 0);
	}
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
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_killed_creation),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

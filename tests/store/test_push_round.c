/* Pushes that others look at: their steps, and the wish that they stop. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/err.h" /* before cmocka has its own fail() */

#include "store/push_round.h"
#include "store/push_steps.h"
#include "tests/policy/unit.h"
#include "tests/store/scratch.h"

static char folder[SCRATCH_PATH], path[SCRATCH_PATH];

static const char *const names[] = { "mx1", "mx2", "mx3" };

/* --- steps --------------------------------------------------------------- */

static void
tell(struct store *store, int64_t generation, unsigned number,
    const char *word, const char *text)
{
	struct push_told step = { .number = number, .of = 7, .time = 1000 };

	snprintf(step.word, sizeof(step.word), "%s", word);
	snprintf(step.text, sizeof(step.text), "%s", text);
	store_push_tell(store, generation, &step);
}

static void
test_steps(void **state)
{
	struct store *store = scratch_open(path);
	struct push_told told[PUSH_TOLD_MOST];

	(void)state;
	assert_int_equal(store_push_told(store, 7, told), 0);
	tell(store, 7, 1, "connect", "");
	tell(store, 7, 2, "upload", "a\tb\033[31m\n1\t1\t1\tx\ty");
	tell(store, 8, 1, "connect", "other");
	assert_int_equal(store_push_told(store, 7, told), 2);
	assert_int_equal(told[0].number, 1);
	assert_int_equal(told[0].of, 7);
	assert_int_equal(told[0].time, 1000);
	assert_string_equal(told[0].word, "connect");
	assert_string_equal(told[0].text, "");
	assert_string_equal(told[1].text, "a?b?[31m?1?1?1?x?y");
	assert_int_equal(store_push_told(store, 8, told), 1);
	/* Its place is taken by a later one. */
	tell(store, 7 + 1024, 1, "connect", "");
	assert_int_equal(store_push_told(store, 7, told), 0);
	assert_int_equal(store_push_told(store, 7 + 1024, told), 1);
	/* More than there are, and longer ones, do no harm. */
	for (unsigned i = 0; i < 40; i++)
		tell(store, 9, i % 7 + 1, "a-word-too-long-for-it",
		    "a text that is longer than what is kept of the text of "
		    "a step, by far");
	assert_int_equal(store_push_told(store, 9, told), PUSH_TOLD_MOST);
	assert_int_equal(store_push_told(store, 8, told), 1);
	store_close(store);
}

/* What somebody else wrote there. */
static void
test_foreign(void **state)
{
	static const char *const texts[] = { "", "7", "7\n", "8\n1\t7\t1\ta\tb\n",
		"7\n1\t7\t1\ta\n", "7\n1\t0\t1\ta\tb\n", "7\n9\t7\t1\ta\tb\n",
		"7\n1\t7\t1\ta\tb", "7x\n1\t7\t1\ta\tb\n" };
	char file[SCRATCH_PATH + 8], place[1024];
	struct push_told told[PUSH_TOLD_MOST];
	struct store *store = scratch_open(path);

	(void)state;
	snprintf(file, sizeof(file), "%s-push", path);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char all[8 * 1024] = "";

		memset(place, 0, sizeof(place));
		memcpy(place, texts[i], strlen(texts[i]));
		memcpy(all + 7 * 1024, place, sizeof(place));
		scratch_write(file, all, sizeof(all));
		assert_int_equal(store_push_told(store, 7, told), 0);
	}
	store_close(store);
}

/* --- rounds -------------------------------------------------------------- */

static void
check_round(struct store *store, int64_t number, const char *stopper,
    bool ended)
{
	struct push_round *round;
	struct err err;
	size_t count;

	assert_true(store_round_get(store, number, &round, &count, &err));
	assert_int_equal(count, 1);
	assert_int_equal(round->revision, 5);
	assert_int_equal(round->gateway_count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(round->gateways[i], names[i]);
	assert_int_equal(round->ended != 0, ended);
	if (stopper)
		assert_string_equal(round->stop_author, stopper);
	else
		assert_null(round->stop_author);
	push_rounds_free(round, count);
}

static void
test_round(void **state)
{
	struct store *store = scratch_open(path);
	struct push_record *records;
	struct push_round *rounds;
	int64_t first, second;
	size_t count;
	struct err err;
	char *who;

	(void)state;
	assert_true(store_push_begin(store, "mx1", 5, "d", &first, &err));
	assert_true(store_round_begin(store, 5, names, 3, &err));
	assert_true(store_push_begin(store, "mx1", 5, "d", &first, &err));
	assert_true(store_push_begin(store, "mx2", 5, "d", &second, &err));
	assert_true(store_rounds_open(store, &rounds, &count, &err));
	assert_int_equal(count, 1);
	assert_true(store_round_pushes(store, rounds->round, &records, &count,
	    &err));
	assert_int_equal(count, 2);
	assert_int_equal(records[0].generation, first);
	assert_int_equal(records[1].round, rounds->round);
	push_records_free(records, count);
	check_round(store, rounds->round, NULL, false);
	assert_true(store_round_stopped(store, &who, &err));
	assert_null(who);
	setenv("SUDO_USER", "bob", 1);
	assert_true(store_round_stop(store, rounds->round, &err));
	setenv("SUDO_USER", "eve", 1);
	assert_true(store_round_stop(store, rounds->round, &err));
	assert_true(store_round_stopped(store, &who, &err));
	assert_string_equal(who, "bob");
	free(who);
	assert_true(store_round_end(store, &err));
	check_round(store, rounds->round, "bob", true);
	assert_false(store_round_stop(store, rounds->round, &err));
	assert_int_equal(err.kind, ERR_NO);
	/* What begins now is of none. */
	assert_true(store_push_begin(store, "mx3", 5, "d", &second, &err));
	assert_true(store_round_pushes(store, rounds->round, &records, &count,
	    &err));
	assert_int_equal(count, 2);
	push_records_free(records, count);
	push_rounds_free(rounds, 1);
	assert_true(store_rounds_open(store, &rounds, &count, &err));
	assert_int_equal(count, 0);
	push_rounds_free(rounds, count);
	store_close(store);
}

/* --- two processes ------------------------------------------------------- */

/* Pushes until it is asked to stop; its exit status is 7 then. */
static void
push_in_child(int told)
{
	struct store *store;
	struct err err;
	char *who = NULL;
	int64_t generation;
	ssize_t n;

	if (!store_open(&store, path, STORE_WRITE, &err) ||
	    !store_round_begin(store, 5, names, 3, &err) ||
	    !store_push_begin(store, "mx1", 5, "d", &generation, &err))
		_exit(1);
	tell(store, generation, 3, "check", "of the child");
	n = write(told, &generation, sizeof(generation));
	for (int i = 0; n > 0 && i < 1000 && !who; i++) {
		usleep(10000);
		if (!store_round_stopped(store, &who, &err))
			_exit(1);
	}
	n = who && !strcmp(who, "bob");
	free(who);
	store_close(store);
	_exit(n ? 7 : 1);
}

static void
test_processes(void **state)
{
	struct push_told told[PUSH_TOLD_MOST];
	struct push_round *rounds;
	struct store *store;
	int64_t generation;
	int ends[2], status;
	struct err err;
	size_t count;
	pid_t pid;

	(void)state;
	store = scratch_open(path);
	store_close(store);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (!pid)
		push_in_child(ends[1]);
	assert_true(pid > 0);
	assert_int_equal(read(ends[0], &generation, sizeof(generation)),
	    sizeof(generation));
	store = scratch_open(path);
	assert_true(store_rounds_open(store, &rounds, &count, &err));
	assert_int_equal(count, 1);
	assert_true(store_round_alive(store, rounds->round));
	assert_true(store_push_alive(store, generation));
	assert_int_equal(store_push_told(store, generation, told), 1);
	assert_string_equal(told[0].text, "of the child");
	setenv("SUDO_USER", "bob", 1);
	assert_true(store_round_stop(store, rounds->round, &err));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	/* It ended without saying so: cut off. */
	assert_false(store_round_alive(store, rounds->round));
	assert_false(store_push_alive(store, generation));
	assert_int_equal(store_push_told(store, generation, told), 1);
	push_rounds_free(rounds, count);
	store_close(store);
	close(ends[0]);
	close(ends[1]);
}

static int
begin(void **state)
{
	(void)state;
	scratch_make(folder);
	scratch_join(path, folder, "policy.db");
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
		cmocka_unit_test_setup_teardown(test_steps, begin, end),
		cmocka_unit_test_setup_teardown(test_foreign, begin, end),
		cmocka_unit_test_setup_teardown(test_round, begin, end),
		cmocka_unit_test_setup_teardown(test_processes, begin, end),
	};

	setenv("SUDO_USER", "ana", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

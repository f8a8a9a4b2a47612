/* Memory that is not there: it ends what was tried, and else the program. */
#include "config.h"

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/mem.h"
#include "unit.h"

#define TOO_MANY (SIZE_MAX / 2)

static void
ask_new(void *context)
{
	*(void **)context = mem_new(TOO_MANY, 1);
}

static void
ask_resize(void *context)
{
	*(void **)context = mem_resize(NULL, TOO_MANY, 1);
}

static void
ask_overflow(void *context)
{
	*(void **)context = mem_resize(NULL, TOO_MANY, 16);
}

static void
ask_little(void *context)
{
	*(void **)context = mem_new(0, 0);
}

/* What fails inside is over there; the outer goes on. */
static void
ask_within(void *context)
{
	void *ignored = NULL;

	assert_false(mem_try(ask_overflow, &ignored));
	assert_true(mem_try(ask_little, context));
}

static void (*const asks[])(void *context) = { ask_new, ask_resize,
	ask_overflow };

static void
test_try(void **state)
{
	void *got = NULL;

	(void)state;
	for (size_t i = 0; i < ROWS(asks); i++) {
		assert_false(mem_try(asks[i], &got));
		assert_null(got);
	}
	assert_true(mem_try(ask_within, &got));
	assert_non_null(got);
	free(got);
}

/* Outside of mem_try() the program ends, with the status of the store. */
static void
test_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(asks); i++) {
		pid_t pid = fork();
		void *got = NULL;
		int status;

		assert_true(pid >= 0);
		if (!pid) {
			close(STDERR_FILENO);
			asks[i](&got);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 3);
	}
}

static void
test_texts(void **state)
{
	char *text;

	(void)state;
	assert_null(mem_text(NULL));
	assert_null(mem_text_or_null(NULL));
	assert_null(mem_text_or_null(""));
	text = mem_text_or_null("ab");
	assert_string_equal(text, "ab");
	mem_drop(&text);
	assert_null(text);
	text = mem_textn("abc", 2);
	assert_string_equal(text, "ab");
	free(text);
	text = mem_textn(NULL, 0);
	assert_string_equal(text, "");
	free(text);
}

static void
test_grow(void **state)
{
	int *items = NULL;
	size_t cap = 0;

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		items = mem_grow(items, i, &cap, sizeof(*items));
		assert_true(cap > i);
		items[i] = (int)i;
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(items[i], i);
	free(items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_try),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

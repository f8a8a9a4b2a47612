#include "config.h"

#include "policy/mem.h"
#include "policy/sort.h"
#include "unit.h"

/* As qsort() does it, whatever the size and however much alike. */
static void
test_sort(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 255, 256, 257, 5000, 100000, };
	static const uint64_t masks[] = { ~(uint64_t)0, 0xff, 0xff00000000,
		0xf0f0f0f0f0f0f0f0, 0x7ff, 0, };
	uint64_t seed = 9;

	(void)state;
	for (size_t i = 0; i < ROWS(sizes) * ROWS(masks); i++) {
		size_t count = sizes[i % ROWS(sizes)];
		uint64_t mask = masks[i / ROWS(sizes)];
		struct range4 *a = mem_new(count, sizeof(*a));
		struct range4 *b = mem_new(count, sizeof(*b));

		for (size_t k = 0; k < count; k++) {
			seed = seed * 6364136223846793005u +
			    1442695040888963407u;
			a[k].first = (uint32_t)((seed & mask) >> 32);
			a[k].last = (uint32_t)((seed ^ seed >> 17) & mask);
			b[k] = a[k];
		}
		range4_sort(a, count);
		qsort(b, count, sizeof(*b), range4_compare);
		assert_memory_equal(a, b, count * sizeof(*a) + !count);
		free(a);
		free(b);
	}
}

/* By the range, and of equal ones by the line, which came in order. */
static void
test_sort_found(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 1000, 50000, };
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < ROWS(sizes); i++) {
		size_t count = sizes[i];
		struct found4 *a = mem_new(count, sizeof(*a));

		for (size_t k = 0; k < count; k++) {
			seed = seed * 6364136223846793005u +
			    1442695040888963407u;
			a[k] = (struct found4){ { (uint32_t)(seed >> 60) << 24,
				(uint32_t)(seed >> 58 & 3) }, (uint32_t)k };
		}
		found4_sort(a, count);
		for (size_t k = 1; k < count; k++) {
			int order = range4_compare(&a[k - 1].range,
			    &a[k].range);

			assert_true(order < 0 ||
			    (order == 0 && a[k - 1].line < a[k].line));
		}
		free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_sort_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

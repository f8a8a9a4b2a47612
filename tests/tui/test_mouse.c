#include "config.h"

#include "policy/err.h" /* before cmocka has its own fail() */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/mouse.h"

/* What the characters say; taken gets how many of them were the report's. */
static struct event
read_report(enum mouse_kind kind, const char *text, size_t *taken)
{
	struct event event = { 0 };
	struct mouse mouse;

	mouse_begin(&mouse, kind);
	*taken = 0;
	while (text[*taken] && mouse.kind &&
	    mouse_take(&mouse, (unsigned char)text[*taken], &event))
		++*taken;
	return event;
}

static const struct {
	enum mouse_kind kind;
	const char *text;
	uint32_t key;
	int x, y;
	size_t taken;
} cases[] = {
	{ MOUSE_SGR, "0;12;5M", K_CLICK, 11, 4, 7 },
	{ MOUSE_SGR, "0;1;1Mq", K_CLICK, 0, 0, 6 },
	{ MOUSE_SGR, "4;200;300M", K_CLICK, 199, 299, 10 },
	{ MOUSE_SGR, "64;1;1M", K_WHEEL_UP, 0, 0, 7 },
	{ MOUSE_SGR, "65;2;1M", K_WHEEL_DOWN, 1, 0, 7 },
	{ MOUSE_SGR, "0;12;5m", 0, 0, 0, 7 },
	{ MOUSE_SGR, "1;12;5M", 0, 11, 4, 7 },
	{ MOUSE_SGR, "2;12;5M", 0, 11, 4, 7 },
	{ MOUSE_SGR, "32;12;5M", 0, 11, 4, 8 },
	{ MOUSE_SGR, "0;0;5M", 0, 0, 0, 6 },
	{ MOUSE_SGR, ";;M", 0, 0, 0, 3 },
	{ MOUSE_SGR, "0;5M", 0, 0, 0, 4 },
	{ MOUSE_SGR, "0;5;5;5M", 0, 0, 0, 5 },
	{ MOUSE_SGR, "0;99999999;1M", 0, 0, 0, 7 },
	{ MOUSE_SGR, "0;5\033[A", 0, 0, 0, 3 },
	{ MOUSE_SGR, "q", 0, 0, 0, 0 },
	{ MOUSE_OLD, " !\"", K_CLICK, 0, 1, 3 },
	{ MOUSE_OLD, "`+%q", K_WHEEL_UP, 10, 4, 3 },
	{ MOUSE_OLD, "#+%", 0, 10, 4, 3 },
	{ MOUSE_OLD, "  !", 0, 0, 0, 3 },
	{ MOUSE_OLD, " \033[A", 0, 0, 0, 1 },
};

static void
test_reports(void **state)
{
	size_t i, taken;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct event event =
		    read_report(cases[i].kind, cases[i].text, &taken);

		if (event.key != cases[i].key || event.x != cases[i].x ||
		    event.y != cases[i].y || taken != cases[i].taken)
			fail_msg("\"%s\": key %x at %d,%d, %zu taken",
			    cases[i].text, event.key, event.x, event.y, taken);
	}
}

/* Whatever comes, a report ends, and says a place that can be one. */
static void
test_any_bytes(void **state)
{
	static const char bytes[] = "0123456789;;;Mm<\033 a\377";
	struct mouse mouse = { 0 };
	uint32_t seed = 1;
	int i, length = 0;

	(void)state;
	for (i = 0; i < 200000; i++) {
		struct event event = { 0 };

		if (mouse.kind == MOUSE_NONE) {
			mouse_begin(&mouse, i % 2 ? MOUSE_SGR : MOUSE_OLD);
			length = 0;
		}
		seed = seed * 1664525u + 1013904223u;
		mouse_take(&mouse,
		    (unsigned char)bytes[(seed >> 16) % (sizeof(bytes) - 1)],
		    &event);
		assert_true(++length <= 20);
		assert_true(!event.key || (event.x >= 0 && event.y >= 0 &&
		    event.x <= 100000 && event.y <= 100000));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

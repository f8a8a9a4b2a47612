#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tui/dialog.h" /* before cmocka.h: both have a fail() */

#include <cmocka.h>

static void
test_every_type(void **state)
{
	struct err err = { 0 };
	size_t i;

	(void)state;
	for (i = 0; dialog_types[i]; i++)
		if (!dialog_type_check(dialog_types[i], &err))
			fail_msg("%s", err.text);
	assert_true(i > 20);
}

static const struct control no_controls[] = {
	{ .kind = CONTROL_END, },
};

static const struct control table_controls[] = {
	{ .kind = CONTROL_TABLE, },
	{ .kind = CONTROL_END, },
};

static const struct control hot_controls[] = {
	{ .kind = CONTROL_BUTTON, .text = "&Add", .id = ID_OWN, },
	{ .kind = CONTROL_BUTTON, .text = "&All", .id = ID_OWN + 1, },
	{ .kind = CONTROL_END, },
};

static const struct control tab_controls[] = {
	{ .kind = CONTROL_BUTTON, .text = "&Add", .id = ID_OWN, .tab = 1, },
	{ .kind = CONTROL_BUTTON, .text = "&All", .id = ID_OWN + 1, .tab = 2, },
	{ .kind = CONTROL_END, },
};

static const struct key_row twice[] = {
	{ 'a', 0, "One", "one", ID_OWN, NULL, },
	{ 'b', 'a', "Two", "two", ID_OWN + 1, NULL, },
	{ 0 },
};

static const struct key_row general[] = {
	{ '?', 0, "One", "what help has already", ID_OWN, NULL, },
	{ 0 },
};

static const struct key_row of_lists[] = {
	{ 'j', 0, "Join", "what lists move by", ID_OWN, NULL, },
	{ 0 },
};

static const struct key_row fine[] = {
	{ 'b', K_DELETE, "Two", "two", ID_OWN + 1, NULL, },
	{ 0 },
};

static const struct {
	const char *says; /* NULL: it is fine */
	struct dialog_type type;
} cases[] = {
	{ NULL, { .title = "fine", .controls = table_controls,
	    .keys = fine, }, },
	{ "key a", { .title = "twice", .controls = no_controls,
	    .keys = twice, }, },
	{ "key ?", { .title = "general", .controls = no_controls,
	    .keys = general, }, },
	{ "key j", { .title = "list", .controls = table_controls,
	    .keys = of_lists, }, },
	{ NULL, { .title = "no list", .controls = no_controls,
	    .keys = of_lists, }, },
	{ "letter a", { .title = "hot", .controls = hot_controls, }, },
	{ NULL, { .title = "tabs", .controls = tab_controls, }, },
};

static void
test_clashes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };
		bool ok = dialog_type_check(&cases[i].type, &err);

		assert_int_equal(ok, cases[i].says == NULL);
		if (!ok)
			assert_non_null(strstr(err.text, cases[i].says));
	}
}

static void
test_names(void **state)
{
	static const struct {
		uint32_t key;
		const char *name;
	} rows[] = {
		{ 'a', "a", },
		{ K_CTRL('r'), "Ctrl-R", },
		{ K_F1 + 9, "F10", },
		{ K_PGUP, "PgUp", },
		{ ' ', "Space", },
		{ K_ALT | 'x', "Alt-x", },
		{ 0xfc, "\xc3\xbc", },
	};
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(key_name(rows[i].key, name), rows[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_clashes),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

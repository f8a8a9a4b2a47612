#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tui/key_names.h" /* before cmocka.h: both have a fail() */

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

/* The help shows a line of it beside two keys, on 80 columns. */
static void
test_help_fits(void **state)
{
	const struct key_row *row;
	size_t i, count;
	const struct key_table *tables = key_tables(&count);

	(void)state;
	for (i = 0; i < count; i++)
		for (row = tables[i].rows; row->key || row->id; row++)
			if (strlen(row->help) > 52)
				fail_msg("%s: \"%s\" is longer than 52",
				    tables[i].name, row->help);
	for (row = list_keys; row->key; row++)
		assert_true(strlen(row->help) <= 52);
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

/* Every key of every table has a name that is read back, and every table one
 * that no other has. */
static void
test_tables(void **state)
{
	size_t count, i, j;
	const struct key_table *tables = key_tables(&count);
	char name[16];
	struct err err;

	(void)state;
	assert_true(count > 15);
	for (i = 0; i < count; i++) {
		const struct key_row *row = tables[i].rows;
		uint32_t key;

		for (j = 0; j < i; j++)
			assert_string_not_equal(tables[i].name,
			    tables[j].name);
		for (; row->key || row->id; row++) {
			assert_true(key_parse(&key, key_name(row->key, name),
			    &err));
			assert_int_equal(key, row->key);
		}
	}
}

static void
test_changes(void **state)
{
	static const struct {
		const char *words[5];
		const char *says; /* NULL: it is taken */
	} rows[] = {
		{ { "policy", "C", "K", NULL, }, NULL, },
		{ { "nowhere", "C", "K", NULL, }, "no such screen", },
		{ { "policy", "Q", "K", NULL, }, "does nothing", },
		{ { "policy", "C", "Kay", NULL, }, "is no key", },
		{ { "policy", "C", "Ctrl-r", NULL, }, "is no key", },
		{ { "policy", "C", "F13", NULL, }, "is no key", },
		{ { "everywhere", "Esc", "x", NULL, }, "keeps its meaning", },
		{ { "everywhere", "u", "h", NULL, }, "keeps its meaning", },
		{ { "policy", "c", "C", "F2", NULL, }, NULL, },
	};
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool ok = key_names_change(rows[i].words, (int)i + 1, &err);

		assert_int_equal(ok, rows[i].says == NULL);
		if (!ok)
			assert_non_null(strstr(err.text, rows[i].says));
	}
	assert_true(key_names_check(&err));
	assert_true(key_names_change((const char *[]){ "policy", "y", "K", NULL },
	    7, &err));
	assert_false(key_names_check(&err));
	assert_non_null(strstr(err.text, "key K is bound twice"));
	assert_non_null(strstr(err.text, "line "));
}

/* What a value is for is said, and so can be asked. */
static void
test_hints(void **state)
{
	const struct control *control;
	size_t i;

	(void)state;
	for (i = 0; dialog_types[i]; i++)
		for (control = dialog_types[i]->controls;
		     control->kind != CONTROL_END; control++) {
			if (control->hint || (control->kind != CONTROL_CHECK &&
			        control->kind != CONTROL_RADIO &&
			        control->kind != CONTROL_CHOICE &&
			        control->kind != CONTROL_PICK &&
			        control->kind != CONTROL_LINE))
				continue;
			fail_msg("%s: %s has no hint", dialog_types[i]->title,
			    control->text ? control->text : "a field");
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_help_fits),
		cmocka_unit_test(test_clashes),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_hints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

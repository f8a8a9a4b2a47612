#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog.h"
#include "key.h"
#include "text_safe.h"

static bool
is_live(const struct dialog *dialog)
{
	return dialog->type->live && dialog->type->screen;
}

static bool
can_accept(const struct dialog *dialog)
{
	return dialog->type->accept != NULL;
}

static bool
has_tabs(const struct dialog *dialog)
{
	const struct control *control = dialog->type->controls;

	while (control->kind != CONTROL_END && control->kind != CONTROL_TABS)
		control++;
	return control->kind == CONTROL_TABS;
}

static bool
is_at_table(const struct dialog *dialog)
{
	const struct dialog_type *type = dialog->type;

	return dialog->focus >= 0 &&
	    type->controls[dialog->focus].kind == CONTROL_TABLE;
}

const struct key_row general_keys[] = {
	{ K_CTRL('s'), 0, "OK", "store and close", ID_OK, can_accept, },
	{ ']', K_CTRL_PGDN, "Tabs", "next tab ([ or Ctrl-PgUp: the one before)",
	    ID_TAB_NEXT, has_tabs, },
	{ '[', K_CTRL_PGUP, NULL, "the tab before", ID_TAB_PREVIOUS,
	    has_tabs, },
	{ K_TAB, K_CTRL('n'), NULL, "next field or pane", ID_NEXT, NULL, },
	{ K_BACKTAB, K_CTRL('p'), NULL, "the field or pane before", ID_PREVIOUS,
	    NULL, },
	{ 'u', 0, NULL, "undo the last step of the draft", ID_UNDO, is_live, },
	{ K_CTRL('r'), 0, NULL, "redo", ID_REDO, is_live, },
	{ 'w', 0, NULL, "who may relay?", ID_WHO, is_live, },
	{ ':', 0, NULL, "a command, as relayadm(1) has them", ID_COMMAND,
	    is_live, },
	{ 'L', 0, NULL, "log of this session: the command for each edit",
	    ID_LOG, is_live, },
	{ 'M', 0, NULL,
	    "mouse on or off (Shift then selects text as before)", ID_MOUSE,
	    NULL, },
	{ 'D', 0, NULL, "frames of ASCII or of lines", ID_LINES, NULL, },
	{ '|', 0, NULL, "which columns of this table are shown", ID_COLUMNS,
	    is_at_table, },
	{ K_CTRL('l'), 0, NULL, "draw the screen anew", ID_REDRAW, NULL, },
	{ K_CTRL('z'), 0, NULL, "stop; fg in the shell comes back", ID_SUSPEND,
	    NULL, },
	{ K_CTRL('q'), K_F1 + 9, NULL, "leave relayadm", ID_QUIT, NULL, },
	{ K_ESC, 'q', "Back", "back (asks when something would be lost)",
	    ID_CANCEL, NULL, },
	{ '?', K_F1, "Help", "the keys of this screen; again: of this field",
	    ID_HELP, NULL, },
	{ 0 },
};

const struct key_row list_keys[] = {
	{ K_DOWN, 'j', NULL, "down", ID_NONE, NULL, },
	{ K_UP, 'k', NULL, "up", ID_NONE, NULL, },
	{ K_PGDN, K_CTRL('f'), NULL, "a page down", ID_NONE, NULL, },
	{ K_PGUP, K_CTRL('b'), NULL, "a page up", ID_NONE, NULL, },
	{ K_HOME, 'g', NULL, "to the first row", ID_NONE, NULL, },
	{ K_END, 'G', NULL, "to the last row; 500G to row 500", ID_NONE,
	    NULL, },
	{ '>', '<', NULL, "columns to the right, beside the first; back",
	    ID_NONE, NULL, },
	{ '/', 0, "Filter", "filter the rows; Esc there clears it", ID_NONE,
	    NULL, },
	{ ' ', 'V', NULL, "mark a row; a range, from V to V", ID_NONE, NULL, },
	{ '*', '-', NULL, "mark all shown; unmark all", ID_NONE, NULL, },
	{ 0 },
};

static const struct {
	uint32_t key;
	const char *name;
} names[] = {
	{ K_UP, "Up" },
	{ K_DOWN, "Down" },
	{ K_LEFT, "Left" },
	{ K_RIGHT, "Right" },
	{ K_HOME, "Home" },
	{ K_END, "End" },
	{ K_PGUP, "PgUp" },
	{ K_PGDN, "PgDn" },
	{ K_INSERT, "Ins" },
	{ K_DELETE, "Del" },
	{ K_BACKSPACE, "Backspace" },
	{ K_ENTER, "Enter" },
	{ K_TAB, "Tab" },
	{ K_BACKTAB, "Shift-Tab" },
	{ K_ESC, "Esc" },
	{ K_CTRL_PGUP, "Ctrl-PgUp" },
	{ K_CTRL_PGDN, "Ctrl-PgDn" },
	{ ' ', "Space" },
};

const char *
key_name(uint32_t key, char text[16])
{
	size_t i, n;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].key == key) {
			snprintf(text, 16, "%s", names[i].name);
			return text;
		}
	if (key >= K_F1 && key <= K_F12)
		snprintf(text, 16, "F%u", (unsigned)(key - K_F1 + 1));
	else if (key < 27)
		snprintf(text, 16, "Ctrl-%c", (char)('A' + key - 1));
	else if (key & K_ALT)
		snprintf(text, 16, "Alt-%c", (char)(key & 0x7f));
	else {
		n = utf8_write(text, key);
		text[n] = '\0';
	}
	return text;
}

/* "a", "Space", "Ctrl-R", "Alt-x", "F5". */
bool
key_parse(uint32_t *key, const char *name, struct err *err)
{
	size_t i, len = strlen(name);

	*key = 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].name, name))
			*key = names[i].key;
	if (*key)
		return true;
	if (!strncmp(name, "Ctrl-", 5) && len == 6 && name[5] >= 'A' &&
	    name[5] <= 'Z')
		*key = K_CTRL(name[5]);
	else if (!strncmp(name, "Alt-", 4) && len == 5 && name[4] > ' ')
		*key = K_ALT | (uint32_t)(unsigned char)name[4];
	else if (name[0] == 'F' && len >= 2 && len <= 3)
		i = (size_t)strtoul(name + 1, NULL, 10),
		*key = i >= 1 && i <= 12 ? K_F1 + (uint32_t)i - 1 : 0;
	else if (utf8_read(name, len, key) != len || *key < 32)
		*key = *key >= K_NAMED ? *key : 0;
	return *key || fail_as(err, ERR_USAGE, "%.40s is no key; keys are a, "
	    "Space, Ctrl-R, Alt-x, F5, Del and so on", name);
}

/* --- what the user has changed ------------------------------------------ */

#define CHANGES_MOST 200

static struct {
	const struct key_row *row;
	uint32_t key, other;
	int line;
} changes[CHANGES_MOST];
static size_t change_count;

static size_t
change_of(const struct key_row *row)
{
	size_t i = 0;

	while (i < change_count && changes[i].row != row)
		i++;
	return i;
}

uint32_t
key_first(const struct key_row *row)
{
	size_t i = change_of(row);

	return i < change_count ? changes[i].key : row->key;
}

uint32_t
key_second(const struct key_row *row)
{
	size_t i = change_of(row);

	return i < change_count ? changes[i].other : row->other;
}

/* Who cannot move, or not get out, is lost. */
static bool
is_needed(uint32_t key)
{
	return key == K_ESC || key == K_UP || key == K_DOWN || key == K_LEFT ||
	    key == K_RIGHT || key == 'h' || key == K_BACKSPACE;
}

bool
key_change(const struct key_row *row, uint32_t key, uint32_t other, int line,
    struct err *err)
{
	size_t i = change_of(row);
	char name[16];

	if (is_needed(row->key) || row->key == K_TAB || row->key == K_BACKTAB)
		return fail_as(err, ERR_USAGE, "%s keeps its meaning",
		    key_name(row->key, name));
	if (is_needed(key) || is_needed(other))
		return fail_as(err, ERR_USAGE, "%s keeps its meaning",
		    key_name(is_needed(key) ? key : other, name));
	if (i == CHANGES_MOST)
		return fail_as(err, ERR_USAGE, "more than %d changed keys",
		    CHANGES_MOST);
	changes[i].row = row;
	changes[i].key = key;
	changes[i].other = other;
	changes[i].line = line;
	change_count += i == change_count;
	return true;
}

/* The line of the settings that set this key, 0: none did. */
static int
line_of(uint32_t key)
{
	size_t i;

	for (i = 0; i < change_count; i++)
		if (changes[i].key == key || changes[i].other == key)
			return changes[i].line;
	return 0;
}

static bool
ends(const struct key_row *row)
{
	return !row->key && !row->id;
}

const struct key_row *
key_find(const struct key_row *rows, uint32_t key,
    const struct dialog *dialog)
{
	if (!rows)
		return NULL;
	for (; !ends(rows); rows++)
		if ((key_first(rows) == key || key_second(rows) == key) &&
		    (!rows->alive || rows->alive(dialog)))
			return rows;
	return NULL;
}

/* Is the key bound in the rows, other than in row except? */
static bool
bound(const struct key_row *rows, uint32_t key, const struct key_row *except)
{
	if (!rows || !key)
		return false;
	for (; !ends(rows); rows++)
		if (rows != except && rows->id != except->id &&
		    (key_first(rows) == key || key_second(rows) == key))
			return true;
	return false;
}

bool
key_check(const struct key_row *a, const struct key_row *b, struct err *err)
{
	const struct key_row *row;
	char name[16];

	for (row = a; row && !ends(row); row++) {
		uint32_t first = key_first(row), second = key_second(row);
		uint32_t key = 0;

		if (bound(a, first, row) || bound(b, first, row))
			key = first;
		if (bound(a, second, row) || bound(b, second, row))
			key = second;
		if (!key)
			continue;
		fail_as(err, ERR_USAGE, "key %s is bound twice",
		    key_name(key, name));
		return line_of(key) ? fail_in(err, "line %d", line_of(key))
		                    : false;
	}
	return true;
}

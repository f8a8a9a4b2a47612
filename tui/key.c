#include "config.h"

#include <stdio.h>
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
	{ K_CTRL('l'), 0, NULL, "draw the screen anew", ID_REDRAW, NULL, },
	{ K_CTRL('z'), 0, NULL, "stop; fg in the shell comes back", ID_SUSPEND,
	    NULL, },
	{ K_CTRL('q'), K_F1 + 9, NULL, "leave relayadm", ID_QUIT, NULL, },
	{ K_ESC, 'q', "Back", "back (asks when something would be lost)",
	    ID_CANCEL, NULL, },
	{ '?', K_F1, "Help", "the keys of this screen", ID_HELP, NULL, },
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
	{ '/', 0, "Filter", "filter the rows; Esc there clears it", ID_NONE,
	    NULL, },
	{ ' ', 0, NULL, "mark a row (* all shown, - none)", ID_NONE, NULL, },
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
		if ((rows->key == key || rows->other == key) &&
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
		    (rows->key == key || rows->other == key))
			return true;
	return false;
}

bool
key_check(const struct key_row *a, const struct key_row *b, struct err *err)
{
	const struct key_row *row;
	char name[16];

	for (row = a; row && !ends(row); row++) {
		uint32_t key = 0;

		if (bound(a, row->key, row) || bound(b, row->key, row))
			key = row->key;
		if (bound(a, row->other, row) || bound(b, row->other, row))
			key = row->other;
		if (key)
			return fail(err, "key %s is bound twice",
			    key_name(key, name));
	}
	return true;
}

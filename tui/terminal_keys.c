#include "config.h"

#include <curses.h>
#include <term.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mouse.h"
#include "policy/buf.h"
#include "terminal.h"
#include "text_safe.h"

/* Our own codes for curses, above those that it uses. */
enum {
	PASTE_BEGIN = KEY_MAX + 1,
	PASTE_END,
	CTRL_PGUP,
	CTRL_PGDN,
	KEYPAD_ENTER,
	REPORT_SGR,
	REPORT_OLD,
};

#define PASTE_MOST ((size_t)64 << 20)

/* The same key as other terminals send it, whatever terminfo says. */
static const struct {
	const char *text;
	int code;
} alternates[] = {
	{ "\033[A", KEY_UP },
	{ "\033[B", KEY_DOWN },
	{ "\033[C", KEY_RIGHT },
	{ "\033[D", KEY_LEFT },
	{ "\033OA", KEY_UP },
	{ "\033OB", KEY_DOWN },
	{ "\033OC", KEY_RIGHT },
	{ "\033OD", KEY_LEFT },
	{ "\033[H", KEY_HOME },
	{ "\033[F", KEY_END },
	{ "\033OH", KEY_HOME },
	{ "\033OF", KEY_END },
	{ "\033[1~", KEY_HOME },
	{ "\033[4~", KEY_END },
	{ "\033[7~", KEY_HOME },
	{ "\033[8~", KEY_END },
	{ "\033[2~", KEY_IC },
	{ "\033[3~", KEY_DC },
	{ "\033[5~", KEY_PPAGE },
	{ "\033[6~", KEY_NPAGE },
	{ "\033[5;5~", CTRL_PGUP },
	{ "\033[6;5~", CTRL_PGDN },
	{ "\033[Z", KEY_BTAB },
	{ "\033OM", KEYPAD_ENTER },
	{ "\033OP", KEY_F(1) },
	{ "\033OQ", KEY_F(2) },
	{ "\033OR", KEY_F(3) },
	{ "\033OS", KEY_F(4) },
	{ "\033[11~", KEY_F(1) },
	{ "\033[12~", KEY_F(2) },
	{ "\033[13~", KEY_F(3) },
	{ "\033[14~", KEY_F(4) },
	{ "\033[[A", KEY_F(1) },
	{ "\033[[B", KEY_F(2) },
	{ "\033[[C", KEY_F(3) },
	{ "\033[[D", KEY_F(4) },
	{ "\033[[E", KEY_F(5) },
	{ "\033[1;5A", KEY_UP },
	{ "\033[1;5B", KEY_DOWN },
	{ "\033[1;5C", KEY_RIGHT },
	{ "\033[1;5D", KEY_LEFT },
	{ "\033[200~", PASTE_BEGIN },
	{ "\033[201~", PASTE_END },
	{ "\033[<", REPORT_SGR },
	{ "\033[M", REPORT_OLD },
};

static const struct {
	int code;
	uint32_t key;
} names[] = {
	{ KEY_UP, K_UP },
	{ KEY_DOWN, K_DOWN },
	{ KEY_LEFT, K_LEFT },
	{ KEY_RIGHT, K_RIGHT },
	{ KEY_HOME, K_HOME },
	{ KEY_END, K_END },
	{ KEY_PPAGE, K_PGUP },
	{ KEY_NPAGE, K_PGDN },
	{ KEY_IC, K_INSERT },
	{ KEY_DC, K_DELETE },
	{ KEY_BACKSPACE, K_BACKSPACE },
	{ KEY_ENTER, K_ENTER },
	{ KEYPAD_ENTER, K_ENTER },
	{ KEY_BTAB, K_BACKTAB },
	{ CTRL_PGUP, K_CTRL_PGUP },
	{ CTRL_PGDN, K_CTRL_PGDN },
	{ KEY_RESIZE, K_RESIZE },
};

static struct mouse mouse;
static struct buf paste;
static bool pasting;
static struct timespec escape_time; /* of the last lone Esc */
static bool escape_recent;
static char swallowing; /* what began it: '[', 'O', or 0 */

bool
terminal_known(const char *term)
{
	int answer;

	if (!term || !*term || setupterm(term, STDOUT_FILENO, &answer) != OK)
		return false;
	del_curterm(cur_term);
	return true;
}

int
terminal_colours(const char *term)
{
	int answer, count;

	if (!term || !*term || setupterm(term, STDOUT_FILENO, &answer) != OK)
		return -1;
	count = tigetnum("colors");
	del_curterm(cur_term);
	return count > 0 ? count : 0;
}

bool
terminal_is_screen(const char *term)
{
	int answer;
	bool moves;

	if (!term || !*term || setupterm(term, STDOUT_FILENO, &answer) != OK)
		return false;
	moves = tigetstr("cup") != NULL;
	del_curterm(cur_term);
	return moves;
}

const char *
terminal_library(void)
{
	return curses_version();
}

void
terminal_keys_define(void)
{
	size_t i;

	for (i = 0; i < sizeof(alternates) / sizeof(alternates[0]); i++)
		define_key(alternates[i].text, alternates[i].code);
}

void
terminal_forget_paste(void)
{
	if (paste.data)
		explicit_bzero(paste.data, paste.cap);
	buf_clear(&paste);
}

void
terminal_keys_clear(void)
{
	buf_free(&paste);
	pasting = false;
	mouse_begin(&mouse, MOUSE_NONE);
}

static uint32_t
name_code(int code)
{
	size_t i;

	if (code >= KEY_F(1) && code <= KEY_F(12))
		return K_F1 + (uint32_t)(code - KEY_F(1));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == code)
			return names[i].key;
	return 0;
}

static uint32_t
name_char(wint_t ch)
{
	if (ch == '\r' || ch == '\n')
		return K_ENTER;
	if (ch == '\t')
		return K_TAB;
	if (ch == 127 || ch == 8)
		return K_BACKSPACE;
	return (uint32_t)ch;
}

/* More of a paste; true when its end was there. */
static bool
read_paste(void)
{
	wint_t ch;
	int kind;

	while ((kind = get_wch(&ch)) != ERR) {
		char bytes[4];

		if (kind == KEY_CODE_YES && ch == PASTE_END) {
			pasting = false;
			return true;
		}
		if (kind == KEY_CODE_YES || paste.len >= PASTE_MOST)
			continue;
		if (ch == '\r')
			ch = '\n';
		buf_addn(&paste, bytes, utf8_write(bytes, (uint32_t)ch));
	}
	return false;
}

static long
since_escape(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - escape_time.tv_sec) * 1000 +
	    (now.tv_nsec - escape_time.tv_nsec) / 1000000;
}

/* Esc alone, or with the key that came in the same breath: Alt with a letter,
 * or a function key for a digit. */
static uint32_t
read_escape(void)
{
	wint_t ch;
	int kind = get_wch(&ch);

	if (kind == ERR) {
		clock_gettime(CLOCK_MONOTONIC, &escape_time);
		escape_recent = true;
		return K_ESC;
	}
	if (kind == KEY_CODE_YES)
		return name_code((int)ch);
	if (ch == 27)
		return K_ESC;
	if (ch == '[' || ch == 'O') {
		swallowing = (char)ch;
		return 0;
	}
	if (ch >= '1' && ch <= '9')
		return K_F1 + (uint32_t)(ch - '1');
	if (ch == '0')
		return K_F1 + 9;
	return ch >= 32 ? K_ALT | (uint32_t)ch : (uint32_t)ch;
}

/* The rest of an arrow key that a slow line cut after its Esc, or of one that
 * nobody knows: must not act as letters.  "[" goes on to the first letter, "O"
 * for one (ECMA-48, 5.4). */
static bool
is_torn(uint32_t key)
{
	if (escape_recent && (key == '[' || key == 'O') &&
	    since_escape() < 100) {
		swallowing = (char)key;
		escape_recent = false;
		return true;
	}
	escape_recent = false;
	if (!swallowing || key < 32 || key > 126) {
		swallowing = 0;
		return false;
	}
	if (swallowing == 'O' || key >= 64)
		swallowing = 0;
	return true;
}

/* Was this for a report of the mouse?  Its event has a key if it says
 * something. */
static bool
is_report(int kind, wint_t ch, struct event *event)
{
	if (kind == KEY_CODE_YES) {
		mouse_begin(&mouse, ch == REPORT_SGR ? MOUSE_SGR
		    : ch == REPORT_OLD               ? MOUSE_OLD
		                                     : MOUSE_NONE);
		return mouse.kind != MOUSE_NONE;
	}
	return mouse.kind != MOUSE_NONE &&
	    mouse_take(&mouse, (uint32_t)ch, event);
}

static uint32_t
read_key(int kind, wint_t ch)
{
	return kind == KEY_CODE_YES ? name_code((int)ch)
	    : ch == 27              ? read_escape()
	                            : name_char(ch);
}

bool
terminal_read(struct event *event)
{
	wint_t ch;
	int kind;

	memset(event, 0, sizeof(*event));
	while (!pasting && (kind = get_wch(&ch)) != ERR) {
		if (kind == KEY_CODE_YES && ch == PASTE_BEGIN) {
			buf_clear(&paste);
			pasting = true;
			break;
		}
		if (is_report(kind, ch, event)) {
			if (event->key && terminal_has_mouse())
				return true;
			event->key = 0;
			continue;
		}
		event->key = read_key(kind, ch);
		if (event->key && !is_torn(event->key))
			return true;
	}
	if (!pasting || !read_paste())
		return false;
	event->key = K_PASTE;
	event->text = buf_text(&paste);
	event->len = paste.len;
	return true;
}

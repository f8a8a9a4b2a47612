/* What the keyboard says.  A printable key is its Unicode code point, Ctrl with
 * a letter is 1 to 26, the others are named here. */
#ifndef TUI_EVENT_H
#define TUI_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	K_NAMED = 0x110000, /* above every code point */
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PGUP,
	K_PGDN,
	K_INSERT,
	K_DELETE,
	K_BACKSPACE,
	K_ENTER,
	K_TAB,
	K_BACKTAB,
	K_ESC,
	K_CTRL_PGUP,
	K_CTRL_PGDN,
	K_F1, /* K_F1 + n - 1 is F n, up to 12 */
	K_F12 = K_F1 + 11,
	K_PASTE,  /* text and len hold it */
	K_CLICK,  /* of the left button; x and y say where */
	K_WHEEL_UP,
	K_WHEEL_DOWN,
	K_RESIZE, /* the size of the terminal may have changed */
	K_ALT = 0x1000000, /* added to a code point */
};

#define K_CTRL(letter) ((uint32_t)(letter) & 0x1f)

struct event {
	uint32_t key;
	const char *text; /* K_PASTE: raw bytes, owned by the terminal */
	size_t len;
	int x, y;   /* of the mouse: cells from the left and the top */
	bool again; /* K_CLICK: on what had the focus already */
};

#endif

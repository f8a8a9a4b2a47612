/* Text from files, gateways and the database, made safe for a terminal.
 * Everything that is drawn or printed passes here.
 *
 * What could move the cursor, hide or reorder text becomes visible: bytes that
 * are no UTF-8 as \xHH; controls, C1, line separators, format characters
 * (bidi, tags, zero width), variation selectors, private and unassigned code
 * points as \u{XXXX}; of combining marks two follow a base character, the
 * others are escaped.  Without a UTF-8 locale every code point above 126 is. */
#ifndef TUI_TEXT_SAFE_H
#define TUI_TEXT_SAFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/buf.h"

/* One thing to draw: a character with its marks, or an escape. */
struct shape {
	uint32_t ch;       /* 0: draw the escape instead */
	uint32_t marks[2]; /* combining, 0 for none */
	int width;         /* columns: 1 or 2, or the escape's length */
	char escape[12];
};

/* False: only ASCII leaves as it came.  The default is false. */
void text_use_utf8(bool utf8);

/* Takes the next shape from *text, of *len bytes; false at the end. */
bool text_next(const char **text, size_t *len, struct shape *shape);

void text_safe_add(struct buf *out, const char *text);
void text_safe_addn(struct buf *out, const char *text, size_t len);

/* Columns that the text takes when it is drawn. */
int text_columns(const char *text);

/* One code point of UTF-8: its length, or 0 when it is none. */
size_t utf8_read(const char *text, size_t len, uint32_t *ch);
size_t utf8_write(char out[4], uint32_t ch);

#endif

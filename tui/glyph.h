/* The shapes that are not text, in two tables: ASCII, and box drawing of
 * unambiguous width.  Never the terminal's alternate character set. */
#ifndef TUI_GLYPH_H
#define TUI_GLYPH_H

#include <stdbool.h>
#include <stdint.h>

enum glyph {
	GLYPH_HORIZONTAL,
	GLYPH_VERTICAL,
	GLYPH_TOP_LEFT,
	GLYPH_TOP_RIGHT,
	GLYPH_BOTTOM_LEFT,
	GLYPH_BOTTOM_RIGHT,
	GLYPH_TEE_LEFT,  /* a rule begins at a left frame */
	GLYPH_TEE_RIGHT, /* and ends at a right one */
	GLYPH_DONE,      /* of a progress bar */
	GLYPH_TODO,
	GLYPH_COUNT,
};

void glyph_use_ascii(bool ascii);
uint32_t glyph(enum glyph glyph);

#endif

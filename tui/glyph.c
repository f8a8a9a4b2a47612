#include "config.h"

#include "glyph.h"

static const uint32_t ascii_glyphs[GLYPH_COUNT] = {
	[GLYPH_HORIZONTAL] = '-',
	[GLYPH_VERTICAL] = '|',
	[GLYPH_TOP_LEFT] = '+',
	[GLYPH_TOP_RIGHT] = '+',
	[GLYPH_BOTTOM_LEFT] = '+',
	[GLYPH_BOTTOM_RIGHT] = '+',
	[GLYPH_TEE_LEFT] = '+',
	[GLYPH_TEE_RIGHT] = '+',
	[GLYPH_DONE] = '#',
	[GLYPH_TODO] = '-',
};

static const uint32_t box_glyphs[GLYPH_COUNT] = {
	[GLYPH_HORIZONTAL] = 0x2500,
	[GLYPH_VERTICAL] = 0x2502,
	[GLYPH_TOP_LEFT] = 0x250c,
	[GLYPH_TOP_RIGHT] = 0x2510,
	[GLYPH_BOTTOM_LEFT] = 0x2514,
	[GLYPH_BOTTOM_RIGHT] = 0x2518,
	[GLYPH_TEE_LEFT] = 0x251c,
	[GLYPH_TEE_RIGHT] = 0x2524,
	[GLYPH_DONE] = '#',
	[GLYPH_TODO] = '-',
};

static const uint32_t *glyphs = ascii_glyphs;

void
glyph_use_ascii(bool ascii)
{
	glyphs = ascii ? ascii_glyphs : box_glyphs;
}

uint32_t
glyph(enum glyph glyph)
{
	return glyphs[glyph];
}

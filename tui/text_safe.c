#include "config.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "text_safe.h"

struct interval {
	uint32_t first, last;
};

/* General category Cf, variation selectors, separators, private use: what a
 * terminal draws as nothing or takes as an order. */
static const struct interval unsafe[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad },
	{ 0x034f, 0x034f }, { 0x0600, 0x0605 }, { 0x061c, 0x061c },
	{ 0x06dd, 0x06dd }, { 0x070f, 0x070f }, { 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xd800, 0xf8ff },
	{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xffff }, { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
	{ 0x13430, 0x13455 }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0x10ffff },
};

static bool utf8_wanted;

void
text_use_utf8(bool utf8)
{
	utf8_wanted = utf8;
}

size_t
utf8_read(const char *text, size_t len, uint32_t *ch)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)(len ? text[0] : 0x80);
	size_t need = lead < 0x80 ? 1
	    : lead >= 0xc2 && lead < 0xe0 ? 2
	    : lead >= 0xe0 && lead < 0xf0 ? 3
	    : lead >= 0xf0 && lead < 0xf5 ? 4
	                                  : 0;
	size_t i;

	if (!need || need > len)
		return 0;
	*ch = need == 1 ? lead : lead & (0x7fu >> need);
	for (i = 1; i < need; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		*ch = *ch << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (*ch < least[need] && need > 1)
		return 0;
	if (*ch > 0x10ffff || (*ch >= 0xd800 && *ch <= 0xdfff))
		return 0;
	return need;
}

size_t
utf8_write(char out[4], uint32_t ch)
{
	if (ch < 0x80) {
		out[0] = (char)ch;
		return 1;
	}
	if (ch < 0x800) {
		out[0] = (char)(0xc0 | ch >> 6);
		out[1] = (char)(0x80 | (ch & 0x3f));
		return 2;
	}
	if (ch < 0x10000) {
		out[0] = (char)(0xe0 | ch >> 12);
		out[1] = (char)(0x80 | (ch >> 6 & 0x3f));
		out[2] = (char)(0x80 | (ch & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | ch >> 18);
	out[1] = (char)(0x80 | (ch >> 12 & 0x3f));
	out[2] = (char)(0x80 | (ch >> 6 & 0x3f));
	out[3] = (char)(0x80 | (ch & 0x3f));
	return 4;
}

static bool
is_unsafe(uint32_t ch)
{
	size_t low = 0, high = sizeof(unsafe) / sizeof(unsafe[0]);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (ch > unsafe[middle].last)
			low = middle + 1;
		else if (ch < unsafe[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}

/* Columns of a character that may be drawn, 0 for a combining mark, -1 for
 * one that must be escaped. */
static int
width_of(uint32_t ch)
{
	if (ch >= 0x20 && ch < 0x7f)
		return 1;
	if (!utf8_wanted || is_unsafe(ch))
		return -1;
	return wcwidth((wchar_t)ch);
}

static void
take_marks(const char **text, size_t *len, struct shape *shape)
{
	int count = 0;

	while (count < 2) {
		uint32_t ch;
		size_t n = utf8_read(*text, *len, &ch);

		if (!n || ch < 0x80 || width_of(ch) != 0)
			return;
		shape->marks[count++] = ch;
		*text += n;
		*len -= n;
	}
}

bool
text_next(const char **text, size_t *len, struct shape *shape)
{
	uint32_t ch;
	size_t n;
	int width;

	if (!*len)
		return false;
	memset(shape, 0, sizeof(*shape));
	n = utf8_read(*text, *len, &ch);
	width = n ? width_of(ch) : -1;
	if (width > 0) {
		shape->ch = ch;
		shape->width = width;
	} else if (n) {
		shape->width = snprintf(shape->escape, sizeof(shape->escape),
		    "\\u{%X}", (unsigned)ch);
	} else {
		n = 1;
		shape->width = snprintf(shape->escape, sizeof(shape->escape),
		    "\\x%02X", (unsigned)(unsigned char)**text);
	}
	*text += n;
	*len -= n;
	if (shape->ch)
		take_marks(text, len, shape);
	return true;
}

static void
add_char(struct buf *out, uint32_t ch)
{
	char bytes[4];

	if (ch)
		buf_addn(out, bytes, utf8_write(bytes, ch));
}

void
text_safe_addn(struct buf *out, const char *text, size_t len)
{
	struct shape shape;

	while (text_next(&text, &len, &shape)) {
		if (!shape.ch) {
			buf_add(out, shape.escape);
			continue;
		}
		add_char(out, shape.ch);
		add_char(out, shape.marks[0]);
		add_char(out, shape.marks[1]);
	}
}

void
text_safe_add(struct buf *out, const char *text)
{
	text_safe_addn(out, text, strlen(text));
}

int
text_columns(const char *text)
{
	size_t len = strlen(text);
	struct shape shape;
	int columns = 0;

	while (text_next(&text, &len, &shape))
		columns += shape.width;
	return columns;
}

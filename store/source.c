#include "config.h"

#include <stdint.h>
#include <string.h>

#include "source.h"

/* What is no list at all, by its first bytes. */
static const struct {
	const char *bytes;
	size_t len;
	const char *what;
} strangers[] = {
	{ "\xff\xfe\0\0", 4, "is UTF-32; save it as UTF-8", },
	{ "\0\0\xfe\xff", 4, "is UTF-32; save it as UTF-8", },
	{ "\x1f\x8b", 2, "is compressed by gzip; unpack it first", },
	{ "PK\x03\x04", 4, "is compressed by zip; unpack it first", },
	{ "BZh", 3, "is compressed by bzip2; unpack it first", },
	{ "\xfd" "7zXZ", 5, "is compressed by xz; unpack it first", },
	{ "\x28\xb5\x2f\xfd", 4, "is compressed by zstd; unpack it first", },
	{ "SQLite format 3", 16, "is an SQLite database, not a list", },
	{ "\x7f" "ELF", 4, "is a program, not a list", },
	{ "%PDF", 4, "is a PDF, not a list", },
};

static bool
starts(const char *text, size_t len, const char *magic, size_t n)
{
	return len >= n && !memcmp(text, magic, n);
}

static size_t
count_blanks(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && memchr(" \t\r\n", text[n], 4))
		n++;
	return n;
}

static bool
check_known(const char *text, size_t len, struct err *err)
{
	size_t blanks = count_blanks(text, len);

	for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++)
		if (starts(text + blanks, len - blanks, strangers[i].bytes,
		        strangers[i].len))
			return fail(err, "%s", strangers[i].what);
	/* "<; 10.0.0.0/8" is a list of Exim. */
	if (len > blanks + 1 && text[blanks] == '<' &&
	    !memchr(";,:|/&\n \t", text[blanks + 1], 9))
		return fail(err, "is HTML or XML, not a list");
	return true;
}

/* --- UTF-16 ------------------------------------------------------------- */

struct utf16 {
	const unsigned char *bytes;
	size_t len, at;
	int high; /* the place of the high byte in a pair */
};

/* Text that is mostly ASCII has every other byte NUL. */
static bool
looks_wide(const unsigned char *bytes, size_t len, int high)
{
	size_t end = (len > 1024 ? 1024 : len) & ~(size_t)1;

	for (size_t i = 0; i < end; i += 2)
		if (bytes[i + (size_t)high] != 0 ||
		    bytes[i + (size_t)!high] == 0)
			return false;
	return end > 0;
}

static bool
find_utf16(struct utf16 *u, const char *bytes, size_t len)
{
	*u = (struct utf16){ .bytes = (const unsigned char *)bytes,
		.len = len };
	if (starts(bytes, len, "\xff\xfe", 2) ||
	    starts(bytes, len, "\xfe\xff", 2)) {
		u->high = u->bytes[0] == 0xff;
		u->at = 2;
		return true;
	}
	for (u->high = 0; u->high < 2; u->high++)
		if (looks_wide(u->bytes, len, u->high))
			return true;
	return false;
}

static uint32_t
next_unit(struct utf16 *u)
{
	const unsigned char *p = u->bytes + u->at;

	u->at += 2;
	return (uint32_t)p[u->high] << 8 | p[!u->high];
}

static void
add_utf8(struct buf *buf, uint32_t c)
{
	char text[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char leads[] = { 0, 0, 0xc0, 0xe0, 0xf0, };

	for (size_t i = n; i-- > 1; c >>= 6)
		text[i] = (char)(0x80 | (c & 0x3f));
	text[0] = (char)(leads[n] | c);
	buf_addn(buf, text, n);
}

static bool
decode(struct utf16 *u, struct buf *own, struct err *err)
{
	if ((u->len - u->at) % 2)
		return fail(err, "is UTF-16 that ends within a character, at "
		    "byte %zu; it was cut short", u->len);
	while (u->at < u->len) {
		size_t at = u->at;
		uint32_t low, c = next_unit(u);

		if (c >= 0xd800 && c <= 0xdfff) {
			low = u->at < u->len ? next_unit(u) : 0;
			if (c >= 0xdc00 || low < 0xdc00 || low > 0xdfff)
				return fail(err, "is UTF-16 with half of a "
				    "surrogate pair at byte %zu; save it as "
				    "UTF-8", at);
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
		add_utf8(own, c);
	}
	return true;
}

/* --- all of it ---------------------------------------------------------- */

bool
source_open(struct source *source, struct buf *own, const char *bytes,
    size_t len, struct err *err)
{
	struct utf16 wide;

	if (!check_known(bytes, len, err))
		return false;
	if (find_utf16(&wide, bytes, len)) {
		if (!decode(&wide, own, err))
			return false;
		bytes = buf_text(own);
		len = own->len;
	}
	if (starts(bytes, len, "\xef\xbb\xbf", 3))
		bytes += 3, len -= 3;
	source->text = bytes;
	source->len = len;
	return len ? check_known(bytes, len, err) : fail(err, "is empty");
}

bool
source_is_json(const struct source *source)
{
	size_t at = count_blanks(source->text, source->len);

	if (at < source->len && source->text[at] == '[') {
		at++;
		at += count_blanks(source->text + at, source->len - at);
		return at < source->len && memchr("{[\"]", source->text[at], 4);
	}
	return at < source->len && source->text[at] == '{';
}

static size_t
sniffed(const struct source *source)
{
	return source->len < SOURCE_SNIFFED ? source->len : SOURCE_SNIFFED;
}

bool
source_has_key(const struct source *source, const char *key)
{
	const char *at = source->text, *end = at + sniffed(source);
	size_t n = strlen(key);

	while ((at = memchr(at, '"', (size_t)(end - at)))) {
		at++;
		if (starts(at, (size_t)(end - at), key, n) &&
		    (size_t)(end - at) > n + 1 && at[n] == '"') {
			at += n + 1;
			at += count_blanks(at, (size_t)(end - at));
			if (at < end && *at == ':')
				return true;
		}
	}
	return false;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool
source_has(const struct source *source, const char *text)
{
	size_t n = strlen(text), len = sniffed(source), k;

	for (size_t i = 0; i + n <= len; i++) {
		for (k = 0; k < n; k++)
			if (lower(source->text[i + k]) != lower(text[k]))
				break;
		if (k == n)
			return true;
	}
	return false;
}

#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "policy/name.h"

void
reader_open(struct reader *j, const char *text, size_t len, struct err *err)
{
	memset(j, 0, sizeof(*j));
	j->text = text;
	j->len = len;
	j->err = err;
}

void
reader_close(struct reader *j)
{
	buf_free(&j->scratch);
}

static void
add_place(struct buf *buf, const struct reader *j)
{
	for (int i = 0; i < j->depth; i++) {
		const struct reader_frame *f = &j->frames[i];

		if (!f->key[0])
			buf_addf(buf, "[%zu]", f->index);
		else
			buf_addf(buf, "%s%s", buf->len ? "." : "", f->key);
	}
	if (!buf->len)
		buf_add(buf, "document");
}

bool
reader_fail(struct reader *j, const char *format, ...)
{
	struct buf buf = { 0 };
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add_place(&buf, j);
	fail(j->err, "%s: %s", buf_text(&buf), text);
	buf_free(&buf);
	return false;
}

bool
reader_fail_key(struct reader *j, const char *key, const char *text)
{
	struct buf buf = { 0 };

	if (j->depth)
		add_place(&buf, j);
	fail(j->err, "%s%s%s: %s", buf_text(&buf), buf.len ? "." : "", key,
	    text);
	buf_free(&buf);
	return false;
}

/* Not JSON at all: the line helps more than the place. */
static bool
broken(struct reader *j, const char *what)
{
	size_t line = 1;

	for (size_t i = 0; i < j->pos && i < j->len; i++)
		line += j->text[i] == '\n';
	return reader_fail(j, "line %zu: %s", line, what);
}

static void
skip_blanks(struct reader *j)
{
	while (j->pos < j->len &&
	    (j->text[j->pos] == ' ' || j->text[j->pos] == '\n' ||
	        j->text[j->pos] == '\t' || j->text[j->pos] == '\r'))
		j->pos++;
}

static char
next_char(struct reader *j)
{
	skip_blanks(j);
	return j->pos < j->len ? j->text[j->pos] : '\0';
}

char
reader_peek(struct reader *j)
{
	char c = next_char(j);

	if (c == '-' || (c >= '0' && c <= '9'))
		return '0';
	if (c == 'f')
		return 't';
	return c && strchr("{[\"tn", c) ? c : '\0';
}

/* "a text is needed, not a number" */
static bool
wrong_kind(struct reader *j, const char *wanted)
{
	static const struct {
		char c;
		const char *name;
	} kinds[] = {
		{ '{', "an object" },
		{ '[', "an array" },
		{ '"', "a text" },
		{ '0', "a number" },
		{ 't', "true or false" },
		{ 'n', "null" },
	};
	char c = reader_peek(j);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].c == c)
			return reader_fail(j, "%s is needed, not %s", wanted,
			    kinds[i].name);
	if (j->pos >= j->len)
		return broken(j, "the document ends too early");
	return broken(j, "this is not JSON");
}

static bool
push(struct reader *j)
{
	if (j->depth == READER_DEPTH)
		return broken(j, "nested too deeply");
	j->frames[j->depth].key[0] = '\0';
	j->frames[j->depth].index = 0;
	j->depth++;
	return true;
}

/* After a member or an item: a comma (*more) or the end. */
static bool
next_part(struct reader *j, char end, bool *more)
{
	char c = next_char(j);

	if (c != ',' && c != end)
		return broken(j, j->pos >= j->len
		        ? "the document ends too early"
		        : "a comma is missing");
	j->pos++;
	*more = c == ',';
	if (*more && next_char(j) == end)
		return broken(j, "a comma before the end");
	return true;
}

static bool
read_key(struct reader *j, char key[READER_KEY])
{
	const char *text;

	if (next_char(j) != '"')
		return broken(j, j->pos >= j->len
		        ? "the document ends too early"
		        : "a key in double quotes is needed");
	if (!reader_text(j, &text))
		return false;
	if (!*text || strlen(text) >= READER_KEY)
		return broken(j, "unknown key");
	memcpy(key, text, strlen(text) + 1);
	if (next_char(j) != ':')
		return broken(j, "a colon is missing");
	j->pos++;
	return true;
}

bool
reader_object(struct reader *j, reader_member *member, void *context)
{
	char key[READER_KEY];
	bool more;

	if (reader_peek(j) != '{')
		return wrong_kind(j, "an object");
	j->pos++;
	more = next_char(j) != '}';
	if (!more) {
		j->pos++;
		return true;
	}
	while (more) {
		if (!read_key(j, key) || !push(j))
			return false;
		memcpy(j->frames[j->depth - 1].key, key, sizeof(key));
		if (!member(j, key, context))
			return false;
		j->depth--;
		if (!next_part(j, '}', &more))
			return false;
	}
	return true;
}

bool
reader_array(struct reader *j, reader_item *item, void *context)
{
	size_t index = 0;
	bool more;

	if (reader_peek(j) != '[')
		return wrong_kind(j, "an array");
	j->pos++;
	more = next_char(j) != ']';
	if (!more) {
		j->pos++;
		return true;
	}
	if (!push(j))
		return false;
	while (more) {
		j->frames[j->depth - 1].index = index;
		if (!item(j, index++, context) || !next_part(j, ']', &more))
			return false;
	}
	j->depth--;
	return true;
}

static bool
read_hex4(struct reader *j, uint32_t *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, j->pos++) {
		char c = j->pos < j->len ? j->text[j->pos] : '\0';
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (uint32_t)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			digit = (uint32_t)(c - 'A') + 10;
		else
			return broken(j, "four hex digits must follow \\u");
		*code = *code << 4 | digit;
	}
	return true;
}

static void
add_code(struct buf *buf, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(buf, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_addc(buf, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_addc(buf, (char)(0xe0 | c >> 12));
		} else {
			buf_addc(buf, (char)(0xf0 | c >> 18));
			buf_addc(buf, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_addc(buf, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_addc(buf, (char)(0x80 | (c & 0x3f)));
}

/* \uXXXX, or two of them for a character beyond U+FFFF. */
static bool
read_unicode(struct reader *j)
{
	uint32_t code, low;

	if (!read_hex4(j, &code))
		return false;
	if (code == 0)
		return broken(j, "a NUL character in a text");
	if (code >= 0xd800 && code <= 0xdbff) {
		if (j->pos + 2 > j->len || j->text[j->pos] != '\\' ||
		    j->text[j->pos + 1] != 'u')
			return broken(j, "half of a surrogate pair");
		j->pos += 2;
		if (!read_hex4(j, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return broken(j, "half of a surrogate pair");
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	} else if (code >= 0xdc00 && code <= 0xdfff) {
		return broken(j, "half of a surrogate pair");
	}
	add_code(&j->scratch, code);
	return true;
}

/* After the backslash. */
static bool
read_escape(struct reader *j)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = j->pos < j->len ? j->text[j->pos] : '\0';
	const char *p = c ? strchr(from, c) : NULL;

	if (c == 'u') {
		j->pos++;
		return read_unicode(j);
	}
	if (!p)
		return broken(j, "an unknown escape in a text");
	buf_addc(&j->scratch, to[p - from]);
	j->pos++;
	return true;
}

/* The run of characters that stand for themselves. */
static bool
read_plain(struct reader *j)
{
	size_t from = j->pos;

	while (j->pos < j->len) {
		unsigned char c = (unsigned char)j->text[j->pos];
		size_t n = 1;

		if (c == '"' || c == '\\')
			break;
		if (c < 0x20)
			return broken(j, c ? "a control character in a text"
			                   : "a NUL character in a text");
		if (c >= 0x80)
			n = utf8_length(
			    (const unsigned char *)j->text + j->pos,
			    j->len - j->pos);
		if (!n)
			return broken(j, "a text that is not UTF-8");
		j->pos += n;
	}
	buf_addn(&j->scratch, j->text + from, j->pos - from);
	return true;
}

bool
reader_text(struct reader *j, const char **text)
{
	if (reader_peek(j) != '"')
		return wrong_kind(j, "a text");
	j->pos++;
	buf_clear(&j->scratch);
	for (;;) {
		if (!read_plain(j))
			return false;
		if (j->pos >= j->len)
			return broken(j, "a text without its closing quote");
		if (j->text[j->pos++] == '"')
			break;
		if (!read_escape(j))
			return false;
	}
	*text = buf_text(&j->scratch);
	return true;
}

static bool
read_word(struct reader *j, const char *word)
{
	size_t len = strlen(word);

	if (j->len - j->pos < len || memcmp(j->text + j->pos, word, len) != 0)
		return broken(j, "this is not JSON");
	j->pos += len;
	return true;
}

bool
reader_bool(struct reader *j, bool *value)
{
	if (reader_peek(j) != 't')
		return wrong_kind(j, "true or false");
	*value = j->text[j->pos] == 't';
	return read_word(j, *value ? "true" : "false");
}

bool
reader_null(struct reader *j)
{
	if (reader_peek(j) != 'n')
		return wrong_kind(j, "null");
	return read_word(j, "null");
}

bool
reader_number(struct reader *j, uint32_t *value)
{
	size_t from;
	char c;

	if (reader_peek(j) != '0')
		return wrong_kind(j, "a number");
	from = j->pos;
	*value = 0;
	while (j->pos < j->len && j->text[j->pos] >= '0' &&
	    j->text[j->pos] <= '9') {
		if (j->pos - from == 9)
			return reader_fail(j, "the number is too large");
		*value = *value * 10 + (uint32_t)(j->text[j->pos++] - '0');
	}
	c = j->pos < j->len ? j->text[j->pos] : '\0';
	if (j->pos == from || (c && strchr(".eE+-", c)))
		return reader_fail(j, "a whole number from 0 on is needed");
	if (j->text[from] == '0' && j->pos - from > 1)
		return broken(j, "a number with a leading zero");
	return true;
}

static size_t
skip_digits(struct reader *j)
{
	size_t from = j->pos;

	while (j->pos < j->len && j->text[j->pos] >= '0' &&
	    j->text[j->pos] <= '9')
		j->pos++;
	return j->pos - from;
}

static bool
skip_char(struct reader *j, const char *any)
{
	char c = j->pos < j->len ? j->text[j->pos] : '\0';

	if (!c || !strchr(any, c))
		return false;
	j->pos++;
	return true;
}

/* Any number of RFC 8259, section 6; none that matters has 64 digits. */
static bool
skip_number(struct reader *j)
{
	size_t from = j->pos, digits;
	bool zero, ok;

	skip_char(j, "-");
	zero = j->pos < j->len && j->text[j->pos] == '0';
	digits = skip_digits(j);
	ok = digits && !(zero && digits > 1);
	if (ok && skip_char(j, "."))
		ok = skip_digits(j) > 0;
	if (ok && skip_char(j, "eE")) {
		skip_char(j, "+-");
		ok = skip_digits(j) > 0;
	}
	if (!ok)
		return broken(j, "this is not a number");
	return j->pos - from <= 64 || broken(j, "the number is too long");
}

static bool
skip_member(struct reader *j, const char *key, void *context)
{
	(void)key, (void)context;
	return reader_skip(j);
}

static bool
skip_item(struct reader *j, size_t index, void *context)
{
	(void)index, (void)context;
	return reader_skip(j);
}

bool
reader_skip(struct reader *j)
{
	const char *text;
	bool value;

	switch (reader_peek(j)) {
	case '{':
		return reader_object(j, skip_member, NULL);
	case '[':
		return reader_array(j, skip_item, NULL);
	case '"':
		return reader_text(j, &text);
	case '0':
		return skip_number(j);
	case 't':
		return reader_bool(j, &value);
	case 'n':
		return reader_null(j);
	default:
		return wrong_kind(j, "a value");
	}
}

bool
reader_end(struct reader *j)
{
	skip_blanks(j);
	if (j->pos < j->len)
		return broken(j, "something follows the document");
	return true;
}

void
quoted_add(struct buf *buf, const char *text)
{
	buf_addc(buf, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			buf_addf(buf, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buf_addf(buf, "\\u%04x", c);
		else
			buf_addc(buf, *text);
	}
	buf_addc(buf, '"');
}

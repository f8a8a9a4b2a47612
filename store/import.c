#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "policy/mem.h"
#include "policy/name.h"

#define LONGEST_LINE 1024
#define MOST_LINES 10000000

struct judging {
	struct import *import;
	const struct import_rules *rules;
	const char *comment; /* checked, for entries without one; or NULL */
	/* Of the present line; here, so that none of it is cleared for every
	 * line. */
	struct entry entry;
	char text[LONGEST_LINE + 1];
	struct err err;
};

/* --- characters that look like others ---------------------------------- */

static const struct {
	const char *bytes;
	const char *name;
} lookalikes[] = {
	{ "\xc2\xa0", "a no-break space (U+00A0)", },
	{ "\xe2\x80\x8b", "a zero width space (U+200B)", },
	{ "\xe2\x80\x8e", "a direction mark (U+200E)", },
	{ "\xe2\x80\x90", "a hyphen that is not '-' (U+2010)", },
	{ "\xe2\x80\x91", "a hyphen that is not '-' (U+2011)", },
	{ "\xe2\x80\x93", "a dash (U+2013) where '-' belongs", },
	{ "\xe2\x80\x94", "a dash (U+2014) where '-' belongs", },
	{ "\xe2\x88\x92", "a minus sign (U+2212) where '-' belongs", },
	{ "\xe3\x80\x80", "a wide space (U+3000)", },
	{ "\xef\xbb\xbf", "a byte order mark (U+FEFF)", },
	{ "\xef\xbc", "a full-width character", },
};

/* Only a client domain may hold UTF-8. */
static bool
check_ascii(const char *text, size_t len, struct err *err)
{
	size_t at = 0;

	while (at < len && (unsigned char)text[at] >= 0x20 &&
	    (unsigned char)text[at] < 0x7f)
		at++;
	if (at == len || text[at] == '\t')
		return true;
	if (len > 7 && !memcmp(text, "domain:", 7) &&
	    (unsigned char)text[at] >= 0x80)
		return true;
	for (size_t i = 0; i < sizeof(lookalikes) / sizeof(lookalikes[0]);
	     i++) {
		size_t n = strlen(lookalikes[i].bytes);

		if (len - at >= n && !memcmp(text + at, lookalikes[i].bytes, n))
			return fail(err, "%s at column %zu",
			    lookalikes[i].name, at + 1);
	}
	return fail(err, "the byte 0x%02x at column %zu, which is not ASCII",
	    (unsigned char)text[at], at + 1);
}

/* --- one line ---------------------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
trim(const char **text, size_t *len)
{
	while (*len && is_blank((*text)[0]))
		++*text, --*len;
	while (*len && is_blank((*text)[*len - 1]))
		--*len;
}

static void
add_bad(struct import *import, const char *text, size_t len,
    const struct err *err)
{
	import->bad = mem_grow(import->bad, import->bad_count,
	    &import->bad_cap, sizeof(*import->bad));
	import->bad[import->bad_count++] = (struct bad_line){ import->lines,
		mem_textn(text, len > 200 ? 200 : len), mem_text(err->text) };
}

static size_t
find_comment(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && text[i] != '#' && text[i] != ';')
		i++;
	return i;
}

/* The text behind # or ; as a comment of the entry; "" when there is none. */
static bool
read_comment(char comment[LONGEST_LINE + 1], const char *text, size_t len,
    struct err *err)
{
	while (len && (*text == '#' || *text == ';' || is_blank(*text)))
		text++, len--;
	trim(&text, &len);
	if (!name_check_comment(text, len, err))
		return false;
	memcpy(comment, text, len);
	comment[len] = '\0';
	return true;
}

/* "192.0.2.1:25" and "[2001:db8::1]:25" are refused like any other text; what
 * is wrong with them is worth saying. */
static void
explain_port(const char *text, size_t len, struct err *err)
{
	size_t digits = 0;

	while (digits < len && text[len - 1 - digits] >= '0' &&
	    text[len - 1 - digits] <= '9')
		digits++;
	if (!digits || digits > 5 || len < digits + 2 ||
	    text[len - 1 - digits] != ':')
		return;
	if (text[0] == '[' ? text[len - 2 - digits] == ']'
	        : memchr(text, '.', len - digits) &&
	            memchr(text, ':', len) == text + len - 1 - digits)
		fail(err, "'%.*s' has a port; leave out the '%.*s'",
		    (int)(len > 80 ? 80 : len), text, (int)digits + 1,
		    text + len - 1 - digits);
}

static bool
judge_entry(struct judging *j, const char *text, size_t len)
{
	unsigned rules = j->rules->widen ? NET_IMPORT | NET_WIDEN : NET_IMPORT;
	size_t end = find_comment(text, len), entry_len = end;

	j->text[0] = '\0';
	if (len > LONGEST_LINE)
		return fail(&j->err, "a line of more than 1,024 bytes");
	if (end < len &&
	    !read_comment(j->text, text + end, len - end, &j->err))
		return false;
	trim(&text, &entry_len);
	if (!check_ascii(text, entry_len, &j->err))
		return false;
	if (!entry_parse(&j->entry, text, entry_len, rules, &j->err)) {
		explain_port(text, entry_len, &j->err);
		return false;
	}
	j->entry.comment = j->text[0] ? j->text : j->comment;
	entries_append(&j->import->entries, &j->entry);
	return true;
}

static void
judge_line(struct judging *j, const char *text, size_t len)
{
	j->import->lines++;
	trim(&text, &len);
	if (!len || text[0] == '#' || text[0] == ';')
		j->import->blank++;
	else if (!judge_entry(j, text, len))
		add_bad(j->import, text, len, &j->err);
}

/* --- the whole --------------------------------------------------------- */

/* What is no list at all, by its first bytes. */
static const struct {
	const char *bytes;
	size_t len;
	const char *what;
} strangers[] = {
	{ "\xff\xfe", 2, "is UTF-16; save it as UTF-8", },
	{ "\xfe\xff", 2, "is UTF-16; save it as UTF-8", },
	{ "\x1f\x8b", 2, "is compressed by gzip; unpack it first", },
	{ "PK\x03\x04", 4, "is compressed by zip; unpack it first", },
	{ "BZh", 3, "is compressed by bzip2; unpack it first", },
	{ "\xfd" "7zXZ", 5, "is compressed by xz; unpack it first", },
	{ "\x28\xb5\x2f\xfd", 4, "is compressed by zstd; unpack it first", },
	{ "SQLite format 3", 16, "is an SQLite database, not a list", },
	{ "\x7f" "ELF", 4, "is a program, not a list", },
	{ "%PDF", 4, "is a PDF, not a list", },
	{ "<", 1, "is HTML or XML, not a list", },
	{ "{", 1, "is JSON, not a list; a policy document is read by load", },
};

static bool
starts(const char *text, size_t len, const char *magic, size_t n)
{
	return len >= n && !memcmp(text, magic, n);
}

static bool
check_text(const char **text, size_t *len, struct err *err)
{
	size_t blanks = 0;

	if (starts(*text, *len, "\xef\xbb\xbf", 3))
		*text += 3, *len -= 3;
	while (blanks < *len && (is_blank((*text)[blanks]) ||
	    (*text)[blanks] == '\n'))
		blanks++;
	for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++)
		if (starts(*text + blanks, *len - blanks, strangers[i].bytes,
		        strangers[i].len))
			return fail(err, "%s", strangers[i].what);
	return *len || fail(err, "is empty");
}

static bool
judge_lines(struct judging *j, const char *text, size_t len, struct err *err)
{
	/* Old Macs ended lines with CR alone. */
	char end = memchr(text, '\n', len) ? '\n' : '\r';
	const char *stop = text + len;

	for (const char *p = text; p < stop;) {
		const char *eol = memchr(p, end, (size_t)(stop - p));

		if (!eol)
			eol = stop;
		judge_line(j, p, (size_t)(eol - p));
		p = eol + 1;
		if (j->import->lines > MOST_LINES)
			return fail(err, "has more than 10,000,000 lines");
		if (j->rules->progress && j->import->lines % 8192 == 0 &&
		    !j->rules->progress((size_t)(p - text), len,
		        j->rules->context))
			return fail_as(err, ERR_NO, "stopped");
	}
	return true;
}

/* How many entries of a stand in b, too: both are in order. */
static size_t
count_common(const struct entries *a, const struct entries *b)
{
	struct entries_walk wa = { .entries = a }, wb = { .entries = b };
	struct entry x, y;
	bool more_a = entries_next(&wa, &x), more_b = entries_next(&wb, &y);
	size_t common = 0;

	while (more_a && more_b) {
		int order = entry_compare(&x, &y);

		common += order == 0;
		if (order <= 0)
			more_a = entries_next(&wa, &x);
		if (order >= 0)
			more_b = entries_next(&wb, &y);
	}
	return common;
}

bool
import_judge(struct import *import, const char *text, size_t len,
    const struct import_rules *rules, const struct entries *present,
    struct err *err)
{
	struct judging j = { .import = import, .rules = rules,
		.comment = rules->comment };

	*import = (struct import){ .format = "plain" };
	if (rules->format && strcmp(rules->format, "plain") != 0)
		return fail_as(err, ERR_USAGE,
		    "there is no format '%.40s'; known: plain", rules->format);
	if (rules->comment && !name_check_comment(rules->comment,
	        strlen(rules->comment), err))
		return false;
	if (!check_text(&text, &len, err) || !judge_lines(&j, text, len, err))
		return false;
	import->repeated = entries_settle(&import->entries);
	import->known = count_common(&import->entries, present);
	import->added = entries_count(&import->entries) - import->known;
	if (!entries_count(&import->entries) && !import->bad_count)
		return fail(err, "holds no entry, only comments");
	return true;
}

void
import_free(struct import *import)
{
	for (size_t i = 0; i < import->bad_count; i++) {
		free(import->bad[i].text);
		free(import->bad[i].reason);
	}
	free(import->bad);
	entries_free(&import->entries);
	*import = (struct import){ 0 };
}

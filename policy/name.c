#include "config.h"

#include <string.h>

#include "name.h"

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static bool
all_from(const char *text, size_t len, const char *others)
{
	for (size_t i = 0; i < len; i++)
		if (!is_alnum(text[i]) &&
		    (!text[i] || !strchr(others, text[i])))
			return false;
	return true;
}

bool
name_check(const char *text, size_t len, struct err *err)
{
	int shown = (int)(len > 80 ? 80 : len);

	if (!len)
		return fail(err, "a name is missing");
	if (len >= NAME_SIZE)
		return fail(err, "the name '%.*s...' has over 63 characters",
		    shown, text);
	if (!all_from(text, len, "._-") || !is_alnum(text[0]))
		return fail(err,
		    "the name '%.*s' may hold letters, digits, '.', '_' and "
		    "'-' and begins with a letter or digit",
		    shown, text);
	return true;
}

bool
name_check_user(const char *text, size_t len, struct err *err)
{
	int shown = (int)(len > 80 ? 80 : len);

	if (!len || len > 32 || !all_from(text, len, "._-") || text[0] == '-')
		return fail(err,
		    "the user '%.*s' may hold letters, digits, '.', '_' and "
		    "'-', at most 32",
		    shown, text);
	return true;
}

size_t
utf8_length(const unsigned char *p, size_t left)
{
	size_t len = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0
	        ? 3
	        : *p < 0xf5 ? 4 : 0;

	if (!len || len > left)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

bool
name_check_comment(const char *text, size_t len, struct err *err)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t step;

	if (len > 1000)
		return fail(err, "a comment of more than 1,000 bytes");
	for (size_t i = 0; i < len; i += step) {
		step = utf8_length(p + i, len - i);
		if (!step)
			return fail(err, "a comment that is not UTF-8");
		if (p[i] < 0x20 || p[i] == 0x7f ||
		    (p[i] == 0xc2 && p[i + 1] < 0xa0))
			return fail(err,
			    "a control character (0x%02x) in a comment",
			    p[i] == 0xc2 ? p[i + 1] : p[i]);
	}
	return true;
}

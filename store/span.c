#include "config.h"

#include <string.h>

#include "policy/net.h"
#include "span.h"

struct span
span_trim(struct span s)
{
	while (s.len && span_is_blank(s.text[0]))
		s.text++, s.len--;
	while (s.len && span_is_blank(s.text[s.len - 1]))
		s.len--;
	return s;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
span_starts(struct span s, const char *prefix)
{
	size_t i = 0;

	while (prefix[i] && i < s.len && lower(s.text[i]) == lower(prefix[i]))
		i++;
	return !prefix[i];
}

bool
span_is(struct span s, const char *word)
{
	return s.len == strlen(word) && span_starts(s, word);
}

bool
span_is_any(struct span s, const char *const *words)
{
	while (*words && !span_is(s, *words))
		words++;
	return *words != NULL;
}

bool
span_only(struct span s, const char *set)
{
	size_t i = 0, n = strlen(set);

	while (i < s.len && memchr(set, s.text[i], n))
		i++;
	return s.len && i == s.len;
}

bool
span_has(struct span s, const char *text)
{
	size_t n = strlen(text);

	for (; s.len >= n; s = span_from(s, 1))
		if (!memcmp(s.text, text, n))
			return true;
	return false;
}

size_t
span_find(struct span s, char c)
{
	const char *at = s.len ? memchr(s.text, c, s.len) : NULL;

	return at ? (size_t)(at - s.text) : s.len;
}

bool
span_cut(struct span *rest, const char *separators, struct span *piece)
{
	size_t n = strlen(separators), i = 0;

	if (!rest->len)
		return false;
	if (n == 1)
		i = span_find(*rest, separators[0]);
	while (i < rest->len && !memchr(separators, rest->text[i], n))
		i++;
	*piece = span_trim(span_of(rest->text, i));
	*rest = span_from(*rest, i + (i < rest->len));
	return true;
}

bool
span_word(struct span *rest, struct span *word)
{
	size_t i = 0;

	while (rest->len && span_is_blank(rest->text[0]))
		rest->text++, rest->len--;
	while (i < rest->len && !span_is_blank(rest->text[i]))
		i++;
	*word = span_of(rest->text, i);
	*rest = span_from(*rest, i);
	return i > 0;
}

struct span
span_unbracket(struct span s)
{
	if (s.len > 2 && s.text[0] == '[' && s.text[s.len - 1] == ']')
		return span_of(s.text + 1, s.len - 2);
	return s;
}

bool
span_is_net(struct span s)
{
	struct net net;
	struct err err;

	return net_parse(&net, s.text, s.len, NET_IMPORT | NET_WIDEN, &err) &&
	    !span_only(s, "0123456789");
}

bool
span_is_block(struct span s)
{
	size_t slash = span_find(s, '/');
	struct net net;
	struct err err;

	/* Host bits are wrong, but it is what it is. */
	return net_parse(&net, s.text, s.len, NET_IMPORT | NET_WIDEN, &err) &&
	    net_parse(&net, s.text, slash, NET_IMPORT, &err);
}

static bool
is_label_char(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_' || (unsigned char)c >= 0x80;
}

bool
span_is_name(struct span s)
{
	size_t dots = 0;
	bool letter = false;

	if (s.len && s.text[0] == '#')
		s = span_from(s, 1);
	if (s.len > 1 && s.text[0] == '*')
		s = span_from(s, 1);
	if (s.len && s.text[0] == '.')
		s = span_from(s, 1);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.text[i];
		bool dot = c == '.';

		if (dot ? !i || s.text[i - 1] == '.' : !is_label_char(c))
			return false;
		dots += dot && i + 1 < s.len;
		/* The last label has one: "10.0.0.1-9" is no name. */
		if (dot && i + 1 < s.len)
			letter = false;
		letter |= !dot && c != '-' && (c < '0' || c > '9');
	}
	return dots && letter;
}

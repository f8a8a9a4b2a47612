/* A piece of text that is not terminated, and what readers cut off it. */
#ifndef STORE_SPAN_H
#define STORE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
	const char *text;
	size_t len;
};

/* For "%.*s": at most 80 bytes of it. */
#define SPAN_SHOWN(s) (int)((s).len > 80 ? 80 : (s).len), (s).text

static inline struct span
span_of(const char *text, size_t len)
{
	return (struct span){ text, len };
}

/* What is left behind the first n bytes. */
static inline struct span
span_from(struct span s, size_t n)
{
	return (struct span){ s.text + n, s.len - n };
}

static inline bool
span_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Without blanks, tabs and CRs at both ends. */
struct span span_trim(struct span s);

/* Equal, or beginning so, without regard to the case of ASCII. */
bool span_is(struct span s, const char *word);
bool span_starts(struct span s, const char *prefix);
/* Is it one of the words?  NULL ends them. */
bool span_is_any(struct span s, const char *const *words);
/* Nothing but characters of set, and at least one. */
bool span_only(struct span s, const char *set);
bool span_has(struct span s, const char *text);
/* Where c first stands, or len. */
size_t span_find(struct span s, char c);

/* The next piece up to one of the separators, which goes too; blanks around
 * it are cut off.  False when nothing is left. */
bool span_cut(struct span *rest, const char *separators, struct span *piece);
/* The next word; false when only blanks are left. */
bool span_word(struct span *rest, struct span *word);

/* "[2001:db8::/32]" without its brackets. */
struct span span_unbracket(struct span s);

/* An address, a block, a range or a part of an address that stands for a
 * block ("10.1"); not a mere number, and not a name. */
bool span_is_net(struct span s);
/* A whole address, or a block with a prefix length or mask. */
bool span_is_block(struct span s);
/* Two labels or more, as in a host's name; "#", "*." and "." in front are
 * allowed. */
bool span_is_name(struct span s);

#endif

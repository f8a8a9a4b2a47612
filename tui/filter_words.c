#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "filter_words.h"
#include "policy/mem.h"
#include "policy/policy.h"

#define HOUR 3600
#define DAY (24 * (int64_t)HOUR)

const char *const filter_problems[] = { "wide", "private", "everybody",
	"domain", "unknown", "expired", "inside", "duplicate", "shadowed",
	NULL };

const char *const filter_states[] = { "new", "committed", NULL };

static const struct {
	const char *name; /* with what ends it */
	enum filter_kind kind;
} keys[] = {
	{ "note:", FILTER_NOTE },
	{ "comment:", FILTER_COMMENT },
	{ "owner:", FILTER_OWNER },
	{ "ticket:", FILTER_TICKET },
	{ "source:", FILTER_SOURCE },
	{ "state:", FILTER_STATE },
	{ "problem:", FILTER_PROBLEM },
	{ "age<", FILTER_AGE },
	{ "age>", FILTER_AGE },
	{ "expires<", FILTER_EXPIRES },
	{ "expires>", FILTER_EXPIRES },
	{ "expires:", FILTER_EXPIRES },
	{ "used<", FILTER_USED },
	{ "used>", FILTER_USED },
	{ "used:", FILTER_USED },
	{ "unused>", FILTER_UNUSED },
	{ NULL, FILTER_TEXT },
};

static const struct {
	char unit;
	int64_t seconds;
} units[] = {
	{ 'y', 365 * DAY },
	{ 'w', 7 * DAY },
	{ 'd', DAY },
	{ 'h', HOUR },
	{ 0, 0 },
};

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_letter(char c)
{
	return fold(c) >= 'a' && fold(c) <= 'z';
}

bool
filter_text_has(const char *text, const char *part)
{
	size_t i;

	if (!*part)
		return true;
	for (; *text; text++) {
		if (fold(*text) != *part)
			continue;
		for (i = 1; part[i] && fold(text[i]) == part[i]; i++)
			continue;
		if (!part[i])
			return true;
	}
	return false;
}

/* --- one word ---------------------------------------------------------- */

/* What entries themselves begin with, so that it is text. */
static bool
is_entry_prefix(const char *word, size_t len)
{
	return (len == 4 && !strncmp(word, "list", 4)) ||
	    (len == 6 && !strncmp(word, "domain", 6)) ||
	    strspn(word, "0123456789abcdef") >= len;
}

void
filter_add_keys(struct buf *out)
{
	for (int i = 0; keys[i].name; i++)
		buf_addf(out, "%s%s", i ? " " : "", keys[i].name);
}

static bool
fail_unknown(const char *word, struct err *err)
{
	struct buf all = { 0 };

	filter_add_keys(&all);
	fail(err, "'%.40s' is no filter word; there are %s", word,
	    buf_text(&all));
	buf_free(&all);
	return false;
}

static bool
take_time(struct filter_word *w, const char *text, struct err *err)
{
	size_t digits = strspn(text, "0123456789");
	int64_t number = 0;
	int i = 0;

	if (!digits || digits > 5)
		return fail(err, "write a time like 90d, 12h, 8w or 2y");
	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (*text - '0');
	while (units[i].unit && units[i].unit != (*text ? *text : 'd'))
		i++;
	if (!units[i].unit || (*text && text[1]))
		return fail(err, "'%.20s' is no unit of time; h, d, w and y "
		    "are", text);
	w->seconds = number * units[i].seconds;
	return true;
}

static bool
take_one_of(struct filter_word *w, const char *const *words,
    const char *text, struct err *err)
{
	struct buf all = { 0 };

	w->which = word_find(words, text);
	if (w->which >= 0)
		return true;
	for (int i = 0; words[i]; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", words[i]);
	fail(err, "'%.40s' is none of: %s", text, buf_text(&all));
	buf_free(&all);
	return false;
}

static bool
take_source(struct filter_word *w, const char *text, struct err *err)
{
	size_t len = strlen(text);

	if (*text != '#')
		return true;
	if (len < 2 || len > 16 || strspn(text + 1, "0123456789") != len - 1)
		return fail(err, "the number of an import is written like "
		    "source:#9");
	w->number = strtoll(text + 1, NULL, 10);
	return true;
}

static bool
take_time_or_any(struct filter_word *w, char mark, const char *text,
    struct err *err)
{
	const char *key = w->kind == FILTER_USED ? "used" : "expires";

	w->any = mark == ':';
	if (!w->any)
		return take_time(w, text, err);
	return !*text || fail(err, "write %s<30d, %s>1y or %s: alone", key,
	    key, key);
}

/* What is behind the key. */
static bool
take_value(struct filter_word *w, char mark, const char *text,
    struct err *err)
{
	w->less = mark == '<';
	switch (w->kind) {
	case FILTER_SOURCE:
		return take_source(w, text, err);
	case FILTER_STATE:
		return take_one_of(w, filter_states, text, err);
	case FILTER_PROBLEM:
		w->which = PROBLEM_ANY;
		return !*text || take_one_of(w, filter_problems, text, err);
	case FILTER_EXPIRES:
	case FILTER_USED:
		return take_time_or_any(w, mark, text, err);
	case FILTER_AGE:
	case FILTER_UNUSED:
		return take_time(w, text, err);
	default:
		return true;
	}
}

static bool
take_text(struct filter_word *w, struct err *err)
{
	struct err ignored;
	size_t letters = 0;

	while (is_letter(w->text[letters]))
		letters++;
	if (letters && strchr(":<>", w->text[letters]) && w->text[letters] &&
	    !(w->text[letters] == ':' && is_entry_prefix(w->text, letters)))
		return fail_unknown(w->text, err);
	if (net_parse_addr(&w->address, w->text, strlen(w->text), &ignored))
		w->kind = FILTER_ADDRESS;
	return true;
}

static bool
is_numeric(const char *text)
{
	return !text[strspn(text, "0123456789./-")];
}

/* The word, which is ours and in lower case; quoted: it is text, whatever it
 * looks like. */
static bool
take_word(struct filter *f, char *text, bool not, bool quoted,
    struct err *err)
{
	struct filter_word *w;
	int i = 0;

	f->words = mem_grow(f->words, f->count, &f->cap, sizeof(*f->words));
	w = &f->words[f->count++];
	*w = (struct filter_word){ .not = not, .text = text,
		.numeric = is_numeric(text) };
	if (quoted)
		return true;
	while (keys[i].name && strncmp(text, keys[i].name,
	           strlen(keys[i].name)) != 0)
		i++;
	if (!keys[i].name)
		return take_text(w, err);
	w->kind = keys[i].kind;
	memmove(text, text + strlen(keys[i].name),
	    strlen(text + strlen(keys[i].name)) + 1);
	return take_value(w, keys[i].name[strlen(keys[i].name) - 1], text,
	    err);
}

/* --- all words --------------------------------------------------------- */

bool
filter_parse(struct filter *f, const char *text, struct err *err)
{
	*f = (struct filter){ NULL, 0, 0 };
	for (;;) {
		struct buf word = { 0 };
		bool not, quoted, inside = false;

		text += strspn(text, " ");
		not = *text == '!';
		text += not;
		quoted = *text == '"';
		for (; *text && (inside || *text != ' '); text++)
			if (*text == '"')
				inside = !inside;
			else
				buf_addc(&word, fold(*text));
		if (!word.len && !*text) {
			buf_free(&word);
			return true;
		}
		if (!word.len)
			buf_free(&word);
		else if (!take_word(f, buf_take(&word), not, quoted, err))
			return false;
	}
}

void
filter_free(struct filter *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->words[i].text);
	free(f->words);
	*f = (struct filter){ NULL, 0, 0 };
}

/* --- a filter and another ----------------------------------------------- */

static bool
is_equal(const struct filter_word *a, const struct filter_word *b)
{
	return a->kind == b->kind && a->not == b->not && a->less == b->less &&
	    a->any == b->any && a->seconds == b->seconds &&
	    a->which == b->which && a->number == b->number &&
	    !strcmp(a->text, b->text);
}

/* A longer text in the same place.  An address also passes what covers it. */
static bool
is_longer(const struct filter_word *inner, const struct filter_word *outer)
{
	if (inner->not || outer->not || !strstr(inner->text, outer->text))
		return false;
	if (inner->kind == FILTER_TEXT)
		return outer->kind == FILTER_TEXT ||
		    outer->kind == FILTER_ADDRESS;
	return inner->kind == outer->kind && inner->kind >= FILTER_NOTE &&
	    inner->kind <= FILTER_TICKET;
}

bool
filter_within(const struct filter *inner, const struct filter *outer)
{
	if (inner->count < outer->count)
		return false;
	for (size_t i = 0; i < outer->count; i++)
		if (!is_equal(&inner->words[i], &outer->words[i]) &&
		    !is_longer(&inner->words[i], &outer->words[i]))
			return false;
	return true;
}

/* --- as text ------------------------------------------------------------ */

static const char *
key_of(const struct filter_word *w)
{
	char mark = w->any ? ':' : w->less ? '<' : '>';
	int i = 0;

	while (keys[i].name && (keys[i].kind != w->kind ||
	           (w->kind >= FILTER_AGE && !strchr(keys[i].name, mark))))
		i++;
	return keys[i].name ? keys[i].name : "";
}

static void
add_time(struct buf *out, int64_t seconds)
{
	int i = 0;

	while (seconds % units[i].seconds)
		i++;
	buf_addf(out, "%lld%c", (long long)(seconds / units[i].seconds),
	    units[i].unit);
}

void
filter_add(struct buf *out, const struct filter *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct filter_word *w = &f->words[i];

		buf_addf(out, "%s%s%s", i ? " " : "", w->not ? "!" : "",
		    key_of(w));
		if (w->kind >= FILTER_AGE && !w->any)
			add_time(out, w->seconds);
		else if (w->kind == FILTER_TEXT || strchr(w->text, ' '))
			buf_addf(out, "\"%s\"", w->text);
		else
			buf_add(out, w->text);
	}
}

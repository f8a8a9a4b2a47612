#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "textdiff.h"

#define CONTEXT 3

/* Myers' algorithm would find the fewest changes; generated tables are mostly
 * sorted, so a walk with look-ahead in a window finds as good a difference and
 * is linear. */
#define WINDOW 200

struct line {
	const char *text;
	size_t len;
};

struct lines {
	struct line *items;
	size_t count, cap;
};

struct edit {
	char mark; /* ' ', '-', '+' */
	struct line line;
};

struct edits {
	struct edit *items;
	size_t count, cap;
};

static void
split(struct lines *lines, const char *text)
{
	while (text && *text) {
		size_t len = strcspn(text, "\n");

		lines->items = mem_grow(lines->items, lines->count,
		    &lines->cap, sizeof(*lines->items));
		lines->items[lines->count++] = (struct line){ text, len };
		text += len + (text[len] == '\n');
	}
}

static bool
same(const struct line *a, const struct line *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

static void
edits_add(struct edits *edits, char mark, const struct line *line)
{
	edits->items = mem_grow(edits->items, edits->count, &edits->cap,
	    sizeof(*edits->items));
	edits->items[edits->count++] = (struct edit){ mark, *line };
}

/* The nearest pair of equal lines from i, j on; false when none is near. */
static bool
find_meeting(const struct lines *a, const struct lines *b, size_t *i,
    size_t *j)
{
	for (size_t sum = 1; sum < WINDOW; sum++)
		for (size_t k = 0; k <= sum; k++) {
			size_t x = *i + k, y = *j + sum - k;

			if (x < a->count && y < b->count &&
			    same(&a->items[x], &b->items[y])) {
				*i = x;
				*j = y;
				return true;
			}
		}
	return false;
}

static void
compare(const struct lines *a, const struct lines *b, struct edits *edits)
{
	size_t i = 0, j = 0;

	while (i < a->count || j < b->count) {
		size_t to_i = i, to_j = j;

		if (i < a->count && j < b->count &&
		    same(&a->items[i], &b->items[j])) {
			edits_add(edits, ' ', &a->items[i]);
			i++, j++;
			continue;
		}
		if (!find_meeting(a, b, &to_i, &to_j)) {
			to_i = i < a->count ? i + 1 : i;
			to_j = j < b->count ? j + 1 : j;
		}
		for (; i < to_i; i++)
			edits_add(edits, '-', &a->items[i]);
		for (; j < to_j; j++)
			edits_add(edits, '+', &b->items[j]);
	}
}

/* --- printing ---------------------------------------------------------- */

/* The end of the hunk that begins at from: changes at most 2 * CONTEXT equal
 * lines apart belong together. */
static size_t
hunk_end(const struct edits *edits, size_t from)
{
	size_t last = from;

	for (size_t i = from; i < edits->count && i - last <= 2 * CONTEXT; i++)
		if (edits->items[i].mark != ' ')
			last = i;
	return last + 1;
}

static void
add_hunk(struct buf *buf, const struct edits *edits, size_t from, size_t to,
    const size_t at[2])
{
	size_t old_count = 0, new_count = 0;

	for (size_t i = from; i < to; i++) {
		old_count += edits->items[i].mark != '+';
		new_count += edits->items[i].mark != '-';
	}
	buf_addf(buf, "@@ -%zu,%zu +%zu,%zu @@\n", at[0] + (old_count > 0),
	    old_count, at[1] + (new_count > 0), new_count);
	for (size_t i = from; i < to; i++) {
		buf_addc(buf, edits->items[i].mark);
		buf_addn(buf, edits->items[i].line.text,
		    edits->items[i].line.len);
		buf_addc(buf, '\n');
	}
}

static void
add_hunks(struct buf *buf, const struct edits *edits)
{
	size_t done = 0, at[2] = { 0, 0 };

	for (size_t i = 0; i < edits->count; i++) {
		size_t from, to;

		if (edits->items[i].mark == ' ')
			continue;
		from = i > done + CONTEXT ? i - CONTEXT : done;
		to = hunk_end(edits, i);
		i = to - 1;
		to = to + CONTEXT < edits->count ? to + CONTEXT : edits->count;
		for (; done < from; done++)
			at[0]++, at[1]++;
		add_hunk(buf, edits, from, to, at);
		for (; done < to; done++) {
			at[0] += edits->items[done].mark != '+';
			at[1] += edits->items[done].mark != '-';
		}
		i = to - 1;
	}
}

bool
textdiff_add(struct buf *buf, const char *path, const char *old_text,
    const char *new_text)
{
	struct lines a = { 0 }, b = { 0 };
	struct edits edits = { 0 };
	bool differ = old_text && new_text ? strcmp(old_text, new_text) != 0
	                                   : old_text || new_text;

	if (differ) {
		split(&a, old_text);
		split(&b, new_text);
		compare(&a, &b, &edits);
		buf_addf(buf, "--- %s%s\n+++ %s%s\n", old_text ? "a/" : "",
		    old_text ? path : "/dev/null", new_text ? "b/" : "",
		    new_text ? path : "/dev/null");
		add_hunks(buf, &edits);
	}
	free(a.items);
	free(b.items);
	free(edits.items);
	return differ;
}

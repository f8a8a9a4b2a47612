#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "delta.h"
#include "policy/mem.h"

/* How far behind a change it is looked for where the texts agree again. */
#define WINDOW 200

struct lines {
	const char **at; /* where each begins; one more for the end */
	size_t count;
};

static struct lines
split(const struct buf *text)
{
	struct lines l = { .count = 0 };
	const char *end = text->data + text->len;

	for (const char *c = text->data; c < end; c++)
		l.count += *c == '\n';
	l.at = mem_new(l.count + 1, sizeof(*l.at));
	l.at[0] = text->data;
	for (size_t i = 0; i < l.count; i++)
		l.at[i + 1] = (const char *)memchr(l.at[i], '\n',
		    (size_t)(end - l.at[i])) + 1;
	return l;
}

static size_t
length(const struct lines *l, size_t i)
{
	return (size_t)(l->at[i + 1] - l->at[i]);
}

static bool
same(const struct lines *a, size_t i, const struct lines *b, size_t j)
{
	size_t len = length(a, i);

	return len == length(b, j) && !memcmp(a->at[i], b->at[j], len);
}

/* The fewest lines to leave out and to put in until two lines agree; false
 * when they do not within the window. */
static bool
meet(const struct lines *from, size_t i, const struct lines *to, size_t j,
    size_t *out, size_t *in)
{
	for (size_t sum = 1; sum <= WINDOW; sum++)
		for (size_t n = 0; n <= sum; n++)
			if (i + n < from->count && j + sum - n < to->count &&
			    same(from, i + n, to, j + sum - n)) {
				*out = n;
				*in = sum - n;
				return true;
			}
	return false;
}

static void
add_change(struct buf *delta, size_t out, const struct lines *to, size_t j,
    size_t in)
{
	if (out)
		buf_addf(delta, "-%zu\n", out);
	for (size_t n = 0; n < in; n++) {
		buf_addc(delta, '+');
		buf_addn(delta, to->at[j + n], length(to, j + n));
	}
}

static bool
compare(struct buf *delta, const struct lines *from, const struct lines *to,
    size_t most)
{
	size_t i = 0, j = 0;

	while ((i < from->count || j < to->count) && delta->len <= most) {
		size_t run = 0, out, in;

		while (i + run < from->count && j + run < to->count &&
		    same(from, i + run, to, j + run))
			run++;
		if (run)
			buf_addf(delta, "=%zu\n", run);
		i += run;
		j += run;
		if (!meet(from, i, to, j, &out, &in)) {
			out = from->count - i;
			in = to->count - j;
		}
		add_change(delta, out, to, j, in);
		i += out;
		j += in;
	}
	return delta->len <= most;
}

static bool
is_whole(const struct buf *text)
{
	return text->len && text->data[text->len - 1] == '\n' &&
	    !memchr(text->data, '\0', text->len);
}

bool
delta_make(struct buf *delta, const struct buf *from, const struct buf *to)
{
	struct lines a, b;
	bool pays;

	buf_clear(delta);
	if (!is_whole(from) || !is_whole(to))
		return false;
	a = split(from);
	b = split(to);
	pays = compare(delta, &a, &b, to->len / 2);
	if (!pays)
		buf_clear(delta);
	free(a.at);
	free(b.at);
	return pays;
}

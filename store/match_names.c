/* Domains whose order matters.  A list cannot except a name from a domain, so
 * all that can be said of a row is whether another denies it, or a part. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "least.h"
#include "match_rows.h"
#include "policy/mem.h"

struct named {
	const char *name;
	size_t rank;
};

struct name_finder {
	const struct first_match *match;
	struct named *denied; /* by the last label, then the one before... */
	size_t count;
	struct least least;
};

/* From the end; a dot is before all other characters, so that a domain's
 * names follow it without a gap. */
static int
compare_backwards(const char *a, const char *b)
{
	size_t i = strlen(a), j = strlen(b);

	while (i && j && a[i - 1] == b[j - 1])
		i--, j--;
	if (!i || !j)
		return (i > 0) - (j > 0);
	if (a[i - 1] == '.' || b[j - 1] == '.')
		return a[i - 1] == '.' ? -1 : 1;
	return (unsigned char)a[i - 1] < (unsigned char)b[j - 1] ? -1 : 1;
}

static int
compare_named(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int order = compare_backwards(a->name, b->name);

	return order ? order : (a->rank > b->rank) - (a->rank < b->rank);
}

struct name_finder *
name_finder_new(const struct first_match *match)
{
	struct name_finder *f = mem_new(1, sizeof(*f));

	f->match = match;
	f->denied = mem_new(match->count + 1, sizeof(*f->denied));
	for (size_t i = 0; i < match->count; i++)
		if (match->rows[i].name && !match->rows[i].taken)
			f->denied[f->count++] =
			    (struct named){ match->rows[i].name, i };
	qsort(f->denied, f->count, sizeof(*f->denied), compare_named);
	least_open(&f->least, f->count);
	for (size_t i = 0; i < f->count; i++)
		least_set(&f->least, i, f->denied[i].rank);
	least_build(&f->least);
	return f;
}

void
name_finder_free(struct name_finder *finder)
{
	least_close(&finder->least);
	free(finder->denied);
	free(finder);
}

/* The first that is not before the name. */
static size_t
find_place(const struct name_finder *f, const char *name)
{
	size_t low = 0, high = f->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_backwards(f->denied[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Behind the last that is the domain or in it. */
static size_t
find_end(const struct name_finder *f, const char *domain, size_t low)
{
	size_t high = f->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (domain_covers(domain, f->denied[mid].name))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct match_row *
name_finder_ask(const struct name_finder *f, size_t rank, bool *hidden)
{
	const char *domain = f->match->rows[rank].name;
	size_t begin, found;

	*hidden = true;
	for (const char *p = domain; p; p = domain_parent(p)) {
		begin = find_place(f, p);
		if (begin < f->count && !strcmp(f->denied[begin].name, p) &&
		    f->denied[begin].rank < rank)
			return &f->match->rows[f->denied[begin].rank];
	}
	*hidden = false;
	begin = find_place(f, domain);
	found = least_of(&f->least, begin, find_end(f, domain, begin));
	return found < rank ? &f->match->rows[found] : NULL;
}

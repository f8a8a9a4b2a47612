#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "judge.h"

static int
compare6(const void *x, const void *y)
{
	const struct found6 *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	if (a->last != b->last)
		return a->last < b->last ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static int
compare_names(const void *x, const void *y)
{
	const struct found_name *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static bool
is_sorted4(const struct found4 *items, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (range4_compare(&items[i - 1].range, &items[i].range) > 0)
			return false;
	return true;
}

void
found_sort(struct found *f)
{
	/* The lines come in order, and equal ranges stay in it. */
	if (!is_sorted4(f->v4, f->v4_count))
		found4_sort(f->v4, f->v4_count);
	if (f->v6_count)
		qsort(f->v6, f->v6_count, sizeof(*f->v6), compare6);
	if (f->domain_count)
		qsort(f->domains, f->domain_count, sizeof(*f->domains),
		    compare_names);
	if (f->list_count)
		qsort(f->lists, f->list_count, sizeof(*f->lists),
		    compare_names);
}

void
found_free(struct found *f)
{
	for (size_t i = 0; i < f->domain_count; i++)
		free(f->domains[i].name);
	for (size_t i = 0; i < f->list_count; i++)
		free(f->lists[i].name);
	free(f->v4);
	free(f->v6);
	free(f->domains);
	free(f->lists);
	*f = (struct found){ 0 };
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "policy/mem.h"

static int
compare(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order ? order : (a->place > b->place) - (a->place < b->place);
}

void
names_of(struct names *names, const struct shape *shape,
    const struct policy *policy)
{
	*names = (struct names){ 0 };
	for (size_t i = 0; i < shape->count(policy); i++)
		names_add(names, shape_name(shape, shape->at(policy, i)), i);
	names_sort(names);
}

void
names_free(struct names *names)
{
	free(names->items);
	*names = (struct names){ 0 };
}

void
names_add(struct names *names, const char *name, size_t place)
{
	names->items = mem_grow(names->items, names->count, &names->cap,
	    sizeof(*names->items));
	names->items[names->count++] = (struct named){ name, place };
}

void
names_sort(struct names *names)
{
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items),
		    compare);
}

size_t
names_find(const struct names *names, const char *name)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(names->items[mid].name, name);

		if (!order)
			return names->items[mid].place;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NAMES_NOWHERE;
}

const struct named *
names_repeated(const struct names *names)
{
	const struct named *first = NULL;

	for (size_t i = 1; i < names->count; i++) {
		const struct named *n = &names->items[i];

		if (!strcmp(n[-1].name, n->name) &&
		    (!first || n->place < first->place))
			first = n;
	}
	return first;
}

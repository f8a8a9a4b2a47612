#include "config.h"

#include <stdlib.h>

#include "least.h"
#include "policy/mem.h"

static size_t
lesser(size_t a, size_t b)
{
	return a < b ? a : b;
}

void
least_open(struct least *least, size_t count)
{
	least->count = count;
	least->tree = mem_new(2 * count + 1, sizeof(*least->tree));
	for (size_t i = 0; i <= 2 * count; i++)
		least->tree[i] = LEAST_NONE;
}

void
least_set(struct least *least, size_t place, size_t value)
{
	least->tree[least->count + place] = value;
}

void
least_build(struct least *least)
{
	for (size_t i = least->count; i-- > 1;)
		least->tree[i] =
		    lesser(least->tree[2 * i], least->tree[2 * i + 1]);
}

size_t
least_of(const struct least *least, size_t begin, size_t end)
{
	size_t found = LEAST_NONE;

	begin += least->count;
	end += least->count;
	for (; begin < end; begin /= 2, end /= 2) {
		if (begin & 1)
			found = lesser(found, least->tree[begin++]);
		if (end & 1)
			found = lesser(found, least->tree[--end]);
	}
	return found;
}

void
least_close(struct least *least)
{
	free(least->tree);
	*least = (struct least){ NULL, 0 };
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "finder_build.h"
#include "mem.h"

/* Real IPv6 addresses crowd together in few places, so no division of the
 * space serves all lists; a tree does.  A node is 8 numbers, one cache line. */

#define NODE 8
#define LEVELS 11 /* 8 to that power is more than there are ranges */

/* The upper halves of every eighth first address, or cut, then every eighth of
 * those, and so on. */
struct tree {
	uint32_t level[LEVELS + 1]; /* where each begins, and the end */
	unsigned levels;
	uint64_t keys[];
};

static u128
begin_of(const struct finder *f, uint32_t i)
{
	return f->owner ? f->cuts6[i] : f->v6[i].first;
}

/* The lowest comes first; each is filled up to whole nodes. */
static void
place_levels(struct tree *t, uint32_t count)
{
	uint32_t heads = count, at = 0;

	do {
		heads = (heads + NODE - 1) / NODE;
		t->level[t->levels++] = at;
		at += (heads + NODE - 1) / NODE * NODE;
	} while (heads > NODE);
	t->level[t->levels] = at;
}

void
finder_make_tree(struct finder *f)
{
	struct tree shape = { .levels = 0 }, *t;
	uint64_t stride = NODE;

	place_levels(&shape, f->count);
	t = mem_resize(NULL, 1, sizeof(*t) +
	        shape.level[shape.levels] * sizeof(*t->keys));
	*t = shape;
	free(f->tree);
	f->tree = t;
	for (unsigned level = 0; level < t->levels; level++, stride *= NODE)
		for (uint32_t i = t->level[level]; i < t->level[level + 1];
		     i++) {
			uint64_t place = (i - t->level[level]) * stride;

			t->keys[i] = place < f->count
			    ? (uint64_t)(begin_of(f, (uint32_t)place) >> 64)
			    : UINT64_MAX;
		}
}

/* How many numbers of a node are no higher. */
static inline uint32_t
no_higher(const uint64_t *node, uint64_t key)
{
	uint32_t n = 0;

	for (int i = 0; i < NODE; i++)
		n += node[i] <= key;
	return n;
}

void
finder_search_tree(const struct finder *f, u128 addr, uint32_t *low,
    uint32_t *high)
{
	uint64_t key = (uint64_t)(addr >> 64);
	const struct tree *t = f->tree;
	uint32_t at = 0;

	*low = 0;
	*high = f->count;
	if (key == UINT64_MAX) /* the filling of a node is that too */
		return;
	for (unsigned level = t->levels; level--;) {
		uint32_t n = no_higher(
		    t->keys + t->level[level] + NODE * (size_t)at, key);

		if (!n) { /* before all of them, else before this node */
			*high = 0;
			return;
		}
		at = NODE * at + n - 1;
	}
	/* Of several with the same upper half it may be one before. */
	if (begin_of(f, NODE * at) > addr) {
		*high = NODE * at;
		return;
	}
	*low = NODE * at;
	if (*high - *low > NODE)
		*high = *low + NODE;
}

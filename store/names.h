/* Names of objects and their places, for finding one among many. */
#ifndef STORE_NAMES_H
#define STORE_NAMES_H

#include "shape.h"

struct named {
	const char *name; /* borrowed */
	size_t place;
};

struct names {
	struct named *items;
	size_t count, cap;
};

#define NAMES_NOWHERE ((size_t)-1)

/* All objects of a kind in the policy, ready to be found. */
void names_of(struct names *names, const struct shape *shape,
    const struct policy *policy);
void names_free(struct names *names);

/* In bulk: add, then sort once.  Equal names stay in the order of places. */
void names_add(struct names *names, const char *name, size_t place);
void names_sort(struct names *names);

/* The place, or NAMES_NOWHERE. */
size_t names_find(const struct names *names, const char *name);
/* The first place at which a name stands that was there before, or NULL. */
const struct named *names_repeated(const struct names *names);

#endif

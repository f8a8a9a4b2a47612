/* The least of any run of numbers, in the logarithm of their count. */
#ifndef STORE_LEAST_H
#define STORE_LEAST_H

#include <stddef.h>

#define LEAST_NONE ((size_t)-1)

struct least {
	size_t *tree; /* leaves from count on */
	size_t count;
};

/* Room for so many; each is LEAST_NONE at first. */
void least_open(struct least *least, size_t count);
void least_set(struct least *least, size_t place, size_t value);
void least_build(struct least *least);
/* Of the places from begin to before end. */
size_t least_of(const struct least *least, size_t begin, size_t end);
void least_close(struct least *least);

#endif

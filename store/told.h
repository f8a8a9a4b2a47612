/* The names that a file has, so that one that it has not can be refused with
 * those that it has. */
#ifndef STORE_TOLD_H
#define STORE_TOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/buf.h"
#include "policy/err.h"

struct told {
	const char *asked; /* NULL: none, and no name is kept ... */
	bool all;          /* ... unless all are wanted, found or not */
	bool found;
	bool more; /* than are kept */
	char **names;
	size_t count, cap;
};

/* Keeps the first len bytes of a name, and says whether that or the whole is
 * what was asked for, whatever its case; true when nothing was. */
bool told_add(struct told *told, const char *name, size_t len);

/* "there is no service 'S4'; there are: EC2, S3"; what: "service". */
bool told_check(const struct told *told, const char *what, struct err *err);
/* "EC2, S3", for what wants all of them; nothing when there is none. */
void told_add_names(struct buf *buf, struct told *told);
void told_free(struct told *told);

#endif

/* Reads rendered access control lists as Exim would, knowing nothing of how
 * they were rendered: which clients does a list accept?  For the reader of the
 * dialect only. */
#ifndef REMOTE_EXIM_WALK_H
#define REMOTE_EXIM_WALK_H

#include "dialect.h"
#include "policy/set.h"

/* The addresses of one file, read once. */
struct read_file {
	const struct rendered_file *file;
	struct set set;
};

/* A recipient of a client without a verified name. */
struct visit {
	const struct rendering *rendering;
	struct listener local; /* what the client connected to */
	bool authenticated;
	bool routed;        /* the local part carries a route */
	const char *domain; /* NULL: none was written */
	struct err *err;
	bool broken; /* err says why */
	struct read_file *read;
	size_t read_count, read_cap;
	int depth;
};

void visit_end(struct visit *visit);
/* Says why what was read is not as it should be.  Returns false. */
bool visit_fail(struct visit *visit, const char *where, const char *what);

/* Of these clients those that the list accepts. */
void visit_list(struct visit *visit, const char *list,
    const struct set *clients, struct set *accepted);

/* The value that a look-up by partial0(.) with a default finds for a domain,
 * up to the end of its line; NULL when there is none. */
const char *visit_find(const struct rendered_file *file, const char *domain,
    size_t *len);

/* The value of the first field NAME=VALUE in the row of "listeners" for what
 * the client connected to. */
const char *visit_field(struct visit *visit, const char *name, size_t *len);

#endif

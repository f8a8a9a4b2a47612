/* Do gateways let the same clients do the same?  By what they hold, not by what
 * was meant. */
#ifndef REMOTE_EQUALITY_H
#define REMOTE_EQUALITY_H

#include "dialect.h"
#include "fetch.h"
#include "policy/difference.h"

/* What one gateway lets clients do on a port, at any of its addresses.  Servers
 * of other names may do the same work on other gateways. */
struct held {
	const char *gateway;
	const char *server; /* the first that listens there */
	unsigned port;
	struct set reach[REACHES];
};

struct equality {
	struct held *items;
	size_t count, cap;
	const char **gateways; /* those that were added */
	size_t gateway_count, gateway_cap;
};

/* site is what was pushed to it, for its servers and listeners; its names must
 * stay.  The files there are read as its mail server would. */
bool equality_add(struct equality *equality, const char *gateway,
    const struct site *site, const struct fetched_files *files,
    struct err *err);
/* The same as another one, which was added before. */
void equality_add_same(struct equality *equality, const char *gateway,
    const char *as);
void equality_free(struct equality *equality);

/* A gateway that differs from most. */
struct unequal {
	const char *gateway;
	const char *server; /* of this one; NULL when it is missing */
	unsigned port;
	bool missing; /* it does not listen there; without sets */
	const char *const *others; /* gateways that are alike, the most */
	size_t other_count;
	struct difference_sets sets; /* it against the others */
	struct net witness; /* a client that is treated otherwise */
	enum reach reach;   /* in that */
	bool may;           /* by this one, not by the others */
};

/* Calls back for each; how many there were.  The sets are freed after it. */
size_t equality_find(const struct equality *equality,
    void (*each)(void *context, const struct unequal *unequal),
    void *context);

#endif

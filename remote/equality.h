/* Do gateways let the same clients do the same, and treat domains the same?  By what they hold, not by what
 * was meant. */
#ifndef REMOTE_EQUALITY_H
#define REMOTE_EQUALITY_H

#include "dialect.h"
#include "fetch.h"
#include "policy/difference.h"
#include "treatment.h"

/* The files of a gateway, and of those that have the same. */
struct equal_files {
	int mta;
	struct rendering there;
};

/* What one gateway lets clients do on a port, at any of its addresses.  Servers
 * of other names may do the same work on other gateways. */
struct held {
	const char *gateway;
	const char *server; /* the first that listens there */
	bool anonymous;
	struct listener listener; /* the first */
	unsigned port;
	struct set reach[REACHES];
	size_t files; /* their place */
};

struct equality {
	struct held *items;
	size_t count, cap;
	const char **gateways; /* those that were added */
	size_t gateway_count, gateway_cap;
	struct equal_files *files;
	size_t file_count, file_cap;
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

/* A domain that it treats otherwise. */
struct unequal_domain {
	const char *gateway, *server;
	unsigned port;
	const char *const *others; /* that are alike, the most */
	size_t other_count;
	const char *domain;
	bool itself, subdomains;
	struct treatment there, usual;
};

/* Who is told; what is handed over goes after the call. */
struct equality_teller {
	void (*clients)(void *context, const struct unequal *unequal);
	void (*domain)(void *context, const struct unequal_domain *unequal);
	/* So many domains of a port were not compared. */
	void (*unasked)(void *context, unsigned port, size_t count);
	void *context;
};

/* How many differences there were. */
size_t equality_find(const struct equality *equality,
    const struct equality_teller *teller);

#endif

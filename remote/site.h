/* What the dialects ask of a site.  No other folder's door. */
#ifndef REMOTE_SITE_H
#define REMOTE_SITE_H

#include "dialect.h"

struct set;

/* A server that this gateway carries and that is enabled, or NULL. */
const struct server *site_server(const struct site *site, size_t place);

/* The addresses of a slot, the included lists' with them. */
void site_slot_set(const struct site *site, const struct server *server,
    const char *slot, struct set *set);

/* Calls back with each client domain of a slot, the included lists' too. */
void site_slot_names(const struct site *site, const struct server *server,
    const char *slot, void (*each)(const char *domain, void *context),
    void *context);

/* Does what a client connects to satisfy the "these local addresses" box?  *ok
 * is false when that depends on the address behind a wildcard. */
bool site_local_satisfied(const struct site *site,
    const struct server *server, const struct listener *listener, bool *ok);
/* For a mail server that cannot tell those addresses apart; mta: as it is called
 * in a sentence. */
void site_find_wildcard_gaps(const struct site *site, const char *mta,
    struct gaps *gaps);

/* The domains of a server's "#" rows, for asking of each row whether its own
 * name has one. */
struct exact_domains {
	const char **items; /* by strcmp; the rows' own */
	size_t count;
};

void exact_domains_make(struct exact_domains *exact,
    const struct server *server);
bool exact_domains_hold(const struct exact_domains *exact,
    const char *domain);
void exact_domains_free(struct exact_domains *exact);

#endif

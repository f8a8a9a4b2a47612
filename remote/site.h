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

#endif

/* Names for servers that are made of what had other names. */
#ifndef STORE_SERVER_NAME_H
#define STORE_SERVER_NAME_H

#include "policy/policy.h"

/* Names that have been given, in order.  {0} is empty. */
struct given_names {
	struct given_name *names;
	size_t count, cap;
};

/* A name that has not been given: the wish with '-' for what a name may not
 * hold; or, when that has been given, made of the longer text; or with a number
 * behind it.  The caller frees it. */
char *server_name_make(struct given_names *given, const char *wish,
    const char *longer);
void given_names_free(struct given_names *given);

/* A new server of such a name that listens nowhere. */
struct server *server_bare(struct given_names *given, const char *wish,
    const char *longer);
void server_deafen(struct server *server);

bool servers_share_listener(const struct server *a, const struct server *b);

#endif

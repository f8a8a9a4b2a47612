/* Names for servers that are made of what had other names. */
#ifndef STORE_SERVER_NAME_H
#define STORE_SERVER_NAME_H

#include "policy/policy.h"

/* A name that no server of the policy has: the wish with '-' for what a name
 * may not hold; or, when the policy has that, made of the longer text; or with
 * a number behind it.  The caller frees it. */
char *server_name_make(const struct policy *policy, const char *wish,
    const char *longer);

/* A new server of such a name, not in the policy, that listens nowhere. */
struct server *server_bare(const struct policy *policy, const char *wish,
    const char *longer);
void server_deafen(struct server *server);

bool servers_share_listener(const struct server *a, const struct server *b);

#endif

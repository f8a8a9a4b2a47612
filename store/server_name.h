/* Names for servers that are made of what had other names. */
#ifndef STORE_SERVER_NAME_H
#define STORE_SERVER_NAME_H

#include "policy/policy.h"

/* A new server, not in the policy yet.  Its name is the wish with '-' for what
 * a name may not hold; or, when the policy has that, made of the longer text;
 * or with a number behind it.  It listens nowhere. */
struct server *server_named(const struct policy *policy, const char *wish,
    const char *longer);

bool servers_share_listener(const struct server *a, const struct server *b);

#endif

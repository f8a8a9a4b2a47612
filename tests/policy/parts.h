/* Pieces of a policy, made from texts that must be right. */
#ifndef TESTS_POLICY_PARTS_H
#define TESTS_POLICY_PARTS_H

#include "policy/policy.h"

/* A server of the standard preset. */
struct server *add_server(struct policy *policy, const char *name);
void add_entry(struct entries *to, const char *text);
/* hop: "" for none. */
void add_route(struct server *server, const char *domain,
    enum route_action action, const char *hop);
/* The gateway, which is made on first use, carries the server. */
void carry(struct policy *policy, const char *gateway, const char *server);

/* The difference in words, three ranges at the most of each kind, and on how
 * many gateways it is.  Frees both policies. */
void check_difference(struct policy *a, struct policy *b, size_t gateways,
    const char *wanted);

#endif

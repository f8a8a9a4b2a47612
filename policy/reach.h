/* Who may: the exact set of client addresses without a verified name. */
#ifndef POLICY_REACH_H
#define POLICY_REACH_H

#include "relay.h"
#include "set.h"

enum reach {
	REACH_CONNECT,    /* open a connection (row 1) */
	REACH_RELAY,      /* relay to a foreign domain without logging in */
	REACH_RELAY_AUTH, /* ... having logged in */
	REACH_ANONYMOUS,  /* send at all without logging in (rows 1 and 2) */
	REACHES,
};

/* local: what the client connected to; NULL when it is not known, which
 * satisfies no "these local addresses" entry. */
void reach_set(const struct ruleset *rules, enum reach reach,
    const struct listener *local, struct set *set);

/* The union over everything that a client can connect to: the addresses of the
 * listeners, and behind a wildcard listener any address there may be. */
void reach_anywhere(const struct ruleset *rules, enum reach reach,
    struct set *set);

/* Does the server listen on an address of this family?  A server that has no
 * listener yet is judged as if it listened everywhere. */
bool reach_listens(const struct server *server, uint8_t family);

/* A local address of this family that satisfies the "these local addresses"
 * box and that a client can connect to. */
bool reach_local(const struct ruleset *rules, uint8_t family, u128 *local);

/* The rows as such, given whether the local address satisfies its box. */
void reach_rows(const struct ruleset *rules, enum reach reach,
    bool local_satisfied, struct set *set);

#endif

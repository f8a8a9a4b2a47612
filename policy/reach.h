/* Who may: the exact set of client addresses without a verified name. */
#ifndef POLICY_REACH_H
#define POLICY_REACH_H

#include "relay.h"
#include "set.h"

enum reach {
	REACH_CONNECT,    /* open a connection (row 1) */
	REACH_RELAY,      /* relay to a foreign domain without logging in */
	REACH_RELAY_AUTH, /* ... having logged in */
};

/* local: what the client connected to; NULL when it is not known, which
 * satisfies no "these local addresses" entry. */
void reach_set(const struct ruleset *rules, enum reach reach,
    const struct listener *local, struct set *set);

/* The union over the addresses on which the server listens (and, for wildcard
 * listeners, over every local address entry). */
void reach_anywhere(const struct ruleset *rules, enum reach reach,
    struct set *set);

#endif

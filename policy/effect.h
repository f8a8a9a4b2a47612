/* What the parts of a server mean, in plain words, and how open it is. */
#ifndef POLICY_EFFECT_H
#define POLICY_EFFECT_H

#include "relay.h"
#include "set.h"

enum openness {
	CLOSED, /* nobody relays without logging in or being listed */
	WIDE,   /* a very large part of the Internet is listed */
	OPEN,   /* an open relay */
};

/* More routable IPv4 addresses, or IPv6 addresses (a /48), are WIDE. */
#define WIDE_V4 ((u128)65536)
#define WIDE_V6 (((u128)1) << 80)

extern const char *const openness_words[]; /* "CLOSED", "WIDE", "OPEN" */

enum openness openness_ask(const struct ruleset *rules);

/* Is it open for clients of this family?  If so *client is a routable address
 * that may relay, *local the local address it needs (*needs_local). */
bool openness_family(const struct ruleset *rules, uint8_t family,
    u128 *client, u128 *local, bool *needs_local);

/* The routable addresses that relay without logging in. */
void openness_reach(const struct ruleset *rules, struct set *set);

/* One line each, without a full stop at the end of a list of facts:
 * "1,534 entries may relay; everyone else only after logging on". */
void effect_add_connection(struct buf *buf, const struct server *server);
void effect_add_relay(struct buf *buf, const struct server *server);
void effect_add_routing(struct buf *buf, const struct server *server);
void effect_add_restrictions(struct buf *buf, const struct server *server);
/* "1,024 IPv4 addresses relay without logging on". */
void effect_add_reach(struct buf *buf, const struct ruleset *rules);

#endif

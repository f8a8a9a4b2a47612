/* IP addresses and inclusive address ranges, IPv4 and IPv6.
 *
 * An address is a number: 0 to 2^32-1 in family 4, 0 to 2^128-1 in family 6.
 * IPv4-mapped IPv6 (::ffff:192.0.2.1, RFC 4291 2.5.5.2) is the IPv4 address,
 * so it never appears as family 6.  A block is a range like any other. */
#ifndef POLICY_NET_H
#define POLICY_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"

__extension__ typedef unsigned __int128 u128;

#define NET_TEXT 96 /* room for any net as text, with the final NUL */
#define NET_LAST4 ((u128)0xffffffffu)
#define NET_LAST6 (~(u128)0)

struct net {
	uint8_t family; /* 4 or 6 */
	u128 first;
	u128 last; /* inclusive, never below first */
};

enum net_rules {
	NET_STRICT = 0,
	/* Also A/MASK, [v6], blanks around the dash of a range, and a range
	 * in the last octet: "192.0.2.10-20". */
	NET_IMPORT = 1,
	/* Also "10.", "192.0.2", "192.0.2.*" as blocks, host bits dropped. */
	NET_WIDEN = 2,
};

/* "192.0.2.1", "192.0.2.0/24", "192.0.2.0 255.255.255.0",
 * "192.0.2.10-192.0.2.20", and the same in IPv6 (RFC 4291 2.2, RFC 4632).
 * Refused with the reason: host bits, leading zeros, masks with holes,
 * reversed ranges, zones, three octets.  rules: bits of enum net_rules. */
bool net_parse(struct net *net, const char *text, size_t len, unsigned rules,
    struct err *err);

/* The same for "192.0.2.1" and "192.0.2.0/24" and nothing beside, for lists of
 * a million: false, without a reason, for all else and what is wrong. */
bool net_parse_usual(struct net *net, const char *text, size_t len);

/* One address and nothing else. */
bool net_parse_addr(struct net *net, const char *text, size_t len,
    struct err *err);

/* Canonical text (RFC 5952): an address, a block, or first-last. */
void net_add(struct buf *buf, const struct net *net);
void net_add_addr(struct buf *buf, uint8_t family, u128 addr);
char *net_text(const struct net *net, char text[NET_TEXT]);

/* The prefix length if the range is one block, else -1. */
int net_prefix(const struct net *net);

/* Order: IPv4 before IPv6, then first, then last. */
int net_compare(const struct net *a, const struct net *b);

static inline bool
net_holds(const struct net *net, uint8_t family, u128 addr)
{
	return net->family == family && net->first <= addr && addr <= net->last;
}

static inline u128
net_top(uint8_t family)
{
	return family == 4 ? NET_LAST4 : NET_LAST6;
}

static inline int
net_bits(uint8_t family)
{
	return family == 4 ? 32 : 128;
}

/* The block of this prefix length that begins at first. */
static inline u128
net_block_last(uint8_t family, u128 first, int prefix)
{
	int host = net_bits(family) - prefix;

	return host >= 128 ? NET_LAST6 : first + ((((u128)1) << host) - 1);
}

#endif

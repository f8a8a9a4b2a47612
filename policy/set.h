/* Exact sets of addresses over the whole 2^32 and 2^128: sorted, disjoint,
 * never touching inclusive spans.  {0} is empty. */
#ifndef POLICY_SET_H
#define POLICY_SET_H

#include "entries.h"

struct set {
	struct range4 *v4;
	struct range6 *v6;
	size_t v4_count, v6_count;
};

/* A number of addresses: up to 2^128, which needs a bit more than u128. */
struct count {
	u128 low;
	bool all6; /* 2^128 exactly; low is 0 */
};

void set_free(struct set *set);
void set_copy(struct set *to, const struct set *from);
void set_all(struct set *set); /* every address of both families */
void set_of_net(struct set *set, const struct net *net);
/* The addresses of the entries; domains and lists add nothing. */
void set_of_entries(struct set *set, const struct entries *entries);

/* to must be a set, {0} at first; it may be a or b. */
void set_union(struct set *to, const struct set *a, const struct set *b);
void set_intersect(struct set *to, const struct set *a, const struct set *b);
void set_subtract(struct set *to, const struct set *a, const struct set *b);

bool set_empty(const struct set *set);
bool set_equal(const struct set *a, const struct set *b);
bool set_holds(const struct set *set, uint8_t family, u128 addr);
/* Has the set an address of the range?  All of them? */
bool set_meets(const struct set *set, const struct net *net);
bool set_covers(const struct set *set, const struct net *net);
struct count set_count(const struct set *set, uint8_t family);
/* "1,534", and from 2^64 on "2^80" or "about 2^80.3". */
void count_add(struct buf *buf, struct count count);
/* "everybody", "every IPv4 address", "1,534 IPv4 and 2^80 IPv6 addresses",
 * "nobody".  Is that one, for a verb? */
void set_add_clients(struct buf *buf, const struct set *set);
bool set_one(const struct set *set);
/* All digits, without commas. */
void count_add_exact(struct buf *buf, struct count count);

/* Spans as nets, IPv4 first: count is v4_count + v6_count. */
struct net set_net(const struct set *set, size_t place);
/* Calls back with each of the fewest CIDR blocks that make the range. */
void net_blocks(const struct net *net,
    void (*each)(const struct net *block, void *context), void *context);
/* Calls back with each block of the fewest CIDR blocks that make the set. */
void set_blocks(const struct set *set,
    void (*each)(const struct net *block, void *context), void *context);

/* Addresses of the Internet: what IANA's special-purpose registries (RFC 6890
 * and successors), multicast and reserved space leave. */
void set_routable(struct set *set);

#endif

/* Where accepted mail goes.  Delivery is one table for the whole gateway, while
 * the routing lists are per server: two servers may not send one domain to two
 * places. */
#ifndef REMOTE_DELIVERY_H
#define REMOTE_DELIVERY_H

#include "site.h"

enum hop_kind {
	HOP_HERE, /* delivered on the gateway */
	HOP_MX,   /* by the domain's MX */
	HOP_HOST, /* to a next hop */
};

struct hop {
	char *key; /* "example.com", ".example.com", "*" */
	enum hop_kind kind;
	const char *host; /* of HOP_HOST: a name, an address or [v6] */
	uint16_t port;
	const char *server; /* that says so */
};

/* In order of key; one of each key for a site without gaps. */
struct hops {
	struct hop *items;
	size_t count, cap;
};

void hops_collect(struct hops *hops, const struct site *site);
void hops_free(struct hops *hops);
/* Is it within a domain that is not delivered here, by a row above it? */
bool hops_cover(const struct hops *hops, const struct hop *hop);

/* mta: as it is called in a sentence. */
void delivery_find_gaps(const struct site *site, const char *mta,
    struct gaps *gaps);

#endif

/* What rows of access tables are about: addresses by their first octets,
 * domains, people. */
#ifndef STORE_ACCESS_KEY_H
#define STORE_ACCESS_KEY_H

#include "intake.h"

enum access_kind {
	ACCESS_BAD,    /* the reason is in err */
	ACCESS_NET,
	ACCESS_DOMAIN, /* the name is what key has become */
	ACCESS_PERSON, /* user@, user@example.com, <> */
};

/* "10.1" (the addresses that begin so), "2001:db8", "192.0.2.1",
 * "2001:db8::1", "example.com", ".example.com", "user@". */
enum access_kind access_key(struct span *key, struct net *net,
    struct err *err);

/* Is it an address or the beginning of one, not a name? */
bool access_is_net(struct span key);

#endif

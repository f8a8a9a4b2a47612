/* The verified host name of a client, as mail servers find it: the name of its
 * address (PTR, RFC 1035 3.5, RFC 3596 2.5) whose own addresses lead back to it. */
#ifndef TUI_CLIENT_NAME_H
#define TUI_CLIENT_NAME_H

#include "policy/domain.h"
#include "policy/net.h"
#include "store/dns.h"

#define LOOKUP_SECONDS 15 /* for all that one client needs */

struct client_name {
	char name[DOMAIN_SIZE]; /* "": it has none that is verified */
	struct buf story; /* a line for each thing that was found out, as DNS has it */
};

/* False when DNS does not tell (ERR_REACH): whether it has one is not known.  The
 * story is the caller's either way. */
bool client_name_find(struct client_name *found, const struct dns *dns,
    const struct net *client, struct err *err);
/* The same with a DNS server of its own, as for resolver_open(): it ends soon
 * after stopped(context) has become true; stopped NULL: never. */
bool client_name_ask(struct client_name *found, const char *server,
    const struct net *client, bool (*stopped)(void *context), void *context,
    struct err *err);
void client_name_clear(struct client_name *found);

#endif

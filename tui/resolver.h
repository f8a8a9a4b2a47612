/* DNS for imports that ask it: each question waits for its answer. */
#ifndef TUI_RESOLVER_H
#define TUI_RESOLVER_H

#include <stdbool.h>

#include "store/dns.h"

struct resolver;

#define RESOLVE_SECONDS 60 /* for all that one source asks of DNS */

/* server: "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:53"; NULL: that of
 * $RELAYADM_RESOLVER, else those of this computer (/etc/resolv.conf).  No search domains, no hosts file.  seconds:
 * how long all questions together may take. */
bool resolver_open(struct resolver **resolver, const char *server, int seconds,
    struct err *err);
void resolver_close(struct resolver *resolver);

/* The version of the library that asks. */
const char *resolver_library(void);

/* Questions end soon after this has become true; NULL: never. */
void resolver_watch(struct resolver *resolver,
    bool (*stopped)(void *context), void *context);

/* For struct dns; the context is the resolver. */
void resolver_ask(void *context, const char *name, enum dns_kind kind,
    struct dns_answer *answer);

#endif

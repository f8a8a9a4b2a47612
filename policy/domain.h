/* Domain names: as written in a policy (strict) and as they come from the
 * network (anything).  Both end in lower-case A-label form without a trailing
 * dot (RFC 5890; UTS #46, non-transitional). */
#ifndef POLICY_DOMAIN_H
#define POLICY_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define DOMAIN_LONGEST 253 /* octets (RFC 1035 2.3.4) */
#define DOMAIN_SIZE 256    /* these, a NUL, and some */

/* A name that a policy may hold: letters, digits, hyphens, labels of 1 to 63.
 * UTF-8 is converted; a name that IDNA would change (other than its case) is
 * refused, so that what is stored is what was meant. */
bool domain_parse(char name[DOMAIN_SIZE], const char *text, size_t len,
    struct err *err);

/* A name from an SMTP dialogue or DNS.  Never fails: case and one trailing dot
 * go, UTF-8 is converted where IDNA allows it, all else stays as it came. */
void domain_fold(char name[DOMAIN_SIZE], const char *text, size_t len);

/* Is name the domain itself, or does it end in ".domain"? */
bool domain_covers(const char *domain, const char *name);

/* The next suffix at a label boundary, or NULL: for "a.b.c" "b.c". */
const char *domain_parent(const char *name);

#endif

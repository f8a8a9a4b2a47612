/* The domain of a recipient, and whether its local part carries a route. */
#ifndef POLICY_RECIPIENT_H
#define POLICY_RECIPIENT_H

#include "domain.h"

struct recipient {
	bool routed;     /* @a:u@b, u%a@b, a!u@b, "u@a"@b, IMCEA... */
	bool has_domain; /* false for <postmaster> and other local names */
	bool literal;    /* [192.0.2.1]: no name covers it */
	char domain[DOMAIN_SIZE]; /* folded */
};

/* text is what stood in RCPT TO, with or without <>.  Never fails.  An address
 * whose quotation marks do not close is routed: what a mail server would make
 * of it cannot be told. */
void recipient_parse(struct recipient *recipient, const char *text);

/* Where the domain is written, or NULL, for callers that may not need it
 * folded. */
const char *recipient_scan(const char *text, size_t *len, bool *routed);

#endif

/* What a reader may ask of DNS when its caller wants that; who asks, and whom,
 * is the caller's. */
#ifndef STORE_DNS_H
#define STORE_DNS_H

#include <stddef.h>

#include "policy/err.h"

enum dns_kind {
	DNS_A,
	DNS_AAAA,
	DNS_MX,
	DNS_TXT,
	DNS_PTR,
};

enum dns_outcome {
	DNS_FOUND,
	DNS_NOTHING, /* no such name, or nothing of this kind */
	DNS_FAILED,  /* why says it */
};

/* {0} before it is filled. */
struct dns_answer {
	enum dns_outcome outcome;
	/* Addresses, host names, or texts whose strings are joined. */
	char **texts;
	size_t count, cap;
	struct err why;
};

struct dns {
	/* Names are without a final dot.  The answer is empty before. */
	void (*ask)(void *context, const char *name, enum dns_kind kind,
	    struct dns_answer *answer);
	void *context;
};

extern const char *const dns_words[]; /* "A" ..., by kind */

/* A NUL becomes 0x01, so that what stands behind it is not lost. */
void dns_answer_add(struct dns_answer *answer, const char *text, size_t len);
void dns_answer_clear(struct dns_answer *answer);

#endif

/* SHA-256 (FIPS 180-4). */
#ifndef STORE_DIGEST_H
#define STORE_DIGEST_H

#include <stddef.h>

#include "policy/buf.h"

#define DIGEST_LEN 32

struct digest {
	unsigned char bytes[DIGEST_LEN];
};

struct digest digest_of(const void *data, size_t len);
struct digest digest_of_buf(const struct buf *buf);

/* For composing what is digested: a length, so that parts cannot run into each
 * other, then the text; NULL is told from "". */
void digest_add_text(struct buf *buf, const char *text);
void digest_add_number(struct buf *buf, long long number);

#endif

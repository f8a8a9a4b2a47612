/* SHA-256 (FIPS 180-4) and random text. */
#ifndef REMOTE_DIGEST_H
#define REMOTE_DIGEST_H

#include <stddef.h>

#include "dialect.h"

void digest_hex(char hex[DIGEST_SIZE], const void *data, size_t len);
void digest_raw(unsigned char sum[32], const void *data, size_t len);

#define NONCE_SIZE 33 /* 128 random bits as hex, and a NUL */
void nonce_make(char nonce[NONCE_SIZE]);

#endif

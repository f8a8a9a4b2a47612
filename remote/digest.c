#include "config.h"

#include <stdlib.h>
#include <sys/random.h>

#include <openssl/sha.h>

#include "digest.h"

static void
add_hex(char *hex, const unsigned char *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * count] = '\0';
}

void
digest_raw(unsigned char sum[32], const void *data, size_t len)
{
	SHA256(data, len, sum);
}

void
digest_hex(char hex[DIGEST_SIZE], const void *data, size_t len)
{
	unsigned char sum[32];

	digest_raw(sum, data, len);
	add_hex(hex, sum, sizeof(sum));
}

void
nonce_make(char nonce[NONCE_SIZE])
{
	unsigned char bytes[(NONCE_SIZE - 1) / 2];

	/* Up to 256 bytes come whole, once the kernel's pool is ready. */
	while (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		continue;
	add_hex(nonce, bytes, sizeof(bytes));
}

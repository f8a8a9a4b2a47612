#include "config.h"

#include <string.h>

#include <openssl/evp.h>

#include "digest.h"

struct digest
digest_of(const void *data, size_t len)
{
	struct digest digest = { { 0 } };
	unsigned n = 0;

	EVP_Digest(data, len, digest.bytes, &n, EVP_sha256(), NULL);
	return digest;
}

struct digest
digest_of_buf(const struct buf *buf)
{
	return digest_of(buf_text(buf), buf->len);
}

void
digest_add_text(struct buf *buf, const char *text)
{
	digest_add_number(buf, text ? (long long)strlen(text) : -1);
	buf_add(buf, text ? text : "");
}

void
digest_add_number(struct buf *buf, long long number)
{
	buf_addf(buf, "%lld:", number);
}

#include "config.h"

#include <poll.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "dial.h"
#include "policy/mem.h"
#include "smtp_tls.h"

struct smtp_tls {
	SSL_CTX *context;
	SSL *ssl;
	int fd;
};

void
smtp_tls_free(struct smtp_tls *t)
{
	if (!t)
		return;
	SSL_free(t->ssl);
	SSL_CTX_free(t->context);
	free(t);
}

/* Waits for what OpenSSL wants; false when that is nothing, or not in time. */
static bool
wait_for_it(struct smtp_tls *t, int result, int64_t deadline)
{
	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return dial_wait(t->fd, POLLIN, deadline);
	case SSL_ERROR_WANT_WRITE:
		return dial_wait(t->fd, POLLOUT, deadline);
	default:
		return false;
	}
}

static bool
connect_tls(struct smtp_tls *t, int64_t deadline)
{
	int result;

	for (;;) {
		ERR_clear_error();
		result = SSL_connect(t->ssl);
		if (result == 1)
			return true;
		if (clock_now() > deadline || !wait_for_it(t, result, deadline))
			return false;
	}
}

struct smtp_tls *
smtp_tls_start(int fd, int64_t deadline, struct err *err)
{
	struct smtp_tls *t = mem_new(1, sizeof(*t));

	t->fd = fd;
	t->context = SSL_CTX_new(TLS_client_method());
	t->ssl = t->context ? SSL_new(t->context) : NULL;
	if (t->ssl && SSL_set_fd(t->ssl, fd) == 1 && connect_tls(t, deadline))
		return t;
	smtp_tls_free(t);
	fail_as(err, ERR_REACH, "TLS does not come about");
	return NULL;
}

ssize_t
smtp_tls_read(struct smtp_tls *t, void *data, size_t len, int64_t deadline)
{
	for (;;) {
		int n;

		ERR_clear_error();
		n = SSL_read(t->ssl, data, (int)len);
		if (n > 0)
			return n;
		if (SSL_get_error(t->ssl, n) == SSL_ERROR_ZERO_RETURN)
			return 0;
		if (clock_now() > deadline || !wait_for_it(t, n, deadline))
			return -1;
	}
}

ssize_t
smtp_tls_write(struct smtp_tls *t, const void *data, size_t len,
    int64_t deadline)
{
	for (;;) {
		int n;

		ERR_clear_error();
		n = SSL_write(t->ssl, data, (int)len);
		if (n > 0)
			return n;
		if (clock_now() > deadline || !wait_for_it(t, n, deadline))
			return -1;
	}
}

/* TLS over a non-blocking descriptor, by OpenSSL.  Nobody is authenticated by
 * it: a probe sends no secret, and asks what the server does, not who it is. */
#ifndef REMOTE_SMTP_TLS_H
#define REMOTE_SMTP_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy/err.h"

struct smtp_tls;

/* NULL with the reason (ERR_REACH) when it does not come about in time. */
struct smtp_tls *smtp_tls_start(int fd, int64_t deadline, struct err *err);
void smtp_tls_free(struct smtp_tls *tls);
/* As read(2) and write(2) of what is there, but waiting for it until the
 * deadline: 0 is the end, -1 a failure. */
ssize_t smtp_tls_read(struct smtp_tls *tls, void *data, size_t len,
    int64_t deadline);
ssize_t smtp_tls_write(struct smtp_tls *tls, const void *data, size_t len,
    int64_t deadline);

#endif

/* The dialogue with a mail server, from the client's side.  Each answer has a
 * time, each connection a number of bytes; errors are ERR_REACH and never hold
 * what the server said. */
#ifndef REMOTE_SMTP_H
#define REMOTE_SMTP_H

#include <stdint.h>

#include "policy/buf.h"
#include "smtp_reply.h"
#include "smtp_tls.h"

#define SMTP_BYTES_MAX 262144 /* of one connection */

struct smtp {
	int fd;
	struct smtp_tls *tls; /* NULL: in clear */
	int64_t deadline;     /* of the connection, by clock_now() */
	unsigned seconds;     /* for one answer */
	char in[4096];        /* what came and was not read yet */
	size_t at, len, total;
	struct smtp_reading reading;
	bool over; /* it failed, or the server hung up */
};

/* Owns the descriptor, which is not blocking. */
void smtp_begin(struct smtp *smtp, int fd, unsigned seconds,
    int64_t deadline);
/* Says QUIT when there is still somebody, and does not wait for the answer. */
void smtp_end(struct smtp *smtp);

bool smtp_read(struct smtp *smtp, struct smtp_reply *reply, struct err *err);
bool smtp_send(struct smtp *smtp, const char *text, size_t len,
    struct err *err);
/* A line, and its answer. */
bool smtp_ask(struct smtp *smtp, struct smtp_reply *reply, struct err *err,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* After the server has agreed, or at once.  What it sent before is no answer
 * to what comes after (CVE-2011-0411), and ends it. */
bool smtp_start_tls(struct smtp *smtp, struct err *err);

#endif

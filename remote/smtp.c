#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dial.h"
#include "smtp.h"

void
smtp_begin(struct smtp *s, int fd, unsigned seconds, int64_t deadline)
{
	*s = (struct smtp){ .fd = fd, .seconds = seconds,
		.deadline = deadline };
}

static int64_t
answer_deadline(const struct smtp *s)
{
	int64_t own = clock_now() + (int64_t)s->seconds * 1000;

	return own < s->deadline ? own : s->deadline;
}

static bool
over(struct smtp *s, struct err *err, const char *why)
{
	s->over = true;
	return fail_as(err, ERR_REACH, "%s", why);
}

static ssize_t
receive(struct smtp *s, int64_t deadline)
{
	if (s->tls)
		return smtp_tls_read(s->tls, s->in, sizeof(s->in), deadline);
	if (!dial_wait(s->fd, POLLIN, deadline))
		return -1;
	return recv(s->fd, s->in, sizeof(s->in), 0);
}

static bool
read_more(struct smtp *s, int64_t deadline, struct err *err)
{
	ssize_t n = receive(s, deadline);

	if (n < 0)
		return over(s, err, clock_now() >= deadline
		    ? "it does not answer in time" : "the connection broke");
	if (!n)
		return over(s, err, "it hung up");
	s->at = 0;
	s->len = (size_t)n;
	s->total += s->len;
	return s->total <= SMTP_BYTES_MAX ||
	    over(s, err, "it sends more than 256 kB");
}

bool
smtp_read(struct smtp *s, struct smtp_reply *reply, struct err *err)
{
	int64_t deadline = answer_deadline(s);
	enum smtp_found found = SMTP_MORE;

	if (s->over)
		return fail_as(err, ERR_REACH, "it hung up");
	smtp_reading_begin(&s->reading);
	while (found == SMTP_MORE) {
		size_t used;

		if (s->at == s->len && !read_more(s, deadline, err))
			return false;
		/* A server that drips is as slow as one that is silent. */
		if (clock_now() >= deadline)
			return over(s, err, "it does not answer in time");
		found = smtp_reading_feed(&s->reading, s->in + s->at,
		    s->len - s->at, &used);
		s->at += used;
	}
	*reply = s->reading.reply;
	return found == SMTP_REPLY || over(s, err, s->reading.wrong);
}

static ssize_t
give(struct smtp *s, const char *text, size_t len, int64_t deadline)
{
	if (s->tls)
		return smtp_tls_write(s->tls, text, len, deadline);
	if (!dial_wait(s->fd, POLLOUT, deadline))
		return -1;
	return send(s->fd, text, len, MSG_NOSIGNAL);
}

bool
smtp_send(struct smtp *s, const char *text, size_t len, struct err *err)
{
	int64_t deadline = answer_deadline(s);

	if (s->over)
		return fail_as(err, ERR_REACH, "it hung up");
	while (len) {
		ssize_t n = give(s, text, len, deadline);

		if (n < 0 && errno == EINTR && clock_now() < deadline)
			continue;
		if (n <= 0)
			return over(s, err, clock_now() >= deadline
			    ? "it does not read in time"
			    : "the connection broke");
		text += n;
		len -= (size_t)n;
	}
	return true;
}

bool
smtp_ask(struct smtp *s, struct smtp_reply *reply, struct err *err,
    const char *format, ...)
{
	struct buf line = { 0 };
	va_list args;
	char *text = NULL;
	bool ok;

	memset(reply, 0, sizeof(*reply));
	va_start(args, format);
	ok = vasprintf(&text, format, args) >= 0;
	va_end(args);
	if (!ok)
		return over(s, err, "out of memory");
	buf_addf(&line, "%s\r\n", text);
	free(text);
	ok = smtp_send(s, line.data, line.len, err) &&
	    smtp_read(s, reply, err);
	buf_free(&line);
	return ok;
}

bool
smtp_start_tls(struct smtp *s, struct err *err)
{
	if (s->at != s->len)
		return over(s, err,
		    "it said something in clear after it agreed to TLS");
	s->tls = smtp_tls_start(s->fd, answer_deadline(s), err);
	s->over = !s->tls;
	return s->tls != NULL;
}

void
smtp_end(struct smtp *s)
{
	struct err ignored;

	if (s->seconds > 1)
		s->seconds = 1;
	if (!s->over)
		smtp_send(s, "QUIT\r\n", 6, &ignored);
	smtp_tls_free(s->tls);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

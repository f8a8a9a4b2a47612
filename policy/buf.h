/* A growing string; data is always terminated and may hold NULs.  {0} is
 * empty. */
#ifndef POLICY_BUF_H
#define POLICY_BUF_H

#include <stddef.h>

struct buf {
	char *data; /* NULL while nothing was ever added */
	size_t len;
	size_t cap;
};

void buf_add(struct buf *buf, const char *text);
void buf_addn(struct buf *buf, const void *data, size_t len);
void buf_addc(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *buf); /* keeps the memory */
void buf_free(struct buf *buf);
char *buf_take(struct buf *buf); /* never NULL; the buffer is empty again */
const char *buf_text(const struct buf *buf); /* never NULL */

/* 1234567 as "1,234,567". */
void buf_add_grouped(struct buf *buf, unsigned long long number);

#endif

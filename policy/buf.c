#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"

static void
make_room(struct buf *buf, size_t more)
{
	size_t need = buf->len + more + 1;

	if (need <= buf->cap)
		return;
	if (need < buf->cap * 2)
		need = buf->cap * 2;
	if (need < 64)
		need = 64;
	buf->data = mem_resize(buf->data, need, 1);
	buf->cap = need;
}

void
buf_addn(struct buf *buf, const void *data, size_t len)
{
	make_room(buf, len);
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void
buf_add(struct buf *buf, const char *text)
{
	buf_addn(buf, text, strlen(text));
}

void
buf_addc(struct buf *buf, char c)
{
	buf_addn(buf, &c, 1);
}

void
buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return;
	make_room(buf, (size_t)len);
	va_start(args, format);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
}

void
buf_clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

void
buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){ 0 };
}

char *
buf_take(struct buf *buf)
{
	char *data = buf->data ? buf->data : mem_text("");

	*buf = (struct buf){ 0 };
	return data;
}

const char *
buf_text(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

void
buf_add_grouped(struct buf *buf, unsigned long long number)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%llu", number);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_addc(buf, ',');
		buf_addc(buf, digits[i]);
	}
}

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "policy/buf.h"
#include "terminal.h"

/* Some terminals drop longer ones. */
#define COPY_MOST 50000

static void
add_base64(struct buf *out, const unsigned char *data, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < len; i += 3) {
		unsigned bits = (unsigned)data[i] << 16;

		bits |= i + 1 < len ? (unsigned)data[i + 1] << 8 : 0;
		bits |= i + 2 < len ? data[i + 2] : 0;
		buf_addc(out, digits[bits >> 18]);
		buf_addc(out, digits[bits >> 12 & 63]);
		buf_addc(out, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		buf_addc(out, i + 2 < len ? digits[bits & 63] : '=');
	}
}

bool
terminal_copy(const char *text)
{
	struct buf order = { 0 };
	size_t len = strlen(text), done = 0;
	ssize_t n = 0;

	if (len > COPY_MOST)
		return false;
	buf_add(&order, "\033]52;c;");
	add_base64(&order, (const unsigned char *)text, len);
	buf_add(&order, "\007");
	while (done < order.len && n >= 0) {
		n = write(STDOUT_FILENO, order.data + done, order.len - done);
		done += n > 0 ? (size_t)n : 0;
	}
	buf_free(&order);
	return done > 0;
}

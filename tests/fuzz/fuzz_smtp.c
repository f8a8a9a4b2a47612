/* Replies of mail servers: in whatever pieces their bytes come, they say the
 * same, and what is kept of them can be printed. */
#include "config.h"

#include <string.h>

#include "policy/buf.h"
#include "remote/smtp_reply.h"

#include "fuzz.h"

static void
demand_printable(const char *text)
{
	demand(strlen(text) < SMTP_TEXT);
	for (; *text; text++)
		demand(*text >= ' ' && *text <= '~');
}

static void
note(struct buf *text, const struct smtp_reply *r)
{
	demand(r->code >= 200 && r->code <= 599);
	demand(r->lines >= 1 && r->lines <= SMTP_LINES_MAX);
	demand(!r->auth_plain || r->auth);
	demand_printable(r->first);
	demand_printable(r->text);
	demand_printable(r->seen);
	buf_addf(text, "%d %zu %s %s %s %d%d%d%d\n", r->code, r->lines,
	    r->first, r->text, r->seen, r->starttls, r->auth, r->auth_plain,
	    r->pipelining);
}

static void
feed(struct buf *text, const char *bytes, size_t size, size_t piece)
{
	static struct smtp_reading reading;
	size_t at = 0;

	smtp_reading_begin(&reading);
	while (at < size) {
		size_t len = size - at < piece ? size - at : piece, used;

		switch (smtp_reading_feed(&reading, bytes + at, len, &used)) {
		case SMTP_BAD:
			demand(reading.wrong);
			buf_add(text, reading.wrong);
			return;
		case SMTP_REPLY:
			note(text, &reading.reply);
			smtp_reading_begin(&reading);
			break;
		case SMTP_MORE:
			demand(used == len);
		}
		demand(used >= 1 && used <= len);
		at += used;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, pieces = { 0 };

	feed(&whole, (const char *)data, size, size ? size : 1);
	feed(&pieces, (const char *)data, size, 1 + size % 13);
	demand(whole.len == pieces.len);
	demand(!whole.len || !memcmp(whole.data, pieces.data, whole.len));
	buf_free(&whole);
	buf_free(&pieces);
	return 0;
}

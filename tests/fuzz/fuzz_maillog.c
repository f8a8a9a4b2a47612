/* Mail logs: in whatever pieces their bytes come, they say the same, and what
 * they say is whole. */
#include "config.h"

#include <string.h>

#include "policy/buf.h"
#include "remote/maillog.h"

#include "fuzz.h"

static void
take(void *context, const struct mail_fact *f)
{
	struct buf *text = context;
	char client[NET_TEXT];

	demand(f->client.family == 4 || f->client.family == 6);
	demand(f->client.first == f->client.last);
	demand(!f->local.family || f->local.port);
	demand(f->outcome <= MAIL_DEFERRED && f->verified <= MAIL_UNKNOWN);
	demand(f->verified != MAIL_YES || f->name);
	buf_addf(text, "%s %s %s %d %d %d %s\n", f->server ? f->server : "-",
	    net_text(&f->client, client), f->name ? f->name : "-",
	    (int)f->verified, (int)f->authenticated, (int)f->outcome,
	    f->recipient ? f->recipient : "-");
}

static struct mail_counts
feed(struct buf *text, const char *bytes, size_t size, size_t piece)
{
	struct maillog *log = maillog_new(take, text, 1795524000);
	struct mail_counts counts;

	for (size_t at = 0; at < size; at += piece)
		maillog_feed(log, bytes + at,
		    size - at < piece ? size - at : piece);
	maillog_cut(log);
	counts = *maillog_counts(log);
	maillog_free(log);
	return counts;
}

struct bytes {
	const char *at;
	size_t len, most;
};

static bool
read_bytes(void *context, char *at, size_t cap, size_t *len, struct err *err)
{
	struct bytes *b = context;

	(void)err;
	*len = b->len < b->most ? b->len : b->most;
	demand(*len <= cap);
	if (*len)
		memcpy(at, b->at, *len);
	b->at += *len;
	b->len -= *len;
	return true;
}

static struct mail_counts
read_log(struct buf *text, const char *bytes, size_t size)
{
	struct maillog *log = maillog_new(take, text, 1795524000);
	struct bytes b = { bytes, size, 1 + size % 7 };
	struct mail_source source = { read_bytes, &b };
	struct mail_counts counts;
	struct err err;

	demand(maillog_read(log, &source, (struct mail_ways){ 2, 0 }, &err));
	counts = *maillog_counts(log);
	maillog_free(log);
	return counts;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, pieces = { 0 }, threads = { 0 };
	struct mail_counts a, b, c;

	a = feed(&whole, (const char *)data, size, size ? size : 1);
	b = feed(&pieces, (const char *)data, size, 1 + size % 13);
	demand(!memcmp(&a, &b, sizeof(a)));
	demand(whole.len == pieces.len);
	demand(!whole.len || !memcmp(whole.data, pieces.data, whole.len));
	c = read_log(&threads, (const char *)data, size);
	demand(!memcmp(&a, &c, sizeof(a)));
	demand(whole.len == threads.len);
	demand(!whole.len || !memcmp(whole.data, threads.data, whole.len));
	demand(a.of_mail <= a.lines && a.bytes == size);
	buf_free(&whole);
	buf_free(&pieces);
	buf_free(&threads);
	return 0;
}

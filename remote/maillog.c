#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
#include "policy/mem.h"

/* More messages than stay open at once on a busy gateway. */
#define MOST_OPEN 1000000

struct maillog *
maillog_new(mail_take *take, void *context, int64_t now)
{
	struct maillog *log = mem_new(1, sizeof(*log));

	log->take = take;
	log->context = context;
	log->now = now;
	log->sessions = sessions_new(MOST_OPEN);
	return log;
}

void
maillog_free(struct maillog *log)
{
	if (!log)
		return;
	sessions_free(log->sessions);
	free(log->refused.name);
	for (size_t i = 0; i < log->name_count; i++)
		free(log->names[i]);
	block_clear(&log->block);
	free(log->reader);
	free(log);
}

void
maillog_tell_hints(struct maillog *log, mail_hint *hint)
{
	log->hint = hint;
}

const struct mail_counts *
maillog_counts(const struct maillog *log)
{
	return &log->counts;
}

/* --- bytes that come by themselves ---------------------------------------- */

/* Reads what has come; the block begins anew. */
static void
take_block(struct maillog *log, bool last)
{
	block_end(&log->block, &log->rest, last);
	reader_read(log->reader, &log->block);
	maillog_apply(log, &log->block);
	block_begin(&log->block, &log->rest);
}

void
maillog_feed(struct maillog *log, const char *bytes, size_t len)
{
	struct log_block *b = &log->block;
	size_t part;

	if (!log->reader) {
		log->reader = reader_new(log->now);
		block_init(b, MAIL_BLOCK);
	}
	for (; len; bytes += part, len -= part) {
		part = b->cap - b->len < len ? b->cap - b->len : len;
		memcpy(b->bytes + b->len, bytes, part);
		block_wrote(b, &log->rest, part);
		if (b->len == b->cap)
			take_block(log, false);
	}
}

void
maillog_cut(struct maillog *log)
{
	if (log->reader)
		take_block(log, true);
}

/* Bytes become blocks of whole lines. */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "maillog_line.h"
#include "policy/mem.h"

void
block_init(struct log_block *block, size_t cap)
{
	assert(cap > LONGEST_LINE);
	*block = (struct log_block){ .cap = cap };
	block->bytes = mem_new(cap + 1, 1);
}

void
block_clear(struct log_block *block)
{
	free(block->bytes);
	free(block->events);
	free(block->origins);
	*block = (struct log_block){ 0 };
}

void
block_begin(struct log_block *block, struct log_rest *rest)
{
	block->counts = (struct mail_counts){ 0 };
	block->event_count = block->origin_count = 0;
	memcpy(block->bytes, rest->bytes, rest->len);
	block->len = rest->len;
	rest->len = 0;
}

/* A block that is full and has no end of a line has the middle of one that is
 * too long. */
static void
pass_over(struct log_block *block, struct log_rest *rest)
{
	if (block->len < block->cap ||
	    memrchr(block->bytes, '\n', block->len))
		return;
	rest->too_long = true;
	block->len = 0;
}

void
block_wrote(struct log_block *block, struct log_rest *rest, size_t len)
{
	char *at = block->bytes + block->len, *eol;

	block->counts.bytes += len;
	if (rest->too_long) {
		eol = len ? memchr(at, '\n', len) : NULL;
		if (!eol)
			return;
		rest->too_long = false;
		block->counts.cut++;
		len -= (size_t)(eol + 1 - at);
		memmove(at, eol + 1, len);
	}
	block->len += len;
	pass_over(block, rest);
}

void
block_end(struct log_block *block, struct log_rest *rest, bool last)
{
	char *eol = block->len ? memrchr(block->bytes, '\n', block->len) : NULL;
	size_t whole = eol ? (size_t)(eol + 1 - block->bytes) : 0;

	if (last) {
		block->counts.cut += rest->too_long;
		rest->too_long = false;
		return;
	}
	rest->len = block->len - whole;
	block->len = whole;
	if (rest->len > LONGEST_LINE) {
		rest->too_long = true;
		rest->len = 0;
	}
	memcpy(rest->bytes, block->bytes + whole, rest->len);
}

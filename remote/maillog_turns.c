/* Several threads read a log, and take turns: one at a time fetches a block,
 * one at a time, in the order of the blocks, puts its events together.  Between
 * the two each reads the lines of its own.  What comes out is the same
 * whatever their number. */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>

#include "maillog_line.h"
#include "policy/mem.h"

struct turns {
	struct maillog *log;
	const struct mail_source *source;
	size_t block;
	pthread_mutex_t fetching; /* for the next four */
	struct log_rest rest;
	uint64_t fetched;
	bool ended, ok;
	struct err err;
	pthread_mutex_t lock; /* for the next two */
	uint64_t applied;
	pthread_cond_t next;
};

/* Fills it as far as there is something to fill it with. */
static void
fill(struct turns *t, struct log_block *block)
{
	size_t len;

	block_begin(block, &t->rest);
	while (!t->ended && block->len < block->cap) {
		t->ok = t->source->read(t->source->context,
		    block->bytes + block->len, block->cap - block->len, &len,
		    &t->err);
		t->ended = !t->ok || !len;
		if (!t->ended)
			block_wrote(block, &t->rest, len);
	}
	block_end(block, &t->rest, t->ended);
}

static bool
fetch(struct turns *t, struct log_block *block, uint64_t *number)
{
	bool any;

	pthread_mutex_lock(&t->fetching);
	any = !t->ended;
	if (any) {
		fill(t, block);
		*number = t->fetched++;
	}
	pthread_mutex_unlock(&t->fetching);
	return any;
}

static void
apply_in_turn(struct turns *t, struct log_block *block, uint64_t number)
{
	pthread_mutex_lock(&t->lock);
	while (t->applied != number)
		pthread_cond_wait(&t->next, &t->lock);
	pthread_mutex_unlock(&t->lock);
	maillog_apply(t->log, block);
	pthread_mutex_lock(&t->lock);
	t->applied++;
	pthread_cond_broadcast(&t->next);
	pthread_mutex_unlock(&t->lock);
}

static void *
work(void *context)
{
	struct turns *t = context;
	struct log_reader *reader = reader_new(t->log->now);
	struct log_block block;
	uint64_t number;

	block_init(&block, t->block);
	while (fetch(t, &block, &number)) {
		reader_read(reader, &block);
		apply_in_turn(t, &block, number);
	}
	block_clear(&block);
	free(reader);
	return NULL;
}

bool
maillog_read(struct maillog *log, const struct mail_source *source,
    struct mail_ways ways, struct err *err)
{
	struct turns *t = mem_new(1, sizeof(*t));
	pthread_t *threads = mem_new(ways.threads, sizeof(*threads));
	unsigned count = 0;
	bool ok;

	*t = (struct turns){ .log = log, .source = source, .ok = true,
		.block = ways.block > LONGEST_LINE ? ways.block
		                                   : LONGEST_LINE + 1 };
	pthread_mutex_init(&t->fetching, NULL);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->next, NULL);
	/* This one is one of them, and enough. */
	while (count + 1 < ways.threads &&
	    !pthread_create(&threads[count], NULL, work, t))
		count++;
	work(t);
	while (count)
		pthread_join(threads[--count], NULL);
	pthread_mutex_destroy(&t->fetching);
	pthread_mutex_destroy(&t->lock);
	pthread_cond_destroy(&t->next);
	ok = t->ok;
	if (!ok)
		*err = t->err;
	free(threads);
	free(t);
	return ok;
}

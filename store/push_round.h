/* One push of one or more gateways, as the database has it while it goes on and
 * afterwards: which they are, and who asked it to begin no more of them. */
#ifndef STORE_PUSH_ROUND_H
#define STORE_PUSH_ROUND_H

#include "store.h"

struct push_round {
	int64_t round;
	char *author;
	int64_t revision;
	int64_t started, ended; /* ended 0: not known to have ended */
	char **gateways;        /* in the order in which they are begun */
	size_t gateway_count;
	char *stop_author; /* who asked to stop it, or NULL */
	int64_t stop_time;
};

/* The pushes that begin from now on are of it.  It is alive until it is ended,
 * or the process is. */
bool store_round_begin(struct store *store, int64_t revision,
    const char *const *gateways, size_t count, struct err *err);
bool store_round_end(struct store *store, struct err *err);
/* Did somebody ask to stop the one that was begun here?  *author: who, to be
 * freed, or NULL. */
bool store_round_stopped(struct store *store, char **author, struct err *err);

/* Those whose end is not known; of those that were cut off it never is. */
bool store_rounds_open(struct store *store, struct push_round **rounds,
    size_t *count, struct err *err);
/* This one; *count is 0 when there is none. */
bool store_round_get(struct store *store, int64_t round,
    struct push_round **found, size_t *count, struct err *err);
/* Its pushes, in the order in which they began. */
bool store_round_pushes(struct store *store, int64_t round,
    struct push_record **records, size_t *count, struct err *err);
/* At most so many, the last first. */
bool store_rounds(struct store *store, size_t most,
    struct push_round **rounds, size_t *count, struct err *err);
void push_rounds_free(struct push_round *rounds, size_t count);
/* Is another process of this machine at work on it? */
bool store_round_alive(struct store *store, int64_t round);
/* Asks it to begin no more gateways; who asked first is kept.  Fails when it
 * has ended. */
bool store_round_stop(struct store *store, int64_t round, struct err *err);

#endif

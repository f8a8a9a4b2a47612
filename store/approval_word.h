/* All that was said about approvals, as it is kept; for approval*.c only. */
#ifndef STORE_APPROVAL_WORD_H
#define STORE_APPROVAL_WORD_H

#include "state.h"

enum word_kind {
	WORD_APPROVES,
	WORD_WITHDRAWS,
	WORD_WANTS,
};

struct word {
	enum word_kind kind;
	int64_t number, time;
	char *author, *comment;
	bool stands; /* nothing that was said later has taken it back */
};

struct words_said {
	struct word *items; /* in the order in which they were said */
	size_t count, cap;
	int64_t needed;     /* what holds after all of them */
	struct digest chain;
};

/* ERR_STORE when one was changed or taken out, or a revision is not the one
 * that was approved. */
bool words_read(struct db *db, struct words_said *said, struct err *err);
void words_clear(struct words_said *said);

/* One more, in a writing transaction, by store_author() and now. */
bool words_say(struct db *db, const struct words_said *said,
    enum word_kind kind, int64_t number, const char *comment,
    struct err *err);

#endif

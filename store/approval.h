/* Approvals of revisions by other persons than those who made them, and how
 * many of them a revision needs before a push.
 *
 * A revision is judged with all that came since the revision before it that was
 * approved or in force on a gateway: who committed or changed anything since
 * then has made it, and cannot approve it.  The number that is needed is raised
 * by anybody, and lowered when so many others as it says want the same. */
#ifndef STORE_APPROVAL_H
#define STORE_APPROVAL_H

#include "store.h"

#define APPROVALS_MOST 3

struct approval {
	int64_t number; /* the revision; of a wish: how many are wanted */
	int64_t time;
	char *author, *comment;
};

struct approvals {
	int64_t needed;         /* other persons; 0: none */
	struct approval *given; /* those that count, by revision and time */
	size_t count;
	struct approval *wishes; /* for fewer than are needed */
	size_t wish_count;
	int64_t words;          /* all that was ever said */
	char chain[65];         /* hex, of the last one: it stands for all */
};

/* ERR_STORE when it is not what was said. */
bool store_approvals(struct store *store, struct approvals *approvals,
    struct err *err);
void approvals_clear(struct approvals *approvals);
/* How much was ever said; cheap enough to ask every second. */
bool store_approval_words(struct store *store, int64_t *words,
    struct err *err);
/* Those of one revision: the first of them, and how many. */
size_t approvals_of(const struct approvals *approvals, int64_t revision,
    const struct approval **first);
/* "ben, eve" */
void approvals_add_names(struct buf *out, const struct approvals *approvals,
    int64_t revision);

/* What is judged with a revision. */
struct making {
	int64_t since; /* the revision before all that; 0: none */
	char **makers; /* who cannot approve it */
	size_t count;
};

bool store_making(struct store *store, int64_t revision,
    struct making *making, struct err *err);
void making_clear(struct making *making);
/* "ana, ben" */
void making_add_names(struct buf *out, const struct making *making);

/* In the name of store_author(); the comment may be "".  ERR_NO: he has made
 * it, or has approved it. */
bool store_approve(struct store *store, int64_t revision, const char *comment,
    struct err *err);
bool store_approval_withdraw(struct store *store, int64_t revision,
    const char *comment, struct err *err);

/* So many are wanted, at most APPROVALS_MOST; *needed is what holds now. */
bool store_approvals_want(struct store *store, int64_t count,
    const char *comment, int64_t *needed, struct err *err);

/* ERR_NO when the revision lacks approvals and was never in force on one of
 * these gateways: going back is always possible. */
bool store_may_push(struct store *store, int64_t revision,
    const char *const *gateways, size_t count, struct err *err);

#endif

/* Who has made a revision; for approval.c only. */
#ifndef STORE_MAKING_H
#define STORE_MAKING_H

#include "approval.h"
#include "db.h"

/* Of this revision and those before it behind making->since. */
bool making_read(struct making *making, struct db *db, int64_t revision,
    struct err *err);
bool making_has(const struct making *making, const char *author);

#endif

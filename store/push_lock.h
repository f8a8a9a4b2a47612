/* Who pushes holds a lock, in a file beside the database, for each push that it
 * has begun, and for the whole round of them: the system takes it away when the process ends, however it does.
 * Without the lock (a full or foreign file system) nothing is refused; then a
 * push counts as one that nobody works on. */
#ifndef STORE_PUSH_LOCK_H
#define STORE_PUSH_LOCK_H

#include "store.h"

/* The file, opened when it is first asked for. */
bool push_lock_open(struct store *store);
void push_lock_take(struct store *store, int64_t generation);
void push_lock_drop(struct store *store, int64_t generation);
void push_lock_close(struct store *store);

#endif

/* A throw-away folder with a database in it, for tests of the store. */
#ifndef TESTS_STORE_SCRATCH_H
#define TESTS_STORE_SCRATCH_H

#include "policy/policy.h"
#include "store/store.h"

#define SCRATCH_PATH 512

/* A new folder, removed with all that is in it by scratch_remove(). */
void scratch_make(char folder[SCRATCH_PATH]);
void scratch_remove(const char *folder);
void scratch_join(char path[SCRATCH_PATH], const char *folder,
    const char *name);

/* A whole file; ends the test when it cannot. */
void scratch_read(struct buf *buf, const char *path);
void scratch_write(const char *path, const void *bytes, size_t len);

/* These end the test when they fail. */
struct store *scratch_open(const char *path);
struct list *scratch_list(const char *name, const char *const *entries);
/* Adds or changes (when old_name is not NULL) the list. */
void scratch_edit(struct store *store, const char *label,
    const char *old_name, struct list *list);
/* The draft as a document; the caller frees it. */
char *scratch_text(struct store *store);

#endif

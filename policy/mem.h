/* Memory that is there or the program ends (cleanly: edits are safe in the
 * store).  Every result must be freed with free(). */
#ifndef POLICY_MEM_H
#define POLICY_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* count * size bytes, zeroed. */
void *mem_new(size_t count, size_t size);

/* Resizes to count * size bytes; new bytes are not zeroed. */
void *mem_resize(void *old, size_t count, size_t size);

/* Room for one more item in an array of len items and *cap places. */
void *mem_grow(void *old, size_t len, size_t *cap, size_t size);

char *mem_text(const char *text);
char *mem_textn(const char *text, size_t len);

/* Like mem_text(), but NULL and "" both give NULL. */
char *mem_text_or_null(const char *text);

/* Does the work and returns true; false, in place of the program's end, when
 * memory was not enough for it.  What the work held by then is lost.  For the
 * library, which must not end somebody else's program.  Threads do not
 * disturb one another. */
bool mem_try(void (*work)(void *context), void *context);

/* Frees *text and makes it NULL. */
void mem_drop(char **text);

#endif

/* Memory for libssh2: zeroed, bounded per request, wiped when freed.
 *
 * libssh2 1.10 can be made to read past what a hostile server sent (the length
 * of an exit-signal); with memory of this kind it finds nothing there. */
#ifndef REMOTE_SSH_MEMORY_H
#define REMOTE_SSH_MEMORY_H

#include <stddef.h>

void *zero_alloc(size_t size, void **abstract);
void *zero_realloc(void *p, size_t size, void **abstract);
void zero_free(void *p, void **abstract);

#endif

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "ssh_memory.h"

#define REQUEST_MAX (4u << 20) /* of one allocation */

/* The size of a block stands in front of it. */
union block {
	size_t size;
	max_align_t align;
};

void *
zero_alloc(size_t size, void **abstract)
{
	union block *block;

	(void)abstract;
	if (size > REQUEST_MAX)
		return NULL;
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->size = size;
	return block + 1;
}

void
zero_free(void *p, void **abstract)
{
	union block *block = p;

	(void)abstract;
	if (!p)
		return;
	OPENSSL_cleanse(p, block[-1].size);
	free(block - 1);
}

void *
zero_realloc(void *p, size_t size, void **abstract)
{
	union block *old = p;
	void *fresh = zero_alloc(size, abstract);

	if (!p || !fresh)
		return fresh;
	memcpy(fresh, p, old[-1].size < size ? old[-1].size : size);
	zero_free(p, abstract);
	return fresh;
}


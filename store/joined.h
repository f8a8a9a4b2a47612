/* Text that is joined from pieces of a source (strings, lines that go on), and
 * where each byte of it stood. */
#ifndef STORE_JOINED_H
#define STORE_JOINED_H

#include "span.h"
#include "spot.h"

/* {0} is empty. */
struct joined {
	struct buf text;
	const char **places; /* in the source, of each byte */
	size_t cap;
};

void joined_add(struct joined *joined, char c, const char *place);
/* As it stands in the source. */
void joined_add_span(struct joined *joined, struct span span);
void joined_clear(struct joined *joined);
void joined_free(struct joined *joined);

struct span joined_span(const struct joined *joined);

/* part is a part of the text. */
struct item joined_item(const struct joined *joined, struct spot *spot,
    struct span part);

#endif

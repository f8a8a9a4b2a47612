/* Entries as the bytes of a chunk: a byte for the kind, two addresses or a
 * name, and what is noted beside it. */
#ifndef STORE_ITEM_H
#define STORE_ITEM_H

#include "policy/entries.h"

#define ITEM_ROW 'r' /* a routing row as JSON: a text follows */

void item_add_number(struct buf *buf, u128 number, int bytes);
/* Its length, then the text. */
void item_add_text(struct buf *buf, const char *text);
void item_add(struct buf *buf, const struct entry *entry);
/* Without notes. */
void item_add_v4(struct buf *buf, const struct range4 *range);

struct item_bytes {
	const unsigned char *at, *end;
	bool short_of; /* more was asked for than there is */
};

u128 item_take_number(struct item_bytes *bytes, int count);
const char *item_take_text(struct item_bytes *bytes, size_t *len);
bool item_take_first(struct item_bytes *bytes, struct entry *entry);
/* All of a chunk, appended; false when it is none of entries. */
bool item_take_all(struct item_bytes *bytes, struct entries *entries);

#endif

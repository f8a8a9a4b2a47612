/* One SPF record (RFC 7208): its text, where each byte of it stood, and what
 * its terms mean to a list. */
#ifndef STORE_SPF_RECORD_H
#define STORE_SPF_RECORD_H

#include "intake.h"
#include "span.h"
#include "spot.h"

/* {0} is empty. */
struct spf_record {
	struct buf text;
	const char **places; /* in the source, of each byte */
	size_t place_cap;
};

void spf_add(struct spf_record *record, char c, const char *place);
void spf_clear(struct spf_record *record);
void spf_free(struct spf_record *record);

/* part is a part of the record's text. */
struct item spf_item(const struct spf_record *record, struct spot *spot,
    struct span part);

/* Hands on each term of a record that begins with v=spf1. */
void spf_take(const struct spf_record *record, struct spot *spot,
    struct intake *intake);

#endif

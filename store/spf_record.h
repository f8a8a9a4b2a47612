/* One SPF record (RFC 7208): what its terms mean to a list. */
#ifndef STORE_SPF_RECORD_H
#define STORE_SPF_RECORD_H

#include "joined.h"

/* Hands on each term of a record that begins with v=spf1. */
void spf_take(const struct joined *record, struct spot *spot,
    struct intake *intake);

#endif

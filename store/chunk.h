/* The chunks of a series, while it is saved or read; for series*.c only. */
#ifndef STORE_CHUNK_H
#define STORE_CHUNK_H

#include "item.h"
#include "series.h"

struct saving {
	struct db *db;
	struct buf chunk;
	size_t items;   /* in the chunk; 0 where one has just ended */
	struct buf ids; /* of the series, 8 bytes each */
	struct buf digests; /* of its chunks, one after the other */
	struct err *err;
};

/* An item was added to the chunk from start on. */
bool saving_end_item(struct saving *saving, size_t start);
bool saving_add_entries(struct saving *saving, const struct entries *entries);
/* A chunk that is there already, in its turn. */
bool saving_keep(struct saving *saving, int64_t chunk);
/* Saves the series when ok, and frees everything. */
bool saving_end(struct saving *saving, bool ok, int64_t *id,
    struct digest *digest);

struct chunks {
	struct db *db;
	struct buf ids; /* of the series, 8 bytes each */
	struct digest digest; /* that the series must have */
	struct buf digests;   /* of the chunks that were read */
	struct err *err;
};

typedef bool take_chunk(struct item_bytes *bytes, void *context);

/* Which chunks they are; chunks_free() in any case. */
bool chunks_open(struct chunks *chunks, int64_t series);
void chunks_free(struct chunks *chunks);
size_t chunks_count(const struct chunks *chunks);
int64_t chunks_id(const struct chunks *chunks, size_t place);
/* Held against its digest before anything in it is believed. */
bool chunks_load(struct chunks *chunks, size_t place, take_chunk *take,
    void *context);

#endif

#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chunk.h"

#define CHUNK_USUAL 2048 /* a power of two */
#define CHUNK_MOST 8192
#define CHUNK_BYTES (1 << 20)

/* Only says where chunks end, so it need not be strong: eight bytes at a time
 * by a multiplication of Fibonacci's. */
static uint64_t
mix(const char *bytes, size_t len)
{
	const uint64_t golden = 0x9e3779b97f4a7c15u;
	uint64_t h = len;

	for (; len >= 8; bytes += 8, len -= 8) {
		uint64_t piece;

		memcpy(&piece, bytes, 8);
		h = (h ^ piece) * golden;
		h ^= h >> 29;
	}
	for (; len; bytes++, len--)
		h = (h ^ (unsigned char)*bytes) * golden;
	return h >> 32;
}

/* --- saving ------------------------------------------------------------ */

static bool
find_id(struct db *db, const char *sql, const struct digest *digest,
    int64_t *id, struct err *err)
{
	struct query *q = query_begin(db, sql);
	bool row, ok;

	*id = 0;
	bind_blob(q, digest->bytes, DIGEST_LEN);
	ok = query_next(q, &row, err);
	if (ok && row)
		*id = column_int(q, 0);
	query_end(q);
	return ok;
}

static bool
save_blob(struct db *db, const char *insert, const struct digest *digest,
    const struct buf *blob, int64_t *id, struct err *err)
{
	struct query *q = query_begin(db, insert);

	bind_blob(q, digest->bytes, DIGEST_LEN);
	bind_blob(q, buf_text(blob), blob->len);
	if (!query_run(q, err))
		return false;
	*id = db_last_id(db);
	return true;
}

static bool
end_chunk(struct saving *s)
{
	struct digest digest;
	int64_t id;

	if (!s->items)
		return true;
	if (!db_goes_on(s->db, s->items, s->err))
		return false;
	digest = digest_of_buf(&s->chunk);
	if (!find_id(s->db, "SELECT id FROM chunk WHERE digest = ?", &digest,
	        &id, s->err))
		return false;
	if (!id && !save_blob(s->db,
	        "INSERT INTO chunk (digest, body) VALUES (?, ?)", &digest,
	        &s->chunk, &id, s->err))
		return false;
	item_add_number(&s->ids, (u128)id, 8);
	buf_addn(&s->digests, digest.bytes, DIGEST_LEN);
	buf_clear(&s->chunk);
	s->items = 0;
	return true;
}

bool
saving_end_item(struct saving *s, size_t start)
{
	uint64_t h = mix(s->chunk.data + start, s->chunk.len - start);

	s->items++;
	if ((h & (CHUNK_USUAL - 1)) == 0 || s->items >= CHUNK_MOST ||
	    s->chunk.len >= CHUNK_BYTES)
		return end_chunk(s);
	return true;
}

/* The digest of a series is that of its chunks' digests, so that it stands for
 * what is in them and not for where they are. */
static bool
save_series(struct saving *s, int64_t *id, struct digest *digest)
{
	if (!end_chunk(s))
		return false;
	*digest = digest_of_buf(&s->digests);
	if (!find_id(s->db, "SELECT id FROM series WHERE digest = ?", digest,
	        id, s->err))
		return false;
	return *id || save_blob(s->db,
	    "INSERT INTO series (digest, chunks) VALUES (?, ?)", digest,
	    &s->ids, id, s->err);
}

bool
saving_end(struct saving *s, bool ok, int64_t *id, struct digest *digest)
{
	ok = ok && save_series(s, id, digest);
	buf_free(&s->chunk);
	buf_free(&s->ids);
	buf_free(&s->digests);
	return ok;
}

bool
saving_add_entries(struct saving *s, const struct entries *entries)
{
	struct entries_walk walk = { .entries = entries };
	struct range4 range;
	struct entry entry;

	for (;;) {
		size_t start = s->chunk.len;

		if (entries_next_v4(&walk, &range))
			item_add_v4(&s->chunk, &range);
		else if (entries_next(&walk, &entry))
			item_add(&s->chunk, &entry);
		else
			return true;
		if (!saving_end_item(s, start))
			return false;
	}
}

bool
series_save_entries(struct db *db, const struct entries *entries, int64_t *id,
    struct digest *digest, struct err *err)
{
	struct saving s = { .db = db, .err = err };

	return saving_end(&s, saving_add_entries(&s, entries), id, digest);
}

bool
series_save_rows(struct db *db, const struct row_array *array,
    const void *object, int64_t *id, struct digest *digest, struct err *err)
{
	struct saving s = { .db = db, .err = err };
	struct buf row = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < array->count(object); i++) {
		size_t start = s.chunk.len;

		buf_clear(&row);
		array->add(&row, object, i);
		item_add_number(&s.chunk, ITEM_ROW, 1);
		item_add_text(&s.chunk, buf_text(&row));
		ok = saving_end_item(&s, start);
	}
	buf_free(&row);
	return saving_end(&s, ok, id, digest);
}

/* --- loading ----------------------------------------------------------- */

static bool
damaged(struct db *db, struct err *err)
{
	return fail_as(err, ERR_STORE,
	    "%s: the database is damaged (a list is not what was saved); "
	    "restore a copy", db_path(db));
}

/* Held against its digest before anything in it is believed. */
static bool
take_checked(struct chunks *c, struct query *q, take_chunk *take,
    void *context)
{
	struct item_bytes bytes = { NULL, NULL, false };
	struct digest digest;
	const void *stored;
	size_t len;

	bytes.at = column_blob(q, 0, &len);
	if (!bytes.at)
		return false;
	bytes.end = bytes.at + len;
	digest = digest_of(bytes.at, len);
	buf_addn(&c->digests, digest.bytes, DIGEST_LEN);
	stored = column_blob(q, 1, &len);
	return len == DIGEST_LEN && !memcmp(stored, digest.bytes, len) &&
	    take(&bytes, context);
}

bool
chunks_load(struct chunks *c, size_t place, take_chunk *take, void *context)
{
	struct query *q = query_begin(c->db,
	    "SELECT body, digest FROM chunk WHERE id = ?");
	bool row, ok;

	bind_int(q, chunks_id(c, place));
	ok = query_next(q, &row, c->err);
	if (ok && (!row || !take_checked(c, q, take, context)))
		ok = damaged(c->db, c->err);
	query_end(q);
	return ok;
}

bool
saving_keep(struct saving *s, int64_t chunk)
{
	struct query *q = query_begin(s->db,
	    "SELECT digest FROM chunk WHERE id = ?");
	const void *digest = NULL;
	size_t len = 0;
	bool row, ok;

	bind_int(q, chunk);
	ok = query_next(q, &row, s->err);
	if (ok && row)
		digest = column_blob(q, 0, &len);
	if (ok && len != DIGEST_LEN)
		ok = damaged(s->db, s->err);
	if (ok) {
		item_add_number(&s->ids, (u128)chunk, 8);
		buf_addn(&s->digests, digest, len);
	}
	query_end(q);
	return ok;
}

bool
chunks_open(struct chunks *c, int64_t id)
{
	struct query *q = query_begin(c->db,
	    "SELECT chunks, digest FROM series WHERE id = ?");
	const void *blob;
	size_t len;
	bool row, ok;

	bind_int(q, id);
	ok = query_next(q, &row, c->err) && (row || damaged(c->db, c->err));
	if (ok) {
		blob = column_blob(q, 0, &len);
		buf_addn(&c->ids, blob, len);
		blob = column_blob(q, 1, &len);
		ok = len == DIGEST_LEN || damaged(c->db, c->err);
	}
	if (ok)
		memcpy(c->digest.bytes, blob, DIGEST_LEN);
	query_end(q);
	return ok;
}

void
chunks_free(struct chunks *c)
{
	buf_free(&c->ids);
	buf_free(&c->digests);
}

size_t
chunks_count(const struct chunks *c)
{
	return c->ids.len / 8;
}

int64_t
chunks_id(const struct chunks *c, size_t place)
{
	struct item_bytes bytes = { NULL, NULL, false };

	bytes.at = (const unsigned char *)c->ids.data + 8 * place;
	bytes.end = bytes.at + 8;
	return (int64_t)item_take_number(&bytes, 8);
}

static bool
each_chunk(struct db *db, int64_t id, take_chunk *take, void *context,
    struct err *err)
{
	struct chunks c = { .db = db, .err = err };
	struct digest digest;
	bool ok = chunks_open(&c, id);

	for (size_t i = 0; ok && i < chunks_count(&c); i++)
		ok = chunks_load(&c, i, take, context);
	digest = digest_of_buf(&c.digests);
	if (ok && memcmp(digest.bytes, c.digest.bytes, DIGEST_LEN) != 0)
		ok = damaged(db, err);
	chunks_free(&c);
	return ok;
}

static bool
take_entries(struct item_bytes *b, void *context)
{
	return item_take_all(b, context);
}

bool
series_load_entries(struct db *db, int64_t id, struct entries *entries,
    struct err *err)
{
	bool ok = each_chunk(db, id, take_entries, entries, err);

	entries_settle(entries);
	return ok;
}

static bool
take_rows(struct item_bytes *b, void *context)
{
	struct buf *array = context;
	const char *text;
	size_t len;

	while (b->at < b->end) {
		if ((int)item_take_number(b, 1) != ITEM_ROW)
			return false;
		text = item_take_text(b, &len);
		if (b->short_of)
			return false;
		buf_add(array, array->len ? "," : "[");
		buf_addn(array, text, len);
	}
	return true;
}

bool
series_load_rows(struct db *db, int64_t id, const struct row_array *array,
    void *object, struct err *err)
{
	struct buf text = { 0 };
	struct reader json;
	bool ok = each_chunk(db, id, take_rows, &text, err);

	if (ok && text.len) {
		buf_addc(&text, ']');
		reader_open(&json, buf_text(&text), text.len, err);
		ok = (array->read(&json, object) && reader_end(&json)) ||
		    damaged(db, err);
		reader_close(&json);
	}
	buf_free(&text);
	return ok;
}

bool
series_digest(struct db *db, int64_t id, struct digest *digest,
    struct err *err)
{
	struct chunks c = { .db = db, .err = err };
	bool ok = chunks_open(&c, id);

	*digest = c.digest;
	chunks_free(&c);
	return ok;
}

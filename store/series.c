#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "series.h"

#define CHUNK_USUAL 2048 /* a power of two */
#define CHUNK_MOST 8192
#define CHUNK_BYTES (1 << 20)

enum item_kind {
	ITEM_V4 = 4,
	ITEM_V6 = 6,
	ITEM_DOMAIN = 'd',
	ITEM_LIST = 'l',
	ITEM_ROW = 'r',
	ITEM_NOTED = 0x80, /* a comment follows */
};

struct saving {
	struct db *db;
	struct buf chunk;
	size_t items;   /* in the chunk */
	struct buf ids; /* of the series, 8 bytes each */
	struct buf digests; /* of its chunks, one after the other */
	struct err *err;
};

/* --- bytes ------------------------------------------------------------- */

static void
add_number(struct buf *buf, u128 number, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		buf_addc(buf, (char)(unsigned char)(number >> (8 * i)));
}

static void
add_text(struct buf *buf, const char *text)
{
	size_t len = strlen(text);

	add_number(buf, len, 4);
	buf_addn(buf, text, len);
}

/* Room for an address of either family and what it is. */
#define ITEM_MOST 33

static size_t
put_number(unsigned char *to, u128 number, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--, number >>= 8)
		to[i] = (unsigned char)number;
	return (size_t)bytes;
}

static size_t
put_v4(unsigned char *to, uint32_t number)
{
	to[0] = (unsigned char)(number >> 24);
	to[1] = (unsigned char)(number >> 16);
	to[2] = (unsigned char)(number >> 8);
	to[3] = (unsigned char)number;
	return 4;
}

static void
add_net(struct buf *buf, const struct net *net, int noted)
{
	unsigned char item[ITEM_MOST];
	size_t len = 1;

	item[0] = (unsigned char)(net->family | noted);
	if (net->family == 4) {
		len += put_v4(item + len, (uint32_t)net->first);
		len += put_v4(item + len, (uint32_t)net->last);
	} else {
		len += put_number(item + len, net->first, 16);
		len += put_number(item + len, net->last, 16);
	}
	buf_addn(buf, item, len);
}

static void
add_item(struct buf *buf, const struct entry *e)
{
	int noted = e->comment ? ITEM_NOTED : 0;

	if (e->kind == ENTRY_NET) {
		add_net(buf, &e->net, noted);
	} else {
		int kind = e->kind == ENTRY_DOMAIN ? ITEM_DOMAIN : ITEM_LIST;

		add_number(buf, (unsigned)(kind | noted), 1);
		add_text(buf, e->name);
	}
	if (noted)
		add_text(buf, e->comment);
}

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
	digest = digest_of_buf(&s->chunk);
	if (!find_id(s->db, "SELECT id FROM chunk WHERE digest = ?", &digest,
	        &id, s->err))
		return false;
	if (!id && !save_blob(s->db,
	        "INSERT INTO chunk (digest, body) VALUES (?, ?)", &digest,
	        &s->chunk, &id, s->err))
		return false;
	add_number(&s->ids, (u128)id, 8);
	buf_addn(&s->digests, digest.bytes, DIGEST_LEN);
	buf_clear(&s->chunk);
	s->items = 0;
	return true;
}

/* An item was added to the chunk from start on. */
static bool
end_item(struct saving *s, size_t start)
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

static bool
end_series(struct saving *s, bool ok, int64_t *id, struct digest *digest)
{
	ok = ok && save_series(s, id, digest);
	buf_free(&s->chunk);
	buf_free(&s->ids);
	buf_free(&s->digests);
	return ok;
}

bool
series_save_entries(struct db *db, const struct entries *entries, int64_t *id,
    struct digest *digest, struct err *err)
{
	struct saving s = { .db = db, .err = err };
	struct entries_walk walk = { .entries = entries };
	struct entry entry;
	bool ok = true;

	while (ok && entries_next(&walk, &entry)) {
		size_t start = s.chunk.len;

		add_item(&s.chunk, &entry);
		ok = end_item(&s, start);
	}
	return end_series(&s, ok, id, digest);
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
		add_number(&s.chunk, ITEM_ROW, 1);
		add_text(&s.chunk, buf_text(&row));
		ok = end_item(&s, start);
	}
	buf_free(&row);
	return end_series(&s, ok, id, digest);
}

/* --- loading ----------------------------------------------------------- */

struct bytes {
	const unsigned char *at, *end;
	bool short_of; /* more was asked for than there is */
};

static u128
take_number(struct bytes *b, int bytes)
{
	u128 number = 0;

	if (b->end - b->at < bytes) {
		b->short_of = true;
		b->at = b->end;
		return 0;
	}
	for (int i = 0; i < bytes; i++)
		number = number << 8 | *b->at++;
	return number;
}

static const char *
take_text(struct bytes *b, size_t *len)
{
	const char *text;

	*len = (size_t)take_number(b, 4);
	if ((size_t)(b->end - b->at) < *len) {
		b->short_of = true;
		*len = 0;
	}
	text = (const char *)b->at;
	b->at += *len;
	return text;
}

static bool
take_entry(struct bytes *b, struct entry *e)
{
	int kind = (int)take_number(b, 1) & ~ITEM_NOTED;
	size_t len;
	const char *text;

	memset(e, 0, sizeof(*e));
	if (kind == ITEM_V4 || kind == ITEM_V6) {
		int bytes = kind == ITEM_V4 ? 4 : 16;

		e->kind = ENTRY_NET;
		e->net.family = (uint8_t)kind;
		e->net.first = take_number(b, bytes);
		e->net.last = take_number(b, bytes);
		return !b->short_of && e->net.first <= e->net.last;
	}
	if (kind != ITEM_DOMAIN && kind != ITEM_LIST)
		return false;
	e->kind = kind == ITEM_DOMAIN ? ENTRY_DOMAIN : ENTRY_LIST;
	text = take_text(b, &len);
	if (b->short_of || !len || len >= sizeof(e->name))
		return false;
	memcpy(e->name, text, len);
	return true;
}

static bool
damaged(struct db *db, struct err *err)
{
	return fail_as(err, ERR_STORE,
	    "%s: the database is damaged (a list is not what was saved); "
	    "restore a copy", db_path(db));
}

typedef bool take_chunk(struct bytes *bytes, void *context);

struct chunks {
	struct db *db;
	struct buf ids;
	struct digest digest; /* that the series must have */
	struct buf digests;   /* of the chunks that were read */
	struct err *err;
};

/* Held against its digest before anything in it is believed. */
static bool
take_checked(struct chunks *c, struct query *q, take_chunk *take,
    void *context)
{
	struct bytes bytes = { NULL, NULL, false };
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

static bool
load_chunk(struct chunks *c, int64_t id, take_chunk *take, void *context)
{
	struct query *q = query_begin(c->db,
	    "SELECT body, digest FROM chunk WHERE id = ?");
	bool row, ok;

	bind_int(q, id);
	ok = query_next(q, &row, c->err);
	if (ok && (!row || !take_checked(c, q, take, context)))
		ok = damaged(c->db, c->err);
	query_end(q);
	return ok;
}

static bool
load_series(struct chunks *c, int64_t id)
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

static bool
each_chunk(struct db *db, int64_t id, take_chunk *take, void *context,
    struct err *err)
{
	struct chunks c = { .db = db, .err = err };
	struct digest digest;
	struct bytes left;
	bool ok = load_series(&c, id);

	left.at = (const unsigned char *)buf_text(&c.ids);
	left.end = left.at + c.ids.len;
	left.short_of = false;
	while (ok && left.at < left.end)
		ok = load_chunk(&c, (int64_t)take_number(&left, 8), take,
		    context);
	digest = digest_of_buf(&c.digests);
	if (ok && memcmp(digest.bytes, c.digest.bytes, DIGEST_LEN) != 0)
		ok = damaged(db, err);
	buf_free(&c.ids);
	buf_free(&c.digests);
	return ok;
}

static uint32_t
get_v4(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

/* A run of IPv4 items without comments, which is most of a long list. */
static bool
take_plain(struct bytes *b, struct entries *entries, struct entry *e)
{
	e->kind = ENTRY_NET;
	e->comment = NULL;
	e->net.family = 4;
	while (b->end - b->at >= 9 && *b->at == ITEM_V4) {
		e->net.first = get_v4(b->at + 1);
		e->net.last = get_v4(b->at + 5);
		if (e->net.first > e->net.last)
			return false;
		entries_append(entries, e);
		b->at += 9;
	}
	return true;
}

static bool
take_comment(struct bytes *b, struct entry *e, char comment[1004])
{
	size_t len;
	const char *text = take_text(b, &len);

	if (b->short_of || len >= 1004)
		return false;
	memcpy(comment, text, len);
	comment[len] = '\0';
	e->comment = comment;
	return true;
}

static bool
take_entries(struct bytes *b, void *context)
{
	struct entries *entries = context;
	char comment[1004];
	struct entry e;

	while (take_plain(b, entries, &e) && b->at < b->end) {
		bool noted = *b->at & ITEM_NOTED;

		if (!take_entry(b, &e) ||
		    (noted && !take_comment(b, &e, comment)))
			return false;
		entries_append(entries, &e);
	}
	return b->at == b->end && !b->short_of;
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
take_rows(struct bytes *b, void *context)
{
	struct buf *array = context;
	const char *text;
	size_t len;

	while (b->at < b->end) {
		if ((int)take_number(b, 1) != ITEM_ROW)
			return false;
		text = take_text(b, &len);
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
	bool ok = load_series(&c, id);

	*digest = c.digest;
	buf_free(&c.ids);
	return ok;
}

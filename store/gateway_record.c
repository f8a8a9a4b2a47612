#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "approval.h"
#include "policy/mem.h"
#include "push_lock.h"
#include "push_round.h"
#include "state.h"

/* --- pinned host keys -------------------------------------------------- */

bool
store_pin_get(struct store *store, const char *gateway, struct pin *pin,
    struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT type, blob FROM pin WHERE gateway = ?"
	    " ORDER BY id DESC LIMIT 1");
	const char *type;
	const void *blob;
	size_t len;
	bool row, ok;

	memset(pin, 0, sizeof(*pin));
	bind_text(q, gateway);
	ok = query_next(q, &row, err);
	if (ok && row) {
		type = column_text(q, 0);
		blob = column_blob(q, 1, &len);
		if (strlen(type) < sizeof(pin->type) &&
		    len <= sizeof(pin->blob) && (len || !*type)) {
			memcpy(pin->type, type, strlen(type) + 1);
			if (len)
				memcpy(pin->blob, blob, len);
			pin->blob_len = len;
		} else
			ok = fail_as(err, ERR_STORE,
			    "%s: the host key of gateway %s is damaged; trust "
			    "it again", db_path(store->db), gateway);
	}
	query_end(q);
	return ok;
}

bool
store_pin_set(struct store *store, const char *gateway, const struct pin *pin,
    struct err *err)
{
	struct query *q = query_begin(store->db,
	    "INSERT INTO pin (gateway, time, author, type, blob)"
	    " VALUES (?, ?, ?, ?, ?)");

	bind_text(q, gateway);
	bind_int(q, store_now());
	bind_text(q, store_author());
	bind_text(q, pin ? pin->type : "");
	bind_blob(q, pin ? pin->blob : NULL, pin ? pin->blob_len : 0);
	return query_run(q, err);
}

/* --- pushes ------------------------------------------------------------ */

static bool
insert_push(struct store *store, const char *gateway, int64_t revision,
    const char *digest, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "INSERT INTO push (gateway, revision, digest, started, ended,"
	    " author, state, round) VALUES (?, ?, ?, ?, 0, ?, '',"
	    " nullif(?, 0))");

	bind_text(q, gateway);
	bind_int(q, revision);
	bind_text(q, digest);
	bind_int(q, store_now());
	bind_text(q, store_author());
	bind_int(q, store->round);
	return query_run(q, err);
}

bool
store_push_begin(struct store *store, const char *gateway, int64_t revision,
    const char *digest, int64_t *generation, struct err *err)
{
	bool ok;

	if (!db_begin(store->db, true, err))
		return false;
	ok = store_may_push(store, revision, &gateway, 1, err) &&
	    insert_push(store, gateway, revision, digest, err);
	*generation = db_last_id(store->db);
	if (!state_end(store, ok, err))
		return false;
	push_lock_take(store, *generation);
	return true;
}

bool
store_push_end(struct store *store, int64_t generation, const char *state,
    const char *detail, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "UPDATE push SET ended = ?, state = ?, detail = ?"
	    " WHERE generation = ? RETURNING generation");
	bool row, ok;

	bind_int(q, store_now());
	bind_text(q, state);
	bind_text(q, detail && *detail ? detail : NULL);
	bind_int(q, generation);
	ok = query_next(q, &row, err);
	if (ok && !row)
		ok = fail_as(err, ERR_STORE,
		    "%s: there is no push %lld", db_path(store->db),
		    (long long)generation);
	/* To the end: only then the statement is saved. */
	ok = ok && (!row || query_run(q, err));
	push_lock_drop(store, generation);
	return ok;
}

#define PUSH_COLUMNS "generation, gateway, revision, started, ended," \
	" author, state, digest, detail, ifnull(round, 0)"

static void
take_push(struct query *q, struct push_record *record)
{
	*record = (struct push_record){ column_int(q, 0),
		mem_text(column_text(q, 1)), column_int(q, 2),
		column_int(q, 3), column_int(q, 4),
		mem_text(column_text(q, 5)), mem_text(column_text(q, 6)),
		mem_text(column_text(q, 7)), mem_text(column_text(q, 8)),
		column_int(q, 9) };
}

/* Ends the query. */
static bool
take_one(struct query *q, struct push_record *record, struct err *err)
{
	bool row, ok;

	memset(record, 0, sizeof(*record));
	ok = query_next(q, &row, err);
	if (ok && row)
		take_push(q, record);
	query_end(q);
	return ok;
}

bool
store_push_last(struct store *store, const char *gateway,
    struct push_record *record, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT " PUSH_COLUMNS " FROM push WHERE gateway = ?"
	    " ORDER BY generation DESC LIMIT 1");

	bind_text(q, gateway);
	return take_one(q, record, err);
}

bool
store_push_get(struct store *store, int64_t generation,
    struct push_record *record, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT " PUSH_COLUMNS " FROM push WHERE generation = ?");

	bind_int(q, generation);
	return take_one(q, record, err);
}

/* Ends the query. */
static bool
take_all(struct query *q, struct push_record **records, size_t *count,
    struct err *err)
{
	size_t cap = 0;
	bool row, ok;

	*records = NULL;
	*count = 0;
	while ((ok = query_next(q, &row, err)) && row) {
		*records = mem_grow(*records, *count, &cap,
		    sizeof(**records));
		take_push(q, &(*records)[(*count)++]);
	}
	query_end(q);
	return ok;
}

bool
store_pushes(struct store *store, const char *gateway,
    struct push_record **records, size_t *count, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT " PUSH_COLUMNS " FROM push WHERE gateway = ?"
	    " ORDER BY generation DESC");

	bind_text(q, gateway);
	return take_all(q, records, count, err);
}

bool
store_pushes_open(struct store *store, struct push_record **records,
    size_t *count, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT " PUSH_COLUMNS " FROM push WHERE ended = 0"
	    " AND generation IN (SELECT max(generation) FROM push"
	    " GROUP BY gateway) ORDER BY generation");

	return take_all(q, records, count, err);
}

bool
store_round_pushes(struct store *store, int64_t round,
    struct push_record **records, size_t *count, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT " PUSH_COLUMNS " FROM push WHERE round = ?"
	    " ORDER BY generation");

	bind_int(q, round);
	return take_all(q, records, count, err);
}

void
push_records_free(struct push_record *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		push_record_clear(&records[i]);
	free(records);
}

void
push_record_clear(struct push_record *record)
{
	free(record->gateway);
	free(record->author);
	free(record->state);
	free(record->digest);
	free(record->detail);
	memset(record, 0, sizeof(*record));
}

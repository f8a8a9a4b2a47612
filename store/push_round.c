#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "push_lock.h"
#include "push_round.h"
#include "state.h"

/* Of the locks of push_lock.h: those of single pushes are below. */
#define LOCKS ((int64_t)1 << 40)

bool
store_round_begin(struct store *store, int64_t revision,
    const char *const *gateways, size_t count, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "INSERT INTO push_round (author, revision, started, ended,"
	    " gateways, stop_time) VALUES (?, ?, ?, 0, ?, 0)");
	struct buf names = { 0 };
	bool ok;

	for (size_t i = 0; i < count; i++)
		buf_addf(&names, "%s\n", gateways[i]);
	bind_text(q, store_author());
	bind_int(q, revision);
	bind_int(q, store_now());
	bind_text(q, buf_text(&names));
	ok = query_run(q, err);
	buf_free(&names);
	if (!ok)
		return false;
	store->round = db_last_id(store->db);
	push_lock_take(store, LOCKS + store->round);
	return true;
}

bool
store_round_end(struct store *store, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "UPDATE push_round SET ended = ? WHERE round = ?");
	int64_t round = store->round;
	bool ok;

	bind_int(q, store_now());
	bind_int(q, round);
	ok = query_run(q, err);
	push_lock_drop(store, LOCKS + round);
	store->round = 0;
	return ok;
}

bool
store_round_stopped(struct store *store, char **author, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT stop_author FROM push_round WHERE round = ?");
	bool row, ok;

	*author = NULL;
	bind_int(q, store->round);
	ok = query_next(q, &row, err);
	if (ok && row)
		*author = mem_text(column_text(q, 0));
	query_end(q);
	return ok;
}

/* --- others ------------------------------------------------------------- */

#define ROUND_COLUMNS "round, author, revision, started, ended, gateways," \
	" stop_author, stop_time"

static void
take_names(struct push_round *round, const char *text)
{
	const char *end;
	size_t cap = 0;

	for (; (end = strchr(text, '\n')); text = end + 1) {
		round->gateways = mem_grow(round->gateways,
		    round->gateway_count, &cap, sizeof(char *));
		round->gateways[round->gateway_count++] =
		    mem_textn(text, (size_t)(end - text));
	}
}

/* Ends the query. */
static bool
take_all(struct query *q, struct push_round **rounds, size_t *count,
    struct err *err)
{
	size_t cap = 0;
	bool row, ok;

	*rounds = NULL;
	*count = 0;
	while ((ok = query_next(q, &row, err)) && row) {
		struct push_round *round;

		*rounds = mem_grow(*rounds, *count, &cap, sizeof(**rounds));
		round = &(*rounds)[(*count)++];
		*round = (struct push_round){ column_int(q, 0),
			mem_text(column_text(q, 1)), column_int(q, 2),
			column_int(q, 3), column_int(q, 4), NULL, 0,
			mem_text(column_text(q, 6)), column_int(q, 7) };
		take_names(round, column_text(q, 5));
	}
	query_end(q);
	return ok;
}

bool
store_rounds_open(struct store *store, struct push_round **rounds,
    size_t *count, struct err *err)
{
	return take_all(query_begin(store->db, "SELECT " ROUND_COLUMNS
	    " FROM push_round WHERE ended = 0 ORDER BY round"), rounds, count,
	    err);
}

bool
store_rounds(struct store *store, size_t most, struct push_round **rounds,
    size_t *count, struct err *err)
{
	struct query *q = query_begin(store->db, "SELECT " ROUND_COLUMNS
	    " FROM push_round ORDER BY round DESC LIMIT ?");

	bind_int(q, (int64_t)most);
	return take_all(q, rounds, count, err);
}

bool
store_round_get(struct store *store, int64_t round,
    struct push_round **found, size_t *count, struct err *err)
{
	struct query *q = query_begin(store->db, "SELECT " ROUND_COLUMNS
	    " FROM push_round WHERE round = ?");

	bind_int(q, round);
	return take_all(q, found, count, err);
}

void
push_rounds_free(struct push_round *rounds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < rounds[i].gateway_count; k++)
			free(rounds[i].gateways[k]);
		free(rounds[i].gateways);
		free(rounds[i].author);
		free(rounds[i].stop_author);
	}
	free(rounds);
}

bool
store_round_alive(struct store *store, int64_t round)
{
	return store_push_alive(store, LOCKS + round);
}

bool
store_round_stop(struct store *store, int64_t round, struct err *err)
{
	struct query *q = query_begin(store->db,
	    "UPDATE push_round SET stop_author = ifnull(stop_author, ?),"
	    " stop_time = iif(stop_author IS NULL, ?, stop_time)"
	    " WHERE round = ? AND ended = 0 RETURNING round");
	bool row, ok;

	bind_text(q, store_author());
	bind_int(q, store_now());
	bind_int(q, round);
	ok = query_next(q, &row, err);
	if (ok && !row) {
		query_end(q);
		return fail_as(err, ERR_NO, "the push has ended already");
	}
	/* To the end: only then the statement is saved. */
	return ok && query_run(q, err);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "making.h"
#include "policy/mem.h"

bool
making_has(const struct making *making, const char *author)
{
	for (size_t i = 0; i < making->count; i++)
		if (!strcmp(making->makers[i], author))
			return true;
	return false;
}

void
making_clear(struct making *making)
{
	for (size_t i = 0; i < making->count; i++)
		free(making->makers[i]);
	free(making->makers);
	memset(making, 0, sizeof(*making));
}

void
making_add_names(struct buf *out, const struct making *making)
{
	for (size_t i = 0; i < making->count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", making->makers[i]);
}

/* --- reading ----------------------------------------------------------- */

struct reading {
	struct db *db;
	struct making *making;
	size_t cap;
	struct err *err;
};

static void
add_maker(struct reading *r, const char *author)
{
	struct making *m = r->making;

	if (making_has(m, author))
		return;
	m->makers = mem_grow(m->makers, m->count, &r->cap,
	    sizeof(*m->makers));
	m->makers[m->count++] = mem_text(author);
}

/* Ends the query, the first column of which is an author. */
static bool
add_makers(struct reading *r, struct query *q)
{
	bool row, ok;

	while ((ok = query_next(q, &row, r->err)) && row)
		add_maker(r, column_text(q, 0));
	query_end(q);
	return ok;
}

static bool
add_committers(struct reading *r, int64_t revision)
{
	struct query *q = query_begin(r->db,
	    "SELECT author FROM revision WHERE number > ? AND number <= ?");

	bind_int(q, r->making->since);
	bind_int(q, revision);
	return add_makers(r, q);
}

/* What was taken up again was made by who had set it aside, too. */
static bool
add_parker(struct reading *r, int64_t step)
{
	struct query *q = query_begin(r->db,
	    "SELECT s.author FROM aside_end AS e"
	    " JOIN aside AS a ON a.id = e.aside"
	    " JOIN step AS s ON s.id = a.step WHERE e.step = ?");

	bind_int(q, step);
	return add_makers(r, q);
}

/* The moves of one step, which was done (1), undone (-1), or both (0). */
struct step_moves {
	int64_t step;
	int net;
	char **authors;
	size_t count, cap;
};

/* What was done and undone has made nothing of the revision. */
static bool
take_step(struct reading *r, struct step_moves *moves)
{
	bool ok = !moves->net || add_parker(r, moves->step);

	for (size_t i = 0; i < moves->count; i++) {
		if (moves->net)
			add_maker(r, moves->authors[i]);
		free(moves->authors[i]);
	}
	moves->net = 0;
	moves->count = 0;
	return ok;
}

/* Way 1 undoes. */
static void
add_move(struct step_moves *moves, struct query *q)
{
	moves->step = column_int(q, 0);
	moves->net += column_int(q, 1) == 1 ? -1 : 1;
	moves->authors = mem_grow(moves->authors, moves->count, &moves->cap,
	    sizeof(*moves->authors));
	moves->authors[moves->count++] = mem_text(column_text(q, 2));
}

static bool
add_movers(struct reading *r, int64_t low, int64_t high)
{
	struct query *q = query_begin(r->db,
	    "SELECT step, way, author FROM move WHERE head > ? AND head <= ?"
	    " ORDER BY step");
	struct step_moves moves = { 0 };
	bool row, ok;

	bind_int(q, low);
	bind_int(q, high);
	while ((ok = query_next(q, &row, r->err)) && row) {
		if (column_int(q, 0) != moves.step &&
		    !(ok = take_step(r, &moves)))
			break;
		add_move(&moves, q);
	}
	query_end(q);
	ok = take_step(r, &moves) && ok;
	free(moves.authors);
	return ok;
}

/* Where the draft stood when it was committed; 0: there is no such. */
static bool
read_head(struct db *db, int64_t revision, int64_t *head, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT head FROM revision WHERE number = ?");
	bool row, ok;

	*head = 0;
	bind_int(q, revision);
	ok = query_next(q, &row, err);
	if (ok && row)
		*head = column_int(q, 0);
	query_end(q);
	return ok;
}

static int
compare_names(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

bool
making_read(struct making *making, struct db *db, int64_t revision,
    struct err *err)
{
	struct reading r = { db, making, 0, err };
	int64_t low, high;
	bool ok = read_head(db, making->since, &low, err) &&
	    read_head(db, revision, &high, err) &&
	    add_committers(&r, revision) && add_movers(&r, low, high);

	if (!ok)
		making_clear(making);
	else if (making->count)
		qsort(making->makers, making->count, sizeof(*making->makers),
		    compare_names);
	return ok;
}

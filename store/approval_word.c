#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "approval_word.h"
#include "policy/mem.h"

/* --- the chain --------------------------------------------------------- */

/* Every word carries the digest of the one before, and of the revision that it
 * is about. */
static struct digest
word_digest(const struct digest *before, const struct word *word,
    const struct digest *revision)
{
	struct buf all = { 0 };
	struct digest digest;

	buf_addn(&all, before->bytes, DIGEST_LEN);
	digest_add_number(&all, word->time);
	digest_add_text(&all, word->author);
	digest_add_number(&all, word->kind);
	digest_add_number(&all, word->number);
	digest_add_text(&all, word->comment);
	buf_addn(&all, revision->bytes, DIGEST_LEN);
	digest = digest_of_buf(&all);
	buf_free(&all);
	return digest;
}

static struct digest
column_digest(struct query *q, int column)
{
	struct digest digest = { { 0 } };
	size_t len;
	const void *blob = column_blob(q, column, &len);

	if (len == DIGEST_LEN)
		memcpy(digest.bytes, blob, len);
	return digest;
}

static bool
is_same(const struct digest *one, const struct digest *other)
{
	return !memcmp(one->bytes, other->bytes, DIGEST_LEN);
}

/* --- what holds -------------------------------------------------------- */

/* His former words about the same do not stand any more. */
static void
take_back(struct words_said *said, const struct word *word)
{
	for (size_t i = 0; i < said->count; i++) {
		struct word *before = &said->items[i];
		bool same = word->kind == WORD_WANTS
		    ? before->kind == WORD_WANTS
		    : before->kind == WORD_APPROVES &&
		        before->number == word->number;

		if (same && !strcmp(before->author, word->author))
			before->stands = false;
	}
}

static size_t
count_wishes(const struct words_said *said, int64_t number)
{
	size_t count = 0;

	for (size_t i = 0; i < said->count; i++)
		count += said->items[i].kind == WORD_WANTS &&
		    said->items[i].stands && said->items[i].number == number;
	return count;
}

static void
now_needed(struct words_said *said, int64_t number)
{
	said->needed = number;
	for (size_t i = 0; i < said->count; i++)
		if (said->items[i].kind == WORD_WANTS)
			said->items[i].stands = false;
}

/* More holds at once.  Fewer holds when as many others as are needed want the
 * same number: what is taken away is asked for once more. */
static void
add_word(struct words_said *said, struct word *word)
{
	take_back(said, word);
	word->stands = word->kind == WORD_APPROVES ||
	    (word->kind == WORD_WANTS && word->number < said->needed);
	said->items = mem_grow(said->items, said->count, &said->cap,
	    sizeof(*said->items));
	said->items[said->count++] = *word;
	if (word->kind != WORD_WANTS)
		return;
	if (word->number > said->needed)
		now_needed(said, word->number);
	else if (word->stands && (int64_t)count_wishes(said, word->number) >
	    said->needed)
		now_needed(said, word->number);
}

/* --- reading ----------------------------------------------------------- */

static bool
is_foreign(struct db *db, int64_t id, const struct word *word,
    struct err *err)
{
	if (word->kind == WORD_WANTS)
		return fail_as(err, ERR_STORE,
		    "%s: what was said about approvals (%" PRId64 ") is not "
		    "what was recorded; the database is damaged, restore a "
		    "copy", db_path(db), id);
	return fail_as(err, ERR_STORE,
	    "%s: the approval of revision %" PRId64 " (%" PRId64 ") is not "
	    "what was recorded; the database is damaged, restore a copy",
	    db_path(db), word->number, id);
}

/* id, time, author, word, number, comment, digest, chain, the revision's */
static bool
take_row(struct db *db, struct query *q, struct words_said *said,
    struct err *err)
{
	struct word word = { .time = column_int(q, 1),
		.author = mem_text(column_text(q, 2)),
		.kind = (enum word_kind)column_int(q, 3),
		.number = column_int(q, 4),
		.comment = mem_text(column_text(q, 5)) };
	struct digest about = column_digest(q, 6), chain = column_digest(q, 7);
	struct digest revision = column_digest(q, 8);
	int64_t id = column_int(q, 0);

	said->chain = word_digest(&said->chain, &word, &about);
	add_word(said, &word);
	if (id != (int64_t)said->count || !is_same(&said->chain, &chain) ||
	    (word.kind != WORD_WANTS && !is_same(&about, &revision)))
		return is_foreign(db, id, &word, err);
	return true;
}

bool
words_read(struct db *db, struct words_said *said, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT a.id, a.time, a.author, a.word, a.number, a.comment,"
	    " a.digest, a.chain, r.chain FROM approval AS a"
	    " LEFT JOIN revision AS r ON r.number = a.number AND a.word < 2"
	    " ORDER BY a.id");
	bool row, ok;

	memset(said, 0, sizeof(*said));
	while ((ok = query_next(q, &row, err)) && row)
		if (!take_row(db, q, said, err)) {
			ok = false;
			break;
		}
	query_end(q);
	if (!ok)
		words_clear(said);
	return ok;
}

void
words_clear(struct words_said *said)
{
	for (size_t i = 0; i < said->count; i++) {
		free(said->items[i].author);
		free(said->items[i].comment);
	}
	free(said->items);
	memset(said, 0, sizeof(*said));
}

/* --- saying ------------------------------------------------------------ */

/* The chain of a revision, which stands for all that is in it; zeros: there is
 * no such. */
static bool
revision_chain(struct db *db, int64_t number, struct digest *chain,
    struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT chain FROM revision WHERE number = ?");
	bool row, ok;

	memset(chain, 0, sizeof(*chain));
	bind_int(q, number);
	ok = query_next(q, &row, err);
	if (ok && row)
		*chain = column_digest(q, 0);
	query_end(q);
	return ok;
}

bool
words_say(struct db *db, const struct words_said *said, enum word_kind kind,
    int64_t number, const char *comment, struct err *err)
{
	struct word word = { kind, number, store_now(),
		(char *)(uintptr_t)store_author(),
		(char *)(uintptr_t)comment, false };
	struct digest revision = { { 0 } }, chain;
	struct query *q;

	if (kind != WORD_WANTS &&
	    !revision_chain(db, number, &revision, err))
		return false;
	chain = word_digest(&said->chain, &word, &revision);
	q = query_begin(db,
	    "INSERT INTO approval (id, time, author, word, number, comment,"
	    " digest, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	bind_int(q, (int64_t)said->count + 1);
	bind_int(q, word.time);
	bind_text(q, word.author);
	bind_int(q, word.kind);
	bind_int(q, word.number);
	bind_text(q, word.comment);
	bind_blob(q, revision.bytes, DIGEST_LEN);
	bind_blob(q, chain.bytes, DIGEST_LEN);
	return query_run(q, err);
}

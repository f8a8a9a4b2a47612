#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "approval.h"
#include "approval_word.h"
#include "making.h"
#include "policy/mem.h"
#include "policy/name.h"

/* --- judging ----------------------------------------------------------- */

/* All that was said, and what counts of it. */
struct judging {
	struct db *db;
	struct words_said said;
	struct approvals *approvals; /* those that count so far */
	size_t cap;
	int64_t *in_force; /* revisions, ascending; asked for when needed */
	size_t in_force_count;
	bool in_force_known;
	struct err *err;
};

static bool
read_in_force(struct judging *j)
{
	struct query *q = query_begin(j->db,
	    "SELECT DISTINCT revision FROM push"
	    " WHERE state IN ('OK', 'UNCHANGED') ORDER BY revision");
	size_t cap = 0;
	bool row, ok;

	j->in_force_known = true;
	while ((ok = query_next(q, &row, j->err)) && row) {
		j->in_force = mem_grow(j->in_force, j->in_force_count, &cap,
		    sizeof(*j->in_force));
		j->in_force[j->in_force_count++] = column_int(q, 0);
	}
	query_end(q);
	return ok;
}

static bool
is_approved(const struct approvals *a, int64_t revision)
{
	size_t count = approvals_of(a, revision, NULL);

	return count && (int64_t)count >= a->needed;
}

/* The last one before it that was approved or in force.  What counts of the
 * revisions before is known already. */
static int64_t
find_since(const struct judging *j, int64_t revision)
{
	const struct approvals *a = j->approvals;
	int64_t since = 0;

	for (size_t i = 0; i < j->in_force_count; i++)
		if (j->in_force[i] < revision)
			since = j->in_force[i];
	for (size_t i = a->count; i-- > 0;)
		if (a->given[i].number < revision &&
		    a->given[i].number > since &&
		    is_approved(a, a->given[i].number))
			since = a->given[i].number;
	return since;
}

static bool
read_making(struct judging *j, int64_t revision, struct making *making)
{
	memset(making, 0, sizeof(*making));
	if (!j->in_force_known && !read_in_force(j))
		return false;
	making->since = find_since(j, revision);
	return making_read(making, j->db, revision, j->err);
}

static void
add_approval(struct approval **all, size_t *count, size_t *cap,
    const struct word *word)
{
	*all = mem_grow(*all, *count, cap, sizeof(**all));
	(*all)[(*count)++] = (struct approval){ word->number, word->time,
		mem_text(word->author), mem_text(word->comment) };
}

static bool
judge_revision(struct judging *j, int64_t revision)
{
	struct making making;

	if (!read_making(j, revision, &making))
		return false;
	for (size_t i = 0; i < j->said.count; i++) {
		const struct word *word = &j->said.items[i];

		if (word->kind == WORD_APPROVES && word->stands &&
		    word->number == revision &&
		    !making_has(&making, word->author))
			add_approval(&j->approvals->given,
			    &j->approvals->count, &j->cap, word);
	}
	making_clear(&making);
	return true;
}

/* The next one, above this, about which a word stands; 0: none. */
static int64_t
next_revision(const struct words_said *said, int64_t above)
{
	int64_t next = 0;

	for (size_t i = 0; i < said->count; i++) {
		const struct word *word = &said->items[i];

		if (word->kind == WORD_APPROVES && word->stands &&
		    word->number > above && (!next || word->number < next))
			next = word->number;
	}
	return next;
}

static void
take_wishes(struct judging *j)
{
	size_t cap = 0;

	for (size_t i = 0; i < j->said.count; i++)
		if (j->said.items[i].kind == WORD_WANTS &&
		    j->said.items[i].stands)
			add_approval(&j->approvals->wishes,
			    &j->approvals->wish_count, &cap,
			    &j->said.items[i]);
}

/* From the first revision to the last, for what counts of one depends on those
 * before. */
static bool
judge(struct judging *j, struct db *db, struct approvals *approvals,
    struct err *err)
{
	bool ok = true;

	memset(approvals, 0, sizeof(*approvals));
	*j = (struct judging){ .db = db, .approvals = approvals, .err = err };
	if (!words_read(db, &j->said, err))
		return false;
	approvals->needed = j->said.needed;
	approvals->words = (int64_t)j->said.count;
	for (size_t i = 0; i < DIGEST_LEN; i++)
		snprintf(approvals->chain + 2 * i, 3, "%02x",
		    j->said.chain.bytes[i]);
	for (int64_t r = 0; ok && (r = next_revision(&j->said, r));)
		ok = judge_revision(j, r);
	take_wishes(j);
	return ok;
}

static void
end_judging(struct judging *j)
{
	words_clear(&j->said);
	free(j->in_force);
}

static void
free_approvals(struct approval *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(items[i].author);
		free(items[i].comment);
	}
	free(items);
}

void
approvals_clear(struct approvals *approvals)
{
	free_approvals(approvals->given, approvals->count);
	free_approvals(approvals->wishes, approvals->wish_count);
	memset(approvals, 0, sizeof(*approvals));
}

/* --- asking ------------------------------------------------------------ */

bool
store_approvals(struct store *store, struct approvals *approvals,
    struct err *err)
{
	struct judging j = { 0 };
	bool ok;

	memset(approvals, 0, sizeof(*approvals));
	if (!db_begin(store->db, false, err))
		return false;
	ok = judge(&j, store->db, approvals, err);
	db_rollback(store->db);
	end_judging(&j);
	if (!ok)
		approvals_clear(approvals);
	return ok;
}

bool
store_approval_words(struct store *store, int64_t *words, struct err *err)
{
	return db_number(store->db, "SELECT max(id) FROM approval", 0, words,
	    err);
}

bool
store_making(struct store *store, int64_t revision, struct making *making,
    struct err *err)
{
	struct approvals approvals = { 0 };
	struct judging j = { 0 };
	bool ok;

	memset(making, 0, sizeof(*making));
	if (!db_begin(store->db, false, err))
		return false;
	ok = judge(&j, store->db, &approvals, err) &&
	    read_making(&j, revision, making);
	db_rollback(store->db);
	end_judging(&j);
	approvals_clear(&approvals);
	return ok;
}

size_t
approvals_of(const struct approvals *approvals, int64_t revision,
    const struct approval **first)
{
	size_t from = 0, to;

	while (from < approvals->count &&
	    approvals->given[from].number != revision)
		from++;
	for (to = from; to < approvals->count &&
	    approvals->given[to].number == revision;)
		to++;
	if (first)
		*first = approvals->given + from;
	return to - from;
}

void
approvals_add_names(struct buf *out, const struct approvals *approvals,
    int64_t revision)
{
	const struct approval *first = NULL;
	size_t count = approvals_of(approvals, revision, &first);

	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", first[i].author);
}

/* --- saying ------------------------------------------------------------ */

struct saying {
	struct store *store;
	int64_t number;
	const char *comment;
	struct err *err;
	struct judging judging;
	struct approvals approvals;
};

static bool
check_comment(const char *comment, struct err *err)
{
	size_t len = strlen(comment);

	return !len || name_check_comment(comment, len, err) ||
	    fail_in(err, "comment");
}

static const struct word *
find_word(const struct saying *s, enum word_kind kind)
{
	for (size_t i = 0; i < s->judging.said.count; i++) {
		const struct word *word = &s->judging.said.items[i];

		if (word->stands && word->kind == kind &&
		    (kind == WORD_WANTS || word->number == s->number) &&
		    !strcmp(word->author, store_author()))
			return word;
	}
	return NULL;
}

/* Nobody approves what he has made. */
static bool
check_maker(const struct saying *s, const struct making *making)
{
	struct buf names = { 0 }, since = { 0 };
	bool ok = !making_has(making, store_author());

	if (making->since)
		buf_addf(&since, " since revision %" PRId64, making->since);
	making_add_names(&names, making);
	if (!ok)
		fail_as(s->err, ERR_NO,
		    "revision %" PRId64 " is not approved: %s has committed or "
		    "changed some of it%s; it takes another person than %s",
		    s->number, store_author(), buf_text(&since),
		    buf_text(&names));
	buf_free(&names);
	buf_free(&since);
	return ok;
}

static bool
check_revision(const struct saying *s)
{
	int64_t last;

	if (!db_number(s->store->db, "SELECT max(number) FROM revision", 0,
	        &last, s->err))
		return false;
	if (s->number < 1 || s->number > last)
		return fail(s->err, "there is no revision %" PRId64,
		    s->number);
	return true;
}

static bool
approve(struct saying *s)
{
	struct making making;
	bool ok;

	if (!check_revision(s) ||
	    !read_making(&s->judging, s->number, &making))
		return false;
	ok = check_maker(s, &making);
	making_clear(&making);
	if (ok && find_word(s, WORD_APPROVES))
		ok = fail_as(s->err, ERR_NO,
		    "%s has approved revision %" PRId64 " already",
		    store_author(), s->number);
	return ok && words_say(s->store->db, &s->judging.said, WORD_APPROVES,
	    s->number, s->comment, s->err);
}

static bool
withdraw(struct saying *s)
{
	if (!check_revision(s))
		return false;
	if (!find_word(s, WORD_APPROVES))
		return fail_as(s->err, ERR_NO,
		    "%s has not approved revision %" PRId64, store_author(),
		    s->number);
	return words_say(s->store->db, &s->judging.said, WORD_WITHDRAWS,
	    s->number, s->comment, s->err);
}

static bool
want(struct saying *s)
{
	const struct word *before = find_word(s, WORD_WANTS);

	if (s->number < 0 || s->number > APPROVALS_MOST)
		return fail(s->err, "%" PRId64 " approvals: 0 to %d can be "
		    "needed", s->number, APPROVALS_MOST);
	/* To say what holds takes a wish for fewer back. */
	if (s->number == (before ? before->number : s->approvals.needed))
		return fail_as(s->err, ERR_NO, before
		    ? "%s has asked for %" PRId64 " already"
		    : "%s: %" PRId64 " is what is needed now",
		    store_author(), s->number);
	return words_say(s->store->db, &s->judging.said, WORD_WANTS,
	    s->number, s->comment, s->err);
}

static bool
say(struct saying *s, bool (*what)(struct saying *s))
{
	struct db *db = s->store->db;
	bool ok;

	if (!check_comment(s->comment, s->err) ||
	    !db_begin(db, true, s->err))
		return false;
	ok = judge(&s->judging, db, &s->approvals, s->err) && what(s);
	end_judging(&s->judging);
	approvals_clear(&s->approvals);
	return state_end(s->store, ok, s->err);
}

bool
store_approve(struct store *store, int64_t revision, const char *comment,
    struct err *err)
{
	struct saying s = { store, revision, comment, err, { 0 }, { 0 } };

	return say(&s, approve);
}

bool
store_approval_withdraw(struct store *store, int64_t revision,
    const char *comment, struct err *err)
{
	struct saying s = { store, revision, comment, err, { 0 }, { 0 } };

	return say(&s, withdraw);
}

bool
store_approvals_want(struct store *store, int64_t count, const char *comment,
    int64_t *needed, struct err *err)
{
	struct saying s = { store, count, comment, err, { 0 }, { 0 } };
	struct approvals now;

	if (!say(&s, want) || !store_approvals(store, &now, err))
		return false;
	*needed = now.needed;
	approvals_clear(&now);
	return true;
}

/* --- may it be pushed? ------------------------------------------------- */

static bool
was_in_force(struct db *db, int64_t revision, const char *gateway,
    bool *was, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT 1 FROM push WHERE gateway = ? AND revision = ?"
	    " AND state IN ('OK', 'UNCHANGED') LIMIT 1");
	bool ok;

	bind_text(q, gateway);
	bind_int(q, revision);
	ok = query_next(q, was, err);
	query_end(q);
	return ok;
}

static bool
refuse(struct judging *j, int64_t revision)
{
	size_t have = approvals_of(j->approvals, revision, NULL);
	struct buf names = { 0 };
	struct making making;

	if (!read_making(j, revision, &making))
		return false;
	making_add_names(&names, &making);
	fail_as(j->err, ERR_NO,
	    "revision %" PRId64 " is not pushed: %zu of %" PRId64 " other "
	    "person%s approved it; somebody else than %s can, by relayadm "
	    "approve %" PRId64, revision, have, j->approvals->needed,
	    j->approvals->needed == 1 ? " has" : "s have", buf_text(&names),
	    revision);
	buf_free(&names);
	making_clear(&making);
	return false;
}

bool
store_may_push(struct store *store, int64_t revision,
    const char *const *gateways, size_t count, struct err *err)
{
	struct approvals approvals = { 0 };
	struct judging j = { 0 };
	bool ok = judge(&j, store->db, &approvals, err), was;

	if (approvals.needed && !is_approved(&approvals, revision))
		for (size_t i = 0; ok && i < count; i++)
			ok = was_in_force(store->db, revision, gateways[i],
			         &was, err) &&
			    (was || refuse(&j, revision));
	end_judging(&j);
	approvals_clear(&approvals);
	return ok;
}

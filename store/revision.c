#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "editing.h"
#include "policy/expire.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "shape.h"

/* --- the chain --------------------------------------------------------- */

/* A revision without its members. */
struct link {
	int64_t number, time;
	const char *author, *message, *overrides;
	struct digest policy;
	const char *ticket; /* or NULL, as in those of before there were any */
};

/* Every revision carries the digest of the one before, so none can be changed
 * or taken out without all later ones telling. */
static struct digest
link_digest(const struct digest *before, const struct link *link)
{
	struct buf all = { 0 };
	struct digest digest;

	buf_addn(&all, before->bytes, DIGEST_LEN);
	digest_add_number(&all, link->number);
	digest_add_number(&all, link->time);
	digest_add_text(&all, link->author);
	digest_add_text(&all, link->message);
	digest_add_text(&all, link->overrides);
	buf_addn(&all, link->policy.bytes, DIGEST_LEN);
	if (link->ticket)
		digest_add_text(&all, link->ticket);
	digest = digest_of_buf(&all);
	buf_free(&all);
	return digest;
}

static void
take_digest(struct digest *digest, const void *blob, size_t len)
{
	memset(digest, 0, sizeof(*digest));
	if (len == DIGEST_LEN)
		memcpy(digest->bytes, blob, len);
}

static bool
forged(struct db *db, int64_t number, struct err *err)
{
	return fail_as(err, ERR_STORE,
	    "%s: revision %" PRId64 " is not what was committed; the database "
	    "is damaged, restore a copy",
	    db_path(db), number);
}

static bool
check_link(struct query *q, int64_t number, struct digest *chain)
{
	struct link link = { column_int(q, 0), column_int(q, 1),
		column_text(q, 2), column_text(q, 3), column_text(q, 4),
		{ { 0 } }, column_text(q, 7) };
	struct digest stored;
	const void *blob;
	size_t len;

	blob = column_blob(q, 5, &len);
	take_digest(&link.policy, blob, len);
	blob = column_blob(q, 6, &len);
	take_digest(&stored, blob, len);
	*chain = link_digest(chain, &link);
	return link.number == number &&
	    !memcmp(chain->bytes, stored.bytes, DIGEST_LEN);
}

/* From the first revision to the last; *chain is its digest, or zeros. */
static bool
check_chain(struct db *db, struct digest *chain, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT number, time, author, message, overrides, policy, chain,"
	    " ticket FROM revision ORDER BY number");
	int64_t number = 0;
	bool row, ok;

	memset(chain, 0, sizeof(*chain));
	while ((ok = query_next(q, &row, err)) && row)
		if (!check_link(q, ++number, chain)) {
			ok = forged(db, number, err);
			break;
		}
	query_end(q);
	return ok;
}

/* --- committing -------------------------------------------------------- */

struct committing {
	struct store *store;
	const char *message;
	const char *const *overrides;
	size_t count;
	struct digest policy, chain;
	int64_t number;
	struct err *err;
};

static bool
named(const struct committing *c, const char *code)
{
	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->overrides[i], code))
			return true;
	return false;
}

void
store_ask_also(struct store *store, findings_also *also)
{
	store->also = also;
}

static bool
check_findings(const struct committing *c, const struct policy *policy)
{
	struct compiled *compiled = relay_compile(policy);
	struct findings findings;
	bool ok = true;

	findings_ask(policy, compiled, &findings);
	if (c->store->also)
		c->store->also(policy, compiled, &findings);
	for (size_t i = 0; ok && i < findings.count; i++) {
		const struct finding *f = &findings.items[i];

		if (f->level == LEVEL_ERROR && !named(c, f->code))
			ok = fail_as(c->err, ERR_NO,
			    "%s: %s (%s); mend it, or override it by its code",
			    f->object, f->sentence, f->code);
	}
	findings_free(&findings);
	relay_free(compiled);
	return ok;
}

static bool
check_base(struct committing *c, int64_t base)
{
	struct query *q = query_begin(c->store->db,
	    "SELECT number, author, message FROM revision"
	    " ORDER BY number DESC LIMIT 1");
	bool row, ok = query_next(q, &row, c->err);
	int64_t last = ok && row ? column_int(q, 0) : 0;

	if (ok && last != base)
		ok = fail_as(c->err, ERR_NO,
		    "%s has committed revision %" PRId64
		    " (%s) in the meantime; look at it and commit again",
		    row ? column_text(q, 1) : "somebody", last,
		    row ? column_text(q, 2) : "");
	query_end(q);
	c->number = last + 1;
	return ok;
}

/* What the last revision holds. */
static bool
last_policy(struct db *db, struct digest *policy, bool *any, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT policy FROM revision ORDER BY number DESC LIMIT 1");
	const void *blob;
	size_t len;
	bool ok = query_next(q, any, err);

	memset(policy, 0, sizeof(*policy));
	if (ok && *any) {
		blob = column_blob(q, 0, &len);
		take_digest(policy, blob, len);
	}
	query_end(q);
	return ok;
}

static char *
join_overrides(const struct committing *c)
{
	struct buf all = { 0 };

	for (size_t i = 0; i < c->count; i++)
		buf_addf(&all, "%s%s", i ? " " : "", c->overrides[i]);
	return c->count ? buf_take(&all) : NULL;
}

static bool
insert_revision(struct committing *c)
{
	struct link link = { c->number, store_now(), store_author(),
		c->message, NULL, c->policy, c->store->ticket };
	char *overrides = join_overrides(c);
	struct digest chain;
	struct query *q = query_begin(c->store->db,
	    "INSERT INTO revision (number, time, author, message, overrides,"
	    " step, head, policy, chain, ticket) VALUES (?, ?, ?, ?, ?,"
	    " (SELECT coalesce(max(id), 0) FROM step),"
	    " (SELECT coalesce(max(head), 0) FROM move), ?, ?, ?)");
	bool ok;

	link.overrides = overrides;
	chain = link_digest(&c->chain, &link);
	bind_int(q, link.number);
	bind_int(q, link.time);
	bind_text(q, link.author);
	bind_text(q, link.message);
	bind_text(q, link.overrides);
	bind_blob(q, link.policy.bytes, DIGEST_LEN);
	bind_blob(q, chain.bytes, DIGEST_LEN);
	bind_text(q, link.ticket);
	ok = query_run(q, c->err);
	free(overrides);
	return ok;
}

static bool
insert_members(struct committing *c)
{
	struct query *q = query_begin(c->store->db,
	    "INSERT INTO member (revision, kind, place, version)"
	    " SELECT ?, kind, place, version FROM draft");

	bind_int(q, c->number);
	return query_run(q, c->err);
}

static bool
check_new(struct committing *c)
{
	struct digest last;
	bool any;

	if (!last_policy(c->store->db, &last, &any, c->err))
		return false;
	if (any && !memcmp(last.bytes, c->policy.bytes, DIGEST_LEN))
		return fail_as(c->err, ERR_NO,
		    "nothing has changed since revision %" PRId64,
		    c->number - 1);
	return true;
}

void
store_commit_ticket(struct store *store, const char *ticket)
{
	store->ticket = ticket && *ticket ? ticket : NULL;
}

static bool
check_ticket(const char *ticket, struct err *err)
{
	size_t len = ticket ? strlen(ticket) : 0;

	if (len > 200)
		return fail(err, "ticket: %zu characters; at most 200", len);
	return !len || name_check_comment(ticket, len, err) ||
	    fail_in(err, "ticket");
}

static bool
check_message(struct committing *c)
{
	size_t len = strlen(c->message);

	if (!len)
		return fail(c->err, "a message is missing; it says what the "
		    "revision is for");
	if (!name_check_comment(c->message, len, c->err))
		return fail_in(c->err, "message");
	return check_ticket(c->store->ticket, c->err);
}

/* --- what has expired -------------------------------------------------- */

static bool
drop_from(struct editing *e, enum object_kind kind, void *object,
    struct buf *lines)
{
	struct change change = { kind, shape_name(&shapes[kind], object),
		object };
	size_t count = kind == OBJECT_LIST
	    ? list_drop_expired(object, store_now(), lines)
	    : server_drop_expired(object, store_now(), lines);

	return !count || editing_take(e, &change);
}

static bool
drop_from_all(struct editing *e, struct policy *policy, struct buf *lines)
{
	for (size_t i = 0; i < policy->list_count; i++)
		if (!drop_from(e, OBJECT_LIST, policy->lists[i], lines))
			return false;
	for (size_t i = 0; i < policy->server_count; i++)
		if (!drop_from(e, OBJECT_SERVER, policy->servers[i], lines))
			return false;
	return true;
}

static size_t
count_lines(const struct buf *lines)
{
	size_t count = 0;

	for (size_t i = 0; i < lines->len; i++)
		count += lines->data[i] == '\n';
	return count;
}

/* Takes them out of the policy and out of the draft, as a step. */
static bool
drop_expired(struct committing *c, struct policy *policy)
{
	struct buf *lines = &c->store->dropped;
	struct editing e = { .store = c->store, .err = c->err };
	char label[60];
	bool ok;

	buf_clear(lines);
	if (!policy_has_expired(policy, store_now()))
		return true;
	ok = state_head(c->store->db, &e.seen, c->err);
	e.head = e.seen + 1;
	ok = ok && drop_from_all(&e, policy, lines);
	snprintf(label, sizeof(label), "drop what has expired: %zu",
	    count_lines(lines));
	e.label = label;
	ok = ok && editing_store(&e) &&
	    state_digest(c->store->db, state_draft_rows(c->store->db),
	        &c->policy, c->err);
	free(e.changes);
	return ok;
}

const char *
store_dropped(const struct store *store)
{
	return buf_text(&store->dropped);
}

static bool
commit(struct committing *c, int64_t base)
{
	struct policy *policy = NULL;
	bool ok;

	if (!check_base(c, base) ||
	    !check_chain(c->store->db, &c->chain, c->err) ||
	    !state_policy(c->store->db, state_draft_rows(c->store->db),
	        &policy, &c->policy, c->err))
		return false;
	ok = drop_expired(c, policy) && check_new(c) &&
	    check_findings(c, policy) && insert_revision(c) &&
	    insert_members(c);
	policy_free(policy);
	return ok;
}

bool
store_commit(struct store *store, const char *message,
    const char *const *overrides, size_t count, int64_t *base,
    struct err *err)
{
	struct committing c = { store, message, overrides, count,
		.err = err };

	bool ok = check_message(&c) && db_begin(store->db, true, err);

	if (ok && !state_end(store, commit(&c, *base), err)) {
		buf_clear(&store->dropped);
		ok = false;
	}
	store->ticket = NULL;
	if (ok)
		*base = c.number;
	return ok;
}

/* --- looking back ------------------------------------------------------ */

bool
store_last_revision(struct store *store, int64_t *number, struct err *err)
{
	return db_number(store->db, "SELECT max(number) FROM revision", 0,
	    number, err);
}

static bool
read_log(struct db *db, struct revision **revisions, size_t *count,
    struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT number, time, author, message, overrides, ticket"
	    " FROM revision ORDER BY number DESC");
	struct revision *all = NULL;
	size_t n = 0, cap = 0;
	bool row, ok;

	while ((ok = query_next(q, &row, err)) && row) {
		all = mem_grow(all, n, &cap, sizeof(*all));
		all[n++] = (struct revision){ column_int(q, 0),
			column_int(q, 1), mem_text(column_text(q, 2)),
			mem_text(column_text(q, 3)),
			mem_text(column_text(q, 4)),
			mem_text(column_text(q, 5)) };
	}
	query_end(q);
	if (!ok) {
		revisions_free(all, n);
		return false;
	}
	*revisions = all;
	*count = n;
	return true;
}

bool
store_log(struct store *store, struct revision **revisions, size_t *count,
    struct err *err)
{
	struct digest chain;
	bool ok;

	if (!db_begin(store->db, false, err))
		return false;
	ok = check_chain(store->db, &chain, err) &&
	    read_log(store->db, revisions, count, err);
	db_rollback(store->db);
	return ok;
}

bool
store_chain(struct store *store, char hex[65], struct err *err)
{
	struct digest chain;

	if (!check_chain(store->db, &chain, err))
		return false;
	for (size_t i = 0; i < DIGEST_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", chain.bytes[i]);
	return true;
}

void
revisions_free(struct revision *revisions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(revisions[i].author);
		free(revisions[i].message);
		free(revisions[i].overrides);
		free(revisions[i].ticket);
	}
	free(revisions);
}

static bool
revision_digest(struct db *db, int64_t number, struct digest *digest,
    struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT policy FROM revision WHERE number = ?");
	const void *blob;
	size_t len;
	bool row, ok;

	bind_int(q, number);
	ok = query_next(q, &row, err);
	if (ok && !row)
		ok = fail(err, "there is no revision %" PRId64, number);
	if (ok) {
		blob = column_blob(q, 0, &len);
		take_digest(digest, blob, len);
	}
	query_end(q);
	return ok;
}

bool
store_revision(struct store *store, int64_t number, struct policy **policy,
    struct err *err)
{
	struct digest want = { { 0 } }, have, chain;
	bool ok;

	*policy = NULL;
	if (!db_begin(store->db, false, err))
		return false;
	ok = revision_digest(store->db, number, &want, err) &&
	    check_chain(store->db, &chain, err) &&
	    state_policy(store->db, state_revision_rows(store->db, number),
	        policy, &have, err);
	db_rollback(store->db);
	if (ok && memcmp(want.bytes, have.bytes, DIGEST_LEN) != 0)
		ok = forged(store->db, number, err);
	if (!ok) {
		policy_free(*policy);
		*policy = NULL;
	}
	return ok;
}

bool
store_dirty(struct store *store, bool *dirty, struct err *err)
{
	struct digest last, draft;
	bool any, ok;

	if (!db_begin(store->db, false, err))
		return false;
	ok = last_policy(store->db, &last, &any, err) &&
	    state_digest(store->db, state_draft_rows(store->db), &draft, err);
	db_rollback(store->db);
	*dirty = ok &&
	    (!any || memcmp(last.bytes, draft.bytes, DIGEST_LEN) != 0);
	return ok;
}

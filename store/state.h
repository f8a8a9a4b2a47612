/* The inside of a struct store, for the files of the store only. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "db.h"
#include "digest.h"
#include "store.h"
#include "version.h"

struct store {
	struct db *db;
	enum db_mode mode;
	findings_also *also; /* or NULL */
	const char *ticket;  /* of the next commit, or NULL; borrowed */
	struct buf dropped;  /* what expired, by the last commit */
	int locks; /* file of push_lock.h; 0: not open */
	int64_t round; /* of the pushes that begin; 0: none */
	int here, here_slot; /* file of here.h, our place there; 0: none */
	int64_t here_since;
};

/* Ends the transaction: commits when ok, else rolls back; returns whether
 * everything went well. */
bool state_end(struct store *store, bool ok, struct err *err);

/* The present head of the draft, inside a transaction or not. */
bool state_head(struct db *db, int64_t *head, struct err *err);

/* The policy of the rows of a query (kind, version), and the digest over all of
 * them. */
bool state_policy(struct db *db, struct query *rows, struct policy **policy,
    struct digest *digest, struct err *err);

/* The digest alone. */
bool state_digest(struct db *db, struct query *rows, struct digest *digest,
    struct err *err);

/* In the order of the document: kind, version, the version's digest, whether
 * the row fits the version. */
struct query *state_draft_rows(struct db *db);
struct query *state_revision_rows(struct db *db, int64_t number);

#endif

/* The database: one shared draft, numbered revisions, what is trusted and what
 * was pushed.  SQLite; durable when a call returns true (WAL, synchronous FULL).
 *
 * One struct store is for one thread.  Any number of processes may have the
 * file open.  Errors are ERR_STORE, or ERR_NO when the answer is no (nothing to
 * undo, a conflict, findings that block a commit). */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/finding.h"
#include "policy/policy.h"
#include "policy/relay.h"

struct store;

enum store_mode {
	STORE_WRITE, /* created when missing, mode 0600 (0660 in a folder with
	                the group sticky bit) */
	STORE_READ,
	STORE_GLANCE, /* as STORE_READ, for an answer at once: neither is all of
	                 the file read to see whether it is whole, nor another
	                 program waited for */
};

bool store_open(struct store **store, const char *path, enum store_mode mode,
    struct err *err);
void store_close(struct store *store);

/* The same file once more, for another thread; quicker than store_open(), which
 * has looked at it by then.  The two are as two programs to each other. */
bool store_again(struct store **again, const struct store *store,
    struct err *err);
/* What a long edit asks now and then, with the items (entries or rows) that it
 * has stored; false stops it, and nothing is stored.  While another program
 * writes its end is waited for as long as the answer is true, and not only 5
 * seconds.  NULL: it goes on. */
void store_watch(struct store *store,
    bool (*goes_on)(size_t items, void *context), void *context);

/* The file that the rules of relayadm(1) name: option, else $RELAYADM_DB, else
 * the system's, else the user's.  The caller frees it. */
char *store_path(const char *option);

/* Everything that is stored from here on is one transaction, which others wait
 * for; store_gathered() stores it when ok, else nothing of it.  False: ok was, and
 * it could not be stored. */
bool store_gather(struct store *store, struct err *err);
bool store_gathered(struct store *store, bool ok, struct err *err);

/* --- the draft --------------------------------------------------------- */

enum object_kind {
	OBJECT_LIST,
	OBJECT_SERVER,
	OBJECT_GATEWAY,
	OBJECT_INVARIANT,
};

/* "list", "server", "gateway", "invariant" */
extern const char *const object_words[];

/* One object of an edit: added (old_name NULL), changed or renamed, or removed
 * (object NULL).  object is a struct list, server, gateway or invariant;
 * borrowed. */
struct change {
	enum object_kind kind;
	const char *old_name;
	const void *object;
};

/* *head names the state of the draft that was read; see store_edit(). */
bool store_draft(struct store *store, struct policy **policy, int64_t *head,
    struct err *err);

/* Of each object its name alone, of gateways the rest, too: quick, however long
 * the lists are.  A name that is none is left out. */
bool store_draft_names(struct store *store, struct policy **policy,
    struct err *err);

/* The present head; cheap enough to ask twice a second. */
bool store_head(struct store *store, int64_t *head, struct err *err);

/* Applies all changes as one undoable step with this label ("import
 * partners.csv into list:x").  *head is the state that the caller had read: if
 * somebody else has changed one of these objects since, nothing happens and the
 * message names who and when.  On success *head is the new state; more than one
 * above what it was, others have changed other objects in between: read the
 * draft again before the next edit. */
bool store_edit(struct store *store, const char *label,
    const struct change *changes, size_t count, int64_t *head, struct err *err);

/* Edits of one entry list, one after the other. */
struct entry_edits {
	struct holder where;
	const struct entry_edit *items;
	size_t count;
};

/* The same as store_edit() of the list or server with these edits made, in
 * every respect but the time that it takes for a long list. */
bool store_edit_entries(struct store *store, const char *label,
    const struct entry_edits *edits, int64_t *head, struct err *err);

/* The whole draft becomes this policy, as one step. */
bool store_replace(struct store *store, const char *label,
    const struct policy *policy, int64_t *head, struct err *err);

/* One step back or forth; *label (the caller frees) says which. */
bool store_undo(struct store *store, char **label, int64_t *head,
    struct err *err);
bool store_redo(struct store *store, char **label, int64_t *head,
    struct err *err);

struct step {
	int64_t id;
	int64_t time; /* seconds since 1970, UTC */
	char *author;
	char *label;
	bool undone;
};

/* Steps since the last commit, oldest first; the caller frees by steps_free(). */
bool store_steps(struct store *store, struct step **steps, size_t *count,
    struct err *err);
void steps_free(struct step *steps, size_t count);

/* --- revisions --------------------------------------------------------- */

struct revision {
	int64_t number; /* 1, 2, ... */
	int64_t time;
	char *author;
	char *message;
	char *overrides; /* codes, blank-separated, or NULL */
	char *ticket;    /* or NULL */
};

/* What a commit asks after findings_ask(): for what the policy core cannot
 * know. */
typedef void findings_also(const struct policy *policy,
    const struct compiled *compiled, struct findings *findings);
void store_ask_also(struct store *store, findings_also *also);

/* Where the next one was asked for; borrowed until store_commit() returns. */
void store_commit_ticket(struct store *store, const char *ticket);

/* The draft becomes a revision.  *base is the last revision the caller knew (0:
 * none); another one in the meantime is a conflict.  Findings of level error
 * block unless their codes are in overrides (count of them).  Nothing changed
 * since the last revision: ERR_NO.  On success *base is the new number. */
bool store_commit(struct store *store, const char *message,
    const char *const *overrides, size_t count, int64_t *base,
    struct err *err);

/* What had expired and was dropped from the draft by the last store_commit(),
 * in a step of its own: a line each, or "". */
const char *store_dropped(const struct store *store);

/* 0 when there is none. */
bool store_last_revision(struct store *store, int64_t *number,
    struct err *err);
/* Newest first. */
bool store_log(struct store *store, struct revision **revisions, size_t *count,
    struct err *err);
void revisions_free(struct revision *revisions, size_t count);
/* What the last revision has to be followed by: SHA-256 over all of them. */
bool store_chain(struct store *store, char hex[65], struct err *err);

/* ERR_INPUT when there is no such revision. */
bool store_revision(struct store *store, int64_t number,
    struct policy **policy, struct err *err);

/* Has the draft changed since the last revision (or is there none)? */
bool store_dirty(struct store *store, bool *dirty, struct err *err);

/* --- gateways ---------------------------------------------------------- */

/* The pinned public host key, as in RFC 4253 6.6: type and blob. */
struct pin {
	char type[64]; /* "ssh-ed25519"; "" when none is pinned */
	unsigned char blob[2048];
	size_t blob_len;
};

bool store_pin_get(struct store *store, const char *gateway, struct pin *pin,
    struct err *err);
/* NULL forgets it. Earlier pins stay in the history. */
bool store_pin_set(struct store *store, const char *gateway,
    const struct pin *pin, struct err *err);

struct push_record {
	int64_t generation; /* grows with every push of any gateway */
	char *gateway;
	int64_t revision;
	int64_t started, ended; /* ended 0: not known to have ended */
	char *author;
	char *state;  /* words of remote/push.h */
	char *digest; /* of the files, hex SHA-256 */
	char *detail;
	int64_t round; /* that it is of (push_round.h); 0: not known */
};

/* A new, higher generation, recorded as begun.  ERR_NO when the revision lacks
 * approvals (approval.h). */
bool store_push_begin(struct store *store, const char *gateway,
    int64_t revision, const char *digest, int64_t *generation,
    struct err *err);
bool store_push_end(struct store *store, int64_t generation,
    const char *state, const char *detail, struct err *err);
/* The last one of the gateway; state NULL when there is none. */
bool store_push_last(struct store *store, const char *gateway,
    struct push_record *record, struct err *err);
void push_record_clear(struct push_record *record);
/* All that are recorded of the gateway, the last first. */
bool store_pushes(struct store *store, const char *gateway,
    struct push_record **records, size_t *count, struct err *err);
/* Those of all gateways whose end is not known, and no later one of theirs. */
bool store_pushes_open(struct store *store, struct push_record **records,
    size_t *count, struct err *err);
/* This one; state NULL when there is none. */
bool store_push_get(struct store *store, int64_t generation,
    struct push_record *record, struct err *err);
/* Is another process of this machine still at work on it? */
bool store_push_alive(struct store *store, int64_t generation);
void push_records_free(struct push_record *records, size_t count);

/* The person: $SUDO_USER, else the login name, for author columns. */
const char *store_author(void);
/* Seconds since 1970; $RELAYADM_CLOCK (RFC 3339) freezes it for tests. */
int64_t store_now(void);

#endif

/* What an administrator says must always hold, whatever else is edited
 * (relayadm-policy(7), "Invariants").  Judged by the check, which reports
 * what is broken as errors. */
#ifndef POLICY_INVARIANT_H
#define POLICY_INVARIANT_H

#include "field.h"

enum invariant_kind {
	INVARIANT_NEVER,  /* these clients never relay */
	INVARIANT_ONLY,   /* nobody but these clients relays */
	INVARIANT_MUST,   /* each of these clients may relay */
	INVARIANT_WIDEST, /* no wider block relays without logging on */
	INVARIANT_DOMAIN, /* these domains always get this action */
};

/* Of which clients it must be true. */
enum invariant_when {
	WHEN_EITHER, /* of those that logged on and those that did not */
	WHEN_ANONYMOUS,
	WHEN_AUTHENTICATED,
};

struct texts {
	char **items;
	size_t count;
};

struct invariant {
	char *name;
	char *comment;
	int kind;             /* enum invariant_kind */
	struct texts servers; /* names; none: every enabled server */
	int when;             /* enum invariant_when */
	struct entries clients;
	struct texts domains; /* "example.com", "#example.com", "." */
	int action;           /* enum route_action */
	int prefix4, prefix6; /* 0: any block may relay */
};

extern const char *const invariant_words[]; /* by enum, then NULL */
extern const char *const when_words[];
/* What mail is by an action: "inbound", "relayed", "rejected". */
extern const char *const treated_words[];

extern const struct field invariant_fields[];
extern const struct slot invariant_slots[]; /* clients */

/* Asks a kind for a key of the policy document: name, comment, kind and
 * servers are keys of all, the others of some. */
bool invariant_uses(int kind, const char *key);

/* Appends; invariant_settle() must follow before anything else is asked. */
bool invariant_add_server(struct invariant *invariant, const char *text,
    size_t len, struct err *err);
bool invariant_add_domain(struct invariant *invariant, const char *text,
    size_t len, struct err *err);

/* Sorts what was appended, drops what the kind has no use for, and where it
 * was not said sets what the kind means by "when": of never-relays either, of
 * the others anonymous. */
void invariant_settle(struct invariant *invariant, bool when_said);

/* Takes the text over, which is behind the others until they are settled. */
void texts_add(struct texts *texts, char *text);
/* In order, each once. */
void texts_settle(struct texts *texts);
void texts_copy(struct texts *to, const struct texts *from);
bool texts_remove(struct texts *texts, const char *text);
void texts_free(struct texts *texts);
/* In what was settled. */
bool texts_hold(const struct texts *texts, const char *text);

/* Is the server, if it is enabled, one that it speaks of? */
bool invariant_names(const struct invariant *invariant, const char *server);

/* What it says: "203.0.113.0/24 never relays, on every server". */
void invariant_add_words(struct buf *buf, const struct invariant *invariant);

#endif

/* Why a decision is what it is, row by row, and what would change it. */
#ifndef POLICY_EXPLAIN_H
#define POLICY_EXPLAIN_H

#include "reach.h"
#include "relay.h"

#define EXPLAIN_ROWS 10

enum flip_kind {
	FLIP_NONE,    /* no single change of these kinds does it */
	FLIP_ADD,     /* an entry to the slot */
	FLIP_REMOVE,  /* an entry from the slot, or from the list it came by */
	FLIP_UNROUTE, /* a row from the routing list */
	FLIP_SETTING, /* a field: to the other value */
};

/* The single change that turns the answer from no to yes, or from yes to no,
 * for the fewest other clients; of several the first of: adding to NEVER, and
 * so on in the order of the kinds. */
struct flip {
	enum flip_kind kind;
	const struct slot *slot;   /* ADD, REMOVE */
	const char *list;          /* REMOVE: the named list, or NULL */
	struct entry entry;        /* ADD, REMOVE; its comment is borrowed */
	const struct route *route; /* UNROUTE */
	const struct field *field; /* SETTING, a bool */
	/* Of this server, at the local address of the question: clients
	 * without a name that gain or lose the connection, sending without
	 * logging on if the one who was asked about has not, or relaying as
	 * that one. */
	struct set gains, loses;
};

struct explanation {
	struct decision decision;
	/* What each row looked at: "192.0.2.0/24", "no box is on".  NULL before
	 * anything was explained. */
	char *rows[EXPLAIN_ROWS];
	/* Of the entry or routing row that decided, or NULL; borrowed. */
	const char *comment;
	struct flip flip;
};

/* Borrows from the policy and from the question. */
void explanation_make(struct explanation *explanation,
    const struct ruleset *rules, const struct question *question);
/* The same in two parts: all but the flip, which takes as long as the lists
 * are, and the flip. */
void explanation_look(struct explanation *explanation,
    const struct ruleset *rules, const struct question *question);
void explanation_flip(struct explanation *explanation,
    const struct ruleset *rules, const struct question *question);
void explanation_free(struct explanation *explanation);

/* A row's name that fits a narrow column; row counts from 1. */
const char *explain_row_name(int row);

/* "add 192.0.2.7 to relay: 1 IPv4 address gains", or that nothing does it. */
void flip_add(struct buf *buf, const struct flip *flip);

/* "by row 10, relay restrictions: list:x 192.0.2.0/24" */
void explanation_add_why(struct buf *buf,
    const struct explanation *explanation);

/* The decision, ten lines, and the flip.  origin says where what decided comes
 * from, or is "". */
void explanation_add_text(struct buf *buf,
    const struct explanation *explanation, const char *origin);

#endif

/* The decision: may this client relay to this recipient?
 *
 * A policy is compiled once; a compiled policy is not changed by asking, so any
 * number of threads may ask it.  It borrows from the policy, which must outlive it
 * unchanged. */
#ifndef POLICY_RELAY_H
#define POLICY_RELAY_H

#include "policy.h"

enum decision_kind {
	REFUSE_CONNECTION,
	REQUIRE_AUTHENTICATION,
	REJECT_RECIPIENT,
	ACCEPT_INBOUND,
	DENY_RELAY,
	ACCEPT_RELAY,
};

extern const char *const decision_words[]; /* by enum, then NULL */

struct question {
	uint8_t family; /* of the client, 4 or 6 */
	u128 client;
	const char *name; /* the client's verified host name, or NULL */
	bool authenticated;
	uint8_t local_family; /* 0: the local address is not known */
	u128 local;
	uint16_t local_port;
	const char *recipient; /* with or without <> */
};

struct decision {
	enum decision_kind kind;
	int row;                  /* 1 to 10 */
	const struct slot *slot;  /* where the entry stands, or NULL */
	const char *list;         /* the named list it came through, or NULL */
	const struct entries *in; /* NULL: no entry decided */
	size_t place;             /* of the entry in it */
	const struct route *route; /* NULL: no routing row decided */
};

struct compiled; /* a policy, ready to be asked */
struct ruleset;  /* one server of it */

struct compiled *relay_compile(const struct policy *policy);
void relay_free(struct compiled *compiled);
const struct policy *relay_policy(const struct compiled *compiled);
/* The same as policy_list(), by a faster way; NULL when there is none. */
const struct list *relay_list(const struct compiled *compiled,
    const char *name);
const struct ruleset *relay_ruleset(const struct compiled *compiled,
    const char *server);

/* One of the entry lists of a policy. */
struct holder {
	const char *list;        /* a named list; or NULL, and */
	const char *server;      /* a server and */
	const struct slot *slot; /* which of its lists */
};

/* Makes the edit in the policy that was compiled, and keeps the compiled policy
 * right, at far less cost than relay_compile(): the one time when a compiled
 * policy is changed, so nobody may ask it meanwhile.  False when the compiled
 * policy has to be made anew; the policy has the edit then too, unless it has
 * no such list or server. */
bool relay_edit(struct compiled *compiled, const struct holder *where,
    const struct entry_edit *edit);

void relay_decide(const struct ruleset *rules, const struct question *question,
    struct decision *decision);

/* The recipient, as far as a decision looks at it: what recipient_scan() says of
 * it, and relay_route() of its folded domain. */
struct addressed {
	const char *domain; /* as written, or NULL */
	size_t domain_len;
	bool routed;
	const struct route *route; /* or NULL */
};

/* The same, for who has many questions about few recipients; that of the
 * question is not looked at. */
void relay_decide_to(const struct ruleset *rules,
    const struct question *question, const struct addressed *to,
    struct decision *decision);

/* Fetches from memory what the decision will look at.  Who has many questions
 * at hand calls it for each, and then decides each; the answers are the same
 * without. */
void relay_hint(const struct ruleset *rules, const struct question *question);

/* Would this row, 1 to 10, decide if the rows before it did not?  *looked says
 * what it found. */
bool relay_row_applies(const struct ruleset *rules,
    const struct question *question, int row, struct decision *looked);

/* What decided: "192.0.2.0/24", "list:branches 192.0.2.0/24", "#example.com",
 * or "-" for a default. */
void decision_add_what(struct buf *buf, const struct decision *decision);

/* One sentence about a row, 1 to 10. */
const char *decision_row_title(int row);

/* The routing row that covers a folded domain, or NULL. */
const struct route *relay_route(const struct ruleset *rules,
    const char *domain);

/* An entry of the slot that matches, narrowest first; own entries before
 * those of included lists. */
bool relay_match(const struct ruleset *rules, const struct slot *slot,
    const struct question *question, struct decision *where);

#endif

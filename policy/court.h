/* How the invariants judge one server, for the files of the core only. */
#ifndef POLICY_COURT_H
#define POLICY_COURT_H

#include "checks.h"
#include "invariant.h"

/* What the invariants ask of one server, found once. */
struct court {
	struct checking *c;
	const struct server_view *view;
	struct naming namings[NAMINGS];
	size_t naming_count;
	struct set relays[2][NAMINGS]; /* not logged on, logged on */
	bool known[2][NAMINGS];
};

/* Who may, being in these gates by name, over everything that a client can
 * connect to. */
void court_reach(const struct court *court, enum reach reach, unsigned named,
    struct set *set);
/* The same for relaying, kept. */
const struct set *court_relays(struct court *court, bool logged_on,
    size_t naming);

/* A client that breaks an invariant. */
struct culprit {
	struct net net; /* its address is the first */
	bool authenticated;
	const char *name; /* NULL: none that matters */
};

/* One of the addresses: one of the Internet rather than another. */
struct net culprit_choose(const struct set *set);

/* The finding that the server breaks it; the caller sets its texts. */
struct finding *broken_new(struct court *court, const struct invariant *i);
/* The client shows it, at a foreign domain. */
void broken_witness(struct court *court, struct finding *f,
    const struct culprit *culprit);

/* One for each kind; clients are those that it names. */
void judge_relay(struct court *court, const struct invariant *i,
    const struct set *clients);
void judge_widest(struct court *court, const struct invariant *i,
    const struct set *clients);
void judge_domain(struct court *court, const struct invariant *i,
    const struct set *clients);

#endif

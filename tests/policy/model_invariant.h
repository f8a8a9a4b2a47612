/* Invariants as the model knows them: written from relayadm-policy(7), judged
 * by asking the model's decisions, one after the other. */
#ifndef TESTS_POLICY_MODEL_INVARIANT_H
#define TESTS_POLICY_MODEL_INVARIANT_H

#include "space.h"

struct m_invariant {
	char kind; /* 'n'ever, 'o'nly, 'm'ust, 'w'idest, 'd'omain */
	char when; /* 'e'ither, 'a'nonymous, 'l'ogged on */
	unsigned servers; /* bit 1 << place; 0: all */
	struct m_range clients[3];
	int client_count;
	char domains[3][M_TEXT]; /* "x.example", "#x.example", "." */
	int domain_count;
	char action; /* 'i', 'r', 'x' */
	int prefix[2]; /* IPv4, IPv6 */
};

/* Its clients begin and end at edges of the pair. */
void m_invariant_make(struct m_invariant *invariant, const struct pair *pair,
    uint64_t *seed);

/* Is it broken on this server of the first policy? */
bool m_invariant_broken(const struct m_invariant *invariant,
    const struct pair *pair, int server);

/* Is the client one of its clients? */
bool m_invariant_holds(const struct m_invariant *invariant, int family,
    m128 client);

/* Does it speak of this name? */
bool m_invariant_covers(const struct m_invariant *invariant,
    const char *name);

#endif

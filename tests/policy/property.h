/* Claims that hold for every policy.  A claim is asked about random pairs of
 * policies; one for which it is false is made as small as it stays false, and
 * printed as documents with the question. */
#ifndef TESTS_POLICY_PROPERTY_H
#define TESTS_POLICY_PROPERTY_H

#include "space.h"

struct claim {
	const char *name;
	/* False, and pair_denies() said why; or counts what it compared.  A
	 * claim about a question that is pinned asks that one only, and pins
	 * the one for which it is false. */
	bool (*holds)(struct pair *pair);
	void (*draw)(struct pair *pair, unsigned long seed);
	unsigned long policies; /* of RELAYADM_EFFORT 1 */
};

/* Fails the cmocka test when the claim is false; true if enough was asked to
 * say what the generator misses.  RELAYADM_SEED: the first seed (default 1);
 * RELAYADM_EFFORT: how many times the policies (default 1, may be a part);
 * RELAYADM_SHRINK=0: do not cut down. */
bool claim_test(const struct claim *claim);

/* Cuts the pair down as long as the claim stays false; says how many cuts it
 * made.  The pair is not open. */
unsigned pair_shrink(struct pair *pair, const struct claim *claim);

/* Is the claim true of the pair, which is not open?  Leaves why. */
bool claim_holds(const struct claim *claim, struct pair *pair);

/* The documents, the question, and why. */
void pair_print(const struct pair *pair, FILE *file);

#endif

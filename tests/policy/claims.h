/* What is claimed of the core, for test_property.c and the shrinker. */
#ifndef TESTS_POLICY_CLAIMS_H
#define TESTS_POLICY_CLAIMS_H

#include "property.h"

/* The decision, its row, and what decided. */
bool decisions_hold(struct pair *pair);
/* What the generator must not miss; cmocka asserts. */
void decisions_seen(void);

/* Who may, at every local address and anywhere; how many. */
bool sets_hold(struct pair *pair);
/* Union, intersection, difference, complement of two entry lists. */
bool algebra_holds(struct pair *pair);
/* The fewest blocks of every entry list. */
bool merges_hold(struct pair *pair);

bool difference_holds(struct pair *pair);
bool client_domains_hold(struct pair *pair);

/* open-relay, wide-relay, and the openness of a server. */
bool openness_holds(struct pair *pair);
/* All other findings of the core: each that the model wants, and no other. */
bool findings_hold(struct pair *pair);
void findings_seen(void);

/* The flip flips, and no other single change does it with less effect. */
bool flips_hold(struct pair *pair);
void flips_seen(void);

#endif

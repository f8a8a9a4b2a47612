/* The search for a flip, for the files of the core only. */
#ifndef POLICY_EXPLAINING_H
#define POLICY_EXPLAINING_H

#include "explain.h"

void flip_find(struct flip *flip, const struct ruleset *rules,
    const struct question *question, const struct decision *decision);
void flip_free(struct flip *flip);

#endif

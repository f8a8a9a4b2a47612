/* The parts of a difference, for the files of the core only. */
#ifndef POLICY_DIFFERING_H
#define POLICY_DIFFERING_H

#include "difference.h"
#include "ruleset.h"

/* One side of a server's comparison. */
struct side {
	const struct ruleset *rules; /* NULL: off or not there */
	struct gate_sets gates;
};

/* The clients that reach the side through these local addresses. */
void side_reach(const struct side *side, struct standing standing,
    const struct set *local, struct set *set);

void differ_domains(struct server_difference *d, const struct side sides[2]);
/* After the views are made. */
void differ_clients(struct server_difference *d, const struct side sides[2]);

#endif

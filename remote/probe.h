/* Questions with the answers that the policy core gives, for the staged files
 * on a gateway to be asked before they take effect. */
#ifndef REMOTE_PROBE_H
#define REMOTE_PROBE_H

#include "dialect.h"

/* A line "LISTENER CLIENT NAME LOGGED-ON RECIPIENT REPLY" for each question,
 * tab-separated; LISTENER counts from 1 in the order of the file "services",
 * REPLY is 250, 530, 550 or 554.  At least 64 for every listener: the edges of
 * blocks, each row of the routing list, routed recipients, and addresses of
 * the documentation. */
void probes_add(struct buf *questions, const struct site *site);

#endif

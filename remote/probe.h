/* Questions with the answers that the policy core gives, for the staged files
 * on a gateway to be asked before they take effect. */
#ifndef REMOTE_PROBE_H
#define REMOTE_PROBE_H

#include "policy/relay.h"

#include "dialect.h"

#define PROBE_FOREIGN "<probe@foreign.relayadm.invalid>"

/* A line "LISTENER CLIENT NAME LOGGED-ON RECIPIENT REPLY" for each question,
 * tab-separated; LISTENER counts from 1 in the order of the file "services",
 * REPLY is 250, 530, 550 or 554.  At least 64 for every listener: the edges of
 * blocks, each row of the routing list, routed recipients, and addresses of
 * the documentation. */
void probes_add(struct buf *questions, const struct site *site);

/* What the gateway itself asks the mail server when that has the new files: a
 * line "LISTENER CLIENT RECIPIENT REPLY" each, at most 8 for a listener, with
 * the client that the gateway is to it, and "starttls" behind it where the
 * listener wants TLS first.  None that depends on the gateway's address or name,
 * and none that takes a log-in. */
void probes_add_live(struct buf *questions, const struct site *site);

/* The code that a recipient is answered with. */
const char *probe_reply(enum decision_kind kind);

#endif

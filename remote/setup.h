/* What a gateway needs once, so that its console has no more right there than
 * to push, look and put back. */
#ifndef REMOTE_SETUP_H
#define REMOTE_SETUP_H

#include "ssh.h"

/* A POSIX sh script for root on the gateway, which may be run again.  key: the
 * public key that may log in; NULL: only what undoes an unfinished push at
 * boot, for gateways that are reached as root. */
void setup_add(struct buf *script, const struct host_key *key);

/* Runs the script there, with the rights that the gateway's account has now;
 * say gets each line of what it says, made printable.  ERR_REFUSED when it ends
 * with a failure. */
bool setup_run(const struct gateway *gateway, const struct host_keys *pins,
    const struct buf *script, void (*say)(void *context, const char *line),
    void *context, struct err *err);

#endif

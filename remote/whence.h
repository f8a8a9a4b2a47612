/* By which address a gateway reaches another machine. */
#ifndef REMOTE_WHENCE_H
#define REMOTE_WHENCE_H

#include "ssh.h"

/* The local address of the connections that the gateway's SSH server holds open
 * to this place for the user that logs on there (ssh_open_way); family 0 when
 * there are none, or from more than one address. */
bool whence_ask(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, const struct listener *place,
    struct listener *own, struct err *err);

#endif

/* The host keys that are trusted, as the database keeps them. */
#ifndef TUI_PINS_H
#define TUI_PINS_H

#include "remote/ssh.h"
#include "store/store.h"

/* Of the gateway and of its jump host; a type is "" where none is trusted. */
bool pins_load(struct store *store, const struct gateway *gateway,
    struct host_keys *keys, struct err *err);

/* Is one missing?  The message says which, and what to do. */
bool pins_check(const struct gateway *gateway, const struct host_keys *keys,
    struct err *err);

/* The name under which the key of the gateway's jump host is kept; several
 * gateways may share it.  The caller frees it. */
char *jump_pin_name(const struct gateway *gateway);

/* NULL forgets the key. */
bool pin_save(struct store *store, const char *name,
    const struct host_key *key, struct err *err);

/* How a gateway is reached, without the key to log in with. */
struct ssh_target gateway_target(const struct gateway *gateway,
    const struct host_keys *keys);

#endif

/* Keys of hosts and of ourselves, apart from the connection. */
#ifndef REMOTE_SSH_KEY_H
#define REMOTE_SSH_KEY_H

#include "ssh.h"

/* Takes the type out of the blob (RFC 4253 6.6); false when it is none. */
bool host_key_parse(struct host_key *key, const void *blob, size_t len);

/* The public key that stands beside a private one, in FILE.pub as ssh-keygen(1)
 * writes it; false when there is none. */
bool key_file_public(const char *file, struct host_key *key);

/* The same, or else what OpenSSH's own form tells of it, locked or not. */
bool key_file_own(const char *file, struct host_key *key);

/* The first of ~/.ssh/id_ed25519 and id_ecdsa that can be read, or NULL; the
 * caller frees it. */
char *key_file_default(void);

/* Is it locked by a passphrase, as far as its form tells? */
bool key_file_locked(const char *file);
/* Does this passphrase open it?  Nobody is connected to. */
bool key_file_opens(const char *file, const char *passphrase);

#endif

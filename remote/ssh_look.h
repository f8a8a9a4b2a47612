/* What SSH here can do, and what a server offers: for a look before anything
 * goes wrong. */
#ifndef REMOTE_SSH_LOOK_H
#define REMOTE_SSH_LOOK_H

#include "ssh.h"

/* "1.10.0", of the libssh2 that runs. */
const char *ssh_library_version(void);

enum ssh_method {
	SSH_KEX,
	SSH_HOST_KEY,
	SSH_CIPHER,
	SSH_MAC,
	SSH_METHODS,
};

extern const char *const ssh_method_words[]; /* "key exchange" ... */

/* Names with commas between. */
struct ssh_algorithms {
	struct buf names[SSH_METHODS];
};

/* Those that this program would use and this libssh2 has; false when it does
 * not start. */
bool ssh_own_algorithms(struct ssh_algorithms *own);
/* Those that a server offers to everybody, before anybody is asked who he is.
 * No jump host is gone through. */
bool ssh_server_algorithms(const struct ssh_target *target,
    struct ssh_algorithms *server, struct err *err);
void ssh_algorithms_free(struct ssh_algorithms *algorithms);
/* Is a name of the one list in the other? */
bool ssh_algorithms_meet(const struct buf *own, const struct buf *server);
bool ssh_algorithms_have(const struct buf *names, const char *name);

/* The keys that the agent at $SSH_AUTH_SOCK holds; false: there is none, or it
 * does not answer.  The caller frees *keys. */
bool ssh_agent_keys(struct host_key **keys, size_t *count);
/* So many of those that can be used are offered at most: below the MaxAuthTries
 * of sshd, 6. */
#define SSH_AGENT_KEYS_MOST 4

/* Can the program itself log in by a key of this type? */
bool ssh_type_usable(const char *type);

#endif

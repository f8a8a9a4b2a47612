/* Between the files that know libssh2: the connection, logging in, and the way
 * through a jump host. */
#ifndef REMOTE_SSH_LIBRARY_H
#define REMOTE_SSH_LIBRARY_H

#include <libssh2.h>

#include "ssh_transport.h"

/* A connection, or one of the two of a way over a jump host. */
struct session {
	struct ssh base;
	int fd;
	uint64_t received, receive_max; /* bytes from the socket */
	LIBSSH2_SESSION *session;
	LIBSSH2_CHANNEL *channel;
	struct tunnel *tunnel; /* that fd is an end of; NULL: a socket */
	char *locked; /* the key file whose passphrase is not known; or NULL */
};

/* A session of the library that is connected to nothing yet; NULL: none to be
 * had. */
LIBSSH2_SESSION *session_library_new(void *abstract);
/* The names that are asked for of a method of libssh2. */
const char *session_method_names(int method);
struct session *session_new(const struct ssh_target *target);
/* The time to connect and log in begins now. */
void session_restart_clock(struct session *session,
    const struct ssh_target *target);
void session_free(struct session *session);
/* Connects, looks at the host key and logs in; where that takes a passphrase
 * that nobody said yet, it is asked for meanwhile, and then all begins anew. */
bool session_connect(struct session **session, const struct ssh_target *target,
    struct err *err);
/* rc of libssh2: false, with what it says. */
bool session_fail(struct session *session, int rc, const char *what,
    struct err *err);
/* Has any come?  Whatever reads the connection keeps what is not its own. */
bool session_has_output(struct session *session);

/* Makes the session's socket one end of a way through the target's jump host. */
bool session_dial_through(struct session *session,
    const struct ssh_target *target, struct err *err);
void tunnel_free(struct tunnel *tunnel); /* NULL is fine */

/* After LIBSSH2_ERROR_EAGAIN: true when it is worth calling again. */
bool session_wait(struct session *session);

/* By the keys that struct ssh_key names; the host key must have been looked at
 * before. */
bool session_log_in(struct session *session, const struct ssh_target *target,
    struct err *err);

#endif

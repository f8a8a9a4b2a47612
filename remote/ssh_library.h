/* Between the two files that know libssh2: the connection, and logging in. */
#ifndef REMOTE_SSH_LIBRARY_H
#define REMOTE_SSH_LIBRARY_H

#include <libssh2.h>

#include "ssh_transport.h"

/* A connection, or one of the two of a way over a jump host. */
struct session {
	struct ssh base;
	int fd;
	size_t received, receive_max; /* bytes from the socket */
	LIBSSH2_SESSION *session;
	LIBSSH2_CHANNEL *channel;
	struct tunnel *tunnel; /* that fd is an end of; NULL: a socket */
};

/* After LIBSSH2_ERROR_EAGAIN: true when it is worth calling again. */
bool session_wait(struct session *session);

/* By the keys that struct ssh_key names; the host key must have been looked at
 * before. */
bool session_log_in(struct session *session, const struct ssh_target *target,
    struct err *err);

#endif

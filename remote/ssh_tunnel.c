/* Through a jump host. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "policy/mem.h"

#include "dial.h"
#include "ssh_library.h"

/* The way through a jump host: a thread carries bytes between the channel of
 * the first connection and the socket pair of the second. */
struct tunnel {
	struct session *hop;
	int inner; /* our end; the session has the other */
	pthread_t thread;
	bool running;
};

struct flow {
	char data[32768];
	size_t at, len;
};

/* From the channel to our end of the pair; false when that is over. */
static bool
carry_down(struct tunnel *t, struct flow *flow, bool *moved)
{
	ssize_t n;

	if (!flow->len) {
		n = libssh2_channel_read(t->hop->channel, flow->data,
		    sizeof(flow->data));
		if (n == LIBSSH2_ERROR_EAGAIN)
			return true;
		if (n <= 0)
			return false;
		flow->at = 0;
		flow->len = (size_t)n;
		*moved = true;
	}
	n = send(t->inner, flow->data + flow->at, flow->len,
	    MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	flow->at += (size_t)n;
	flow->len -= (size_t)n;
	*moved = true;
	return true;
}

static bool
carry_up(struct tunnel *t, struct flow *flow, bool *moved)
{
	ssize_t n;

	if (!flow->len) {
		n = recv(t->inner, flow->data, sizeof(flow->data),
		    MSG_DONTWAIT);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0)
			return false;
		flow->at = 0;
		flow->len = (size_t)n;
		*moved = true;
	}
	n = libssh2_channel_write(t->hop->channel, flow->data + flow->at,
	    flow->len);
	if (n < 0)
		return n == LIBSSH2_ERROR_EAGAIN;
	flow->at += (size_t)n;
	flow->len -= (size_t)n;
	*moved = true;
	return true;
}

static void
wait_for_either(struct tunnel *t, const struct flow *down,
    const struct flow *up)
{
	int way = libssh2_session_block_directions(t->hop->session);
	struct pollfd pollers[] = {
		{ .fd = t->hop->fd, .events = (short)(POLLIN |
		    (way & LIBSSH2_SESSION_BLOCK_OUTBOUND ? POLLOUT : 0)) },
		{ .fd = t->inner, .events = (short)(
		    (up->len ? 0 : POLLIN) | (down->len ? POLLOUT : 0)) },
	};

	poll(pollers, 2, 1000);
}

/* Until either side is gone. */
static void *
carry(void *context)
{
	struct tunnel *t = context;
	struct flow *flows = mem_new(2, sizeof(*flows));
	bool going = true, moved;

	while (going) {
		t->hop->base.deadline = clock_now() + 30000;
		moved = false;
		going = carry_down(t, &flows[0], &moved) &&
		    carry_up(t, &flows[1], &moved);
		if (going && !moved && !session_has_output(t->hop))
			wait_for_either(t, &flows[0], &flows[1]);
	}
	shutdown(t->inner, SHUT_RDWR);
	free(flows);
	return NULL;
}

void
tunnel_free(struct tunnel *tunnel)
{
	if (!tunnel)
		return;
	shutdown(tunnel->inner, SHUT_RDWR);
	if (tunnel->running)
		pthread_join(tunnel->thread, NULL);
	close(tunnel->inner);
	session_free(tunnel->hop);
	free(tunnel);
}

static bool
open_way(struct session *hop, const struct ssh_target *target,
    struct err *err)
{
	hop->receive_max = SIZE_MAX;
	while (!(hop->channel = libssh2_channel_direct_tcpip_ex(hop->session,
	    target->host, target->port, "127.0.0.1", 0))) {
		int rc = libssh2_session_last_errno(hop->session);

		if (rc == LIBSSH2_ERROR_CHANNEL_FAILURE)
			return fail_as(err, ERR_REACH, "the jump host %s does "
			    "not connect to %s port %u", target->jump,
			    target->host, target->port);
		if (rc != LIBSSH2_ERROR_EAGAIN || !session_wait(hop))
			return session_fail(hop, rc, "jump host", err);
	}
	return true;
}

bool
session_dial_through(struct session *s, const struct ssh_target *target,
    struct err *err)
{
	struct tunnel *t;
	struct hop hop;
	int pair[2];

	if (!hop_parse(&hop, target, err))
		return false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
	        pair) != 0)
		return fail_as(err, ERR_REACH, "a socket pair: %s",
		    strerror(errno));
	t = s->tunnel = mem_new(1, sizeof(*t));
	s->fd = pair[0];
	t->inner = pair[1];
	if (!session_connect(&t->hop, &hop.target, err))
		return fail_in(err, "jump host %s", target->jump);
	/* A person may have been asked for a passphrase meanwhile. */
	session_restart_clock(s, target);
	if (!open_way(t->hop, target, err))
		return false;
	t->running = pthread_create(&t->thread, NULL, carry, t) == 0;
	return t->running || fail_as(err, ERR_REACH, "no thread for the way "
	    "through %s", target->jump);
}

bool
ssh_library_way(struct ssh **ssh, const struct ssh_target *target, int *fd,
    struct err *err)
{
	struct session *s = session_new(target);

	*ssh = &s->base;
	if (!session_dial_through(s, target, err))
		return false;
	*fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 3);
	return *fd >= 0 || fail_as(err, ERR_REACH, "%s", strerror(errno));
}

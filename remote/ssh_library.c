#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "policy/mem.h"

#include "dial.h"
#include "keyring.h"
#include "ssh_key.h"
#include "ssh_library.h"
#include "ssh_memory.h"

#define HANDSHAKE_MAX (1u << 20) /* bytes until we are logged in */

/* Algorithms that were looked at; libssh2 offers others by default that nobody
 * should use (CBC, MD5, SHA-1, arcfour). */
static const struct {
	int method;
	const char *names;
} methods[] = {
	{ LIBSSH2_METHOD_KEX,
	    "curve25519-sha256,curve25519-sha256@libssh.org,"
	    "ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
	    "diffie-hellman-group-exchange-sha256", },
	{ LIBSSH2_METHOD_CRYPT_CS, "aes256-ctr,aes128-ctr", },
	{ LIBSSH2_METHOD_CRYPT_SC, "aes256-ctr,aes128-ctr", },
	{ LIBSSH2_METHOD_MAC_CS, "hmac-sha2-256,hmac-sha2-512", },
	{ LIBSSH2_METHOD_MAC_SC, "hmac-sha2-256,hmac-sha2-512", },
};

#define ANY_HOST_KEY \
	"ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384," \
	"ecdsa-sha2-nistp521"

const char *
session_method_names(int method)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (methods[i].method == method)
			return methods[i].names;
	return method == LIBSSH2_METHOD_HOSTKEY ? ANY_HOST_KEY : "";
}

/* --- waiting and messages ---------------------------------------------- */

/* libssh2 goes on reading as long as there is something, so that a flood would
 * keep it busy for ever: the deadline and the caps are held here. */
static LIBSSH2_RECV_FUNC(receive)
{
	struct session *s = *abstract;
	ssize_t n;

	if (clock_now() > s->base.deadline)
		return -ETIMEDOUT;
	n = recv(socket, buffer, length, flags);
	if (n < 0)
		return -errno;
	s->received += (size_t)n;
	return s->received > s->receive_max ? -EMSGSIZE : n;
}

bool
session_wait(struct session *s)
{
	int way = libssh2_session_block_directions(s->session);
	short events = 0;

	if (!way || (way & LIBSSH2_SESSION_BLOCK_INBOUND))
		events |= POLLIN;
	if (way & LIBSSH2_SESSION_BLOCK_OUTBOUND)
		events |= POLLOUT;
	return dial_wait(s->fd, events, s->base.deadline);
}

/* What went wrong, in words; what a server sent is never among them. */
bool
session_fail(struct session *s, int rc, const char *what, struct err *err)
{
	switch (rc) {
	case LIBSSH2_ERROR_EAGAIN:
		return fail_as(err, ERR_REACH,
		    "%s: no answer in time", what);
	case LIBSSH2_ERROR_KEX_FAILURE:
	case LIBSSH2_ERROR_METHOD_NONE:
	case LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE:
		return fail_as(err, ERR_REACH,
		    "%s: no algorithm in common (a host that has only an RSA "
		    "key must get an ed25519 or ECDSA one)", what);
	case LIBSSH2_ERROR_SOCKET_DISCONNECT:
	case LIBSSH2_ERROR_SOCKET_RECV:
	case LIBSSH2_ERROR_SOCKET_SEND:
	case LIBSSH2_ERROR_BANNER_RECV:
		return fail_as(err, ERR_REACH,
		    "%s: the connection was closed", what);
	default:
		(void)s;
		return fail_as(err, ERR_REACH, "%s: SSH error %d", what, rc);
	}
}

/* --- host keys --------------------------------------------------------- */

static bool
copy_host_key(struct session *s, struct host_key *key, struct err *err)
{
	size_t len = 0;
	int type = 0;
	const char *blob = libssh2_session_hostkey(s->session, &len, &type);

	return host_key_parse(key, blob, len) ||
	    fail_as(err, ERR_REACH, "the host key is not usable");
}

static bool
check_host_key(struct session *s, const struct host_key *pin, struct err *err)
{
	char seen[FINGERPRINT_SIZE], want[FINGERPRINT_SIZE];
	struct host_key key;

	if (!copy_host_key(s, &key, err))
		return false;
	if (key.blob_len == pin->blob_len &&
	    !CRYPTO_memcmp(key.blob, pin->blob, pin->blob_len))
		return true;
	host_key_fingerprint(&key, seen);
	host_key_fingerprint(pin, want);
	return fail_as(err, ERR_REACH,
	    "ANOTHER HOST KEY: the gateway shows %s %s, but %s is trusted; "
	    "nothing was sent; if its key was changed on purpose, trust the "
	    "new one with: relayadm gateway trust", key.type, seen, want);
}

/* --- the session ------------------------------------------------------- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int library_rc;

static void
start_library(void)
{
	library_rc = libssh2_init(0);
}

LIBSSH2_SESSION *
session_library_new(void *abstract)
{
	pthread_once(&once, start_library);
	return library_rc ? NULL : libssh2_session_init_ex(zero_alloc,
	    zero_free, zero_realloc, abstract);
}

void
session_free(struct session *s)
{
	if (!s)
		return;
	/* With the socket gone nothing below waits for the other side. */
	if (s->fd >= 0) {
		if (s->session)
			libssh2_session_disconnect(s->session, "bye");
		close(s->fd);
	}
	if (s->channel)
		libssh2_channel_free(s->channel);
	if (s->session)
		libssh2_session_free(s->session);
	tunnel_free(s->tunnel);
	buf_free(&s->base.output);
	free(s->locked);
	free(s);
}

static void
close_session(struct ssh *ssh)
{
	session_free((struct session *)ssh);
}

static bool
prefer_methods(struct session *s, const char *host_key_types, struct err *err)
{
	int rc = libssh2_session_method_pref(s->session,
	    LIBSSH2_METHOD_HOSTKEY, host_key_types);

	for (size_t i = 0; !rc && i < sizeof(methods) / sizeof(methods[0]);
	     i++)
		rc = libssh2_session_method_pref(s->session,
		    methods[i].method, methods[i].names);
	return !rc || fail_as(err, ERR_REACH,
	    "the host key type %s cannot be used; ed25519 and ECDSA can",
	    host_key_types);
}

/* The library takes callbacks of every kind as one kind of pointer. */
static void *
receive_callback(void)
{
	LIBSSH2_RECV_FUNC((*function)) = receive;
	void *pointer;

	memcpy(&pointer, &function, sizeof(pointer));
	return pointer;
}

static bool
shake_hands(struct session *s, const char *host_key_types, struct err *err)
{
	int rc;

	s->session = session_library_new(s);
	if (!s->session)
		return fail_as(err, ERR_REACH, "libssh2 does not start");
	libssh2_session_callback_set(s->session, LIBSSH2_CALLBACK_RECV,
	    receive_callback());
	libssh2_session_set_blocking(s->session, 0);
	if (!prefer_methods(s, host_key_types, err))
		return false;
	while ((rc = libssh2_session_handshake(s->session, s->fd)) ==
	    LIBSSH2_ERROR_EAGAIN && session_wait(s))
		continue;
	return !rc || session_fail(s, rc, "handshake", err);
}

void
session_restart_clock(struct session *s, const struct ssh_target *target)
{
	unsigned seconds = target->connect_seconds ? target->connect_seconds
	                                           : CONNECT_SECONDS;

	s->base.deadline = clock_now() + (int64_t)seconds * 1000;
}

struct session *
session_new(const struct ssh_target *target)
{
	struct session *s = mem_new(1, sizeof(*s));

	s->base.transport = &transport_library;
	s->base.output_most = SSH_OUTPUT_MAX;
	session_restart_clock(s, target);
	s->fd = -1;
	s->receive_max = HANDSHAKE_MAX;
	return s;
}

static bool
connect_to(struct session **out, const struct ssh_target *target,
    const char *host_key_types, struct err *err)
{
	struct session *s = session_new(target);

	*out = s;
	if (target->jump) {
		if (!session_dial_through(s, target, err))
			return false;
	} else {
		s->fd = dial(target->host, target->port, s->base.deadline,
		    err);
	}
	return s->fd >= 0 && shake_hands(s, host_key_types, err);
}

static bool
fetch_host_key(const struct ssh_target *target, struct host_key *key,
    struct err *err)
{
	struct session *s = NULL;
	bool ok = connect_to(&s, target, ANY_HOST_KEY, err) &&
	    copy_host_key(s, key, err);

	session_free(s);
	return ok;
}

/* --- the connection ----------------------------------------------------- */

/* *locked: the key file that takes a passphrase, or NULL. */
static bool
try_connect(struct session **out, const struct ssh_target *target,
    char **locked, struct err *err)
{
	bool ok = connect_to(out, target, target->pin->type, err) &&
	    check_host_key(*out, target->pin, err) &&
	    session_log_in(*out, target, err);

	*locked = NULL;
	if (!ok) {
		*locked = (*out)->locked;
		(*out)->locked = NULL;
		session_free(*out);
		*out = NULL;
	}
	return ok;
}

bool
session_connect(struct session **out, const struct ssh_target *target,
    struct err *err)
{
	char *locked;
	bool ok = try_connect(out, target, &locked, err);
	enum unlocking how = locked ? keyring_unlock(locked) : UNLOCK_UNTOLD;

	if (how == UNLOCK_WRONG)
		fail_as(err, ERR_REACH, "the passphrase of the key %s was "
		    "wrong", locked);
	free(locked);
	if (how == UNLOCK_DONE) {
		ok = try_connect(out, target, &locked, err);
		free(locked);
	}
	return ok;
}

static bool
open_session(struct ssh **out, const struct ssh_target *target,
    struct err *err)
{
	struct session *s = NULL;

	if (!session_connect(&s, target, err))
		return false;
	*out = &s->base;
	return true;
}

bool
session_has_output(struct session *s)
{
	return libssh2_poll_channel_read(s->channel, 0) > 0;
}

/* --- the command ------------------------------------------------------- */

static bool
start(struct ssh *ssh, const char *command, struct err *err)
{
	struct session *s = (struct session *)ssh;
	int rc;

	/* Padding and keys come on top of the output. */
	s->receive_max = 2 * ssh->output_most;
	while (!(s->channel = libssh2_channel_open_session(s->session))) {
		rc = libssh2_session_last_errno(s->session);
		if (rc != LIBSSH2_ERROR_EAGAIN || !session_wait(s))
			return session_fail(s, rc, "opening a channel", err);
	}
	while ((rc = libssh2_channel_exec(s->channel, command)) ==
	    LIBSSH2_ERROR_EAGAIN && session_wait(s))
		continue;
	return !rc || session_fail(s, rc, "starting the command", err);
}

static bool
send_all(struct ssh *ssh, const char *at, size_t len, struct err *err)
{
	struct session *s = (struct session *)ssh;

	while (len) {
		ssize_t n = libssh2_channel_write(s->channel, at, len);

		if (n > 0) {
			at += n;
			len -= (size_t)n;
		} else if (n != LIBSSH2_ERROR_EAGAIN || !session_wait(s)) {
			return session_fail(s, (int)n, "sending", err);
		}
	}
	return true;
}

static void
drain_errors(struct session *s)
{
	char text[1024];
	ssize_t n;

	while ((n = libssh2_channel_read_stderr(s->channel, text,
	    sizeof(text))) > 0)
		ssh_take_errors(&s->base, text, (size_t)n);
}

static bool
read_some(struct ssh *ssh, struct err *err)
{
	struct session *s = (struct session *)ssh;
	char text[16384];
	ssize_t n;

	n = libssh2_channel_read(s->channel, text, sizeof(text));
	drain_errors(s);
	if (n > 0)
		return ssh_take_output(ssh, text, (size_t)n, err);
	if (n && n != LIBSSH2_ERROR_EAGAIN)
		return session_fail(s, (int)n, "reading", err);
	/* Reading the errors may have brought in output, too; the socket says
	 * nothing of it any more. */
	if (session_has_output(s))
		return true;
	if (libssh2_channel_eof(s->channel)) {
		ssh->output_end = true;
		return true;
	}
	return session_wait(s) ||
	    session_fail(s, LIBSSH2_ERROR_EAGAIN, "reading", err);
}

static bool
end_input(struct ssh *ssh, struct err *err)
{
	struct session *s = (struct session *)ssh;
	int rc;

	while ((rc = libssh2_channel_send_eof(s->channel)) ==
	    LIBSSH2_ERROR_EAGAIN && session_wait(s))
		continue;
	return !rc || session_fail(s, rc, "ending the command", err);
}

static bool
finish(struct ssh *ssh, int *status, struct err *err)
{
	struct session *s = (struct session *)ssh;
	char *signal = NULL;
	int rc;

	while ((rc = libssh2_channel_close(s->channel)) ==
	    LIBSSH2_ERROR_EAGAIN && session_wait(s))
		continue;
	while (!rc && (rc = libssh2_channel_wait_closed(s->channel)) ==
	    LIBSSH2_ERROR_EAGAIN && session_wait(s))
		rc = 0;
	if (rc)
		return session_fail(s, rc, "ending the command", err);
	libssh2_channel_get_exit_signal(s->channel, &signal, NULL, NULL,
	    NULL, NULL, NULL);
	if (signal) {
		libssh2_free(s->session, signal);
		return fail_as(err, ERR_REACH,
		    "the command on the gateway was killed");
	}
	*status = libssh2_channel_get_exit_status(s->channel);
	return true;
}

const struct transport transport_library = {
	.open = open_session,
	.fetch_host_key = fetch_host_key,
	.start = start,
	.write = send_all,
	.read_some = read_some,
	.end_input = end_input,
	.finish = finish,
	.close = close_session,
};

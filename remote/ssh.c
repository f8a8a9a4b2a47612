#include "config.h"

#include <libssh2.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "policy/mem.h"

#include "dial.h"
#include "ssh.h"
#include "ssh_key.h"
#include "ssh_memory.h"

#define CONNECT_SECONDS 20
#define HANDSHAKE_MAX (1u << 20) /* bytes until we are logged in */
#define AGENT_KEYS_MAX 4 /* below sshd's MaxAuthTries of 6 */
#define ERROR_TEXT 4096

struct ssh {
	int fd;
	int64_t deadline; /* of the present operation */
	size_t received, receive_max; /* bytes from the socket */
	LIBSSH2_SESSION *session;
	LIBSSH2_CHANNEL *channel;
	struct buf output; /* read, not yet taken as lines */
	size_t output_total;
	bool output_end;
	char error_text[ERROR_TEXT + 1];
	size_t error_len;
};

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

/* --- waiting and messages ---------------------------------------------- */

static void
set_deadline(struct ssh *ssh, unsigned seconds)
{
	ssh->deadline = clock_now() + (int64_t)seconds * 1000;
}

/* libssh2 goes on reading as long as there is something, so that a flood would
 * keep it busy for ever: the deadline and the caps are held here. */
static LIBSSH2_RECV_FUNC(receive)
{
	struct ssh *ssh = *abstract;
	ssize_t n;

	if (clock_now() > ssh->deadline)
		return -ETIMEDOUT;
	n = recv(socket, buffer, length, flags);
	if (n < 0)
		return -errno;
	ssh->received += (size_t)n;
	return ssh->received > ssh->receive_max ? -EMSGSIZE : n;
}

/* After LIBSSH2_ERROR_EAGAIN: true when it is worth calling again. */
static bool
wait_io(struct ssh *ssh)
{
	int way = libssh2_session_block_directions(ssh->session);
	short events = 0;

	if (!way || (way & LIBSSH2_SESSION_BLOCK_INBOUND))
		events |= POLLIN;
	if (way & LIBSSH2_SESSION_BLOCK_OUTBOUND)
		events |= POLLOUT;
	return dial_wait(ssh->fd, events, ssh->deadline);
}

/* What went wrong, in words; what a server sent is never among them. */
static bool
fail_ssh(struct ssh *ssh, int rc, const char *what, struct err *err)
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
		(void)ssh;
		return fail_as(err, ERR_REACH, "%s: SSH error %d", what, rc);
	}
}

/* --- host keys --------------------------------------------------------- */

static bool
copy_host_key(struct ssh *ssh, struct host_key *key, struct err *err)
{
	size_t len = 0;
	int type = 0;
	const char *blob = libssh2_session_hostkey(ssh->session, &len, &type);

	return host_key_parse(key, blob, len) ||
	    fail_as(err, ERR_REACH, "the host key is not usable");
}

static bool
check_host_key(struct ssh *ssh, const struct host_key *pin, struct err *err)
{
	char seen[FINGERPRINT_SIZE], want[FINGERPRINT_SIZE];
	struct host_key key;

	if (!copy_host_key(ssh, &key, err))
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

void
ssh_close(struct ssh *ssh)
{
	if (!ssh)
		return;
	/* With the socket gone nothing below waits for the other side. */
	if (ssh->fd >= 0) {
		if (ssh->session)
			libssh2_session_disconnect(ssh->session, "bye");
		close(ssh->fd);
	}
	if (ssh->channel)
		libssh2_channel_free(ssh->channel);
	if (ssh->session)
		libssh2_session_free(ssh->session);
	buf_free(&ssh->output);
	free(ssh);
}

static bool
prefer_methods(struct ssh *ssh, const char *host_key_types, struct err *err)
{
	int rc = libssh2_session_method_pref(ssh->session,
	    LIBSSH2_METHOD_HOSTKEY, host_key_types);

	for (size_t i = 0; !rc && i < sizeof(methods) / sizeof(methods[0]);
	     i++)
		rc = libssh2_session_method_pref(ssh->session,
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
shake_hands(struct ssh *ssh, const char *host_key_types, struct err *err)
{
	int rc;

	pthread_once(&once, start_library);
	if (library_rc)
		return fail_as(err, ERR_REACH, "libssh2 does not start");
	ssh->session = libssh2_session_init_ex(zero_alloc, zero_free,
	    zero_realloc, ssh);
	if (!ssh->session)
		return fail_as(err, ERR_REACH, "libssh2: out of memory");
	libssh2_session_callback_set(ssh->session, LIBSSH2_CALLBACK_RECV,
	    receive_callback());
	libssh2_session_set_blocking(ssh->session, 0);
	if (!prefer_methods(ssh, host_key_types, err))
		return false;
	while ((rc = libssh2_session_handshake(ssh->session, ssh->fd)) ==
	    LIBSSH2_ERROR_EAGAIN && wait_io(ssh))
		continue;
	return !rc || fail_ssh(ssh, rc, "handshake", err);
}

static bool
connect_to(struct ssh **out, const struct ssh_target *target,
    const char *host_key_types, struct err *err)
{
	struct ssh *ssh = mem_new(1, sizeof(*ssh));
	unsigned seconds = target->connect_seconds ? target->connect_seconds
	                                           : CONNECT_SECONDS;

	*out = ssh;
	ssh->fd = -1;
	ssh->receive_max = HANDSHAKE_MAX;
	set_deadline(ssh, seconds);
	if (target->jump)
		return fail_as(err, ERR_REACH, "jump hosts (%s) are not "
		    "supported yet; name a host that can be reached directly",
		    target->jump);
	if (!*target->host)
		return fail_as(err, ERR_REACH, "the gateway has no SSH host; "
		    "set ssh.host");
	ssh->fd = dial(target->host, target->port, ssh->deadline, err);
	return ssh->fd >= 0 && shake_hands(ssh, host_key_types, err);
}

bool
ssh_fetch_host_key(const struct ssh_target *target, struct host_key *key,
    struct err *err)
{
	struct ssh *ssh = NULL;
	bool ok = connect_to(&ssh, target, ANY_HOST_KEY, err) &&
	    copy_host_key(ssh, key, err);

	ssh_close(ssh);
	return ok;
}

/* --- logging in -------------------------------------------------------- */

static bool
fail_login(const struct ssh_target *target, const char *with, int rc,
    struct err *err)
{
	if (rc == LIBSSH2_ERROR_FILE || rc == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED
	    || rc == LIBSSH2_ERROR_METHOD_NONE)
		return fail_as(err, ERR_REACH, "the key %s cannot be read: "
		    "wrong passphrase, or not an ed25519 or ECDSA key", with);
	if (rc == LIBSSH2_ERROR_EAGAIN)
		return fail_as(err, ERR_REACH, "logging in: no answer in time");
	if (rc == LIBSSH2_ERROR_SOCKET_DISCONNECT ||
	    rc == LIBSSH2_ERROR_SOCKET_RECV)
		return fail_as(err, ERR_REACH, "logging in: the connection was "
		    "closed");
	return fail_as(err, ERR_REACH, "the gateway refused %s for user %s; "
	    "put its public key into that user's authorized_keys (ed25519 or "
	    "ECDSA, not RSA)", with, target->user);
}

static int
try_file(struct ssh *ssh, const struct ssh_target *target, const char *file)
{
	const char *passphrase = target->key ? target->key->passphrase : NULL;
	int rc;

	while ((rc = libssh2_userauth_publickey_fromfile_ex(ssh->session,
	    target->user, (unsigned)strlen(target->user), NULL, file,
	    passphrase)) == LIBSSH2_ERROR_EAGAIN && wait_io(ssh))
		continue;
	return rc;
}

/* only: NULL for any key that both sides can use. */
static bool
is_wanted(const struct libssh2_agent_publickey *identity,
    const struct host_key *only)
{
	const unsigned char *blob = identity->blob;

	if (only)
		return identity->blob_len == only->blob_len &&
		    !memcmp(blob, only->blob, only->blob_len);
	return identity->blob_len > 19 && (!memcmp(blob + 4, "ssh-ed25519", 11)
	    || !memcmp(blob + 4, "ecdsa-sha2-nist", 15));
}

static int
try_identities(struct ssh *ssh, const struct ssh_target *target,
    LIBSSH2_AGENT *agent, const struct host_key *only)
{
	struct libssh2_agent_publickey *identity = NULL;
	int rc = LIBSSH2_ERROR_AGENT_PROTOCOL, tried = 0;

	while (tried < AGENT_KEYS_MAX && !libssh2_agent_get_identity(agent,
	    &identity, identity)) {
		if (!is_wanted(identity, only))
			continue;
		tried++;
		while ((rc = libssh2_agent_userauth(agent, target->user,
		    identity)) == LIBSSH2_ERROR_EAGAIN && wait_io(ssh))
			continue;
		if (!rc)
			break;
	}
	return rc;
}

/* 0, or why not; LIBSSH2_ERROR_AGENT_PROTOCOL when there is no usable key. */
static int
try_agent(struct ssh *ssh, const struct ssh_target *target,
    const struct host_key *only)
{
	LIBSSH2_AGENT *agent = NULL;
	int rc = LIBSSH2_ERROR_AGENT_PROTOCOL;

	if (!getenv("SSH_AUTH_SOCK"))
		return rc;
	agent = libssh2_agent_init(ssh->session);
	if (!agent)
		return rc;
	if (!libssh2_agent_connect(agent) &&
	    !libssh2_agent_list_identities(agent))
		rc = try_identities(ssh, target, agent, only);
	libssh2_agent_disconnect(agent);
	libssh2_agent_free(agent);
	return rc;
}

static bool
log_in_by_file(struct ssh *ssh, const struct ssh_target *target,
    const char *file, struct err *err)
{
	struct host_key public;
	int rc;

	/* The agent may hold it unlocked; no other key of it is offered. */
	if (key_file_public(file, &public) && !try_agent(ssh, target, &public))
		return true;
	if (access(file, R_OK) < 0)
		return fail_as(err, ERR_REACH, "key file %s: %s", file,
		    strerror(errno));
	rc = try_file(ssh, target, file);
	return !rc || fail_login(target, file, rc, err);
}

static bool
log_in(struct ssh *ssh, const struct ssh_target *target, struct err *err)
{
	const char *file = target->key ? target->key->file : NULL;
	char *found;
	int rc;
	bool ok;

	if (!file)
		file = getenv("RELAYADM_SSH_KEY");
	if (file && *file)
		return log_in_by_file(ssh, target, file, err);
	rc = try_agent(ssh, target, NULL);
	if (!rc)
		return true;
	found = key_file_default();
	if (found)
		ok = log_in_by_file(ssh, target, found, err);
	else if (rc != LIBSSH2_ERROR_AGENT_PROTOCOL)
		ok = fail_login(target, "the agent's keys", rc, err);
	else
		ok = fail_as(err, ERR_REACH, "there is no key to log in with: "
		    "set RELAYADM_SSH_KEY to a key file, start an agent that "
		    "holds one, or make ~/.ssh/id_ed25519");
	free(found);
	return ok;
}

bool
ssh_open(struct ssh **out, const struct ssh_target *target, struct err *err)
{
	bool ok;

	*out = NULL;
	if (!target->pin || !*target->pin->type)
		return fail_as(err, ERR_REACH, "its host key is not trusted "
		    "yet; use: relayadm gateway trust");
	ok = connect_to(out, target, target->pin->type, err) &&
	    check_host_key(*out, target->pin, err) &&
	    log_in(*out, target, err);
	if (!ok) {
		ssh_close(*out);
		*out = NULL;
	}
	return ok;
}

/* --- the command ------------------------------------------------------- */

bool
ssh_start(struct ssh *ssh, const char *command, struct err *err)
{
	int rc;

	set_deadline(ssh, CONNECT_SECONDS);
	/* Padding and keys come on top of the output. */
	ssh->receive_max = 2 * (size_t)SSH_OUTPUT_MAX;
	while (!(ssh->channel = libssh2_channel_open_session(ssh->session))) {
		rc = libssh2_session_last_errno(ssh->session);
		if (rc != LIBSSH2_ERROR_EAGAIN || !wait_io(ssh))
			return fail_ssh(ssh, rc, "opening a channel", err);
	}
	while ((rc = libssh2_channel_exec(ssh->channel, command)) ==
	    LIBSSH2_ERROR_EAGAIN && wait_io(ssh))
		continue;
	return !rc || fail_ssh(ssh, rc, "starting the command", err);
}

bool
ssh_write(struct ssh *ssh, const void *data, size_t len, unsigned seconds,
    struct err *err)
{
	const char *at = data;

	set_deadline(ssh, seconds);
	while (len) {
		ssize_t n = libssh2_channel_write(ssh->channel, at, len);

		if (n > 0) {
			at += n;
			len -= (size_t)n;
		} else if (n != LIBSSH2_ERROR_EAGAIN || !wait_io(ssh)) {
			return fail_ssh(ssh, (int)n, "sending", err);
		}
	}
	return true;
}

static void
drain_errors(struct ssh *ssh)
{
	char text[1024];
	ssize_t n;

	while ((n = libssh2_channel_read_stderr(ssh->channel, text,
	    sizeof(text))) > 0) {
		size_t room = ERROR_TEXT - ssh->error_len;
		size_t take = (size_t)n < room ? (size_t)n : room;

		memcpy(ssh->error_text + ssh->error_len, text, take);
		ssh->error_len += take;
	}
}

/* Reads once, what there is; false at a failure. */
static bool
read_some(struct ssh *ssh, struct err *err)
{
	char text[16384];
	ssize_t n;

	n = libssh2_channel_read(ssh->channel, text, sizeof(text));
	drain_errors(ssh);
	if (n > 0) {
		ssh->output_total += (size_t)n;
		if (ssh->output_total > SSH_OUTPUT_MAX)
			return fail_as(err, ERR_REACH,
			    "the gateway sent more than %u MB",
			    SSH_OUTPUT_MAX >> 20);
		buf_addn(&ssh->output, text, (size_t)n);
		return true;
	}
	if (n && n != LIBSSH2_ERROR_EAGAIN)
		return fail_ssh(ssh, (int)n, "reading", err);
	if (libssh2_channel_eof(ssh->channel)) {
		ssh->output_end = true;
		return true;
	}
	return wait_io(ssh) ||
	    fail_ssh(ssh, LIBSSH2_ERROR_EAGAIN, "reading", err);
}

/* The next line of what was read; false when there is no whole one. */
static bool
take_line(struct ssh *ssh, struct buf *line)
{
	char *data = ssh->output.data;
	char *end = ssh->output.len ? memchr(data, '\n', ssh->output.len)
	                            : NULL;
	size_t len, rest;

	if (!end)
		return false;
	len = (size_t)(end - data);
	rest = ssh->output.len - len - 1;
	buf_addn(line, data, len);
	memmove(data, end + 1, rest);
	ssh->output.len = rest;
	return true;
}

bool
ssh_read_line(struct ssh *ssh, struct buf *line, bool *end, unsigned seconds,
    struct err *err)
{
	set_deadline(ssh, seconds);
	*end = false;
	buf_clear(line);
	while (!take_line(ssh, line)) {
		if (ssh->output_end) {
			*end = true;
			return true;
		}
		if (ssh->output.len > SSH_LINE_MAX)
			return fail_as(err, ERR_REACH,
			    "the gateway sent a line of over %d bytes",
			    SSH_LINE_MAX);
		if (clock_now() > ssh->deadline)
			return fail_ssh(ssh, LIBSSH2_ERROR_EAGAIN, "reading",
			    err);
		if (!read_some(ssh, err))
			return false;
	}
	return true;
}

const char *
ssh_error_text(const struct ssh *ssh)
{
	return ssh->error_text;
}

bool
ssh_finish(struct ssh *ssh, int *status, unsigned seconds, struct err *err)
{
	char *signal = NULL;
	int rc;

	*status = -1;
	set_deadline(ssh, seconds);
	while ((rc = libssh2_channel_send_eof(ssh->channel)) ==
	    LIBSSH2_ERROR_EAGAIN && wait_io(ssh))
		continue;
	while (!rc && !ssh->output_end)
		if (!read_some(ssh, err))
			return false;
	while (!rc && (rc = libssh2_channel_close(ssh->channel)) ==
	    LIBSSH2_ERROR_EAGAIN && wait_io(ssh))
		rc = 0;
	while (!rc && (rc = libssh2_channel_wait_closed(ssh->channel)) ==
	    LIBSSH2_ERROR_EAGAIN && wait_io(ssh))
		rc = 0;
	if (rc)
		return fail_ssh(ssh, rc, "ending the command", err);
	libssh2_channel_get_exit_signal(ssh->channel, &signal, NULL, NULL,
	    NULL, NULL, NULL);
	if (signal) {
		libssh2_free(ssh->session, signal);
		return fail_as(err, ERR_REACH,
		    "the command on the gateway was killed");
	}
	*status = libssh2_channel_get_exit_status(ssh->channel);
	return !*status || fail_as(err, ERR_REACH,
	    "the command on the gateway ended with status %d", *status);
}

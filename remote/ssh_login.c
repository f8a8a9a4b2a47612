#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/mem.h"

#include "keyring.h"
#include "ssh_key.h"
#include "ssh_library.h"
#include "ssh_look.h"

static bool
fail_login(const struct ssh_target *target, const char *with, int rc,
    struct err *err)
{
	if (rc == LIBSSH2_ERROR_FILE || rc == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED
	    || rc == LIBSSH2_ERROR_METHOD_NONE)
		return fail_as(err, ERR_REACH, "the key %s cannot be read: it "
		    "is locked by a passphrase (then ssh-add it to an agent), "
		    "or is no ed25519 or ECDSA key", with);
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
try_file(struct session *s, const struct ssh_target *target, const char *file)
{
	char passphrase[PASSPHRASE_SIZE];
	bool known = keyring_get(file, passphrase);
	int rc;

	while ((rc = libssh2_userauth_publickey_fromfile_ex(s->session,
	    target->user, (unsigned)strlen(target->user), NULL, file,
	    known ? passphrase : NULL)) == LIBSSH2_ERROR_EAGAIN &&
	    session_wait(s))
		continue;
	explicit_bzero(passphrase, sizeof(passphrase));
	if (rc && rc != LIBSSH2_ERROR_EAGAIN && !known &&
	    key_file_locked(file))
		s->locked = mem_text(file);
	return rc;
}

/* Without a connection: sending is what fails when the key was read. */
static LIBSSH2_SEND_FUNC(refuse_sending)
{
	(void)socket;
	(void)buffer;
	(void)length;
	(void)flags;
	(void)abstract;
	return -ENOTCONN;
}

bool
key_file_opens(const char *file, const char *passphrase)
{
	LIBSSH2_SEND_FUNC((*function)) = refuse_sending;
	LIBSSH2_SESSION *session = session_library_new(NULL);
	void *pointer;
	int rc;

	if (!session)
		return false;
	memcpy(&pointer, &function, sizeof(pointer));
	libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, pointer);
	rc = libssh2_userauth_publickey_fromfile_ex(session, "key", 3, NULL,
	    file, passphrase);
	libssh2_session_free(session);
	return rc == LIBSSH2_ERROR_SOCKET_SEND;
}

/* only: NULL for any key that both sides can use. */
static bool
is_wanted(const struct libssh2_agent_publickey *identity,
    const struct host_key *only)
{
	struct host_key key;

	if (only)
		return identity->blob_len == only->blob_len &&
		    !memcmp(identity->blob, only->blob, only->blob_len);
	return host_key_parse(&key, identity->blob, identity->blob_len) &&
	    ssh_type_usable(key.type);
}

static int
try_identities(struct session *s, const struct ssh_target *target,
    LIBSSH2_AGENT *agent, const struct host_key *only)
{
	struct libssh2_agent_publickey *identity = NULL;
	int rc = LIBSSH2_ERROR_AGENT_PROTOCOL, tried = 0;

	while (tried < SSH_AGENT_KEYS_MOST && !libssh2_agent_get_identity(agent,
	    &identity, identity)) {
		if (!is_wanted(identity, only))
			continue;
		tried++;
		while ((rc = libssh2_agent_userauth(agent, target->user,
		    identity)) == LIBSSH2_ERROR_EAGAIN && session_wait(s))
			continue;
		if (!rc)
			break;
	}
	return rc;
}

/* 0, or why not; LIBSSH2_ERROR_AGENT_PROTOCOL when there is no usable key. */
static int
try_agent(struct session *s, const struct ssh_target *target,
    const struct host_key *only)
{
	LIBSSH2_AGENT *agent = NULL;
	int rc = LIBSSH2_ERROR_AGENT_PROTOCOL;

	if (!getenv("SSH_AUTH_SOCK"))
		return rc;
	agent = libssh2_agent_init(s->session);
	if (!agent)
		return rc;
	if (!libssh2_agent_connect(agent) &&
	    !libssh2_agent_list_identities(agent))
		rc = try_identities(s, target, agent, only);
	libssh2_agent_disconnect(agent);
	libssh2_agent_free(agent);
	return rc;
}

static bool
log_in_by_file(struct session *s, const struct ssh_target *target,
    const char *file, struct err *err)
{
	struct host_key public;
	int rc;

	/* The agent may hold it unlocked; no other key of it is offered. */
	if (key_file_public(file, &public) && !try_agent(s, target, &public))
		return true;
	if (access(file, R_OK) < 0)
		return fail_as(err, ERR_REACH, "key file %s: %s", file,
		    strerror(errno));
	rc = try_file(s, target, file);
	return !rc || fail_login(target, file, rc, err);
}

bool
session_log_in(struct session *s, const struct ssh_target *target,
    struct err *err)
{
	const char *file = target->key ? target->key->file : NULL;
	char *found;
	int rc;
	bool ok;

	if (!file)
		file = getenv("RELAYADM_SSH_KEY");
	if (file && *file)
		return log_in_by_file(s, target, file, err);
	rc = try_agent(s, target, NULL);
	if (!rc)
		return true;
	found = key_file_default();
	if (found)
		ok = log_in_by_file(s, target, found, err);
	else if (rc != LIBSSH2_ERROR_AGENT_PROTOCOL)
		ok = fail_login(target, "the agent's keys", rc, err);
	else
		ok = fail_as(err, ERR_REACH, "there is no key to log in with: "
		    "set RELAYADM_SSH_KEY to a key file, start an agent that "
		    "holds one, or make ~/.ssh/id_ed25519");
	free(found);
	return ok;
}

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor.h"
#include "pins.h"
#include "policy/mem.h"
#include "remote/ssh_key.h"

/* --- our own key ------------------------------------------------------ */

/* Gateways of the draft that are reached by libssh2; where none is known, those
 * that will be. */
static bool
needs_library(const struct doctor *d)
{
	bool all = !d->draft || !d->draft->gateway_count;

	for (size_t i = 0; !all && i < d->draft->gateway_count; i++)
		all = d->draft->gateways[i]->transport == TRANSPORT_LIBRARY;
	return all;
}

/* Those of the agent that can be used, or this one. */
static size_t
agent_holds(const struct host_key *only)
{
	struct host_key *keys;
	size_t count, usable = 0;

	if (!ssh_agent_keys(&keys, &count))
		return 0;
	for (size_t i = 0; i < count; i++)
		usable += only ? keys[i].blob_len == only->blob_len &&
		        !memcmp(keys[i].blob, only->blob, only->blob_len)
		               : ssh_type_usable(keys[i].type);
	free(keys);
	return usable;
}

/* Something is wrong with it, and was said. */
static bool
spoilt_mode(struct doctor *d, const char *file)
{
	struct stat st;

	if (stat(file, &st) != 0 || access(file, R_OK) != 0) {
		doctor_find(d, VERDICT_FAULT, NULL, "%s: %s", file,
		    strerror(errno));
		doctor_fix(d, "set RELAYADM_SSH_KEY to the file of a private "
		    "key that you may read, or unset it");
		return true;
	}
	if (!(st.st_mode & 077))
		return false;
	doctor_find(d, VERDICT_FAULT, NULL, "%s: mode %04o: others may read "
	    "it", file, (unsigned)(st.st_mode & 07777));
	doctor_fix(d, "chmod 600 %s, and make a new key if somebody may have "
	    "read it", file);
	return true;
}

static void
judge_type(struct doctor *d, const char *file, const struct host_key *key)
{
	const char *type = key->type[0] ? key->type : "a key of unknown type";
	bool locked = key_file_locked(file);
	bool held = key->type[0] && agent_holds(key);

	if (!ssh_type_usable(key->type) && needs_library(d)) {
		doctor_find(d, VERDICT_FAULT, NULL, "%s is %s, by which "
		    "libssh2 %s cannot log in", file, type,
		    ssh_library_version());
		doctor_fix(d, "make an ed25519 key (ssh-keygen -t ed25519), or "
		    "set ssh.transport=openssh at the gateways, which uses "
		    "ssh(1)");
		return;
	}
	doctor_find(d, VERDICT_OK, NULL, "%s, %s, %s%s", file, type,
	    held     ? "held by the agent"
	    : locked ? "locked: its passphrase is asked for once"
	             : "not locked",
	    ssh_type_usable(key->type) ? "" : "; for ssh(1) alone");
}

static void
judge_file(struct doctor *d, const char *file)
{
	struct host_key key;

	if (spoilt_mode(d, file))
		return;
	key_file_own(file, &key);
	judge_type(d, file, &key);
}

void
doctor_key(struct doctor *d)
{
	const char *named = getenv("RELAYADM_SSH_KEY");
	size_t held;
	char *file;

	if (named && *named) {
		judge_file(d, named);
		return;
	}
	held = agent_holds(NULL);
	file = key_file_default();
	if (held)
		doctor_find(d, VERDICT_OK, NULL, "%zu of the agent%s%s", held,
		    file ? ", then " : "", file ? file : "");
	else if (file)
		judge_file(d, file);
	else if (needs_library(d)) {
		doctor_find(d, VERDICT_FAULT, NULL, "there is none to log in "
		    "with");
		doctor_fix(d, "set RELAYADM_SSH_KEY to a key file, start an "
		    "agent that holds one, or make ~/.ssh/id_ed25519 by "
		    "ssh-keygen -t ed25519");
	} else
		doctor_find(d, VERDICT_OK, NULL, "none here; ssh(1) has its "
		    "own ways, which every gateway uses");
	free(file);
}

void
doctor_agent(struct doctor *d)
{
	struct host_key *keys;
	size_t count, usable = 0;

	if (!getenv("SSH_AUTH_SOCK")) {
		doctor_find(d, VERDICT_OK, NULL, "none (SSH_AUTH_SOCK is not "
		    "set)");
		return;
	}
	if (!ssh_agent_keys(&keys, &count)) {
		doctor_find(d, VERDICT_WARNING, NULL, "nobody answers at %s",
		    getenv("SSH_AUTH_SOCK"));
		doctor_fix(d, "start one (eval $(ssh-agent)), log in anew with "
		    "ssh -A, or unset SSH_AUTH_SOCK");
		return;
	}
	for (size_t i = 0; i < count; i++)
		usable += ssh_type_usable(keys[i].type);
	free(keys);
	doctor_find(d, usable > SSH_AGENT_KEYS_MOST ? VERDICT_WARNING
	                                            : VERDICT_OK,
	    NULL, "holds %zu key%s, %zu that libssh2 can use", count,
	    count == 1 ? "" : "s", usable);
	if (usable > SSH_AGENT_KEYS_MOST)
		doctor_fix(d, "only the first %d are offered: name the right "
		    "one by RELAYADM_SSH_KEY, with its .pub beside it",
		    SSH_AGENT_KEYS_MOST);
}

/* --- libssh2 ---------------------------------------------------------- */

void
doctor_algorithms(struct doctor *d)
{
	struct ssh_algorithms own;
	struct buf missing = { 0 };

	ssh_own_algorithms(&own);
	for (int i = 0; i < SSH_METHODS; i++)
		if (!own.names[i].len)
			buf_addf(&missing, "%s%s", missing.len ? ", " : "",
			    ssh_method_words[i]);
	if (missing.len) {
		doctor_find(d, VERDICT_FAULT, NULL, "libssh2 %s has none that "
		    "is good enough for: %s", ssh_library_version(),
		    buf_text(&missing));
		doctor_fix(d, "install another libssh2, or set "
		    "ssh.transport=openssh at the gateways");
	} else {
		doctor_find(d, VERDICT_OK, NULL, "libssh2 %s: host keys %s; "
		    "key exchange %s", ssh_library_version(),
		    buf_text(&own.names[SSH_HOST_KEY]),
		    buf_text(&own.names[SSH_KEX]));
	}
	buf_free(&missing);
	ssh_algorithms_free(&own);
}

/* The ssh(1) that a child would be. */
static bool
find_program(struct buf *path)
{
	const char *at = getenv("PATH");

	for (; at; at = *at ? at + 1 : NULL) {
		size_t len = strcspn(at, ":");

		buf_clear(path);
		buf_addn(path, at, len);
		buf_addf(path, "%sssh", len ? "/" : "");
		if (access(buf_text(path), X_OK) == 0)
			return true;
		at += len;
	}
	return false;
}

void
doctor_program(struct doctor *d)
{
	struct buf path = { 0 };
	size_t users = 0;

	for (size_t i = 0; d->draft && i < d->draft->gateway_count; i++)
		users += d->draft->gateways[i]->transport ==
		    TRANSPORT_PROGRAM;
	if (users && find_program(&path)) {
		doctor_find(d, VERDICT_OK, NULL, "%s, for %zu gateway%s",
		    buf_text(&path), users, users == 1 ? "" : "s");
	} else if (users) {
		doctor_find(d, VERDICT_FAULT, NULL, "ssh(1) is not installed "
		    "here, by which %zu gateway%s reached", users,
		    users == 1 ? " is" : "s are");
		doctor_fix(d, "install openssh-client, or set "
		    "ssh.transport=built-in there");
	}
	buf_free(&path);
}

/* --- host keys -------------------------------------------------------- */

static bool
judge_pin(struct doctor *d, const struct gateway *gateway)
{
	struct buf object = { 0 };
	struct host_keys keys;
	struct err err;
	bool ok = true;

	buf_addf(&object, "gateway %s", gateway->name);
	if (!*gateway->host) {
		doctor_find(d, VERDICT_WARNING, buf_text(&object),
		    "no SSH host is set");
		doctor_fix(d, "relayadm gateway set %s ssh.host=HOST",
		    gateway->name);
		ok = false;
	} else if (!pins_load(d->session->store, gateway, &keys, &err) ||
	    !pins_check(gateway, &keys, &err)) {
		doctor_find(d, VERDICT_FAULT, buf_text(&object), "no host key "
		    "is trusted%s, so nothing is pushed to it",
		    gateway->jump ? ", its own or that of its jump host" : "");
		doctor_fix(d, "compare what relayadm gateway fingerprint %s "
		    "prints with ssh-keygen -lf there, then relayadm gateway "
		    "trust %s --fingerprint SHA256:...", gateway->name,
		    gateway->name);
		ok = false;
	}
	buf_free(&object);
	return ok;
}

void
doctor_host_keys(struct doctor *d)
{
	size_t trusted = 0;

	if (!d->draft)
		return;
	for (size_t i = 0; i < d->draft->gateway_count; i++)
		trusted += judge_pin(d, d->draft->gateways[i]);
	if (!d->draft->gateway_count)
		doctor_find(d, VERDICT_OK, NULL, "there are no gateways yet");
	else if (trusted)
		doctor_find(d, VERDICT_OK, NULL, "trusted of %zu of %zu "
		    "gateways", trusted, d->draft->gateway_count);
}

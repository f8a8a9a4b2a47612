/* SSH to one gateway: a pinned host key, a deadline and a cap on everything.
 *
 * By libssh2 in this process, or by the system's ssh(1) as a child: what that
 * can (RSA, security keys, GSSAPI, certificates, ~/.ssh/config) is then at hand,
 * at the price of a process for each connection.  A struct ssh is for one
 * thread; any number of threads may have one each.  Errors are ERR_REACH. */
#ifndef REMOTE_SSH_H
#define REMOTE_SSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

/* A public host key as in RFC 4253 6.6. */
struct host_key {
	char type[64]; /* "ssh-ed25519", "ecdsa-sha2-nistp256"; "": none */
	unsigned char blob[2048];
	size_t blob_len;
};

#define FINGERPRINT_SIZE 64

/* "SHA256:" and unpadded base64, as ssh-keygen(1) -l prints it. */
void host_key_fingerprint(const struct host_key *key,
    char text[FINGERPRINT_SIZE]);

/* How to prove who we are.  NULL: the key file that $RELAYADM_SSH_KEY names,
 * else the keys of the agent at $SSH_AUTH_SOCK, else ~/.ssh/id_ed25519 or
 * ~/.ssh/id_ecdsa.  A file whose .pub stands beside it is looked for in the
 * agent first, and then only that key of the agent is offered.  The passphrase
 * of one that is locked comes from keyring.h. */
struct ssh_key {
	const char *file; /* private key, ed25519 or ECDSA */
};

/* Those that are trusted: jump only where there is a jump host. */
struct host_keys {
	struct host_key own, jump;
};

struct ssh_target {
	const char *host; /* name or address */
	uint16_t port;
	const char *user;
	const char *jump; /* [user@]host[:port] to go through, or NULL; the
	                     user is the gateway's where none is named */
	int transport;    /* enum transport_kind of policy/policy.h */
	const struct host_key *pin;
	const struct host_key *jump_pin; /* NULL without a jump host */
	const struct ssh_key *key; /* NULL: as said above */
	unsigned connect_seconds;  /* connect, handshake, log in; 0: 20 */
};

struct ssh;

/* Connects, compares the host key with the pinned one and, only then, logs in. */
bool ssh_open(struct ssh **ssh, const struct ssh_target *target,
    struct err *err);
void ssh_close(struct ssh *ssh); /* NULL is fine; never waits */

/* The host key that the target shows: type NULL asks for ed25519, else ECDSA.
 * Nothing is sent but the key exchange. */
bool ssh_fetch_host_key(const struct ssh_target *target, struct host_key *key,
    struct err *err);
/* That of the jump host itself, which need not be trusted yet. */
bool ssh_fetch_jump_key(const struct ssh_target *target, struct host_key *key,
    struct err *err);

/* A way through a gateway: what is written to *fd arrives at host and port as
 * from there.  jump and jump_pin of the target name the gateway, host and port
 * what is behind it, with which no SSH is spoken.  By libssh2 whatever the
 * target's transport is.  The descriptor is the caller's, and not blocking;
 * close the way whatever it says. */
bool ssh_open_way(struct ssh **ssh, const struct ssh_target *target, int *fd,
    struct err *err);

/* One running command.  Its text is a constant of the program. */
bool ssh_start(struct ssh *ssh, const char *command, struct err *err);

/* All of data to the command's input within the seconds. */
bool ssh_write(struct ssh *ssh, const void *data, size_t len, unsigned seconds,
    struct err *err);

/* The next line of the command's output, without its end; a line is at most
 * SSH_LINE_MAX bytes and the output as a whole SSH_OUTPUT_MAX.  *end: there are
 * no more. */
#define SSH_LINE_MAX 65536
#define SSH_OUTPUT_MAX (64u << 20)
bool ssh_read_line(struct ssh *ssh, struct buf *line, bool *end,
    unsigned seconds, struct err *err);

/* Instead of SSH_OUTPUT_MAX, before the command is started: for what is read as
 * it comes and not kept. */
void ssh_allow(struct ssh *ssh, uint64_t output_most);

/* What the command wrote to its error output so far (first 4,096 bytes). */
const char *ssh_error_text(const struct ssh *ssh);

/* Ends the input, waits for the end of the output and the exit status.  True
 * only if the far end said EOF, closed the channel, sent exit status 0 and no
 * exit signal; *status is the status otherwise, or -1 if none came. */
bool ssh_finish(struct ssh *ssh, int *status, unsigned seconds,
    struct err *err);

#endif

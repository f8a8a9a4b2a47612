/* What carries the bytes of a struct ssh: libssh2 in this process, or the
 * system's own ssh(1) as a child.  Only ssh.c and the transports see this. */
#ifndef REMOTE_SSH_TRANSPORT_H
#define REMOTE_SSH_TRANSPORT_H

#include "ssh.h"

#include <sys/types.h>

#define CONNECT_SECONDS 20
#define ERROR_TEXT 4096

/* The beginning of every transport's own struct. */
struct ssh {
	const struct transport *transport;
	int64_t deadline; /* of the present operation, by clock_now() */
	struct buf output; /* read, not yet taken as lines */
	size_t output_taken; /* of it, from its beginning */
	uint64_t output_total, output_most;
	bool output_end;
	char error_text[ERROR_TEXT + 1];
	size_t error_len;
};

/* Each call ends by the deadline; errors are ERR_REACH. */
struct transport {
	bool (*open)(struct ssh **ssh, const struct ssh_target *target,
	    struct err *err);
	bool (*fetch_host_key)(const struct ssh_target *target,
	    struct host_key *key, struct err *err);
	bool (*start)(struct ssh *ssh, const char *command, struct err *err);
	bool (*write)(struct ssh *ssh, const char *data, size_t len,
	    struct err *err);
	/* Reads once what there is and hands it to ssh_take_output(), or sets
	 * output_end. */
	bool (*read_some)(struct ssh *ssh, struct err *err);
	/* After the end of the output. */
	bool (*finish)(struct ssh *ssh, int *status, struct err *err);
	bool (*end_input)(struct ssh *ssh, struct err *err);
	void (*close)(struct ssh *ssh);
};

/* ssh_open_way() */
bool ssh_library_way(struct ssh **ssh, const struct ssh_target *target,
    int *fd, struct err *err);

extern const struct transport transport_library, transport_program;

bool ssh_take_output(struct ssh *ssh, const char *text, size_t len,
    struct err *err);
void ssh_take_errors(struct ssh *ssh, const char *text, size_t len);

/* [user@]host[:port] as a target; user, key and transport are the other's.
 * The texts stand in hop. */
struct hop {
	struct ssh_target target;
	char user[64], host[256];
};
bool hop_parse(struct hop *hop, const struct ssh_target *target,
    struct err *err);

#endif

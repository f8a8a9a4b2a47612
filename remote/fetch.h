/* Files of a gateway, asked for as lines. */
#ifndef REMOTE_FETCH_H
#define REMOTE_FETCH_H

#include "gate.h"

/* Asks one request and hands on every line of the answer.  ERR_REACH, or
 * ERR_REFUSED with what the gateway says. */
struct answer {
	void (*take)(void *context, const struct gate_line *line);
	void *context;
	uint64_t most; /* bytes; 0: SSH_OUTPUT_MAX */
	const char *settings; /* "key value" lines of the request, or NULL */
	const struct buf *payload; /* sent when it asks for it, or NULL */
	unsigned seconds; /* for one line; 0: 60 */
};

bool gateway_ask(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, const char *verb, const struct answer *answer,
    struct err *err);

/* The logs of its mail server, the oldest first: GATE_FILE, and its lines. */
#define LOGS_MOST ((uint64_t)64 << 30)

struct fetched {
	char *path;
	struct buf text; /* printable ASCII; other bytes are '?' */
};

struct fetched_files {
	struct fetched *items;
	size_t count, cap;
};

/* The files that a push placed there, by their paths in a rendering. */
bool files_in_force(const struct gateway *gateway,
    const struct host_keys *pins, const struct ssh_key *key,
    struct fetched_files *files, struct err *err);

/* What a mail server had before: "settings" and "services" as its own tools
 * print them, "overrides" of single services, and the files that these name, by
 * their paths. */
bool files_of_mta(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, struct fetched_files *files, struct err *err);

/* Its text, or NULL. */
const char *fetched_find(const struct fetched_files *files, const char *path);
void fetched_free(struct fetched_files *files);

#endif

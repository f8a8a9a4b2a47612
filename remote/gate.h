/* The dialogue with the script that does the work on a gateway.  Every line of
 * it that counts carries the nonce of the request; all else is ignored. */
#ifndef REMOTE_GATE_H
#define REMOTE_GATE_H

#include "digest.h"
#include "ssh.h"

#include "policy/policy.h"

enum gate_word {
	GATE_STEP,    /* key: word, text: a sentence */
	GATE_SEND,    /* the payload may come */
	GATE_SERVING, /* waits for the confirmation */
	GATE_STATUS,  /* key and text */
	GATE_FILE,    /* text: path of a file whose lines follow */
	GATE_LINE,    /* text: a line of it */
	GATE_RESULT,  /* key: state, text: why; the last line */
	GATE_END,     /* no result came */
};

struct gate_line {
	enum gate_word word;
	int64_t generation; /* of GATE_RESULT */
	char key[32];
	const char *text; /* in line; printable ASCII */
	struct buf line;
};

struct gate {
	struct ssh *ssh;
	char nonce[NONCE_SIZE];
};

/* Connects and sends the request: verb, then "key value" lines (settings). */
bool gate_open(struct gate *gate, const struct gateway *gateway,
    const struct host_keys *pins, const struct ssh_key *key, struct err *err);
bool gate_ask(struct gate *gate, const struct gateway *gateway,
    const char *verb, const char *settings, struct err *err);
/* Has this script run instead of ours, with these lines as its input. */
bool gate_start(struct gate *gate, const struct gateway *gateway,
    const struct buf *script, const char *input, struct err *err);
bool gate_read(struct gate *gate, struct gate_line *line, unsigned seconds,
    struct err *err);
/* After GATE_RESULT: the command must end well too. */
bool gate_finish(struct gate *gate, struct err *err);
/* Why no result came, from what the command said on its error output. */
void gate_explain(const struct gate *gate, char *text, size_t size);
void gate_close(struct gate *gate);

#endif

/* A question to "Who may relay?" as it is typed. */
#ifndef TUI_ASKED_H
#define TUI_ASKED_H

#include <stdbool.h>

#include "policy/name.h"
#include "policy/relay.h"

/* What is not known is "". */
struct asked {
	char server[NAME_SIZE];
	char client[64];
	char name[260];
	char local[64]; /* address:port */
	char recipient[400];
	bool authenticated;
	int64_t then; /* against this revision; 0: the last one */
};

/* Into one of its fields; cut where there is no room. */
void asked_put(char *field, size_t size, const char *text);
/* As a question, whose texts stay the asked ones; fails naming the field. */
bool asked_question(const struct asked *asked, struct question *question,
    struct err *err);
/* "relayadm decide internet --client 192.0.2.1 --recipient a@b", for a shell.
 */
void asked_add_command(struct buf *out, const struct asked *asked);

#endif

/* What happened in this session of the console, a line each, with the command
 * that would have done the same. */
#ifndef TUI_JOURNAL_H
#define TUI_JOURNAL_H

#include <stdint.h>

#include "policy/buf.h"

struct journal_line {
	int64_t time;
	char mark;     /* i ! X */
	char *text;
	char *command; /* for a shell, lines if it takes several; or NULL */
};

struct journal {
	struct journal_line *lines;
	size_t count, cap;
};

void journal_add(struct journal *journal, char mark, const char *text);
/* Of the last line; "" is none. */
void journal_command(struct journal *journal, const char *command);
/* "09:31:00 i text", a line each. */
void journal_add_text(const struct journal *journal, struct buf *out);
void journal_free(struct journal *journal);

#endif

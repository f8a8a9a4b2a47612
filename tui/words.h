/* A line as the words of a command, quoted as a shell does it, and back. */
#ifndef TUI_WORDS_H
#define TUI_WORDS_H

#include "policy/buf.h"
#include "policy/err.h"

struct words {
	char **items; /* ended by NULL */
	size_t count, cap;
};

/* Blanks between words; '...' and "..." and a backslash quote.  Nothing else
 * means anything: no variable, no pattern, no pipe. */
bool words_split(struct words *words, const char *line, struct err *err);
/* Of a line that is being typed: a quote that does not end goes on to its end,
 * and behind a blank a last word of nothing has begun. */
void words_split_begun(struct words *words, const char *line);
void words_add(struct words *words, const char *word);
void words_free(struct words *words);

/* A blank and the word, so that a shell reads it as one word. */
void words_add_quoted(struct buf *out, const char *word);

#endif

/* What can stand at a place of a command: for the console and for shells, from
 * the usage of each command and the tables that are read when it runs. */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include "policy/policy.h"
#include "store/store.h"
#include "words.h"

struct command;

/* Where names come from. */
struct known {
	const struct policy *policy; /* its names are enough */
	struct store *store; /* revisions, what is set aside, sources; or NULL:
	                        none are known */
};

struct offer {
	char *word;
	char *what; /* a few words about it, or NULL */
};

struct offers {
	struct offer *items; /* sorted, each once */
	size_t count, cap;
	bool files, folders; /* one of those can stand there, too */
};

/* The words that begin as the last one of the text does (its part before the
 * cursor); *begun is where in the text that begins. */
void complete_find(struct offers *found, size_t *begun, const char *text,
    const struct command *table, const struct known *known);

/* The same behind these words, without quotes, of which the first is the
 * command. */
void complete_behind(struct offers *found, const struct words *before,
    const char *begun, const struct command *table,
    const struct known *known);

/* Words that are no part of a command: "--option", names of a table (NULL ends
 * it). */
void complete_add(struct offers *found, const char *begun, const char *word,
    const char *what);
void offers_sort(struct offers *offers);
void offers_free(struct offers *offers);

/* How much further all of them agree than len bytes. */
size_t complete_common(const struct offers *found, size_t len);

#endif

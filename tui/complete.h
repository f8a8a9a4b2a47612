/* What can stand at a place of a command. */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include "policy/policy.h"
#include "words.h"

struct command;

/* The words that begin as the last one of the text does (its part before the
 * cursor), sorted; *begun is where in the text that begins. */
void complete_find(struct words *found, size_t *begun, const char *text,
    const struct command *table, const struct policy *policy);

/* How much further all of them agree than len bytes. */
size_t complete_common(const struct words *found, size_t len);

#endif

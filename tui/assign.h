/* "KEY=VALUE" words of the object commands: the field table for scalars, and
 * for what is a list KEY=A,B (all), KEY+=A (add), KEY-=A (remove). */
#ifndef TUI_ASSIGN_H
#define TUI_ASSIGN_H

#include "policy/field.h"
#include "store/store.h"

/* Changes the object by one word.  policy is where included lists are looked
 * up. */
bool assign_word(enum object_kind kind, void *object,
    const struct policy *policy, const char *word, struct err *err);

/* After all words: refuses keys that the object's kind has not, and settles
 * what was not said of a new one. */
bool assign_settle(enum object_kind kind, void *object, bool fresh,
    char **words, int count, struct err *err);

/* "ssh://[user@]host[:port]" into a gateway. */
bool assign_ssh_url(struct gateway *gateway, const char *url, struct err *err);

/* The fields of a kind. */
const struct field *assign_fields(enum object_kind kind);

#endif

/* What one policy allows and another does not, as the commands print it. */
#ifndef TUI_CHANGES_H
#define TUI_CHANGES_H

#include "policy/policy.h"
#include "policy/set.h"

/* Prints the difference; says whether there is none. */
bool changes_print(const struct policy *from, const struct policy *to,
    bool json);

/* Of what one gateway carries. */
bool changes_print_gateway(const struct policy *from, const struct policy *to,
    const char *gateway, bool json);

struct json_t;
/* The same as "diff --json" prints. */
struct json_t *changes_json(const struct policy *from,
    const struct policy *to);
/* {"v4": "65536", "v6": "0"}: all digits, as text. */
struct json_t *counts_json(const struct set *set);

#endif

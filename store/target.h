/* Where entries go: "list:NAME", "server:NAME/relay", "server:NAME/routing". */
#ifndef STORE_TARGET_H
#define STORE_TARGET_H

#include "policy/field.h"
#include "policy/name.h"

struct target {
	char name[NAME_SIZE];
	bool is_list;
	const struct slot *slot; /* NULL for a list and for routing */
	bool is_routing;
};

bool target_parse(struct target *target, const char *text, struct err *err);
void target_add(struct buf *buf, const struct target *target);

/* The entries in this policy; NULL when the object is missing or the target is
 * a routing list. */
struct entries *target_entries(const struct target *target,
    struct policy *policy);

#endif

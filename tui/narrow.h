/* A policy as some gateways have it: they, and the servers that they carry. */
#ifndef TUI_NARROW_H
#define TUI_NARROW_H

#include "policy/policy.h"

/* Borrows from the policy; of gateways that it has not there is nothing. */
struct narrow {
	struct policy policy;
};

void narrow_make(struct narrow *narrow, const struct policy *policy,
    const char *const *gateways, size_t count);
void narrow_free(struct narrow *narrow);

#endif

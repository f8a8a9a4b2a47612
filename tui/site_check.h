/* The check of a policy with what its gateways cannot express. */
#ifndef TUI_SITE_CHECK_H
#define TUI_SITE_CHECK_H

#include "policy/finding.h"

/* Adds dialect-gap for every gateway; the same of two gateways once. */
void site_findings_add(const struct policy *policy,
    const struct compiled *compiled, struct findings *findings);

/* findings_ask(), then the above. */
void site_check(const struct policy *policy, const struct compiled *compiled,
    struct findings *findings);

#endif

/* The core's policy, made from the texts of the model's. */
#ifndef TESTS_POLICY_BUILD_H
#define TESTS_POLICY_BUILD_H

#include "policy/relay.h"

#include "model.h"

struct policy *build_policy(const struct model *model);
/* Borrows the probe's texts. */
struct question build_question(const struct m_probe *probe);

#endif

/* Policies as plain lines, for tests of the push that need no database:
 *     list NAME | member ENTRY
 *     server NAME | listen ADDR:PORT | set FIELD VALUE | entry SLOT ENTRY |
 *         box SLOT | route DOMAIN ACTION [NEXT-HOP]
 *     gateway NAME | set FIELD VALUE | carry SERVER */
#ifndef TESTS_LAB_PLAIN_H
#define TESTS_LAB_PLAIN_H

#include "policy/policy.h"

/* NULL after a message on standard error. */
struct policy *plain_read(const char *path);

#endif

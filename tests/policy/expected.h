/* The findings that the model wants, against those that the core has. */
#ifndef TESTS_POLICY_EXPECTED_H
#define TESTS_POLICY_EXPECTED_H

#include "policy/finding.h"

#include "space.h"

#define EXPECTED_MOST 1000

struct expected {
	struct pair *pair;
	struct {
		const char *code;
		char object[40];
		char begin[200]; /* of the sentence */
	} items[EXPECTED_MOST];
	size_t count;
};

/* kind "server", name, and how the sentence begins. */
void expect(struct expected *expected, const char *code, const char *kind,
    const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* "relay: 192.0.2.0/24 ", if it is wanted. */
void expect_item(struct expected *expected, bool wanted, const char *code,
    const char *server, const char *where, const struct m_item *item);

/* In claims_findings.c and claims_objects.c. */
void expect_entry_findings(struct expected *expected);
void expect_object_findings(struct expected *expected);

#endif

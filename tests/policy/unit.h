/* What every unit test of the core includes. */
#ifndef TESTS_POLICY_UNIT_H
#define TESTS_POLICY_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Fails with the row's text, so that a table says which row it was. */
#define check_row(condition, row)                                         \
	do {                                                              \
		if (!(condition))                                         \
			fail_msg("row '%s': %s", (row), #condition);      \
	} while (0)

#define check_same(got, wanted, row)                                      \
	do {                                                              \
		if (strcmp((got), (wanted)) != 0)                         \
			fail_msg("row '%s': got '%s', wanted '%s'",       \
			    (row), (got), (wanted));                      \
	} while (0)

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

#endif

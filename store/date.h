/* Days as people write them. */
#ifndef STORE_DATE_H
#define STORE_DATE_H

#include "policy/err.h"
#include "span.h"

#define DATE_SIZE 11 /* "2026-12-31" and its NUL */

/* "2026-12-31" (also with a time behind), "2026/12/31", "20261231",
 * "31.12.2026", "31 Dec 2026", "Dec 31, 2026", "31-Dec-2026"; with slashes and
 * the year last only when day and month cannot be mistaken for each other.
 * Two digits for a year, and days that do not exist, are refused. */
bool date_parse(char date[DATE_SIZE], struct span text, struct err *err);

#endif

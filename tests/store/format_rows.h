/* Rows of a table test of formats: text in, entries, what is left and what is
 * bad out. */
#ifndef TESTS_STORE_FORMAT_ROWS_H
#define TESTS_STORE_FORMAT_ROWS_H

#include "store/import.h"

struct format_row {
	const char *name;
	const char *text;
	const char *entries; /* that are taken, as exported in plain */
	const char *left;    /* "LINE reason" of each, as it begins, each with
	                        its '\n'; NULL: none */
	const char *bad;     /* the same of the bad lines */
	struct import_rules rules;
};

/* Reads each row in the format; fails with what differs. */
void check_format_rows(const char *format, const struct format_row *rows,
    size_t count);
/* The whole is refused, in these words at the beginning; name: the row's. */
void check_format_refused(const char *format, const char *name,
    const char *text, const struct import_rules *rules, const char *why);
/* What is written in the format and read again is the same entries; blocks:
 * the same addresses, of entries without names.  Random, from the seed. */
void check_format_round_trip(const char *format, bool blocks, unsigned seed);

#endif

/* Rows of a table test of formats that have whole servers. */
#ifndef TESTS_STORE_SERVER_ROWS_H
#define TESTS_STORE_SERVER_ROWS_H

#include "store/import.h"

struct server_row {
	const char *name;
	const char *text;
	const char *servers; /* a line each, see add_server(); or how the
	                        refusal of all begins */
	const char *left;    /* "LINE reason" of each, as it begins, each with
	                        its '\n'; NULL: none */
	const char *bad;     /* the same of the bad lines */
	bool refused;
	struct import_rules rules;
};

void check_server_rows(const char *format, const struct server_row *rows,
    size_t count);

#endif

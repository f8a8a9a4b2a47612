/* What an import says of single lines, against what is wanted. */
#ifndef TESTS_STORE_TOLD_LINES_H
#define TESTS_STORE_TOLD_LINES_H

#include "store/import.h"

/* wanted: "LINE reason" of each, as it begins, each with its '\n'; NULL: none.
 * Fails with the row's name. */
void check_told(const char *row, const char *wanted,
    const struct bad_line *lines, size_t count);

#endif

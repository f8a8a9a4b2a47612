/* What was probably meant by a text that is no entry. */
#ifndef STORE_SLIP_H
#define STORE_SLIP_H

#include "policy/err.h"
#include "span.h"

/* Characters that look like others (no-break spaces, dashes, full-width
 * digits) and bytes that have no place in an entry: false with what it is.
 * Moves *column, from 1 in bytes, on to it.  Only a domain may have UTF-8. */
bool slip_check_ascii(struct span text, size_t *column, struct err *err);

/* Where the text is one of the usual slips, says so in place of why it could
 * not be read. */
void slip_explain(struct span text, struct err *err);

#endif

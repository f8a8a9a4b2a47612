/* Which column of a table is what. */
#ifndef STORE_CSV_COLUMNS_H
#define STORE_CSV_COLUMNS_H

#include "csv.h"
#include "policy/err.h"

enum csv_role {
	CSV_ADDRESS,
	CSV_MASK, /* beside the address: a mask or a prefix length */
	CSV_FIRST,
	CSV_LAST, /* of a range */
	CSV_COMMENT,
	CSV_OWNER,
	CSV_TICKET,
	CSV_EXPIRES,
	CSV_ROLES,
};

#define CSV_NONE ((size_t)-1)

struct csv_columns {
	char separator;
	bool header;
	size_t at[CSV_ROLES]; /* columns from 0, or CSV_NONE */
	size_t columns;       /* of most rows */
	size_t rows;          /* looked at, without the header */
	size_t alike;         /* of them have that many columns */
	size_t hits;          /* of them hold an address where they should */
};

/* From the first 64 KiB of the text; separator 0: found.  column: a name or a
 * number from 1, or NULL: found.  False when no column can be chosen. */
bool csv_columns_find(struct csv_columns *columns, struct span text,
    char separator, const char *column, struct err *err);
/* What was found, and why. */
void csv_columns_say(struct buf *buf, const struct csv_columns *columns,
    struct span text);
/* Without the line "sep=;" of Excel, which says the separator. */
struct span csv_skip_hint(struct span text, char *separator, size_t *lines);

/* Does the cell begin with an address, a block or a range (or, as we write
 * them, a domain or a list)? */
bool csv_holds_entry(struct span cell);

#endif

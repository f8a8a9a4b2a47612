/* Tables as text, RFC 4180: rows of cells with a separator between; a cell in
 * quotes may hold separators, line breaks and, doubled, quotes. */
#ifndef STORE_CSV_H
#define STORE_CSV_H

#include "policy/buf.h"
#include "span.h"

#define CSV_CELLS 256   /* more are not looked at */
#define CSV_LONGEST 65536 /* bytes of a row */
#define CSV_LINES 100   /* of a row */

enum csv_found {
	CSV_END,
	CSV_ROW,
	CSV_BAD, /* wrong says why; the next row is on the next line */
};

struct csv_row {
	struct span text; /* as it stands, without the end of its line */
	/* Blanks around them are cut off, those within quotes are not. */
	struct span cells[CSV_CELLS];
	size_t count;
	size_t line; /* where it begins, from 1 */
};

struct csv {
	struct span left;
	char separator;
	char end;     /* what ends a line */
	size_t line;  /* how many have been read */
	size_t blank; /* of them empty, or comments that begin with # */
	const char *wrong;
	char *own; /* cells that are not as they stand */
	size_t own_len;
};

void csv_open(struct csv *csv, struct span text, char separator);
void csv_close(struct csv *csv);
/* The row's cells are valid until the next call. */
enum csv_found csv_next(struct csv *csv, struct csv_row *row);

/* A cell as it must be written. */
void csv_add(struct buf *buf, const char *text, char separator);

#endif

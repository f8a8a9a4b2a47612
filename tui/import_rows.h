/* The rows of an import's preview: problems first, or one kind of line. */
#ifndef TUI_IMPORT_ROWS_H
#define TUI_IMPORT_ROWS_H

#include "import_work.h"
#include "widget.h"

enum import_show {
	SHOW_PROBLEMS, /* bad and held lines, and what was left out */
	SHOW_BAD,
	SHOW_HELD,
	SHOW_LEFT, /* and skipped */
	SHOW_INSIDE,
	SHOW_TWICE,
	SHOW_KNOWN,
	SHOW_TAKEN,
	SHOW_COMES, /* into the target */
	SHOW_GOES,  /* from it */
};

extern const char *const import_show_words[]; /* then NULL */

struct import_rows {
	const struct import_work *work; /* NULL: nothing is known yet */
	enum import_show show;
	struct import_row *rows; /* ours; none of SHOW_TAKEN and behind */
	const struct entries *listed; /* by those; NULL: routing rows */
	size_t count;
};

void import_rows_make(struct import_rows *rows, const struct import_work *work,
    enum import_show show);
void import_rows_clear(struct import_rows *rows);

/* For a table; the context is the rows. */
extern const struct column import_columns[];
void import_rows_cell(void *rows, size_t row, int column, struct buf *out);
enum role import_rows_look(void *rows, size_t row, char *mark);

/* The line of the source, 0 when it is not known; what is held of it. */
uint32_t import_rows_line(const struct import_rows *rows, size_t row);
unsigned import_rows_holds(const struct import_rows *rows, size_t row);

/* Every bad and held line with its reason, into a new file. */
bool import_rejects_write(const struct import *import,
    const struct import_rules *rules, const char *path, struct err *err);

#endif

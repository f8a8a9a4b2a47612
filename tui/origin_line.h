/* The line of its file on which an imported entry stood.  It is not kept: the
 * file is read once more, if it is there and still has the bytes that were
 * imported, and judged against the entry alone. */
#ifndef TUI_ORIGIN_LINE_H
#define TUI_ORIGIN_LINE_H

#include "app.h"
#include "beside.h"
#include "store/origin.h"

struct origin_line {
	struct beside beside;
	struct app *app;
	struct entry entry;
	struct import_record record; /* of the import; ours */
	char *path;
	char *said, *after; /* what is known already */
	bool read, same;
	uint32_t line; /* 0: not found */
};

/* What is known; the line goes between the two. */
struct origin_said {
	const char *before, *after;
};

/* Says what is known, with the line when that is found; a file that takes long
 * is read beside the loop. */
void origin_line_ask(struct origin_line *line, struct app *app,
    const struct origin *origin, const struct entry *entry,
    const struct origin_said *said);
void origin_line_clear(struct origin_line *line);

/* The file that a step's label names ("import /tmp/x.txt into list:y: 3 came"),
 * or NULL; the caller frees it. */
char *origin_path(const char *label);

#endif

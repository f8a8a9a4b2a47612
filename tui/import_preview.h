/* The preview of an import, for its dialog: what is judged, and what is said
 * about it. */
#ifndef TUI_IMPORT_PREVIEW_H
#define TUI_IMPORT_PREVIEW_H

#include "app.h"
#include "dialogs.h"
#include "import_options.h"
#include "import_rows.h"

struct line_list {
	uint32_t *lines; /* in order */
	size_t count, cap;
};

struct import_state {
	struct dialog *dialog;
	struct import_order order;
	char *source; /* "list.txt", "what was pasted" */
	char *path;   /* NULL: pasted */
	struct import_work *shown, *going; /* either may be NULL */
	int64_t head;         /* of the draft that is judged against */
	int64_t began;        /* when the going one did */
	struct buf original;  /* the bytes, once a line was mended */
	struct line_list accepted, skipped;
	unsigned accept; /* bits of enum hold */
	bool widen, skip, resolve, stored;
	bool refused; /* what is asked for now could not be read */
	int show, mode;
	struct pick format;
	struct line column, service, region, port, resolver;
	struct import_rows rows;
	struct table table;
	struct caption counts, effect, guess, reason;
	uint32_t mending; /* the line */
};

/* Judges this text, which is taken over, or else the file, beside the loop. */
void import_begin(struct import_state *state, struct buf *text,
    const char *path);
/* The same text by other rules. */
void import_begin_again(struct import_state *state);
void import_reshow(struct import_state *state);
/* Ends what goes on. */
void import_stop(struct import_state *state);

/* What was read, as it was read. */
const struct buf *import_bytes(const struct import_state *state);
/* "import list.txt into list:x: 3 came" */
void import_add_label(struct buf *out, const struct import_state *state);
/* Stores what is shown beside the loop, and closes the preview when that is
 * done. */
void import_apply(struct import_state *state);

/* How it is read, as options of relayadm(1); and back. */
void import_add_options(struct buf *out, const struct import_state *state);
void import_recall(struct import_state *state, const char *options);
/* The command that does the same; nothing when there is none: what was pasted,
 * mended, or judged line by line is in no file. */
void import_add_command(struct buf *out, const struct import_state *state);
/* False, with the reason, when it is no port; 0: every. */
bool import_port(const struct import_state *state, unsigned *port,
    struct err *err);

/* Sets the captions: all; that of the row under the cursor. */
void import_say_all(struct import_state *state);
void import_say_row(struct import_state *state);

#endif

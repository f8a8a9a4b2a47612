/* The widgets.  A control is a constant row of a dialog's table; its value lies
 * in the dialog's state, at an offset.  No widget reads keys or draws by
 * itself: the dialog calls them (see dialog.h for how a dialog is written).
 *
 *   kind             value                 act(id) is called
 *   CONTROL_LABEL    -                     never; text may wrap
 *   CONTROL_CAPTION  struct caption        never; text that refresh() sets
 *   CONTROL_CHECK    bool                  when it changed
 *   CONTROL_RADIO    int (.value is this)  when it changed
 *   CONTROL_CHOICE   int, of .words        when it changed
 *   CONTROL_PICK     struct pick           when it changed
 *   CONTROL_LINE     struct line           when it changed
 *   CONTROL_BUTTON   -                     when it was pressed
 *   CONTROL_TABLE    struct table          when a row was opened (Enter)
 *   CONTROL_TREE     struct tree           when a row was opened
 *   CONTROL_VIEW     struct view           never; text to scroll through
 *   CONTROL_TABS     int, of .words        when it changed
 *   CONTROL_PROGRESS struct progress       never
 *   CONTROL_RULE     -                     never; a line across
 */
#ifndef TUI_WIDGET_H
#define TUI_WIDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "grid.h"
#include "policy/buf.h"

struct err;

enum control_kind {
	CONTROL_END, /* ends a table */
	CONTROL_LABEL,
	CONTROL_CAPTION,
	CONTROL_CHECK,
	CONTROL_RADIO,
	CONTROL_CHOICE,
	CONTROL_PICK,
	CONTROL_LINE,
	CONTROL_BUTTON,
	CONTROL_TABLE,
	CONTROL_TREE,
	CONTROL_VIEW,
	CONTROL_TABS,
	CONTROL_PROGRESS,
	CONTROL_RULE,
	CONTROL_KINDS,
};

/* Where: x and y from the left and top, or negative from the right and bottom.
 * w and h in cells; REST(n) reaches to n cells before the far edge; w 0 is
 * REST(0) and h 0 is one line. */
#define REST(n) (-(n) - 1)

struct place {
	int x, y, w, h;
};

struct control {
	enum control_kind kind;
	struct place at;
	const char *text; /* label; & stands before the hot letter */
	size_t offset;    /* of the value in the state */
	int id;           /* for act(); controls may share one */
	int value;        /* CONTROL_RADIO */
	const char *const *words; /* ended by NULL */
	int tab;                  /* seen in this tab only; 0: always */
	bool (*alive)(const void *state); /* NULL: always; else unseen */
	const char *hint; /* in the message line while it has the focus */
	bool stays; /* its first line is seen however the dialog is scrolled */
};

enum outcome {
	IGNORED,
	HANDLED, /* it may look different */
	CHANGED, /* the value is another: act(id) */
	PRESSED, /* act(id) */
};

struct widget {
	bool focus; /* can have the focus */
	bool text;  /* letters go to it before they mean anything else */
	void (*draw)(const struct control *control, void *value,
	    const struct canvas *canvas, bool focus);
	enum outcome (*key)(const struct control *control, void *value,
	    const struct event *event);
};

const struct widget *widget_of(enum control_kind kind);
/* The hot letter of a label in lower case, or 0. */
char label_hot(const char *label);

/* --- values ------------------------------------------------------------- */

struct caption {
	enum role role;
	struct buf text;
};

/* Sets the text of a caption; the buffer keeps its memory. */
void caption_set(struct caption *caption, enum role role, const char *text);

/* One of some words that are known only at run time. */
struct pick {
	int at;
	char **words; /* ours, ended by NULL; NULL: none */
	size_t count;
};

void pick_add(struct pick *pick, const char *word);
/* To this word; stays where it is when there is none. */
void pick_set(struct pick *pick, const char *word);
const char *pick_word(const struct pick *pick); /* NULL: none */
void pick_clear(struct pick *pick);             /* keeps the place */

/* One line of text, UTF-8, always terminated; free by line_clear(). */
struct line {
	struct buf text;
	size_t at;   /* byte position of the cursor */
	size_t left; /* first byte that is shown */
	size_t most; /* bytes it may hold; 0: 255 */
	bool hidden; /* a star for each character; see line_hide() */
};

void line_set(struct line *line, const char *text);
const char *line_text(const struct line *line);
void line_clear(struct line *line);
/* Of an empty one: it takes at most so many bytes of what nobody must see, never
 * moves them, and wipes them when it is cleared. */
void line_hide(struct line *line, size_t most);

/* A place in a list of count rows, and what shows of it. */
struct scroll {
	size_t count, cursor, top;
	size_t page;    /* rows that show; set when it is drawn */
	size_t number;  /* typed before G */
};

/* Arrows, j k, PgUp PgDn Ctrl-B Ctrl-F, Home End g G, a number and G. */
enum outcome scroll_key(struct scroll *scroll, const struct event *event);
/* Sets the page and moves top so that the cursor shows. */
void scroll_settle(struct scroll *scroll, int rows);

struct column {
	const char *title;
	int width; /* columns; 0: shares what is left */
	bool right;
	int from; /* shown from this width of the table on; negative: only for
	             who chooses it */
};

/* A virtual list: rows exist only while they are drawn. */
struct table {
	const struct column *columns; /* ends with title NULL */
	size_t rows;                  /* in all; see table_reset() */
	/* The text of one cell, added to out. */
	void (*cell)(void *context, size_t row, int column, struct buf *out);
	/* How a row looks and its mark ('+', '-', '~', '!', 'X', ' '); may be
	 * NULL. */
	enum role (*look)(void *context, size_t row, char *mark);
	/* A filter that knows words: aim() refuses a text with the reason, then
	 * passes() is asked for each row.  Without them the filter is a part of
	 * the text of a row. */
	bool (*aim)(void *context, const char *filter, struct err *err);
	bool (*passes)(void *context, size_t row);
	void *context;
	const char *empty; /* what to do when there are no rows */
	bool marks;        /* Space marks rows */
	int beyond; /* the column that follows the first one; 0: the second, and
	               those that need a wider table are left out */
	int width;  /* as it was drawn last */
	struct scroll scroll; /* over the rows that the filter lets through */
	struct line filter;
	bool filtering; /* the filter line is being typed */
	size_t *shown;  /* rows that pass; NULL: all of them */
	size_t shown_count, shown_cap;
	size_t scanned; /* rows that the filter has looked at so far */
	/* Of those shown, which passed a wider filter, the ones that are still to
	 * be looked at. */
	size_t again, again_end;
	bool narrower; /* aim() sets it: no row passes that did not before */
	bool waiting; /* for what aim() asked for; then table_refilter() */
	struct buf refused;  /* why the filter means nothing; "": it does */
	uint32_t *order;     /* rows as they are sorted; NULL: as they come */
	const char *sorted;  /* "size": by what; NULL: as they come */
	size_t anchor;       /* the place where a range begins, plus 1; 0: none */
	unsigned char *marked; /* one bit a row; NULL: none */
	size_t marked_count;
};

/* After rows, context or what they hold changed: filters anew, marks and the
 * order go. */
void table_reset(struct table *table, size_t rows);
/* Shows the rows in this order, which is taken over and may be NULL, from the
 * first on; marks stay. */
void table_sort(struct table *table, uint32_t *order, const char *sorted);
/* The filter's words mean something else by now. */
void table_refilter(struct table *table);
/* The row under the cursor; false when there is none. */
bool table_row(const struct table *table, size_t *row);
/* Goes on filtering a long list, about so long; false when all is done. */
bool table_scanning(const struct table *table);
bool table_scan(struct table *table, int milliseconds);
void table_go(struct table *table, size_t row);
void table_mark(struct table *table, size_t row, bool on);
bool table_is_marked(const struct table *table, size_t row);
/* The marked rows, else the cursor row, in order; the caller frees them. */
size_t *table_chosen(const struct table *table, size_t *count);
void table_clear(struct table *table);

struct tree_row {
	int depth;
	bool branch, open;
	enum role role;
	char mark; /* at the right: ~ = ! X, or 0 */
};

/* The rows that show, as the owner unfolds them. */
struct tree {
	struct scroll scroll;
	void (*row)(void *context, size_t row, struct tree_row *what,
	    struct buf *text);
	/* Opens or closes a branch; the owner sets scroll.count anew. */
	void (*fold)(void *context, size_t row, bool open);
	/* The filter changed ("" is none); the owner sets scroll.count anew. */
	void (*pass)(void *context, const char *filter);
	void *context;
	struct line filter;
	bool filtering; /* the filter line is being typed */
};

void tree_clear(struct tree *tree);

/* Lines to scroll through; the text is wrapped when it is drawn. */
struct view {
	struct buf text; /* a line that begins with \1 to \4 is strong, good,
	                    warning, bad */
	struct scroll scroll;
};

struct progress {
	unsigned long done, total;
};

#endif

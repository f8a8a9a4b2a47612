/* The screen as cells, drawn off-screen.  Widgets draw here; the terminal
 * copies it out, and tests read it.
 *
 * A canvas is a window onto the grid with its own coordinates; what falls
 * outside its clip is not drawn.  Text passes text_next(), so anything may be
 * given. */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include <stddef.h>
#include <stdint.h>

#include "glyph.h"

/* What a cell is for; the terminal knows the colours. */
enum role {
	ROLE_TEXT,
	ROLE_STRONG,
	ROLE_FRAME,
	ROLE_FRAME_FOCUS,
	ROLE_TITLE, /* of a frame */
	ROLE_BAR,   /* first and last line */
	ROLE_BAR_KEY,
	ROLE_HEAD,   /* column titles */
	ROLE_CURSOR, /* the row with the focus */
	ROLE_CURSOR_AWAY, /* the same in a list without the focus */
	ROLE_FIELD,
	ROLE_FIELD_FOCUS,
	ROLE_BUTTON,
	ROLE_BUTTON_FOCUS,
	ROLE_HOT, /* the letter of a button or box */
	ROLE_OFF, /* cannot be chosen now */
	ROLE_GOOD,
	ROLE_WARN,
	ROLE_BAD,
	ROLE_COUNT,
};

struct rect {
	int x, y, w, h;
};

struct cell {
	uint32_t ch;
	uint32_t marks[2];
	uint8_t role;
	uint8_t width; /* 0: the right half of a wide character */
};

struct grid {
	int w, h;
	struct cell *cells;
	int cursor_x, cursor_y; /* -1: nowhere */
};

void grid_resize(struct grid *grid, int w, int h);
void grid_erase(struct grid *grid);
void grid_free(struct grid *grid);
const struct cell *grid_cell(const struct grid *grid, int x, int y);

struct canvas {
	struct grid *grid;
	struct rect area; /* on the grid; may reach beyond the clip */
	struct rect clip;
};

struct canvas canvas_of(struct grid *grid);
/* part is in the canvas's own coordinates. */
struct canvas canvas_part(const struct canvas *canvas, struct rect part);

/* Returns the columns that it took. */
int canvas_text(const struct canvas *canvas, int x, int y, enum role role,
    const char *text);
/* In where.w columns: padded with blanks, or cut with "...". */
void canvas_fit(const struct canvas *canvas, struct rect where, enum role role,
    const char *text);
/* The same with the end at the right. */
void canvas_fit_right(const struct canvas *canvas, struct rect where,
    enum role role, const char *text);
/* Wrapped at blanks; returns the lines that it took. */
int canvas_wrap(const struct canvas *canvas, struct rect where, enum role role,
    const char *text);
void canvas_fill(const struct canvas *canvas, struct rect where,
    enum role role);
/* role is of the upper line: plain sides scroll with fewer bytes. */
void canvas_frame(const struct canvas *canvas, struct rect where,
    enum role role, const char *title);
void canvas_glyph(const struct canvas *canvas, int x, int y, enum role role,
    enum glyph shape);
void canvas_role(const struct canvas *canvas, struct rect where,
    enum role role);
void canvas_cursor(const struct canvas *canvas, int x, int y);

struct rect rect_meet(struct rect a, struct rect b);

#endif

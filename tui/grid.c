#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "grid.h"
#include "policy/mem.h"
#include "text_safe.h"

static const struct cell blank = { ' ', { 0, 0 }, ROLE_TEXT, 1 };

void
grid_resize(struct grid *grid, int w, int h)
{
	if (grid->cells && grid->w == w && grid->h == h)
		return;
	free(grid->cells);
	grid->cells = mem_new((size_t)w * (size_t)h, sizeof(*grid->cells));
	grid->w = w;
	grid->h = h;
	grid_erase(grid);
}

void
grid_erase(struct grid *grid)
{
	size_t i, count = (size_t)grid->w * (size_t)grid->h;

	for (i = 0; i < count; i++)
		grid->cells[i] = blank;
	grid->cursor_x = grid->cursor_y = -1;
}

void
grid_free(struct grid *grid)
{
	free(grid->cells);
	memset(grid, 0, sizeof(*grid));
}

static struct cell *
cell_at(const struct grid *grid, int x, int y)
{
	return &grid->cells[(size_t)y * (size_t)grid->w + (size_t)x];
}

const struct cell *
grid_cell(const struct grid *grid, int x, int y)
{
	return cell_at(grid, x, y);
}

struct rect
rect_meet(struct rect a, struct rect b)
{
	int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
	struct rect meet = { x, y, right > x ? right - x : 0,
		bottom > y ? bottom - y : 0 };

	return meet;
}

struct canvas
canvas_of(struct grid *grid)
{
	struct rect all = { 0, 0, grid->w, grid->h };
	struct canvas canvas = { grid, all, all };

	return canvas;
}

struct canvas
canvas_part(const struct canvas *canvas, struct rect part)
{
	struct canvas inner = *canvas;

	part.x += canvas->area.x;
	part.y += canvas->area.y;
	inner.area = part;
	inner.clip = rect_meet(canvas->clip, part);
	return inner;
}

/* The cell, or NULL when it is clipped. */
static struct cell *
cell_in(const struct canvas *canvas, int x, int y)
{
	const struct rect *clip = &canvas->clip;

	x += canvas->area.x;
	y += canvas->area.y;
	if (x < clip->x || x >= clip->x + clip->w || y < clip->y ||
	    y >= clip->y + clip->h)
		return NULL;
	return cell_at(canvas->grid, x, y);
}

/* What overwrites one half of a wide character leaves a blank in the other. */
static void
put(const struct canvas *canvas, int x, int y, const struct cell *cell)
{
	struct cell *at = cell_in(canvas, x, y);

	if (!at)
		return;
	if (at->width == 0 && x + canvas->area.x > 0)
		at[-1].ch = ' ', at[-1].width = 1;
	if (at->width == 2 && x + canvas->area.x + 1 < canvas->grid->w)
		at[1].ch = ' ', at[1].width = 1;
	*at = *cell;
}

static void
put_char(const struct canvas *canvas, int x, int y, enum role role,
    uint32_t ch)
{
	struct cell cell = { ch, { 0, 0 }, (uint8_t)role, 1 };

	put(canvas, x, y, &cell);
}

static void
put_shape(const struct canvas *canvas, int x, int y, enum role role,
    const struct shape *shape)
{
	struct cell cell = { shape->ch, { shape->marks[0], shape->marks[1] },
		(uint8_t)role, (uint8_t)shape->width };
	int i;

	if (!shape->ch) {
		for (i = 0; i < shape->width; i++)
			put_char(canvas, x + i, y, role,
			    (unsigned char)shape->escape[i]);
		return;
	}
	if (shape->width == 2 &&
	    (!cell_in(canvas, x, y) || !cell_in(canvas, x + 1, y))) {
		put_char(canvas, x, y, role, ' ');
		put_char(canvas, x + 1, y, role, ' ');
		return;
	}
	put(canvas, x, y, &cell);
	if (shape->width == 2) {
		cell.width = 0;
		put(canvas, x + 1, y, &cell);
	}
}

static int
draw(const struct canvas *canvas, struct rect where, enum role role,
    const char *text)
{
	size_t len = strlen(text);
	struct shape shape;
	int used = 0;

	while (text_next(&text, &len, &shape)) {
		if (used + shape.width > where.w)
			break;
		put_shape(canvas, where.x + used, where.y, role, &shape);
		used += shape.width;
	}
	return used;
}

int
canvas_text(const struct canvas *canvas, int x, int y, enum role role,
    const char *text)
{
	struct rect where = { x, y, canvas->area.w - x, 1 };

	return draw(canvas, where, role, text);
}

void
canvas_fit(const struct canvas *canvas, struct rect where, enum role role,
    const char *text)
{
	struct rect head = where;
	int used;

	if (where.w <= 0)
		return;
	if (text_columns(text) <= where.w) {
		used = draw(canvas, where, role, text);
	} else {
		head.w = where.w > 3 ? where.w - 3 : 0;
		used = draw(canvas, head, role, text);
		while (used < head.w)
			put_char(canvas, where.x + used++, where.y, role, ' ');
		while (used < where.w)
			put_char(canvas, where.x + used++, where.y, role, '.');
	}
	while (used < where.w)
		put_char(canvas, where.x + used++, where.y, role, ' ');
}

void
canvas_fit_right(const struct canvas *canvas, struct rect where,
    enum role role, const char *text)
{
	int columns = text_columns(text), pad = where.w - columns;

	for (; pad > 0; pad--, where.x++, where.w--)
		put_char(canvas, where.x, where.y, role, ' ');
	canvas_fit(canvas, where, role, text);
}

/* Bytes of the text that make one line of at most w columns. */
static size_t
line_bytes(const char *text, int w)
{
	size_t len = strcspn(text, "\n"), left = len, cut = 0;
	const char *at = text;
	struct shape shape;
	int used = 0;

	while (left) {
		size_t here = (size_t)(at - text);

		if (*at == ' ')
			cut = here;
		text_next(&at, &left, &shape);
		used += shape.width;
		if (used > w)
			return cut    ? cut
			    : here ? here
			           : (size_t)(at - text);
	}
	return len;
}

int
canvas_wrap(const struct canvas *canvas, struct rect where, enum role role,
    const char *text)
{
	int lines = 0;

	while (*text && where.w > 0) {
		size_t n = line_bytes(text, where.w);
		char *line = mem_textn(text, n);
		struct rect at = { where.x, where.y + lines, where.w, 1 };

		if (lines < where.h)
			draw(canvas, at, role, line);
		free(line);
		lines++;
		text += n;
		text += *text == ' ' || *text == '\n';
	}
	return lines;
}

void
canvas_fill(const struct canvas *canvas, struct rect where, enum role role)
{
	int x, y;

	for (y = where.y; y < where.y + where.h; y++)
		for (x = where.x; x < where.x + where.w; x++)
			put_char(canvas, x, y, role, ' ');
}

void
canvas_glyph(const struct canvas *canvas, int x, int y, enum role role,
    enum glyph shape)
{
	put_char(canvas, x, y, role, glyph(shape));
}

static void
frame_row(const struct canvas *canvas, struct rect where, enum role role,
    const enum glyph ends[2])
{
	int x;

	for (x = 1; x < where.w - 1; x++)
		canvas_glyph(canvas, where.x + x, where.y, role,
		    GLYPH_HORIZONTAL);
	canvas_glyph(canvas, where.x, where.y, role, ends[0]);
	canvas_glyph(canvas, where.x + where.w - 1, where.y, role, ends[1]);
}

void
canvas_frame(const struct canvas *canvas, struct rect where, enum role role,
    const char *title)
{
	static const enum glyph top[] = { GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT };
	static const enum glyph bottom[] = { GLYPH_BOTTOM_LEFT,
		GLYPH_BOTTOM_RIGHT };
	struct rect last = { where.x, where.y + where.h - 1, where.w, 1 };
	int y;

	if (where.w < 2 || where.h < 2)
		return;
	frame_row(canvas, where, role, top);
	frame_row(canvas, last, ROLE_FRAME, bottom);
	for (y = where.y + 1; y < last.y; y++) {
		canvas_glyph(canvas, where.x, y, ROLE_FRAME, GLYPH_VERTICAL);
		canvas_glyph(canvas, where.x + where.w - 1, y, ROLE_FRAME,
		    GLYPH_VERTICAL);
	}
	if (title && *title && where.w > 8) {
		struct rect at = { where.x + 2, where.y, where.w - 5, 1 };
		int used = canvas_text(canvas, at.x, at.y, ROLE_TITLE, " ");
		int columns = text_columns(title);

		at.x += used;
		at.w = columns < at.w - 2 ? columns : at.w - 2;
		canvas_fit(canvas, at, ROLE_TITLE, title);
		canvas_text(canvas, at.x + at.w, at.y, ROLE_TITLE, " ");
	}
}

void
canvas_role(const struct canvas *canvas, struct rect where, enum role role)
{
	int x, y;

	for (y = where.y; y < where.y + where.h; y++)
		for (x = where.x; x < where.x + where.w; x++) {
			struct cell *cell = cell_in(canvas, x, y);

			if (cell)
				cell->role = (uint8_t)role;
		}
}

void
canvas_cursor(const struct canvas *canvas, int x, int y)
{
	if (!cell_in(canvas, x, y))
		return;
	canvas->grid->cursor_x = canvas->area.x + x;
	canvas->grid->cursor_y = canvas->area.y + y;
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "term.h"
#include "tui/text_safe.h"

#define CELL_W 9
#define CELL_H 18
#define BASE 14 /* of the letters, from the top of a cell */
#define LINE 16 /* of what is underlined */
/* DejaVu Sans Mono is 0.602 of its size wide; textLength does the same for
 * other fonts. */
#define FONT \
	"font-family=\"'DejaVu Sans Mono', ui-monospace, Menlo, Consolas, " \
	"monospace\" font-size='14.95'"

struct spot {
	uint8_t fore[3], back[3];
	bool bold, underline, tail; /* the second half of a wide one */
	bool blank;
	uint32_t sign; /* the first character */
	char text[VTERM_MAX_CHARS_PER_CELL * 4 + 1];
};

struct picture {
	const struct term *term;
	FILE *out;
	bool light;
	struct spot *spots; /* term->w * term->h */
};

static const struct spot *
spot_at(const struct picture *picture, int x, int y)
{
	return &picture->spots[y * picture->term->w + x];
}

/* Those of xterm. */
static const uint8_t palette[8][3] = {
	{ 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 },
	{ 0, 0, 238 }, { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
};

static void
read_colour(const struct picture *picture, VTermColor colour, bool fore,
    uint8_t *to)
{
	bool own = fore ? VTERM_COLOR_IS_DEFAULT_FG(&colour)
	                : VTERM_COLOR_IS_DEFAULT_BG(&colour);
	uint8_t level = fore == picture->light ? 16 : fore ? 229 : 255;

	if (own) {
		memset(to, level, 3);
	} else if (VTERM_COLOR_IS_INDEXED(&colour) && colour.indexed.idx < 8) {
		memcpy(to, palette[colour.indexed.idx], 3);
	} else {
		vterm_screen_convert_color_to_rgb(picture->term->screen,
		    &colour);
		to[0] = colour.rgb.red;
		to[1] = colour.rgb.green;
		to[2] = colour.rgb.blue;
	}
}

static void
read_spot(struct picture *picture, int x, int y)
{
	struct spot *spot = &picture->spots[y * picture->term->w + x];
	VTermPos at = { y, x };
	VTermScreenCell cell;
	size_t n = 0;
	int i;

	vterm_screen_get_cell(picture->term->screen, at, &cell);
	spot->tail = cell.chars[0] == (uint32_t)-1;
	if (spot->tail && x) {
		*spot = spot[-1];
		spot->tail = true;
		return;
	}
	read_colour(picture, cell.fg, true,
	    cell.attrs.reverse ? spot->back : spot->fore);
	read_colour(picture, cell.bg, false,
	    cell.attrs.reverse ? spot->fore : spot->back);
	spot->bold = cell.attrs.bold;
	spot->underline = cell.attrs.underline;
	spot->sign = cell.chars[0] ? cell.chars[0] : ' ';
	for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
		n += utf8_write(spot->text + n, cell.chars[i]);
	if (!n)
		spot->text[n++] = ' ';
	spot->text[n] = '\0';
	spot->blank = spot->sign == ' ';
}

/* The end of what has the background of x. */
static int
back_end(const struct picture *picture, int x, int y)
{
	const uint8_t *back = spot_at(picture, x, y)->back;

	while (x < picture->term->w &&
	    !memcmp(spot_at(picture, x, y)->back, back, 3))
		x++;
	return x;
}

/* Is there a background of just that place and colour in another row? */
static bool
same_back(const struct picture *picture, int x, int end, int y, int other)
{
	const struct spot *spot = spot_at(picture, x, y);

	if (other < 0 || other >= picture->term->h)
		return false;
	return !memcmp(spot_at(picture, x, other)->back, spot->back, 3) &&
	    (!x || memcmp(spot_at(picture, x - 1, other)->back, spot->back, 3)) &&
	    back_end(picture, x, other) == end;
}

static void
put_back(const struct picture *picture, int x, int end, int y)
{
	const uint8_t *back = spot_at(picture, x, y)->back;
	uint8_t page = picture->light ? 255 : 16;
	int rows = 1;

	if (back[0] == page && back[1] == page && back[2] == page)
		return;
	if (same_back(picture, x, end, y, y - 1))
		return;
	while (same_back(picture, x, end, y, y + rows))
		rows++;
	fprintf(picture->out,
	    "<rect x='%d' y='%d' width='%d' height='%d' "
	    "fill='#%02x%02x%02x'/>\n",
	    x * CELL_W, y * CELL_H, (end - x) * CELL_W, rows * CELL_H, back[0],
	    back[1], back[2]);
}

static void
put_backs(const struct picture *picture)
{
	int x, y, end;

	for (y = 0; y < picture->term->h; y++)
		for (x = 0; x < picture->term->w; x = end) {
			end = back_end(picture, x, y);
			put_back(picture, x, end, y);
		}
}

/* Which arms a line of a frame has: left, right, up, down. */
static const char *
frame_arms(uint32_t sign)
{
	static const struct {
		uint32_t sign;
		const char *arms;
	} frames[] = {
		{ 0x2500, "lr", },
		{ 0x2502, "ud", },
		{ 0x250c, "rd", },
		{ 0x2510, "ld", },
		{ 0x2514, "ru", },
		{ 0x2518, "lu", },
		{ 0x251c, "rud", },
		{ 0x2524, "lud", },
	};
	size_t i;

	for (i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		if (frames[i].sign == sign)
			return frames[i].arms;
	return NULL;
}

static bool
same_look(const struct spot *a, const struct spot *b)
{
	return !memcmp(a->fore, b->fore, 3) && a->bold == b->bold;
}

/* halves: of cells, from the left */
static void
put_across(FILE *out, int from, int to, int y)
{
	if (to > from)
		fprintf(out, "M%g %d.5H%g", from * CELL_W / 2.,
		    y * CELL_H + CELL_H / 2, to * CELL_W / 2.);
}

static void
put_upright(FILE *out, const char *arms, int x, int y)
{
	double middle = x * CELL_W + CELL_W / 2.;
	int top = y * CELL_H, half = CELL_H / 2;

	if (strchr(arms, 'u') || strchr(arms, 'd'))
		fprintf(out, "M%g %dV%d", middle,
		    strchr(arms, 'u') ? top : top + half,
		    strchr(arms, 'd') ? top + CELL_H : top + half);
}

static int
frames_end(const struct picture *picture, int x, int y)
{
	const struct spot *first = spot_at(picture, x, y), *spot;

	for (; x < picture->term->w; x++) {
		spot = spot_at(picture, x, y);
		if (!frame_arms(spot->sign) || !same_look(spot, first))
			break;
	}
	return x;
}

/* Bold ones are thick across alone: upright ones are never bold. */
static int
put_frames(const struct picture *picture, int x, int y)
{
	const struct spot *first = spot_at(picture, x, y);
	int end = frames_end(picture, x, y), at, from = 2 * x, to = 2 * x;
	FILE *out = picture->out;
	const char *arms;

	fprintf(out, "<path stroke='#%02x%02x%02x' d='", first->fore[0],
	    first->fore[1], first->fore[2]);
	for (at = x; at < end; at++)
		put_upright(out, frame_arms(spot_at(picture, at, y)->sign), at,
		    y);
	if (first->bold)
		fprintf(out, "'/>\n<path stroke='#%02x%02x%02x' "
		    "stroke-width='2' d='", first->fore[0], first->fore[1],
		    first->fore[2]);
	for (at = x; at < end; at++) {
		arms = frame_arms(spot_at(picture, at, y)->sign);
		if (!strchr(arms, 'l')) {
			put_across(out, from, to, y);
			from = to = 2 * at + 1;
		}
		if (strchr(arms, 'l'))
			to = 2 * at + 1;
		if (strchr(arms, 'r'))
			to = 2 * at + 2;
	}
	put_across(out, from, to, y);
	fputs("'/>\n", out);
	return end;
}

static void
put_escaped(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else
			fputc(*text, out);
}

/* The end of the text that looks as at x; one blank is within it, more are
 * not. */
static int
text_end(const struct picture *picture, int x, int y)
{
	const struct spot *first = spot_at(picture, x, y), *spot;
	int end = x, w = picture->term->w;

	for (; x < w; x++) {
		spot = spot_at(picture, x, y);
		if (frame_arms(spot->sign))
			break;
		if (spot->blank && (x + 1 >= w || spot[1].blank))
			break;
		if (!spot->blank && !same_look(spot, first))
			break;
		if (!spot->blank)
			end = x + 1;
	}
	return end;
}

static int
put_text(const struct picture *picture, int x, int y)
{
	const struct spot *first = spot_at(picture, x, y);
	int end = text_end(picture, x, y), at;

	fprintf(picture->out,
	    "<text x='%d' y='%d' textLength='%d' fill='#%02x%02x%02x'%s>",
	    x * CELL_W, y * CELL_H + BASE, (end - x) * CELL_W, first->fore[0],
	    first->fore[1], first->fore[2],
	    first->bold ? " font-weight='bold'" : "");
	for (at = x; at < end; at++)
		if (!spot_at(picture, at, y)->tail)
			put_escaped(picture->out,
			    spot_at(picture, at, y)->text);
	fputs("</text>\n", picture->out);
	return end;
}

static void
put_lines(const struct picture *picture, int y)
{
	const struct spot *spot, *first;
	int x, from, w = picture->term->w;

	for (x = 0; x < w; x++) {
		first = spot_at(picture, x, y);
		if (!first->underline)
			continue;
		for (from = x; x < w; x++) {
			spot = spot_at(picture, x, y);
			if (!spot->underline || !same_look(spot, first))
				break;
		}
		fprintf(picture->out,
		    "<path stroke='#%02x%02x%02x' d='M%d %d.5H%d'/>\n",
		    first->fore[0], first->fore[1], first->fore[2],
		    from * CELL_W, y * CELL_H + LINE, x-- * CELL_W);
	}
}

static void
put_row(const struct picture *picture, int y)
{
	int x = 0;

	while (x < picture->term->w)
		if (frame_arms(spot_at(picture, x, y)->sign))
			x = put_frames(picture, x, y);
		else if (spot_at(picture, x, y)->blank)
			x++;
		else
			x = put_text(picture, x, y);
}

static void
put_cursor(const struct picture *picture)
{
	const struct term *term = picture->term;

	if (term->cursor_shown)
		fprintf(picture->out,
		    "<rect x='%d' y='%d' width='%d' height='2' "
		    "fill='#ff8800'/>\n",
		    term->cursor_x * CELL_W,
		    term->cursor_y * CELL_H + CELL_H - 2, CELL_W);
}

void
term_svg(struct term *term, FILE *out, bool light)
{
	struct picture picture = { term, out, light, NULL };
	int x, y, w = term->w * CELL_W, h = term->h * CELL_H;

	picture.spots = mem_new((size_t)(term->w * term->h),
	    sizeof(*picture.spots));
	for (y = 0; y < term->h; y++)
		for (x = 0; x < term->w; x++)
			read_spot(&picture, x, y);
	fprintf(out,
	    "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
	    "viewBox='0 0 %d %d' " FONT " xml:space='preserve' "
	    "fill='none' stroke-width='1'>\n"
	    "<rect width='%d' height='%d' fill='%s'/>\n",
	    w, h, w, h, w, h, light ? "#ffffff" : "#101010");
	put_backs(&picture);
	for (y = 0; y < term->h; y++) {
		put_row(&picture, y);
		put_lines(&picture, y);
	}
	put_cursor(&picture);
	fputs("</svg>\n", out);
	free(picture.spots);
}

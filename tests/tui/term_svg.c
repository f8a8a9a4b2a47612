#include "config.h"

#include <string.h>

#include "term.h"
#include "tui/text_safe.h"

#define CELL_W 9
#define CELL_H 18

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

static VTermColor
rgb(struct term *term, VTermColor colour, bool fore, bool light)
{
	bool initial = fore ? VTERM_COLOR_IS_DEFAULT_FG(&colour)
	                    : VTERM_COLOR_IS_DEFAULT_BG(&colour);
	VTermColor made;

	if (initial) {
		uint8_t level = fore == light ? 0 : fore ? 229 : 255;

		if (!fore && !light)
			level = 16;
		vterm_color_rgb(&made, level, level, level);
		return made;
	}
	vterm_screen_convert_color_to_rgb(term->screen, &colour);
	return colour;
}

static void
put_cell(struct term *term, FILE *out, VTermPos at, bool light)
{
	VTermScreenCell cell;
	VTermColor fore, back, swap;
	char text[32];
	size_t n = 0;
	int i, x = at.col * CELL_W, y = at.row * CELL_H;

	vterm_screen_get_cell(term->screen, at, &cell);
	if (cell.chars[0] == (uint32_t)-1)
		return;
	fore = rgb(term, cell.fg, true, light);
	back = rgb(term, cell.bg, false, light);
	if (cell.attrs.reverse)
		swap = fore, fore = back, back = swap;
	fprintf(out,
	    "<rect x='%d' y='%d' width='%d' height='%d' "
	    "fill='#%02x%02x%02x'/>",
	    x, y, CELL_W * cell.width, CELL_H, back.rgb.red, back.rgb.green,
	    back.rgb.blue);
	for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
		n += utf8_write(text + n, cell.chars[i]);
	text[n] = '\0';
	if (!n || !strcmp(text, " "))
		if (!cell.attrs.underline)
			return;
	fprintf(out,
	    "<text x='%d' y='%d' fill='#%02x%02x%02x'%s%s>", x, y + 14,
	    fore.rgb.red, fore.rgb.green, fore.rgb.blue,
	    cell.attrs.bold ? " font-weight='bold'" : "",
	    cell.attrs.underline ? " text-decoration='underline'" : "");
	put_escaped(out, n ? text : "\xc2\xa0");
	fputs("</text>\n", out);
}

void
term_svg(struct term *term, FILE *out, bool light)
{
	VTermPos at;

	fprintf(out,
	    "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
	    "font-family='DejaVu Sans Mono' font-size='15' "
	    "xml:space='preserve'>\n<rect width='100%%' height='100%%' "
	    "fill='%s'/>\n",
	    term->w * CELL_W, term->h * CELL_H, light ? "#fff" : "#101010");
	for (at.row = 0; at.row < term->h; at.row++)
		for (at.col = 0; at.col < term->w; at.col++)
			put_cell(term, out, at, light);
	if (term->cursor_shown)
		fprintf(out,
		    "<rect x='%d' y='%d' width='%d' height='%d' fill='none' "
		    "stroke='#f80' stroke-width='2'/>\n",
		    term->cursor_x * CELL_W, term->cursor_y * CELL_H, CELL_W,
		    CELL_H);
	fputs("</svg>\n", out);
}

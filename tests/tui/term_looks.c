#include "config.h"

#include <string.h>

#include "term.h"

static const char *
colour_name(const VTermColor *colour, bool fore)
{
	static const char *const names[] = { "black", "red", "green", "yellow",
		"blue", "magenta", "cyan", "white" };

	if (fore ? VTERM_COLOR_IS_DEFAULT_FG(colour)
	         : VTERM_COLOR_IS_DEFAULT_BG(colour))
		return NULL;
	if (!VTERM_COLOR_IS_INDEXED(colour) || colour->indexed.idx > 7)
		return "another";
	return names[colour->indexed.idx];
}

static void
add_look(struct buf *out, struct term *term, int x, int y)
{
	VTermPos at = { y, x };
	VTermScreenCell cell;
	const char *fore, *back;

	vterm_screen_get_cell(term->screen, at, &cell);
	fore = colour_name(&cell.fg, true);
	back = colour_name(&cell.bg, false);
	if (cell.attrs.bold)
		buf_add(out, " bold");
	if (cell.attrs.underline)
		buf_add(out, " underlined");
	if (cell.attrs.reverse)
		buf_add(out, " reversed");
	if (fore)
		buf_addf(out, " %s", fore);
	if (back)
		buf_addf(out, " on %s", back);
}

static void
put_run(FILE *out, const struct buf *look, int from, int to, bool *any)
{
	if (!look->len)
		return;
	fprintf(out, "%s %d-%d%s", *any ? "," : "", from + 1, to,
	    look->data);
	*any = true;
}

static void
put_row(struct term *term, FILE *out, int y)
{
	struct buf here = { 0 }, look = { 0 };
	bool any = false;
	int x, from = 0;

	for (x = 0; x <= term->w; x++) {
		buf_clear(&here);
		if (x < term->w)
			add_look(&here, term, x, y);
		if (x && !strcmp(buf_text(&here), buf_text(&look)) &&
		    x < term->w)
			continue;
		if (!any && look.len)
			fprintf(out, "%d:", y + 1);
		if (x)
			put_run(out, &look, from, x, &any);
		from = x;
		buf_clear(&look);
		buf_add(&look, buf_text(&here));
	}
	if (any)
		fputc('\n', out);
	buf_free(&here);
	buf_free(&look);
}

void
term_looks(struct term *term, FILE *out)
{
	int y;

	for (y = 0; y < term->h; y++)
		put_row(term, out, y);
}

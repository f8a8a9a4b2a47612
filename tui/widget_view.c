#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "widget_kinds.h"

static enum role
line_role(const char **line)
{
	static const enum role roles[] = { ROLE_TEXT, ROLE_STRONG, ROLE_GOOD,
		ROLE_WARN, ROLE_BAD };
	unsigned char first = (unsigned char)**line;

	if (first < 1 || first > 4)
		return ROLE_TEXT;
	++*line;
	return roles[first];
}

/* Where the second and later lines of a wrapped "Label    text" begin. */
static int
hanging(const char *text, int w)
{
	const char *gap = strstr(text, "  "), *next = gap;

	if (!gap || gap == text)
		next = gap = text;
	while (*next == ' ')
		next++;
	return next - text < w / 2 ? (int)(next - text) : 0;
}

/* Wraps with hanging indent; returns the lines that it took. */
static int
draw_line(const struct canvas *canvas, int y, enum role role,
    const char *text)
{
	int w = canvas->area.w, indent = hanging(text, w);
	char *label = mem_textn(text, (size_t)indent);
	struct rect at = { indent, y, w - indent, 1 << 20 };
	int lines;

	canvas_text(canvas, 0, y, role, label);
	lines = canvas_wrap(canvas, at, role, text + indent);
	free(label);
	return lines > 0 ? lines : 1;
}

/* Draws from the line that scrolls to the top; returns how many lines the text
 * has at this width. */
static int
draw_text(const struct view *view, const struct canvas *canvas)
{
	char *copy = mem_text(buf_text(&view->text)), *rest = copy, *line;
	int y = -(int)view->scroll.cursor;

	while ((line = strsep(&rest, "\n"))) {
		const char *text = line;
		enum role role = line_role(&text);

		y += draw_line(canvas, y, role, text);
	}
	free(copy);
	return y + (int)view->scroll.cursor;
}

static void
view_draw(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	struct view *view = value;
	struct rect frame = { 0, 0, canvas->area.w, canvas->area.h };
	struct rect inner = { 2, 1, frame.w - 3, frame.h - 2 };
	struct canvas inside = canvas_part(canvas, inner);
	int lines, most;

	if (frame.w < 8 || frame.h < 3)
		return;
	canvas_frame(canvas, frame, focus ? ROLE_FRAME_FOCUS : ROLE_FRAME,
	    control->text);
	view->scroll.page = (size_t)inner.h;
	lines = draw_text(view, &inside);
	most = lines > inner.h ? lines - inner.h : 0;
	view->scroll.count = (size_t)most + 1;
	if (view->scroll.cursor > (size_t)most) {
		struct rect all = { 0, 0, inner.w, inner.h };

		view->scroll.cursor = (size_t)most;
		canvas_fill(&inside, all, ROLE_TEXT);
		draw_text(view, &inside);
	}
	if ((size_t)most > view->scroll.cursor)
		canvas_text(canvas, frame.w - 9, frame.h - 1, ROLE_TITLE,
		    " more ");
	if (focus)
		canvas_cursor(&inside, 0, 0);
}

static enum outcome
view_key(const struct control *control, void *value,
    const struct event *event)
{
	struct view *view = value;

	(void)control;
	return scroll_key(&view->scroll, event);
}

const struct widget view_widget = { true, false, view_draw, view_key };

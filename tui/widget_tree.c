#include "config.h"

#include "text_safe.h"
#include "widget_kinds.h"

static void
draw_line(struct tree *tree, const struct canvas *canvas, size_t row,
    bool focus)
{
	struct rect all = { 0, 0, canvas->area.w, 1 };
	bool here = row == tree->scroll.cursor;
	struct tree_row what = { 0 };
	struct buf text = { 0 };
	char mark[2] = { 0, 0 };
	int x;

	what.role = ROLE_TEXT;
	tree->row(tree->context, row, &what, &text);
	if (here)
		what.role = focus ? ROLE_CURSOR : ROLE_CURSOR_AWAY;
	canvas_fill(canvas, all, what.role);
	canvas_text(canvas, 0, 0, what.role, here ? ">" : " ");
	x = 2 + what.depth * 2;
	canvas_text(canvas, x, 0, what.role,
	    !what.branch ? " " : what.open ? "-" : "+");
	all.x = x + 2;
	all.w -= all.x + 2;
	canvas_fit(canvas, all, what.role, buf_text(&text));
	mark[0] = what.mark;
	if (what.mark)
		canvas_text(canvas, canvas->area.w - 2, 0, what.role, mark);
	buf_free(&text);
	if (here && focus && !tree->filtering)
		canvas_cursor(canvas, x, 0);
}

static void
tree_draw(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	struct tree *tree = value;
	struct rect frame = { 0, 0, canvas->area.w, canvas->area.h };
	struct rect inner = { 1, 1, frame.w - 2, frame.h - 2 };
	struct canvas inside = canvas_part(canvas, inner);
	int y;

	if (frame.w < 4 || frame.h < 3)
		return;
	canvas_frame(canvas, frame, focus ? ROLE_FRAME_FOCUS : ROLE_FRAME,
	    control->text);
	filter_show(&tree->filter, tree->filtering, canvas, 10, focus);
	scroll_settle(&tree->scroll, inner.h);
	for (y = 0; y < inner.h; y++) {
		size_t row = tree->scroll.top + (size_t)y;
		struct rect at = { 0, y, inner.w, 1 };
		struct canvas line = canvas_part(&inside, at);

		if (row >= tree->scroll.count)
			break;
		draw_line(tree, &line, row, focus);
	}
}

/* To the row that this one hangs on. */
static void
go_parent(struct tree *tree, int depth)
{
	struct buf text = { 0 };
	size_t row = tree->scroll.cursor;

	while (row > 0) {
		struct tree_row what = { 0 };

		buf_clear(&text);
		tree->row(tree->context, --row, &what, &text);
		if (what.depth < depth) {
			tree->scroll.cursor = row;
			break;
		}
	}
	buf_free(&text);
}

/* To the first row that hangs on this one, if one does. */
static void
go_child(struct tree *tree, int depth)
{
	struct tree_row next = { 0 };
	struct buf text = { 0 };
	size_t row = tree->scroll.cursor + 1;

	if (row >= tree->scroll.count)
		return;
	tree->row(tree->context, row, &next, &text);
	buf_free(&text);
	if (next.depth > depth)
		tree->scroll.cursor = row;
}

static enum outcome
fold_key(struct tree *tree, uint32_t key)
{
	struct tree_row what = { 0 };
	struct buf text = { 0 };
	size_t row = tree->scroll.cursor;

	tree->row(tree->context, row, &what, &text);
	buf_free(&text);
	if (key == K_RIGHT || key == 'l') {
		if (!what.branch)
			return PRESSED;
		if (what.open)
			go_child(tree, what.depth);
		else
			tree->fold(tree->context, row, true);
		return HANDLED;
	}
	if (what.branch && what.open)
		tree->fold(tree->context, row, false);
	else if (what.depth > 0)
		go_parent(tree, what.depth);
	else
		return IGNORED;
	return HANDLED;
}

/* On the sign of a branch it folds. */
static enum outcome
click(struct tree *tree, const struct event *event)
{
	enum outcome outcome =
	    scroll_click(&tree->scroll, event->y - 1, event->again);
	struct tree_row what = { 0 };
	struct buf text = { 0 };
	size_t row = tree->scroll.cursor;

	tree->filtering = false;
	if (outcome == IGNORED)
		return IGNORED;
	tree->row(tree->context, row, &what, &text);
	buf_free(&text);
	if (!what.branch || event->x != 3 + what.depth * 2)
		return outcome;
	tree->fold(tree->context, row, !what.open);
	return HANDLED;
}

static enum outcome
filter_typed(struct tree *tree, const struct event *event)
{
	enum outcome outcome =
	    filter_key(&tree->filter, &tree->filtering, event);

	if (outcome != CHANGED)
		return outcome;
	tree->pass(tree->context, line_text(&tree->filter));
	return HANDLED;
}

void
tree_clear(struct tree *tree)
{
	line_clear(&tree->filter);
}

static enum outcome
tree_key(const struct control *control, void *value,
    const struct event *event)
{
	struct tree *tree = value;
	uint32_t key = event->key;

	(void)control;
	if (event->key == K_CLICK)
		return click(tree, event);
	if (tree->filtering)
		return filter_typed(tree, event);
	if (key == '/') {
		tree->filtering = true;
		return HANDLED;
	}
	if (!tree->scroll.count)
		return IGNORED;
	if (key == K_ENTER)
		return PRESSED;
	if (key == K_RIGHT || key == 'l' || key == K_LEFT || key == 'h')
		return fold_key(tree, key);
	return scroll_key(&tree->scroll, event);
}

const struct widget tree_widget = { true, false, tree_draw, tree_key };

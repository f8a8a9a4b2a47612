#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "dialog_layout.h"
#include "policy/mem.h"
#include "text_safe.h"

#define CONTROLS_MOST 64

static int
stretch(int wanted, int start, int whole)
{
	return wanted > 0 ? wanted : whole - start + wanted + 1;
}

static struct rect
place_control(const struct control *control, int w, int h)
{
	const struct place *at = &control->at;
	struct rect rect;

	rect.x = at->x < 0 ? w + at->x : at->x;
	rect.y = at->y < 0 ? h + at->y : at->y;
	rect.w = stretch(at->w ? at->w : REST(0), rect.x, w);
	rect.h = at->h == 0 ? 1 : stretch(at->h, rect.y, h);
	return rect;
}

static struct rect
body_of(const struct dialog_type *type, int w, int h)
{
	struct rect box;

	box.w = type->w > 0 && type->w < w ? type->w : w;
	box.h = type->h > 0 && type->h < h ? type->h : h;
	box.x = (w - box.w) / 2;
	box.y = (h - box.h) / 2;
	return box;
}

static void
draw_control(struct dialog *dialog, const struct canvas *canvas, int i,
    struct rect rect, bool top)
{
	const struct control *control = &dialog->type->controls[i];
	struct control_spot *spot = &dialog->spots[i];
	struct canvas part;

	spot->seen.w = 0;
	if (rect.w <= 0 || rect.h <= 0 || !control_seen(dialog, control))
		return;
	part = canvas_part(canvas, rect);
	*spot = (struct control_spot){ part.area.x, part.area.y,
		rect_meet(part.area, part.clip) };
	widget_of(control->kind)
	    ->draw(control, control_value(dialog, control), &part,
	        top && i == dialog->focus);
}

/* Scrolls so that the control with the focus shows. */
static void
scroll_to(struct dialog *dialog, const struct rect *rect, int seen, int whole)
{
	if (rect->y < dialog->scroll)
		dialog->scroll = rect->y;
	if (rect->y + rect->h > dialog->scroll + seen)
		dialog->scroll = rect->y + rect->h - seen;
	if (rect->h > seen)
		dialog->scroll = rect->y;
	if (dialog->scroll > whole - seen)
		dialog->scroll = whole - seen;
	if (dialog->scroll < 0)
		dialog->scroll = 0;
}

/* Two panes of a low screen get half of it each. */
static void
stack_panes(const struct dialog_type *type, struct rect *rects)
{
	int whole = rects[1].y + rects[1].h, lines = abs(type->stack);

	if (lines > whole / 2)
		lines = whole / 2;
	if (type->stack > 0)
		lines = whole - lines;
	rects[0].h = rects[1].y = lines;
	rects[1].h = whole - lines;
}

/* Is a control that stays scrolled out of sight, if so many lines show? */
static bool
is_hidden(const struct dialog *dialog, const struct rect *rects, int seen)
{
	const struct control *control = dialog->type->controls;
	int i;

	for (i = 0; control[i].kind != CONTROL_END; i++)
		if (control[i].stays && (rects[i].y < dialog->scroll ||
		        rects[i].y >= dialog->scroll + seen))
			return true;
	return false;
}

/* Those that stay get the last line, the others what is above it. */
static void
draw_scrolled(struct dialog *dialog, const struct canvas *inner,
    const struct rect *rects, int h, bool top)
{
	struct rect all = { 0, -dialog->scroll, inner->area.w, h };
	struct rect above = { 0, 0, inner->area.w, inner->area.h };
	bool hidden = is_hidden(dialog, rects, inner->area.h);
	const struct control *control = dialog->type->controls;
	struct canvas seen, content;
	int i;

	above.h -= hidden;
	seen = canvas_part(inner, above);
	content = canvas_part(&seen, all);
	content.clip = seen.clip;
	for (i = 0; control[i].kind != CONTROL_END; i++) {
		struct rect last = { rects[i].x, above.h, rects[i].w, 1 };

		if (hidden && control[i].stays)
			draw_control(dialog, inner, i, last, top);
		else
			draw_control(dialog, &content, i, rects[i], top);
	}
}

/* The lines that are left when a control may have to stay. */
static int
lines_seen(const struct dialog *dialog, int lines, int whole)
{
	const struct control *control = dialog->type->controls;

	for (; lines < whole && control->kind != CONTROL_END; control++)
		if (control->stays)
			return lines - 1;
	return lines;
}

static void
draw_inside(struct dialog *dialog, const struct canvas *inner, bool top)
{
	const struct dialog_type *type = dialog->type;
	int w = inner->area.w, h = inner->area.h, i;
	struct rect rects[CONTROLS_MOST];

	if (h < type->least_h)
		h = type->least_h;
	for (i = 0; type->controls[i].kind != CONTROL_END; i++)
		rects[i] = place_control(&type->controls[i], w, h);
	if (type->stack)
		stack_panes(type, rects);
	if (type->arrange)
		type->arrange(dialog, w, h, rects);
	dialog_focused(dialog);
	if (dialog->focus >= 0)
		scroll_to(dialog, &rects[dialog->focus],
		    lines_seen(dialog, inner->area.h, h), h);
	draw_scrolled(dialog, inner, rects, h, top);
}

void
dialog_draw(struct dialog *dialog, const struct canvas *body, bool top)
{
	const struct dialog_type *type = dialog->type;
	struct rect box = body_of(type, body->area.w, body->area.h);
	struct rect inner = { 2, 1, box.w - 4, box.h - 2 };
	struct canvas frame, inside;
	struct rect all = { 0, 0, box.w, box.h };

	dialog->shown = top;
	if (dialog->stale && type->refresh)
		type->refresh(dialog);
	dialog->stale = dialog->behind = false;
	if (type->screen) {
		draw_inside(dialog, body, top);
		if (body->area.h < type->least_h)
			canvas_text(body, body->area.w - 10,
			    lines_seen(dialog, body->area.h, type->least_h) - 1,
			    ROLE_TITLE, " scrolls ");
		return;
	}
	frame = canvas_part(body, box);
	canvas_fill(&frame, all, ROLE_TEXT);
	canvas_frame(&frame, all, top ? ROLE_FRAME_FOCUS : ROLE_FRAME,
	    dialog->title);
	inside = canvas_part(&frame, inner);
	draw_inside(dialog, &inside, top);
	if (box.h - 2 < type->least_h)
		canvas_text(&frame, box.w - 10, box.h - 1, ROLE_TITLE,
		    " scrolls ");
}

/* --- the footer -------------------------------------------------------- */

struct footer {
	struct buf *text;
	int room;
	int at; /* the column that is asked about, or -1 */
	const struct key_row *there; /* what it shows */
};

static void
add_part(struct footer *footer, const struct key_row *row, const char *text)
{
	int from = text_columns(buf_text(footer->text));

	buf_add(footer->text, text);
	if (footer->at >= from &&
	    footer->at < text_columns(buf_text(footer->text)))
		footer->there = row;
}

static bool
add_key(const struct dialog *dialog, const struct key_row *row,
    struct footer *footer)
{
	char name[16];
	struct buf text = { 0 };
	bool fits;

	if (!row->label || (row->alive && !row->alive(dialog)))
		return true;
	buf_addf(&text, " %s:%s", key_name(key_first(row), name),
	    row->label);
	fits = text_columns(buf_text(footer->text)) +
	    text_columns(text.data) <= footer->room;
	if (fits)
		add_part(footer, row, text.data);
	buf_free(&text);
	return fits;
}

/* Has this dialog a list with a filter? */
static bool
has_list(const struct dialog *dialog)
{
	const struct control *control = dialog->type->controls;

	for (; control->kind != CONTROL_END; control++)
		if ((control->kind == CONTROL_TABLE ||
		        control->kind == CONTROL_TREE) &&
		    control_seen(dialog, control))
			return true;
	return false;
}

/* Do letters go into a text now? */
static bool
is_typed_in(const struct dialog *dialog)
{
	return dialog->focus >= 0 &&
	    control_typing(dialog, &dialog->type->controls[dialog->focus]);
}

static const struct key_row *
row_of(int id)
{
	const struct key_row *row = general_keys;

	while (row->id != id)
		row++;
	return row;
}

static void
add_footer(const struct dialog *dialog, struct footer *footer, int w)
{
	const char *back = dialog->owner || is_typed_in(dialog) ? " Esc:Back"
	                                                        : " q:Quit";
	const char *help = is_typed_in(dialog) ? " F1:Help" : " ?:Help";
	const struct key_row *row = dialog->type->keys;

	footer->room = w - (int)(strlen(back) + strlen(help));
	for (; row && (row->key || row->id); row++)
		if (!add_key(dialog, row, footer))
			break;
	if (has_list(dialog))
		for (row = list_keys; row->key; row++)
			add_key(dialog, row, footer);
	for (row = general_keys; row->key; row++)
		if (row->id != ID_CANCEL && row->id != ID_HELP)
			add_key(dialog, row, footer);
	add_part(footer, row_of(ID_CANCEL), back);
	add_part(footer, row_of(ID_HELP), help);
}

void
dialog_footer(const struct dialog *dialog, struct buf *out, int w)
{
	struct footer footer = { .text = out, .at = -1, };

	add_footer(dialog, &footer, w);
}

const struct key_row *
dialog_footer_row(const struct dialog *dialog, int w, int x)
{
	struct buf text = { 0 };
	struct footer footer = { .text = &text, .at = x, };

	add_footer(dialog, &footer, w);
	buf_free(&text);
	return footer.there;
}

/* --- the check at the start -------------------------------------------- */

static const struct key_row *
keys_of_lists(const struct dialog_type *type)
{
	const struct control *control = type->controls;

	for (; control->kind != CONTROL_END; control++)
		if (control->kind == CONTROL_TABLE ||
		    control->kind == CONTROL_TREE)
			return list_keys;
	return NULL;
}

static bool
hot_clash(const struct control *a, const struct control *b)
{
	char letter = label_hot(a->text);

	return letter && letter == label_hot(b->text) &&
	    (!a->tab || !b->tab || a->tab == b->tab) &&
	    !(a->alive && b->alive && a->alive != b->alive);
}

static bool
check_hot(const struct dialog_type *type, struct err *err)
{
	const struct control *a, *b;
	const struct key_row *row;

	for (a = type->controls; a->kind != CONTROL_END; a++) {
		for (b = a + 1; b->kind != CONTROL_END; b++)
			if (hot_clash(a, b))
				return fail(err, "letter %c is in \"%s\" and "
				    "in \"%s\"", label_hot(a->text), a->text,
				    b->text);
		for (row = type->keys; row && row->key; row++)
			if (label_hot(a->text) &&
			    ((uint32_t)label_hot(a->text) == key_first(row) ||
			        (uint32_t)label_hot(a->text) ==
			            key_second(row)) &&
			    row->id != a->id)
				return fail(err, "letter %c of \"%s\" is a "
				    "key, too", label_hot(a->text), a->text);
	}
	return true;
}

bool
dialog_type_check(const struct dialog_type *type, struct err *err)
{
	int count = 0;

	while (type->controls[count].kind != CONTROL_END)
		count++;
	if (count >= CONTROLS_MOST)
		return fail(err, "%s: %d controls, at most %d", type->title,
		    count, CONTROLS_MOST - 1);
	if (!key_check(type->keys, general_keys, err) ||
	    !key_check(type->keys, keys_of_lists(type), err) ||
	    !key_check(general_keys, keys_of_lists(type), err) ||
	    !check_hot(type, err))
		return fail_in(err, "%s", type->title);
	return true;
}

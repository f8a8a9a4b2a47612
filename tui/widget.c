#include "config.h"

#include <ctype.h>
#include <string.h>

#include "text_safe.h"
#include "widget_kinds.h"

const struct widget *
widget_of(enum control_kind kind)
{
	static const struct widget *const widgets[CONTROL_KINDS] = {
		[CONTROL_END] = &label_widget,
		[CONTROL_LABEL] = &label_widget,
		[CONTROL_CAPTION] = &caption_widget,
		[CONTROL_CHECK] = &check_widget,
		[CONTROL_RADIO] = &radio_widget,
		[CONTROL_CHOICE] = &choice_widget,
		[CONTROL_PICK] = &pick_widget,
		[CONTROL_LINE] = &line_widget,
		[CONTROL_BUTTON] = &button_widget,
		[CONTROL_TABLE] = &table_widget,
		[CONTROL_TREE] = &tree_widget,
		[CONTROL_VIEW] = &view_widget,
		[CONTROL_TABS] = &tabs_widget,
		[CONTROL_PROGRESS] = &progress_widget,
		[CONTROL_RULE] = &rule_widget,
	};

	return widgets[kind];
}

char
label_hot(const char *label)
{
	const char *mark = label ? strchr(label, '&') : NULL;

	return mark ? (char)tolower((unsigned char)mark[1]) : '\0';
}

int
label_columns(const char *label)
{
	return label ? text_columns(label) - (strchr(label, '&') != NULL) : 0;
}

/* The text of a label with its hot letter shown; returns its columns. */
int
label_draw(const struct canvas *canvas, struct rect where, enum role role,
    const char *label)
{
	const char *mark = label ? strchr(label, '&') : NULL;
	struct buf text = { 0 };
	struct rect hot = { where.x, where.y, 1, 1 };
	int columns;

	if (!label)
		return 0;
	if (mark) {
		buf_addn(&text, label, (size_t)(mark - label));
		hot.x += text_columns(buf_text(&text));
		buf_add(&text, mark + 1);
	} else {
		buf_add(&text, label);
	}
	columns = canvas_text(canvas, where.x, where.y, role, buf_text(&text));
	if (mark && role != ROLE_BUTTON_FOCUS && role != ROLE_OFF)
		canvas_role(canvas, hot, ROLE_HOT);
	buf_free(&text);
	return columns;
}

static void
label_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	struct rect all = { 0, 0, canvas->area.w, canvas->area.h };

	(void)value;
	(void)focus;
	canvas_wrap(canvas, all, ROLE_TEXT, control->text);
}

static enum outcome
deaf(const struct control *control, void *value, const struct event *event)
{
	(void)control;
	(void)value;
	(void)event;
	return IGNORED;
}

const struct widget label_widget = { false, false, label_show, deaf };

void
caption_set(struct caption *caption, enum role role, const char *text)
{
	caption->role = role;
	buf_clear(&caption->text);
	buf_add(&caption->text, text);
}

static void
caption_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	const struct caption *caption = value;
	struct rect all = { 0, 0, canvas->area.w, canvas->area.h };

	(void)control;
	(void)focus;
	if (canvas->area.h == 1)
		canvas_fit(canvas, all, caption->role,
		    buf_text(&caption->text));
	else
		canvas_wrap(canvas, all, caption->role,
		    buf_text(&caption->text));
}

const struct widget caption_widget = { false, false, caption_show, deaf };

static void
rule_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	int x;

	(void)value;
	(void)focus;
	for (x = 0; x < canvas->area.w; x++)
		canvas_glyph(canvas, x, 0, ROLE_FRAME, GLYPH_HORIZONTAL);
	if (control->text)
		canvas_text(canvas, 1, 0, ROLE_TITLE, control->text);
}

const struct widget rule_widget = { false, false, rule_show, deaf };

static void
box_show(const struct control *control, const char *box,
    const struct canvas *canvas, bool focus)
{
	struct rect at = { 4, 0, canvas->area.w - 4, 1 };
	struct rect all = { 0, 0, 4 + label_columns(control->text), 1 };

	canvas_text(canvas, 0, 0, ROLE_TEXT, box);
	label_draw(canvas, at, ROLE_TEXT, control->text);
	if (!focus)
		return;
	canvas_role(canvas, all, ROLE_BUTTON_FOCUS);
	canvas_cursor(canvas, 1, 0);
}

static bool
is_press(const struct event *event)
{
	return event->key == ' ' || event->key == K_ENTER ||
	    event->key == K_CLICK;
}

static void
check_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	box_show(control, *(bool *)value ? "[x]" : "[ ]", canvas, focus);
}

static enum outcome
check_key(const struct control *control, void *value,
    const struct event *event)
{
	(void)control;
	if (event->key != ' ' && event->key != K_CLICK)
		return IGNORED;
	*(bool *)value = !*(bool *)value;
	return CHANGED;
}

const struct widget check_widget = { true, false, check_show, check_key };

static void
radio_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	box_show(control, *(int *)value == control->value ? "(*)" : "( )",
	    canvas, focus);
}

static enum outcome
radio_key(const struct control *control, void *value,
    const struct event *event)
{
	if (event->key != ' ' && event->key != K_CLICK)
		return IGNORED;
	if (*(int *)value == control->value)
		return HANDLED;
	*(int *)value = control->value;
	return CHANGED;
}

const struct widget radio_widget = { true, false, radio_show, radio_key };

static void
button_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	enum role role = focus ? ROLE_BUTTON_FOCUS : ROLE_BUTTON;
	struct rect at = { 2, 0, canvas->area.w - 2, 1 };
	int x;

	(void)value;
	canvas_text(canvas, 0, 0, role, "[ ");
	x = 2 + label_draw(canvas, at, role, control->text);
	canvas_text(canvas, x, 0, role, " ]");
	if (focus)
		canvas_cursor(canvas, 2, 0);
}

static enum outcome
button_key(const struct control *control, void *value,
    const struct event *event)
{
	(void)control;
	(void)value;
	return is_press(event) ? PRESSED : IGNORED;
}

const struct widget button_widget = { true, false, button_show, button_key };

static void
tabs_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	int x = 1, i;

	for (i = 0; control->words[i]; i++) {
		bool here = *(int *)value == i + 1;
		enum role role = !here ? ROLE_TEXT
		    : focus            ? ROLE_CURSOR
		                       : ROLE_CURSOR_AWAY;

		if (here && focus)
			canvas_cursor(canvas, x + 1, 0);
		x += canvas_text(canvas, x, 0, role, here ? "[" : " ");
		x += canvas_text(canvas, x, 0, role, control->words[i]);
		x += canvas_text(canvas, x, 0, role, here ? "]" : " ");
		x += 2;
	}
}

static int
word_count(const char *const *words)
{
	int count = 0;

	while (words[count])
		count++;
	return count;
}

/* The tab that is drawn at x, from 1; 0: none is. */
static int
tab_at(const struct control *control, int x)
{
	int end = 1, i;

	for (i = 0; control->words[i]; i++) {
		end += text_columns(control->words[i]) + 4;
		if (x < end - 2)
			return x < end - 4 - text_columns(control->words[i])
			    ? 0 : i + 1;
	}
	return 0;
}

/* The value counts from 1, as the tab of a control does. */
static enum outcome
tabs_key(const struct control *control, void *value,
    const struct event *event)
{
	int *at = value, count = word_count(control->words);
	int to = *at;

	if (event->key == K_RIGHT || event->key == 'l')
		to = *at % count + 1;
	else if (event->key == K_LEFT || event->key == 'h')
		to = (*at + count - 2) % count + 1;
	else if (event->key >= '1' && event->key < '1' + (uint32_t)count)
		to = (int)(event->key - '0');
	else if (event->key == K_CLICK && tab_at(control, event->x))
		to = tab_at(control, event->x);
	else
		return IGNORED;
	*at = to;
	return CHANGED;
}

const struct widget tabs_widget = { true, false, tabs_show, tabs_key };

static void
progress_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	const struct progress *progress = value;
	int inner = canvas->area.w - 2, done, x;

	(void)control;
	(void)focus;
	if (inner < 1)
		return;
	done = progress->total
	    ? (int)(progress->done * (unsigned long)inner / progress->total)
	    : 0;
	canvas_text(canvas, 0, 0, ROLE_TEXT, "[");
	for (x = 0; x < inner; x++)
		canvas_glyph(canvas, x + 1, 0, ROLE_TEXT,
		    x < done ? GLYPH_DONE : GLYPH_TODO);
	canvas_text(canvas, inner + 1, 0, ROLE_TEXT, "]");
}

const struct widget progress_widget = { false, false, progress_show, deaf };

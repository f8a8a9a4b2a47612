#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "text_safe.h"
#include "widget_kinds.h"

void
line_set(struct line *line, const char *text)
{
	buf_clear(&line->text);
	buf_add(&line->text, text ? text : "");
	line->at = line->text.len;
	line->left = 0;
}

const char *
line_text(const struct line *line)
{
	return buf_text(&line->text);
}

void
line_hide(struct line *line, size_t most)
{
	char *room = mem_new(most + 1, 1);

	buf_addn(&line->text, room, most);
	buf_clear(&line->text);
	free(room);
	line->most = most;
	line->hidden = true;
}

void
line_clear(struct line *line)
{
	if (line->hidden && line->text.data)
		explicit_bzero(line->text.data, line->text.cap);
	buf_free(&line->text);
	memset(line, 0, sizeof(*line));
}

static bool
is_middle(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t
step_left(const struct line *line, size_t at)
{
	while (at > 0 && is_middle(line_text(line)[--at]))
		continue;
	return at;
}

static size_t
step_right(const struct line *line, size_t at)
{
	if (at < line->text.len)
		at++;
	while (at < line->text.len && is_middle(line_text(line)[at]))
		at++;
	return at;
}

/* The beginning of the word before the cursor. */
static size_t
word_left(const struct line *line)
{
	const char *text = line_text(line);
	size_t at = line->at;

	while (at > 0 && text[at - 1] == ' ')
		at--;
	while (at > 0 && text[at - 1] != ' ')
		at--;
	return at;
}

static void
cut(struct line *line, size_t from, size_t to)
{
	struct buf *text = &line->text;

	if (from == to)
		return;
	memmove(text->data + from, text->data + to, text->len - to + 1);
	text->len -= to - from;
	line->at = from;
}

static void
insert(struct line *line, const char *bytes, size_t n)
{
	size_t most = line->most ? line->most : 255, at = line->at;
	size_t tail = line->text.len - at;

	if (line->text.len + n > most)
		return;
	buf_addn(&line->text, bytes, n); /* room for it */
	memmove(line->text.data + at + n, line->text.data + at, tail);
	memcpy(line->text.data + at, bytes, n);
	line->at += n;
}

/* A paste into one line: its first line, controls dropped. */
static void
insert_paste(struct line *line, const struct event *event)
{
	const char *text = event->text;
	size_t left = event->len;

	while (left && *text != '\n') {
		uint32_t ch;
		size_t n = utf8_read(text, left, &ch);

		if (n && ch >= 32 && ch != 127)
			insert(line, text, n);
		n = n ? n : 1;
		text += n;
		left -= n;
	}
}

static bool
edit(struct line *line, uint32_t key)
{
	size_t at = line->at, len = line->text.len;

	if (key == K_BACKSPACE)
		cut(line, step_left(line, at), at);
	else if (key == K_DELETE || key == K_CTRL('d'))
		cut(line, at, step_right(line, at));
	else if (key == K_CTRL('u'))
		cut(line, 0, at);
	else if (key == K_CTRL('k'))
		cut(line, at, len);
	else if (key == K_CTRL('w'))
		cut(line, word_left(line), at);
	else
		return false;
	return true;
}

static bool
move(struct line *line, uint32_t key)
{
	if (key == K_LEFT)
		line->at = step_left(line, line->at);
	else if (key == K_RIGHT)
		line->at = step_right(line, line->at);
	else if (key == K_HOME || key == K_CTRL('a'))
		line->at = 0;
	else if (key == K_END || key == K_CTRL('e'))
		line->at = line->text.len;
	else
		return false;
	return true;
}

enum outcome
line_type(struct line *line, const struct event *event)
{
	uint32_t key = event->key;
	char bytes[4];

	if (move(line, key))
		return HANDLED;
	if (edit(line, key))
		return CHANGED;
	if (key == K_PASTE) {
		insert_paste(line, event);
		return CHANGED;
	}
	if (key < 32 || key == 127 || key >= K_NAMED)
		return IGNORED;
	insert(line, bytes, utf8_write(bytes, key));
	return CHANGED;
}

static int
columns_between(const struct line *line, size_t from, size_t to)
{
	char *part;
	int columns = 0;

	if (line->hidden) {
		for (; from < to; from++)
			columns += !is_middle(line_text(line)[from]);
		return columns;
	}
	part = mem_textn(line_text(line) + from, to - from);
	columns = text_columns(part);
	free(part);
	return columns;
}

static void
show_text(const struct line *line, const struct canvas *canvas, enum role role)
{
	int stars = columns_between(line, line->left, line->text.len);

	if (!line->hidden)
		canvas_text(canvas, 0, 0, role, line_text(line) + line->left);
	else
		while (stars--)
			canvas_text(canvas, stars, 0, role, "*");
}

/* The field fills the canvas: [text___]. */
void
line_show(struct line *line, const struct canvas *canvas, bool focus)
{
	enum role role = focus ? ROLE_FIELD_FOCUS : ROLE_FIELD;
	int inner = canvas->area.w - 2, used;
	struct rect part = { 1, 0, inner, 1 };
	struct canvas inside;

	if (inner < 2)
		return;
	inside = canvas_part(canvas, part);
	part.x = 0;
	if (line->at < line->left)
		line->left = line->at;
	while (columns_between(line, line->left, line->at) >= inner)
		line->left = step_right(line, line->left);
	canvas_text(canvas, 0, 0, ROLE_TEXT, "[");
	canvas_text(canvas, inner + 1, 0, ROLE_TEXT, "]");
	canvas_fill(&inside, part, role);
	show_text(line, &inside, role);
	used = columns_between(line, line->left, line->at);
	if (focus)
		canvas_cursor(&inside, used, 0);
}

/* Where the field begins, behind its label. */
static int
field_at(const struct control *control)
{
	int x = label_columns(control->text);

	x += x > 0;
	return x < control->value ? control->value : x;
}

static void
line_draw(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	struct rect part = { 0, 0, canvas->area.w, 1 };
	struct canvas field;

	label_draw(canvas, part, ROLE_TEXT, control->text);
	part.x = field_at(control);
	part.w -= part.x;
	field = canvas_part(canvas, part);
	line_show(value, &field, focus);
}

/* The cursor goes to this column of the field. */
static void
go_column(struct line *line, int column)
{
	line->at = line->left;
	while (line->at < line->text.len &&
	    columns_between(line, line->left,
	        step_right(line, line->at)) <= column)
		line->at = step_right(line, line->at);
}

static enum outcome
line_key(const struct control *control, void *value,
    const struct event *event)
{
	if (event->key != K_CLICK)
		return line_type(value, event);
	go_column(value, event->x - field_at(control) - 1);
	return HANDLED;
}

const struct widget line_widget = { true, true, line_draw, line_key };

#include "config.h"

#include "widget_kinds.h"

#define WHEEL_ROWS 3

static void
go(struct scroll *scroll, size_t to)
{
	scroll->cursor = scroll->count == 0 ? 0
	    : to >= scroll->count           ? scroll->count - 1
	                                    : to;
}

static void
move_up(struct scroll *scroll, size_t rows)
{
	go(scroll, scroll->cursor > rows ? scroll->cursor - rows : 0);
}

static bool
read_number(struct scroll *scroll, uint32_t key)
{
	if (key < '0' || key > '9')
		return false;
	if (scroll->number < 100000000)
		scroll->number = scroll->number * 10 + (key - '0');
	return true;
}

enum outcome
scroll_key(struct scroll *scroll, const struct event *event)
{
	size_t page = scroll->page > 1 ? scroll->page - 1 : 1;
	size_t number = scroll->number;
	uint32_t key = event->key;

	if (read_number(scroll, key))
		return HANDLED;
	scroll->number = 0;
	if (key == K_DOWN || key == 'j')
		go(scroll, scroll->cursor + 1);
	else if (key == K_UP || key == 'k')
		move_up(scroll, 1);
	else if (key == K_PGDN || key == K_CTRL('f'))
		go(scroll, scroll->cursor + page);
	else if (key == K_PGUP || key == K_CTRL('b'))
		move_up(scroll, page);
	else if (key == K_HOME || key == 'g')
		go(scroll, 0);
	else if (key == 'G')
		go(scroll, number ? number - 1 : scroll->count);
	else if (key == K_END)
		go(scroll, scroll->count);
	else if (key == K_WHEEL_DOWN)
		go(scroll, scroll->cursor + WHEEL_ROWS);
	else if (key == K_WHEEL_UP)
		move_up(scroll, WHEEL_ROWS);
	else
		return IGNORED;
	return HANDLED;
}

void
scroll_settle(struct scroll *scroll, int rows)
{
	scroll->page = rows > 0 ? (size_t)rows : 0;
	if (scroll->cursor >= scroll->count)
		scroll->cursor = scroll->count ? scroll->count - 1 : 0;
	if (scroll->cursor < scroll->top)
		scroll->top = scroll->cursor;
	if (scroll->page && scroll->cursor >= scroll->top + scroll->page)
		scroll->top = scroll->cursor - scroll->page + 1;
	if (scroll->top + scroll->page > scroll->count)
		scroll->top = scroll->count > scroll->page
		    ? scroll->count - scroll->page
		    : 0;
}

enum outcome
scroll_click(struct scroll *scroll, int y, bool again)
{
	size_t row = scroll->top + (size_t)y;
	bool here = row == scroll->cursor;

	if (y < 0 || (size_t)y >= scroll->page || row >= scroll->count)
		return IGNORED;
	scroll->cursor = row;
	return here && again ? PRESSED : HANDLED;
}

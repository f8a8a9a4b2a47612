#include "config.h"

#include <string.h>

#include "mouse.h"

#define NUMBER_MOST 9999 /* no terminal has so many columns */
#define LEFT 0
#define WHEEL_UP 64
#define WHEEL_DOWN 65
#define MODIFIERS 28 /* Shift, Meta and Ctrl */

void
mouse_begin(struct mouse *mouse, enum mouse_kind kind)
{
	memset(mouse, 0, sizeof(*mouse));
	mouse->kind = kind;
}

static void
say(const struct mouse *mouse, struct event *event)
{
	int button = mouse->numbers[0] & ~MODIFIERS;

	if (mouse->numbers[1] < 1 || mouse->numbers[2] < 1)
		return;
	event->x = mouse->numbers[1] - 1;
	event->y = mouse->numbers[2] - 1;
	event->key = button == LEFT ? K_CLICK
	    : button == WHEEL_UP    ? K_WHEEL_UP
	    : button == WHEEL_DOWN  ? K_WHEEL_DOWN
	                            : 0;
}

/* "0;12;5M" is a press, with m at the end it is a release. */
static bool
take_sgr(struct mouse *mouse, uint32_t ch, struct event *event)
{
	int *number = &mouse->numbers[mouse->count];

	if (ch >= '0' && ch <= '9' && *number <= NUMBER_MOST) {
		*number = *number * 10 + (int)(ch - '0');
		return true;
	}
	if (ch == ';' && mouse->count < 2) {
		mouse->count++;
		return true;
	}
	if (ch == 'M' && mouse->count == 2)
		say(mouse, event);
	mouse->kind = MOUSE_NONE;
	return ch == 'M' || ch == 'm';
}

/* Three characters, each 32 more than what it says. */
static bool
take_old(struct mouse *mouse, uint32_t ch, struct event *event)
{
	if (ch < 32 || ch > 255) {
		mouse->kind = MOUSE_NONE;
		return false;
	}
	mouse->numbers[mouse->count++] = (int)ch - 32;
	if (mouse->count < 3)
		return true;
	say(mouse, event);
	mouse->kind = MOUSE_NONE;
	return true;
}

bool
mouse_take(struct mouse *mouse, uint32_t ch, struct event *event)
{
	if (mouse->kind == MOUSE_NONE)
		return false;
	return mouse->kind == MOUSE_SGR ? take_sgr(mouse, ch, event)
	                                : take_old(mouse, ch, event);
}

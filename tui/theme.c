#include "config.h"

#include <string.h>

#include "theme.h"

#define OWN COLOUR_OWN
#define BLACK COLOUR_BLACK
#define WHITE COLOUR_WHITE
#define BOLD LOOK_BOLD
#define LINE LOOK_UNDERLINE

/* Both sides of a coloured pair are set, so that it can be read on any
 * background. */
static const struct look auto_looks[ROLE_COUNT] = {
	[ROLE_TEXT] = { OWN, OWN, 0 },
	[ROLE_STRONG] = { OWN, OWN, BOLD },
	[ROLE_FRAME] = { OWN, OWN, 0 },
	[ROLE_FRAME_FOCUS] = { OWN, OWN, BOLD },
	[ROLE_TITLE] = { OWN, OWN, BOLD },
	[ROLE_BAR] = { BLACK, COLOUR_CYAN, 0 },
	[ROLE_BAR_KEY] = { BLACK, COLOUR_CYAN, LINE },
	[ROLE_HEAD] = { OWN, OWN, LINE },
	[ROLE_CURSOR] = { WHITE, COLOUR_BLUE, BOLD },
	[ROLE_CURSOR_AWAY] = { BLACK, WHITE, 0 },
	[ROLE_FIELD] = { OWN, OWN, LINE },
	[ROLE_FIELD_FOCUS] = { WHITE, COLOUR_BLUE, 0 },
	[ROLE_BUTTON] = { OWN, OWN, 0 },
	[ROLE_BUTTON_FOCUS] = { WHITE, COLOUR_BLUE, BOLD },
	[ROLE_HOT] = { OWN, OWN, BOLD | LINE },
	[ROLE_OFF] = { OWN, OWN, 0 },
	[ROLE_GOOD] = { BLACK, COLOUR_GREEN, 0 },
	[ROLE_WARN] = { BLACK, COLOUR_YELLOW, 0 },
	[ROLE_BAD] = { WHITE, COLOUR_RED, BOLD },
};

/* On black, whatever the terminal has. */
static const struct look dark_looks[ROLE_COUNT] = {
	[ROLE_TEXT] = { WHITE, BLACK, 0 },
	[ROLE_STRONG] = { WHITE, BLACK, BOLD },
	[ROLE_FRAME] = { COLOUR_CYAN, BLACK, 0 },
	[ROLE_FRAME_FOCUS] = { COLOUR_CYAN, BLACK, BOLD },
	[ROLE_TITLE] = { COLOUR_CYAN, BLACK, BOLD },
	[ROLE_BAR] = { WHITE, COLOUR_BLUE, 0 },
	[ROLE_BAR_KEY] = { WHITE, COLOUR_BLUE, BOLD | LINE },
	[ROLE_HEAD] = { COLOUR_CYAN, BLACK, LINE },
	[ROLE_CURSOR] = { BLACK, COLOUR_CYAN, 0 },
	[ROLE_CURSOR_AWAY] = { BLACK, WHITE, 0 },
	[ROLE_FIELD] = { WHITE, BLACK, LINE },
	[ROLE_FIELD_FOCUS] = { BLACK, COLOUR_CYAN, 0 },
	[ROLE_BUTTON] = { WHITE, BLACK, 0 },
	[ROLE_BUTTON_FOCUS] = { BLACK, COLOUR_CYAN, 0 },
	[ROLE_HOT] = { WHITE, BLACK, BOLD | LINE },
	[ROLE_OFF] = { WHITE, BLACK, 0 },
	[ROLE_GOOD] = { COLOUR_GREEN, BLACK, BOLD },
	[ROLE_WARN] = { COLOUR_YELLOW, BLACK, BOLD },
	[ROLE_BAD] = { WHITE, COLOUR_RED, BOLD },
};

/* On white, whatever the terminal has. */
static const struct look light_looks[ROLE_COUNT] = {
	[ROLE_TEXT] = { BLACK, WHITE, 0 },
	[ROLE_STRONG] = { BLACK, WHITE, BOLD },
	[ROLE_FRAME] = { COLOUR_BLUE, WHITE, 0 },
	[ROLE_FRAME_FOCUS] = { COLOUR_BLUE, WHITE, BOLD },
	[ROLE_TITLE] = { COLOUR_BLUE, WHITE, BOLD },
	[ROLE_BAR] = { BLACK, COLOUR_CYAN, 0 },
	[ROLE_BAR_KEY] = { BLACK, COLOUR_CYAN, LINE },
	[ROLE_HEAD] = { COLOUR_BLUE, WHITE, LINE },
	[ROLE_CURSOR] = { WHITE, COLOUR_BLUE, BOLD },
	[ROLE_CURSOR_AWAY] = { WHITE, BLACK, 0 },
	[ROLE_FIELD] = { BLACK, WHITE, LINE },
	[ROLE_FIELD_FOCUS] = { WHITE, COLOUR_BLUE, 0 },
	[ROLE_BUTTON] = { BLACK, WHITE, 0 },
	[ROLE_BUTTON_FOCUS] = { WHITE, COLOUR_BLUE, BOLD },
	[ROLE_HOT] = { BLACK, WHITE, BOLD | LINE },
	[ROLE_OFF] = { BLACK, WHITE, 0 },
	[ROLE_GOOD] = { BLACK, COLOUR_GREEN, 0 },
	[ROLE_WARN] = { BLACK, COLOUR_YELLOW, 0 },
	[ROLE_BAD] = { WHITE, COLOUR_RED, BOLD },
};

/* Nothing but black, white and the strongest pairs. */
static const struct look contrast_looks[ROLE_COUNT] = {
	[ROLE_TEXT] = { WHITE, BLACK, BOLD },
	[ROLE_STRONG] = { COLOUR_CYAN, BLACK, BOLD },
	[ROLE_FRAME] = { WHITE, BLACK, BOLD },
	[ROLE_FRAME_FOCUS] = { COLOUR_YELLOW, BLACK, BOLD },
	[ROLE_TITLE] = { COLOUR_YELLOW, BLACK, BOLD },
	[ROLE_BAR] = { BLACK, WHITE, 0 },
	[ROLE_BAR_KEY] = { BLACK, WHITE, LINE },
	[ROLE_HEAD] = { WHITE, BLACK, BOLD | LINE },
	[ROLE_CURSOR] = { BLACK, COLOUR_YELLOW, 0 },
	[ROLE_CURSOR_AWAY] = { BLACK, WHITE, 0 },
	[ROLE_FIELD] = { WHITE, BLACK, BOLD | LINE },
	[ROLE_FIELD_FOCUS] = { BLACK, COLOUR_YELLOW, 0 },
	[ROLE_BUTTON] = { WHITE, BLACK, BOLD },
	[ROLE_BUTTON_FOCUS] = { BLACK, COLOUR_YELLOW, 0 },
	[ROLE_HOT] = { COLOUR_YELLOW, BLACK, BOLD | LINE },
	[ROLE_OFF] = { WHITE, BLACK, 0 },
	[ROLE_GOOD] = { BLACK, COLOUR_GREEN, 0 },
	[ROLE_WARN] = { BLACK, COLOUR_YELLOW, 0 },
	[ROLE_BAD] = { WHITE, COLOUR_RED, BOLD },
};

const struct theme themes[] = {
	{ "auto", auto_looks, },
	{ "dark", dark_looks, },
	{ "light", light_looks, },
	{ "high-contrast", contrast_looks, },
	{ "mono", NULL, },
	{ NULL, NULL, },
};

const struct theme *
theme_find(const char *name, struct err *err)
{
	const struct theme *theme = themes;

	while (theme->name && strcmp(theme->name, name) != 0)
		theme++;
	if (theme->name)
		return theme;
	fail_as(err, ERR_USAGE, "%.40s: a theme is auto, dark, light, "
	    "high-contrast or mono", name);
	return NULL;
}

unsigned
theme_plain(enum role role)
{
	static const unsigned char attrs[ROLE_COUNT] = {
		[ROLE_STRONG] = BOLD,
		[ROLE_FRAME_FOCUS] = BOLD,
		[ROLE_TITLE] = BOLD,
		[ROLE_BAR] = LOOK_REVERSE,
		[ROLE_BAR_KEY] = LOOK_REVERSE | LINE,
		[ROLE_HEAD] = LINE,
		[ROLE_CURSOR] = LOOK_REVERSE,
		[ROLE_CURSOR_AWAY] = BOLD | LINE,
		[ROLE_FIELD] = LINE,
		[ROLE_FIELD_FOCUS] = LOOK_REVERSE,
		[ROLE_BUTTON_FOCUS] = LOOK_REVERSE,
		[ROLE_HOT] = BOLD | LINE,
		[ROLE_GOOD] = BOLD,
		[ROLE_WARN] = BOLD,
		[ROLE_BAD] = BOLD | LOOK_REVERSE,
	};

	return attrs[role];
}

#include "config.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "policy/mem.h"
#include "terminal.h"
#include "text_safe.h"

static const char reset_text[] =
    "\033[?2004l\033[?1006l\033[?1000l\033[?25h\033[0m\033[?1049l\r\n";

static SCREEN *screen;
static struct grid shown; /* what the terminal shows; no cells: unknown */
static const struct look *looks; /* NULL: no colours */
static char note[200];
static struct termios saved_modes;
static int saved_cursor = 1;
static bool mouse; /* is it asked for? */

static void
send_text(const char *text)
{
	ssize_t n = write(STDOUT_FILENO, text, strlen(text));

	(void)n;
}

/* What is asked of the terminal beyond curses: pastes that say that they are
 * some; presses and the wheel of the mouse, with numbers for where. */
static void
ask_modes(void)
{
	send_text("\033[?2004h");
	if (mouse)
		send_text("\033[?1000h\033[?1006h");
}

static void
drop_modes(void)
{
	send_text("\033[?2004l");
	if (mouse)
		send_text("\033[?1006l\033[?1000l");
}

/* Only what a signal handler may call; the default action then ends us. */
static void
on_crash(int number)
{
	ssize_t n = write(STDOUT_FILENO, reset_text, sizeof(reset_text) - 1);

	(void)n;
	tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
	raise(number);
}

static void
catch_crashes(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGABRT,
		SIGILL };
	struct sigaction action;
	size_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_crash;
	action.sa_flags = (int)SA_RESETHAND;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
}

/* The terminals to try, best first; vt100 is in every terminfo. */
static SCREEN *
new_screen(void)
{
	static const char *const others[] = { "xterm-256color", "xterm",
		"vt100", NULL };
	const char *term = getenv("TERM");
	SCREEN *made =
	    terminal_known(term) ? newterm(term, stdout, stdin) : NULL;
	size_t i;

	for (i = 0; !made && others[i]; i++) {
		if (!terminal_known(others[i]))
			continue;
		made = newterm(others[i], stdout, stdin);
		snprintf(note, sizeof(note),
		    "TERM=%.60s is not known here; working as %s",
		    term ? term : "", others[i]);
	}
	return made;
}

static void
start_colours(const struct theme *theme)
{
	short i;

	looks = has_colors() ? theme->looks : NULL;
	if (!looks)
		return;
	start_color();
	use_default_colors();
	for (i = 0; i < ROLE_COUNT; i++)
		init_pair((short)(i + 1), looks[i].fore, looks[i].back);
	/* What is never drawn, such as the rest of a line. */
	bkgd((chtype)COLOR_PAIR(ROLE_TEXT + 1) | ' ');
}

static attr_t
attributes(unsigned attrs)
{
	return (attrs & LOOK_BOLD ? A_BOLD : 0) |
	    (attrs & LOOK_UNDERLINE ? A_UNDERLINE : 0) |
	    (attrs & LOOK_REVERSE ? A_REVERSE : 0);
}

static void
set_modes(void)
{
	raw();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	idlok(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	if (!getenv("ESCDELAY"))
		set_escdelay(25);
	ask_modes();
}

static void
set_characters(bool ascii)
{
	const char *variable = getenv("RELAYADM_ASCII");
	bool utf8;

	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	text_use_utf8(utf8);
	glyph_use_ascii(ascii || !utf8 || (variable && *variable));
}

bool
terminal_turn_lines(void)
{
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return false;
	glyph_use_ascii(glyph(GLYPH_VERTICAL) != '|');
	return true;
}

bool
terminal_start(bool ascii, const struct theme *theme, struct err *err)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail_as(err, ERR_USAGE,
		    "the console needs a terminal; use the commands, see "
		    "relayadm --help");
	if (term && strcmp(term, "dumb") == 0)
		return fail_as(err, ERR_USAGE,
		    "TERM=dumb cannot show the console; use the commands, "
		    "see relayadm --help");
	set_characters(ascii);
	tcgetattr(STDIN_FILENO, &saved_modes);
	note[0] = '\0';
	screen = new_screen();
	if (!screen)
		return fail_as(err, ERR_USAGE,
		    "TERM=%s is not known here, nor is vt100; set TERM",
		    term ? term : "");
	catch_crashes();
	start_colours(theme);
	set_modes();
	terminal_keys_define();
	return true;
}

const char *
terminal_note(void)
{
	return note[0] ? note : NULL;
}

void
terminal_stop(void)
{
	if (!screen)
		return;
	drop_modes();
	mouse = false;
	curs_set(1);
	endwin();
	delscreen(screen);
	screen = NULL;
	grid_free(&shown);
	terminal_keys_clear();
}

void
terminal_size(int *w, int *h)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_col ||
	    !size.ws_row) {
		*w = COLS;
		*h = LINES;
	} else {
		*w = size.ws_col;
		*h = size.ws_row;
	}
	if (*w != COLS || *h != LINES) {
		resizeterm(*h, *w);
		grid_free(&shown);
	}
}

static void
draw_row(const struct grid *grid, int y)
{
	cchar_t *row = mem_new((size_t)grid->w + 1, sizeof(*row));
	int x, n = 0;

	for (x = 0; x < grid->w; x++) {
		const struct cell *cell = grid_cell(grid, x, y);
		unsigned attrs = looks ? looks[cell->role].attrs
		                       : theme_plain(cell->role);
		wchar_t text[4] = { (wchar_t)cell->ch, (wchar_t)cell->marks[0],
			(wchar_t)cell->marks[1], 0 };

		if (cell->width == 0)
			continue;
		setcchar(&row[n++], text, attributes(attrs),
		    looks ? (short)(cell->role + 1) : 0, NULL);
	}
	mvadd_wchnstr(y, 0, row, n);
	free(row);
}

static bool
row_shown(const struct grid *grid, int y)
{
	size_t bytes = (size_t)grid->w * sizeof(struct cell);

	return shown.cells && shown.w == grid->w && shown.h == grid->h &&
	    memcmp(grid_cell(grid, 0, y), grid_cell(&shown, 0, y), bytes) == 0;
}

static void
place_cursor(const struct grid *grid)
{
	int wanted = grid->cursor_x >= 0;

	if (wanted != saved_cursor)
		curs_set(wanted);
	saved_cursor = wanted;
	if (wanted)
		move(grid->cursor_y, grid->cursor_x);
	else
		move(grid->h - 1, 0);
}

void
terminal_show(const struct grid *grid)
{
	bool same = shown.cells && shown.cursor_x == grid->cursor_x &&
	    shown.cursor_y == grid->cursor_y;
	int y;

	for (y = 0; y < grid->h; y++) {
		if (row_shown(grid, y))
			continue;
		draw_row(grid, y);
		same = false;
	}
	if (same)
		return;
	place_cursor(grid);
	refresh();
	grid_resize(&shown, grid->w, grid->h);
	memcpy(shown.cells, grid->cells,
	    (size_t)grid->w * (size_t)grid->h * sizeof(struct cell));
	shown.cursor_x = grid->cursor_x;
	shown.cursor_y = grid->cursor_y;
}

void
terminal_mouse(bool on)
{
	if (on == mouse)
		return;
	mouse = on;
	send_text(on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

bool
terminal_has_mouse(void)
{
	return mouse;
}

void
terminal_redraw(void)
{
	clearok(curscr, TRUE);
	grid_free(&shown);
}

void
terminal_suspend(void)
{
	drop_modes();
	endwin();
	kill(0, SIGTSTP);
	refresh();
	ask_modes();
	terminal_redraw();
}

void
terminal_lend(void)
{
	drop_modes();
	curs_set(1);
	endwin();
}

void
terminal_take_back(void)
{
	refresh();
	ask_modes();
	saved_cursor = -1; /* whatever the other one has left */
	terminal_redraw();
}

/* Readable, and nothing to read: so it is, too, for a moment after the modes
 * were changed with keys on their way. */
static bool
is_ended(void)
{
	struct pollfd fd = { STDIN_FILENO, POLLIN, 0 };
	int waiting, tries;

	for (tries = 0; tries < 4; tries++) {
		if (tries)
			poll(NULL, 0, 5);
		if (poll(&fd, 1, 0) <= 0 || !(fd.revents & POLLIN) ||
		    ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || waiting)
			return false;
	}
	return true;
}

bool
terminal_gone(void)
{
	struct pollfd fd = { STDIN_FILENO, POLLIN, 0 };

	if (poll(&fd, 1, 0) < 0)
		return errno != EINTR;
	if (fd.revents & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return is_ended();
}

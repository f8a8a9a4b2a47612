#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "term.h"
#include "tui/text_safe.h"

static long
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int
on_cursor(VTermPos to, VTermPos from, int visible, void *user)
{
	struct term *term = user;

	(void)from;
	(void)visible;
	term->cursor_x = to.col;
	term->cursor_y = to.row;
	return 1;
}

static int
on_property(VTermProp property, VTermValue *value, void *user)
{
	struct term *term = user;

	if (property == VTERM_PROP_CURSORVISIBLE)
		term->cursor_shown = value->boolean;
	if (property == VTERM_PROP_ALTSCREEN)
		term->alternate = value->boolean;
	if (property == VTERM_PROP_MOUSE)
		term->mouse = value->number != VTERM_PROP_MOUSE_NONE;
	return 1;
}

static const VTermScreenCallbacks calls = {
	.movecursor = on_cursor,
	.settermprop = on_property,
};

/* An empty screen.  libvterm of Debian 12 reads beyond very small ones. */
static void
screen_new(struct term *term)
{
	static const char alternate[] = "\033[?1049h";
	bool in_it = term->alternate;

	if (term->vt)
		vterm_free(term->vt);
	term->vt = vterm_new(term->h < 16 ? 16 : term->h,
	    term->w < 60 ? 60 : term->w);
	vterm_set_utf8(term->vt, 1);
	term->screen = vterm_obtain_screen(term->vt);
	vterm_screen_set_callbacks(term->screen, &calls, term);
	vterm_screen_enable_altscreen(term->screen, 1);
	vterm_screen_reset(term->screen, 1);
	if (in_it)
		vterm_input_write(term->vt, alternate, sizeof(alternate) - 1);
}

void
term_start(struct term *term, char *const argv[], int w, int h)
{
	struct winsize size = { (unsigned short)h, (unsigned short)w, 0, 0 };

	*term = (struct term){ .on_mark = term->on_mark,
		.context = term->context, .record = term->record };
	term->w = w;
	term->h = h;
	screen_new(term);
	term->cursor_shown = true;
	term->pid = forkpty(&term->fd, NULL, NULL, &size);
	if (term->pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	fcntl(term->fd, F_SETFD, FD_CLOEXEC);
}

static void
close_pty(struct term *term)
{
	if (term->fd >= 0)
		close(term->fd);
	term->fd = -1;
}

/* --- the clipboard ------------------------------------------------------- */

static int
digit_of(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void
take_base64(struct buf *out, const char *text)
{
	unsigned bits = 0, count = 0;

	buf_clear(out);
	for (; digit_of(*text) >= 0; text++) {
		bits = bits << 6 | (unsigned)digit_of(*text);
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		buf_addc(out, (char)(bits >> count & 255));
	}
	if (*text && *text != '=')
		buf_add(out, " (and what is no base64)");
}

/* ESC ] 52 ; c ; BASE64 BEL, which may come in pieces. */
static void
watch_clipboard(struct term *term, const char *bytes, size_t len)
{
	static const char head[] = "\033]52;c;";
	struct buf *order = &term->order;

	for (; len; bytes++, len--) {
		bool begun = order->len >= sizeof(head) - 1;

		if (begun && *bytes == '\007') {
			take_base64(&term->clipboard,
			    buf_text(order) + sizeof(head) - 1);
			buf_clear(order);
		} else if (begun || *bytes == head[order->len]) {
			buf_addc(order, *bytes);
		} else {
			buf_clear(order);
			if (*bytes == head[0])
				buf_addc(order, *bytes);
		}
	}
}

static void
draw(struct term *term, const char *bytes, size_t len)
{
	if (len == 0)
		return;
	watch_clipboard(term, bytes, len);
	vterm_input_write(term->vt, bytes, len);
	vterm_screen_flush_damage(term->screen);
}

/* Draws what came and calls for each mark in it, in their order. */
static void
take(struct term *term, const char *bytes, size_t len)
{
	const char *at, *end, *mark;

	buf_addn(&term->held, bytes, len);
	at = buf_text(&term->held);
	end = at + term->held.len;
	while ((mark = memmem(at, (size_t)(end - at), TERM_MARK, 2)) &&
	    end - mark >= TERM_MARK_LEN) {
		draw(term, at, (size_t)(mark - at));
		at = mark + TERM_MARK_LEN;
		if (term->on_mark)
			term->on_mark(term->context, mark[2]);
	}
	if (!mark)
		mark = end > at && end[-1] == TERM_MARK[0] ? end - 1 : end;
	draw(term, at, (size_t)(mark - at));
	term->held.len = (size_t)(end - mark);
	memmove(term->held.data, mark, term->held.len);
}

/* One read of at most so long; false when nothing came. */
static bool
read_once(struct term *term, int milliseconds)
{
	struct pollfd fd = { term->fd, POLLIN, 0 };
	char bytes[16384];
	ssize_t n;

	if (term->fd < 0 || poll(&fd, 1, milliseconds) <= 0)
		return false;
	n = read(term->fd, bytes, sizeof(bytes));
	if (n <= 0) {
		close_pty(term);
		return false;
	}
	term->bytes += (unsigned long)n;
	if (term->record)
		fwrite(bytes, 1, (size_t)n, term->record);
	take(term, bytes, (size_t)n);
	return true;
}

void
term_read(struct term *term, int milliseconds)
{
	long end = now() + milliseconds, left;

	while (term->fd >= 0 && (left = end - now()) > 0)
		read_once(term, (int)left);
}

void
term_step(struct term *term, int milliseconds)
{
	read_once(term, milliseconds);
}

/* How many bytes wait to be read by the program.  The terminal is not kept
 * open for it: its end shows by nobody having it open. */
static int
untaken(const struct term *term)
{
	const char *name = term->fd >= 0 ? ptsname(term->fd) : NULL;
	int slave = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	int left = 0;

	if (slave < 0)
		return 0;
	if (ioctl(slave, FIONREAD, &left) != 0)
		left = 0;
	close(slave);
	return left;
}

bool
term_taken(struct term *term, int milliseconds)
{
	long end = now() + milliseconds;

	while (untaken(term)) {
		if (now() > end)
			return false;
		read_once(term, 1);
	}
	return true;
}

void
term_quiet(struct term *term, int quiet)
{
	long end = now() + 5000;

	while (now() < end && read_once(term, quiet))
		continue;
}

void
term_type(struct term *term, const char *bytes, size_t len)
{
	while (len && term->fd >= 0) {
		ssize_t n = write(term->fd, bytes, len > 1024 ? 1024 : len);

		if (n <= 0)
			break;
		bytes += n;
		len -= (size_t)n;
		read_once(term, 0);
	}
}

void
term_resize(struct term *term, int w, int h)
{
	struct winsize size = { (unsigned short)h, (unsigned short)w, 0, 0 };

	if (w == term->w && h == term->h)
		return;
	term->w = w;
	term->h = h;
	/* Not vterm_set_size(): libvterm keeps a scrolling region that is
	 * being used, and then moves lines beyond the new screen. */
	screen_new(term);
	ioctl(term->fd, TIOCSWINSZ, &size);
}

static void
add_row(struct term *term, int y, struct buf *out)
{
	size_t start = out->len, end = start;
	int x;

	for (x = 0; x < term->w; x++) {
		VTermPos at = { y, x };
		VTermScreenCell cell;
		char bytes[4];
		int i;

		vterm_screen_get_cell(term->screen, at, &cell);
		if (cell.chars[0] == (uint32_t)-1)
			continue;
		if (!cell.chars[0])
			cell.chars[0] = ' ', cell.chars[1] = 0;
		for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			buf_addn(out, bytes, utf8_write(bytes, cell.chars[i]));
		if (cell.chars[0] != ' ')
			end = out->len;
	}
	out->len = end;
	if (out->data)
		out->data[end] = '\0';
}

void
term_text(struct term *term, struct buf *out)
{
	int y;

	for (y = 0; y < term->h; y++) {
		add_row(term, y, out);
		buf_addc(out, '\n');
	}
}

bool
term_has(struct term *term, const char *text)
{
	struct buf screen = { 0 };
	bool has;

	term_text(term, &screen);
	has = strstr(buf_text(&screen), text) != NULL;
	buf_free(&screen);
	return has;
}

bool
term_wait(struct term *term, const char *text, int milliseconds)
{
	long end = now() + milliseconds, left;

	while (!term_has(term, text)) {
		left = end - now();
		if (left <= 0 || term->fd < 0)
			return false;
		read_once(term, (int)left);
	}
	return true;
}

void
term_hang_up(struct term *term)
{
	close_pty(term);
}

bool
term_gone(struct term *term, int milliseconds)
{
	long end = now() + milliseconds;

	while (!term->ended && now() < end) {
		if (waitpid(term->pid, &term->status, WNOHANG) == term->pid)
			term->ended = true;
		else if (term->fd >= 0)
			read_once(term, 20);
		else
			poll(NULL, 0, 10);
	}
	while (term->ended && read_once(term, 0))
		continue;
	return term->ended;
}

void
term_stop(struct term *term)
{
	close_pty(term);
	if (!term_gone(term, 2000)) {
		kill(term->pid, SIGKILL);
		waitpid(term->pid, &term->status, 0);
	}
	vterm_free(term->vt);
	buf_free(&term->held);
	buf_free(&term->clipboard);
	buf_free(&term->order);
}

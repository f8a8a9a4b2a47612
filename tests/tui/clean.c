/* Says where what a program prints is not fit for a terminal.
 *
 *   clean FILE             what was printed
 *   clean --console FILE   what the console sent
 *   clean --run PROGRAM... what it prints on a terminal of its own
 *
 * Fit is UTF-8 without control characters, but for the end of a line, without
 * what changes the order or the look of its neighbours (Unicode 15, general
 * categories Cc, Cf, Co, Cs, Cn as far as blocks are named below, line and
 * paragraph separators, variation selectors), and at most two combining marks
 * in a row.  A console may send control sequences too (ECMA-48 CSI, escapes of
 * a VT100), and nothing longer.
 * Exit: 0 fit, 1 not, 2 it could not be read; of a program that was run: 1, or
 * what it ended with, 128 and the signal's number. */
#include "config.h"

#include <fcntl.h>
#include <pty.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "policy/buf.h"

#define MARKS_MOST 2

static const struct span {
	uint32_t first, last;
	const char *what;
} unfit[] = {
	{ 0x00, 0x08, "a control character", },
	{ 0x0b, 0x1f, "a control character", },
	{ 0x7f, 0x9f, "a control character", },
	{ 0xad, 0xad, "a soft hyphen", },
	{ 0x34f, 0x34f, "a joiner that is not seen", },
	{ 0x600, 0x605, "a format character", },
	{ 0x61c, 0x61c, "a bidirectional mark", },
	{ 0x6dd, 0x6dd, "a format character", },
	{ 0x70f, 0x70f, "a format character", },
	{ 0x115f, 0x1160, "a filler that is not seen", },
	{ 0x17b4, 0x17b5, "a vowel that is not seen", },
	{ 0x180b, 0x180f, "a selector that is not seen", },
	{ 0x200b, 0x200f, "zero width, or a bidirectional mark", },
	{ 0x2028, 0x202e, "a separator or bidirectional override", },
	{ 0x2060, 0x206f, "a format character", },
	{ 0x3164, 0x3164, "a filler that is not seen", },
	{ 0xd800, 0xdfff, "a surrogate", },
	{ 0xe000, 0xf8ff, "a private character", },
	{ 0xfe00, 0xfe0f, "a variation selector", },
	{ 0xfeff, 0xfeff, "a byte order mark", },
	{ 0xffa0, 0xffa0, "a filler that is not seen", },
	{ 0xfff0, 0xfffb, "a format character", },
	{ 0xfffe, 0xffff, "no character", },
	{ 0x1bca0, 0x1bca3, "a format character", },
	{ 0x1d173, 0x1d17a, "a format character", },
	{ 0xe0000, 0xe0fff, "a tag or selector", },
	{ 0xf0000, 0x10ffff, "a private character", },
};

static const char *
is_unfit(uint32_t ch)
{
	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++)
		if (ch >= unfit[i].first && ch <= unfit[i].last)
			return unfit[i].what;
	return NULL;
}

static bool
is_mark(uint32_t ch)
{
	return (ch >= 0x300 && ch <= 0x36f) || (ch >= 0x483 && ch <= 0x489) ||
	    (ch >= 0x1ab0 && ch <= 0x1aff) || (ch >= 0x1dc0 && ch <= 0x1dff) ||
	    (ch >= 0x20d0 && ch <= 0x20f0) || (ch >= 0xfe20 && ch <= 0xfe2f);
}

/* Bytes of the character, 0 when they are no UTF-8 (RFC 3629). */
static size_t
read_char(const unsigned char *s, size_t len, uint32_t *ch)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

	*ch = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	if (n > len || (n > 1 && (s[0] < 0xc2 || s[0] > 0xf4)))
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*ch = *ch << 6 | (s[i] & 0x3fu);
	}
	return *ch < least[n] || *ch > 0x10ffff ? 0 : n;
}

/* Bytes of a control sequence that a terminal may be sent, 0 for others. */
static size_t
read_control(const unsigned char *s, size_t len)
{
	size_t n = 2;

	if (s[0] == '\r' || s[0] == '\b' || s[0] == '\t' || s[0] == '\a' ||
	    s[0] == '\016' || s[0] == '\017')
		return 1;
	if (s[0] != '\033' || len < 2)
		return 0;
	if (strchr("78=>M", s[1]))
		return 2;
	if (strchr("()", s[1]))
		return len > 2 && strchr("B0A", s[2]) ? 3 : 0;
	if (s[1] != '[')
		return 0;
	while (n < len && n < 32 && s[n] >= 0x20 && s[n] < 0x40)
		n++;
	return n < len && s[n] && strchr("@ABCDGHJKLMPSTXZbcdfghlmrt", s[n])
	    ? n + 1
	    : 0;
}

/* Bytes of how far a command is, redrawn on its line: CR, text, " %" before the
 * next CR; or CR and what erases the line.  0 for others. */
static size_t
read_progress(const unsigned char *s, size_t len)
{
	size_t n = 1;

	if (s[0] != '\r')
		return 0;
	if (len > 3 && !memcmp(s + 1, "\033[K", 3))
		return 4;
	while (n < len && s[n] >= ' ' && s[n] < 0x7f)
		n++;
	return n < len && s[n] == '\r' && s[n - 1] == '%' ? n : 0;
}

static bool
is_clean(const struct buf *text, bool console)
{
	const unsigned char *s = (const unsigned char *)buf_text(text);
	size_t at = 0, marks = 0, n;

	while (at < text->len) {
		const char *what = "no UTF-8";
		uint32_t ch = 0;

		n = console ? read_control(s + at, text->len - at)
		            : read_progress(s + at, text->len - at);
		if (!n) {
			n = read_char(s + at, text->len - at, &ch);
			what = n ? is_unfit(ch) : what;
			marks = is_mark(ch) ? marks + 1 : 0;
			if (n && marks > MARKS_MOST)
				what = "many combining marks";
			if (what) {
				printf("byte %zu: 0x%02x, U+%04X: %s\n", at,
				    s[at], (unsigned)ch, what);
				return false;
			}
		}
		at += n;
	}
	return true;
}

static bool
read_all(int fd, struct buf *text)
{
	char bytes[65536];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_addn(text, bytes, (size_t)n);
	return n == 0;
}

/* What it ends with; nothing can be typed. */
static int
run(char **argv, struct buf *text)
{
	struct termios raw = { .c_cflag = CS8 | CREAD };
	int fd, status = 0;
	pid_t pid = forkpty(&fd, NULL, &raw, NULL);

	if (pid == 0) {
		dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0)
		return 2;
	read_all(fd, text);
	close(fd);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status)
	                         : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	bool runs = argc > 2 && !strcmp(argv[1], "--run");
	bool console = argc > 2 && !strcmp(argv[1], "--console");
	struct buf text = { 0 };
	int status = 0;
	bool ok;

	if (runs) {
		status = run(argv + 2, &text);
	} else {
		int fd = argc > 1 ? open(argv[argc - 1], O_RDONLY) : -1;

		if (fd < 0 || !read_all(fd, &text))
			return 2;
		close(fd);
	}
	ok = is_clean(&text, console);
	buf_free(&text);
	return ok ? status : 1;
}

#include "config.h"

#include <fcntl.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "console.h"
#include "doctor.h"
#include "resolver.h"
#include "store/health.h"
#include "terminal.h"

/* That of the person, also where our output goes into a pipe. */
static bool
find_size(int *w, int *h)
{
	struct winsize size = { 0 };
	int fd, tty = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	bool found = false;

	for (fd = 0; fd < 3 && !found; fd++)
		found = ioctl(fd, TIOCGWINSZ, &size) == 0;
	if (!found && tty >= 0)
		found = ioctl(tty, TIOCGWINSZ, &size) == 0;
	if (tty >= 0)
		close(tty);
	*w = size.ws_col;
	*h = size.ws_row;
	return found;
}

static void
judge_size(struct doctor *d, const char *term, int w, int h)
{
	if (w < CONSOLE_LEAST_W || h < CONSOLE_LEAST_H) {
		doctor_find(d, VERDICT_WARNING, NULL,
		    "%s, %dx%d: too small for the console", term, w, h);
		doctor_fix(d, "make it %dx%d or larger", CONSOLE_LEAST_W,
		    CONSOLE_LEAST_H);
		return;
	}
	doctor_find(d, VERDICT_OK, NULL, "%s, %dx%d, %d colours", term, w, h,
	    terminal_colours(term));
}

void
doctor_terminal(struct doctor *d)
{
	const char *term = getenv("TERM");
	int w, h;
	bool there = find_size(&w, &h);

	if (!there && (!term || !*term)) {
		doctor_find(d, VERDICT_OK, NULL, "there is none here");
	} else if (!terminal_known(term)) {
		doctor_find(d, VERDICT_WARNING, NULL, "TERM is %.60s, which is "
		    "not known here", term && *term ? term : "not set");
		doctor_fix(d, "set TERM to what your terminal is, such as "
		    "xterm-256color, or install its description "
		    "(ncurses-term)");
	} else if (!terminal_is_screen(term)) {
		doctor_find(d, VERDICT_WARNING, NULL, "TERM is %.60s, on which "
		    "the console cannot draw", term);
		doctor_fix(d, "use the commands there, or another terminal");
	} else if (there) {
		judge_size(d, term, w, h);
	} else {
		doctor_find(d, VERDICT_OK, NULL, "%.60s, %d colours; its size "
		    "is not known here", term, terminal_colours(term));
	}
}

void
doctor_locale(struct doctor *d)
{
	const char *codes = nl_langinfo(CODESET);

	if (!strcmp(codes, "UTF-8")) {
		doctor_find(d, VERDICT_OK, NULL, "UTF-8");
		return;
	}
	doctor_find(d, VERDICT_WARNING, NULL, "%.40s: frames are drawn in "
	    "ASCII, and other letters as \\u{...}", codes);
	doctor_fix(d, "set LC_ALL or LANG to a UTF-8 locale that is installed, "
	    "such as C.UTF-8");
}

void
doctor_versions(struct doctor *d)
{
	char sqlite[24];
	struct err err;

	if (!store_library(sqlite, &err)) {
		doctor_fault(d, "SQLite", &err);
		return;
	}
	doctor_find(d, VERDICT_OK, NULL, "relayadm %s, SQLite %s, libssh2 %s, "
	    "OpenSSL %s, c-ares %s, %s", PACKAGE_VERSION, sqlite,
	    ssh_library_version(), OpenSSL_version(OPENSSL_VERSION_STRING),
	    resolver_library(), terminal_library());
}

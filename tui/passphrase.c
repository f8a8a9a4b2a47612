#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "passphrase.h"
#include "policy/buf.h"
#include "remote/keyring.h"
#include "text_safe.h"

/* --- the terminal ------------------------------------------------------ */

/* What would end or stop us: first the terminal gets its echo back. */
static const int watched[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU,
};

#define WATCHED (sizeof(watched) / sizeof(watched[0]))

struct quiet {
	int fd;
	struct termios before;
	struct sigaction actions[WATCHED];
};

static volatile sig_atomic_t caught;
static int wake[2] = { -1, -1 }; /* the thread that reads may be another one */
static struct quiet *quiet_now;  /* for an exit meanwhile */

static void
on_signal(int sig)
{
	int error = errno;

	caught = sig;
	if (write(wake[1], "", 1) < 0)
		errno = error;
	errno = error;
}

static void
give_back(void)
{
	if (quiet_now)
		tcsetattr(quiet_now->fd, TCSAFLUSH, &quiet_now->before);
}

static bool
begin_quiet(struct quiet *quiet)
{
	static bool registered;
	struct sigaction action = { .sa_handler = on_signal };
	struct termios mode;

	if (tcgetattr(quiet->fd, &quiet->before) != 0 ||
	    (wake[0] < 0 && pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0))
		return false;
	if (!registered)
		registered = atexit(give_back) == 0;
	for (size_t i = 0; i < WATCHED; i++)
		sigaction(watched[i], &action, &quiet->actions[i]);
	quiet_now = quiet;
	mode = quiet->before;
	mode.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	mode.c_lflag |= ICANON | ISIG;
	return tcsetattr(quiet->fd, TCSAFLUSH, &mode) == 0;
}

static void
end_quiet(struct quiet *quiet)
{
	char byte;

	if (!quiet_now)
		return;
	give_back();
	quiet_now = NULL;
	for (size_t i = 0; i < WATCHED; i++)
		sigaction(watched[i], &quiet->actions[i], NULL);
	while (read(wake[0], &byte, 1) > 0)
		continue;
}

static void
say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		return; /* then nobody sees it, and nobody answers */
}

/* A line of the terminal; false at its end or when a signal came. */
static bool
read_typed(int fd, char *text, size_t size)
{
	struct pollfd pollers[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = wake[0], .events = POLLIN },
	};
	ssize_t n;

	while (!caught && poll(pollers, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	if (caught)
		return false;
	n = read(fd, text, size - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	return true;
}

static bool
ask_once(int fd, const char *prompt, char *text, size_t size)
{
	struct quiet quiet = { .fd = fd };
	bool ok;

	caught = 0;
	ok = begin_quiet(&quiet);
	if (ok) {
		say(fd, prompt);
		ok = read_typed(fd, text, size);
		say(fd, "\n");
	}
	end_quiet(&quiet);
	return ok;
}

static bool
is_stop(int sig)
{
	return sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static bool
ask_terminal(void *context, const char *file, int attempt,
    char passphrase[PASSPHRASE_SIZE])
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct buf prompt = { 0 };
	bool ok;

	(void)context;
	if (fd < 0)
		return false;
	if (attempt > 1)
		buf_addf(&prompt, "that was wrong (%d of %d); ", attempt - 1,
		    KEYRING_ATTEMPTS);
	buf_add(&prompt, "passphrase of the key ");
	text_safe_add(&prompt, file);
	buf_add(&prompt, ": ");
	do {
		ok = ask_once(fd, buf_text(&prompt), passphrase,
		    PASSPHRASE_SIZE);
		if (caught)
			kill(getpid(), caught);
	} while (!ok && is_stop(caught));
	buf_free(&prompt);
	close(fd);
	return ok && *passphrase;
}

void
passphrase_by_terminal(void)
{
	static const struct keyring_asker asker = { ask_terminal, NULL };

	keyring_ask_by(&asker);
}

/* --- a file ------------------------------------------------------------ */

static int file_number;

/* Not a byte more than the line: what follows is of somebody else. */
static bool
read_line(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n = 0;

	while (len < size - 1) {
		n = read(fd, text + len, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || text[len] == '\n')
			break;
		len++;
	}
	text[len] = '\0';
	return len > 0;
}

static bool
ask_file(void *context, const char *file, int attempt,
    char passphrase[PASSPHRASE_SIZE])
{
	const int *fd = context;
	struct stat status;

	if (fstat(*fd, &status) == 0 && S_ISSOCK(status.st_mode))
		dprintf(*fd, "passphrase %d %s\n", attempt, file);
	return read_line(*fd, passphrase, PASSPHRASE_SIZE);
}

bool
passphrase_by_file(const char *number, struct err *err)
{
	static const struct keyring_asker asker = { ask_file, &file_number };
	char *end;
	long fd = strtol(number, &end, 10);

	if (!*number || *end || fd < 0 || fd > 65535)
		return fail_as(err, ERR_USAGE, "--passphrase-fd %s: a number "
		    "of an open file is wanted", number);
	file_number = (int)fd;
	if (fcntl(file_number, F_SETFD, FD_CLOEXEC) < 0)
		return fail_as(err, ERR_USAGE, "--passphrase-fd %s: %s",
		    number, strerror(errno));
	keyring_ask_by(&asker);
	return true;
}

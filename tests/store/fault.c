/* Preloaded into a program: its N-th call that changes a file of the database
 * fails, or the program is killed there.
 *
 *	FAULT_PATH   only calls on files whose path holds this text
 *	FAULT_AT     N, from 1
 *	FAULT_ERROR  ENOSPC, EIO; or KILL, then the call is half done: of what
 *	             was to be written the first half is
 *
 * Says "fault: CALL" on standard error when it happens. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int calls;

/* The function behind the one that is defined here. */
#define NEXT(name)                                                         \
	__typeof__(name) *next;                                            \
	void *symbol = dlsym(RTLD_NEXT, #name);                            \
	memcpy(&next, &symbol, sizeof(next))

static void
say(const char *call)
{
	char text[80];
	int len = snprintf(text, sizeof(text), "fault: %s\n", call);
	ssize_t n = write(STDERR_FILENO, text, (size_t)len);

	(void)n;
}

/* Is it this call's turn? */
static bool
turn(const char *call, const char *path)
{
	const char *wanted = getenv("FAULT_PATH"), *at = getenv("FAULT_AT");

	if (!wanted || !at || !strstr(path, wanted))
		return false;
	if (++calls != strtol(at, NULL, 10))
		return false;
	say(call);
	return true;
}

static bool
turn_fd(const char *call, int fd)
{
	char name[64], path[4096];
	ssize_t n;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	n = readlink(name, path, sizeof(path) - 1);
	if (n < 0)
		return false;
	path[n] = '\0';
	return turn(call, path);
}

static bool
kills(void)
{
	const char *error = getenv("FAULT_ERROR");

	return error && !strcmp(error, "KILL");
}

static int
fail_now(void)
{
	const char *error = getenv("FAULT_ERROR");

	if (kills())
		raise(SIGKILL);
	errno = error && !strcmp(error, "ENOSPC") ? ENOSPC : EIO;
	return -1;
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off_t at)
{
	NEXT(pwrite64);
	ssize_t half;

	if (!turn_fd("pwrite", fd))
		return next(fd, data, len, at);
	half = kills() ? next(fd, data, len / 2, at) : 0;
	return half < 0 ? half : fail_now();
}

int
fdatasync(int fd)
{
	NEXT(fdatasync);

	return turn_fd("fdatasync", fd) ? fail_now() : next(fd);
}

int
fsync(int fd)
{
	NEXT(fsync);

	return turn_fd("fsync", fd) ? fail_now() : next(fd);
}

int
ftruncate64(int fd, off_t size)
{
	NEXT(ftruncate64);

	return turn_fd("ftruncate", fd) ? fail_now() : next(fd, size);
}

int
unlink(const char *path)
{
	NEXT(unlink);

	return turn("unlink", path) ? fail_now() : next(path);
}

int
open64(const char *path, int flags, ...)
{
	NEXT(open64);
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	if (turn("open", path))
		return fail_now();
	return next(path, flags, mode);
}

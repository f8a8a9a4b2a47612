/* Runs a program on a terminal of 80 by 24 and says what its pictures cost:
 * milliseconds until the first one stands, its bytes, the bytes of a line down
 * and of a page down, and the peak memory in kilobytes.
 *
 *	screen DOWN PAGE QUIT [-o KEYS] COMMAND...
 *
 * The keys may hold \e for escape and \r.  -o: typed first, to get to the
 * list.  A picture stands when nothing has come for 150 ms; its time is that
 * of its last byte. */
#include "config.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUIET 150 /* ms */
#define FIRST 20000 /* ms to wait for the first byte */
#define LEAST 300 /* bytes that a first picture has; vim reads before it */

static int terminal;
static double last_byte; /* when it came */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* How many bytes come until it is quiet. */
static size_t
picture(int wait)
{
	struct pollfd p = { terminal, POLLIN, 0 };
	char bytes[65536];
	size_t all = 0;
	ssize_t n;

	while (poll(&p, 1, wait) > 0 &&
	    (n = read(terminal, bytes, sizeof(bytes))) > 0) {
		last_byte = now();
		all += (size_t)n;
		wait = QUIET;
	}
	return all;
}

static void
type(const char *keys)
{
	for (; *keys; keys++) {
		char c = *keys;

		if (c == '\\' && keys[1] == 'e')
			c = 27, keys++;
		else if (c == '\\' && keys[1] == 'r')
			c = '\r', keys++;
		if (write(terminal, &c, 1) != 1)
			return;
	}
}

/* The third key down counts: by then the cursor moves and nothing else. */
static size_t
cost_of(const char *keys)
{
	size_t bytes = 0;

	for (int i = 0; i < 3; i++) {
		type(keys);
		bytes = picture(FIRST);
	}
	return bytes;
}

static long
finish(pid_t pid, const char *quit)
{
	struct rusage usage;
	int status;

	type(quit);
	picture(QUIET);
	if (wait4(pid, &status, WNOHANG, &usage) != pid) {
		kill(pid, SIGKILL);
		if (wait4(pid, &status, 0, &usage) != pid)
			return 0;
	}
	return usage.ru_maxrss;
}

int
main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	bool opens = argc > 5 && !strcmp(argv[4], "-o");
	double start = now();
	size_t first, down, page;
	pid_t pid;

	if (argc < 5)
		return 2;
	pid = forkpty(&terminal, NULL, NULL, &size);
	if (pid == 0) {
		setenv("TERM", "xterm", 1);
		execvp(argv[opens ? 6 : 4], argv + (opens ? 6 : 4));
		_exit(127);
	}
	for (first = 0; first < LEAST;) {
		size_t bytes = picture(FIRST);

		first += bytes;
		if (!bytes)
			break;
	}
	printf("%.1f %zu ", last_byte - start, first);
	if (opens) {
		type(argv[5]);
		picture(FIRST);
	}
	down = cost_of(argv[1]);
	page = cost_of(argv[2]);
	printf("%zu %zu ", down, page);
	printf("%ld\n", finish(pid, argv[3]));
	return 0;
}

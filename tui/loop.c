#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "policy/mem.h"

struct watch {
	int fd;
	void (*ready)(void *context);
	void *context;
};

struct timer {
	int64_t when;
	void (*due)(void *context);
	void *context;
};

struct loop {
	struct watch *watches;
	size_t watch_count, watch_cap;
	struct timer *timers;
	size_t timer_count, timer_cap;
	int signals[2]; /* a pipe */
};

static int signal_end = -1; /* where the handler writes */

static void
on_signal(int number)
{
	int saved = errno;
	char byte = number == SIGWINCH ? SIGNAL_RESIZE
	    : number == SIGCONT        ? SIGNAL_CONTINUE
	    : number == SIGCHLD        ? SIGNAL_CHILD
	                               : SIGNAL_END;
	ssize_t n = write(signal_end, &byte, 1);

	(void)n;
	errno = saved;
}

static const int caught[] = { SIGWINCH, SIGCONT, SIGCHLD, SIGHUP, SIGTERM,
	SIGINT };

struct loop *
loop_new(void)
{
	struct loop *loop = mem_new(1, sizeof(*loop));
	struct sigaction action;
	size_t i;

	if (pipe2(loop->signals, O_CLOEXEC | O_NONBLOCK) != 0)
		loop->signals[0] = loop->signals[1] = -1;
	signal_end = loop->signals[1];
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	for (i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaction(caught[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	return loop;
}

void
loop_free(struct loop *loop)
{
	size_t i;

	if (!loop)
		return;
	for (i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		signal(caught[i], SIG_DFL);
	close(loop->signals[0]);
	close(loop->signals[1]);
	signal_end = -1;
	free(loop->watches);
	free(loop->timers);
	free(loop);
}

void
loop_watch(struct loop *loop, int fd, void (*ready)(void *context),
    void *context)
{
	struct watch watch = { fd, ready, context };

	loop->watches = mem_grow(loop->watches, loop->watch_count,
	    &loop->watch_cap, sizeof(*loop->watches));
	loop->watches[loop->watch_count++] = watch;
}

void
loop_forget(struct loop *loop, int fd)
{
	size_t i;

	for (i = 0; i < loop->watch_count; i++)
		if (loop->watches[i].fd == fd)
			loop->watches[i--] =
			    loop->watches[--loop->watch_count];
}

int64_t
loop_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
loop_cancel(struct loop *loop, void (*due)(void *context), void *context)
{
	size_t i;

	for (i = 0; i < loop->timer_count; i++)
		if (loop->timers[i].due == due &&
		    loop->timers[i].context == context)
			loop->timers[i--] = loop->timers[--loop->timer_count];
}

void
loop_after(struct loop *loop, long milliseconds, void (*due)(void *context),
    void *context)
{
	struct timer timer = { loop_clock() + milliseconds, due, context };

	loop_cancel(loop, due, context);
	loop->timers = mem_grow(loop->timers, loop->timer_count,
	    &loop->timer_cap, sizeof(*loop->timers));
	loop->timers[loop->timer_count++] = timer;
}

/* Milliseconds to wait: up to the next timer, at most this many. */
static int
next_wait(const struct loop *loop, long most)
{
	int64_t now = loop_clock(), wait = most < 0 ? 60000 : most;
	size_t i;

	for (i = 0; i < loop->timer_count; i++)
		if (loop->timers[i].when - now < wait)
			wait = loop->timers[i].when - now;
	return wait < 0 ? 0 : (int)wait;
}

static void
call_timers(struct loop *loop)
{
	int64_t now = loop_clock();
	size_t i = 0;

	while (i < loop->timer_count) {
		struct timer timer = loop->timers[i];

		if (timer.when > now) {
			i++;
			continue;
		}
		loop->timers[i] = loop->timers[--loop->timer_count];
		timer.due(timer.context);
		i = 0; /* the call may have changed the table */
	}
}

static void
call_watch(struct loop *loop, int fd)
{
	size_t i;

	for (i = 0; i < loop->watch_count; i++)
		if (loop->watches[i].fd == fd) {
			loop->watches[i].ready(loop->watches[i].context);
			return;
		}
}

static unsigned
read_signals(const struct loop *loop)
{
	char bytes[64];
	unsigned bits = 0;
	ssize_t n, i;

	while ((n = read(loop->signals[0], bytes, sizeof(bytes))) > 0)
		for (i = 0; i < n; i++)
			bits |= (unsigned char)bytes[i];
	return bits;
}

unsigned
loop_step(struct loop *loop, long milliseconds)
{
	size_t count = loop->watch_count, i;
	struct pollfd *fds = mem_new(count + 1, sizeof(*fds));
	int wait = next_wait(loop, milliseconds);

	for (i = 0; i < count; i++) {
		fds[i].fd = loop->watches[i].fd;
		fds[i].events = POLLIN;
	}
	fds[count].fd = loop->signals[0];
	fds[count].events = POLLIN;
	if (poll(fds, (nfds_t)count + 1, wait) > 0)
		for (i = 0; i < count; i++)
			if (fds[i].revents)
				call_watch(loop, fds[i].fd);
	free(fds);
	call_timers(loop);
	return read_signals(loop);
}

void
loop_tell(char what)
{
	const char *text = getenv("RELAYADM_TEST_FD");
	char mark[] = { '\033', 'P', what, '\033', '\\' };
	ssize_t n;

	if (!text || !*text)
		return;
	n = write((int)strtol(text, NULL, 10), mark, sizeof(mark));
	(void)n;
}

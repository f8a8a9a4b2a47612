#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "policy/mem.h"

#define LINE_MOST 65536
#define ERRORS_MOST 16384

struct child {
	struct loop *loop;
	struct child_calls calls;
	pid_t pid;
	int out, errors; /* -1 when it has ended */
	struct buf line, said;
};

static void
free_child(struct child *child)
{
	if (child->out >= 0) {
		loop_forget(child->loop, child->out);
		close(child->out);
	}
	if (child->errors >= 0) {
		loop_forget(child->loop, child->errors);
		close(child->errors);
	}
	buf_free(&child->line);
	buf_free(&child->said);
	free(child);
}

static void
give_lines(struct child *child)
{
	char *text = child->line.data, *end;
	size_t done = 0;

	while ((end = memchr(text + done, '\n', child->line.len - done))) {
		*end = '\0';
		child->calls.line(child->calls.context, text + done);
		done = (size_t)(end - text) + 1;
	}
	child->line.len -= done;
	memmove(text, text + done, child->line.len + 1);
}

static void
finish(struct child *child)
{
	struct child_calls calls = child->calls;
	int status = 0;

	if (child->out >= 0 || child->errors >= 0)
		return;
	if (child->line.len)
		calls.line(calls.context, child->line.data);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	calls.ended(calls.context, status, buf_text(&child->said));
	free_child(child);
}

static bool
read_some(int fd, struct buf *to, size_t most)
{
	char bytes[8192];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n > 0 && to->len < most)
		buf_addn(to, bytes, (size_t)n);
	return n > 0;
}

static void
on_output(void *context)
{
	struct child *child = context;
	bool more = read_some(child->out, &child->line, LINE_MOST);

	if (child->line.len)
		give_lines(child);
	if (more)
		return;
	loop_forget(child->loop, child->out);
	close(child->out);
	child->out = -1;
	finish(child);
}

static void
on_errors(void *context)
{
	struct child *child = context;

	if (read_some(child->errors, &child->said, ERRORS_MOST))
		return;
	loop_forget(child->loop, child->errors);
	close(child->errors);
	child->errors = -1;
	finish(child);
}

/* In the child: a clean start for whatever comes next. */
static void
settle_in(int out, int errors)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int number;

	setsid();
	for (number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0)
		_exit(127);
}

static struct child *
adopt(struct loop *loop, pid_t pid, const int pipes[4],
    const struct child_calls *calls)
{
	struct child *child = mem_new(1, sizeof(*child));

	close(pipes[1]);
	close(pipes[3]);
	child->loop = loop;
	child->calls = *calls;
	child->pid = pid;
	child->out = pipes[0];
	child->errors = pipes[2];
	fcntl(child->out, F_SETFL, O_NONBLOCK);
	fcntl(child->errors, F_SETFL, O_NONBLOCK);
	loop_watch(loop, child->out, on_output, child);
	loop_watch(loop, child->errors, on_errors, child);
	return child;
}

/* fork() with two pipes; -1 with the reason, 0 in the child. */
static pid_t
split(int pipes[4], struct err *err)
{
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) != 0) {
		fail(err, "no pipe: %s", strerror(errno));
		return -1;
	}
	if (pipe2(pipes + 2, O_CLOEXEC) != 0) {
		fail(err, "no pipe: %s", strerror(errno));
		close(pipes[0]);
		close(pipes[1]);
		return -1;
	}
	pid = fork();
	if (pid < 0) {
		fail(err, "no new process: %s", strerror(errno));
		close(pipes[0]);
		close(pipes[1]);
		close(pipes[2]);
		close(pipes[3]);
	} else if (pid == 0) {
		settle_in(pipes[1], pipes[3]);
	}
	return pid;
}

struct child *
child_run(struct loop *loop, char *const argv[],
    const struct child_calls *calls, struct err *err)
{
	int pipes[4];
	pid_t pid = split(pipes, err);

	if (pid < 0)
		return NULL;
	if (pid == 0) {
		close_range(3, ~0U, 0); /* also what we were given ourselves */
		execv(argv[0], argv);
		_exit(127);
	}
	return adopt(loop, pid, pipes, calls);
}

struct child *
child_work(struct loop *loop, void (*work)(int out, const void *order),
    const void *order, const struct child_calls *calls, struct err *err)
{
	int pipes[4];
	pid_t pid = split(pipes, err);

	if (pid < 0)
		return NULL;
	if (pid == 0) {
		work(STDOUT_FILENO, order);
		_exit(0);
	}
	return adopt(loop, pid, pipes, calls);
}

void
child_stop(struct child *child)
{
	kill(child->pid, SIGTERM);
}

void
child_detach(struct child *child)
{
	free_child(child);
}

void
child_kill(struct child *child)
{
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	free_child(child);
}

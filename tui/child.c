#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "policy/mem.h"

#define LINE_MOST 65536
#define ERRORS_MOST 16384
#define QUESTION_MOST 8192

struct child {
	struct loop *loop;
	struct child_calls calls;
	pid_t pid;
	int out, errors; /* -1 when it has ended */
	struct buf line, said;
	struct child_asker asker;
	int asks; /* our end of the socket; -1: none, or no more */
	struct buf question;
};

/* Our ends of what a child gets. */
struct ends {
	int own[3], its[3]; /* output, errors, input or -1 */
};

static void
close_all(const int files[3])
{
	for (int i = 0; i < 3; i++)
		if (files[i] >= 0)
			close(files[i]);
}

static void
end_asking(struct child *child)
{
	if (child->asks < 0)
		return;
	loop_forget(child->loop, child->asks);
	close(child->asks);
	child->asks = -1;
	child->asker.gone(child->asker.context, child);
}

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
	end_asking(child);
	buf_free(&child->line);
	buf_free(&child->said);
	buf_free(&child->question);
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

static void
on_question(void *context)
{
	struct child *child = context;
	struct buf *question = &child->question;
	char *end;

	if (!read_some(child->asks, question, QUESTION_MOST)) {
		end_asking(child);
		return;
	}
	while (question->len &&
	    (end = memchr(question->data, '\n', question->len))) {
		size_t len = (size_t)(end - question->data) + 1;

		*end = '\0';
		child->asker.asked(child->asker.context, child,
		    question->data);
		question->len -= len;
		memmove(question->data, question->data + len,
		    question->len + 1);
	}
}

void
child_answer(struct child *child, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	/* It reads a line at a time, and asks for the next after it. */
	if (!text || send(child->asks, text, len, MSG_NOSIGNAL) !=
	        (ssize_t)len ||
	    send(child->asks, "\n", 1, MSG_NOSIGNAL) != 1)
		shutdown(child->asks, SHUT_RDWR);
}

/* In the child: a clean start for whatever comes next. */
static void
settle_in(const int its[3])
{
	int in = its[2] < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : its[2];
	int number;

	setsid();
	for (number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	if (in < 0 || dup2(in, STDIN_FILENO) < 0 ||
	    dup2(its[0], STDOUT_FILENO) < 0 || dup2(its[1], STDERR_FILENO) < 0)
		_exit(127);
}

static struct child *
adopt(struct loop *loop, pid_t pid, const struct ends *ends,
    const struct child_calls *calls, const struct child_asker *asker)
{
	struct child *child = mem_new(1, sizeof(*child));

	close_all(ends->its);
	child->loop = loop;
	child->calls = *calls;
	child->pid = pid;
	child->out = ends->own[0];
	child->errors = ends->own[1];
	child->asks = ends->own[2];
	if (asker) {
		child->asker = *asker;
		fcntl(child->asks, F_SETFL, O_NONBLOCK);
		loop_watch(loop, child->asks, on_question, child);
	}
	fcntl(child->out, F_SETFL, O_NONBLOCK);
	fcntl(child->errors, F_SETFL, O_NONBLOCK);
	loop_watch(loop, child->out, on_output, child);
	loop_watch(loop, child->errors, on_errors, child);
	return child;
}

/* Two pipes, and a socket for questions. */
static bool
open_ends(struct ends *ends, bool asks, struct err *err)
{
	int pair[2];

	*ends = (struct ends){ { -1, -1, -1 }, { -1, -1, -1 } };
	for (int i = 0; i < (asks ? 3 : 2); i++) {
		if ((i < 2 ? pipe2(pair, O_CLOEXEC)
		           : socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
		        pair)) != 0) {
			fail(err, "no pipe: %s", strerror(errno));
			close_all(ends->own);
			close_all(ends->its);
			return false;
		}
		ends->own[i] = pair[0];
		ends->its[i] = pair[1];
	}
	return true;
}

/* fork(); -1 with the reason, 0 in the child. */
static pid_t
split(struct ends *ends, bool asks, struct err *err)
{
	pid_t pid;

	if (!open_ends(ends, asks, err))
		return -1;
	pid = fork();
	if (pid < 0) {
		fail(err, "no new process: %s", strerror(errno));
		close_all(ends->own);
		close_all(ends->its);
	} else if (pid == 0) {
		settle_in(ends->its);
	}
	return pid;
}

struct child *
child_run(struct loop *loop, char *const argv[],
    const struct child_calls *calls, const struct child_asker *asker,
    struct err *err)
{
	struct ends ends;
	pid_t pid = split(&ends, asker != NULL, err);

	if (pid < 0)
		return NULL;
	if (pid == 0) {
		close_range(3, ~0U, 0); /* also what we were given ourselves */
		execv(argv[0], argv);
		_exit(127);
	}
	return adopt(loop, pid, &ends, calls, asker);
}

struct child *
child_work(struct loop *loop, void (*work)(int out, const void *order),
    const void *order, const struct child_calls *calls, struct err *err)
{
	struct ends ends;
	pid_t pid = split(&ends, false, err);

	if (pid < 0)
		return NULL;
	if (pid == 0) {
		work(STDOUT_FILENO, order);
		_exit(0);
	}
	return adopt(loop, pid, &ends, calls, NULL);
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

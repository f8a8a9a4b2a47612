#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "beside.h"

static void *
run(void *context)
{
	struct beside *beside = context;
	ssize_t n;

	beside->run(beside->context);
	n = write(beside->pipe[1], "", 1);
	(void)n;
	return NULL;
}

static void
join(struct beside *beside)
{
	loop_forget(beside->loop, beside->pipe[0]);
	pthread_join(beside->thread, NULL);
	close(beside->pipe[0]);
	close(beside->pipe[1]);
	beside->going = false;
}

static void
on_ended(void *context)
{
	struct beside *beside = context;

	join(beside);
	beside->ended(beside->context);
}

/* No signal may be taken by the thread: the loop has to see them. */
static bool
start_thread(struct beside *beside)
{
	sigset_t all, old;
	bool ok;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ok = pthread_create(&beside->thread, NULL, run, beside) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ok;
}

bool
beside_start(struct beside *beside, struct loop *loop, struct err *err)
{
	beside->loop = loop;
	beside->going = false;
	if (pipe2(beside->pipe, O_CLOEXEC) != 0)
		return fail(err, "there is no pipe for a thread");
	if (!start_thread(beside)) {
		close(beside->pipe[0]);
		close(beside->pipe[1]);
		return fail(err, "there is no thread for it");
	}
	beside->going = true;
	loop_watch(loop, beside->pipe[0], on_ended, beside);
	return true;
}

bool
beside_await(struct beside *beside, int milliseconds)
{
	struct pollfd fd = { .fd = beside->pipe[0], .events = POLLIN };

	if (beside->going && poll(&fd, 1, milliseconds) <= 0)
		return false;
	if (beside->going)
		on_ended(beside); /* may free it */
	return true;
}

void
beside_stop(struct beside *beside)
{
	atomic_store(&beside->stop, true);
}

void
beside_clear(struct beside *beside)
{
	beside_stop(beside);
	if (beside->going)
		join(beside);
}

bool
beside_note(struct beside *beside, size_t done, size_t total)
{
	atomic_store(&beside->done, done);
	atomic_store(&beside->total, total);
	return !beside_stopped(beside);
}

bool
beside_stopped(const struct beside *beside)
{
	return atomic_load(&beside->stop);
}

void
beside_progress(const struct beside *beside, size_t *done, size_t *total)
{
	*done = atomic_load(&beside->done);
	*total = atomic_load(&beside->total);
}

void
beside_add_left(struct buf *out, int64_t spent, size_t done, size_t total)
{
	if (spent < 1000 || !done || done >= total)
		return;
	buf_addf(out, "about %llu s left",
	    (unsigned long long)((double)spent / 1000.0 *
	        (double)(total - done) / (double)done) + 1);
}

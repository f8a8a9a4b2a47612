#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import_work.h"
#include "policy/difference.h"
#include "policy/mem.h"

struct import_thread {
	pthread_t id;
	struct loop *loop;
	int pipe[2]; /* a byte when it has ended */
	atomic_bool stop;
	atomic_size_t done, total;
	void (*call)(void *context);
	void *context;
};

/* --- in the thread ----------------------------------------------------- */

static bool
on_progress(size_t done, size_t total, void *context)
{
	struct import_work *work = context;

	atomic_store(&work->thread->done, done);
	atomic_store(&work->thread->total, total);
	return !atomic_load(&work->thread->stop);
}

const struct entries *
import_work_present(const struct import_work *work)
{
	static const struct entries none;
	const struct entries *there;

	if (!work->task.targeted)
		return &work->task.present;
	there = target_entries(&work->task.target, work->task.draft);
	return there ? there : &none;
}

static void
find_effect(struct import_work *work)
{
	struct policy *after = arrival_policy(&work->arrival);
	struct compiled *from = relay_compile(work->task.draft);
	struct compiled *to = relay_compile(after);
	struct difference difference;

	difference_make(&difference, from, to);
	difference_add_summary(&work->effect, &difference);
	difference_free(&difference);
	relay_free(from);
	relay_free(to);
	policy_free(after);
}

static bool
judge(struct import_work *work)
{
	struct import_task *task = &work->task;

	if (task->path && !import_read_file(&task->text, task->path,
	        &work->err))
		return false;
	if (!import_judge(&work->import, buf_text(&task->text),
	        task->text.len, &task->rules, import_work_present(work),
	        &work->err))
		return false;
	if (!task->targeted)
		return true;
	work->arrival = (struct arrival){ .target = &task->target,
		.draft = task->draft, .mode = task->mode };
	if (!arrival_make(&work->arrival, &work->import, &work->err))
		return false;
	if (!atomic_load(&work->thread->stop))
		find_effect(work);
	return true;
}

static void *
run(void *context)
{
	struct import_work *work = context;
	ssize_t n;

	work->ok = judge(work);
	n = write(work->thread->pipe[1], "", 1);
	(void)n;
	return NULL;
}

/* --- in the loop ------------------------------------------------------- */

static void
on_ended(void *context)
{
	struct import_work *work = context;
	struct import_thread *thread = work->thread;

	loop_forget(thread->loop, thread->pipe[0]);
	pthread_join(thread->id, NULL);
	work->ended = true;
	thread->call(thread->context);
}

static const char *
keep(const char *text)
{
	return text ? mem_text(text) : NULL;
}

static struct line_set
keep_lines(const struct line_set *set)
{
	uint32_t *lines = mem_new(set->count + 1, sizeof(*lines));

	if (set->count)
		memcpy(lines, set->lines, set->count * sizeof(*lines));
	return (struct line_set){ lines, set->count };
}

static void
keep_rules(struct import_work *work)
{
	struct import_task *task = &work->task;
	struct import_rules *rules = &task->rules;

	task->path = keep(task->path);
	rules->name = keep(rules->name);
	rules->column = keep(rules->column);
	rules->accepted = keep_lines(&rules->accepted);
	rules->skipped = keep_lines(&rules->skipped);
	rules->progress = on_progress;
	rules->context = work;
	if (task->targeted)
		arrival_rules(rules, &task->target, task->draft);
	rules->holds &= ~task->accept;
	rules->overrules = task->mode != IMPORT_ADD;
	if (task->mode == IMPORT_REMOVE)
		rules->holds = 0;
}

static void
drop(const void *kept)
{
	free((void *)(uintptr_t)kept);
}

/* No signal may be taken by the thread: the loop has to see them. */
static bool
start_thread(struct import_work *work)
{
	sigset_t all, old;
	bool ok;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ok = pthread_create(&work->thread->id, NULL, run, work) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ok;
}

struct import_work *
import_work_start(struct loop *loop, struct import_task *task,
    void (*done)(void *context), void *context, struct err *err)
{
	struct import_work *work = mem_new(1, sizeof(*work));
	struct import_thread *thread = mem_new(1, sizeof(*thread));

	work->task = *task;
	work->thread = thread;
	keep_rules(work);
	thread->loop = loop;
	thread->call = done;
	thread->context = context;
	if (pipe2(thread->pipe, O_CLOEXEC) != 0) {
		thread->pipe[0] = thread->pipe[1] = -1;
	} else if (start_thread(work)) {
		loop_watch(loop, thread->pipe[0], on_ended, work);
		return work;
	}
	work->ended = true;
	import_work_free(work);
	fail(err, "no thread to read the file in");
	return NULL;
}

void
import_work_progress(const struct import_work *work, size_t *done,
    size_t *total)
{
	*done = atomic_load(&work->thread->done);
	*total = atomic_load(&work->thread->total);
}

void
import_work_free(struct import_work *work)
{
	struct import_thread *thread;

	if (!work)
		return;
	thread = work->thread;
	atomic_store(&thread->stop, true);
	if (!work->ended) {
		loop_forget(thread->loop, thread->pipe[0]);
		pthread_join(thread->id, NULL);
	}
	if (thread->pipe[0] >= 0) {
		close(thread->pipe[0]);
		close(thread->pipe[1]);
	}
	arrival_clear(&work->arrival);
	import_free(&work->import);
	buf_free(&work->effect);
	buf_free(&work->task.text);
	entries_free(&work->task.present);
	policy_free(work->task.draft);
	drop(work->task.path);
	drop(work->task.rules.name);
	drop(work->task.rules.column);
	drop(work->task.rules.accepted.lines);
	drop(work->task.rules.skipped.lines);
	free(thread);
	free(work);
}

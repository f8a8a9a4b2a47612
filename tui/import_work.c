#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "import_work.h"
#include "policy/difference.h"
#include "policy/mem.h"

/* --- in the thread ----------------------------------------------------- */

static bool
on_progress(size_t done, size_t total, void *context)
{
	struct import_work *work = context;

	return beside_note(&work->beside, done, total);
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
	if (!beside_stopped(&work->beside))
		find_effect(work);
	return true;
}

static void
run(void *context)
{
	struct import_work *work = context;

	work->ok = judge(work);
}

/* --- in the loop ------------------------------------------------------- */

static void
on_ended(void *context)
{
	struct import_work *work = context;

	work->done(work->context);
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

struct import_work *
import_work_start(struct loop *loop, struct import_task *task,
    void (*done)(void *context), void *context, struct err *err)
{
	struct import_work *work = mem_new(1, sizeof(*work));

	work->task = *task;
	work->done = done;
	work->context = context;
	work->beside = (struct beside){ .run = run, .ended = on_ended,
		.context = work };
	keep_rules(work);
	if (beside_start(&work->beside, loop, err))
		return work;
	import_work_free(work);
	return NULL;
}

void
import_work_free(struct import_work *work)
{
	if (!work)
		return;
	beside_clear(&work->beside);
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
	free(work);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "import_work.h"
#include "policy/difference.h"
#include "policy/mem.h"
#include "resolver.h"
#include "store/dns.h"

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
	if (work->task.mode == IMPORT_REFRESH)
		return &work->present;
	there = target_entries(&work->task.target, work->task.draft);
	return there ? there : &none;
}

/* What the source brought the last time, and what is there. */
static bool
find_refresh(struct import_work *work)
{
	struct import_task *task = &work->task;
	const struct entries *there =
	    target_entries(&task->target, task->draft);
	struct store *store;
	bool ok;

	if (!there)
		return fail(&work->err, "%s is not there any more",
		    task->target.name);
	if (!store_again(&store, task->store, &work->err))
		return false;
	ok = store_refresh(store, &task->target, there, task->source,
	    &work->refresh, &work->err);
	store_close(store);
	if (!ok)
		return false;
	entries_copy(&work->present, &work->refresh.said);
	entries_append_all(&work->present, there);
	entries_settle(&work->present);
	return true;
}

static void
find_moves(struct import_work *work)
{
	static const struct entries none;
	const struct entries *there =
	    target_entries(&work->task.target, work->task.draft);
	const struct entries *after = arrival_entries(&work->arrival);

	if (!after)
		return;
	there = there ? there : &none;
	entries_subtract(&work->comes, after, there);
	entries_subtract(&work->goes, there, after);
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
is_stopped(void *context)
{
	return beside_stopped(context);
}

static bool
judge_lines(struct import_work *work)
{
	struct import_task *task = &work->task;

	return import_judge(&work->import, buf_text(&task->text),
	    task->text.len, &task->rules, import_work_present(work),
	    &work->err);
}

static bool
judge_asking(struct import_work *work)
{
	struct import_task *task = &work->task;
	struct resolver *resolver;
	struct dns dns;
	bool ok = resolver_open(&resolver, task->resolver, RESOLVE_SECONDS,
	    &work->err);

	if (ok) {
		dns = (struct dns){ resolver_ask, resolver };
		resolver_watch(resolver, is_stopped, &work->beside);
		task->rules.dns = &dns;
		ok = judge_lines(work);
		task->rules.dns = NULL;
	}
	resolver_close(resolver);
	return ok;
}

static bool
judge(struct import_work *work)
{
	struct import_task *task = &work->task;

	if (task->path && !import_read_file(&task->text, task->path,
	        &work->err))
		return false;
	if (task->mode == IMPORT_REFRESH && !find_refresh(work))
		return false;
	if (!(task->resolve ? judge_asking(work) : judge_lines(work)))
		return false;
	if (!task->targeted)
		return true;
	work->arrival = (struct arrival){ .target = &task->target,
		.draft = task->draft, .mode = task->mode,
		.refresh = &work->refresh };
	if (!arrival_make(&work->arrival, &work->import, &work->err))
		return false;
	find_moves(work);
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
	task->source = keep(task->source);
	task->resolver = keep(task->resolver);
	rules->name = keep(rules->name);
	rules->column = keep(rules->column);
	rules->service = keep(rules->service);
	rules->region = keep(rules->region);
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
	refresh_free(&work->refresh);
	entries_free(&work->present);
	entries_free(&work->comes);
	entries_free(&work->goes);
	drop(work->task.path);
	drop(work->task.source);
	drop(work->task.resolver);
	drop(work->task.rules.name);
	drop(work->task.rules.column);
	drop(work->task.rules.service);
	drop(work->task.rules.region);
	drop(work->task.rules.accepted.lines);
	drop(work->task.rules.skipped.lines);
	free(work);
}

#include "config.h"

#include <pthread.h>
#include <stdlib.h>

#include "policy/mem.h"

#include "crew.h"
#include "push.h"

struct pushing {
	const struct push *pushes;
	struct push_result *results;
	const struct push_crew *calls;
	pthread_mutex_t voice; /* one step is told at a time */
};

struct telling {
	struct pushing *pushing;
	const struct push *push;
};

static void
tell(void *context, const struct push_step *step)
{
	const struct telling *t = context;

	pthread_mutex_lock(&t->pushing->voice);
	t->push->step(t->push->context, step);
	pthread_mutex_unlock(&t->pushing->voice);
}

static bool
go_on(void *context)
{
	const struct pushing *p = context;

	return p->calls->go_on(p->calls->context);
}

static bool
begin(void *context, size_t place)
{
	const struct pushing *p = context;

	return p->calls->begin(p->calls->context, place);
}

static void
work(void *context, size_t place)
{
	struct pushing *p = context;
	struct push push = p->pushes[place];
	struct telling telling = { p, &p->pushes[place] };
	struct err err;

	if (push.step) {
		push.step = tell;
		push.context = &telling;
	}
	/* The result says what err says. */
	push_gateway(&push, &p->results[place], &err);
}

static void
end(void *context, size_t place)
{
	const struct pushing *p = context;

	p->calls->end(p->calls->context, place, &p->results[place]);
}

size_t
push_many(const struct push *pushes, size_t count, unsigned jobs,
    const struct push_crew *calls)
{
	struct pushing p = { .pushes = pushes, .calls = calls,
		.results = mem_new(count + 1, sizeof(*p.results)) };
	const struct crew_calls crew = { go_on, begin, work, end, &p };
	size_t reached;

	pthread_mutex_init(&p.voice, NULL);
	reached = crew_run(count, jobs, &crew);
	pthread_mutex_destroy(&p.voice);
	free(p.results);
	return reached;
}

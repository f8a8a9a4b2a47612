#include "config.h"

#include <pthread.h>
#include <stdlib.h>

#include "policy/mem.h"

#include "crew.h"

#define STACK_SIZE ((size_t)512 << 10)

enum stage {
	STAGE_WAITS,
	STAGE_RUNS,
	STAGE_DONE,
	STAGE_TOLD, /* its end is known to the caller, too */
};

struct job {
	struct crew *crew;
	enum stage stage; /* under the crew's lock */
	pthread_t thread;
};

struct crew {
	const struct crew_calls *calls;
	struct job *jobs;
	size_t count, next, running;
	pthread_mutex_t lock;
	pthread_cond_t done;
};

static void *
work(void *context)
{
	struct job *job = context;
	struct crew *crew = job->crew;

	crew->calls->work(crew->calls->context, (size_t)(job - crew->jobs));
	pthread_mutex_lock(&crew->lock);
	job->stage = STAGE_DONE;
	pthread_cond_signal(&crew->done);
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* One more at work; where there is no thread to be had, it is done here. */
static void
begin_one(struct crew *crew)
{
	struct job *job = &crew->jobs[crew->next];
	pthread_attr_t attributes;
	bool own;

	if (!crew->calls->begin(crew->calls->context, crew->next++))
		return;
	job->stage = STAGE_RUNS;
	crew->running++;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	own = pthread_create(&job->thread, &attributes, work, job) == 0;
	pthread_attr_destroy(&attributes);
	if (!own) {
		work(job);
		job->thread = pthread_self();
	}
}

static struct job *
find_done(struct crew *crew)
{
	for (size_t i = 0; i < crew->next; i++)
		if (crew->jobs[i].stage == STAGE_DONE)
			return &crew->jobs[i];
	return NULL;
}

static void
end_one(struct crew *crew)
{
	struct job *job;

	pthread_mutex_lock(&crew->lock);
	while (!(job = find_done(crew)))
		pthread_cond_wait(&crew->done, &crew->lock);
	job->stage = STAGE_TOLD;
	pthread_mutex_unlock(&crew->lock);
	if (!pthread_equal(job->thread, pthread_self()))
		pthread_join(job->thread, NULL);
	crew->running--;
	crew->calls->end(crew->calls->context, (size_t)(job - crew->jobs));
}

size_t
crew_run(size_t count, unsigned jobs, const struct crew_calls *calls)
{
	struct crew crew = { .calls = calls, .count = count,
		.jobs = mem_new(count + 1, sizeof(*crew.jobs)) };

	pthread_mutex_init(&crew.lock, NULL);
	pthread_cond_init(&crew.done, NULL);
	for (size_t i = 0; i < count; i++)
		crew.jobs[i].crew = &crew;
	for (;;) {
		while (crew.next < count && crew.running < jobs &&
		    calls->go_on(calls->context))
			begin_one(&crew);
		if (!crew.running)
			break;
		end_one(&crew);
	}
	pthread_cond_destroy(&crew.done);
	pthread_mutex_destroy(&crew.lock);
	free(crew.jobs);
	return crew.next;
}

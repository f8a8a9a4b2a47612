#include "config.h"

#include <pthread.h>
#include <stdlib.h>

#include "policy/mem.h"

#include "push.h"

#define JOBS_MAX 64

struct crew {
	const struct push *pushes;
	struct push_result *results;
	size_t count, next;
	pthread_mutex_t turn;  /* guards next */
	pthread_mutex_t voice; /* one step is told at a time */
};

struct relay {
	struct crew *crew;
	const struct push *push;
};

static void
tell(void *context, const struct push_step *step)
{
	struct relay *relay = context;

	pthread_mutex_lock(&relay->crew->voice);
	relay->push->step(relay->push->context, step);
	pthread_mutex_unlock(&relay->crew->voice);
}

static bool
take_next(struct crew *crew, size_t *place)
{
	bool any;

	pthread_mutex_lock(&crew->turn);
	any = crew->next < crew->count;
	if (any)
		*place = crew->next++;
	pthread_mutex_unlock(&crew->turn);
	return any;
}

static void *
work(void *context)
{
	struct crew *crew = context;
	size_t place;

	while (take_next(crew, &place)) {
		struct push push = crew->pushes[place];
		struct relay relay = { crew, &crew->pushes[place] };
		struct err err;

		if (push.step) {
			push.step = tell;
			push.context = &relay;
		}
		/* The result says what err says. */
		push_gateway(&push, &crew->results[place], &err);
	}
	return NULL;
}

void
push_many(const struct push *pushes, struct push_result *results, size_t count,
    unsigned jobs)
{
	struct crew crew = { .pushes = pushes, .results = results,
		.count = count };
	pthread_t threads[JOBS_MAX];
	size_t started = 0;

	pthread_mutex_init(&crew.turn, NULL);
	pthread_mutex_init(&crew.voice, NULL);
	if (jobs > JOBS_MAX)
		jobs = JOBS_MAX;
	while (started + 1 < jobs && started + 1 < count &&
	    !pthread_create(&threads[started], NULL, work, &crew))
		started++;
	work(&crew);
	while (started)
		pthread_join(threads[--started], NULL);
	pthread_mutex_destroy(&crew.turn);
	pthread_mutex_destroy(&crew.voice);
}

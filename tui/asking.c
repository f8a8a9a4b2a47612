#include "config.h"

#include <signal.h>
#include <stdlib.h>

#include "asking.h"
#include "command.h"
#include "policy/mem.h"
#include "remote/crew.h"
#include "remote/dial.h"

struct run {
	const struct asking *asking;
	bool *done;
	size_t told; /* those before it */
	bool ok;
	struct err *err;
};

/* A second one ends the program. */
static void
on_signal(int sig)
{
	dial_stop();
	signal(sig, SIG_DFL);
}

bool
asking_stopped(void)
{
	return dial_stopped();
}

static bool
go_on(void *context)
{
	const struct run *r = context;

	return r->ok && !dial_stopped();
}

static void
tell_next(struct run *r)
{
	const struct asking *a = r->asking;

	while (r->ok && r->told < a->count && r->done[r->told])
		r->ok = a->tell(a->context, r->told++, r->err);
}

static void
end(void *context, size_t place)
{
	struct run *r = context;

	r->done[place] = true;
	tell_next(r);
}

static bool
begin(void *context, size_t place)
{
	struct run *r = context;
	bool asks = r->asking->begin(r->asking->context, place);

	if (!asks)
		end(r, place);
	return asks;
}

static void
work(void *context, size_t place)
{
	const struct run *r = context;

	r->asking->ask(r->asking->context, place);
}

bool
asking_run(const struct asking *asking, struct err *err)
{
	struct run r = { .asking = asking, .ok = true, .err = err,
		.done = mem_new(asking->count + 1, sizeof(*r.done)) };
	const struct crew_calls calls = { go_on, begin, work, end, &r };

	if (dial_stop_prepare())
		signal(SIGINT, on_signal);
	crew_run(asking->count, (unsigned)asking->jobs, &calls);
	/* Those that it did not come to. */
	for (size_t i = 0; i < asking->count; i++)
		r.done[i] = true;
	tell_next(&r);
	free(r.done);
	return r.ok;
}

bool
asking_read_jobs(const char *text, int64_t *jobs, struct err *err)
{
	if (!option_number(text, jobs, err))
		return false;
	return (*jobs >= 1 && *jobs <= 256) ||
	    fail_as(err, ERR_USAGE, "--jobs goes from 1 to 256");
}

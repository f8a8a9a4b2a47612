#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "push_attach.h"
#include "store/push_round.h"
#include "store/push_steps.h"

#define LOOK_EVERY 1000 /* ms */

/* --- one gateway --------------------------------------------------------- */

/* In the place of a step; says whether that is another than before. */
static bool
set_word(struct push_row *row, const char *word)
{
	if (row->step && !strcmp(row->step, word))
		return false;
	free(row->step);
	row->step = mem_text(word);
	row->done = row->steps = 0;
	return true;
}

/* The steps since we looked. */
static bool
show_steps(struct push_run *run, struct push_row *row)
{
	struct push_told told[PUSH_TOLD_MOST];
	size_t count = store_push_told(run->app->store, row->generation, told);
	bool any = row->told < count;
	char place[32];

	for (; row->told < count; row->told++) {
		const struct push_told *step = &told[row->told];

		snprintf(place, sizeof(place), "%u/%u", step->number,
		    step->of);
		push_row_step(row, place, step->word, step->text, step->time);
	}
	if (!store_push_alive(run->app->store, row->generation))
		return set_word(row, "cut off") || any;
	return any || (!row->told && set_word(row, "goes on"));
}

static bool
take_record(struct push_run *run, struct push_row *row,
    const struct push_record *record)
{
	if (!record->state || !record->ended)
		return show_steps(run, row);
	show_steps(run, row);
	set_word(row, "ended");
	push_row_end(run, row, record->state,
	    record->detail ? record->detail : "");
	return true;
}

/* Does the store know its end by now, or did its process end without one? */
static bool
look_at(struct push_run *run, struct push_row *row)
{
	struct push_record record;
	struct err err;
	bool any;

	if (row->state || !row->generation ||
	    !store_push_get(run->app->store, row->generation, &record, &err))
		return false;
	any = take_record(run, row, &record);
	push_record_clear(&record);
	return any;
}

/* --- a round ------------------------------------------------------------- */

/* Those that were begun since; of a gateway the last push counts. */
static bool
take_pushes(struct push_run *run, int64_t round)
{
	struct push_record *records;
	struct err err;
	bool any = false;
	size_t count;

	if (!store_round_pushes(run->app->store, round, &records, &count,
	        &err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct push_row *row = push_run_row(run, records[i].gateway);

		if (row->generation >= records[i].generation)
			continue;
		row->generation = records[i].generation;
		row->told = 0;
		free(row->state);
		row->state = NULL;
		any = true;
	}
	push_records_free(records, count);
	return any;
}

static bool
say_stopper(struct push_run *run, const struct push_round *round)
{
	if (!round->stop_author || run->stopper)
		return false;
	run->stopper = mem_text(round->stop_author);
	run->stopping = true;
	app_say(run->app, '!', "%s asked to stop the push that %s began",
	    run->stopper, round->author);
	return true;
}

/* What it never came to. */
static bool
leave_out(struct push_run *run, const struct push_round *round)
{
	char why[160] = "not begun";
	bool any = false;

	if (run->stopper)
		snprintf(why, sizeof(why), "stopped by %.100s", run->stopper);
	for (size_t i = 0; i < round->gateway_count; i++) {
		struct push_row *row = push_run_row(run, round->gateways[i]);

		if (row->state || row->generation)
			continue;
		push_row_end(run, row, "SKIPPED", why);
		any = true;
	}
	return any;
}

static bool
look_at_round(struct push_run *run, int64_t number)
{
	bool alive = store_round_alive(run->app->store, number), any = false;
	struct push_round *round;
	struct err err;
	size_t count;

	if (!store_round_get(run->app->store, number, &round, &count, &err))
		return false;
	run->alive |= alive;
	if (count)
		any = say_stopper(run, round);
	any |= take_pushes(run, number);
	if (count && !alive)
		any |= leave_out(run, round);
	push_rounds_free(round, count);
	return any;
}

void
push_attach_round(struct push_run *run, int64_t number)
{
	struct push_round *round;
	struct err err;
	size_t count, i;

	run->rounds = mem_grow(run->rounds, run->round_count, &run->round_cap,
	    sizeof(*run->rounds));
	run->rounds[run->round_count++] = number;
	if (!store_round_get(run->app->store, number, &round, &count, &err))
		return;
	for (i = 0; count && i < round->gateway_count; i++)
		push_run_row(run, round->gateways[i]);
	push_rounds_free(round, count);
}

/* --- all ----------------------------------------------------------------- */

static void
say_all_ended(struct push_run *run)
{
	size_t i, good = 0;

	for (i = 0; i < run->count; i++)
		good += push_row_good(&run->rows[i]);
	run->ended = loop_clock();
	app_say(run->app, good == run->count ? 'i' : 'X', "the push that %s "
	    "began has ended: %zu of %zu gateway%s in step", run->author, good,
	    run->count, run->count == 1 ? "" : "s");
}

void
push_attach_look(void *context)
{
	struct push_run *run = context;
	bool any = false;
	size_t i;

	loop_cancel(run->app->loop, push_attach_look, run);
	run->alive = false;
	for (i = 0; i < run->round_count; i++)
		any |= look_at_round(run, run->rounds[i]);
	for (i = 0; i < run->count; i++)
		any |= look_at(run, &run->rows[i]);
	if (any)
		push_run_redraw(run);
	if (push_run_open(run))
		loop_after(run->app->loop, LOOK_EVERY, push_attach_look, run);
	else if (!run->ended)
		say_all_ended(run);
}

bool
push_run_can_stop(const struct push_run *run)
{
	return push_run_goes(run) ||
	    (push_run_open(run) && run->alive && !run->stopping);
}

bool
push_attach_stop(struct push_run *run)
{
	bool any = false;
	struct err err;
	size_t i;

	for (i = 0; i < run->round_count; i++) {
		if (!store_round_alive(run->app->store, run->rounds[i]))
			continue;
		if (!store_round_stop(run->app->store, run->rounds[i], &err)) {
			app_fail(run->app, &err);
			return false;
		}
		any = true;
	}
	if (!any)
		app_say(run->app, '!', "nobody is at work on it any more");
	return any;
}

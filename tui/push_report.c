#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "out.h"
#include "push_report.h"
#include "store/push_steps.h"

/* One field of a report line: no tab, no line end. */
static void
add_field(struct buf *line, const char *text)
{
	buf_addc(line, '\t');
	for (; *text; text++)
		buf_addc(line, (unsigned char)*text < ' ' ? ' ' : *text);
}

void
push_report(const char *word, const char *gateway, const char *a,
    const char *b, const char *c)
{
	struct buf line = { 0 };

	buf_add(&line, word);
	add_field(&line, gateway);
	add_field(&line, a);
	add_field(&line, b);
	if (c)
		add_field(&line, c);
	buf_addc(&line, '\n');
	out_text(&line);
	fflush(stdout);
	buf_free(&line);
}

/* For who looks from another console. */
static void
tell_others(const struct push_telling *t, const struct push_step *step)
{
	struct push_told told = { .number = (unsigned)step->number,
		.of = PUSH_STEPS, .time = store_now() };

	snprintf(told.word, sizeof(told.word), "%s", step->word);
	snprintf(told.text, sizeof(told.text), "%s", step->text);
	store_push_tell(t->store, *t->generation, &told);
}

void
push_tell_step(void *context, const struct push_step *step)
{
	const struct push_telling *t = context;
	char place[32];

	tell_others(t, step);
	snprintf(place, sizeof(place), "%d/%d", step->number, PUSH_STEPS);
	if (t->report)
		push_report("step", t->gateway, place, step->word, step->text);
	else if (isatty(STDERR_FILENO))
		out_note("%s: %s %s %s", t->gateway, place, step->word,
		    step->text);
}

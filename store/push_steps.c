#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "push_lock.h"
#include "push_steps.h"
#include "state.h"

/* The generation, and a line for each step: NUMBER, OF, SECONDS, WORD, TEXT,
 * parted by tabs.  More places than pushes are ever at work at once. */
#define PLACE 1024
#define PLACES 1024

static off_t
place_of(int64_t generation)
{
	return (off_t)(generation % PLACES) * PLACE;
}

/* Its lines, behind the generation; "" when the place is another's. */
static char *
read_place(struct store *store, int64_t generation, char text[PLACE + 1])
{
	char *end;
	ssize_t n = pread(store->locks, text, PLACE, place_of(generation));

	text[n > 0 ? n : 0] = '\0';
	if (strtoll(text, &end, 10) != generation || *end != '\n')
		return text + strlen(text);
	return end + 1;
}

/* Nothing but what can be shown: a gateway, or another process, wrote it. */
static void
take_text(char *to, size_t size, const char *from)
{
	size_t i = 0;

	for (; from && *from && i + 1 < size; from++)
		to[i++] = (unsigned char)*from < ' ' || *from == 127
		    ? '?' : *from;
	to[i] = '\0';
}

void
store_push_tell(struct store *store, int64_t generation,
    const struct push_told *step)
{
	char old[PLACE + 1], new[PLACE] = "", text[sizeof(step->text)];
	ssize_t n;
	int len;

	if (!push_lock_open(store))
		return;
	take_text(text, sizeof(text), step->text);
	len = snprintf(new, sizeof(new),
	    "%" PRId64 "\n%s%u\t%u\t%" PRId64 "\t%s\t%s\n", generation,
	    read_place(store, generation, old), step->number, step->of,
	    step->time, step->word, text);
	if (len < 0 || len >= PLACE)
		return;
	n = pwrite(store->locks, new, sizeof(new), place_of(generation));
	(void)n;
}

static bool
take_step(struct push_told *step, char *line)
{
	char *fields[5];

	for (int i = 0; i < 5; i++)
		fields[i] = strsep(&line, "\t");
	if (!fields[4])
		return false;
	step->number = (unsigned)strtoul(fields[0], NULL, 10);
	step->of = (unsigned)strtoul(fields[1], NULL, 10);
	step->time = strtoll(fields[2], NULL, 10);
	take_text(step->word, sizeof(step->word), fields[3]);
	take_text(step->text, sizeof(step->text), fields[4]);
	return step->of > 0 && step->number <= step->of;
}

size_t
store_push_told(struct store *store, int64_t generation,
    struct push_told *steps)
{
	char text[PLACE + 1], *rest, *line;
	size_t count = 0;

	if (!push_lock_open(store))
		return 0;
	rest = read_place(store, generation, text);
	while (count < PUSH_TOLD_MOST && (line = strsep(&rest, "\n")) && rest)
		count += take_step(&steps[count], line);
	return count;
}

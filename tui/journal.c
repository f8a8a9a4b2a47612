#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "clock_text.h"
#include "journal.h"
#include "policy/mem.h"
#include "store/store.h"

/* A session may stay open for weeks. */
#define LINES_MOST 5000

static void
clear_line(struct journal_line *line)
{
	free(line->text);
	free(line->command);
}

void
journal_add(struct journal *journal, char mark, const char *text)
{
	struct journal_line *line;

	if (journal->count == LINES_MOST) {
		clear_line(journal->lines);
		memmove(journal->lines, journal->lines + 1,
		    --journal->count * sizeof(*journal->lines));
	}
	journal->lines = mem_grow(journal->lines, journal->count,
	    &journal->cap, sizeof(*journal->lines));
	line = &journal->lines[journal->count++];
	line->time = store_now();
	line->mark = mark;
	line->text = mem_text(text);
	line->command = NULL;
}

void
journal_command(struct journal *journal, const char *command)
{
	struct journal_line *last;

	if (!journal->count || !*command)
		return;
	last = &journal->lines[journal->count - 1];
	free(last->command);
	last->command = mem_text(command);
}

void
journal_add_text(const struct journal *journal, struct buf *out)
{
	size_t i;

	for (i = 0; i < journal->count; i++) {
		const struct journal_line *line = &journal->lines[i];

		add_second(out, line->time);
		buf_addf(out, " %c %s\n", line->mark, line->text);
	}
}

void
journal_free(struct journal *journal)
{
	while (journal->count)
		clear_line(&journal->lines[--journal->count]);
	free(journal->lines);
	memset(journal, 0, sizeof(*journal));
}

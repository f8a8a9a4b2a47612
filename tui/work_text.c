#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/difference.h"
#include "policy/mem.h"
#include "work_text.h"

void
add_finding_counts(struct buf *out, const struct findings *findings)
{
	static const char *const words[][2] = {
		[LEVEL_ERROR] = { "error", "errors", },
		[LEVEL_WARNING] = { "warning", "warnings", },
		[LEVEL_INFO] = { "note", "notes", },
	};
	size_t counts[3] = { 0, 0, 0 }, i;

	for (i = 0; i < findings->count; i++)
		counts[findings->items[i].level]++;
	for (i = 0; i < 3; i++)
		buf_addf(out, "%s%zu %s", i ? ", " : "", counts[i],
		    words[i][counts[i] != 1]);
	if (counts[LEVEL_ERROR])
		buf_add(out, ": errors block a commit and a push");
}

/* The colour of a line for a view, besides its words and marks; 0: none. */
static char
line_colour(const char *line)
{
	static const struct {
		const char *begin;
		char colour;
	} colours[] = {
		{ "GAINS", 2, },
		{ "+ ", 2, },
		{ "LOSES", 3, },
		{ "- ", 3, },
		{ "server ", 1, },
	};
	size_t i;

	line += strspn(line, " ");
	if (!strncmp(line, "Verdict", 7))
		return strstr(line, "OPEN after")   ? 4
		    : strstr(line, "WIDE after") ? 3
		                                  : 1;
	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		if (!strncmp(line, colours[i].begin,
		        strlen(colours[i].begin)))
			return colours[i].colour;
	return 0;
}

static void
add_coloured(struct buf *out, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		char colour = line_colour(line);

		if (!*line)
			continue;
		if (colour)
			buf_addc(out, colour);
		buf_addf(out, "%s\n", line);
	}
}

void
add_effect(struct buf *out, const struct compiled *from,
    const struct compiled *to, size_t most)
{
	struct policy *nothing = policy_new();
	struct compiled *empty = relay_compile(nothing);
	struct difference difference;
	struct buf text = { 0 };
	char *copy;

	difference_make(&difference, from ? from : empty, to);
	if (most)
		difference_add_text(&text, &difference, most);
	else
		difference_add_summary(&text, &difference);
	copy = buf_take(&text);
	add_coloured(out, copy);
	free(copy);
	difference_free(&difference);
	relay_free(empty);
	policy_free(nothing);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "differ.h"
#include "policy/difference.h"
#include "policy/expire.h"
#include "policy/mem.h"
#include "seen.h"
#include "store/store.h"
#include "work_text.h"

/* Ranges or domains of a kind that are spelled out. */
#define EFFECT_MOST 200

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

/* How a line stands out in a view, besides its words; 0: not. */
static char
line_colour(const char *line)
{
	static const char *const strong[] = { "GAINS", "LOSES", "server " };
	size_t i;

	if (!strncmp(line, "Verdict", 7))
		return strstr(line, "OPEN after")    ? 4
		    : strstr(line, "WIDE after") ? 3
		                                 : 1;
	for (i = 0; i < sizeof(strong) / sizeof(strong[0]); i++)
		if (!strncmp(line, strong[i], strlen(strong[i])))
			return 1;
	return 0;
}

static void
add_line(struct buf *out, const char *line)
{
	char colour = line_colour(line);

	if (colour)
		buf_addc(out, colour);
	buf_addf(out, "%s\n", line);
}

/* Adds the lines of a text that begin with "Verdict", or those that do not. */
static void
add_lines(struct buf *out, const struct buf *text, bool verdict)
{
	char *copy = mem_text(buf_text(text)), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line && verdict == !strncmp(line, "Verdict", 7))
			add_line(out, line);
	free(copy);
}

static void
add_details(struct buf *out, const struct difference *difference, size_t sums)
{
	struct buf text = { 0 }, rest = { 0 };

	difference_add_text(&text, difference, EFFECT_MOST);
	buf_add(&rest, buf_text(&text) + sums);
	add_lines(out, &rest, false);
	buf_free(&rest);
	buf_free(&text);
}

static void
add_expired(struct buf *out, const struct policy *from,
    const struct policy *to)
{
	struct buf lines = { 0 };

	if (expired_add_gone(&lines, from, to, store_now()))
		buf_addf(out, "Expired entries go:\n%s", buf_text(&lines));
	buf_free(&lines);
}

void
add_effect(struct buf *out, struct buf *details, const struct compiled *from,
    const struct compiled *to)
{
	struct policy *nothing = policy_new();
	struct compiled *empty = relay_compile(nothing);
	struct difference difference;
	struct buf sums = { 0 }, mail = { 0 };

	difference_make(&difference, from ? from : empty, to);
	difference_add_summary(&sums, &difference);
	add_lines(out, &sums, true);
	add_lines(out, &sums, false);
	seen_add_losses(&mail, &difference, store_now());
	add_lines(out, &mail, false);
	if (from)
		add_expired(out, relay_policy(from), relay_policy(to));
	if (details)
		add_details(details, &difference, sums.len);
	buf_free(&mail);
	buf_free(&sums);
	difference_free(&difference);
	relay_free(empty);
	policy_free(nothing);
}

void
add_policy_change(struct buf *out, const struct policy *before,
    const struct policy *after)
{
	struct compiled *from = before ? relay_compile(before) : NULL;
	struct compiled *to = relay_compile(after);

	add_effect(out, out, from, to);
	buf_add(out, "\n\1What was edited\n");
	if (!differ_add(out, before, after))
		buf_add(out, "(nothing differs)");
	relay_free(from);
	relay_free(to);
}

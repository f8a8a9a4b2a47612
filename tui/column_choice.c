#include "config.h"

#include <string.h>

#include "column_choice.h"
#include "history.h"
#include "policy/buf.h"
#include "widget.h"

static struct history choices;

void
column_choice_load(void)
{
	history_load(&choices, "columns");
}

void
column_choice_free(void)
{
	history_free(&choices);
}

static void
add_titles(struct buf *out, const struct column *columns)
{
	for (int i = 0; columns[i].title; i++)
		buf_addf(out, "%s%s", i ? "|" : " ", columns[i].title);
}

/* The bits before the titles; false: it is no such line. */
static bool
read_bits(const char *line, const char *titles, uint32_t *hidden)
{
	size_t count = strspn(line, "01");

	if (count > COLUMNS_MOST || strcmp(line + count, titles) != 0)
		return false;
	*hidden = 0;
	for (size_t i = 1; i < count; i++)
		*hidden |= (uint32_t)(line[i] == '0') << i;
	return true;
}

/* Hidden until they are chosen. */
static uint32_t
spare_ones(const struct column *columns)
{
	uint32_t spare = 0;

	for (int i = 0; columns[i].title; i++)
		spare |= (uint32_t)(columns[i].from < 0) << i;
	return spare;
}

uint32_t
column_choice(const struct column *columns)
{
	struct buf titles = { 0 };
	uint32_t hidden = 0;
	size_t i = choices.count;

	if (!i)
		return spare_ones(columns);
	add_titles(&titles, columns);
	while (i > 0 && !read_bits(choices.lines[i - 1], buf_text(&titles),
	    &hidden))
		i--;
	buf_free(&titles);
	return i ? hidden : spare_ones(columns);
}

void
column_choice_set(const struct column *columns, uint32_t hidden)
{
	struct buf line = { 0 };

	for (int i = 0; columns[i].title; i++)
		buf_addc(&line, i && hidden >> i & 1 ? '0' : '1');
	add_titles(&line, columns);
	history_add(&choices, buf_text(&line));
	buf_free(&line);
}

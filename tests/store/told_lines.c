#include "config.h"

#include "told_lines.h"
#include "tests/policy/unit.h"

static void
add_lines(struct buf *buf, const struct bad_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_addf(buf, "%zu %s\n", lines[i].number, lines[i].reason);
}

/* Line for line, wanted is how got begins. */
static bool
begins_so(const char *got, const char *wanted)
{
	while (*got && *wanted) {
		size_t g = strcspn(got, "\n"), w = strcspn(wanted, "\n");

		if (g < w || strncmp(got, wanted, w) != 0)
			return false;
		got += g + 1;
		wanted += w + 1;
	}
	return !*got && !*wanted;
}

void
check_told(const char *row, const char *wanted, const struct bad_line *lines,
    size_t count)
{
	struct buf got = { 0 };

	add_lines(&got, lines, count);
	if (!begins_so(buf_text(&got), wanted ? wanted : ""))
		fail_msg("row '%s': told\n%swanted\n%s", row, buf_text(&got),
		    wanted ? wanted : "");
	buf_free(&got);
}

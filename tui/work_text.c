#include "config.h"

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

/* One entry a line, a comment behind # or ;. */
#include "config.h"

#include "format_list.h"
#include "line_comment.h"

static int
sniff(const struct source *source, struct buf *why)
{
	(void)source;
	buf_add(why, "one entry a line");
	return 1;
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	(void)source;
	(void)err;
	line_comment_read(intake);
	return true;
}

static bool
write(struct buf *buf, const struct entries *entries, struct err *err)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	(void)err;
	while (entries_next(&walk, &entry)) {
		entry_add(buf, &entry);
		if (entry.comment)
			buf_addf(buf, "  # %s", entry.comment);
		buf_addc(buf, '\n');
	}
	return true;
}

const struct format format_plain = {
	.name = "plain",
	.title = "one entry a line",
	.sniff = sniff,
	.read = read,
	.write = write,
	.round_trip = true,
};

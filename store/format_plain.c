/* One entry a line, a comment behind # or ;. */
#include "config.h"

#include <string.h>

#include "format_list.h"
#include "line_comment.h"
#include "policy/note.h"

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

/* A line must be one that is read again. */
static bool
check_line(const char *line, size_t len, const struct entry *entry,
    struct err *err)
{
	bool brackets = (entry->owner && strpbrk(entry->owner, "[]")) ||
	    (entry->ticket && strpbrk(entry->ticket, "[]"));

	if (len <= LONGEST_LINE && !brackets)
		return true;
	return fail(err, "%.*s: %s; export as csv or json",
	    (int)strcspn(line, " "), line, brackets
	        ? "an owner or a ticket with brackets does not fit behind #"
	        : "its notes make a line of more than 1,024 bytes");
}

static bool
write(struct buf *buf, const struct entries *entries, struct err *err)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	while (entries_next(&walk, &entry)) {
		size_t at = buf->len;

		entry_add(buf, &entry);
		if (note_any(&entry)) {
			line_comment_add(buf, &entry);
			if (!check_line(buf->data + at, buf->len - at, &entry,
			        err))
				return false;
		}
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

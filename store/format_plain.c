/* One entry a line, a comment behind # or ;. */
#include "config.h"

#include <string.h>

#include "format_list.h"
#include "intake.h"

static int
sniff(const struct source *source, struct buf *why)
{
	(void)source;
	buf_add(why, "one entry a line");
	return 1;
}

static size_t
find_comment(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && text[i] != '#' && text[i] != ';')
		i++;
	return i;
}

/* The text behind # or ; as a comment of the entry. */
static void
cut_comment(struct item *item, const char *text, size_t len)
{
	while (len && (*text == '#' || *text == ';' || *text == ' ' ||
	    *text == '\t'))
		text++, len--;
	text_trim(&text, &len);
	item->comment = text;
	item->comment_len = len;
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct item item;

	(void)source;
	(void)err;
	while (intake_line(intake, &item, "#;")) {
		const char *text = item.text;
		size_t len = item.len, end;

		if (len > LONGEST_LINE) {
			intake_bad(intake, &item,
			    "a line of more than 1,024 bytes");
			continue;
		}
		end = find_comment(text, len);
		if (end < len)
			cut_comment(&item, text + end, len - end);
		len = end;
		text_trim(&text, &len);
		intake_entry(intake, &item, text, len);
	}
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

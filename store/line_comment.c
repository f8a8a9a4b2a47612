#include "config.h"

#include <string.h>

#include "line_comment.h"

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

void
line_comment_read(struct intake *intake)
{
	struct item item;

	while (intake_short_line(intake, &item, "#;")) {
		const char *text = item.text;
		size_t len = item.len, end;

		end = find_comment(text, len);
		if (end < len)
			cut_comment(&item, text + end, len - end);
		len = end;
		text_trim(&text, &len);
		intake_entry(intake, &item, text, len);
	}
}

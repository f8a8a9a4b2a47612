#include "config.h"

#include <string.h>

#include "line_comment.h"
#include "policy/note.h"

static size_t
find_comment(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && text[i] != '#' && text[i] != ';')
		i++;
	return i;
}

enum cut {
	CUT_NONE, /* no note stands at the end */
	CUT_NOTE,
	CUT_END, /* "[]": all that is before is comment */
};

/* "owner print-team": what stands in brackets. */
static bool
take_note(struct item *item, struct span inner)
{
	struct err err;
	int32_t day;

	if (span_starts(inner, "owner ") && !item->owner) {
		item->owner = inner.text + 6;
		item->owner_len = inner.len - 6;
	} else if (span_starts(inner, "ticket ") && !item->ticket) {
		item->ticket = inner.text + 7;
		item->ticket_len = inner.len - 7;
	} else if (span_starts(inner, "expires ") && !item->expires &&
	    day_parse(&day, inner.text + 8, inner.len - 8, &err)) {
		item->expires = inner.text + 8;
	} else {
		return false;
	}
	return true;
}

/* Cuts off what stands in brackets at the end, with the blank before. */
static enum cut
cut_note(struct item *item, struct span *s)
{
	size_t open = s->len;
	struct span inner;

	if (!s->len || s->text[s->len - 1] != ']')
		return CUT_NONE;
	while (open && s->text[open - 1] != '[')
		open--;
	if (!open || (open > 1 && s->text[open - 2] != ' '))
		return CUT_NONE;
	inner = span_of(s->text + open, s->len - open - 1);
	if (inner.len && !take_note(item, inner))
		return CUT_NONE;
	s->len = open - 1 - (open > 1);
	return inner.len ? CUT_NOTE : CUT_END;
}

/* The text behind # or ; as the notes of the entry. */
static void
cut_comment(struct item *item, const char *text, size_t len)
{
	struct span s;
	enum cut cut;

	while (len && (*text == '#' || *text == ';' || *text == ' ' ||
	    *text == '\t'))
		text++, len--;
	text_trim(&text, &len);
	s = span_of(text, len);
	do
		cut = cut_note(item, &s);
	while (cut == CUT_NOTE);
	if (cut == CUT_NONE)
		s = span_trim(s);
	if (span_starts(s, "[] "))
		s = span_from(s, 3);
	item->comment = s.text;
	item->comment_len = s.len;
}

static void
add_note(struct buf *buf, const struct entry *entry, enum note_kind kind)
{
	struct buf text = { 0 };

	note_add(&text, entry, kind);
	if (text.len)
		buf_addf(buf, " [%s %s]", note_kinds[kind].name,
		    buf_text(&text));
	buf_free(&text);
}

void
line_comment_add(struct buf *buf, const struct entry *entry)
{
	const char *comment = entry->comment;
	size_t len = comment ? strlen(comment) : 0;

	if (!note_any(entry))
		return;
	buf_add(buf, "  #");
	if (len) {
		buf_add(buf, strchr("#; \t[", comment[0]) ? " [] " : " ");
		buf_addn(buf, comment, len);
		buf_add(buf, strchr("] \t", comment[len - 1]) ? " []" : "");
	}
	for (enum note_kind kind = NOTE_OWNER; kind < NOTES; kind++)
		add_note(buf, entry, kind);
}

void
line_comment_read(struct intake *intake)
{
	struct item item;
	struct net net;

	while (intake_short_line(intake, &item, "#;")) {
		const char *text = item.text;
		size_t len = item.len, end;

		if (net_parse_usual(&net, text, len)) {
			intake_net(intake, &item, &net);
			continue;
		}
		end = find_comment(text, len);
		if (end < len)
			cut_comment(&item, text + end, len - end);
		len = end;
		text_trim(&text, &len);
		intake_entry(intake, &item, text, len);
	}
}

#include "config.h"

#include <stddef.h>
#include <string.h>

#include "mem.h"
#include "name.h"
#include "note.h"

const struct note_kind_row note_kinds[] = {
	{ "comment", "Comment", 1000, "who or what it is", },
	{ "owner", "Owner", 200, "who answers for it", },
	{ "ticket", "Ticket", 200, "where it was asked for", },
	{ "expires", "Expires", 10,
	    "the last day on which it counts: 2026-12-31", },
	{ NULL, NULL, 0, NULL, },
};

int
note_find(const char *name, size_t len)
{
	for (int i = 0; i < NOTES; i++)
		if (strlen(note_kinds[i].name) == len &&
		    !memcmp(note_kinds[i].name, name, len))
			return i;
	return -1;
}

/* --- texts ------------------------------------------------------------- */

void
note_texts_clear(struct note_texts *texts)
{
	texts->comment[0] = texts->owner[0] = texts->ticket[0] = '\0';
	texts->expires = 0;
}

static char *
text_of(struct note_texts *texts, enum note_kind kind)
{
	return kind == NOTE_COMMENT ? texts->comment
	    : kind == NOTE_OWNER    ? texts->owner
	                            : texts->ticket;
}

bool
note_texts_set(struct note_texts *texts, enum note_kind kind,
    const char *text, size_t len, struct err *err)
{
	char *to;

	if (kind == NOTE_EXPIRES) {
		texts->expires = 0;
		return !len || day_parse(&texts->expires, text, len, err);
	}
	if (!name_check_comment(text, len, err))
		return false;
	if (len > note_kinds[kind].most)
		return fail(err, "%s: more than %zu bytes",
		    note_kinds[kind].name, note_kinds[kind].most);
	to = text_of(texts, kind);
	memcpy(to, text, len);
	to[len] = '\0';
	return true;
}

static const char *
or_null(const char *text)
{
	return *text ? text : NULL;
}

void
note_texts_lend(const struct note_texts *texts, struct entry *entry)
{
	entry->comment = or_null(texts->comment);
	entry->owner = or_null(texts->owner);
	entry->ticket = or_null(texts->ticket);
	entry->expires = texts->expires;
}

/* --- of an entry ------------------------------------------------------- */

static bool
has_text(const char *text)
{
	return text && *text;
}

bool
note_more(const struct entry *e)
{
	return has_text(e->owner) || has_text(e->ticket) || e->expires;
}

bool
note_any(const struct entry *e)
{
	return has_text(e->comment) || note_more(e);
}

static bool
same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

bool
note_equal(const struct entry *a, const struct entry *b)
{
	return same_text(a->comment, b->comment) &&
	    same_text(a->owner, b->owner) && same_text(a->ticket, b->ticket) &&
	    a->expires == b->expires;
}

void
note_add(struct buf *buf, const struct entry *e, enum note_kind kind)
{
	const char *text = kind == NOTE_COMMENT ? e->comment
	    : kind == NOTE_OWNER                ? e->owner
	                                        : e->ticket;

	if (kind == NOTE_EXPIRES && e->expires)
		day_add(buf, e->expires);
	else if (kind != NOTE_EXPIRES && text)
		buf_add(buf, text);
}

static size_t
size_of(const char *text)
{
	return has_text(text) ? strlen(text) + 1 : 0;
}

static const char *
put(char **to, const char *text)
{
	size_t size = size_of(text);
	char *at = *to;

	if (!size)
		return NULL;
	memcpy(at, text, size);
	*to += size;
	return at;
}

/* The name, which is the last member, takes no more than it needs. */
struct entry *
note_keep(const struct entry *e)
{
	size_t name = e->kind == ENTRY_NET ? 0 : strlen(e->name);
	size_t head = offsetof(struct entry, name) + name + 1;
	struct entry *kept;
	char *rest;

	kept = mem_resize(NULL, head + size_of(e->comment) +
	    size_of(e->owner) + size_of(e->ticket), 1);
	kept->kind = e->kind;
	kept->net = e->net;
	memcpy(kept->name, e->name, name);
	kept->name[name] = '\0';
	rest = (char *)kept + head;
	kept->comment = put(&rest, e->comment);
	kept->owner = put(&rest, e->owner);
	kept->ticket = put(&rest, e->ticket);
	kept->expires = e->expires;
	return kept;
}

#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
#include "policy/mem.h"

struct program {
	const char *name; /* its tag, or what its tag begins with */
	bool (*line)(struct maillog *log, const struct log_line *line);
};

static const struct program programs[] = {
	{ "postfix", postfix_line },
	{ "smtpd", smtpd_line },
	{ "exim", exim_line },
	{ NULL, NULL },
};

void
log_tags_clear(struct log_tags *tags)
{
	for (size_t i = 0; i < tags->name_count; i++)
		free(tags->names[i]);
}

/* One copy of each name; NULL when there are more than any log has. */
static const char *
name_of(struct log_tags *tags, struct piece name)
{
	for (size_t i = 0; i < tags->name_count; i++)
		if (piece_is(name, tags->names[i]))
			return tags->names[i];
	if (tags->name_count == NAMES_MOST)
		return NULL;
	return tags->names[tags->name_count++] = mem_textn(name.at, name.len);
}

/* "postfix/submission/smtpd" is program smtpd and service submission; the
 * service's name is the server's when it is one of relayadm's. */
static void
read_postfix(struct log_tags *tags, struct log_tag *tag, struct piece rest)
{
	struct piece program, service;

	piece_until(&rest, '/'); /* the instance */
	program = service = piece_until(&rest, '/');
	if (rest.len)
		program = rest;
	tag->postfix = piece_is(program, "smtpd") ? POSTFIX_SMTPD
	    : piece_is(program, "qmgr")           ? POSTFIX_QMGR
	                                          : POSTFIX_OTHER;
	if (tag->postfix != POSTFIX_SMTPD)
		return;
	if (piece_skip(&service, "relayadm-"))
		tag->server = name_of(tags, service);
	else
		tag->service = name_of(tags, service);
}

static bool
tag_is(struct piece tag, const char *name)
{
	if (!piece_skip(&tag, name))
		return false;
	return !tag.len || *tag.at == '/' || *tag.at == '-' ||
	    (*tag.at >= '0' && *tag.at <= '9');
}

static void
read_tag(struct log_tags *tags, struct log_tag *tag, struct piece text)
{
	const struct program *p = programs;

	*tag = (struct log_tag){ .len = text.len };
	if (text.len <= sizeof(tag->text))
		memcpy(tag->text, text.at, text.len);
	while (p->name && !tag_is(text, p->name))
		p++;
	tag->line = p->line;
	if (tag->line == postfix_line)
		read_postfix(tags, tag, text);
}

const struct log_tag *
log_tag_of(struct log_tags *tags, struct piece text)
{
	struct log_tag *tag = &tags->other;

	if (!text.len)
		return NULL;
	if (text.len <= sizeof(tag->text)) {
		tag = &tags->known[(text.len * 7 +
		    (unsigned char)text.at[text.len - 1] * 5u +
		    (unsigned char)text.at[text.len / 2]) % TAGS_KNOWN];
		if (tag->len == text.len &&
		    !memcmp(tag->text, text.at, text.len))
			return tag->line ? tag : NULL;
	}
	read_tag(tags, tag, text);
	return tag->line ? tag : NULL;
}

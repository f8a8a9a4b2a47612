#include "config.h"

#include "maillog_line.h"

struct program {
	const char *name; /* its tag, or what its tag begins with */
	bool (*line)(struct log_reader *reader, const struct log_line *line);
};

static const struct program programs[] = {
	{ "postfix", postfix_line },
	{ "smtpd", smtpd_line },
	{ "exim", exim_line },
	{ NULL, NULL },
};

/* "postfix/submission/smtpd" is program smtpd and service submission; the
 * service's name is the server's when it is one of relayadm's. */
static void
read_postfix(struct log_tag *tag, struct piece text)
{
	struct piece rest = text, program, service;

	piece_until(&rest, '/'); /* the instance */
	program = service = piece_until(&rest, '/');
	if (rest.len)
		program = rest;
	tag->postfix = piece_is(program, "smtpd") ? POSTFIX_SMTPD
	    : piece_is(program, "qmgr")           ? POSTFIX_QMGR
	                                          : POSTFIX_OTHER;
	tag->is_server = piece_skip(&service, "relayadm-");
	tag->service_at = (size_t)(service.at - text.at);
	tag->service_len = service.len;
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
read_tag(struct log_tag *tag, struct piece text)
{
	const struct program *p = programs;

	*tag = (struct log_tag){ .len = text.len };
	if (text.len <= sizeof(tag->text))
		memcpy(tag->text, text.at, text.len);
	while (p->name && !tag_is(text, p->name))
		p++;
	tag->line = p->line;
	if (tag->line == postfix_line)
		read_postfix(tag, text);
}

/* Of the last letters, and those in the middle: where services differ. */
static size_t
place_of(struct piece text)
{
	uint64_t last, middle;

	if (text.len < 8)
		return (text.len * 7 + (unsigned char)text.at[0] * 5u) %
		    TAGS_KNOWN;
	memcpy(&last, text.at + text.len - 8, 8);
	memcpy(&middle, text.at + text.len / 2 - 4, 8);
	return ((last ^ middle >> 9 ^ text.len) * 0x9e3779b97f4a7c15u) >> 32 &
	    (TAGS_KNOWN - 1);
}

const struct log_tag *
reader_tag(struct log_reader *r, struct piece text)
{
	struct log_tag *tag = &r->other;

	if (!text.len)
		return NULL;
	if (text.len <= sizeof(tag->text)) {
		tag = &r->tags[place_of(text)];
		if (tag->len == text.len &&
		    bytes_same(tag->text, text.at, text.len))
			return tag->line ? tag : NULL;
	}
	read_tag(tag, text);
	return tag->line ? tag : NULL;
}

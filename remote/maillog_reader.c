/* A block becomes events: each line for itself. */
#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
#include "policy/mem.h"

struct log_reader *
reader_new(int64_t now)
{
	struct log_reader *r = mem_new(1, sizeof(*r));

	localtime_r(&(time_t){ now }, &r->today);
	return r;
}

/* --- events --------------------------------------------------------------- */

struct log_event *
reader_says(struct log_reader *r, enum log_kind kind, struct piece key)
{
	struct log_block *b = r->block;
	struct log_event *event;

	b->events = mem_grow(b->events, b->event_count, &b->event_cap,
	    sizeof(*event));
	event = &b->events[b->event_count++];
	event->kind = (uint8_t)kind;
	event->time = r->time;
	event->key = key.at;
	event->key_len = (uint32_t)key.len;
	event->key_hash = piece_hash(key);
	event->recipient = NO_RECIPIENT;
	event->pid = NO_PID;
	return event;
}

struct log_origin *
reader_origin(struct log_reader *r)
{
	struct log_block *b = r->block;
	struct log_origin *origin;

	b->origins = mem_grow(b->origins, b->origin_count, &b->origin_cap,
	    sizeof(*origin));
	origin = &b->origins[b->origin_count++];
	*origin = (struct log_origin){ .verified = MAIL_NO };
	return origin;
}

void
event_set_recipient(const struct log_reader *r, struct log_event *event,
    struct piece recipient)
{
	event->recipient = (uint32_t)(recipient.at - r->block->bytes);
	event->recipient_len = (uint32_t)recipient.len;
	event->recipient_hash = piece_hash(recipient);
}

/* --- a line --------------------------------------------------------------- */

/* Takes off the host: mostly that of the line before. */
static bool
skip_host(struct log_reader *r, struct piece *line)
{
	struct piece host;

	if (r->host_len && line->len > r->host_len &&
	    bytes_same(line->at, r->host, r->host_len)) {
		line->at += r->host_len;
		line->len -= r->host_len;
		return true;
	}
	host = piece_until(line, ' ');
	if (line->at != host.at + host.len + 1)
		return false;
	r->host_len = host.len < sizeof(r->host) ? host.len + 1 : 0;
	memcpy(r->host, host.at, r->host_len);
	return true;
}

/* "host tag[pid]: text"; says whether it has that form. */
static bool
split_line(struct log_reader *r, struct piece rest, struct log_line *line)
{
	struct piece tag;
	const char *at;

	if (!skip_host(r, &rest))
		return false;
	tag = piece_until(&rest, ' ');
	if (!tag.len || tag.at[tag.len - 1] != ':')
		return false;
	line->text = rest;
	tag.len--;
	if (tag.len && tag.at[tag.len - 1] == ']') {
		for (at = tag.at + tag.len - 1; at > tag.at && *at != '[';)
			at--;
		line->pid = (struct piece){ at + (*at == '['),
			(size_t)(tag.at + tag.len - 1 - at) -
			    (*at == '[') };
		tag.len = (size_t)(at - tag.at);
	}
	line->tag_text = tag;
	line->tag = reader_tag(r, tag);
	return true;
}

static void
read_line(struct log_reader *r, struct piece line)
{
	struct mail_counts *counts = &r->block->counts;
	struct log_line split = { 0 };

	counts->lines++;
	if (line.len && line.at[line.len - 1] == '\r')
		line.len--;
	if (!reader_date(r, &line))
		return;
	if (split_line(r, line, &split)) {
		counts->of_mail += split.tag && split.tag->line(r, &split);
		return;
	}
	/* Exim's own log has nothing between the date and the text. */
	split.text = line;
	counts->of_mail += exim_line(r, &split);
}

void
reader_read(struct log_reader *r, struct log_block *b)
{
	const char *at = b->bytes, *end = b->bytes + b->len, *eol;
	bool fits;

	r->block = b;
	for (; at < end; at = eol + 1) {
		eol = memchr(at, '\n', (size_t)(end - at));
		b->counts.cut += !eol;
		if (!eol)
			eol = end;
		fits = eol - at <= LONGEST_LINE;
		if (fits)
			read_line(r, (struct piece){ at, (size_t)(eol - at) });
		else
			b->counts.cut += eol < end;
	}
}

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

/* Takes off the date and the host, if they are known. */
static bool
skip_front(struct log_reader *r, struct piece *line)
{
	if (!r->front_len || line->len <= r->front_len ||
	    !bytes_same(line->at, r->front, r->front_len))
		return false;
	line->at += r->front_len;
	line->len -= r->front_len;
	r->time = r->front_time;
	return true;
}

static void
keep_front(struct log_reader *r, struct piece front)
{
	r->front_len = front.len <= sizeof(r->front) ? front.len : 0;
	memcpy(r->front, front.at, r->front_len);
	r->front_time = r->time;
}

static bool
skip_host(struct piece *line)
{
	struct piece host = piece_until(line, ' ');

	return line->at == host.at + host.len + 1;
}

/* "tag[pid]: text"; says whether it has that form. */
static bool
split_tag(struct log_reader *r, struct piece rest, struct log_line *line)
{
	struct piece tag = piece_until(&rest, ' ');
	const char *at;

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

/* "host tag[pid]: text", behind the date. */
static bool
split_line(struct log_reader *r, struct piece whole, struct piece rest,
    struct log_line *line)
{
	if (!skip_host(&rest) || !split_tag(r, rest, line))
		return false;
	keep_front(r, (struct piece){ whole.at,
	    (size_t)(rest.at - whole.at) });
	return true;
}

static void
read_line(struct log_reader *r, struct piece line)
{
	struct mail_counts *counts = &r->block->counts;
	struct log_line split = { 0 };
	struct piece rest = line;

	if (!skip_front(r, &rest) || !split_tag(r, rest, &split)) {
		rest = line;
		if (!reader_date(r, &rest))
			return;
		if (!split_line(r, line, rest, &split)) {
			/* Exim's own log has nothing between the date and
			 * the text. */
			split.text = rest;
			counts->of_mail += exim_line(r, &split);
			return;
		}
	}
	counts->of_mail += split.tag && split.tag->line(r, &split);
}

void
reader_read(struct log_reader *r, struct log_block *b)
{
	const char *at = b->bytes, *end = b->bytes + b->len, *eol;
	size_t len;

	r->block = b;
	for (; at < end; at = eol + 1) {
		eol = memchr(at, '\n', (size_t)(end - at));
		b->counts.cut += !eol;
		if (!eol)
			eol = end;
		len = (size_t)(eol - at);
		if (len > LONGEST_LINE) {
			b->counts.cut += eol < end;
			continue;
		}
		b->counts.lines++;
		read_line(r, (struct piece){ at,
		    len - (len && at[len - 1] == '\r') });
	}
}

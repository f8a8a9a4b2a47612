/* Exim: its main log (Exim specification, chapter 53), or the same by
 * syslog. */
#include "config.h"

#include "maillog_line.h"
#include "policy/err.h"

/* "[192.0.2.7]:4711"; the port may be missing. */
static bool
read_place(struct piece p, struct net *addr, uint32_t *port)
{
	struct err err;
	struct piece host;

	*port = 0;
	if (!piece_skip(&p, "["))
		return false;
	host = piece_until(&p, ']');
	if (piece_skip(&p, ":"))
		for (; p.len && *p.at >= '0' && *p.at <= '9' && *port < 65536;
		     p.at++, p.len--)
			*port = *port * 10 + (uint32_t)(*p.at - '0');
	return net_parse_addr(addr, host.at, host.len, &err);
}

/* From after "H=": "name (helo) [addr]:port", "(helo) [addr]", "[addr]".  A
 * name stands there only when it has been found to lead to the address. */
static bool
read_host(struct log_origin *o, struct piece text)
{
	struct piece word = piece_until(&text, ' ');
	uint32_t port;

	o->verified = MAIL_UNKNOWN;
	if (word.len && *word.at != '(' && *word.at != '[') {
		o->name = word;
		o->verified = MAIL_YES;
		word = piece_until(&text, ' ');
	}
	while (word.len && *word.at != '[' && text.len)
		word = piece_until(&text, ' ');
	return read_place(word, &o->client, &port);
}

/* "I=[192.0.2.1]:25", with the selector incoming_interface. */
static void
read_local(struct log_origin *o, struct piece text)
{
	struct piece at;
	struct net addr;
	uint32_t port;

	if (piece_find(text, " I=", &at) && read_place(at, &addr, &port) &&
	    port > 0 && port < 65536)
		o->local = (struct listener){ addr.family, addr.first,
			(uint16_t)port };
}

/* The client, from "H=" on; more is where "A=" of a log-on may stand: not
 * behind what the client may have written. */
static bool
read_client(struct log_origin *o, struct piece text, struct piece more)
{
	struct piece found;

	if (!piece_skip(&text, "H=") || !read_host(o, text))
		return false;
	read_local(o, text);
	o->authenticated = piece_find(more, " A=", &found) ? MAIL_YES
	                                                   : MAIL_NO;
	return true;
}

/* --- messages ------------------------------------------------------------- */

/* "a@b H=... P=esmtpsa A=plain:joe S=1234 id=...": what comes after the size
 * the client may have written, and the local part of the sender. */
static void
arrived(struct log_reader *r, struct piece id, struct piece text)
{
	struct log_event *event = reader_says(r, LOG_ENDS, id);
	struct piece head = text, rest;

	if (piece_skip(&text, "\""))
		(void)piece_find(text, "\"@", &text);
	piece_until(&text, ' ');
	if (piece_skip(&text, "R="))
		piece_until(&text, ' ');
	head = text;
	if (piece_find(text, " S=", &rest))
		head.len = (size_t)(rest.at - text.at);
	if (!read_client(reader_origin(r), text, head))
		return;
	event->kind = LOG_BEGINS;
	event->origin = (uint32_t)(r->block->origin_count - 1);
}

/* "a@b R=...", "joe <joe@b> R=...": what the client wrote is in the second. */
static void
delivered(struct log_reader *r, struct piece id, struct piece text)
{
	struct piece to = piece_until(&text, ' ');
	struct log_event *event;

	if (piece_skip(&text, "<"))
		to = piece_until(&text, '>');
	if (to.len && to.at[to.len - 1] == ':') /* "** a@b: why" */
		to.len--;
	if (!to.len) {
		r->block->counts.cut++;
		return;
	}
	event = reader_says(r, LOG_DELIVERED, id);
	event->outcome = MAIL_ACCEPTED;
	event_set_recipient(r, event, to);
}

static bool
message_line(struct log_reader *r, struct piece id, struct piece text)
{
	static const char *const arrows[] = { "=> ", "-> ", "** ", "== ",
		"*> ", NULL };

	if (piece_skip(&text, "<= ")) {
		arrived(r, id, text);
		return true;
	}
	for (const char *const *arrow = arrows; *arrow; arrow++)
		if (piece_skip(&text, *arrow)) {
			delivered(r, id, text);
			return true;
		}
	if (!piece_is(text, "Completed"))
		return false;
	reader_says(r, LOG_ENDS, id);
	return true;
}

/* --- refusals ------------------------------------------------------------- */

/* "H=... F=<a@b> A=plain:joe rejected RCPT <c@d>: why" */
static bool
refused(struct log_reader *r, struct piece text)
{
	struct log_event *event;
	struct piece to = { NULL, 0 }, why, before = text, more;
	bool at_rcpt = piece_find_last(text, "rejected RCPT <", &to);

	if (!at_rcpt && !piece_find(text, "rejected connection", &why))
		return true;
	if (at_rcpt) {
		before.len = (size_t)(to.at - text.at);
		to = piece_until(&to, '>');
	}
	more = before;
	(void)piece_find_last(before, "> ", &more);
	if (more.at > before.at)
		more = (struct piece){ more.at - 1, more.len + 1 };
	if (!read_client(reader_origin(r), before, more)) {
		r->block->counts.cut++;
		return true;
	}
	event = reader_says(r, LOG_REFUSED, (struct piece){ text.at, 0 });
	event->origin = (uint32_t)(r->block->origin_count - 1);
	event->outcome = piece_find(before, "temporarily rejected", &why)
	    ? MAIL_DEFERRED
	    : MAIL_REFUSED;
	if (at_rcpt)
		event_set_recipient(r, event, to);
	return true;
}

/* "1tFabc-000000001AB-1xyz" or the sixteen characters of before 4.97. */
static bool
is_id(struct piece p)
{
	return (p.len == 16 && p.at[6] == '-' && p.at[13] == '-') ||
	    (p.len == 23 && p.at[6] == '-' && p.at[18] == '-');
}

bool
exim_line(struct log_reader *r, const struct log_line *line)
{
	struct piece text = line->text, rest, id;

	/* By syslog, it may have its own date once more. */
	if (line->tag)
		(void)reader_date(r, &text);
	if (text.len && *text.at == '[' && piece_find(text, "] ", &rest) &&
	    rest.at - text.at < 14)
		text = rest; /* the number of the process */
	if (text.len > 2 && !memcmp(text.at, "H=", 2))
		return refused(r, text);
	rest = text;
	id = piece_until(&rest, ' ');
	if (!is_id(id))
		return false;
	/* A refusal of a later recipient of a message. */
	if (rest.len > 2 && !memcmp(rest.at, "H=", 2))
		return refused(r, rest);
	return message_line(r, id, rest);
}

/* Exim: its main log (Exim specification, chapter 53), or the same by
 * syslog. */
#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
#include "policy/err.h"
#include "policy/mem.h"

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
read_host(struct session *s, struct piece text)
{
	struct piece word = piece_until(&text, ' ');
	uint32_t port;

	s->verified = MAIL_UNKNOWN;
	if (word.len && *word.at != '(' && *word.at != '[') {
		s->name = mem_textn(word.at, word.len);
		s->verified = MAIL_YES;
		word = piece_until(&text, ' ');
	}
	while (word.len && *word.at != '[' && text.len)
		word = piece_until(&text, ' ');
	return read_place(word, &s->client, &port);
}

/* "I=[192.0.2.1]:25", with the selector incoming_interface. */
static void
read_local(struct session *s, struct piece text)
{
	struct piece at;
	struct net addr;
	uint32_t port;

	if (piece_find(text, " I=", &at) && read_place(at, &addr, &port) &&
	    port > 0 && port < 65536)
		s->local = (struct listener){ addr.family, addr.first,
			(uint16_t)port };
}

/* The client, from "H=" on; more is where "A=" of a log-on may stand: not
 * behind what the client may have written. */
static bool
read_client(struct session *s, struct piece text, struct piece more)
{
	struct piece found;

	if (!piece_skip(&text, "H=") || !read_host(s, text))
		return false;
	read_local(s, text);
	s->authenticated = piece_find(more, " A=", &found) ? MAIL_YES
	                                                   : MAIL_NO;
	return true;
}

/* --- messages ------------------------------------------------------------- */

/* "a@b H=... P=esmtpsa A=plain:joe S=1234 id=...": what comes after the size
 * the client may have written, and the local part of the sender. */
static void
arrived(struct maillog *log, struct piece id, struct piece text)
{
	struct session *s = sessions_begin(log->sessions, id,
	    &log->counts.forgotten);
	struct piece head = text, rest;

	if (!s)
		return;
	if (piece_skip(&text, "\""))
		(void)piece_find(text, "\"@", &text);
	piece_until(&text, ' ');
	if (piece_skip(&text, "R="))
		piece_until(&text, ' ');
	head = text;
	if (piece_find(text, " S=", &rest))
		head.len = (size_t)(rest.at - text.at);
	if (!read_client(s, text, head))
		sessions_end(log->sessions, s);
}

/* "a@b R=...", "joe <joe@b> R=...": what the client wrote is in the second. */
static void
delivered(struct maillog *log, struct piece id, struct piece text)
{
	struct session *s = sessions_find(log->sessions, id);
	struct piece to = piece_until(&text, ' ');

	if (piece_skip(&text, "<"))
		to = piece_until(&text, '>');
	if (to.len && to.at[to.len - 1] == ':') /* "** a@b: why" */
		to.len--;
	if (!to.len)
		log->counts.cut++;
	else if (!s)
		log->counts.orphans++;
	else if (session_sees(s, to))
		session_tell(log, s, to, MAIL_ACCEPTED);
}

static bool
message_line(struct maillog *log, struct piece id, struct piece text)
{
	static const char *const arrows[] = { "=> ", "-> ", "** ", "== ",
		"*> ", NULL };
	struct session *s;

	if (piece_skip(&text, "<= ")) {
		arrived(log, id, text);
		return true;
	}
	for (const char *const *arrow = arrows; *arrow; arrow++)
		if (piece_skip(&text, *arrow)) {
			delivered(log, id, text);
			return true;
		}
	if (!piece_is(text, "Completed"))
		return false;
	s = sessions_find(log->sessions, id);
	if (s)
		sessions_end(log->sessions, s);
	return true;
}

/* --- refusals ------------------------------------------------------------- */

/* "H=... F=<a@b> A=plain:joe rejected RCPT <c@d>: why" */
static bool
refused(struct maillog *log, struct piece text)
{
	struct session s = { .seen = NULL };
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
	if (read_client(&s, before, more))
		session_tell(log, &s, to,
		    piece_find(before, "temporarily rejected", &why)
		        ? MAIL_DEFERRED
		        : MAIL_REFUSED);
	else
		log->counts.cut++;
	free(s.name);
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
exim_line(struct maillog *log, const struct log_line *line)
{
	struct piece text = line->text, rest, id;

	/* By syslog, it may have its own date once more. */
	if (line->tag)
		(void)maillog_date(log, &text);
	if (text.len && *text.at == '[' && piece_find(text, "] ", &rest) &&
	    rest.at - text.at < 14)
		text = rest; /* the number of the process */
	if (text.len > 2 && !memcmp(text.at, "H=", 2))
		return refused(log, text);
	rest = text;
	id = piece_until(&rest, ' ');
	if (!is_id(id))
		return false;
	/* A refusal of a later recipient of a message. */
	if (rest.len > 2 && !memcmp(rest.at, "H=", 2))
		return refused(log, rest);
	return message_line(log, id, rest);
}

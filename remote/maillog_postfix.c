/* Postfix: postlogd(8) and syslog lines of its programs. */
#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
#include "policy/mem.h"

static bool
set_client(struct session *s, struct piece host)
{
	struct piece name;

	if (!piece_host(host, &name, &s->client))
		return false;
	s->verified = piece_is(name, "unknown") ? MAIL_NO : MAIL_YES;
	if (s->verified == MAIL_YES)
		s->name = mem_textn(name.at, name.len);
	return true;
}

static struct piece
pid_key(char key[SESSION_KEY], struct piece pid)
{
	size_t len = pid.len < SESSION_KEY - 2 ? pid.len : 0;

	key[0] = '[';
	if (len)
		memcpy(key + 1, pid.at, len);
	return (struct piece){ key, len + 1 };
}

/* --- smtpd ---------------------------------------------------------------- */

/* Of one connection: has it logged on, as far as is known? */
static void
connected(struct maillog *log, const struct log_line *line)
{
	char key[SESSION_KEY];
	struct session *s = sessions_begin(log->sessions,
	    pid_key(key, line->pid), &log->counts.forgotten);

	if (s)
		s->authenticated = MAIL_UNKNOWN;
}

static struct session *
connection_of(struct maillog *log, const struct log_line *line)
{
	char key[SESSION_KEY];

	return sessions_find(log->sessions, pid_key(key, line->pid));
}

static void
disconnected(struct maillog *log, const struct log_line *line)
{
	struct session *s = connection_of(log, line);

	if (s)
		sessions_end(log->sessions, s);
}

/* "NAME[ADDRESS], sasl_method=PLAIN, sasl_username=joe" */
static void
message_begins(struct maillog *log, const struct log_line *line,
    struct piece id, struct piece text)
{
	struct piece host = piece_until(&text, ','), found;
	struct session *connection = connection_of(log, line), *s;

	/* Back from a content filter: the client was told before. */
	if (piece_find(text, "orig_queue_id=", &found))
		return;
	s = sessions_begin(log->sessions, id, &log->counts.forgotten);
	if (!s)
		return;
	s->server = line->tag->server;
	s->service = line->tag->service;
	s->authenticated = piece_find(text, "sasl_username=", &found)
	    ? MAIL_YES
	    : MAIL_NO;
	if (!set_client(s, host)) {
		log->counts.cut++;
		sessions_end(log->sessions, s);
		return;
	}
	if (connection && s->authenticated == MAIL_YES)
		connection->authenticated = MAIL_YES;
}

/* "554 5.7.1 ...; from=<a@b> to=<c@d> proto=ESMTP helo=<h>"; *after is what
 * stands behind the recipient. */
static bool
refused_recipient(struct piece text, struct piece *recipient,
    struct piece *after)
{
	struct piece rest;

	if (!piece_find_last(text, "; from=<", &rest) ||
	    !piece_find(rest, "> to=<", &rest) ||
	    !piece_find(rest, "> proto=", after))
		return false;
	*recipient = (struct piece){ rest.at,
		(size_t)(after->at - strlen("> proto=") - rest.at) };
	return true;
}

static enum mail_known
refused_log_on(struct maillog *log, const struct log_line *line,
    struct piece id, struct piece text)
{
	struct session *s = connection_of(log, line);
	struct piece found;

	if (piece_find(text, "sasl_username=", &found) ||
	    (s && s->authenticated == MAIL_YES))
		return MAIL_YES;
	s = sessions_find(log->sessions, id);
	return s ? s->authenticated : MAIL_UNKNOWN;
}

/* "reject: RCPT from HOST: REPLY" */
static void
refused(struct maillog *log, const struct log_line *line, struct piece id,
    struct piece text)
{
	struct session s = { .server = line->tag->server,
		.service = line->tag->service };
	struct piece stage = piece_until(&text, ' '), host, colon;
	struct piece recipient = { NULL, 0 }, after = { NULL, 0 };
	bool at_rcpt = piece_is(stage, "RCPT");

	if ((!at_rcpt && !piece_is(stage, "CONNECT")) ||
	    !piece_skip(&text, "from ") || !piece_find(text, "]: ", &colon))
		return;
	host = (struct piece){ text.at, (size_t)(colon.at - 2 - text.at) };
	if (!colon.len || !set_client(&s, host) ||
	    (at_rcpt && !refused_recipient(colon, &recipient, &after))) {
		log->counts.cut++;
		free(s.name);
		return;
	}
	s.authenticated = at_rcpt ? refused_log_on(log, line, id, after)
	                          : MAIL_NO;
	session_tell(log, &s, recipient,
	    *colon.at == '4' ? MAIL_DEFERRED : MAIL_REFUSED);
	free(s.name);
}

static bool
smtpd_says(struct maillog *log, const struct log_line *line)
{
	struct piece text = line->text, id;

	if (piece_skip(&text, "connect from ")) {
		connected(log, line);
		return true;
	}
	if (piece_skip(&text, "disconnect from ")) {
		disconnected(log, line);
		return true;
	}
	id = piece_until(&text, ':');
	if (!piece_skip(&text, " "))
		return true;
	if (piece_skip(&text, "client="))
		message_begins(log, line, id, text);
	else if (piece_skip(&text, "reject: "))
		refused(log, line, id, text);
	return true;
}

/* --- deliveries ----------------------------------------------------------- */

/* "to=<a@b>, orig_to=<c@d>, relay=..."; orig_to is what the client wrote. */
static void
delivered(struct maillog *log, struct piece id, struct piece text)
{
	struct session *s;
	struct piece to = text, end, rest;

	if (!piece_find_after(text, '>', ", ", &rest)) {
		log->counts.cut++;
		return;
	}
	to.len = (size_t)(rest.at - 3 - to.at);
	if (piece_skip(&rest, "orig_to=<") &&
	    piece_find_after(rest, '>', ", ", &end))
		to = (struct piece){ rest.at, (size_t)(end.at - 3 - rest.at) };
	s = sessions_find(log->sessions, id);
	if (!s)
		log->counts.orphans++;
	else if (session_sees(s, to))
		session_tell(log, s, to, MAIL_ACCEPTED);
}

bool
postfix_line(struct maillog *log, const struct log_line *line)
{
	struct piece text = line->text, id;
	struct session *s;

	if (line->tag->postfix == POSTFIX_SMTPD)
		return smtpd_says(log, line);
	id = piece_until(&text, ':');
	if (piece_skip(&text, " to=<")) {
		delivered(log, id, text);
	} else if (line->tag->postfix == POSTFIX_QMGR &&
	    piece_is(text, " removed")) {
		s = sessions_find(log->sessions, id);
		if (s)
			sessions_end(log->sessions, s);
	}
	return true;
}

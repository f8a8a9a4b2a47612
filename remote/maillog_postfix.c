/* Postfix: postlogd(8) and syslog lines of its programs. */
#include "config.h"

#include "maillog_line.h"

static uint32_t
pid_of(struct piece text)
{
	uint32_t pid = 0;

	if (!text.len || text.len > 7)
		return NO_PID;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return NO_PID;
		pid = pid * 10 + (uint32_t)(text.at[i] - '0');
	}
	return pid < MOST_PIDS ? pid : NO_PID;
}

static bool
set_client(struct log_origin *o, struct piece host)
{
	struct piece name;

	if (!piece_host(host, &name, &o->client))
		return false;
	o->verified = piece_is(name, "unknown") ? MAIL_NO : MAIL_YES;
	if (o->verified == MAIL_YES)
		o->name = name;
	return true;
}

static void
set_service(struct log_origin *o, const struct log_line *line)
{
	struct piece service = { line->tag_text.at + line->tag->service_at,
		line->tag->service_len };

	*(line->tag->is_server ? &o->server : &o->service) = service;
}

/* --- smtpd ---------------------------------------------------------------- */

static void
connection(struct log_reader *r, const struct log_line *line,
    enum log_kind kind)
{
	struct piece none = { line->pid.at, 0 };
	uint32_t pid = pid_of(line->pid);

	if (pid != NO_PID)
		reader_says(r, kind, none)->pid = pid;
}

/* "NAME[ADDRESS], sasl_method=PLAIN, sasl_username=joe" */
static void
message_begins(struct log_reader *r, const struct log_line *line,
    struct piece id, struct piece text)
{
	struct piece host = piece_until(&text, ','), found;
	struct log_event *event;
	struct log_origin *o;

	/* Back from a content filter: the client was told before. */
	if (text.len && piece_find(text, "orig_queue_id=", &found))
		return;
	event = reader_says(r, LOG_BEGINS, id);
	o = reader_origin(r);
	if (!set_client(o, host)) {
		event->kind = LOG_ENDS;
		r->block->counts.cut += id.len <= SESSION_KEY;
		return;
	}
	event->origin = (uint32_t)(r->block->origin_count - 1);
	event->pid = pid_of(line->pid);
	set_service(o, line);
	o->authenticated = text.len &&
	        piece_find(text, "sasl_username=", &found)
	    ? MAIL_YES
	    : MAIL_NO;
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

/* Had it logged on?  If this does not say, other lines may. */
static enum mail_known
log_on_of(bool at_rcpt, struct piece after)
{
	struct piece found;

	if (!at_rcpt)
		return MAIL_NO;
	return piece_find(after, "sasl_username=", &found) ? MAIL_YES
	                                                   : MAIL_UNKNOWN;
}

/* "reject: RCPT from HOST: REPLY" */
static void
refused(struct log_reader *r, const struct log_line *line, struct piece id,
    struct piece text)
{
	struct piece stage = piece_until(&text, ' '), host, colon;
	struct piece recipient = { NULL, 0 }, after = { NULL, 0 };
	struct log_origin from = { .verified = MAIL_NO };
	struct log_event *event;
	bool at_rcpt = piece_is(stage, "RCPT");

	if ((!at_rcpt && !piece_is(stage, "CONNECT")) ||
	    !piece_skip(&text, "from ") || !piece_find(text, "]: ", &colon))
		return;
	host = (struct piece){ text.at, (size_t)(colon.at - 2 - text.at) };
	if (!colon.len || !set_client(&from, host) ||
	    (at_rcpt && !refused_recipient(colon, &recipient, &after))) {
		r->block->counts.cut++;
		return;
	}
	from.authenticated = log_on_of(at_rcpt, after);
	set_service(&from, line);
	event = reader_says(r, LOG_REFUSED, id);
	event->outcome = *colon.at == '4' ? MAIL_DEFERRED : MAIL_REFUSED;
	event->pid = pid_of(line->pid);
	if (at_rcpt)
		event_set_recipient(r, event, recipient);
	*reader_origin(r) = from;
	event->origin = (uint32_t)(r->block->origin_count - 1);
}

static bool
smtpd_says(struct log_reader *r, const struct log_line *line)
{
	struct piece text = line->text, id;

	if (piece_skip(&text, "connect from ")) {
		connection(r, line, LOG_CONNECTED);
		return true;
	}
	if (piece_skip(&text, "disconnect from ")) {
		connection(r, line, LOG_DISCONNECTED);
		return true;
	}
	id = piece_until(&text, ':');
	if (!piece_skip(&text, " "))
		return true;
	if (piece_skip(&text, "client="))
		message_begins(r, line, id, text);
	else if (piece_skip(&text, "reject: "))
		refused(r, line, id, text);
	return true;
}

/* --- deliveries ----------------------------------------------------------- */

/* "to=<a@b>, orig_to=<c@d>, relay=..."; orig_to is what the client wrote. */
static void
delivered(struct log_reader *r, struct piece id, struct piece text)
{
	struct piece to = text, end, rest;
	struct log_event *event;

	if (!piece_find_after(text, '>', ", ", &rest)) {
		r->block->counts.cut++;
		return;
	}
	to.len = (size_t)(rest.at - 3 - to.at);
	if (piece_skip(&rest, "orig_to=<") &&
	    piece_find_after(rest, '>', ", ", &end))
		to = (struct piece){ rest.at, (size_t)(end.at - 3 - rest.at) };
	event = reader_says(r, LOG_DELIVERED, id);
	event->outcome = MAIL_ACCEPTED;
	event_set_recipient(r, event, to);
}

bool
postfix_line(struct log_reader *r, const struct log_line *line)
{
	struct piece text = line->text, id;

	if (line->tag->postfix == POSTFIX_SMTPD)
		return smtpd_says(r, line);
	id = piece_until(&text, ':');
	if (piece_skip(&text, " to=<"))
		delivered(r, id, text);
	else if (line->tag->postfix == POSTFIX_QMGR &&
	    piece_is(text, " removed"))
		reader_says(r, LOG_ENDS, id);
	return true;
}

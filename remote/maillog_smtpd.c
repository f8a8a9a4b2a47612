/* OpenSMTPD: what its sessions say, each with its number in front. */
#include "config.h"

#include "maillog_line.h"
#include "policy/err.h"

/* "address=192.0.2.7 host=mail.example.com": the name is not known to lead
 * back to the address. */
static void
connected(struct log_reader *r, struct piece id, struct piece text)
{
	struct log_event *event;
	struct log_origin *o;
	struct piece addr, host;
	struct err err;

	if (!piece_skip(&text, "address=")) {
		r->block->counts.cut++;
		return;
	}
	addr = piece_until(&text, ' ');
	if (piece_is(addr, "local"))
		return;
	if (piece_skip(&addr, "[") && addr.len && addr.at[addr.len - 1] == ']')
		addr.len--;
	event = reader_says(r, LOG_BEGINS, id);
	o = reader_origin(r);
	event->origin = (uint32_t)(r->block->origin_count - 1);
	if (!net_parse_addr(&o->client, addr.at, addr.len, &err) ||
	    !piece_skip(&text, "host=")) {
		r->block->counts.cut += id.len <= SESSION_KEY;
		event->kind = LOG_ENDS;
		return;
	}
	host = piece_until(&text, ' ');
	if (piece_is(host, "<unknown>"))
		return;
	o->name = host;
	o->verified = MAIL_UNKNOWN;
}

/* command="RCPT TO:<c@d> " result="550 Invalid recipient: <c@d>" */
static void
failed(struct log_reader *r, struct piece id, struct piece text)
{
	struct piece result, end;
	struct log_event *event;
	bool connection;

	if (!piece_find(text, "\" result=\"", &result) || !result.len) {
		reader_says(r, LOG_CUT, id);
		return;
	}
	connection = piece_skip(&text, "command=\"\"");
	if (!connection && (!piece_skip(&text, "command=\"RCPT TO:<") ||
	    !piece_find(text, ">", &end) || end.at > result.at))
		return;
	event = reader_says(r, LOG_ANSWERED, id);
	event->outcome = *result.at == '4' ? MAIL_DEFERRED : MAIL_REFUSED;
	if (!connection)
		event_set_recipient(r, event, (struct piece){ text.at,
		    (size_t)(end.at - 1 - text.at) });
}

/* "evpid=... from=<a@b> to=<c@d>" */
static void
accepted(struct log_reader *r, struct piece id, struct piece text)
{
	struct piece to;
	struct log_event *event = reader_says(r, LOG_ANSWERED, id);

	event->outcome = MAIL_ACCEPTED;
	if (piece_find(text, " to=<", &to) && to.len &&
	    to.at[to.len - 1] == '>')
		event_set_recipient(r, event, (struct piece){ to.at,
		    to.len - 1 });
}

bool
smtpd_line(struct log_reader *r, const struct log_line *line)
{
	struct piece text = line->text, id = piece_until(&text, ' '), rest;

	if (!piece_skip(&text, "smtp "))
		return true;
	if (piece_skip(&text, "connected "))
		connected(r, id, text);
	else if (piece_skip(&text, "envelope "))
		accepted(r, id, text);
	else if (piece_skip(&text, "failed-command "))
		failed(r, id, text);
	else if (piece_skip(&text, "authentication ") &&
	    piece_find(text, " result=ok", &rest))
		reader_says(r, LOG_LOGGED_ON, id);
	else if (piece_skip(&text, "disconnected "))
		reader_says(r, LOG_ENDS, id);
	return true;
}

/* OpenSMTPD: what its sessions say, each with its number in front. */
#include "config.h"

#include "maillog_line.h"
#include "policy/err.h"
#include "policy/mem.h"

/* "address=192.0.2.7 host=mail.example.com": the name is not known to lead
 * back to the address. */
static void
connected(struct maillog *log, struct piece id, struct piece text)
{
	struct piece addr, host;
	struct session *s;
	struct err err;

	if (!piece_skip(&text, "address=")) {
		log->counts.cut++;
		return;
	}
	addr = piece_until(&text, ' ');
	if (piece_is(addr, "local"))
		return;
	if (piece_skip(&addr, "[") && addr.len && addr.at[addr.len - 1] == ']')
		addr.len--;
	s = sessions_begin(log->sessions, id, &log->counts.forgotten);
	if (!s)
		return;
	if (!net_parse_addr(&s->client, addr.at, addr.len, &err) ||
	    !piece_skip(&text, "host=")) {
		log->counts.cut++;
		sessions_end(log->sessions, s);
		return;
	}
	host = piece_until(&text, ' ');
	if (piece_is(host, "<unknown>"))
		return;
	s->name = mem_textn(host.at, host.len);
	s->verified = MAIL_UNKNOWN;
}

/* command="RCPT TO:<c@d> " result="550 Invalid recipient: <c@d>" */
static void
failed(struct maillog *log, const struct session *s, struct piece text)
{
	struct piece result, end, none = { NULL, 0 };
	enum mail_outcome outcome;

	if (!piece_find(text, "\" result=\"", &result) || !result.len) {
		log->counts.cut++;
		return;
	}
	outcome = *result.at == '4' ? MAIL_DEFERRED : MAIL_REFUSED;
	if (piece_skip(&text, "command=\"\"")) {
		session_tell(log, s, none, outcome);
		return;
	}
	if (!piece_skip(&text, "command=\"RCPT TO:<") ||
	    !piece_find(text, ">", &end) || end.at > result.at)
		return;
	text.len = (size_t)(end.at - 1 - text.at);
	session_tell(log, s, text, outcome);
}

/* "evpid=... from=<a@b> to=<c@d>" */
static void
accepted(struct maillog *log, const struct session *s, struct piece text)
{
	struct piece to;

	if (!piece_find(text, " to=<", &to) || !to.len ||
	    to.at[to.len - 1] != '>') {
		log->counts.cut++;
		return;
	}
	to.len--;
	session_tell(log, s, to, MAIL_ACCEPTED);
}

bool
smtpd_line(struct maillog *log, const struct log_line *line)
{
	struct piece text = line->text, id = piece_until(&text, ' '), rest;
	struct session *s;

	if (!piece_skip(&text, "smtp "))
		return true;
	if (piece_skip(&text, "connected ")) {
		connected(log, id, text);
		return true;
	}
	s = sessions_find(log->sessions, id);
	if (!s) {
		log->counts.orphans += piece_skip(&text, "envelope ");
		return true;
	}
	if (piece_skip(&text, "envelope "))
		accepted(log, s, text);
	else if (piece_skip(&text, "failed-command "))
		failed(log, s, text);
	else if (piece_skip(&text, "authentication ") &&
	    piece_find(text, " result=ok", &rest))
		s->authenticated = MAIL_YES;
	else if (piece_skip(&text, "disconnected "))
		sessions_end(log->sessions, s);
	return true;
}

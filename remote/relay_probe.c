#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dial.h"
#include "digest.h"
#include "relay_probe.h"
#include "smtp.h"

/* Of one connection; a server slows down or hangs up after ten or so that it
 * refused. */
#define RECIPIENTS_MOST 8
#define HELLO "relayadm-probe.invalid"

const char *const relay_verdict_words[] = { "refused", "accepted", "deferred",
	"unsure", "broken", "untold", "unasked", NULL };

struct probing {
	const struct relay_probe *probe;
	struct relay_words words;
	struct smtp smtp;
	enum relay_moment moment;
	const struct relay_form *sender;
	struct buf from;
	bool any[TAILS]; /* does it take any mailbox that ends so? */
	bool dead;       /* it hung up in this connection */
	bool let_in;     /* by a name and password that were made up */
	unsigned delivered;
	int64_t asked; /* when the last recipient was */
};

/* A session that did not come as far as the recipients. */
struct ending {
	enum relay_verdict verdict;
	const char *stage;
	struct smtp_reply reply;
	char why[SMTP_TEXT];
};

/* --- verdicts ------------------------------------------------------------- */

/* "5.1.10 ...": of the domain that the mail would go to (RFC 3463, RFC 7505) */
static bool
is_about_domain(const struct smtp_reply *reply)
{
	static const char *const codes[] = { "5.1.2 ", "5.1.10 ", "5.4.4 ",
		"5.1.8 " };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (!strncmp(reply->text, codes[i], strlen(codes[i])))
			return true;
	return reply->code == 556;
}

static enum relay_verdict
verdict_of(const struct smtp_reply *reply)
{
	if (reply->code / 100 == 2)
		return RELAY_ACCEPTED;
	if (reply->code / 100 == 4)
		return RELAY_DEFERRED;
	if (reply->code / 100 != 5)
		return RELAY_BROKEN;
	return is_about_domain(reply) ? RELAY_UNSURE : RELAY_REFUSED;
}

static bool
ended(struct ending *end, const char *stage, enum relay_verdict verdict,
    const char *why)
{
	end->stage = stage;
	end->verdict = verdict;
	snprintf(end->why, sizeof(end->why), "%.255s",
	    end->reply.code ? end->reply.text : why);
	return false;
}

/* The answer must be 2xx to go on. */
static bool
expect(struct ending *end, const char *stage, bool came, const struct err *err)
{
	if (!came) {
		end->reply.code = 0;
		return ended(end, stage, RELAY_BROKEN, err->text);
	}
	return end->reply.code / 100 == 2 ||
	    ended(end, stage, verdict_of(&end->reply), "");
}

/* --- a session ------------------------------------------------------------ */

static bool
hello(struct smtp *s, struct ending *end, const char *verb, struct err *err)
{
	return expect(end, "hello",
	    smtp_ask(s, &end->reply, err, "%s %s", verb, HELLO), err);
}

static bool
go_tls(struct smtp *s, struct ending *end, struct err *err)
{
	if (!end->reply.starttls)
		return ended(end, "starttls", RELAY_UNASKED,
		    "STARTTLS is not offered");
	if (!expect(end, "starttls", smtp_ask(s, &end->reply, err,
	        "STARTTLS"), err))
		return false;
	end->reply.code = 0;
	if (!smtp_start_tls(s, err))
		return ended(end, "starttls", RELAY_BROKEN, err->text);
	return hello(s, end, "EHLO", err);
}

/* What a wrong name and password leave behind; being let in by them would be a
 * finding of its own. */
static bool
fail_auth(struct probing *p, struct ending *end, struct err *err)
{
	struct smtp *s = &p->smtp;
	bool had_tls = s->tls != NULL;

	if (!end->reply.auth_plain && end->reply.starttls && !had_tls &&
	    !go_tls(s, end, err))
		return false;
	if (!end->reply.auth_plain)
		return ended(end, "auth", RELAY_UNASKED,
		    "AUTH PLAIN is not offered");
	/* NUL relayadm-probe NUL wrong */
	if (!smtp_ask(s, &end->reply, err,
	        "AUTH PLAIN AHJlbGF5YWRtLXByb2JlAHdyb25n"))
		return expect(end, "auth", false, err);
	p->let_in = end->reply.code / 100 == 2;
	return true;
}

/* A transaction with a recipient that is near, if it is accepted. */
static bool
near_first(struct probing *p, struct ending *end, struct err *err)
{
	return expect(end, "mail", smtp_ask(&p->smtp, &end->reply, err,
	        "MAIL FROM:<%s>", buf_text(&p->from)), err) &&
	    (smtp_ask(&p->smtp, &end->reply, err, "RCPT TO:<postmaster>") ||
	        expect(end, "rcpt", false, err));
}

static bool
reset(struct smtp *s, struct ending *end, struct err *err)
{
	return expect(end, "rset", smtp_ask(s, &end->reply, err, "RSET"), err);
}

/* Up to the moment when MAIL comes. */
static bool
prepare(struct probing *p, struct ending *end, struct err *err)
{
	struct smtp *s = &p->smtp;

	if (p->moment == MOMENT_SILENT)
		return true;
	if (!hello(s, end, p->moment == MOMENT_HELO ? "HELO" : "EHLO", err))
		return false;
	switch (p->moment) {
	case MOMENT_TLS:
		return go_tls(s, end, err);
	case MOMENT_FAILED_AUTH:
		return fail_auth(p, end, err);
	case MOMENT_RSET:
		return reset(s, end, err);
	case MOMENT_SECOND:
		return near_first(p, end, err) && reset(s, end, err);
	case MOMENT_EHLO:
	case MOMENT_HELO:
	case MOMENT_SILENT:
	case MOMENT_BESIDE:
	case MOMENT_PIPELINED:
	case MOMENTS:
		break;
	}
	return true;
}

static bool
connected(struct probing *p, struct ending *end, struct err *err)
{
	const struct relay_probe *probe = p->probe;
	int fd = probe->connect(probe->context, err);

	*end = (struct ending){ .verdict = RELAY_BROKEN };
	smtp_begin(&p->smtp, fd, probe->seconds, probe->deadline);
	p->dead = fd < 0;
	p->let_in = false;
	if (fd < 0 || (probe->tls && !smtp_start_tls(&p->smtp, err)))
		return ended(end, "connect", RELAY_BROKEN, err->text);
	return expect(end, "connect",
	    smtp_read(&p->smtp, &end->reply, err), err);
}

/* MAIL, and beside it what the moment asks for.  Some ask for TLS here. */
static bool
begin_mail(struct probing *p, struct ending *end, struct err *err)
{
	if (p->moment == MOMENT_PIPELINED)
		return true;
	if (p->moment == MOMENT_BESIDE)
		return near_first(p, end, err);
	return expect(end, "mail", smtp_ask(&p->smtp, &end->reply, err,
	    "MAIL FROM:<%s>", buf_text(&p->from)), err);
}

static bool
open_session(struct probing *p, struct ending *end)
{
	struct err err = { 0 };

	return connected(p, end, &err) && prepare(p, end, &err) &&
	    begin_mail(p, end, &err);
}

/* --- recipients ----------------------------------------------------------- */

static void
slow_down(struct probing *p)
{
	int64_t wait;

	if (!p->probe->rate)
		return;
	wait = p->asked + 1000 / p->probe->rate - clock_now();
	if (wait > 0)
		nanosleep(&(struct timespec){ wait / 1000,
		    wait % 1000 * 1000000 }, NULL);
	p->asked = clock_now();
}

static bool
gives_up(const struct probing *p)
{
	return clock_now() >= p->probe->deadline ||
	    p->probe->stopped(p->probe->context);
}

static void
tell(struct probing *p, const struct relay_form *form, const char *to,
    const struct ending *end, const char *token)
{
	struct relay_answer answer = { .form = form, .sender = p->sender,
		.moment = p->moment, .from = buf_text(&p->from), .to = to,
		.verdict = end->verdict, .stage = end->stage,
		.code = end->reply.code, .text = end->why, .token = token };

	p->probe->take(p->probe->taker, &answer);
}

/* The whole transaction in one write; the last of the three answers counts, and
 * the first that is not 2xx. */
static bool
ask_pipelined(struct probing *p, const char *to, struct ending *end,
    struct err *err)
{
	struct buf text = { 0 };
	struct smtp_reply reply;
	bool ok, came = true;

	buf_addf(&text, "MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nRSET\r\n",
	    buf_text(&p->from), to);
	ok = smtp_send(&p->smtp, text.data, text.len, err);
	buf_free(&text);
	if (!ok)
		return expect(end, "rcpt", false, err);
	came = smtp_read(&p->smtp, &end->reply, err);
	if (came && end->reply.code / 100 != 2) {
		expect(end, "mail", true, err);
		if (smtp_read(&p->smtp, &reply, err))
			smtp_read(&p->smtp, &reply, err);
		return false;
	}
	came = came && smtp_read(&p->smtp, &end->reply, err);
	ok = expect(end, "rcpt", came, err);
	if (came)
		smtp_read(&p->smtp, &reply, err);
	return ok;
}

/* A message that says what it is, with words by which to know it again. */
static void
deliver(struct probing *p, const char *to, struct ending *end,
    char token[NONCE_SIZE])
{
	struct buf text = { 0 };
	struct err err = { 0 };

	token[0] = '\0';
	if (p->delivered >= DELIVER_MOST)
		return;
	nonce_make(token);
	if (!smtp_ask(&p->smtp, &end->reply, &err, "DATA") ||
	    end->reply.code != 354) {
		expect(end, "data", end->reply.code != 0, &err);
		token[0] = '\0';
		return;
	}
	buf_addf(&text, "From: <%s@%s>\r\nTo: <%s@%s>\r\n"
	    "Subject: relayadm probe %s\r\nX-Relayadm-Probe: %s\r\n\r\n"
	    "This message was sent by its "
	    "addressee, who tests whether a mail server relays.\r\n"
	    "The recipient was written %s\r\n.", p->words.user, p->words.far,
	    p->words.user, p->words.far, token, token, to);
	p->delivered++;
	if (expect(end, "data", smtp_ask(&p->smtp, &end->reply, &err, "%s",
	        buf_text(&text)), &err))
		end->verdict = RELAY_ACCEPTED;
	buf_free(&text);
}

static bool
is_over(const struct ending *end)
{
	return !end->reply.code || end->reply.code == 421;
}

/* One recipient.  False when the connection ended over it and was not new: then
 * nothing was told, and it is to be asked again in another. */
static bool
ask_form(struct probing *p, const struct relay_form *form, bool fresh)
{
	struct ending end = { .stage = "rcpt" };
	char token[NONCE_SIZE] = "";
	struct buf to = { 0 };
	struct err err = { 0 };
	bool accepted;

	relay_form_add(&to, form, &p->words);
	slow_down(p);
	accepted = p->moment == MOMENT_PIPELINED
	    ? ask_pipelined(p, buf_text(&to), &end, &err)
	    : expect(&end, "rcpt", smtp_ask(&p->smtp, &end.reply, &err,
	          "RCPT TO:<%s>", buf_text(&to)), &err);
	p->dead = is_over(&end);
	if (accepted) {
		end.verdict = p->any[relay_form_tail(form)] ? RELAY_UNTOLD
		                                            : RELAY_ACCEPTED;
		snprintf(end.why, sizeof(end.why), "%s%.200s",
		    p->let_in ? "(a made-up log-in was let in) " : "",
		    end.reply.text);
		if (p->probe->deliver && p->moment != MOMENT_PIPELINED) {
			deliver(p, buf_text(&to), &end, token);
			p->dead = true;
		}
	}
	if (accepted || !p->dead || fresh)
		tell(p, form, buf_text(&to), &end, *token ? token : NULL);
	buf_free(&to);
	return accepted || !p->dead || fresh;
}

/* As many forms as one connection takes; says how many. */
static size_t
ask_some(struct probing *p, const struct relay_form *forms)
{
	struct ending end;
	size_t n = 0;

	buf_clear(&p->from);
	relay_form_add(&p->from, p->sender, &p->words);
	if (!open_session(p, &end)) {
		for (; n < RECIPIENTS_MOST && forms[n].name; n++) {
			struct buf to = { 0 };

			relay_form_add(&to, &forms[n], &p->words);
			tell(p, &forms[n], buf_text(&to), &end, NULL);
			buf_free(&to);
		}
		slow_down(p);
	} else {
		while (n < RECIPIENTS_MOST && forms[n].name && !p->dead &&
		    !gives_up(p))
			n += ask_form(p, &forms[n], !n);
	}
	smtp_end(&p->smtp);
	return n;
}

static bool
ask_forms(struct probing *p, enum relay_moment moment, size_t sender,
    bool same)
{
	const struct relay_form *form = p->probe->forms ? p->probe->forms
	                                                : relay_forms;
	size_t senders = 0;

	while (relay_senders[senders].name)
		senders++;
	p->moment = moment;
	for (; form->name && !gives_up(p); sender += !same) {
		p->sender = &relay_senders[sender % senders];
		form += ask_some(p, form);
	}
	return !gives_up(p);
}

#define FAR_SENDER 1

/* Does it take a mailbox that nobody has?  "Microsoft SMTP products do not
 * perform a directory lookup" (Q304897), nor do many others. */
static void
ask_nobody(struct probing *p)
{
	static const struct relay_form nobody[TAILS] = {
		[TAIL_NEAR] = { "nobody", "relayadm-probe-nobody@%n", "" },
		[TAIL_LITERAL] = { "nobody", "relayadm-probe-nobody@%a", "" },
		[TAIL_BARE] = { "nobody", "relayadm-probe-nobody", "" },
	};
	struct ending end;
	struct err err = { 0 };

	p->moment = MOMENT_EHLO;
	p->sender = &relay_senders[FAR_SENDER];
	relay_form_add(&p->from, p->sender, &p->words);
	if (open_session(p, &end))
		for (int tail = TAIL_NEAR; tail < TAILS; tail++) {
			struct buf to = { 0 };

			relay_form_add(&to, &nobody[tail], &p->words);
			slow_down(p);
			p->any[tail] = smtp_ask(&p->smtp, &end.reply, &err,
			                   "RCPT TO:<%s>", buf_text(&to)) &&
			    end.reply.code / 100 == 2;
			buf_free(&to);
		}
	smtp_end(&p->smtp);
}

bool
relay_probe(const struct relay_probe *probe)
{
	struct probing p = { .probe = probe, .words = probe->words };
	bool going = true;

	if (probe->foreign && !probe->forms)
		ask_nobody(&p);
	if (probe->forms)
		going = ask_forms(&p, MOMENT_EHLO, FAR_SENDER, true);
	for (size_t i = 0; going && !probe->forms && relay_senders[i].name;
	     i++)
		going = ask_forms(&p, MOMENT_EHLO, i, true);
	for (int m = MOMENT_EHLO + 1; going && !probe->forms && m < MOMENTS;
	     m++)
		going = ask_forms(&p, (enum relay_moment)m, (size_t)m, false);
	buf_free(&p.from);
	return going;
}

/* --- what it says of itself ----------------------------------------------- */

/* The first word of the greeting, if it may be a name. */
static void
take_own_name(const char *text, char own[SMTP_TEXT])
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

	own[0] = '\0';
	if (!len || (text[len] && text[len] != ' ') || text[0] == '.' ||
	    text[0] == '-')
		return;
	memcpy(own, text, len);
	own[len] = '\0';
}

bool
relay_greet(const struct relay_probe *probe, struct relay_greeting *greeting,
    struct err *err)
{
	struct probing p = { .probe = probe, .moment = MOMENT_EHLO };
	struct ending end;
	bool ok = connected(&p, &end, err);

	*greeting = (struct relay_greeting){ .hello = end.reply };
	if (ok) {
		take_own_name(end.reply.first, greeting->own);
		ok = hello(&p.smtp, &end, "EHLO", err) ||
		    (!is_over(&end) && hello(&p.smtp, &end, "HELO", err));
		greeting->offers = end.reply;
	}
	if (ok) {
		if (!*greeting->own)
			take_own_name(end.reply.first, greeting->own);
		greeting->near = near_first(&p, &end, err)
		    ? verdict_of(&end.reply) : end.verdict;
	}
	if (probe->held && !p.dead)
		probe->held(probe->context);
	smtp_end(&p.smtp);
	return ok || (end.reply.code && end.reply.code / 100 == 5) ||
	    fail_as(err, ERR_REACH, "%s", end.why);
}

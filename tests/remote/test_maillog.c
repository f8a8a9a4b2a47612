/* What logs say, as lines; in whatever pieces they come. */
#include "config.h"

#include <time.h>

#include "policy/buf.h"
#include "remote/maillog.h"
#include "tests/policy/unit.h"

#define NOW 1795524000 /* 2026-11-24 13:20:00 UTC */

static void
add_known(struct buf *text, enum mail_known known, const char *yes)
{
	if (known == MAIL_YES)
		buf_addf(text, " %s", yes);
	else if (known == MAIL_UNKNOWN)
		buf_addf(text, " %s?", yes);
}

/* "DATE SERVER CLIENT NAME [log-on] [RECIPIENT] OUTCOME"; an unverified name
 * has a question mark. */
static void
add_fact(void *context, const struct mail_fact *f)
{
	static const char *const outcomes[] = { "accepted", "refused",
		"deferred" };
	struct buf *text = context;
	char client[NET_TEXT], date[40] = "-";
	time_t at = f->time;
	struct tm tm;

	if (f->time && gmtime_r(&at, &tm))
		strftime(date, sizeof(date), "%m-%d %T", &tm);
	buf_addf(text, "%s %s %s", date,
	    f->server ? f->server : f->service ? f->service : "-",
	    net_text(&f->client, client));
	if (f->local.family)
		buf_addf(text, " at %u", f->local.port);
	if (f->name)
		buf_addf(text, " %s", f->name);
	add_known(text, f->verified == MAIL_UNKNOWN ? MAIL_UNKNOWN : MAIL_NO,
	    "verified");
	add_known(text, f->authenticated, "log-on");
	if (f->recipient)
		buf_addf(text, " <%s>", f->recipient);
	buf_addf(text, " %s\n", outcomes[f->outcome]);
}

static struct mail_counts
read_log(struct buf *text, const char *log, size_t piece)
{
	struct maillog *m = maillog_new(add_fact, text, NOW);
	struct mail_counts counts;
	size_t len = strlen(log);

	for (size_t at = 0; at < len; at += piece)
		maillog_feed(m, log + at, len - at < piece ? len - at : piece);
	maillog_cut(m);
	counts = *maillog_counts(m);
	maillog_free(m);
	return counts;
}

#define P "Nov 23 10:00:00 mx1 postfix/"
#define IN P "relayadm-internet/smtpd[1]: "
#define E "2026-11-23 11:00:00 "
#define ID "1tFabc-0000AB-1x "
#define O "2026-11-23T12:00:00.123+01:00 mx1 smtpd[9]: "
#define S1 "5d4f3c1e00000001 smtp "

static const struct {
	const char *name, *log, *wanted;
} rows[] = {
	{ "Postfix: a message", IN "connect from a.example[192.0.2.7]\n"
	    IN "4ABC: client=a.example[192.0.2.7]\n"
	    P "smtp[2]: 4ABC: to=<x@far.example>, relay=r, status=sent (ok)\n",
	    "11-23 10:00:00 internet 192.0.2.7 a.example <x@far.example> "
	    "accepted\n", },
	{ "Postfix: what the client wrote", P "smtpd[1]: 4ABC: "
	    "client=unknown[2001:db8::1]\n"
	    P "local[2]: 4ABC: to=<root@h>, orig_to=<x@far.example>, "
	    "relay=local, status=sent\n",
	    "11-23 10:00:00 smtpd 2001:db8::1 <x@far.example> accepted\n", },
	{ "Postfix: each recipient once, until removed",
	    P "smtpd[1]: 4ABC: client=unknown[192.0.2.7]\n"
	    P "smtp[2]: 4ABC: to=<x@f>, relay=r, status=deferred (a)\n"
	    P "smtp[2]: 4ABC: to=<y@f>, relay=r, status=sent\n"
	    P "smtp[2]: 4ABC: to=<x@f>, relay=r, status=sent\n"
	    P "qmgr[3]: 4ABC: removed\n"
	    P "smtp[2]: 4ABC: to=<z@f>, relay=r, status=sent\n",
	    "11-23 10:00:00 smtpd 192.0.2.7 <x@f> accepted\n"
	    "11-23 10:00:00 smtpd 192.0.2.7 <y@f> accepted\n", },
	{ "Postfix: logged on, also for what is refused later",
	    P "submission/smtpd[1]: connect from unknown[192.0.2.7]\n"
	    P "submission/smtpd[1]: 4ABC: client=unknown[192.0.2.7], "
	    "sasl_method=PLAIN, sasl_username=joe\n"
	    P "smtp[2]: 4ABC: to=<x@f>, relay=r, status=sent\n"
	    P "submission/smtpd[1]: NOQUEUE: reject: RCPT from "
	    "unknown[192.0.2.7]: 554 5.7.1 <y@g>: no; from=<a@b> to=<y@g> "
	    "proto=ESMTP helo=<h>\n",
	    "11-23 10:00:00 submission 192.0.2.7 log-on <x@f> accepted\n"
	    "11-23 10:00:00 submission 192.0.2.7 log-on <y@g> refused\n", },
	{ "Postfix: after the connection ended nothing is known",
	    P "smtpd[1]: connect from unknown[192.0.2.7]\n"
	    P "smtpd[1]: 4ABC: client=unknown[192.0.2.7], sasl_method=PLAIN, "
	    "sasl_username=joe\n"
	    P "smtpd[1]: disconnect from unknown[192.0.2.7] ehlo=1\n"
	    P "smtpd[1]: connect from unknown[192.0.2.8]\n"
	    P "smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.8]: 450 "
	    "4.7.1 <y@g>: no; from=<> to=<y@g> proto=SMTP helo=<h>\n",
	    "11-23 10:00:00 smtpd 192.0.2.8 log-on? <y@g> deferred\n", },
	{ "Postfix: a client's own words are not Postfix's",
	    P "smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.8]: 554 "
	    "5.7.1 <\"; from=<a> to=<b> proto=E sasl_username=joe\"@g>: no; "
	    "from=<a@b> to=<y@g> proto=ESMTP helo=<h>\n",
	    "11-23 10:00:00 smtpd 192.0.2.8 log-on? <y@g> refused\n", },
	{ "Postfix: refused before any recipient",
	    IN "NOQUEUE: reject: CONNECT from unknown[192.0.2.8]: 554 5.7.1 "
	    "<unknown[192.0.2.8]>: Client host rejected: Access denied; "
	    "proto=SMTP\n",
	    "11-23 10:00:00 internet 192.0.2.8 refused\n", },
	{ "Postfix: back from a filter",
	    P "smtpd[1]: 4ABC: client=a.example[192.0.2.7]\n"
	    P "10025/smtpd[1]: 5DEF: client=localhost[127.0.0.1], "
	    "orig_queue_id=4ABC, orig_client=a.example[192.0.2.7]\n"
	    P "lmtp[2]: 4ABC: to=<x@f>, relay=r, status=sent\n"
	    P "smtp[2]: 5DEF: to=<x@f>, relay=r, status=sent\n",
	    "11-23 10:00:00 smtpd 192.0.2.7 a.example <x@f> accepted\n", },
	{ "Postfix: other words", P "smtpd[1]: warning: hostname x does not "
	    "resolve to address 192.0.2.1\n"
	    P "anvil[4]: statistics: max connection rate 1/60s\n"
	    P "cleanup[4]: 4ABC: message-id=<a@b>\n", "", },
	{ "Exim: a message",
	    E ID "<= a@b.example H=p.example (p) [192.0.2.7]:4711 "
	    "I=[10.0.0.1]:587 P=esmtp S=300 id=1@x\n"
	    E ID "=> x@far.example R=dnslookup T=remote_smtp H=mx [203.0.113.1]\n"
	    E ID "-> joe <y@far.example> R=l T=local_delivery\n"
	    E ID "** z@far.example R=dnslookup T=remote_smtp: 550 no\n"
	    E ID "Completed\n"
	    E ID "=> late@far.example R=dnslookup\n",
	    "11-23 11:00:00 - 192.0.2.7 at 587 p.example <x@far.example> "
	    "accepted\n"
	    "11-23 11:00:00 - 192.0.2.7 at 587 p.example <y@far.example> "
	    "accepted\n"
	    "11-23 11:00:00 - 192.0.2.7 at 587 p.example <z@far.example> "
	    "accepted\n", },
	{ "Exim: logged on, by its date with a zone and the number",
	    "2026-11-23 11:00:00.123 +0100 [77] " ID "<= a@b H=(h) "
	    "[2001:db8::7] P=esmtpsa X=TLS1.3:x A=plain:joe S=3 id=1\n"
	    "2026-11-23 11:00:00.123 +0100 [77] " ID "=> x@f R=r\n",
	    "11-23 10:00:00 - 2001:db8::7 verified? log-on <x@f> accepted\n", },
	{ "Exim: refused", E "H=(h) [192.0.2.8]:99 I=[10.0.0.1]:25 "
	    "F=<a@b> rejected RCPT <x@f>: relay not permitted\n"
	    E "H=h.example [192.0.2.8] F=<a@b> A=plain:joe temporarily "
	    "rejected RCPT <x@f>: later\n"
	    E "H=[192.0.2.8]:77 I=[10.0.0.1]:25 rejected connection in "
	    "\"connect\" ACL: go away\n",
	    "11-23 11:00:00 - 192.0.2.8 at 25 verified? <x@f> refused\n"
	    "11-23 11:00:00 - 192.0.2.8 h.example log-on <x@f> deferred\n"
	    "11-23 11:00:00 - 192.0.2.8 at 25 verified? refused\n", },
	{ "Exim: a client's own words are not Exim's",
	    E "H=(h) [192.0.2.8]:99 F=<\"x> A=plain:joe rejected RCPT <z@z> "
	    "y\"@b> rejected RCPT <x@f>: no\n"
	    E ID "<= \"a H=[10.0.0.1] A=plain:joe \"@b H=(h) [192.0.2.9] P=smtp "
	    "S=3 id=1 T=\"x A=plain:joe\"\n" E ID "=> x@f R=r\n",
	    "11-23 11:00:00 - 192.0.2.8 verified? <x@f> refused\n"
	    "11-23 11:00:00 - 192.0.2.9 verified? <x@f> accepted\n", },
	{ "Exim: by syslog, and mail of the host itself",
	    "Nov 23 10:00:00 mx1 exim[9]: " E ID "<= root@h U=root P=local "
	    "S=300\nNov 23 10:00:00 mx1 exim[9]: " E ID "=> x@f R=r\n", "", },
	{ "dates and hosts that come again, after others",
	    P "smtpd[1]: 4ABC: client=unknown[192.0.2.7]\n"
	    E ID "DKIM: d=b.example s=x c=simple/simple a=rsa-sha256\n"
	    E ID "<= a@b H=(h) [192.0.2.9] P=smtp S=3\n"
	    P "smtp[2]: 4ABC: to=<u@f>, relay=r, status=sent\n"
	    E ID "=> v@f R=r\n"
	    "Nov 23 10:00:01 mx1 postfix/smtp[2]: 4ABC: to=<w@f>, relay=r\n"
	    "Nov 23 10:00:01 mx1 => no tag\n"
	    "Nov 23 10:00:01 mx12 postfix/smtp[2]: 4ABC: to=<x@f>, relay=r\n"
	    "Nov 23 10:01:01 mx1 postfix/smtp[2]: 4ABC: to=<y@f>, relay=r\n"
	    P "smtp[2]: 4ABC: to=<z@f>, relay=r, status=sent\n",
	    "11-23 10:00:00 smtpd 192.0.2.7 <u@f> accepted\n"
	    "11-23 11:00:00 - 192.0.2.9 verified? <v@f> accepted\n"
	    "11-23 10:00:01 smtpd 192.0.2.7 <w@f> accepted\n"
	    "11-23 10:00:01 smtpd 192.0.2.7 <x@f> accepted\n"
	    "11-23 10:01:01 smtpd 192.0.2.7 <y@f> accepted\n"
	    "11-23 10:00:00 smtpd 192.0.2.7 <z@f> accepted\n", },
	{ "OpenSMTPD: a message", O S1 "connected address=192.0.2.7 "
	    "host=p.example\n"
	    O S1 "envelope evpid=1 from=<a@b> to=<x@f>\n"
	    O S1 "disconnected reason=quit\n"
	    O S1 "envelope evpid=2 from=<a@b> to=<y@f>\n",
	    "11-23 11:00:00 - 192.0.2.7 p.example verified? <x@f> accepted\n",
	    },
	{ "OpenSMTPD: logged on", O S1 "connected address=[2001:db8::7] "
	    "host=<unknown>\n" O S1 "authentication user=joe result=permfail\n"
	    O S1 "envelope evpid=1 from=<a@b> to=<x@f>\n"
	    O S1 "authentication user=joe result=ok\n"
	    O S1 "envelope evpid=1 from=<a@b> to=<y@f>\n",
	    "11-23 11:00:00 - 2001:db8::7 <x@f> accepted\n"
	    "11-23 11:00:00 - 2001:db8::7 log-on <y@f> accepted\n", },
	{ "OpenSMTPD: refused", O S1 "connected address=192.0.2.7 "
	    "host=<unknown>\n" O S1 "failed-command command=\"RCPT TO:<x@f> \" "
	    "result=\"550 Invalid recipient: <x@f>\"\n"
	    O S1 "failed-command command=\"RCPT TO:<y@f>\" result=\"451 later\"\n"
	    O S1 "failed-command command=\"\" result=\"550 no\"\n"
	    O S1 "failed-command command=\"DATA\" result=\"451 later\"\n",
	    "11-23 11:00:00 - 192.0.2.7 <x@f> refused\n"
	    "11-23 11:00:00 - 192.0.2.7 <y@f> deferred\n"
	    "11-23 11:00:00 - 192.0.2.7 refused\n", },
	{ "dates: the year before, another language, blanks",
	    "Dec 31 23:59:59 mx1 postfix/smtpd[1]: 1A: client=unknown[192.0.2.1]\n"
	    "Dec 31 23:59:59 mx1 postfix/smtp[1]: 1A: to=<a@f>, relay=r\n"
	    "M\xc3\xa4r  4 10:00:00 mx1 postfix/smtp[1]: 1A: to=<b@f>, relay=r\n"
	    "Nov  4 10:00:00 mx1 postfix/smtp[1]: 1A: to=<c@f>, relay=r\n",
	    "12-31 23:59:59 smtpd 192.0.2.1 <a@f> accepted\n"
	    "- smtpd 192.0.2.1 <b@f> accepted\n"
	    "11-04 10:00:00 smtpd 192.0.2.1 <c@f> accepted\n", },
	{ "other programs", "Nov 23 10:00:00 mx1 sshd[1]: Accepted publickey\n"
	    "Nov 23 10:00:00 mx1 postfixadmin[1]: 1A: client=unknown[1.2.3.4]\n"
	    "no date at all\n\n", "", },
};

static void
test_rows(void **state)
{
	static const size_t pieces[] = { 1, 2, 7, 61, 4096 };

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t j = 0; j < ROWS(pieces); j++) {
			struct buf text = { 0 };

			read_log(&text, rows[i].log, pieces[j]);
			check_same(buf_text(&text), rows[i].wanted,
			    rows[i].name);
			buf_free(&text);
		}
}

/* --- what is counted ------------------------------------------------------------- */

static const struct {
	const char *name, *log;
	struct mail_counts wanted; /* without the bytes */
} counted[] = {
	{ "nothing", "", { 0 }, },
	{ "mail of the host itself",
	    P "smtp[2]: 4ABC: to=<x@f>, relay=r, status=sent\n",
	    { .lines = 1, .of_mail = 1, .orphans = 1 }, },
	{ "another program", "Nov 23 10:00:00 mx1 sshd[1]: x\n",
	    { .lines = 1 }, },
	{ "no end of line", P "smtpd[1]: 4ABC: client=unknown[192.0.2.7]",
	    { .lines = 1, .of_mail = 1, .cut = 1 }, },
	{ "cut in an address", P "smtpd[1]: 4ABC: client=unknown[192.0\n",
	    { .lines = 1, .of_mail = 1, .cut = 1 }, },
	{ "cut in a recipient", P "smtp[1]: 4ABC: to=<x@f\n",
	    { .lines = 1, .of_mail = 1, .cut = 1 }, },
	{ "cut in a refusal", P "smtpd[1]: NOQUEUE: reject: RCPT from "
	    "unknown[192.0.2.7]: 554 5.7.1 <x@f>: no; from=<a@b> to=<\n",
	    { .lines = 1, .of_mail = 1, .cut = 1 }, },
	{ "an address that is none", O S1 "connected address=1.2.3 host=x\n",
	    { .lines = 1, .of_mail = 1, .cut = 1 }, },
	{ "Exim without an address", E "H=(h) rejected RCPT <x@f>: no\n",
	    { .lines = 1, .of_mail = 1, .cut = 1 }, },
};

static void
test_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(counted); i++) {
		struct buf text = { 0 };
		struct mail_counts got = read_log(&text, counted[i].log, 9);

		got.bytes = 0;
		check_row(!memcmp(&got, &counted[i].wanted, sizeof(got)),
		    counted[i].name);
		buf_free(&text);
	}
}

/* Lines that are longer than any log's are passed over, wherever they are
 * cut. */
static void
test_long_lines(void **state)
{
	static const size_t pieces[] = { 999, 65536, 300000 };

	(void)state;
	for (size_t i = 0; i < ROWS(pieces); i++) {
		struct buf log = { 0 }, text = { 0 };
		struct mail_counts got;

		buf_add(&log, P "smtpd[1]: 4ABC: client=unknown[192.0.2.7]\n");
		buf_add(&log, P "smtp[1]: 4ABC: to=<");
		for (int j = 0; j < 100000; j++)
			buf_addc(&log, 'x');
		buf_add(&log, ">, relay=r\n");
		buf_add(&log, P "smtp[1]: 4ABC: to=<a@f>, relay=r\n");
		got = read_log(&text, log.data, pieces[i]);
		assert_int_equal(got.cut, 1);
		assert_string_equal(buf_text(&text),
		    "11-23 10:00:00 smtpd 192.0.2.7 <a@f> accepted\n");
		buf_free(&log);
		buf_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_long_lines),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

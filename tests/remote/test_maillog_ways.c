/* Logs as they may come, broken too: whatever threads read them, in whatever
 * blocks, they say what they say when their bytes come one after another. */
#include "config.h"

#include <time.h>

#include "policy/buf.h"
#include "remote/maillog.h"
#include "tests/policy/unit.h"

#define NOW 1795524000 /* 2026-11-24 13:20:00 UTC */
#define LOGS 30        /* MAILLOG_LOGS=N: others */

/* --- random lines ----------------------------------------------------------- */

static uint64_t random_state;

static unsigned
any(unsigned below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 32) % below;
}

#define ONE_OF(...) \
	((const char *const[]){ __VA_ARGS__ })[any(sizeof((const char *const[]) \
	    { __VA_ARGS__ }) / sizeof(const char *))]

static const char *
any_client(void)
{
	return ONE_OF("unknown[10.0.0.1]", "a.example[10.0.0.2]", "b[1.2.3]",
	    "unknown[2001:db8::7]", "a.example[10.0.0.3]", "x[10.0.0.1");
}

static const char *
any_recipient(void)
{
	return ONE_OF("x@far.example", "y@here.example", "u%f@here.example",
	    "", "postmaster", "\"a> to=<b\"@far.example", "\033[31m@x");
}

static void
add_date(struct buf *log)
{
	unsigned minute = any(3), second = any(60);

	if (any(2))
		buf_addf(log, "Nov %2u 10:%02u:%02u", any(3) + 1, minute,
		    second);
	else
		buf_addf(log, "2026-11-%02uT10:%02u:%02u%s", any(3) + 1, minute,
		    second, ONE_OF("Z", "+01:00", ".123 -0330", "", "x"));
}

static void
add_postfix(struct buf *log)
{
	buf_addf(log, " mx%u postfix/%s[%u]: ", any(2),
	    ONE_OF("smtpd", "relayadm-internet/smtpd", "submission/smtpd",
	        "smtp", "qmgr", "cleanup"), any(6));
	switch (any(7)) {
	case 0:
		buf_addf(log, "connect from %s", any_client());
		break;
	case 1:
		buf_addf(log, "disconnect from %s", any_client());
		break;
	case 2:
		buf_addf(log, "4%03u: client=%s%s", any(40), any_client(),
		    ONE_OF("", ", sasl_username=joe", ", orig_queue_id=4"));
		break;
	case 3:
		buf_addf(log, "NOQUEUE: reject: RCPT from %s: %s x; "
		    "from=<a@b> to=<%s> proto=SMTP", any_client(),
		    ONE_OF("554 no", "450 later"), any_recipient());
		break;
	case 4:
		buf_addf(log, "4%03u: removed", any(40));
		break;
	default:
		buf_addf(log, "4%03u: to=<%s>, orig_to=<%s>, relay=r", any(40),
		    any_recipient(), any_recipient());
	}
}

static void
add_exim(struct buf *log)
{
	const char *id = ONE_OF("1tFabc-000001-1x", "1tFabc-000002-1x",
	    "1tFabc-000000003AB-1xyz", "short");

	buf_addf(log, " %s%s%s", ONE_OF("", "", "mx1 exim[3]: "),
	    any(4) ? id : "H=(h) [10.0.0.1] F=<a@b> rejected RCPT <x@f>: no",
	    ONE_OF(" <= a@b H=(h) [10.0.0.5]:9 I=[10.9.0.1]:25 S=1",
	        " => x@far.example R=r", " -> y <y@here.example> R=l",
	        " Completed", " ** z@f: no", " <= root@h U=root S=3"));
}

static void
add_smtpd(struct buf *log)
{
	buf_addf(log, " mx1 smtpd[9]: %016x smtp %s", any(8), ONE_OF(
	    "connected address=10.0.0.7 host=p.example",
	    "connected address=[2001:db8::9] host=<unknown>",
	    "connected address=1.2.3", "disconnected reason=quit",
	    "envelope evpid=1 from=<a@b> to=<x@far.example>", "envelope x",
	    "failed-command command=\"RCPT TO:<x@f>\" result=\"550 no\"",
	    "authentication user=joe result=ok"));
}

/* Breaks what was written since. */
static void
spoil(struct buf *log, size_t since)
{
	size_t len = log->len - since;

	switch (len ? any(24) : 9) {
	case 0:
		log->len -= any((unsigned)len);
		break;
	case 1:
		log->data[since + any((unsigned)len)] = "\0\r\033>],:\n"[any(8)];
		break;
	case 2:
		buf_addc(log, '\r');
		break;
	case 3:
		for (unsigned i = any(100) ? 0 : 65400 + any(400); i; i--)
			buf_addc(log, 'x');
		break;
	case 4:
		for (unsigned i = any(300) ? 0 : 1000000; i; i--)
			buf_addc(log, any(1000) ? 'y' : '\0');
		break;
	default:
		break;
	}
}

static void
add_log(struct buf *log, unsigned lines)
{
	static void (*const kinds[])(struct buf *) = { add_postfix, add_exim,
		add_smtpd };

	while (lines--) {
		size_t since = log->len;

		add_date(log);
		kinds[any(3)](log);
		spoil(log, since);
		buf_addc(log, '\n');
	}
	log->len -= any(40);
}

/* --- what they say ---------------------------------------------------------- */

static void
add_fact(void *context, const struct mail_fact *f)
{
	struct buf *text = context;
	char client[NET_TEXT];

	buf_addf(text, "%lld %s %s %u %s %s %d %d %d %s\n", (long long)f->time,
	    f->server ? f->server : "-", f->service ? f->service : "-",
	    f->local.port, net_text(&f->client, client),
	    f->name ? f->name : "-", (int)f->verified, (int)f->authenticated,
	    (int)f->outcome, f->recipient ? f->recipient : "(none)");
}

struct said {
	struct buf facts;
	struct mail_counts counts;
};

static void
said_end(struct said *said, struct maillog *log)
{
	said->counts = *maillog_counts(log);
	maillog_free(log);
}

static void
feed(struct said *said, const struct buf *bytes)
{
	struct maillog *log = maillog_new(add_fact, &said->facts, NOW);

	for (size_t at = 0, piece; at < bytes->len; at += piece) {
		piece = 1 + any(any(20) ? 3 : 5000);
		if (piece > bytes->len - at)
			piece = bytes->len - at;
		maillog_feed(log, bytes->data + at, piece);
	}
	maillog_cut(log);
	said_end(said, log);
}

/* Gives as much as is wanted, or less. */
struct pieces {
	const struct buf *bytes;
	size_t at, most;
	size_t fails; /* from here on; 0: never */
};

static bool
read_piece(void *context, char *at, size_t cap, size_t *len, struct err *err)
{
	struct pieces *p = context;

	if (p->fails && p->at >= p->fails)
		return fail_as(err, ERR_INPUT, "it is broken");
	*len = p->bytes->len - p->at;
	if (*len > p->most)
		*len = p->most;
	if (*len > cap)
		*len = cap;
	memcpy(at, p->bytes->data + p->at, *len);
	p->at += *len;
	return true;
}

static bool
read_log(struct said *said, struct pieces *pieces, struct mail_ways ways,
    struct err *err)
{
	struct maillog *log = maillog_new(add_fact, &said->facts, NOW);
	struct mail_source source = { read_piece, pieces };
	bool ok = maillog_read(log, &source, ways, err);

	said_end(said, log);
	return ok;
}

static void
check_way(const struct buf *bytes, const struct said *wanted, unsigned log)
{
	struct mail_ways ways = { 1 + any(4), 65000 + any(9000) };
	struct pieces pieces = { .bytes = bytes,
		.most = any(2) ? 1 + any(9000) : bytes->len };
	struct said got = { .facts = { 0 } };
	struct err err;

	if (!read_log(&got, &pieces, ways, &err) ||
	    strcmp(buf_text(&got.facts), buf_text(&wanted->facts)) ||
	    memcmp(&got.counts, &wanted->counts, sizeof(got.counts)))
		fail_msg("log %u: %u threads, blocks of %zu, pieces of %zu",
		    log, ways.threads, ways.block, pieces.most);
	buf_free(&got.facts);
}

static void
test_ways(void **state)
{
	const char *more = getenv("MAILLOG_LOGS");
	unsigned logs = more ? (unsigned)strtoul(more, NULL, 10) : LOGS;
	uint64_t facts = 0;

	(void)state;
	for (unsigned i = 0; i < logs; i++) {
		struct buf bytes = { 0 };
		struct said wanted = { .facts = { 0 } };

		random_state = (i + 1) * 0x9e3779b97f4a7c15u;
		add_log(&bytes, 50 + any(6000));
		feed(&wanted, &bytes);
		for (int j = 0; j < 8; j++)
			check_way(&bytes, &wanted, i);
		facts += wanted.counts.facts;
		buf_free(&bytes);
		buf_free(&wanted.facts);
	}
	assert_true(facts > logs * 50);
}

/* What cannot be read to its end ends as that, by whichever thread. */
static void
test_broken(void **state)
{
	struct buf bytes = { 0 };

	(void)state;
	random_state = 7;
	add_log(&bytes, 6000);
	for (unsigned i = 1; i <= 4; i++) {
		struct said got = { .facts = { 0 } };
		struct pieces pieces = { .bytes = &bytes, .most = 1000,
			.fails = bytes.len / 2 };
		struct err err = { 0 };

		assert_false(read_log(&got, &pieces, (struct mail_ways){ i, 0 },
		    &err));
		assert_string_equal(err.text, "it is broken");
		buf_free(&got.facts);
	}
	buf_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_broken),
	};

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How a log is read, for the maillog files only.
 *
 * The bytes come in blocks of whole lines.  A reader makes of a block what its
 * lines say, each for itself: events.  The log then puts the events of block
 * after block together: messages, and the facts of them.  So blocks may be read
 * at the same time, as long as their events are taken in order. */
#ifndef REMOTE_MAILLOG_LINE_H
#define REMOTE_MAILLOG_LINE_H

#include <string.h>
#include <time.h>

#include "maillog.h"

struct piece {
	const char *at;
	size_t len;
};

static inline bool
piece_is(struct piece p, const char *text)
{
	return p.len == strlen(text) && !memcmp(p.at, text, p.len);
}

/* Takes the text off the front, if it is there. */
static inline bool
piece_skip(struct piece *p, const char *text)
{
	size_t len = strlen(text);

	if (p->len < len || memcmp(p->at, text, len))
		return false;
	p->at += len;
	p->len -= len;
	return true;
}

static inline uint64_t
word_at(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* memcmp(3) for some ten bytes, where calling it would take longer. */
static inline bool
bytes_same(const char *a, const char *b, size_t len)
{
	size_t i = 0;

	if (len < 8) {
		while (i < len && a[i] == b[i])
			i++;
		return i == len;
	}
	for (; i + 8 < len; i += 8)
		if (word_at(a + i) != word_at(b + i))
			return false;
	return word_at(a + len - 8) == word_at(b + len - 8);
}

/* Takes off what stands before the first of the character, and that one; all,
 * when there is none. */
static inline struct piece
piece_until(struct piece *p, char end)
{
	const char *at = p->len ? memchr(p->at, end, p->len) : NULL;
	struct piece before = { p->at, at ? (size_t)(at - p->at) : p->len };

	p->at += before.len + !!at;
	p->len -= before.len + !!at;
	return before;
}

/* What follows the text, wherever it is first; false when nowhere. */
bool piece_find(struct piece p, const char *text, struct piece *after);
/* The same of the last: what stands in front may be a client's own words. */
bool piece_find_last(struct piece p, const char *text, struct piece *after);
/* NAME[ADDRESS]; the address may have "IPv6:" before it. */
bool piece_host(struct piece p, struct piece *name, struct net *addr);
/* The same of one character and what must follow it, where that character is
 * rare: quicker than looking for all. */
bool piece_find_after(struct piece p, char rare, const char *text,
    struct piece *after);
uint64_t piece_hash(struct piece p);

/* --- what lines say ------------------------------------------------------- */

enum log_kind {
	LOG_CONNECTED,    /* pid */
	LOG_DISCONNECTED, /* pid */
	LOG_BEGINS,       /* key, origin; pid of who takes it, or NO_PID */
	LOG_ENDS,         /* key */
	LOG_LOGGED_ON,    /* key */
	LOG_DELIVERED,    /* key, recipient: told once of each */
	LOG_ANSWERED,     /* key, recipient, outcome: told each time */
	LOG_CUT,          /* key: a line of it that ends too early */
	LOG_REFUSED,      /* origin, recipient, outcome; key and pid of where */
};

#define NO_RECIPIENT UINT32_MAX /* before there was one */
#define NO_PID UINT32_MAX
#define MOST_PIDS (1u << 22) /* Linux has none above */
#define SESSION_KEY 40       /* bytes of the longest key */

/* Its texts are of the block. */
struct log_event {
	const char *key;
	uint64_t key_hash, recipient_hash;
	int64_t time;
	uint32_t key_len, pid;
	uint32_t recipient, recipient_len; /* its place, or NO_RECIPIENT */
	uint32_t origin; /* its place among the block's */
	uint8_t kind, outcome;
};

/* Where a message, or who was refused, came from. */
struct log_origin {
	struct piece server, service, name; /* not there: at NULL */
	struct net client;
	struct listener local;
	enum mail_known verified, authenticated;
};

/* Whole lines, but for the last of a file; they are ours to write to, and so is
 * a byte behind them. */
struct log_block {
	char *bytes;
	size_t len, cap;
	struct mail_counts counts;
	struct log_event *events;
	size_t event_count, event_cap;
	struct log_origin *origins;
	size_t origin_count, origin_cap;
};

/* --- bytes ---------------------------------------------------------------- */

/* Longer lines than syslog passes on are no mail log's. */
#define LONGEST_LINE 65536

/* What is between two blocks: the line whose end has not come. */
struct log_rest {
	char bytes[LONGEST_LINE];
	size_t len;
	bool too_long; /* its bytes are passed over, up to its end */
};

/* cap: more than the longest line. */
void block_init(struct log_block *block, size_t cap);
void block_clear(struct log_block *block);
/* Begins it with the rest of the one before. */
void block_begin(struct log_block *block, struct log_rest *rest);
/* So many bytes were written to its end; it may have to pass over them. */
void block_wrote(struct log_block *block, struct log_rest *rest, size_t len);
/* Makes it end with a line; the last of a file ends as it does. */
void block_end(struct log_block *block, struct log_rest *rest, bool last);

/* --- a line --------------------------------------------------------------- */

struct log_reader;
struct log_line;

/* What the tag of a line says: "postfix/relayadm-internet/smtpd" is program
 * smtpd of Postfix at server internet.  Many lines have the same. */
struct log_tag {
	char text[96];
	size_t len;
	bool (*line)(struct log_reader *reader, const struct log_line *line);
	enum { POSTFIX_OTHER, POSTFIX_SMTPD, POSTFIX_QMGR } postfix;
	/* Of Postfix's: the server, or else the service, in the text. */
	size_t service_at, service_len;
	bool is_server;
};

#define TAGS_KNOWN 256 /* a power of two */

/* A date up to its minute, and when that is: lines come many to a minute. */
struct log_date {
	char text[32];
	size_t len; /* 0: none */
	int64_t time;
	bool zoned;
};

struct log_reader {
	struct log_block *block;
	int64_t time; /* of this line */
	struct log_tag tags[TAGS_KNOWN], other;
	/* What a line began with, its date and its host, and when that is:
	 * the next mostly does, too. */
	char front[128];
	size_t front_len;
	int64_t front_time;
	struct log_date syslog, iso;
	struct tm today; /* of now */
};

/* A line of the program: its tag (NULL in Exim's own log) with its text, the
 * number in brackets after it, and the rest. */
struct log_line {
	const struct log_tag *tag;
	struct piece tag_text, pid, text;
};

struct log_reader *reader_new(int64_t now);
/* Makes events of the block's lines. */
void reader_read(struct log_reader *reader, struct log_block *block);

/* NULL: of no mail server. */
const struct log_tag *reader_tag(struct log_reader *reader, struct piece tag);
/* Reads a date from the front: RFC 5424's, RFC 3164's, Exim's.  False when
 * there is none; the time is 0 for one of a language that is not known. */
bool reader_date(struct log_reader *reader, struct piece *line);

/* Both are good until the next. */
struct log_event *reader_says(struct log_reader *reader, enum log_kind kind,
    struct piece key);
struct log_origin *reader_origin(struct log_reader *reader);
void event_set_recipient(const struct log_reader *reader,
    struct log_event *event, struct piece recipient);

bool postfix_line(struct log_reader *reader, const struct log_line *line);
bool exim_line(struct log_reader *reader, const struct log_line *line);
bool smtpd_line(struct log_reader *reader, const struct log_line *line);

/* --- open messages and sessions ------------------------------------------- */

struct session {
	uint64_t hash;
	struct session *next; /* of the same bucket, or spare */
	uint32_t key_len;
	char key[SESSION_KEY];
	struct session *older, *newer; /* in the order of their beginning */
	struct mail_fact fact; /* of every recipient */
	void *memo;            /* the taker's */
	char *name;            /* room for the fact's */
	size_t name_cap;
	uint64_t *seen; /* hashes of the recipients that were told */
	size_t seen_count, seen_cap;
};

struct sessions;

struct sessions *sessions_new(size_t most);
void sessions_free(struct sessions *all);
/* One of the event's key, as new.  Above the most the oldest is dropped. */
struct session *sessions_begin(struct sessions *all,
    const struct log_event *event, uint64_t *dropped);
struct session *sessions_find(const struct sessions *all,
    const struct log_event *event);
void sessions_end(struct sessions *all, struct session *session);
/* False when it had the recipient already. */
bool session_sees(struct session *session, uint64_t recipient);

/* --- the log -------------------------------------------------------------- */

#define NAMES_MOST 256 /* servers and services of one log */

struct maillog {
	mail_take *take;
	mail_hint *hint; /* or NULL */
	void *context;
	int64_t now;
	struct mail_counts counts;
	struct sessions *sessions;
	struct session refused; /* who was, for a moment */
	char *names[NAMES_MOST];
	size_t name_count, name_last;
	/* Postfix's, as bits of their numbers. */
	uint64_t connected[MOST_PIDS / 64], logged_on[MOST_PIDS / 64];
	/* For bytes that come by themselves. */
	struct log_reader *reader;
	struct log_block block;
	struct log_rest rest;
};

/* Puts the events of the next block together. */
void maillog_apply(struct maillog *log, struct log_block *block);

#endif

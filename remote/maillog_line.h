/* Pieces of a log line, and the messages that are open; for the maillog files
 * only. */
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

/* Takes off what stands before the first of the character, and that one; all,
 * when there is none. */
struct piece piece_until(struct piece *p, char end);
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
/* A copy that ends with NUL, good until the fourth next call. */
const char *piece_text(struct maillog *log, struct piece p);

/* --- open messages and sessions ------------------------------------------- */

#define SESSION_KEY 40 /* bytes of the longest key */

struct session {
	char key[SESSION_KEY];
	size_t key_len;
	uint64_t hash;
	struct session *older, *newer; /* in the order of their beginning */
	struct session *next;          /* of the same bucket, or spare */
	struct net client;
	struct listener local;
	const char *server, *service; /* or NULL; the log's own */
	char *name;                   /* or NULL */
	enum mail_known verified, authenticated;
	uint64_t *seen; /* hashes of the recipients that were told */
	size_t seen_count, seen_cap;
};

struct sessions;

struct sessions *sessions_new(size_t most);
void sessions_free(struct sessions *all);
/* One of the key, as new.  Above the most the oldest is dropped. */
struct session *sessions_begin(struct sessions *all, struct piece key,
    uint64_t *dropped);
struct session *sessions_find(struct sessions *all, struct piece key);
void sessions_end(struct sessions *all, struct session *session);
/* False when it had the recipient already. */
bool session_sees(struct session *session, struct piece recipient);

/* --- a line --------------------------------------------------------------- */

struct log_line;

/* What the tag of a line says: "postfix/relayadm-internet/smtpd" is program
 * smtpd of Postfix at server internet.  Many lines have the same. */
struct log_tag {
	char text[96];
	size_t len;
	bool (*line)(struct maillog *log, const struct log_line *line);
	enum { POSTFIX_OTHER, POSTFIX_SMTPD, POSTFIX_QMGR } postfix;
	const char *server, *service; /* of Postfix's; one of them is NULL */
};

#define TAGS_KNOWN 64  /* a power of two */
#define NAMES_MOST 256 /* servers and services of one log */

struct log_tags {
	struct log_tag known[TAGS_KNOWN], other;
	char *names[NAMES_MOST];
	size_t name_count;
};

/* NULL: of no mail server. */
const struct log_tag *log_tag_of(struct log_tags *tags, struct piece tag);
void log_tags_clear(struct log_tags *tags);

struct maillog {
	mail_take *take;
	void *context;
	int64_t now;
	struct mail_counts counts;
	struct sessions *sessions;
	char *rest; /* of a line whose end has not come */
	size_t rest_len, rest_cap;
	bool too_long;
	int64_t time; /* of this line */
	char *texts[4];
	size_t text_caps[4];
	unsigned text;
	struct log_tags tags;
	char host[64]; /* of the last line, with a blank */
	size_t host_len;
	/* The last date that was read: lines come many to a second. */
	char date[40];
	size_t date_len;
	int64_t date_time;
	bool date_zoned;
	struct tm today; /* of now */
};

/* A line of the program: its tag (NULL in Exim's own log), the number in
 * brackets after it, and the rest. */
struct log_line {
	const struct log_tag *tag;
	struct piece pid, text;
};

bool postfix_line(struct maillog *log, const struct log_line *line);
bool exim_line(struct maillog *log, const struct log_line *line);
bool smtpd_line(struct maillog *log, const struct log_line *line);

/* Gives the fact of a session on. */
void session_tell(struct maillog *log, const struct session *session,
    struct piece recipient, enum mail_outcome outcome);
void maillog_tell(struct maillog *log, struct mail_fact *fact);

/* Reads a date from the front: RFC 5424's, RFC 3164's, Exim's.  False when
 * there is none; *log->time is 0 for one of a language that is not known. */
bool maillog_date(struct maillog *log, struct piece *line);

#endif

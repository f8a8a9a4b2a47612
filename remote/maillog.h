/* What mail logs say: who sent to whom, and was it accepted?
 *
 * Lines of Postfix, Exim and OpenSMTPD, as syslog or the programs themselves
 * write them, in any mixture.  A message is put together from its lines; what
 * they do not say is left open, never guessed. */
#ifndef REMOTE_MAILLOG_H
#define REMOTE_MAILLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/err.h"
#include "policy/policy.h"

enum mail_outcome {
	MAIL_ACCEPTED,
	MAIL_REFUSED,  /* 5xx */
	MAIL_DEFERRED, /* 4xx */
};

enum mail_known {
	MAIL_NO,
	MAIL_YES,
	MAIL_UNKNOWN, /* the log does not say */
};

/* One recipient of one transaction.  The texts are good until the call
 * returns, and hold whatever stood in the log. */
struct mail_fact {
	int64_t time; /* UTC seconds; 0: the line has no date that is known */
	/* The virtual server, when its own name is in the line. */
	const char *server;
	/* What else says which listener it was: "smtpd", "submission"; or NULL. */
	const char *service;
	struct listener local; /* family 0: not known */
	struct net client;     /* one address */
	/* The client's host name, or NULL; is it its verified name? */
	const char *name;
	enum mail_known verified; /* NO: a name that is not verified, or none */
	enum mail_known authenticated;
	const char *recipient; /* NULL: refused before there was one */
	enum mail_outcome outcome;
	/* For whoever takes the facts: NULL at first, and as he leaves it for
	 * the next fact of the same origin, in which all but the time, the
	 * recipient and the outcome are the same. */
	void **memo;
};

struct mail_counts {
	uint64_t bytes, lines;
	uint64_t of_mail;  /* lines of these programs */
	uint64_t facts;
	uint64_t undated;  /* facts without a time */
	uint64_t orphans;  /* recipients whose client no line names: mail from
	                      the host itself, or of an earlier log */
	uint64_t cut;      /* lines that end in the middle of what they say */
	uint64_t forgotten; /* messages given up, as too many were open */
};

typedef void mail_take(void *context, const struct mail_fact *fact);

/* Who will soon be the client of facts, maybe: told twice, so that what is known
 * of him can be fetched from memory in two steps. */
struct mail_coming {
	const struct net *client;
	const char *name; /* a verified one, or NULL; without NUL */
	size_t name_len;
	enum mail_known authenticated;
};

typedef void mail_hint(void *context, const struct mail_coming *who,
    bool again);

struct maillog;

/* now, UTC seconds: a date without a year is of the year that puts it no later.
 * One without a zone is local time, as by tzset(3). */
struct maillog *maillog_new(mail_take *take, void *context, int64_t now);
/* The context is that of the facts. */
void maillog_tell_hints(struct maillog *log, mail_hint *hint);

/* Bytes of a log, cut anywhere.  maillog_cut() ends a file: what comes next
 * begins a line; open messages may go on in the next file.  All facts have been
 * told, and counted, by then. */
void maillog_feed(struct maillog *log, const char *bytes, size_t len);
void maillog_cut(struct maillog *log);

/* Where the bytes of a file come from. */
struct mail_source {
	/* At most cap bytes; *len 0 at its end. */
	bool (*read)(void *context, char *at, size_t cap, size_t *len,
	    struct err *err);
	void *context;
};

#define MAIL_BLOCK 262144

/* The facts are the same, in the same order, whatever these are. */
struct mail_ways {
	unsigned threads;
	size_t block; /* bytes that a thread reads at once */
};

/* A whole file.  The facts are told by one thread at a time, each time by
 * another perhaps. */
bool maillog_read(struct maillog *log, const struct mail_source *source,
    struct mail_ways ways, struct err *err);

const struct mail_counts *maillog_counts(const struct maillog *log);
void maillog_free(struct maillog *log);

#endif

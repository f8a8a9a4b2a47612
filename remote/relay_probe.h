/* Does a mail server relay?  Every form from every kind of sender after EHLO,
 * and every form at each other moment.  It stops at RCPT: nothing is sent, unless
 * it is to be delivered. */
#ifndef REMOTE_RELAY_PROBE_H
#define REMOTE_RELAY_PROBE_H

#include <stdint.h>

#include "relay_form.h"
#include "smtp_reply.h"

enum relay_verdict {
	RELAY_REFUSED,  /* 5xx to the connection, MAIL or RCPT */
	RELAY_ACCEPTED, /* 2xx to RCPT, or with deliver to the message */
	RELAY_DEFERRED, /* 4xx: perhaps later */
	RELAY_UNSURE,   /* refused because the far domain takes no mail */
	RELAY_BROKEN,   /* no answer, or none that is one */
	RELAY_UNTOLD,   /* accepted, as any mailbox of its own domain is */
	RELAY_UNASKED,  /* the server does not offer what comes before */
	RELAY_VERDICTS,
};

extern const char *const relay_verdict_words[]; /* by the enum, then NULL */

struct relay_answer {
	const struct relay_form *form, *sender;
	enum relay_moment moment;
	const char *from, *to; /* as they were written */
	enum relay_verdict verdict;
	const char *stage; /* "connect", "ehlo", "mail", "rcpt", ... */
	int code;          /* 0: none came */
	const char *text;  /* of the answer, or why there is none */
	const char *token; /* in the message that went off, or NULL */
};

struct relay_probe {
	/* A connected socket that is not blocking, or -1. */
	int (*connect)(void *context, struct err *err);
	bool (*stopped)(void *context);
	/* Called while the connection of relay_greet() is still open, or NULL. */
	void (*held)(void *context);
	void *context; /* of these three */
	void (*take)(void *taker, const struct relay_answer *answer);
	void *taker;
	struct relay_words words; /* near NULL: what it calls itself */
	bool tls;          /* from the first byte (port 465) */
	unsigned rate;     /* recipients in a second, at most; 0: no limit */
	unsigned seconds;  /* for one answer */
	int64_t deadline;  /* for all, by clock_now() */
	/* Is a mailbox that nobody has asked first?  A server that takes it
	 * tells nothing by taking a form that ends in its own domain. */
	bool foreign;
	bool deliver;      /* at most DELIVER_MOST messages */
	/* NULL: relay_forms, from every sender and at every moment; else
	 * these, from the far sender, after EHLO. */
	const struct relay_form *forms;
};

#define DELIVER_MOST 5

/* What it says of itself, before anything is asked. */
struct relay_greeting {
	struct smtp_reply hello, offers;
	enum relay_verdict near; /* does it take mail for its postmaster? */
	char own[SMTP_TEXT];     /* the name that it calls itself, or "" */
};

/* False when it does not answer as a mail server. */
bool relay_greet(const struct relay_probe *probe,
    struct relay_greeting *greeting, struct err *err);
/* All; says false when it was stopped or there was no more time. */
bool relay_probe(const struct relay_probe *probe);

#endif

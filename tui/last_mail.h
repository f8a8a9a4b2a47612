/* When somebody in an entry of a list last sent mail that was accepted, as far
 * as logs were read (seen.h).
 *
 * What nobody looked at stays unknown: it is never said that nobody used it. */
#ifndef TUI_LAST_MAIL_H
#define TUI_LAST_MAIL_H

#include "policy/invariant.h"
#include "seen.h"
#include "store/target.h"

/* Whose mail counts for the entries of a list, and whose logs. */
struct mail_scope {
	struct texts senders; /* servers; mail to any of them */
	struct texts users;   /* that let clients in by the entries */
	bool kept_out;        /* one keeps them out: without mail that says
	                         nothing */
	bool local;           /* its addresses are no clients */
};

/* Of the servers that the policy has; a list nobody includes has no users. */
void mail_scope_of(struct mail_scope *scope, const struct target *target,
    const struct policy *policy);
void mail_scope_free(struct mail_scope *scope);

struct last_mail {
	/* Clients in order, and the latest of any that are beside each other:
	 * times[count + i] is of client i, times[i] of 2i and 2i + 1. */
	uint32_t *v4;
	u128 *v6;
	int64_t *times4, *times6;
	size_t count4, count6;
	bool any; /* is anything known of any list? */
	int64_t from, to; /* read at all users; 0: not known of all */
};

/* What is known of one entry. */
struct mail_use {
	int64_t last;   /* UTC seconds; 0: no mail is known */
	int64_t since;  /* when 0: none since then; 0: not known */
	int64_t unused; /* seconds up to the end of the logs without; -1: not
	                   known */
};

void last_mail_make(struct last_mail *mail, const struct seen *seen,
    const struct mail_scope *scope);
void last_mail_free(struct last_mail *mail);
void last_mail_ask(const struct last_mail *mail, const struct entry *entry,
    struct mail_use *use);

/* "2026-11-20"; "<2026-08-01": none since then; "?". */
void mail_use_add(struct buf *out, const struct mail_use *use);
/* The same in words, and up to when logs were read. */
void mail_use_say(struct buf *out, const struct last_mail *mail,
    const struct mail_use *use);

#endif

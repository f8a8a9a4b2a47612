/* Replies of a mail server (RFC 5321 4.2), taken in whatever pieces they come.
 * What stands in a reply is the other side's: it is kept as printable ASCII, and
 * of all lengths there is a most. */
#ifndef REMOTE_SMTP_REPLY_H
#define REMOTE_SMTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#define SMTP_LINE_MAX 2048  /* bytes; RFC 5321 4.5.3.1.5 has 512 */
#define SMTP_LINES_MAX 100  /* of one reply */
#define SMTP_TEXT 256

struct smtp_reply {
	int code; /* 200 to 599 */
	size_t lines;
	char first[SMTP_TEXT]; /* without the code; cut, other bytes are '?' */
	char text[SMTP_TEXT];  /* the same of the last line */
	/* Said by lines of an answer to EHLO. */
	bool starttls, auth_plain, auth, pipelining;
	/* "[192.0.2.1]" in its first line: whom it takes us for; or "". */
	char seen[64];
};

enum smtp_found {
	SMTP_MORE,  /* the reply is not whole yet */
	SMTP_REPLY, /* it is; *used says where it ended */
	SMTP_BAD,   /* no reply: wrong says why */
};

struct smtp_reading {
	struct smtp_reply reply;
	char line[SMTP_LINE_MAX];
	size_t len;
	const char *wrong;
};

void smtp_reading_begin(struct smtp_reading *reading);
enum smtp_found smtp_reading_feed(struct smtp_reading *reading,
    const char *text, size_t len, size_t *used);

#endif

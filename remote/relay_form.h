/* The tricks by which mail servers were had to relay: how the recipient is
 * written, who is said to send it, and at which moment it is asked.  One row
 * each. */
#ifndef REMOTE_RELAY_FORM_H
#define REMOTE_RELAY_FORM_H

#include "policy/buf.h"

/* %u the far user, %f the far domain, %n a domain that the server takes for its
 * own, %a its address as a literal: "[192.0.2.1]". */
struct relay_form {
	const char *name;
	const char *text;
	const char *source;
};

extern const struct relay_form relay_forms[];   /* then name NULL */
extern const struct relay_form relay_senders[]; /* the same */

/* The domain to which a recipient seems to go.  What seems to be near may be
 * taken as a mailbox, and not be relayed at all. */
enum relay_tail {
	TAIL_FAR,
	TAIL_NEAR,
	TAIL_LITERAL,
	TAIL_BARE, /* none */
	TAILS,
};

enum relay_tail relay_form_tail(const struct relay_form *form);

enum relay_moment {
	MOMENT_EHLO,
	MOMENT_HELO,
	MOMENT_SILENT,      /* no greeting at all */
	MOMENT_TLS,         /* after STARTTLS */
	MOMENT_FAILED_AUTH,
	MOMENT_RSET,
	MOMENT_SECOND,      /* transaction; the first had a near recipient */
	MOMENT_BESIDE,      /* a near recipient in the same transaction */
	MOMENT_PIPELINED,   /* all at once (RFC 2920) */
	MOMENTS,
};

struct relay_moment_row {
	const char *name, *title;
};

extern const struct relay_moment_row relay_moments[]; /* by the enum */

struct relay_words {
	const char *user, *far, *near, *literal;
};

/* The form with its words in it. */
void relay_form_add(struct buf *buf, const struct relay_form *form,
    const struct relay_words *words);

#endif

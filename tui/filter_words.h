/* What a filter of entries is told, as words: every word must be true of an
 * entry that passes.
 *
 *	text          the entry or a note beside it has this text
 *	192.0.2.7     ... or it covers this address
 *	note:text     a note (comment, owner or ticket) has it
 *	comment: owner: ticket:   that note has it; without a text: there is one
 *	source:text   the import that brought it; source:#9 by its number;
 *	              source: any import
 *	age>90d       brought longer ago (h, d, w, y); age<7d
 *	expires<30d   ends within; expires>1y; expires: it ends at all
 *	used<30d      somebody in it sent mail within; used>90d: the last one
 *	              longer ago; used: mail of it is known at all
 *	unused>90d    the logs that were read show nobody in it for so long
 *	state:new     not in the last revision; state:committed
 *	problem:wide  see filter_problems; problem: any of them
 *	!word         the word is not true
 *	"two words"   a text with blanks, also behind a colon
 */
#ifndef TUI_FILTER_WORDS_H
#define TUI_FILTER_WORDS_H

#include "policy/net.h"

enum filter_kind {
	FILTER_TEXT,
	FILTER_ADDRESS,
	FILTER_NOTE,
	FILTER_COMMENT,
	FILTER_OWNER,
	FILTER_TICKET,
	FILTER_SOURCE,
	FILTER_STATE,
	FILTER_PROBLEM,
	FILTER_AGE,
	FILTER_EXPIRES,
	FILTER_USED,
	FILTER_UNUSED,
};

enum filter_problem {
	PROBLEM_WIDE,      /* wider than an import takes without a yes */
	PROBLEM_PRIVATE,   /* no address of the Internet */
	PROBLEM_EVERYBODY, /* a whole family */
	PROBLEM_DOMAIN,    /* costs a look-up at each connection */
	PROBLEM_UNKNOWN,   /* a list that there is not */
	PROBLEM_EXPIRED,
	PROBLEM_INSIDE,    /* others of this list cover it */
	PROBLEM_DUPLICATE, /* a list that is included here has it, too */
	PROBLEM_SHADOWED,  /* the NEVER list has an address of it */
	PROBLEMS,
	PROBLEM_ANY = PROBLEMS,
};

extern const char *const filter_problems[]; /* then NULL */
extern const char *const filter_states[];   /* "new", "committed", NULL */

struct filter_word {
	enum filter_kind kind;
	bool not;
	char *text;         /* in lower case; "": anything */
	bool numeric;       /* an IPv4 address or block may have it */
	struct net address; /* FILTER_ADDRESS; text holds it, too */
	bool less;          /* from FILTER_AGE on: < */
	bool any;           /* FILTER_EXPIRES, FILTER_USED: at all */
	int64_t seconds;
	int which;      /* FILTER_STATE, FILTER_PROBLEM: the place in the table */
	int64_t number; /* FILTER_SOURCE: #9; 0: by its text */
};

struct filter {
	struct filter_word *words;
	size_t count, cap;
};

/* Refuses an unknown word with those that there are.  Free in any case. */
bool filter_parse(struct filter *filter, const char *text, struct err *err);
void filter_free(struct filter *filter);
/* Does all that passes the one pass the other, too?  It may be so even if this
 * says no. */
bool filter_within(const struct filter *inner, const struct filter *outer);
/* As text that means the same. */
void filter_add(struct buf *out, const struct filter *filter);

/* "note: comment: ..." */
void filter_add_keys(struct buf *out);

/* Has the text this part, which is in lower case?  ASCII letters are equal in
 * both cases. */
bool filter_text_has(const char *text, const char *part);

#endif

/* The intake of one import: where readers hand on what they find. */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "first_match.h"
#include "policy/note.h"
#include "policy/sort.h"
#include "span.h"

#define LONGEST_LINE 1024

/* Where a reader found a range or a name. */
struct found6 {
	u128 first, last;
	uint32_t line;
};

struct found_name {
	char *name;
	uint32_t line;
};

/* Everything that was found, in the order of the source. */
struct found {
	struct found4 *v4;
	struct found6 *v6;
	struct found_name *domains, *lists;
	size_t v4_count, v6_count, domain_count, list_count;
	size_t v4_cap, v6_cap, domain_cap, list_cap;
};

struct intake {
	struct import *import;
	const struct import_rules *rules;
	const struct source *source;
	struct found found;
	const char *at; /* where the next line begins */
	char end;       /* what ends a line */
	bool stopped;   /* stop says why */
	struct err stop;
	struct first_match match; /* rows whose order matters */
	const char *comment; /* for entries without one; or NULL */
	size_t comment_len;
	size_t column; /* where the mistake is */
	/* Of the present item; here, so that none of it is cleared for every
	 * line. */
	struct entry entry;
	struct note_texts notes;
	struct err why;
};

void found_free(struct found *found);

void intake_open(struct intake *intake, struct import *import,
    const struct import_rules *rules, const struct source *source);

/* At the end: what rows whose order matters come to. */
void intake_settle(struct intake *intake);

/* intake_line() for lines of at most LONGEST_LINE bytes; longer ones are bad.
 */
bool intake_short_line(struct intake *intake, struct item *item,
    const char *marks);
/* Adds to why the text was taken for what it is: what the reader chose. */
void intake_say(struct intake *intake, const char *text);

/* Notes what DNS was asked, for the record. */
void intake_asked(struct intake *intake, const char *kind, const char *name);

/* By the import's rules, and with what is worth saying when it is none. */
bool intake_parse_net(struct intake *intake, struct span text,
    struct net *net, struct err *err);
/* Does the line begin with a blank (and so, for many, go on with the one
 * before)? */
bool intake_indented(const struct intake *intake, const struct item *item);

/* Cuts off blanks, tabs and CRs at both ends. */
void text_trim(const char **text, size_t *len);

#endif

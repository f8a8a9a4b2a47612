/* The intake of one import: where readers hand on what they find. */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "format.h"

#define LONGEST_LINE 1024

struct intake {
	struct import *import;
	const struct import_rules *rules;
	const struct source *source;
	const char *at; /* where the next line begins */
	char end;       /* what ends a line */
	bool stopped;   /* stop says why */
	struct err stop;
	const char *comment; /* for entries without one; or NULL */
	size_t comment_len;
	/* Of the present item; here, so that none of it is cleared for every
	 * line. */
	struct entry entry;
	char text[LONGEST_LINE + 1];
};

void intake_open(struct intake *intake, struct import *import,
    const struct import_rules *rules, const struct source *source);

/* Cuts off blanks, tabs and CRs at both ends. */
void text_trim(const char **text, size_t *len);

#endif

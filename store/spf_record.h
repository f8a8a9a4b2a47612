/* One SPF record (RFC 7208): what its terms mean to a list. */
#ifndef STORE_SPF_RECORD_H
#define STORE_SPF_RECORD_H

#include "joined.h"

#define SPF_LOOKUPS 10 /* the most; RFC 7208 4.6.4, as all of these */
#define SPF_VOIDS 2    /* that find nothing */
#define SPF_SERVERS 10 /* of one mx */

/* What is asked about a record of the source, and those that it leads to. */
struct spf_check {
	struct intake *intake;
	size_t lookups, voids;
	bool ended; /* a receiver gives up; it was said why */
};

/* A record of the source, or one that DNS gave. */
struct spf_record {
	struct spf_check *check;
	struct spf_record *outer; /* that names it; NULL: of the source */
	struct span domain;       /* whose it is; len 0: not known */
	struct item item;         /* the term that led here */
	bool redirected; /* by redirect=: it takes the outer one's place */
};

/* One of its terms. */
struct term {
	struct spf_record *record;
	struct item item;
	struct span text;
	struct span name;
	struct span value; /* behind ':', '=' or '/', with the '/' */
	bool denied;       /* by -, ~ or ? */
};

/* Hands on each term of a record of the source that begins with v=spf1;
 * domain: whose it is, if that is known. */
void spf_take(const struct joined *record, struct spot *spot,
    struct intake *intake, struct span domain);

/* --- between spf_record.c and spf_resolve.c ------------------------------- */

/* All terms of a record that DNS gave. */
void spf_take_answer(struct spf_record *record, struct span text);

/* A term that is wrong, or rightly not taken. */
void term_bad(const struct term *term, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void term_left(const struct term *term, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* May and can DNS be asked about it?  If it may and cannot, that was said. */
bool spf_may_ask(const struct term *term);
/* a, mx, include: and redirect=: what DNS says is taken. */
void spf_resolve_a(struct term *term);
void spf_resolve_mx(struct term *term);
void spf_resolve_record(struct term *term, bool redirected);

#endif

/* The formats that lists come in and go out as: one file and one row each.
 *
 * A reader walks over the text and hands each thing it finds to the intake,
 * which judges, counts and keeps it.  It decides nothing about duplicates,
 * widths or targets, and copies nothing. */
#ifndef STORE_FORMAT_H
#define STORE_FORMAT_H

#include "import.h"
#include "policy/policy.h"
#include "source.h"

/* Where something stood, and what its line says beside it.  All borrowed, for
 * the one call. */
struct item {
	size_t line;      /* from 1 */
	size_t column;    /* of the text, in bytes from 1 */
	const char *text; /* the line or cell, for messages */
	size_t len;
	const char *comment; /* NULL: none; not checked yet */
	size_t comment_len;
	const char *owner, *ticket; /* NULL: none */
	size_t owner_len, ticket_len;
	const char *expires; /* "2026-12-31", ten characters, or NULL */
	bool denied; /* the source says "not these": !, REJECT, a deny list */
	/* NULL, or why it decides nothing though it hides what later rows say:
	 * DUNNO.  Not copied. */
	const char *undecided;
};

struct intake;

/* The next line, blanks around it cut off, blank and comment lines left out
 * and counted ('#' and ';' begin a comment line if they are in marks).  False
 * at the end, and when the import is to stop. */
bool intake_line(struct intake *intake, struct item *item, const char *marks);

/* Text that must be an entry: address, block, mask, range, domain:, list:. */
void intake_entry(struct intake *intake, const struct item *item,
    const char *text, size_t len);
void intake_net(struct intake *intake, const struct item *item,
    const struct net *net);
/* A client's domain, without "domain:" before it. */
void intake_domain(struct intake *intake, const struct item *item,
    const char *text, size_t len);
/* A row for a routing list: "example.com", "#example.com". next_hop NULL:
 * none. */
void intake_route(struct intake *intake, const struct item *item,
    const char *domain, size_t len, enum route_action action,
    const char *next_hop);

/* A line that is wrong: why, and what was probably meant. */
void intake_bad(struct intake *intake, const struct item *item,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Understood, and rightly not taken: a mechanism that needs DNS, a service
 * that was not asked for. */
void intake_left(struct intake *intake, const struct item *item,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Of a format without lines of its own: how far it is; false: stop. */
bool intake_go_on(struct intake *intake, size_t done);

const struct import_rules *intake_rules(const struct intake *intake);

struct format {
	const char *name;  /* "postfix-cidr" */
	const char *title; /* "Postfix cidr table" */
	/* How sure, from 0 (it is not) to 100, after a look at no more than
	 * the first 64 KiB; the reason is added to why. */
	int (*sniff)(const struct source *source, struct buf *why);
	/* NULL: only written.  False when the whole cannot be read. */
	bool (*read)(struct intake *intake, const struct source *source,
	    struct err *err);
	/* NULL: only read. */
	bool (*write)(struct buf *buf, const struct entries *entries,
	    struct err *err);
	/* NULL: it has no whole servers.  Adds those that it has to a policy
	 * that is empty; what of them a server cannot hold is left or bad. */
	bool (*read_policy)(struct policy *policy, struct intake *notes,
	    const struct source *source, struct err *err);
	/* The first row that covers an address decides; else each row is for
	 * itself, and a denied one is left out. */
	bool first_match;
	/* With first_match: the narrowest row that covers it decides, wherever
	 * it stands (tables that are asked for ever shorter keys). */
	bool narrowest;
	/* What is written as is must be read back as the same entries. */
	bool round_trip;
	/* Or at least as the same addresses. */
	bool keeps_set;
	/* Anybody can rent an address among them, or send from one. */
	bool shared_cloud;
};

extern const struct format *const formats[]; /* NULL ends it */

/* By name; NULL when there is none. */
const struct format *format_find(const char *name);
/* The surest; plain when none is sure; NULL for JSON of no known kind.  Why is
 * added. */
const struct format *format_guess(const struct source *source,
    struct buf *why);
/* ERR_USAGE with the names of those that can be read (written). */
bool format_unknown(const char *name, bool written, struct err *err);
/* Fails: what (with its article) holds only such things, not the entry. */
bool format_cannot_hold(const char *what, const char *only,
    const struct entry *entry, struct err *err);
/* The entries as blocks, one a line with this behind it; first the days of
 * those that count until one only.  what: the format, for the refusal of
 * client domains and lists. */
bool format_write_blocks(struct buf *buf, const struct entries *entries,
    const char *what, const char *behind, struct err *err);
/* A comment line for each entry that counts until a day only, for formats
 * that cannot hold that. */
void format_add_days(struct buf *buf, const struct entries *entries);

#endif

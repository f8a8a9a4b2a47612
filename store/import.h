/* Entries from text that others wrote, judged line by line. */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "policy/policy.h"
#include "policy/set.h"

struct bad_line {
	size_t number; /* from 1 */
	size_t column; /* in bytes from 1; 0: of the whole line */
	char *text;    /* at most 200 bytes of it */
	char *reason;
};

/* Why a line waits for a yes; bits. */
enum hold {
	HOLD_WIDE = 1,      /* wider than the widest that was asked for */
	HOLD_PRIVATE = 2,   /* cannot come from the Internet */
	HOLD_CLOUD = 4,     /* anybody can rent an address there */
	HOLD_EVERYBODY = 8, /* a whole family */
};

#define HOLDS 4

extern const char *const hold_words[]; /* "wide" ... by bit, then NULL */

enum line_kind {
	LINE_KNOWN,   /* an equal entry is there already */
	LINE_TWICE,   /* an equal entry stands on an earlier line */
	LINE_INSIDE,  /* new, but lies inside another entry */
	LINE_HELD,    /* waits for a yes */
	LINE_SKIPPED, /* the caller wants it left out */
};

/* A line about which there is something to say; of the taken and new ones
 * there are too many. */
struct judged_line {
	uint32_t line;
	uint32_t place; /* in the entries, or in those that are held */
	uint32_t other; /* the line of the entry that it equals or lies in */
	uint8_t kind;   /* enum line_kind */
	uint8_t holds;  /* bits of enum hold */
	bool there;     /* what it lies in is there already: other is a place
	                   in what is present */
};

struct wide_line {
	uint32_t line;
	struct net net;
};

#define WIDEST_SHOWN 5

struct import {
	const char *format;     /* the name of what it was read as */
	char *why;              /* why it was taken for that; NULL: named */
	char *choices; /* "services EC2, S3; regions ...", of a provider's
	                  ranges; NULL: none */
	struct buf own;         /* the text, if it had to be recoded */
	const char *text;       /* what was read: own, or the caller's */
	size_t len;
	struct entries entries; /* every good entry, each once */
	struct entries held;    /* those that wait for a yes */
	struct route *routes;   /* rows for a routing list, in order */
	uint32_t *route_lines;
	size_t route_count, route_cap, route_line_cap;
	bool overrules; /* as in the rules */
	struct buf asked; /* "TXT _spf.example, A mail.example": of DNS */
	size_t lines;
	size_t added;    /* not there yet */
	size_t known;    /* an equal entry is there already */
	size_t repeated; /* an equal entry stands on an earlier line */
	size_t inside;   /* of the added: lie inside another entry */
	size_t holding;  /* wait for a yes */
	size_t hold_counts[HOLDS]; /* by bit */
	size_t skipped;  /* left out because the caller said so */
	size_t blank;    /* empty or comment */
	struct judged_line *judged; /* in the order of the entries */
	size_t judged_count, judged_cap;
	struct wide_line widest[WIDEST_SHOWN]; /* of the new and the held */
	size_t widest_count;
	struct bad_line *bad;   /* every bad line, in order */
	size_t bad_count, bad_cap;
	struct bad_line *left;  /* understood and rightly not taken */
	size_t left_count, left_cap;
};

/* Lines of a source, in order. */
struct line_set {
	const uint32_t *lines;
	size_t count;
};

struct dns;

struct import_rules {
	const char *format; /* NULL: auto */
	const char *name;   /* of the file, to guess by; NULL: unknown */
	bool widen;
	bool denied; /* take what the source denies, not what it allows */
	bool expand; /* a small mask with holes: the addresses it means */
	const char *column;           /* of a table: name or number from 1 */
	const char *service, *region; /* of a provider's ranges; NULL: all */
	unsigned port;                /* of a provider's ranges; 0: all */
	/* Of a relay list without addresses: "open", "closed"; NULL: refused */
	const char *null_means;
	const char *comment; /* for every entry that has none; NULL: none */
	const struct dns *dns; /* for what a source leaves to it; NULL: none */
	/* Rows are judged against its routing list; NULL: against none. */
	const struct server *routing;
	bool overrules; /* other rows for the same domain give way */
	unsigned holds;       /* what is held: bits of enum hold */
	int widest4, widest6; /* prefix lengths; HOLD_WIDE holds wider ones */
	struct line_set accepted; /* lines that are held no more */
	struct line_set skipped;  /* lines that are left out */
	bool skip_held;           /* what is held is left out */
	/* Called now and then with bytes done; false stops the import. */
	bool (*progress)(size_t done, size_t total, void *context);
	void *context;
};

/* A regular file (or "-" for standard input), read once into memory; refuses
 * devices, FIFOs, symbolic links, more than 512 MiB. */
bool import_read_file(struct buf *text, const char *path, struct err *err);

/* Judges the text against what is there.  False only when nothing could be
 * judged (not text, unknown format, stopped); bad lines are in the result.  The
 * text must stay for as long as the result. */
bool import_judge(struct import *import, const char *text, size_t len,
    const struct import_rules *rules, const struct entries *present,
    struct err *err);
void import_free(struct import *import);

/* The places of the judged lines of some kinds (bits: 1 << LINE_HELD), in the
 * order of the lines; the caller frees them. */
uint32_t *import_judged(const struct import *import, unsigned kinds,
    size_t *count);

/* Finds lines of what was read; those that come later quickly.  Begin with
 * {import}. */
struct line_finder {
	const struct import *import;
	const char *at;
	size_t number;
};

/* A line, from 1, as it stands there; false when there is none. */
bool line_finder_go(struct line_finder *finder, size_t number,
    const char **text, size_t *len);

/* Why a range would be held: bits of enum hold. */
unsigned hold_net(const struct import_rules *rules, const struct set *routable,
    const struct net *net);
/* "wider than /16; private or reserved ...": why a line is held. */
void hold_add_reasons(struct buf *buf, const struct import_rules *rules,
    unsigned holds, const struct net *net);
/* "wide,private" as bits; false with the words there are. */
bool hold_parse(unsigned *holds, const char *words, struct err *err);
/* The whole servers of a source, into the policy as a document is merged; what
 * they have that a server cannot hold is in the notes, as left or bad lines. */
bool import_servers(struct policy *policy, const char *text, size_t len,
    const struct import_rules *rules, struct import *notes, struct err *err);

/* The list back, one entry a line; merged: as the fewest blocks. */
bool export_entries(struct buf *buf, const struct entries *entries,
    const char *format, bool merged, struct err *err);

#endif

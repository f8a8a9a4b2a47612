/* Entries from text that others wrote, judged line by line. */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "policy/policy.h"

struct bad_line {
	size_t number; /* from 1 */
	char *text;    /* at most 200 bytes of it */
	char *reason;
};

struct import {
	const char *format;     /* the name of what it was read as */
	char *why;              /* why it was taken for that; NULL: named */
	struct entries entries; /* every good entry, each once */
	struct route *routes;   /* rows for a routing list, in order */
	size_t route_count, route_cap;
	size_t lines;
	size_t added;    /* not there yet */
	size_t known;    /* an equal entry is there already */
	size_t repeated; /* an equal entry stands on an earlier line */
	size_t blank;    /* empty or comment */
	struct bad_line *bad;   /* every bad line, in order */
	size_t bad_count, bad_cap;
	struct bad_line *left;  /* understood and rightly not taken */
	size_t left_count, left_cap;
};

struct import_rules {
	const char *format; /* NULL: auto */
	const char *name;   /* of the file, to guess by; NULL: unknown */
	bool widen;
	bool denied; /* take what the source denies, not what it allows */
	bool expand; /* a small mask with holes: the addresses it means */
	const char *column;           /* of a table: name or number from 1 */
	const char *service, *region; /* of a provider's ranges; NULL: all */
	unsigned port;                /* of a provider's ranges; 0: all */
	const char *comment; /* for every entry that has none; NULL: none */
	/* Called now and then with bytes done; false stops the import. */
	bool (*progress)(size_t done, size_t total, void *context);
	void *context;
};

/* A regular file (or "-" for standard input), read once into memory; refuses
 * devices, FIFOs, symbolic links, more than 512 MiB. */
bool import_read_file(struct buf *text, const char *path, struct err *err);

/* Judges the text against what is there.  False only when nothing could be
 * judged (not text, unknown format, stopped); bad lines are in the result. */
bool import_judge(struct import *import, const char *text, size_t len,
    const struct import_rules *rules, const struct entries *present,
    struct err *err);
void import_free(struct import *import);

/* The list back, one entry a line; merged: as the fewest blocks. */
bool export_entries(struct buf *buf, const struct entries *entries,
    const char *format, bool merged, struct err *err);

#endif

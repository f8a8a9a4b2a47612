/* What people note beside an entry.  One row for each: documents, "set", forms
 * and lists read it. */
#ifndef POLICY_NOTE_H
#define POLICY_NOTE_H

#include "entries.h"

enum note_kind {
	NOTE_COMMENT,
	NOTE_OWNER,
	NOTE_TICKET,
	NOTE_EXPIRES, /* the last day on which the entry counts, UTC */
	NOTES,
};

struct note_kind_row {
	const char *name; /* "expires", as in a policy document */
	const char *label;
	size_t most; /* bytes of the text */
	const char *help;
};

extern const struct note_kind_row note_kinds[]; /* by kind, then name NULL */

/* Notes that an entry may borrow while they stay. */
struct note_texts {
	char comment[1001], owner[201], ticket[201];
	int32_t expires;
};

void note_texts_clear(struct note_texts *texts);
/* "" clears it; refused with the reason. */
bool note_texts_set(struct note_texts *texts, enum note_kind kind,
    const char *text, size_t len, struct err *err);
/* The entry's notes are these from now on. */
void note_texts_lend(const struct note_texts *texts, struct entry *entry);

/* The place of the name in note_kinds, or -1. */
int note_find(const char *name, size_t len);

/* Has the entry any? */
bool note_any(const struct entry *entry);
/* Any but a comment? */
bool note_more(const struct entry *entry);
bool note_equal(const struct entry *a, const struct entry *b);
/* Adds it as text, nothing when there is none. */
void note_add(struct buf *buf, const struct entry *entry, enum note_kind kind);

/* An entry of its own with all its texts in one piece of memory; free(). */
struct entry *note_keep(const struct entry *entry);

/* --- days ----------------------------------------------------------------- */

/* "2026-12-31" as days since 1970-01-01; 0 is none. */
bool day_parse(int32_t *day, const char *text, size_t len, struct err *err);
void day_add(struct buf *buf, int32_t day);
/* Of seconds since 1970, UTC. */
int32_t day_of(int64_t seconds);

#endif

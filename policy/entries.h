/* A set of entries: addresses, blocks, ranges, client domains, named lists.
 * Compared by value and kept sorted, so there is one of each; a comment may
 * sit beside any of them.  {0} is empty. */
#ifndef POLICY_ENTRIES_H
#define POLICY_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain.h"
#include "net.h"

enum entry_kind {
	ENTRY_NET,
	ENTRY_DOMAIN, /* a client's verified host name */
	ENTRY_LIST,
};

struct entry {
	enum entry_kind kind;
	int32_t expires; /* the last day, since 1970, it counts; 0: for ever */
	struct net net;  /* ENTRY_NET */
	const char *comment, *owner, *ticket; /* borrowed; NULL for none */
	char name[DOMAIN_SIZE]; /* ENTRY_DOMAIN, ENTRY_LIST; the last member */
};

struct range4 {
	uint32_t first, last;
};

struct range6 {
	u128 first, last;
};

struct note {
	struct entry *entry; /* as of note_keep() */
};

struct entries {
	struct range4 *v4; /* by first, then last */
	struct range6 *v6;
	char **domains; /* A-labels, by strcmp */
	char **lists;   /* names of lists, by strcmp */
	struct note *notes; /* sparse, in the order of the entries */
	size_t v4_count, v6_count, domain_count, list_count, note_count;
	size_t v4_cap, v6_cap, domain_cap, list_cap, note_cap;
};

#define ENTRY_NOWHERE ((size_t)-1)

/* As good as zeros; a long name need not be cleared for every address. */
void entry_clear(struct entry *entry);

/* "192.0.2.0/24", "domain:example.com", "list:NAME"; see net_parse(). */
bool entry_parse(struct entry *entry, const char *text, size_t len,
    unsigned rules, struct err *err);
void entry_add(struct buf *buf, const struct entry *entry);
int entry_compare(const struct entry *a, const struct entry *b);

size_t entries_count(const struct entries *entries);

/* The entry at a place from 0 to entries_count() - 1: IPv4, IPv6, domains,
 * lists.  Its comment stays ours.  Costs log of the number of comments. */
void entries_at(const struct entries *entries, size_t place,
    struct entry *entry);

/* The text of the entry at a place, without looking for its comment. */
void entries_add_text(struct buf *buf, const struct entries *entries,
    size_t place);

/* All of them in that order, one at a call, at the same small cost each:
 * begin with {entries}; the entries must not change meanwhile. */
struct entries_walk {
	const struct entries *entries;
	size_t place, note;
};

bool entries_next(struct entries_walk *walk, struct entry *entry);
/* Moves on to a later place. */
void entries_skip(struct entries_walk *walk, size_t place);
/* The same at a smaller cost while IPv4 without notes is next, else false. */
bool entries_next_v4(struct entries_walk *walk, struct range4 *range);

/* The place of the equal entry, or ENTRY_NOWHERE. */
size_t entries_find(const struct entries *entries, const struct entry *entry);

/* Adds, or sets the comment of the equal entry.  Says whether it was new. */
bool entries_add(struct entries *entries, const struct entry *entry);
bool entries_remove(struct entries *entries, const struct entry *entry);

/* In bulk: append any number in any order, then settle once.  Until then the
 * other calls must not be used.  Of equal entries the first comment stays;
 * entries_settle() says how many were dropped as equal. */
void entries_append(struct entries *entries, const struct entry *entry);
/* The same of a block alone, as set_blocks() calls it: context is entries. */
void entries_append_block(const struct net *block, void *context);
void entries_append_all(struct entries *to, const struct entries *from);
size_t entries_settle(struct entries *entries);
/* Its comment alone. */
void entries_append_note(struct entries *entries, const struct entry *entry);
/* Drops comments of what is not there. */
void entries_drop_notes(struct entries *entries);

/* Those of one that the other has not, appended to what is empty. */
void entries_subtract(struct entries *left, const struct entries *of,
    const struct entries *in);

struct entry_edit {
	struct entry entry; /* its comment, with add, becomes the comment */
	bool add;           /* else it goes; no error when it is not there */
};

/* The fewest edits that make one of the other, if that takes no more than
 * most, else ENTRY_NOWHERE.  Their comments are those of the entries. */
size_t entries_edits(const struct entries *from, const struct entries *to,
    struct entry_edit *edits, size_t most);

void entries_copy(struct entries *to, const struct entries *from);
void entries_free(struct entries *entries);
bool entries_equal(const struct entries *a, const struct entries *b);

/* Is the list of that name among them? */
bool entries_include(const struct entries *entries, const char *list);

#endif

/* Which entries pass a filter. */
#ifndef TUI_ENTRY_SIFT_H
#define TUI_ENTRY_SIFT_H

#include "entry_facts.h"
#include "filter_words.h"

struct sift {
	struct filter filter;
	bool narrower; /* than before it was aimed */
	struct entries_walk walk; /* rows in order cost less */
	/* The one that is looked at, kept: to clear it each time costs more
	 * than to look. */
	struct entry entry;
	struct buf text;
};

/* Understands the words and finds out what they need; *waiting when that is
 * still under way. */
bool sift_aim(struct sift *sift, struct entry_facts *facts, const char *text,
    bool *waiting, struct err *err);
bool sift_passes(struct sift *sift, const struct entry_facts *facts,
    size_t place);
void sift_clear(struct sift *sift);

#endif

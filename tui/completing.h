/* The inside of the completion: kinds of words, and who offers them. */
#ifndef TUI_COMPLETING_H
#define TUI_COMPLETING_H

#include "complete.h"

/* What a word can be, as bits. */
enum kind_of_word {
	COMMANDS = 1 << 0,
	VERBS = 1 << 1,
	SERVERS = 1 << 2,
	GATEWAYS = 1 << 3,
	GROUPS = 1 << 4,
	LISTS = 1 << 5,
	INVARIANTS = 1 << 6,
	TARGETS = 1 << 7,
	OPTIONS = 1 << 8,
	PRESETS = 1 << 9,
	KEYS = 1 << 10,
	REPEATED = 1 << 11, /* the last place of a row stands for all later */
	REVISIONS = 1 << 12,
	ASIDES = 1 << 13,
	SOURCES = 1 << 14,
	FORMATS_READ = 1 << 15,
	FORMATS_WRITTEN = 1 << 16,
	CODES = 1 << 17,
	HELD_KINDS = 1 << 18,
	SCREENS = 1 << 19,
	KINDS = 1 << 20,      /* "server" */
	OF_KIND = 1 << 21,    /* names of the kind that was said */
	OBJECTS = 1 << 22,    /* "server:internet" */
	GENERATIONS = 1 << 23,
	FILES = 1 << 24,
	FOLDERS = 1 << 25,
};

struct completing {
	struct offers *found;
	const char *begun;
	struct buf kept; /* of the word, before what is offered */
	const struct command *commands, *command;
	const struct words *before;
	const struct known *known;
};

/* An option as the usage of a command has it. */
struct usage_option {
	const char *name; /* "--rev", not ended */
	size_t len;
	const char *value; /* "N]...", or NULL: it takes none */
	bool again; /* may be said more than once */
};

/* The next one of the text; *at moves behind it. */
bool usage_option_next(const char **at, struct usage_option *option);
/* By "--rev", "--rev=3"; false when the usage has no such. */
bool usage_option_find(const char *usage, const char *word,
    struct usage_option *option);

void offer(struct completing *c, const char *word, const char *what);
void offer_kinds(struct completing *c, unsigned kinds);

#endif

/* Parts of the reading of an OpenSMTPD's smtpd.conf, for adopt_smtpd.c. */
#ifndef TUI_ADOPT_SMTPD_H
#define TUI_ADOPT_SMTPD_H

#include "adopt_settle.h"

#define MOST_WORDS 1000000
#define MOST_FILTERS 1000

/* A statement as words: names in quotes without them, and "{", "}", "!" and
 * "=" by themselves; macros are filled in, commas left out. */
struct smtpd_words {
	char **words;
	size_t count, cap;
};

struct smtpd {
	const struct fetched_files *files;
	struct smtpd_words *statements;
	size_t count, cap;
	struct asked *asked;
	size_t read; /* words so far: macros and files can grow without end */
	const char *tag;    /* of the listener that is asked about, or "" */
	const char *domain; /* of the recipient; "" for one of no list */
	bool far;           /* domains are gathered: the first question */
};

/* Statements of a file and of those that it includes. */
void smtpd_parse(struct smtpd *smtpd, const char *text, unsigned depth);
void smtpd_free(struct smtpd *smtpd);
/* The statement "KIND NAME ...", or NULL. */
const struct smtpd_words *smtpd_find(const struct smtpd *smtpd,
    const char *kind, const char *name);

/* The keys of "<table>", "{ a, b }" or a single word from a place on; moves
 * the place behind it.  False, with a note, when a table cannot be read. */
bool smtpd_keys(struct smtpd *smtpd, const struct smtpd_words *s, size_t *at,
    struct smtpd_words *keys);
/* The words between blanks and line ends. */
void smtpd_split(struct smtpd_words *words, const char *text);
void smtpd_words_free(struct smtpd_words *words);
/* The clients among the keys. */
void smtpd_clients(struct smtpd *smtpd, const struct smtpd_words *keys,
    struct set *who);

/* Who may send to the domain that is asked about, by the match rules; the name
 * of the action for it, or NULL. */
const char *smtpd_rules(struct smtpd *smtpd, struct let *let);
/* Takes those away whom the filters of a listener refuse. */
void smtpd_filters(struct smtpd *smtpd, const struct smtpd_words *names);

#endif

/* Parts of the reading of an Exim's configuration, for adopt_exim.c. */
#ifndef TUI_ADOPT_EXIM_H
#define TUI_ADOPT_EXIM_H

#include "adopt_settle.h"

/* Lists and ACLs within others for one question, at most. */
#define MOST_NESTED 10000

enum exim_section {
	EXIM_MAIN,
	EXIM_ACL,
	EXIM_ROUTERS,
	EXIM_AUTHENTICATORS,
	EXIM_OTHER,
};

struct exim_line {
	enum exim_section section;
	char *text; /* without blanks at both ends */
};

/* A host list that was read before: many questions ask the same ones. */
struct exim_hosts {
	char *text;
	struct set who;
	struct entries names;
};

struct exim {
	const struct fetched_files *files;
	struct exim_line *lines;
	size_t line_count, line_cap;
	struct exim_hosts *hosts;
	size_t host_count, host_cap;
	struct asked *asked;
	unsigned port;      /* of the listeners that are asked about */
	const char *domain; /* of the recipient; "" for one of no list */
	unsigned nested;    /* lists and ACLs that this question came to */
	unsigned depth;     /* of lists within lists, or ACLs in ACLs */
	bool far; /* domains and names are gathered: the first question */
};

/* A main option as Exim has it, or "" (borrowed until the next call). */
const char *exim_option(const struct exim *exim, const char *name,
    char *value, size_t size);
/* What "hostlist NAME =", "domainlist NAME =" says, or NULL; NULL, too,
 * after so many that they must go round. */
const char *exim_named(struct exim *exim, const char *kind,
    const char *name);

/* Works out ${if ...} of ports and files, and the host's own name.  False when
 * there is more in it. */
bool exim_expand(const struct exim *exim, const char *text, struct buf *to);
/* "yes", "1", "true"; false when it can be neither told nor worked out. */
bool exim_truth(const struct exim *exim, const char *text, bool *is);

/* The next item of a list: a doubled separator stands for itself, "<;" at the
 * beginning chooses another one. */
struct exim_list {
	const char *at;
	char separator;
	bool done;
};

void exim_list_begin(struct exim_list *list, const char *text);
bool exim_list_next(struct exim_list *list, struct buf *item);
/* A line of a file: an item.  "#" begins a comment at its beginning or behind
 * a blank. */
bool exim_list_line(const char **text, struct buf *item);

/* The clients of a host list; false when nothing of it could be read. */
bool exim_host_list(struct exim *exim, const char *text,
    const struct exim_hosts **hosts);
/* Is the domain that is asked about in the domain list? */
bool exim_domain_list(struct exim *exim, const char *text);

/* Who passes an ACL (its name, or "" for none at all). */
void exim_acl(struct exim *exim, const char *name, bool otherwise,
    struct let *let);

#endif

/* A server of a policy from the answers that a mail server would give. */
#ifndef TUI_ADOPT_SETTLE_H
#define TUI_ADOPT_SETTLE_H

#include "adopt.h"
#include "policy/set.h"

/* Domains that are asked about, at most. */
#define MOST_DOMAINS 3000

/* Who is let through: [0] without having logged on, [1] having logged on. */
struct let {
	struct set who[2];
};

void let_all(struct let *let);
void let_free(struct let *let);
void let_copy(struct let *to, const struct let *from);
/* Both of them, of each of the two. */
void let_union(struct let *to, const struct let *other);
void let_intersect(struct let *to, const struct let *other);
void let_subtract(struct let *to, const struct let *other);
bool let_empty(const struct let *let);
/* Leaves those alone who have logged on, or have not. */
void let_only(struct let *let, bool logged_on);

struct asked {
	struct adoption *adoption;
	char name[128]; /* "port 25": what notes begin with */
	struct server *server; /* what is found goes there */
	/* Who may send mail for the domain; "" is one that is mentioned
	 * nowhere.  Clients that are let through or refused by name go to the
	 * two lists here, those of "" alone. */
	void (*ask)(void *context, const char *domain, struct let *let);
	/* What becomes of accepted mail for it: sets action and next hop. */
	void (*delivery)(void *context, struct route *row);
	void *context;
	struct let connect; /* who is not refused before any recipient */
	struct entries let_names, refused_names;
	struct entries seen; /* addresses as an administrator wrote them */
	char **domains;      /* that are mentioned, without order */
	size_t domain_count, domain_cap;
};

/* A line, once. */
void asked_note(struct asked *asked, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void asked_add_domain(struct asked *asked, const char *text, size_t len);

/* Fills connection control, relay restrictions and routing of the server. */
void adopt_settle(struct asked *asked);
void asked_clear(struct asked *asked);

/* "mx1-25" and the like, as names of servers may be; the caller frees it. */
char *adopt_name(const struct adoption *adoption, const char *service);

/* Is the listener one of "ours", those that were pushed from here? */
bool adopt_is_ours(const struct fetched_files *files,
    const struct listener *listener);

#endif

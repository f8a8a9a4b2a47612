/* What becomes of recipients of a domain on one listener, as the files of a
 * gateway say. */
#ifndef REMOTE_TREATMENT_H
#define REMOTE_TREATMENT_H

#include "dialect.h"

enum domain_fate {
	FATE_FOREIGN,  /* as of any other domain */
	FATE_REJECTED,
	FATE_ACCEPTED, /* from whoever may connect */
	FATE_MIXED,    /* none of these */
};

enum domain_way {
	WAY_USUAL, /* that of any other domain, or of none */
	WAY_HERE,
	WAY_MX,
	WAY_HOP,
};

struct treatment {
	enum domain_fate fate;
	enum domain_way way;
	char hop[300]; /* of WAY_HOP: "host:25" */
};

/* What is asked about. */
struct recipients {
	const char *const *domains; /* folded */
	size_t count;
	bool anonymous; /* clients need not log on */
};

bool treatment_equal(const struct treatment *a, const struct treatment *b);
/* "rejected", "delivered here", "as any other domain". */
void treatment_add(struct buf *buf, const struct treatment *treatment);

/* What a dialect knows to answer: the clients from whom a plain recipient of the
 * domain is accepted, and where its mail goes; fate stays as it is. */
struct treating {
	void (*accepted)(void *context, const char *domain,
	    bool authenticated, struct set *clients);
	void (*way)(void *context, const char *domain,
	    struct treatment *treatment);
	void *context;
};

void treat_all(const struct treating *treating,
    const struct recipients *recipients, struct treatment *found);

/* Is the domain in "inbound", which two dialects have in common? */
bool treatment_is_here(const struct rendering *rendering, const char *domain);
/* "host:25", "[192.0.2.1]:25", "[2001:db8::1]:25" */
void treatment_set_hop(struct treatment *treatment, const char *text,
    size_t len);

/* Domains that the routing lists of a rendering name. */
struct named_domain {
	char *token; /* where and how; equal ones say the same */
	const char *domain; /* in it */
};

struct named_domains {
	struct named_domain *items; /* by strcmp of the tokens */
	size_t count, cap;
};

void named_domains_read(struct named_domains *named,
    const struct rendering *rendering);
void named_domains_free(struct named_domains *named);

/* Names, sorted, each once, those with few labels first. */
struct domain_list {
	char **items;
	size_t count, cap;
};

/* All of them; those of which only one of the two says it so. */
void domain_list_add(struct domain_list *list,
    const struct named_domains *named);
void domain_list_add_other(struct domain_list *list,
    const struct named_domains *a, const struct named_domains *b);
void domain_list_settle(struct domain_list *list);
void domain_list_free(struct domain_list *list);

#endif

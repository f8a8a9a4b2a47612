/* Domains that the files of a gateway treat otherwise than a policy. */
#ifndef REMOTE_DOMAIN_DRIFT_H
#define REMOTE_DOMAIN_DRIFT_H

#include "treatment.h"

struct domain_change {
	char *domain;
	/* The domain itself, its subdomains. */
	struct treatment there[2], here[2];
	bool differs[2];
	struct treatment above; /* there, of subdomains of its parent */
};

struct domain_changes {
	struct domain_change *items; /* those with few labels first */
	size_t count, cap;
	size_t unasked; /* more domains, which nobody looked at */
};

#define DOMAINS_ASKED 2000

/* Of one listener of the server; here is what the policy renders to. */
bool domain_changes_find(struct domain_changes *changes,
    const struct site *site, const struct server *server,
    const struct rendering *there, const struct rendering *here,
    struct err *err);
void domain_changes_free(struct domain_changes *changes);

/* A line for each, with this in front. */
void domain_changes_add(struct buf *buf, const struct domain_changes *changes,
    const char *indent);

/* Makes the server's routing list treat them as they are there, as far as rows
 * can; new ones have the comment.  True when a row changed: then there may be
 * new changes to find, for subdomains of them. */
#define DOMAIN_PASSES 8
bool domain_changes_take(const struct domain_changes *changes,
    struct server *server, const char *comment);

#endif

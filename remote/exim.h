/* What the files of the Exim dialect share.  No other folder's door.
 *
 * Nothing of a policy but names of servers, numbers and addresses stands in the
 * text of the configuration, because Exim expands that; all else is in files
 * that it looks things up in, which it does not expand. */
#ifndef REMOTE_EXIM_H
#define REMOTE_EXIM_H

#include "site.h"

/* The gateway puts the folder of the generation in its place, so that the text
 * and the files that it names change at one moment. */
#define EXIM_CURRENT "/var/lib/relayadm/current/"
/* More rows than this go into an indexed file, made on the gateway: others are
 * read from the beginning at each look-up. */
#define EXIM_FLAT_ROWS 2000

/* Replies.  RFC 5321 4.2.3, RFC 3463, RFC 4954 6, RFC 3207 4. */
#define EXIM_REFUSED "554 5.7.1 Connection refused"
#define EXIM_LOG_IN "530 5.7.0 Authentication required"
#define EXIM_START_TLS "530 5.7.0 Must issue a STARTTLS command first"
#define EXIM_REJECTED "550 5.7.1 Recipient domain refused"
#define EXIM_DENIED "550 5.7.1 Unable to relay"

/* Conditions of an access control list that say whether the client is in a
 * slot; each is true by itself.  NULL where there is nothing to look up. */
struct client_tests {
	char *addresses;
	char *names;
};

/* Writes the files of the slot into the rendering. */
void exim_render_clients(const struct site *site, const struct server *server,
    const char *slot, struct rendering *rendering, struct client_tests *tests);
void client_tests_free(struct client_tests *tests);

/* Writes the file of the routing list; the text looks up the action of the
 * recipient's domain, or is NULL when there are no rows. */
char *exim_render_routes(const struct server *server,
    struct rendering *rendering);

/* The access control lists of a server, which end in _NUMBER. */
void exim_render_acl(const struct site *site, const struct server *server,
    unsigned number, struct rendering *rendering, struct buf *acl);

/* Files "delivery", "inbound" and what routes by them. */
void exim_render_delivery(const struct site *site,
    struct rendering *rendering);

bool exim_reach(const struct rendering *rendering,
    const struct listener *listener, enum reach reach, struct set *set,
    struct err *err);
bool exim_treat(const struct rendering *rendering,
    const struct listener *listener, const struct recipients *recipients,
    struct treatment *found, struct err *err);
bool exim_reread(const struct site *site, const struct rendering *rendering,
    struct err *err);

#endif

/* What the files of the Postfix dialect share.  No other folder's door. */
#ifndef REMOTE_POSTFIX_H
#define REMOTE_POSTFIX_H

#include "site.h"

/* The generation in force is behind this symbolic link. */
#define POSTFIX_CURRENT "/var/lib/relayadm/current/"
/* What the private resolver calls a recipient without a domain. */
#define POSTFIX_NO_DOMAIN "no-domain.relayadm.invalid"
/* More rows than this go into an indexed map, made on the gateway: every smtpd
 * process reads cidr and texthash tables whole and searches cidr line by
 * line. */
#define POSTFIX_FLAT_ROWS 2000

/* Replies.  RFC 5321 4.2.3, RFC 3463, RFC 4954 6. */
#define POSTFIX_REFUSED "554 5.7.1 Connection refused"
#define POSTFIX_LOG_IN "530 5.7.0 Authentication required"
#define POSTFIX_REJECTED "550 5.7.1 Recipient domain refused"
#define POSTFIX_DENIED "550 5.7.1 Unable to relay"

/* Writes the tables of one entry list into the rendering and adds the checks
 * that look into them, "check_client_access cidr:..., ", to checks. */
void tables_render_clients(const struct site *site,
    const struct server *server, const char *slot, const char *result,
    struct rendering *rendering, struct buf *checks);

/* The checks of a server's routing list. */
struct route_checks {
	struct buf reject; /* rows that say reject */
	struct buf accept; /* rows that say inbound or relay */
	struct buf known;  /* for routed recipients, when "." says reject */
	const struct route *every; /* the row "." or NULL */
};

void tables_render_routes(const struct server *server,
    struct rendering *rendering, struct route_checks *checks);
void route_checks_free(struct route_checks *checks);

/* Where accepted mail goes: files "delivery" and "inbound". */
void delivery_render(const struct site *site, struct rendering *rendering);

/* The services of a server's listeners. */
void service_render(const struct site *site, const struct server *server,
    struct rendering *rendering, struct buf *master);
/* The service that resolves addresses for those. */
void service_render_resolver(struct buf *master);

bool postfix_reach(const struct rendering *rendering,
    const struct listener *listener, enum reach reach, struct set *set,
    struct err *err);
bool postfix_treat(const struct rendering *rendering,
    const struct listener *listener, const struct recipients *recipients,
    struct treatment *found, struct err *err);
bool postfix_reread(const struct site *site, const struct rendering *rendering,
    struct err *err);

#endif

/* What the files of the OpenSMTPD dialect share.  No other folder's door.
 *
 * Every decision is made by filters, which see a recipient as it was written;
 * the rules after them say where mail goes, and refuse what is not for the
 * server once more.  Data stands in tables, and never in the configuration. */
#ifndef REMOTE_SMTPD_H
#define REMOTE_SMTPD_H

#include "policy/set.h"

#include "site.h"

/* The gateway puts the folder of the generation in its place, so that the text
 * and the tables that it names change at one moment. */
#define SMTPD_CURRENT "/var/lib/relayadm/current/"

/* More rows than this would make every recipient wait. */
#define SMTPD_ROUTES_MAX 5000

/* A table's first line; else a colon in the second would make it a map. */
#define SMTPD_LIST "# @list\n"

/* Replies.  RFC 5321 4.2.3, RFC 3463, RFC 4954 6. */
#define SMTPD_REFUSED "554 5.7.1 Connection refused"
#define SMTPD_LOG_IN "530 5.7.0 Authentication required"
#define SMTPD_REJECTED "550 5.7.1 Recipient domain refused"
#define SMTPD_DENIED "550 5.7.1 Unable to relay"

/* A server as seen from some of its listeners: those whose address satisfies
 * the "these local addresses" box, or the others. */
struct side {
	const struct site *site;
	const struct server *server;
	bool here;       /* the box is on and satisfied */
	unsigned number; /* in the names of what is the side's: relayadm_1 */
	struct rendering *rendering;
	struct buf *text; /* of the configuration */
	unsigned filters; /* so far */
	struct buf chain; /* their names */
	unsigned places;  /* tables of where mail goes, so far */
};

/* --- tables ------------------------------------------------------------ */

/* Declares the table relayadm_NUMBER_NAME and writes its file.  Nothing for an
 * empty set: false. */
bool smtpd_table_addresses(struct side *side, const char *name,
    const struct set *set);
/* The client domains of a slot as regular expressions. */
bool smtpd_table_names(struct side *side, const char *slot);

/* Rows of the routing list of which none covers a domain of another: all exact
 * ones, or those of so many labels. */
struct tier {
	bool exact;
	unsigned labels;
};

/* In order of precedence, one at a time; from {0}.  "." is in none. */
bool smtpd_next_tier(const struct server *server, struct tier *tier);

struct rows {
	const struct route **items;
	size_t count, cap;
};

/* Adds the rows of the tier; the caller frees items. */
void smtpd_tier_rows(const struct server *server, const struct tier *tier,
    struct rows *rows);

/* Recipients without a route whose domains rows of one tier cover, as regular
 * expressions; false, and no table, without rows. */
bool smtpd_table_recipients(struct side *side, const char *name,
    const struct tier *tier, const struct rows *rows);
/* Only the domains: names for the exact rows, else regular expressions. */
void smtpd_table_domains(struct side *side, const char *name,
    const struct tier *tier, const struct rows *rows);

/* A table of one regular expression. */
void smtpd_table_constant(struct side *side, const char *name,
    const char *expression);

/* A local part that carries no route, in lower case as OpenSMTPD has it. */
#define SMTPD_PLAIN \
	"([^i@%!:][^@%!:]*|i([^m@%!:][^@%!:]*|m([^c@%!:][^@%!:]*" \
	"|c([^e@%!:][^@%!:]*|e([^a@%!:][^@%!:]*)?)?)?)?)"

/* --- the parts of the text --------------------------------------------- */

/* Who may connect and relay: the filters and their chain. */
void smtpd_render_filters(struct side *side);
/* False when the server's lists of client domains leave no way to write them as
 * filters, each of which asks one thing. */
bool smtpd_can_filter(const struct side *side);

/* Where mail goes: the next hops of the gateway, then the rules of a side. */
void smtpd_render_actions(const struct site *site, struct buf *text);
void smtpd_render_rules(struct side *side, struct buf *rules);

/* What a client may do by its address, as filters ask it. */
struct rights {
	struct set open, logged_on; /* may relay; having logged on */
};

/* Only without client domains that count. */
void smtpd_rights(const struct side *side, struct rights *rights);
void rights_free(struct rights *rights);
/* The slot's client domains count on this side. */
bool smtpd_names_count(const struct side *side, const char *slot);

/* --- reading back ------------------------------------------------------ */

bool smtpd_reach(const struct rendering *rendering,
    const struct listener *listener, enum reach reach, struct set *set,
    struct err *err);
bool smtpd_treat(const struct rendering *rendering,
    const struct listener *listener, const struct recipients *recipients,
    struct treatment *found, struct err *err);
bool smtpd_reread(const struct site *site, const struct rendering *rendering,
    struct err *err);

#endif

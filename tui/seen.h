/* Who sent mail that was accepted, and when last, as far as logs were read, and
 * which times they were of.
 *
 * "replay" keeps it in a file beside the database, DATABASE.mail: it is evidence
 * and no part of the policy; whoever removes it loses nothing else. */
#ifndef TUI_SEEN_H
#define TUI_SEEN_H

#include "policy/difference.h"

struct seen_client {
	const char *server; /* of the names */
	int64_t last;       /* UTC seconds */
	u128 addr;
	uint8_t family;
};

/* A time of which logs were read that tell of mail to the server. */
struct seen_span {
	const char *server;
	int64_t from, to; /* UTC seconds */
};

struct seen {
	struct seen_client *items; /* by server and address */
	size_t count, cap;
	size_t settled; /* of them, from the first */
	char **names;   /* of servers: one copy of each, in order */
	size_t name_count, name_cap;
	const char *name; /* asked for last */
	struct seen_span *spans; /* by server and time, apart */
	size_t span_count, span_cap, span_settled;
	bool full; /* more clients than are kept: who is missing says nothing */
	bool changed; /* since it was loaded; as of seen_settle() */
};

/* By address, whatever the server. */
static inline int
seen_compare(const struct seen_client *a, const struct seen_client *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return (a->addr > b->addr) - (a->addr < b->addr);
}

static inline struct net
seen_net(const struct seen_client *client)
{
	return (struct net){ client->family, client->addr, client->addr };
}

/* Beside this database.  Until it is said nothing is read or written. */
void seen_place(const char *database);
/* No file is no error, and nothing was seen; nor is one that is not ours. */
void seen_load(struct seen *seen);
/* The same; false when there is a file and it cannot be read, or is not one of
 * ours. */
bool seen_look(struct seen *seen, struct err *err);
/* Writes nothing when nothing changed. */
bool seen_save(const struct seen *seen, struct err *err);
void seen_free(struct seen *seen);

/* In any order; seen_settle() then keeps the latest of each.  The client is one
 * address. */
void seen_add(struct seen *seen, const char *server, const struct net *client,
    int64_t last);
void seen_add_span(struct seen *seen, const char *server, int64_t from,
    int64_t to);
void seen_settle(struct seen *seen);
/* The latest time of which logs of the server were read, without a gap of more
 * than a long weekend; false: none. */
bool seen_read(const struct seen *seen, const char *server, int64_t *from,
    int64_t *to);

/* "LOSES 1 address that sent mail: 192.0.2.7 at internet, 3 hours ago", when
 * one does that was seen; a line. */
void seen_add_losses(struct buf *buf, const struct difference *difference,
    int64_t now);

#endif

/* What one policy allows and another does not: exactly, by effect, over the
 * whole IPv4 and IPv6 space (relayadm-policy(7), "Differences").
 *
 *	struct difference d;
 *	difference_make(&d, compiled_before, compiled_after);
 *	difference_add_text(&buf, &d, 20);       lines, each ended by \n
 *	set_count(&d.gains[REACH_RELAY], 4)      IPv4 addresses that gain relay
 *	set_count(&d.loses[REACH_RELAY], 6)      IPv6 addresses that lose it
 *	difference_free(&d);
 *
 * The sets are those of clients without a verified host name; what a name
 * changes is in the client domains.  A server that is off, or not there, is
 * one that nobody reaches.  A family that a server does not listen on cannot
 * reach it. */
#ifndef POLICY_DIFFERENCE_H
#define POLICY_DIFFERENCE_H

#include "effect.h"
#include "reach.h"

/* Indexed by enum reach. */
struct difference_sets {
	struct set gains[REACHES];
	struct set loses[REACHES];
};

/* Where "these local addresses" matter: what is true of clients that connect
 * to these. */
struct difference_view {
	struct set local;
	bool satisfied[2]; /* the box: before, after */
	struct difference_sets sets;
};

enum domain_effect {
	DOMAIN_FOREIGN, /* for clients that may relay */
	DOMAIN_INBOUND,
	DOMAIN_RELAYED, /* for everybody who connects */
	DOMAIN_REJECTED,
};

extern const char *const domain_effect_words[];

/* Mail to this domain is treated in another way.  A name that has a row of its
 * own in either policy stands for itself, and is not meant by the subdomains
 * of another. */
struct domain_difference {
	const char *domain; /* "." stands for every other domain */
	bool itself, subdomains;
	enum domain_effect before, after;
	const struct route *from, *to; /* the rows that covered it, or NULL */
};

/* Clients with a verified name in the domain gain or lose what clients
 * without a name do not.  A name that is an entry of its own in either policy
 * stands for itself. */
struct client_difference {
	const char *domain;
	bool gains[REACHES];
	bool loses[REACHES];
};

struct server_difference {
	const struct server *from, *to; /* NULL: added, removed */
	struct difference_view views[4];
	size_t view_count; /* over 1 only where the local address matters */
	struct difference_sets sets; /* the union of the views */
	struct domain_difference *domains;
	size_t domain_count;
	struct client_difference *clients;
	size_t client_count;
	bool listeners; /* it listens elsewhere than before */
	enum openness before, after;
	size_t gateways; /* that carry it in either policy */
	bool same; /* nothing of the above */
};

struct difference {
	struct server_difference *servers; /* all, in the order of the names */
	size_t server_count;
	struct set gains[REACHES], loses[REACHES]; /* union over the servers */
	enum openness before, after; /* the worst of the servers */
	size_t gateways; /* that carry a server which is not the same, or
	                    begin or cease to carry one */
	size_t carried; /* such beginnings and ceasings */
	bool same; /* nothing changes for anybody */
};

/* Borrows from both policies. */
void difference_make(struct difference *difference,
    const struct compiled *from, const struct compiled *to);
void difference_free(struct difference *difference);

/* Does anybody gain or lose?  False also where only next hops, listeners or
 * what is carried change. */
bool difference_has_gains(const struct difference *difference);
bool difference_has_losses(const struct difference *difference);

/* "GAINS relay: 128 IPv4 addresses", "0 clients gain, 0 lose"; without the
 * details. */
void difference_add_summary(struct buf *buf,
    const struct difference *difference);

/* The summary and what it consists of, most ranges or domains of a kind. */
void difference_add_text(struct buf *buf, const struct difference *difference,
    size_t most);

/* The lines for sets alone, indented by two. */
void difference_sets_add_text(struct buf *buf,
    const struct difference_sets *sets, size_t most);

#endif

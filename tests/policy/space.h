/* Pairs of random policies with the addresses that stand for all others:
 * decisions change only at the edges of entries, so nothing is sampled. */
#ifndef TESTS_POLICY_SPACE_H
#define TESTS_POLICY_SPACE_H

#include "build.h"

struct pair {
	/* What is drawn, and what shrinking makes smaller. */
	struct model a, b;
	struct m_probe probe; /* a question about a; only if pinned */
	bool pinned;
	unsigned long seed;
	/* What is made of it. */
	struct policy *pa, *pb;
	struct compiled *ca, *cb;
	m128 *edges[2]; /* IPv4, IPv6 */
	size_t counts[2];
	/* What came out. */
	unsigned long checks; /* answers compared with the model's */
	char why[400];
};

/* The models, from the seed. */
void pair_draw(struct pair *pair, unsigned long seed);
/* The same with gateways and with mistakes in it. */
void pair_draw_spoiled(struct pair *pair, unsigned long seed);
/* The rest, from the models. */
void pair_open(struct pair *pair);
void pair_close(struct pair *pair);

/* Says why a claim is false; returns false. */
bool pair_denies(struct pair *pair, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many addresses the edge stands for. */
m128 pair_width(const struct pair *pair, int v, size_t edge);

/* A client that connects to a local address. */
struct seat {
	int server, family;
	m128 client, local;
	int local_family; /* 0: unknown */
	const char *name;
};

/* What the model decides; says whether it relays. */
bool seat_decides(const struct model *model, const struct seat *seat,
    bool authenticated, const char *recipient, struct m_verdict *verdict);

/* May a client there, by its address and name alone, do what a set of the core
 * is about?  0 to 3: connect, relay to a foreign domain, the same having logged
 * in, send at all without logging in. */
bool seat_may(const struct model *model, const struct seat *seat, int reach);
/* False also where the server is off or does not listen on the family. */
bool seat_may_reach(const struct model *model, const struct seat *seat,
    int reach);

#endif

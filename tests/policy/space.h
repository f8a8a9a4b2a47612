/* Pairs of random policies with the addresses that stand for all others:
 * decisions change only at the edges of entries. */
#ifndef TESTS_POLICY_SPACE_H
#define TESTS_POLICY_SPACE_H

#include "build.h"

struct pair {
	struct model a, b;
	struct policy *pa, *pb;
	struct compiled *ca, *cb;
	m128 *edges[2]; /* IPv4, IPv6 */
	size_t counts[2];
	unsigned long seed;
};

void pair_make(struct pair *pair, unsigned long seed);
void pair_free(struct pair *pair);

/* How many addresses the edge stands for. */
m128 pair_width(const struct pair *pair, int v, size_t edge);

/* Checks random pairs: so many percent of RELAYADM_POLICIES (default 40), from
 * RELAYADM_SEED (default 1) on. */
void each_pair(void (*check)(const struct pair *), unsigned long percent);

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

#endif

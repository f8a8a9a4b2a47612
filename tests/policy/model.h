/* A second implementation of relayadm-policy(7), for tests: written from the
 * page and sharing nothing with the core.  It reads strings itself, scans
 * everything, and remembers nothing.  With a generator of random policies and
 * questions in a small world, where hits, edges and conflicts are frequent. */
#ifndef TESTS_POLICY_MODEL_H
#define TESTS_POLICY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

__extension__ typedef unsigned __int128 m128;

#define M_TEXT 128
#define M_ITEMS 12

/* An address or range that the model has read. */
struct m_range {
	int family;
	m128 first, last;
};

struct m_item {
	char text[M_TEXT]; /* as an administrator wrote it */
	char comment[32];
	char canonical[M_TEXT]; /* as it must be printed */
	char kind; /* 'n'et, 'd'omain, 'l'ist */
	struct m_range range;
	char domain[M_TEXT]; /* A-labels */
	int list; /* place among the lists */
};

struct m_entries {
	struct m_item items[M_ITEMS];
	int count;
};

struct m_list {
	char name[24];
	struct m_entries entries;
};

struct m_route {
	char text[M_TEXT]; /* "#Example.com." */
	char canonical[M_TEXT];
	char domain[M_TEXT];
	bool exact;
	char action; /* 'i', 'r', 'x' (reject) */
	char next_hop[64];
};

struct m_listener {
	char text[64];
	int family;
	m128 addr;
	int port;
};

struct m_server {
	char name[24];
	char tls; /* 'n'one, 'o'ffered, 'r'equired */
	bool enabled, anonymous, basic, reroute, relay_authenticated;
	bool box_authenticated, box_clients, box_local;
	bool connection_only, relay_only;
	struct m_entries connection, relay, clients, local, never;
	struct m_route routes[M_ITEMS];
	int route_count;
	struct m_listener listeners[4];
	int listener_count;
};

struct m_gateway {
	char name[24];
	char host[64]; /* as a next hop may be written */
	char servers[4][24]; /* may name one that is not there */
	int server_count;
};

struct model {
	struct m_list lists[4];
	int list_count;
	struct m_server servers[3];
	int server_count;
	struct m_gateway gateways[3];
	int gateway_count;
};

struct m_probe {
	int server;
	int family; /* of the client */
	m128 client;
	char client_text[M_TEXT];
	char name[M_TEXT]; /* "" for none */
	bool authenticated;
	int local_family; /* 0: unknown */
	m128 local;
	int local_port;
	char recipient[256];
};

struct m_verdict {
	const char *decision; /* "accept-relay" */
	int row;
	char what[256]; /* "list:x 10.0.0.0/8" */
};

/* A random number below n; *seed moves on. */
unsigned m_random(uint64_t *seed, unsigned n);

void m_make(struct model *model, uint64_t *seed);
/* Puts it on gateways, and mistakes into it that a check must find: lists that
 * are not there, rows twice, loops, names where only addresses can stand. */
void m_spoil(struct model *model, uint64_t *seed);
/* A policy that differs from the first in a few places. */
void m_change(struct model *model, uint64_t *seed);
void m_ask(const struct model *model, struct m_probe *probe, uint64_t *seed);
void m_decide(const struct model *model, const struct m_probe *probe,
    struct m_verdict *verdict);

/* Fills an item from its text. */
void m_read_item(const struct model *model, struct m_item *item);
/* The n-th entry list of the model, lists before servers; NULL at the end. */
struct m_entries *m_gate(struct model *model, int n);

/* As the address is best written, and as it may be written too. */
void m_add_addr(char *text, size_t size, int family, m128 addr);
/* "ADDRESS:PORT", "[V6]:PORT" or "-". */
void m_local_text(const struct m_probe *probe, char *text, size_t size);
/* The whole policy as a document. */
void m_write_json(const struct model *model, FILE *file);

/* Addresses of a family at which anything may change: sorted, from 0 on.  All
 * addresses from one to before the next get the same decisions; with special,
 * they are also alike to m_routable().  The caller frees them. */
m128 *m_edges(const struct model *a, const struct model *b, int family,
    bool special, size_t *count);

/* Is it an address of the Internet? */
bool m_routable(int family, m128 addr);

/* What a row says about a plain recipient of the domain: 'i'nbound, 'r'elay
 * for everybody, 'x' rejected, or 'f'oreign; and where its mail goes. */
char m_effect(const struct m_server *server, const char *domain,
    const char **next_hop);

/* Can clients connect to this local address? */
bool m_listens(const struct m_server *server, int family, m128 local);

/* The row that covers the domain, or -1. */
int m_covering(const struct m_server *server, const char *domain);
/* The row that would cover its domain if no such row were there, or -1. */
int m_behind(const struct m_server *server, int row);

/* Does the item itself hold the address (a list: one of its entries)? */
bool m_item_holds(const struct model *model, const struct m_item *item,
    int family, m128 addr);

bool m_holds(const struct model *model, const struct m_entries *entries,
    int family, m128 addr);

#endif

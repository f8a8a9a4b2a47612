/* What random policies of the lab, and questions about them, are made of: see
 * whim.c.  The same seed gives the same. */
#ifndef TESTS_LAB_WHIM_MAKE_H
#define TESTS_LAB_WHIM_MAKE_H

#include <stdbool.h>
#include <stdio.h>

#include "policy/policy.h"
#include "policy/relay.h"

/* Where the clients are from. */
enum whim_reach {
	WHIM_LOOPBACK, /* 127.0.0.0/8: they can connect on any machine */
	WHIM_FAR,      /* everywhere; the gate is asked about them */
	WHIM_WIDE,     /* everywhere; they connect, in a network namespace */
};

/* For gateways that have the lab's root of this MTA. */
void whim_begin(uint64_t seed, const char *mta, enum whim_reach reach);

unsigned dice(unsigned sides);
/* The dice go on from where they were. */
uint64_t whim_mark(void);
void whim_go_on(uint64_t mark);
#define PICK(pool) pool[dice(sizeof(pool) / sizeof(pool[0]))]

/* Lines for plain.h: the list that servers include, and the gateway
 * "gNUMBER", 127.60.NUMBER.1 and 2001:db8:60:NUMBER::1, with its servers. */
#define WHIM_SERVERS 2 /* at most, of a gateway */
#define WHIM_PARTS 40
void whim_write_list(FILE *out);
/* Servers by themselves; how many.  Parts of one gateway have ports and names of
 * their own; then the gateway with so many servers of each part. */
unsigned whim_write_servers(FILE *out, unsigned number, unsigned part);
void whim_write_carrier(FILE *out, unsigned number, const char *mta,
    const unsigned *servers, unsigned parts);
void whim_write_gateway(FILE *out, unsigned number, const char *mta);

/* A client for that listener; *name: its verified name, or NULL. */
const char *whim_client(const struct listener *listener, const char **name);

void whim_recipient(char *text, size_t size);
/* Of those at foreign.example every second is put at the host name of the lab's
 * gateway instead; false for the others. */
bool whim_go_home(char *text, size_t size, const char *gateway);

/* The reply code that the MTA gives to RCPT, or before, for a decision. */
int whim_reply(enum decision_kind kind, const char *recipient);

/* Fills the question about a client of the listener; false: bad address. */
bool whim_ask(struct question *question, const char *client,
    const struct listener *listener);

#endif

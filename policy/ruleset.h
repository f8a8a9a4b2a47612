/* A compiled server, for the files of the core only. */
#ifndef POLICY_RULESET_H
#define POLICY_RULESET_H

#include "field.h"
#include "lookup.h"
#include "relay.h"

/* Places in server_slots[]. */
enum slot_place {
	SLOT_CONNECTION,
	SLOT_RELAY,
	SLOT_CLIENTS,
	SLOT_LOCAL,
	SLOT_NEVER,
	SLOTS,
};

struct part {
	const struct lookup *lookup; /* owned by the compiled policy */
	const char *list;            /* NULL: the server's own entries */
};

/* One entry list of a server: its own entries, then the lists it includes. */
struct gate {
	const struct slot *slot;
	struct part *parts;
	size_t count;
};

struct ruleset {
	const struct server *server;
	struct gate gates[SLOTS];
	const struct route **routes; /* by domain, exact ones first */
};

/* Fills slot, list, in and place of the decision when something matches. */
bool gate_match(const struct gate *gate, uint8_t family, u128 addr,
    const char *name, struct decision *decision);

/* All addresses of the gate's entries, for sets. */
struct set;
void gate_set(const struct gate *gate, struct set *set);

#endif

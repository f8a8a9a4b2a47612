/* A compiled server, for the files of the core only. */
#ifndef POLICY_RULESET_H
#define POLICY_RULESET_H

#include "field.h"
#include "lookup.h"
#include "effect.h"
#include "reach.h"
#include "relay.h"
#include "set.h"

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

/* Fetches what gate_match() of the address will look at; changes nothing. */
void gate_hint(const struct gate *gate, uint8_t family, u128 addr);

/* All addresses of the gate's entries, for sets. */
void gate_set(const struct gate *gate, struct set *set);

/* Is a client of that (folded) name listed by a client domain? */
bool gate_covers(const struct gate *gate, const char *name);

/* Which gates list a client of that name, as bits 1 << place; of no rules
 * none. */
unsigned rules_mask(const struct ruleset *rules, const char *name);

/* Calls back with every client domain that a gate of the server lists. */
void rules_each_name(const struct ruleset *rules,
    void (*each)(const char *name, void *context), void *context);

/* Clients whose names are in the same gates are alike: each kind that there
 * can be, with a name of it.  The first has no name that is listed. */
#define NAMINGS (1u << SLOTS)

struct naming {
	unsigned mask;
	const char *name; /* borrowed; NULL: none */
};

size_t rules_namings(const struct ruleset *rules,
    struct naming namings[NAMINGS]);

/* The address sets of a server's gates, for asking several things of one. */
struct gate_sets {
	struct set of[SLOTS];
};

void gate_sets_make(const struct ruleset *rules, struct gate_sets *gates);
void gate_sets_free(struct gate_sets *gates);

/* Of whom a set is asked. */
struct standing {
	enum reach reach;
	bool local_satisfied; /* connects to a "these local addresses" */
	unsigned named; /* bit 1 << place: the client's name is in the gate */
};

/* The addresses from which such a client may. */
void reach_standing(const struct ruleset *rules,
    const struct gate_sets *gates, struct standing standing, struct set *set);

/* How open a server is; the places are IPv4 and IPv6. */
struct opened {
	struct set reach; /* routable addresses that relay without logging on */
	bool open[2];
	bool needs_local[2]; /* who connects to this address may relay */
	u128 local[2];
};

void opened_make(struct opened *opened, const struct ruleset *rules,
    const struct gate_sets *gates);
void opened_free(struct opened *opened);
enum openness opened_grade(const struct opened *opened);

/* Of the set only what is of this family. */
void set_keep_family(struct set *set, uint8_t family);

#endif

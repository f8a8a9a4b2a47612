/* The checks behind the findings, for the files of the core only. */
#ifndef POLICY_CHECKS_H
#define POLICY_CHECKS_H

#include "field.h"
#include "finding.h"
#include "ruleset.h"

struct checking {
	const struct policy *policy;
	const struct compiled *compiled;
	struct findings *findings;
	unsigned rank; /* of the check that asks */
	struct set *subjects; /* the clients of each invariant */
};

/* What the checks of one server share. */
struct server_view {
	const struct server *server;
	const struct ruleset *rules;
	struct gate_sets gates;
	struct opened opened;
};

struct object {
	const char *kind; /* "server", "gateway", "list", "invariant" */
	const char *name;
};

/* Added to the findings; the caller sets its texts.  Good until the next. */
struct finding *finding_new(struct checking *c, const char *code,
    enum finding_level level, struct object object);

void finding_say(struct finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many entries of one list are reported one by one. */
#define ENTRIES_REPORTED 20

/* Only the list below, or all except it; boxes and NEVER are "only". */
int slot_mode(const struct slot *slot, const struct server *server);

/* Is the slot's list asked at all, its box being on? */
bool slot_alive(const struct slot *slot, const struct server *server);

/* Counts what is reported of one list, one by one up to a limit. */
struct tally {
	struct checking *c;
	const char *code;
	enum finding_level level;
	struct object object;
	const char *where; /* "relay", or "" in a list of its own */
	size_t count;
};

/* NULL once there are many; the rest is summed up at the end. */
struct finding *tally_next(struct tally *tally);
void tally_end(struct tally *tally);

char *entry_text(const struct entry *entry);

/* The witness: this client, logged on or not, at a foreign domain. */
void finding_witness(struct finding *f, const struct ruleset *rules,
    uint8_t family, u128 client);
/* It connects to this local address. */
void finding_witness_local(struct finding *f, const struct server *server,
    uint8_t family, u128 local);
/* A name of a domain that no routing row but "." covers. */
char *foreign_domain(const struct ruleset *rules);

/* The largest blocks of a set, at most three.  Are there more? */
bool set_add_largest(struct buf *buf, const struct set *set);

/* Of the whole policy. */
void ask_listener_conflict(struct checking *c);
void ask_no_server(struct checking *c);
void ask_redundant_list(struct checking *c);
void ask_route_loop(struct checking *c);
void ask_invariants(struct checking *c);

/* Of one server. */
void ask_open_relay(struct checking *c, const struct server_view *v);
void ask_wide_relay(struct checking *c, const struct server_view *v);
void ask_relay_any_domain(struct checking *c, const struct server_view *v);
void ask_no_listener(struct checking *c, const struct server_view *v);
void ask_unknown_list(struct checking *c, const struct server_view *v);
void ask_addresses_only(struct checking *c, const struct server_view *v);
void ask_duplicate_row(struct checking *c, const struct server_view *v);
void ask_cleartext_auth(struct checking *c, const struct server_view *v);
void ask_auth_unoffered(struct checking *c, const struct server_view *v);
void ask_domain_entry(struct checking *c, const struct server_view *v);
void ask_unreachable_relay(struct checking *c, const struct server_view *v);
void ask_never_overlap(struct checking *c, const struct server_view *v);
void ask_redundant_entry(struct checking *c, const struct server_view *v);
void ask_family_gap(struct checking *c, const struct server_view *v);
void ask_local_unbound(struct checking *c, const struct server_view *v);
void ask_shadowed_row(struct checking *c, const struct server_view *v);
void ask_invariants_of(struct checking *c, const struct server_view *v);

#endif

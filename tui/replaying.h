/* What replay.c is made of; for its files only. */
#ifndef TUI_REPLAYING_H
#define TUI_REPLAYING_H

#include "replay.h"

/* --- what is asked about a recipient -------------------------------------- */

/* A server of the policy, as it is and as it was. */
struct served {
	const struct server *server;
	const struct policy *policy, *policy_before; /* before: or NULL */
	const struct ruleset *before, *after; /* before: or NULL */
	bool names, locals; /* may a client's name, a local address matter? */
};

void served_init(struct served *served, const struct server *server,
    const struct compiled *before, const struct compiled *after);

/* A recipient, and what is asked about it as far as the log says it. */
struct asking {
	const struct served *served;
	const struct mail_fact *fact;
	struct addressed to, to_before; /* the recipient, by each policy */
};

/* The client's name, if it counts. */
const char *asking_name(const struct asking *asking);

/* What a policy says to it; or what it would have to be told. */
struct answer {
	bool known, yes;
	struct decision decision;
	enum replay_open open; /* unless known */
};

struct answer asking_now(const struct asking *asking);
struct answer asking_before(const struct asking *asking);

/* The gateway refused it: if the policy before refuses it only to who has not
 * logged on, it had not. */
bool asking_had_not_logged_on(const struct asking *asking);

/* --- clients, and what is known of them ----------------------------------- */

/* How often each entry of a list decided. */
struct uses {
	const struct entries *in;
	uint64_t *counts;
	int64_t *last;
};

/* An answer to all questions of a kind, as replay.c numbers them. */
struct verdict {
	uint32_t kind; /* 0: none */
	bool known : 1, yes : 1, was_known : 1, was_yes : 1;
	bool had_not : 1; /* it had not logged on: of another client */
	uint8_t open;     /* enum replay_open */
	uint16_t uses;    /* 1 + number; 0: no entry decided, or too many */
	uint32_t place;
};

#define VERDICTS 4 /* the more, the more memory a client takes */

struct known_client {
	struct replay_client seen;
	const struct served *served;
	struct verdict verdicts[VERDICTS];
	unsigned next; /* of the verdicts, to be forgotten */
};

#define SLAB 128

struct client_slab {
	struct client_slab *next;
	size_t count;
	struct known_client clients[SLAB];
};

struct client_place {
	uint64_t hash;
	struct known_client *client; /* NULL: nobody */
};

struct client_table {
	struct client_place *places;
	size_t cap; /* a power of two */
	size_t count;
	struct client_slab *slabs;
};

void clients_init(struct client_table *table);
void clients_clear(struct client_table *table);
/* The one that is asked for, with this knowledge of whether it had logged on;
 * new when there was none. */
struct known_client *clients_of(struct client_table *table,
    const struct asking *asking, enum mail_known authenticated);
/* In no order. */
void clients_each(const struct client_table *table,
    void (*each)(void *context, const struct replay_client *client),
    void *context);
/* The place first, then the client. */
void clients_hint(const struct client_table *table,
    const struct mail_coming *who, bool again);

#endif

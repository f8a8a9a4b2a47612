/* The table of what can be edited.  One row per scalar attribute is read by
 * forms, columns, the policy document, "set" and the history, and text becomes
 * a value in one place.  Entry lists are rows of the slot table. */
#ifndef POLICY_FIELD_H
#define POLICY_FIELD_H

#include "policy.h"

enum field_kind {
	FIELD_NAME,    /* char *, never NULL */
	FIELD_COMMENT, /* char * or NULL */
	FIELD_HOLD,    /* the same; a document leaves it out where there is
	                  none */
	FIELD_GROUP,   /* char * or NULL, a name */
	FIELD_HOST,    /* char *, host name or address, may be "" in a draft */
	FIELD_USER,    /* char * */
	FIELD_JUMP,    /* char * or NULL */
	FIELD_BOOL,    /* bool */
	FIELD_CHOICE,  /* int, place in words */
	FIELD_OPTION,  /* the same; a document leaves its default out */
	FIELD_PORT,    /* uint16_t, 1 to 65535 */
	FIELD_PREFIX4, /* int, 0 to 32 */
	FIELD_PREFIX6, /* int, 0 to 128 */
};

struct field {
	const char *name; /* path in the policy document: "relay.mode" */
	const char *label;
	enum field_kind kind;
	size_t offset;
	const char *initial; /* default, as text */
	const char *const *words;
	const char *help;
};

/* Each ends with a row whose name is NULL. */
extern const struct field server_fields[];
extern const struct field list_fields[];
extern const struct field gateway_fields[];

const struct field *field_find(const struct field *fields, const char *name);

/* Is the value a number where it is written? */
bool field_is_number(const struct field *field);

/* Text to value; on failure the object is as it was. */
bool field_parse(const struct field *field, void *object, const char *text,
    struct err *err);
/* Value to text: "true"/"false" for FIELD_BOOL, "" for NULL. */
void field_add(struct buf *buf, const struct field *field, const void *object);

struct slot {
	const char *name;   /* in a target: server:NAME/relay */
	const char *path;   /* in the policy document: "relay.entries" */
	const char *label;
	size_t offset;      /* of the struct entries in struct server */
	bool only_addresses; /* no client domains, nor lists that hold some */
};

/* connection, relay, clients, local, never; then name NULL. */
extern const struct slot server_slots[];

const struct slot *slot_find(const char *name);
struct entries *slot_entries(const struct slot *slot, struct server *server);
const struct entries *slot_entries_const(const struct slot *slot,
    const struct server *server);

/* Refuses what the slot may not hold, naming the entry; lists are looked up
 * in the policy. */
bool slot_check(const struct slot *slot, const struct policy *policy,
    const struct entry *entry, struct err *err);

/* The same for who has the list that a list entry names already, or NULL. */
bool slot_check_found(const struct slot *slot, const struct list *list,
    const struct entry *entry, struct err *err);

/* Presets for a new server (the table of relayadm-policy(7)). */
struct preset {
	const char *name;
	const char *title;
	const char *for_whom;
	uint16_t port;
	bool anonymous, basic;
	int tls;
	bool reroute;
	int relay_mode;
	bool relay_authenticated;
	bool asks_list; /* makes sense only with entries */
};

extern const struct preset presets[]; /* then name NULL */

const struct preset *preset_find(const char *name);
/* With listeners on 0.0.0.0 and [::]. */
struct server *preset_server(const struct preset *preset, const char *name);

#endif

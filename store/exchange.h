/* What the Exchange Management Shell says of receive connectors and of the
 * permissions on them, whichever way it was exported. */
#ifndef STORE_EXCHANGE_H
#define STORE_EXCHANGE_H

#include "stated.h"

enum exchange_key {
	EXCHANGE_NAME,
	EXCHANGE_IDENTITY,
	EXCHANGE_BINDINGS,
	EXCHANGE_RANGES,     /* RemoteIPRanges */
	EXCHANGE_GROUPS,     /* PermissionGroups */
	EXCHANGE_MECHANISMS, /* AuthMechanism */
	EXCHANGE_TLS,        /* RequireTLS */
	EXCHANGE_ENABLED,
	EXCHANGE_ROLE,   /* TransportRole */
	EXCHANGE_USER,   /* of a permission */
	EXCHANGE_DENY,   /* of a permission */
	EXCHANGE_RIGHTS, /* ExtendedRights, of a permission */
	EXCHANGE_KEYS,   /* how many; and any other key */
};

/* A connector, or a permission on one. */
struct exchange_object {
	size_t line; /* of its first key */
	struct stated_list properties[EXCHANGE_KEYS];
};

struct exchange {
	struct intake *intake;
	const struct source *source;
	struct spot spot;
	struct joined value; /* of the key that is being read */
	struct exchange_object *objects;
	size_t count, cap;
};

/* Reads all objects of a source; close it whatever it says.  What is cut short
 * or has types in place of values is refused with the command that exports it
 * in full. */
bool exchange_open(struct exchange *x, struct intake *intake,
    const struct source *source, struct err *err);
void exchange_close(struct exchange *x);

bool exchange_is_connector(const struct exchange_object *object);
/* The first value, or "". */
const char *exchange_text(const struct exchange_object *object,
    enum exchange_key key);
/* Is the word among the values, whatever its case? */
bool exchange_has(const struct exchange_object *object, enum exchange_key key,
    const char *word);
/* Its identity, or its name. */
const char *exchange_title(const struct exchange_object *object);
/* The object for a message; its texts are the object's. */
struct item exchange_item(const struct exchange_object *object);

/* A remote range as an entry is spelled: "192.0.2.0(255.255.255.0)" is
 * "192.0.2.0 255.255.255.0". */
void exchange_spell(struct buf *spelled, const struct stated *value);

/* Is it the one that the rules name?  All are when they name none. */
bool exchange_is_asked_for(const struct exchange *x,
    const struct exchange_object *object);
/* At least one connector must be asked for, and when one is false any number
 * of them may be. */
bool exchange_check_asked(const struct exchange *x, bool one,
    struct err *err);

/* For the three syntaxes. */
enum exchange_key exchange_key(struct span name);
/* Has it several values? */
bool exchange_is_list(enum exchange_key key);
void exchange_begin(struct exchange *x, const char *place);
/* Takes x->value as what the key says. */
bool exchange_put(struct exchange *x, enum exchange_key key, struct err *err);

bool exchange_read_list(struct exchange *x, struct err *err);
bool exchange_read_csv(struct exchange *x, struct err *err);
bool exchange_read_json(struct exchange *x, struct err *err);

/* The connectors as servers, in a policy of their own. */
void exchange_servers(struct exchange *x, struct policy *policy);

#endif

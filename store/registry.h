/* What an export of the Windows registry says of the Internet Mail Service of
 * Exchange 5.5 (KB Q193922). */
#ifndef STORE_REGISTRY_H
#define STORE_REGISTRY_H

#include "stated.h"

enum registry_value {
	REGISTRY_FLAGS, /* RelayFlags */
	REGISTRY_ALLOW, /* RelayAllowList */
	REGISTRY_DENY,  /* RelayDenyList */
	REGISTRY_LOCAL, /* RelayLocalIPList */
	REGISTRY_VALUES,
};

extern const char *const registry_names[]; /* by enum registry_value */

/* Bits of RelayFlags: which of the lists count. */
enum relay_flags {
	RELAY_FLAG_DENY = 1,
	RELAY_FLAG_ALLOW = 2,
	RELAY_FLAG_LOCAL = 4,
	RELAY_FLAG_AUTHENTICATED = 8,
	RELAY_FLAGS = 15, /* all that are documented */
};

struct registry {
	struct intake *intake;
	struct stated_list values[REGISTRY_VALUES];
	unsigned long flags; /* if there */
};

/* False when it is no export, or has none of the values; close it whatever it
 * says. */
bool registry_open(struct registry *registry, struct intake *intake,
    const struct source *source, struct err *err);
void registry_close(struct registry *registry);

/* An item as an entry is spelled: "192.168.0.0;255.255.0.0" is "192.168.0.0
 * 255.255.0.0"; without a mask it is one address. */
void registry_spell(struct buf *spelled, const struct stated *value);

#endif

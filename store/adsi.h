/* What scripts print of an SMTP virtual server of IIS or Exchange 2000: its
 * IPSecurity (connection control) and RelayIpList, each with GrantByDefault,
 * IPGrant and IPDeny, of "address, mask" pairs. */
#ifndef STORE_ADSI_H
#define STORE_ADSI_H

#include "stated.h"

enum adsi_key {
	ADSI_GRANT,
	ADSI_DENY,
	ADSI_DOMAIN_GRANT,
	ADSI_DOMAIN_DENY,
	ADSI_BY_DEFAULT, /* GrantByDefault */
	ADSI_LIST_KEYS,  /* those above belong to a list */
	ADSI_RELAY = ADSI_LIST_KEYS, /* RelayIpList: which list follows */
	ADSI_CONNECTION,             /* IPSecurity */
	ADSI_RELAY_FOR_AUTH,
	ADSI_ANONYMOUS,
	ADSI_BASIC,
	ADSI_BINDINGS,
	ADSI_COMMENT,
	ADSI_KEYS,
};

enum adsi_default {
	ADSI_UNSAID,
	ADSI_ONLY,       /* only the list below: IPGrant counts */
	ADSI_ALL_EXCEPT, /* all except the list below: IPDeny counts */
};

struct adsi_list {
	bool there;
	size_t line;
	enum adsi_default by_default;
	struct stated_list stated[ADSI_LIST_KEYS];
};

struct adsi {
	struct intake *intake;
	struct adsi_list relay, connection;
	struct stated_list stated[ADSI_KEYS]; /* from ADSI_RELAY_FOR_AUTH on */
};

/* Close it whatever it says. */
bool adsi_open(struct adsi *adsi, struct intake *intake,
    const struct source *source, struct err *err);
void adsi_close(struct adsi *adsi);

/* Is it neither said what the default is, nor is there an address?  Null and
 * empty, which mean opposite things, are printed alike. */
bool adsi_is_null(const struct adsi_list *list);

/* "-1", "1", "True": true; usual when it is not there. */
bool adsi_flag(const struct adsi *adsi, enum adsi_key key, bool usual);

/* A pair, or one address, as an entry is spelled. */
void adsi_spell(struct buf *spelled, const struct stated *value);

#endif

/* The gateways that a command names, with what a push or a status needs. */
#ifndef TUI_FLEET_H
#define TUI_FLEET_H

#include "command.h"
#include "push_record.h"
#include "remote/push.h"

struct member {
	const struct gateway *gateway;
	struct host_keys pins;
	struct rendering rendering;
	bool rendered;
	char expected[DIGEST_SIZE]; /* believed to be in force there; or "" */
	struct rendering base; /* that, when it was rendered anew */
	bool based;
};

struct fleet {
	struct policy *policy; /* of the revision, or the draft */
	int64_t revision;      /* 0: the draft */
	struct compiled *compiled;
	struct member *members;
	size_t count, cap;
};

/* The policy of the revision (0: the last one; there must be one) and the
 * members that the words name: GATEWAY, @GROUP; none with all: every gateway. */
bool fleet_open(struct fleet *fleet, struct session *session, int64_t revision,
    struct err *err);
bool fleet_choose(struct fleet *fleet, char **words, int count, bool all,
    struct err *err);
/* ERR_NO when the revision lacks approvals and one of the members never had it
 * in force. */
bool fleet_may_push(const struct fleet *fleet, struct session *session,
    struct err *err);
void fleet_close(struct fleet *fleet);

/* Reads the pinned host key; an error says how to trust one. */
bool member_load_pin(struct member *member, struct session *session,
    struct err *err);
bool member_render(struct member *member, const struct fleet *fleet,
    struct err *err);
/* What the last push that went well brought, and when the files are many bytes,
 * these files, so that a push can send what differs. */
bool member_load_base(struct member *member, struct session *session,
    struct err *err);
struct site member_site(const struct member *member,
    const struct fleet *fleet);

#endif

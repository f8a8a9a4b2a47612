/* What is wrong, or worth knowing, in a policy. */
#ifndef POLICY_FINDING_H
#define POLICY_FINDING_H

#include "relay.h"

enum finding_level {
	LEVEL_ERROR, /* blocks a commit unless overridden by its code */
	LEVEL_WARNING,
	LEVEL_INFO,
};

extern const char *const level_words[];

struct finding {
	const char *code; /* "open-relay" */
	enum finding_level level;
	char *object;   /* "server:internet", "list:x", "gateway:mx1" */
	char *sentence;
	char *advice;
	bool has_witness; /* the question shows it on the object's server */
	struct question witness; /* its recipient is a constant */
};

struct findings {
	struct finding *items;
	size_t count, cap;
};

void findings_ask(const struct policy *policy,
    const struct compiled *compiled, struct findings *findings);
void findings_free(struct findings *findings);
bool findings_have_error(const struct findings *findings);

/* "--client 198.51.100.1 --recipient user@example.net", for decide. */
void finding_add_witness(struct buf *buf, const struct finding *finding);

/* How open a server is, and the effect of its parts in plain words. */
enum openness {
	CLOSED, /* nobody relays without logging in or being listed */
	WIDE,   /* over 65,536 routable IPv4 addresses or a /48 of IPv6 */
	OPEN,   /* open relay */
};

extern const char *const openness_words[]; /* "CLOSED", "WIDE", "OPEN" */

enum openness openness_ask(const struct policy *policy,
    const struct ruleset *rules);

/* One line: "1,534 entries may relay; everyone else only after logging on." */
void effect_add_connection(struct buf *buf, const struct server *server);
void effect_add_relay(struct buf *buf, const struct ruleset *rules);
void effect_add_routing(struct buf *buf, const struct server *server);
void effect_add_restrictions(struct buf *buf, const struct server *server);

#endif

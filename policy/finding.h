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
	char *object;   /* "server:internet", "list:x", "gateway:mx1",
	                   "invariant:y" */
	char *server;   /* of an invariant: the server that breaks it */
	char *sentence;
	char *advice;
	bool has_witness; /* the question shows it on finding_server() */
	struct question witness;
	char *recipient; /* the witness's */
	char *client;    /* the witness's verified name, or NULL */
	uint64_t order;  /* among the others; the core's own */
};

struct findings {
	struct finding *items;
	size_t count, cap;
};

void findings_ask(const struct policy *policy,
    const struct compiled *compiled, struct findings *findings);
/* Only what the invariants have to say. */
void findings_ask_invariants(const struct policy *policy,
    const struct compiled *compiled, struct findings *findings);
/* Adds a copy of what the core cannot know (dialect-gap); code is borrowed,
 * there is no witness. */
void findings_add(struct findings *findings, const struct finding *finding);
void findings_free(struct findings *findings);
bool findings_have_error(const struct findings *findings);

/* Calls back, in order, with the place of each entry that others of the list
 * cover, or of lists that it includes: what redundant-entry speaks of. */
void redundant_each(const struct compiled *compiled,
    const struct entries *entries, void (*each)(size_t place, void *context),
    void *context);

/* The server that it is about, or NULL. */
const char *finding_server(const struct finding *f);
/* Must it be mended before the gateway is pushed to, if it is an error?  It is
 * about the gateway, or a server that the gateway carries. */
bool finding_concerns(const struct finding *f, const struct policy *policy,
    const struct gateway *gateway);

/* "--client 198.51.100.1 --recipient user@example.net", for decide. */
void finding_add_witness(struct buf *buf, const struct finding *finding);

#endif

/* The policy's decisions, asked on the gateway itself about what is in force there
 * now: as any client, by the quick ways in which a push asks what it has staged. */
#ifndef REMOTE_INSIDE_H
#define REMOTE_INSIDE_H

#include "dialect.h"
#include "ssh.h"

/* One question with the server's answer.  Text is borrowed for the call. */
struct inside_answer {
	unsigned listener; /* from 1, in the order of the site's servers */
	struct net client;
	const char *name;  /* the client's verified one, or NULL */
	bool authenticated, agrees;
	const char *recipient; /* with its brackets */
	const char *wanted;    /* the policy's reply code */
	const char *reply;     /* the server's, or "nothing" */
};

/* How a listener came off. */
struct inside_count {
	size_t sent, asked, differing;
	size_t left;  /* that this kind of server is not asked */
	char why[300]; /* not all were asked, or "" */
};

struct inside {
	struct site site; /* with the policy that should be in force */
	const struct gateway *gateway; /* by which it is reached now */
	const struct host_keys *pins;
	const struct ssh_key *key; /* NULL: see ssh.h */
	bool all; /* also what agrees */
	/* For each answer that differs, but of one listener not more than the
	 * gateway tells (100). */
	void (*take)(void *context, const struct inside_answer *answer);
	void *context;
	/* What comes back: */
	struct inside_count *counts; /* by listener - 1 */
	size_t count;
	int64_t revision; /* that the gateway holds; 0: it does not say */
	char drift[400];  /* what was changed by hand, the first; or "" */
};

/* False when nothing could be asked: ERR_REACH or ERR_REFUSED. */
bool inside_ask(struct inside *inside, struct err *err);
void inside_free(struct inside *inside);

#endif

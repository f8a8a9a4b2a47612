/* What a replay remembers for later: of which times the logs were, and who sent
 * mail though it cannot be said what the policy does with it. */
#ifndef TUI_REPLAY_SEEN_H
#define TUI_REPLAY_SEEN_H

#include "policy/invariant.h"
#include "remote/maillog.h"
#include "seen.h"

struct replay_seen {
	/* Of the log that is being taken. */
	int64_t from, to;
	struct texts servers; /* that it tells of, unsorted */
	const char *server;   /* noted last */
	bool unsure; /* mail was accepted, and it is not known when or where */
	struct seen seen; /* of those before it, and of it */
};

/* server: NULL when it is not known. */
void replay_seen_fact(struct replay_seen *seen, const char *server,
    const struct mail_fact *fact);
/* Of a fact that is counted for no client. */
void replay_seen_sent(struct replay_seen *seen, const char *server,
    const struct mail_fact *fact);
/* The log has ended. */
void replay_seen_end(struct replay_seen *seen);
/* Ends it and adds everything. */
void replay_seen_give(struct replay_seen *seen, struct seen *to);
void replay_seen_free(struct replay_seen *seen);

#endif

/* Past mail under another policy: each recipient that a log tells of is decided
 * again, and summed up for each client. */
#ifndef TUI_REPLAY_H
#define TUI_REPLAY_H

#include "policy/relay.h"
#include "remote/maillog.h"
#include "seen.h"

/* What a log leaves open in so far as it matters for the answer. */
enum replay_open {
	OPEN_SERVER,         /* which virtual server it came to */
	OPEN_NAME,           /* whether the client's name was verified */
	OPEN_AUTHENTICATION, /* whether it had logged on */
	OPEN_LOCAL,          /* which local address it came to */
	OPENS,
};

extern const char *const replay_open_words[]; /* by enum */

/* A recipient that a client loses, or else gains. */
struct replay_sample {
	char *recipient;
	bool loses;
	struct decision because; /* what decides about it */
};

/* One client at one server, logged on or not. */
struct replay_client {
	u128 addr;
	const char *server; /* the policy's */
	char *name; /* its verified name, or NULL */
	uint8_t family;
	uint8_t authenticated; /* enum mail_known */
	uint64_t accepted, refused, deferred; /* recipients, as they were */
	int64_t last; /* UTC seconds; 0: not known */
	int64_t sent; /* the last that was accepted */
	uint64_t loses, gains;
	uint64_t already; /* of loses: the policy before refuses them too */
	struct replay_sample *sample; /* NULL: neither loses nor gains */
};

struct replay_totals {
	uint64_t accepted, refused, deferred;
	uint64_t loses, gains, already;
	uint64_t unknown[OPENS];
	/* The gateway let in what the policy before refuses, or the other way
	 * round (it may have had other reasons). */
	uint64_t let_in, kept_out;
};

/* The listeners a log names "submission": which server are they? */
struct replay_service {
	const char *service; /* NULL: all that are not named otherwise */
	const char *server;
};

struct replay;

/* Borrows all.  before: the last revision, or NULL when there is none. */
struct replay *replay_new(const struct compiled *before,
    const struct compiled *after, const struct replay_service *services,
    size_t service_count);
void replay_free(struct replay *replay);

/* What is taken from now on is of another log; also the log of a gateway is
 * one. */
void replay_log(struct replay *replay);
/* A mail_take; context is the struct replay. */
void replay_take(void *context, const struct mail_fact *fact);
/* A mail_hint; the same. */
void replay_hint(void *context, const struct mail_coming *who, bool again);

const struct replay_totals *replay_totals(const struct replay *replay);
/* Those that lose or gain, or all, in order: who loses most first, then who
 * gains most, then by address.  The array is the caller's to free. */
const struct replay_client **replay_clients(const struct replay *replay,
    bool all, size_t *count);

/* Adds who sent mail that was accepted, whatever the policy says to it, and of
 * which times the logs were; the log that was taken last has ended. */
void replay_seen(struct replay *replay, struct seen *seen);

/* How often an entry of these decided, and when last (0: not known); never:
 * 0 times.  place as of entries_at(). */
uint64_t replay_uses(const struct replay *replay, const struct entries *in,
    size_t place, int64_t *last);

#endif

/* The push: a rendering goes to a gateway, is checked there, takes effect and
 * is confirmed, or everything is as it was. */
#ifndef REMOTE_PUSH_H
#define REMOTE_PUSH_H

#include "dialect.h"
#include "ssh.h"

/* How a push ended.  push_words[] are stable: scripts and the history of
 * pushes hold them. */
enum push_state {
	PUSH_OK,          /* in force, confirmed */
	PUSH_UNCHANGED,   /* was in force already; nothing was touched */
	PUSH_ROLLED_BACK, /* was switched to, failed, the former is back */
	PUSH_FAILED,      /* failed before the switch; the former in force */
	PUSH_UNKNOWN,     /* the connection went away: ask for the status */
	PUSH_UNREACHABLE, /* no connection, wrong host key, key refused */
	PUSH_REFUSED,     /* the gateway would not begin */
	PUSH_BROKEN,      /* rolled back, and the former does not answer */
};

extern const char *const push_words[]; /* "OK", "UNCHANGED", ... then NULL */

/* The exit status that goes with a state. */
enum err_kind push_kind(enum push_state state);

#define PUSH_STEPS 7

/* Step "number" of PUSH_STEPS begins. */
struct push_step {
	int number;       /* from 1 */
	const char *word; /* connect, upload, check, switch, restart, verify,
	                     confirm */
	const char *text; /* a sentence, or "" */
};

struct push {
	struct site site;
	const struct rendering *rendering;
	const struct host_keys *pins;
	const struct ssh_key *key; /* NULL: see ssh.h */
	int64_t generation; /* higher than any before on this gateway */
	int64_t revision;
	const char *author;   /* stands in the gateway's record; cleaned */
	/* What is believed to be in force there, when that is known in full and
	 * a difference may pay; else NULL. */
	const struct rendering *base;
	const char *expected; /* digest believed in force, or NULL */
	unsigned confirm_seconds; /* until the gateway goes back; 0: 120 */
	bool force;   /* over drift, and over a higher generation */
	bool restart; /* stop and start even where a reload will do */
	void (*step)(void *context, const struct push_step *step); /* or NULL */
	void *context;
};

struct push_result {
	enum push_state state;
	char text[600]; /* why, or what was done; "" for nothing to say */
};

/* Always fills the result.  True for PUSH_OK and PUSH_UNCHANGED; else err says
 * the same as the result with the kind of push_kind(). */
bool push_gateway(const struct push *push, struct push_result *result,
    struct err *err);

/* Without changing anything: the unified difference between the files that are
 * on the gateway and those that a push would place. */
bool push_preview(const struct push *push, struct buf *difference,
    struct err *err);

/* What a gateway says of itself. */
struct gateway_listener {
	char *address; /* "192.0.2.1:25" */
	bool answers;  /* greeted within 5 s */
};

struct gateway_status {
	bool managed; /* something was pushed to it */
	int64_t generation, revision; /* in force */
	char digest[DIGEST_SIZE];
	int64_t pushed; /* seconds since 1970, the gateway's clock */
	int64_t clock;  /* what that said when it was asked; 0: not told */
	char author[64];
	char pending[100]; /* "" or what waits for its confirmation */
	char version[64];  /* "postfix 3.7.11" */
	bool running;
	char **drift; /* sentences: what was changed by hand */
	size_t drift_count, drift_cap;
	struct gateway_listener *listeners;
	size_t listener_count, listener_cap;
};

bool status_ask(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, struct gateway_status *status,
    struct err *err);
void status_clear(struct gateway_status *status);

/* What the caller of many does between them; all on its own thread. */
struct push_crew {
	bool (*go_on)(void *context); /* asked before each; false: no more */
	/* Before a push; false: it is left out. */
	bool (*begin)(void *context, size_t place);
	void (*end)(void *context, size_t place,
	    const struct push_result *result);
	void *context;
};

/* Any number of pushes in order, at most jobs (from 1) at a time, each in a
 * thread of its own; step is called in those threads, one at a time.  Returns
 * how many it came to before go_on said no; those at work are waited for. */
size_t push_many(const struct push *pushes, size_t count, unsigned jobs,
    const struct push_crew *crew);

#endif

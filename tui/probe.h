/* What "probe" is asked, finds and prints. */
#ifndef TUI_PROBE_H
#define TUI_PROBE_H

#include "command.h"
#include "fleet.h"
#include "remote/relay_probe.h"

/* From where somebody asks: this host, or over SSH from a gateway. */
struct vantage {
	const char *name;      /* of the gateway; NULL: this host */
	struct member *member; /* NULL: this host */
};

struct probed_answer {
	const struct relay_form *form, *sender;
	enum relay_moment moment;
	enum relay_verdict verdict;
	const char *stage;
	char *from, *to, *text;
	char *token; /* NULL: no message went off */
	int code;
	bool allowed; /* the policy says so too */
};

/* What the policy says of a recipient, beside what the server does. */
struct probed_decision {
	char *client, *name; /* of what is asked as any client; or NULL */
	bool authenticated;  /* of such a client */
	char *recipient, *policy, *server;
	char *cause; /* of the disagreement; NULL: they agree */
	bool told;   /* the server's answer says which */
};

/* One address and port, asked from one vantage. */
struct probed {
	struct listener at;
	const char *vantage;   /* "this host", or the gateway's name */
	const struct server *server; /* of the policy, or NULL */
	struct listener own;   /* our address there; family 0: not known */
	bool own_left;         /* that by which it left the vantage, which is
	                          what the server sees unless it is translated */
	char *unknown;         /* what the vantage does not tell, or NULL */
	char *failure;         /* NULL: it answers as a mail server */
	struct relay_greeting greeting;
	bool whole;            /* nothing was left out */
	size_t counts[RELAY_VERDICTS], open; /* open: accepted, not allowed */
	struct probed_answer *answers;
	size_t answer_count, answer_cap;
	struct probed_decision *decisions;
	size_t decision_count, decision_cap;
	bool inside;       /* on the gateway itself, as any client: */
	size_t differing;  /* maybe more than there are decisions */
	size_t asked, left; /* left: that its mail server is not asked */
};

struct probe_run {
	struct session *session;
	const char *target;
	char far_user[65], far_domain[DOMAIN_SIZE]; /* the other end */
	const char *near;      /* or NULL */
	struct net from;       /* family 0: whichever the system takes */
	unsigned rate, seconds;
	bool deliver, all, inside;
	/* NULL when the target is none of our gateways: */
	const struct gateway *gateway;
	struct fleet fleet;
	int64_t pushed; /* revision that it should run; 0: not known */
	int64_t last;   /* the last revision */
	struct probed *places;
	size_t count, cap;
};

/* Would the policy let us relay to this, as we are?  Without a server of the
 * policy: no. */
bool probe_allows(const struct probe_run *run, const struct probed *p,
    const char *recipient);
/* Asks what the policy decides, from one vantage, and compares. */
void probe_decisions(struct probe_run *run, struct probed *p,
    struct relay_probe *probe);

/* The policy's side of a disagreement; yours to free. */
char *probe_policy_text(const struct decision *decision);
/* A place of the run that comes behind the others. */
struct probed *probe_add_place(struct probe_run *run,
    const struct listener *at, const struct server *server);

/* Asks the gateway itself about what is in force there, as any client; each of
 * its listeners is a place more.  What it refuses to tell stands there as the
 * failure. */
bool probe_inside(struct probe_run *run, struct err *err);

void probe_print(const struct probe_run *run);
/* ERR_NO when somebody may relay, something disagrees, or it could not be
 * told; else 0. */
int probe_status(const struct probe_run *run);
void probed_free(struct probed *p);

#endif

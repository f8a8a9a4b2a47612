/* The checks behind the findings, for the files of the core only. */
#ifndef POLICY_CHECKS_H
#define POLICY_CHECKS_H

#include "finding.h"

struct checking {
	const struct policy *policy;
	const struct compiled *compiled;
	struct findings *findings;
};

struct object {
	const char *kind; /* "server", "gateway", "list" */
	const char *name;
};

/* Added to the findings; the caller sets its texts.  Good until the next. */
struct finding *finding_new(struct checking *c, const char *code,
    enum finding_level level, struct object object);

void ask_open_relay(struct checking *c);
void ask_wide_relay(struct checking *c);
void ask_relay_any_domain(struct checking *c);
void ask_listener_conflict(struct checking *c);
void ask_no_listener(struct checking *c);
void ask_no_server(struct checking *c);
void ask_unknown_list(struct checking *c);
void ask_addresses_only(struct checking *c);
void ask_duplicate_row(struct checking *c);
void ask_cleartext_auth(struct checking *c);
void ask_auth_unoffered(struct checking *c);
void ask_domain_entry(struct checking *c);

#endif

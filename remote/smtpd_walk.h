/* Reads a rendered configuration as OpenSMTPD would, knowing nothing of how it
 * was rendered: which clients get how far?  For the reader of the dialect
 * only. */
#ifndef REMOTE_SMTPD_WALK_H
#define REMOTE_SMTPD_WALK_H

#include <regex.h>

#include "dialect.h"
#include "policy/policy.h"
#include "policy/set.h"

struct read_table {
	char *name;
	const struct rendered_file *file;
	bool has_set;
	struct set set;
	bool has_expressions;
	regex_t *expressions;
	size_t count, cap;
};

enum test {
	TEST_SRC,       /* the address is in the table */
	TEST_SRC_REGEX,
	TEST_RDNS_REGEX,
	TEST_FCRDNS,
	TEST_AUTH,
	TEST_RCPT_REGEX,
};

struct read_filter {
	char *name;
	bool rcpt; /* phase rcpt-to; else connect */
	bool not;
	enum test test;
	struct read_table *table; /* NULL for tests without one */
	bool bypass; /* else it ends in a refusal */
};

struct read_chain {
	char *name;
	const struct read_filter **filters; /* borrowed */
	size_t count, cap;
};

struct read_listener {
	struct listener at;
	int tls; /* enum tls_mode */
	bool auth;
	char *tag;
	const struct read_chain *chain;
};

struct read_action {
	char *name, *text;
};

enum for_what {
	FOR_ANY,
	FOR_LOCAL,
	FOR_DOMAIN,
	FOR_REGEX,
};

struct read_rule {
	char *tag;
	bool auth;
	struct read_table *from; /* NULL: any */
	enum for_what what;
	struct read_table *domains;
	char *action; /* NULL: reject */
};

/* All of it; tables and filters have places of their own, for others point to
 * them. */
struct conf {
	const struct rendering *rendering;
	struct read_table **tables;
	struct read_filter **filters;
	struct read_chain **chains;
	struct read_listener *listeners;
	struct read_action *actions;
	struct read_rule *rules;
	size_t table_count, table_cap, filter_count, filter_cap;
	size_t chain_count, chain_cap, listener_count, listener_cap;
	size_t action_count, action_cap, rule_count, rule_cap;
};

/* On failure, too, conf_free() must be called. */
bool conf_read(struct conf *conf, const struct rendering *rendering,
    struct err *err);
void conf_free(struct conf *conf);

const struct read_listener *conf_listener(const struct conf *conf,
    const struct listener *at);
/* "relay host ..."; NULL for the two that the gateway has. */
const char *conf_action(const struct conf *conf, const char *name);

/* Do the filters have the rows of the server's routing list, and no others? */
bool chain_has_rows(const struct read_chain *chain,
    const struct server *server, struct err *err);

/* A table as addresses, as expressions, read once. */
bool table_addresses(struct read_table *table, struct err *err);
bool table_expressions(struct read_table *table, struct err *err);
/* One of the expressions; they must have been read. */
bool table_matches(const struct read_table *table, const char *text);
bool table_has_line(const struct read_table *table, const char *line);

/* A recipient from a client, or only a connection. */
struct visit {
	const struct read_listener *listener;
	bool authenticated;
	const char *name;      /* the client's verified name, or NULL */
	const char *recipient; /* in lower case, without <>; NULL: none yet */
	struct err *err;
	bool broken; /* err says why */
};

/* The clients that the filters of this phase let go on. */
void visit_filters(struct visit *visit, bool rcpt, struct set *clients);
/* Of these clients those whose recipient a rule takes. */
void visit_rules(struct visit *visit, const struct conf *conf,
    struct set *clients);
/* The first rule for the recipient, from whomever; NULL: none. */
const struct read_rule *visit_rule(struct visit *visit,
    const struct conf *conf);

#endif

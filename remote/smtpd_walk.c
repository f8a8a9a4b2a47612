#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "smtpd.h"
#include "smtpd_walk.h"

/* --- tables ------------------------------------------------------------ */

/* The rows behind the line that makes it a list. */
static const char *
first_row(const struct read_table *table, struct err *err)
{
	size_t len = strlen(SMTPD_LIST);

	if (!strncmp(table->file->data, SMTPD_LIST, len) &&
	    table->file->data[len])
		return table->file->data + len;
	fail(err, "%s: is no list of rows", table->file->path);
	return NULL;
}

/* OpenSMTPD makes keys lower case, and has no more room for them. */
static bool
is_key(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] <= ' ' || line[i] > '~' ||
		    (line[i] >= 'A' && line[i] <= 'Z'))
			return false;
	return len > 0 && len < 1024;
}

/* IPv6 stands in brackets, to the end. */
static bool
read_block(struct net *net, const char *at, size_t len)
{
	bool six = len > 2 && *at == '[' && at[len - 1] == ']';
	struct err err;

	return is_key(at, len) &&
	    net_parse(net, at + six, len - 2 * six, NET_STRICT, &err) &&
	    (net->family == 6) == six && net_prefix(net) >= 0;
}

bool
table_addresses(struct read_table *table, struct err *err)
{
	const char *at = first_row(table, err);
	struct entries entries = { 0 };

	for (size_t len; at && *at && !table->has_set; at += len + 1) {
		struct entry entry = { .kind = ENTRY_NET };

		len = strcspn(at, "\n");
		if (!at[len] || !read_block(&entry.net, at, len)) {
			fail(err, "%s: a row cannot be read back",
			    table->file->path);
			at = NULL;
			break;
		}
		entries_append(&entries, &entry);
	}
	if (at && !table->has_set) {
		entries_settle(&entries);
		set_of_entries(&table->set, &entries);
		table->has_set = true;
	}
	entries_free(&entries);
	return at != NULL;
}

/* Only what the dialect writes, because what a gateway sends back may have been
 * made to be slow: no counts, and no backward references. */
static bool
is_expression(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strchr("{}+", line[i]))
			return false;
		if (line[i] == '\\' && line[++i] != '.')
			return false;
	}
	return is_key(line, len) && *line == '^';
}

static bool
add_expression(struct read_table *table, const char *line, size_t len)
{
	char *text = mem_textn(line, len);
	bool ok;

	table->expressions = mem_grow(table->expressions, table->count,
	    &table->cap, sizeof(*table->expressions));
	ok = is_expression(line, len) && !regcomp(
	    &table->expressions[table->count], text,
	    REG_EXTENDED | REG_NOSUB);
	table->count += ok;
	free(text);
	return ok;
}

bool
table_expressions(struct read_table *table, struct err *err)
{
	const char *at;

	if (table->has_expressions)
		return true;
	at = first_row(table, err);
	for (size_t len; at && *at; at += len + 1) {
		len = strcspn(at, "\n");
		if (!at[len] || !add_expression(table, at, len))
			return fail(err, "%s: a row cannot be read back",
			    table->file->path);
	}
	table->has_expressions = at != NULL;
	return at != NULL;
}

bool
table_matches(const struct read_table *table, const char *text)
{
	for (size_t i = 0; i < table->count; i++)
		if (!regexec(&table->expressions[i], text, 0, NULL, 0))
			return true;
	return false;
}

bool
table_has_line(const struct read_table *table, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = table->file->data; at;) {
		if (!strncmp(at, line, len) && at[len] == '\n')
			return true;
		at = strchr(at, '\n');
		at = at && at[1] ? at + 1 : NULL;
	}
	return false;
}

/* --- filters ----------------------------------------------------------- */

static void
decide_all(bool yes, struct set *set)
{
	if (yes)
		set_all(set);
}

/* A name that is not verified must not be believed: no client without one may
 * come as far as a question about names. */
static bool
test_name(struct visit *visit, const struct read_filter *filter,
    const struct set *clients, struct set *set)
{
	if (!visit->name)
		return set_empty(clients) || fail(visit->err, "smtpd/conf: "
		    "filter %s believes a name that is not verified",
		    filter->name);
	if (!table_expressions(filter->table, visit->err))
		return false;
	decide_all(table_matches(filter->table, visit->name), set);
	return true;
}

/* The clients for which it is true what the filter asks. */
static bool
test_filter(struct visit *visit, const struct read_filter *filter,
    const struct set *clients, struct set *set)
{
	switch (filter->test) {
	case TEST_SRC:
		if (!table_addresses(filter->table, visit->err))
			return false;
		set_copy(set, &filter->table->set);
		return true;
	case TEST_SRC_REGEX:
		/* Only one that every address matches is understood. */
		if (!table_expressions(filter->table, visit->err))
			return false;
		set_all(set);
		return table_matches(filter->table, "") || fail(visit->err,
		    "%s: does not match every address",
		    filter->table->file->path);
	case TEST_RDNS_REGEX:
		return test_name(visit, filter, clients, set);
	case TEST_FCRDNS:
		decide_all(visit->name != NULL, set);
		return true;
	case TEST_AUTH:
		decide_all(visit->authenticated, set);
		return true;
	case TEST_RCPT_REGEX:
		if (!table_expressions(filter->table, visit->err))
			return false;
		decide_all(table_matches(filter->table, visit->recipient),
		    set);
		return true;
	}
	return false;
}

/* What of the open clients it takes out, and those that pass by that. */
static void
visit_filter(struct visit *visit, const struct read_filter *filter,
    struct set *open, struct set *passed)
{
	struct set some = { 0 };

	if (!test_filter(visit, filter, open, &some)) {
		visit->broken = true;
		set_free(&some);
		return;
	}
	if (filter->not)
		set_subtract(&some, open, &some);
	else
		set_intersect(&some, open, &some);
	if (filter->bypass)
		set_union(passed, passed, &some);
	set_subtract(open, open, &some);
	set_free(&some);
}

void
visit_filters(struct visit *visit, bool rcpt, struct set *clients)
{
	const struct read_chain *chain = visit->listener->chain;
	struct set passed = { 0 };

	for (size_t i = 0; i < chain->count && !visit->broken; i++)
		if (chain->filters[i]->rcpt == rcpt)
			visit_filter(visit, chain->filters[i], clients,
			    &passed);
	set_union(clients, clients, &passed);
	set_free(&passed);
}

/* --- rules ------------------------------------------------------------- */

static bool
is_for(struct visit *visit, const struct read_rule *rule)
{
	const char *at = strrchr(visit->recipient, '@');

	switch (rule->what) {
	case FOR_ANY:
		return true;
	case FOR_LOCAL:
		return !at;
	case FOR_DOMAIN:
		return at && table_has_line(rule->domains, at + 1);
	case FOR_REGEX:
		if (!table_expressions(rule->domains, visit->err)) {
			visit->broken = true;
			return false;
		}
		return at && table_matches(rule->domains, at + 1);
	}
	return false;
}

static bool
is_of(const struct visit *visit, const struct read_rule *rule)
{
	return !strcmp(rule->tag, visit->listener->tag);
}

static void
visit_one(struct visit *visit, const struct read_rule *rule,
    struct set *open, struct set *taken)
{
	struct set some;

	if (!is_of(visit, rule) || (rule->auth && !visit->authenticated) ||
	    !is_for(visit, rule))
		return;
	if (rule->from && !table_addresses(rule->from, visit->err)) {
		visit->broken = true;
		return;
	}
	set_copy(&some, open);
	if (rule->from)
		set_intersect(&some, &some, &rule->from->set);
	if (rule->action)
		set_union(taken, taken, &some);
	set_subtract(open, open, &some);
	set_free(&some);
}

void
visit_rules(struct visit *visit, const struct conf *conf, struct set *clients)
{
	struct set taken = { 0 };

	for (size_t i = 0; i < conf->rule_count && !visit->broken; i++)
		visit_one(visit, &conf->rules[i], clients, &taken);
	set_free(clients);
	*clients = taken;
}

const struct read_rule *
visit_rule(struct visit *visit, const struct conf *conf)
{
	for (size_t i = 0; i < conf->rule_count && !visit->broken; i++) {
		const struct read_rule *rule = &conf->rules[i];

		if (is_of(visit, rule) && !rule->auth && !rule->from &&
		    is_for(visit, rule))
			return rule;
	}
	return NULL;
}

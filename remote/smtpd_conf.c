#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "smtpd.h"
#include "smtpd_walk.h"

/* Does the text go on with this?  Then it is passed over. */
static bool
take(const char **at, const char *literal)
{
	size_t len = strlen(literal);

	if (strncmp(*at, literal, len))
		return false;
	*at += len;
	return true;
}

/* Up to the character, which is passed over too; NULL when it does not come in
 * this line. */
static char *
take_until(const char **at, char end)
{
	char stop[] = { end, '\n', '\0' };
	size_t len = strcspn(*at, stop);
	char *text;

	if ((*at)[len] != end)
		return NULL;
	text = mem_textn(*at, len);
	*at += len + (end != '\n');
	return text;
}

static bool
take_number(const char **at, unsigned long most, unsigned long *number)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	*number = strtoul(*at, &end, 10);
	*at = end;
	return *number <= most;
}

/* "NAME" in quotation marks. */
static bool
take_name(const char **at, char **name)
{
	*name = take(at, "\"") ? take_until(at, '"') : NULL;
	return *name != NULL;
}

static struct read_table *
find_table(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->table_count; i++)
		if (!strcmp(conf->tables[i]->name, name))
			return conf->tables[i];
	return NULL;
}

/* <NAME> of a table that was declared before. */
static bool
take_table(const struct conf *conf, const char **at,
    struct read_table **table)
{
	char *name = take(at, "<") ? take_until(at, '>') : NULL;

	*table = name ? find_table(conf, name) : NULL;
	free(name);
	return *table != NULL;
}

/* --- statements -------------------------------------------------------- */

static bool
read_table(struct conf *conf, const char *at)
{
	struct read_table *t = mem_new(1, sizeof(*t));
	char *path = NULL;
	bool ok;

	conf->tables = mem_grow(conf->tables, conf->table_count,
	    &conf->table_cap, sizeof(*conf->tables));
	conf->tables[conf->table_count++] = t;
	ok = take_name(&at, &t->name) && take(&at, " \"file:" SMTPD_CURRENT);
	if (ok)
		path = take_until(&at, '"');
	if (path)
		t->file = rendering_find(conf->rendering, path);
	free(path);
	return ok && t->file && *at == '\n' &&
	    find_table(conf, t->name) == t;
}

static const struct {
	const char *words;
	enum test test;
	bool table;
} tests[] = {
	{ "src regex ", TEST_SRC_REGEX, true, },
	{ "src ", TEST_SRC, true, },
	{ "rdns regex ", TEST_RDNS_REGEX, true, },
	{ "rcpt-to regex ", TEST_RCPT_REGEX, true, },
	{ "fcrdns", TEST_FCRDNS, false, },
	{ "auth", TEST_AUTH, false, },
};

static bool
take_test(const struct conf *conf, const char **at, struct read_filter *f)
{
	f->not = take(at, "!");
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (!take(at, tests[i].words))
			continue;
		f->test = tests[i].test;
		return !tests[i].table || take_table(conf, at, &f->table);
	}
	return false;
}

/* A reply of the class 5. */
static bool
take_outcome(const char **at, struct read_filter *f)
{
	char *reply = NULL;
	bool ok;

	f->bypass = take(at, " bypass");
	if (f->bypass)
		return true;
	ok = take(at, f->rcpt ? " reject \"5" : " disconnect \"5");
	if (ok)
		reply = take_until(at, '"');
	free(reply);
	return reply != NULL;
}

static const struct read_filter *
find_filter(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->filter_count; i++)
		if (!strcmp(conf->filters[i]->name, name))
			return conf->filters[i];
	return NULL;
}

/* What follows "{ ". */
static bool
read_chain(struct conf *conf, const char *at, char *name)
{
	struct read_chain *chain = mem_new(1, sizeof(*chain));
	bool ok = true;

	chain->name = name;
	conf->chains = mem_grow(conf->chains, conf->chain_count,
	    &conf->chain_cap, sizeof(*conf->chains));
	conf->chains[conf->chain_count++] = chain;
	while (ok) {
		char *one;

		ok = take_name(&at, &one);
		if (!ok)
			break;
		chain->filters = mem_grow(chain->filters, chain->count,
		    &chain->cap, sizeof(struct read_filter *));
		chain->filters[chain->count] = find_filter(conf, one);
		ok = chain->filters[chain->count++] != NULL;
		free(one);
		if (!take(&at, ", "))
			break;
	}
	return ok && take(&at, " }\n");
}

static bool
read_filter(struct conf *conf, const char *at)
{
	struct read_filter *f;
	char *name;

	if (!take_name(&at, &name))
		return false;
	if (take(&at, " chain { "))
		return read_chain(conf, at, name);
	f = mem_new(1, sizeof(*f));
	conf->filters = mem_grow(conf->filters, conf->filter_count,
	    &conf->filter_cap, sizeof(*conf->filters));
	conf->filters[conf->filter_count++] = f;
	f->name = name;
	f->rcpt = take(&at, " phase rcpt-to match ");
	return (f->rcpt || take(&at, " phase connect match ")) &&
	    take_test(conf, &at, f) && take_outcome(&at, f) && *at == '\n';
}

static const struct read_chain *
find_chain(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->chain_count; i++)
		if (!strcmp(conf->chains[i]->name, name))
			return conf->chains[i];
	return NULL;
}

static bool
take_place(const char **at, struct listener *listener)
{
	char *text = take_until(at, ' ');
	struct net net;
	struct err err;
	unsigned long port = 0;
	bool ok = text && net_parse_addr(&net, text, strlen(text), &err) &&
	    take(at, "port ") && take_number(at, 65535, &port);

	if (ok)
		*listener = (struct listener){ net.family, net.first,
			(uint16_t)port };
	free(text);
	return ok;
}

static bool
read_listener(struct conf *conf, const char *at)
{
	struct read_listener *l;
	char *chain = NULL;
	bool ok;

	conf->listeners = mem_grow(conf->listeners, conf->listener_count,
	    &conf->listener_cap, sizeof(*conf->listeners));
	l = &conf->listeners[conf->listener_count++];
	*l = (struct read_listener){ .tag = NULL };
	if (!take_place(&at, &l->at))
		return false;
	l->tls = take(&at, " tls-require pki @PKI@") ? TLS_REQUIRED
	    : take(&at, " tls pki @PKI@") ? TLS_OFFERED : TLS_NONE;
	l->auth = take(&at, " auth-optional @USERS@");
	ok = take(&at, " tag ") && take_name(&at, &l->tag) &&
	    take(&at, " filter ") && take_name(&at, &chain) && *at == '\n';
	if (ok)
		l->chain = find_chain(conf, chain);
	free(chain);
	return ok && l->chain;
}

static bool
read_action(struct conf *conf, const char *at)
{
	struct read_action *action;

	conf->actions = mem_grow(conf->actions, conf->action_count,
	    &conf->action_cap, sizeof(*conf->actions));
	action = &conf->actions[conf->action_count++];
	*action = (struct read_action){ NULL, NULL };
	if (!take_name(&at, &action->name) || !take(&at, " "))
		return false;
	action->text = take_until(&at, '\n');
	return action->text != NULL;
}

static bool
take_destination(const struct conf *conf, const char **at,
    struct read_rule *rule)
{
	if (take(at, "for any ")) {
		rule->what = FOR_ANY;
		return true;
	}
	if (take(at, "for local ")) {
		rule->what = FOR_LOCAL;
		return true;
	}
	rule->what = take(at, "for domain regex ") ? FOR_REGEX : FOR_DOMAIN;
	return (rule->what == FOR_REGEX || take(at, "for domain ")) &&
	    take_table(conf, at, &rule->domains) && take(at, " ");
}

static bool
read_rule(struct conf *conf, const char *at)
{
	struct read_rule *rule;

	conf->rules = mem_grow(conf->rules, conf->rule_count, &conf->rule_cap,
	    sizeof(*conf->rules));
	rule = &conf->rules[conf->rule_count++];
	*rule = (struct read_rule){ .tag = NULL };
	if (!take(&at, "tag ") || !take_name(&at, &rule->tag) ||
	    !take(&at, " "))
		return false;
	rule->auth = take(&at, "auth ");
	if (!take(&at, "from any ") && !(take(&at, "from src ") &&
	    take_table(conf, &at, &rule->from) && take(&at, " ")))
		return false;
	if (!take_destination(conf, &at, rule))
		return false;
	if (take(&at, "reject\n"))
		return true;
	return take(&at, "action ") && take_name(&at, &rule->action) &&
	    *at == '\n';
}

/* --- all of it --------------------------------------------------------- */

static const struct {
	const char *word;
	bool (*read)(struct conf *conf, const char *at);
} statements[] = {
	{ "table ", read_table, },
	{ "filter ", read_filter, },
	{ "listen on ", read_listener, },
	{ "action ", read_action, },
	{ "match ", read_rule, },
};

static bool
read_line(struct conf *conf, const char *at)
{
	if (*at == '\n' || *at == '#')
		return true;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (take(&at, statements[i].word))
			return statements[i].read(conf, at);
	return false;
}

bool
conf_read(struct conf *conf, const struct rendering *rendering,
    struct err *err)
{
	const struct rendered_file *file = rendering_find(rendering,
	    "smtpd/conf");
	size_t line = 1;

	*conf = (struct conf){ .rendering = rendering };
	if (!file)
		return fail(err, "smtpd/conf is missing");
	for (const char *at = file->data; *at; line++) {
		size_t len = strcspn(at, "\n");

		if (!at[len] || !read_line(conf, at))
			return fail(err, "smtpd/conf: line %zu cannot be read "
			    "back", line);
		at += len + 1;
	}
	return true;
}

static void
free_tables(struct conf *conf)
{
	for (size_t i = 0; i < conf->table_count; i++) {
		struct read_table *table = conf->tables[i];

		for (size_t n = 0; n < table->count; n++)
			regfree(&table->expressions[n]);
		free(table->expressions);
		set_free(&table->set);
		free(table->name);
		free(table);
	}
	free(conf->tables);
}

static void
free_filters(struct conf *conf)
{
	for (size_t i = 0; i < conf->filter_count; i++) {
		free(conf->filters[i]->name);
		free(conf->filters[i]);
	}
	for (size_t i = 0; i < conf->chain_count; i++) {
		free(conf->chains[i]->filters);
		free(conf->chains[i]->name);
		free(conf->chains[i]);
	}
	free(conf->filters);
	free(conf->chains);
}

void
conf_free(struct conf *conf)
{
	free_tables(conf);
	free_filters(conf);
	for (size_t i = 0; i < conf->listener_count; i++)
		free(conf->listeners[i].tag);
	for (size_t i = 0; i < conf->action_count; i++) {
		free(conf->actions[i].name);
		free(conf->actions[i].text);
	}
	for (size_t i = 0; i < conf->rule_count; i++) {
		free(conf->rules[i].tag);
		free(conf->rules[i].action);
	}
	free(conf->listeners);
	free(conf->actions);
	free(conf->rules);
}

const struct read_listener *
conf_listener(const struct conf *conf, const struct listener *at)
{
	for (size_t i = 0; i < conf->listener_count; i++) {
		const struct read_listener *l = &conf->listeners[i];

		if (l->at.family == at->family && l->at.addr == at->addr &&
		    l->at.port == at->port)
			return l;
	}
	return NULL;
}

const char *
conf_action(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->action_count; i++)
		if (!strcmp(conf->actions[i].name, name))
			return conf->actions[i].text;
	return NULL;
}

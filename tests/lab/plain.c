#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/field.h"
#include "policy/mem.h"

#include "plain.h"

struct reading {
	struct policy *policy;
	struct list *list;
	struct server *server;
	struct gateway *gateway;
	struct err *err;
};

static bool
begin_list(struct reading *r, const char *text)
{
	r->list = list_new(text);
	policy_add_list(r->policy, r->list);
	return true;
}

static bool
begin_server(struct reading *r, const char *text)
{
	r->server = server_new(text);
	r->gateway = NULL;
	policy_add_server(r->policy, r->server);
	return true;
}

static bool
begin_gateway(struct reading *r, const char *text)
{
	r->gateway = gateway_new(text);
	policy_add_gateway(r->policy, r->gateway);
	return true;
}

static bool
add_entry_to(struct entries *entries, const char *text, struct err *err)
{
	struct entry entry;

	if (!entry_parse(&entry, text, strlen(text), NET_STRICT, err))
		return false;
	entries_add(entries, &entry);
	return true;
}

static bool
add_member(struct reading *r, const char *text)
{
	return add_entry_to(&r->list->entries, text, r->err);
}

static bool
add_listener(struct reading *r, const char *text)
{
	struct listener listener;

	return listener_parse(&listener, text, strlen(text), r->err) &&
	    server_add_listener(r->server, &listener, r->err);
}

static const char *
split_word(char *word, size_t size, const char *text)
{
	size_t len = strcspn(text, " ");

	snprintf(word, size, "%.*s", (int)len, text);
	return text[len] ? text + len + 1 : text + len;
}

static bool
set_field(struct reading *r, const char *text)
{
	char name[64];
	const char *value = split_word(name, sizeof(name), text);
	const struct field *field = field_find(
	    r->gateway ? gateway_fields : server_fields, name);
	void *object = r->gateway ? (void *)r->gateway : (void *)r->server;

	return field ? field_parse(field, object, value, r->err)
	             : fail(r->err, "no field '%s'", name);
}

static bool
add_entry(struct reading *r, const char *text)
{
	char name[64];
	const char *value = split_word(name, sizeof(name), text);
	const struct slot *slot = slot_find(name);

	return slot ? add_entry_to(slot_entries(slot, r->server), value, r->err)
	            : fail(r->err, "no slot '%s'", name);
}

static bool
add_route(struct reading *r, const char *text)
{
	char domain[300], action[20];
	const char *rest = split_word(domain, sizeof(domain), text);
	struct route route = { 0 };
	int word;

	rest = split_word(action, sizeof(action), rest);
	word = word_find(action_words, action);
	if (word < 0)
		return fail(r->err, "no action '%s'", action);
	if (!route_parse(&route, domain, strlen(domain), r->err))
		return false;
	route.action = (enum route_action)word;
	if (*rest && !route_parse_next_hop(&route, rest, strlen(rest), r->err))
		return false;
	server_add_route(r->server, route);
	return true;
}

static bool
carry(struct reading *r, const char *text)
{
	r->gateway->servers = mem_resize(r->gateway->servers,
	    r->gateway->server_count + 1, sizeof(char *));
	r->gateway->servers[r->gateway->server_count++] = mem_text(text);
	return true;
}

static const struct {
	const char *word;
	bool (*read)(struct reading *, const char *);
} words[] = {
	{ "list ", begin_list, },
	{ "member ", add_member, },
	{ "server ", begin_server, },
	{ "listen ", add_listener, },
	{ "set ", set_field, },
	{ "entry ", add_entry, },
	{ "route ", add_route, },
	{ "gateway ", begin_gateway, },
	{ "carry ", carry, },
};

static bool
read_line(struct reading *r, const char *line)
{
	if (!*line || *line == '#')
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i].word);

		if (!strncmp(line, words[i].word, len))
			return words[i].read(r, line + len);
	}
	return fail(r->err, "unknown line");
}

struct policy *
plain_read(const char *path)
{
	struct err err = { 0 };
	struct reading r = { .policy = policy_new(), .err = &err };
	FILE *file = fopen(path, "r");
	char line[1024];
	bool ok = file != NULL;

	while (ok && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		ok = read_line(&r, line);
	}
	if (!ok)
		fprintf(stderr, "%s: %s: %s\n", path, file ? line : "",
		    file ? err.text : "cannot be read");
	if (file)
		fclose(file);
	if (ok)
		return r.policy;
	policy_free(r.policy);
	return NULL;
}

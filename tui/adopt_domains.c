#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt.h"
#include "policy/mem.h"

/* Where mail of one setting goes. */
static const struct {
	const char *setting;
	enum route_action action;
	bool subdomains; /* as parent_domain_matches_subdomains says */
} settings[] = {
	{ "mydestination", ROUTE_INBOUND, false, },
	{ "virtual_alias_domains", ROUTE_INBOUND, false, },
	{ "virtual_mailbox_domains", ROUTE_INBOUND, false, },
	{ "relay_domains", ROUTE_RELAY, true, },
};

static bool
has_row(const struct server *server, const struct route *row)
{
	for (size_t i = 0; i < server->route_count; i++)
		if (!strcmp(server->routes[i].domain, row->domain) &&
		    server->routes[i].exact == row->exact)
			return true;
	return false;
}

/* "smtp:[mx.example]:25" in transport(5): the host to go to. */
static void
set_next_hop(const struct service *s, struct route *row, const char *where)
{
	const char *colon = strchr(where, ':');
	struct buf hop = { 0 };
	struct err err;

	if (!colon || !colon[1]) {
		buf_free(&hop);
		return;
	}
	for (const char *c = colon + 1; *c; c++)
		if (*c != '[' && *c != ']')
			buf_addc(&hop, *c);
	if (!route_parse_next_hop(row, buf_text(&hop), hop.len, &err))
		adopt_note(s, "transport_maps: %s goes to %s: %s", row->domain,
		    where, err.text);
	buf_free(&hop);
}

/* The value of a key in the text of a table. */
static bool
find_in_table(const char *text, const char *key, char *value, size_t size)
{
	size_t len = strlen(key);

	for (const char *line = text; *line;) {
		const char *end = line + strcspn(line, "\n");

		if (!strncmp(line, key, len) &&
		    (line[len] == ' ' || line[len] == '\t')) {
			const char *at = line + len + strspn(line + len,
			    " \t");

			snprintf(value, size, "%.*s", (int)(end - at), at);
			return true;
		}
		line = *end ? end + 1 : end;
	}
	return false;
}

static void
find_next_hop(const struct service *s, struct route *row)
{
	char *maps = service_setting(s, "transport_maps"), word[1024];
	const char *at = maps;

	while (setting_word(&at, word, sizeof(word))) {
		const char *path = strchr(word, ':');
		const char *text = fetched_find(s->adoption->files,
		    path ? path + 1 : word);
		char value[512];

		if (text && find_in_table(text, row->domain, value,
		        sizeof(value))) {
			set_next_hop(s, row, value);
			break;
		}
	}
	free(maps);
}

static void
add_domain(const struct service *s, const char *text,
    enum route_action action, bool subdomains)
{
	struct route row = { 0 };
	struct buf written = { 0 };
	struct err err;

	/* Postfix has it match subdomains alone, or nothing at all. */
	if (text[0] == '.') {
		adopt_note(s, "the domain %s covers subdomains without the "
		    "domain itself at most, which no row can; left out",
		    text);
		return;
	}
	buf_addf(&written, "%s%s", subdomains ? "" : "#", text);
	if (!route_parse(&row, buf_text(&written), written.len, &err)) {
		adopt_note(s, "the domain %s is left out: %s", text,
		    err.text);
		route_free(&row);
	} else if (has_row(s->server, &row)) {
		route_free(&row);
	} else {
		row.action = action;
		if (action == ROUTE_RELAY)
			find_next_hop(s, &row);
		server_add_route(s->server, row);
	}
	buf_free(&written);
}

/* The first word of each line of a file or table. */
static void
add_table(const struct service *s, const char *item, enum route_action action,
    bool subdomains)
{
	const char *path = strchr(item, '/'), *text;
	char word[300];

	text = path ? fetched_find(s->adoption->files, path) : NULL;
	if (!text || !strncmp(item, "regexp:", 7) ||
	    !strncmp(item, "pcre:", 5)) {
		adopt_note(s, "the domains of %s could not be read", item);
		return;
	}
	for (const char *line = text; *line;) {
		const char *end = line + strcspn(line, "\n");
		size_t len = strcspn(line, " \t\n");

		if (len && len < sizeof(word) && *line != '#') {
			snprintf(word, sizeof(word), "%.*s", (int)len, line);
			add_domain(s, word, action, subdomains);
		}
		line = *end ? end + 1 : end;
	}
}

static bool
parents_match(const struct service *s)
{
	char *value = service_setting(s, "parent_domain_matches_subdomains");
	bool match = strstr(value, "relay_domains") != NULL;

	free(value);
	return match;
}

void
adopt_domains(const struct service *s)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		bool subdomains = settings[i].subdomains && parents_match(s);
		char *value = service_setting(s, settings[i].setting);
		const char *at = value;
		char word[1024];

		while (setting_word(&at, word, sizeof(word)))
			if (strchr(word, '/'))
				add_table(s, word, settings[i].action,
				    subdomains);
			else if (word[0] == '$')
				adopt_note(s, "%s: %s is not known",
				    settings[i].setting, word);
			else
				add_domain(s, word, settings[i].action,
				    subdomains);
		free(value);
	}
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/name.h"
#include "server_name.h"

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* One '-' for a run of what may not be; room is left for a number. */
static void
make_valid(struct buf *name, const char *text)
{
	buf_clear(name);
	for (; *text && name->len < NAME_SIZE - 8; text++) {
		bool good = is_alnum(*text) || *text == '.' || *text == '_';

		if (is_alnum(*text) || (good && name->len))
			buf_addc(name, *text);
		else if (name->len && name->data[name->len - 1] != '-')
			buf_addc(name, '-');
	}
	while (name->len && name->data[name->len - 1] == '-')
		name->data[--name->len] = '\0';
	if (!name->len)
		buf_add(name, "server");
}

char *
server_name_make(const struct policy *policy, const char *wish,
    const char *longer)
{
	struct buf name = { 0 };
	size_t len;

	make_valid(&name, wish);
	if (policy_server(policy, buf_text(&name)))
		make_valid(&name, longer);
	len = name.len;
	for (int n = 2; policy_server(policy, buf_text(&name)); n++) {
		name.data[name.len = len] = '\0';
		buf_addf(&name, "-%d", n);
	}
	return buf_take(&name);
}

void
server_deafen(struct server *server)
{
	free(server->listeners);
	server->listeners = NULL;
	server->listener_count = 0;
}

struct server *
server_bare(const struct policy *policy, const char *wish, const char *longer)
{
	char *name = server_name_make(policy, wish, longer);
	struct server *server = server_new(name);

	free(name);
	server_deafen(server);
	return server;
}

bool
servers_share_listener(const struct server *a, const struct server *b)
{
	for (size_t i = 0; i < a->listener_count; i++) {
		const struct listener *x = &a->listeners[i];

		for (size_t k = 0; k < b->listener_count; k++) {
			const struct listener *y = &b->listeners[k];

			if (x->family == y->family && x->port == y->port &&
			    (x->addr == y->addr || !x->addr || !y->addr))
				return true;
		}
	}
	return false;
}

#include "config.h"

#include <string.h>

#include "target.h"

static bool
take_name(struct target *target, const char *text, size_t len,
    struct err *err)
{
	if (!name_check(text, len, err))
		return false;
	memcpy(target->name, text, len);
	target->name[len] = '\0';
	return true;
}

bool
target_parse(struct target *target, const char *text, struct err *err)
{
	const char *slash;

	memset(target, 0, sizeof(*target));
	if (!strncmp(text, "list:", 5)) {
		target->is_list = true;
		return take_name(target, text + 5, strlen(text + 5), err);
	}
	slash = strchr(text, '/');
	if (strncmp(text, "server:", 7) != 0 || !slash)
		return fail(err,
		    "'%.80s' is neither list:NAME nor server:NAME/PART", text);
	if (!take_name(target, text + 7, (size_t)(slash - text) - 7, err))
		return false;
	target->is_routing = !strcmp(slash + 1, "routing");
	target->slot = slot_find(slash + 1);
	if (!target->is_routing && !target->slot)
		return fail(err,
		    "'%.80s': the parts of a server are connection, relay, "
		    "clients, local, never and routing",
		    text);
	return true;
}

void
target_add(struct buf *buf, const struct target *target)
{
	if (target->is_list)
		buf_addf(buf, "list:%s", target->name);
	else
		buf_addf(buf, "server:%s/%s", target->name,
		    target->slot ? target->slot->name : "routing");
}

struct entries *
target_entries(const struct target *target, struct policy *policy)
{
	struct server *server;
	struct list *list;

	if (target->is_list) {
		list = policy_list(policy, target->name);
		return list ? &list->entries : NULL;
	}
	server = policy_server(policy, target->name);
	return server && target->slot ? slot_entries(target->slot, server)
	                              : NULL;
}

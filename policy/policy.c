#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "mem.h"
#include "name.h"
#include "policy.h"

const char *const mode_words[] = { "only", "all-except", NULL };
const char *const tls_words[] = { "none", "offered", "required", NULL };
const char *const action_words[] = { "inbound", "relay", "reject", NULL };
const char *const mta_words[] = { "postfix", "exim", "opensmtpd", NULL };
const char *const become_words[] = { "none", "sudo", NULL };
const char *const transport_words[] = { "built-in", "openssh", NULL };

int
word_find(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], text))
			return i;
	return -1;
}

/* --- arrays of objects that begin with their name --------------------- */

struct named {
	char *name;
};

static size_t
named_place(struct named *const *items, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(items[i]->name, name))
			return i;
	return ENTRY_NOWHERE;
}

static void *
named_find(void *items, size_t count, const char *name)
{
	struct named **all = items;
	size_t i = named_place(all, count, name);

	return i == ENTRY_NOWHERE ? NULL : all[i];
}

static void *
named_append(void *items, size_t *count, void *item)
{
	struct named **all = items;
	size_t n = *count;

	/* Grows at powers of two. */
	if ((n & (n - 1)) == 0)
		all = mem_resize(all, n ? 2 * n : 1, sizeof(*all));
	all[n] = item;
	*count = n + 1;
	return all;
}

static void *
named_take(void *items, size_t *count, const char *name)
{
	struct named **all = items, *item;
	size_t i = named_place(all, *count, name);

	if (i == ENTRY_NOWHERE)
		return NULL;
	item = all[i];
	--*count;
	memmove(all + i, all + i + 1, (*count - i) * sizeof(*all));
	return item;
}

struct list *
policy_list(const struct policy *policy, const char *name)
{
	return named_find(policy->lists, policy->list_count, name);
}

struct server *
policy_server(const struct policy *policy, const char *name)
{
	return named_find(policy->servers, policy->server_count, name);
}

struct gateway *
policy_gateway(const struct policy *policy, const char *name)
{
	return named_find(policy->gateways, policy->gateway_count, name);
}

struct invariant *
policy_invariant(const struct policy *policy, const char *name)
{
	return named_find(policy->invariants, policy->invariant_count, name);
}

void
policy_add_list(struct policy *policy, struct list *list)
{
	policy->lists = named_append(policy->lists, &policy->list_count, list);
}

void
policy_add_server(struct policy *policy, struct server *server)
{
	policy->servers =
	    named_append(policy->servers, &policy->server_count, server);
}

void
policy_add_gateway(struct policy *policy, struct gateway *gateway)
{
	policy->gateways =
	    named_append(policy->gateways, &policy->gateway_count, gateway);
}

void
policy_add_invariant(struct policy *policy, struct invariant *invariant)
{
	policy->invariants = named_append(policy->invariants,
	    &policy->invariant_count, invariant);
}

bool
policy_remove_list(struct policy *policy, const char *name)
{
	struct list *list = named_take(policy->lists, &policy->list_count,
	    name);

	list_free(list);
	return list != NULL;
}

bool
policy_remove_server(struct policy *policy, const char *name)
{
	struct server *server = named_take(policy->servers,
	    &policy->server_count, name);

	server_free(server);
	return server != NULL;
}

bool
policy_remove_gateway(struct policy *policy, const char *name)
{
	struct gateway *gateway = named_take(policy->gateways,
	    &policy->gateway_count, name);

	gateway_free(gateway);
	return gateway != NULL;
}

bool
policy_remove_invariant(struct policy *policy, const char *name)
{
	struct invariant *invariant = named_take(policy->invariants,
	    &policy->invariant_count, name);

	invariant_free(invariant);
	return invariant != NULL;
}

struct policy *
policy_new(void)
{
	return mem_new(1, sizeof(struct policy));
}

struct policy *
policy_copy(const struct policy *policy)
{
	struct policy *copy = policy_new();

	for (size_t i = 0; i < policy->list_count; i++)
		policy_add_list(copy, list_copy(policy->lists[i]));
	for (size_t i = 0; i < policy->server_count; i++)
		policy_add_server(copy, server_copy(policy->servers[i]));
	for (size_t i = 0; i < policy->gateway_count; i++)
		policy_add_gateway(copy, gateway_copy(policy->gateways[i]));
	for (size_t i = 0; i < policy->invariant_count; i++)
		policy_add_invariant(copy,
		    invariant_copy(policy->invariants[i]));
	return copy;
}

void
policy_free(struct policy *policy)
{
	if (!policy)
		return;
	for (size_t i = 0; i < policy->list_count; i++)
		list_free(policy->lists[i]);
	for (size_t i = 0; i < policy->server_count; i++)
		server_free(policy->servers[i]);
	for (size_t i = 0; i < policy->gateway_count; i++)
		gateway_free(policy->gateways[i]);
	for (size_t i = 0; i < policy->invariant_count; i++)
		invariant_free(policy->invariants[i]);
	free(policy->lists);
	free(policy->servers);
	free(policy->gateways);
	free(policy->invariants);
	free(policy);
}

/* --- objects ---------------------------------------------------------- */

static void
set_defaults(void *object, const struct field *fields)
{
	struct err err;

	for (const struct field *f = fields; f->name; f++)
		if (f->initial)
			field_parse(f, object, f->initial, &err);
}

struct list *
list_new(const char *name)
{
	struct list *list = mem_new(1, sizeof(*list));

	list->name = mem_text(name);
	return list;
}

struct list *
list_copy(const struct list *list)
{
	struct list *copy = list_new(list->name);

	copy->comment = mem_text(list->comment);
	entries_copy(&copy->entries, &list->entries);
	return copy;
}

void
list_free(struct list *list)
{
	if (!list)
		return;
	free(list->name);
	free(list->comment);
	entries_free(&list->entries);
	free(list);
}

struct server *
server_new(const char *name)
{
	struct server *server = mem_new(1, sizeof(*server));

	server->name = mem_text(name);
	set_defaults(server, server_fields);
	return server;
}

struct server *
server_copy(const struct server *server)
{
	struct server *copy = mem_new(1, sizeof(*copy));

	*copy = *server;
	copy->name = mem_text(server->name);
	copy->comment = mem_text(server->comment);
	copy->listeners = mem_new(server->listener_count,
	    sizeof(*copy->listeners));
	if (server->listener_count)
		memcpy(copy->listeners, server->listeners,
		    server->listener_count * sizeof(*copy->listeners));
	copy->routes = NULL;
	copy->route_count = 0;
	for (size_t i = 0; i < server->route_count; i++)
		server_add_route(copy, route_copy(&server->routes[i]));
	for (const struct slot *s = server_slots; s->name; s++)
		entries_copy(slot_entries(s, copy),
		    slot_entries_const(s, server));
	return copy;
}

void
server_free(struct server *server)
{
	if (!server)
		return;
	free(server->name);
	free(server->comment);
	free(server->listeners);
	for (size_t i = 0; i < server->route_count; i++)
		route_free(&server->routes[i]);
	free(server->routes);
	for (const struct slot *s = server_slots; s->name; s++)
		entries_free(slot_entries(s, server));
	free(server);
}

struct gateway *
gateway_new(const char *name)
{
	struct gateway *gateway = mem_new(1, sizeof(*gateway));

	gateway->name = mem_text(name);
	set_defaults(gateway, gateway_fields);
	return gateway;
}

struct gateway *
gateway_copy(const struct gateway *gateway)
{
	struct gateway *copy = mem_new(1, sizeof(*copy));

	*copy = *gateway;
	copy->name = mem_text(gateway->name);
	copy->group = mem_text(gateway->group);
	copy->comment = mem_text(gateway->comment);
	copy->host = mem_text(gateway->host);
	copy->user = mem_text(gateway->user);
	copy->jump = mem_text(gateway->jump);
	copy->hold = mem_text(gateway->hold);
	copy->servers = mem_new(gateway->server_count, sizeof(char *));
	for (size_t i = 0; i < gateway->server_count; i++)
		copy->servers[i] = mem_text(gateway->servers[i]);
	return copy;
}

void
gateway_free(struct gateway *gateway)
{
	if (!gateway)
		return;
	free(gateway->name);
	free(gateway->group);
	free(gateway->comment);
	free(gateway->host);
	free(gateway->user);
	free(gateway->jump);
	free(gateway->hold);
	for (size_t i = 0; i < gateway->server_count; i++)
		free(gateway->servers[i]);
	free(gateway->servers);
	free(gateway);
}

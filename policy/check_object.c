#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "mem.h"
#include "ruleset.h"

/* --- listeners on one gateway ----------------------------------------- */

struct claim {
	struct listener listener;
	const struct server *server;
};

static int
compare_claims(const void *x, const void *y)
{
	const struct listener *a = &((const struct claim *)x)->listener;
	const struct listener *b = &((const struct claim *)y)->listener;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return (a->addr > b->addr) - (a->addr < b->addr);
}

/* The same, with a server's claims together. */
static int
order_claims(const void *x, const void *y)
{
	const struct claim *a = x, *b = y;
	int order = compare_claims(x, y);

	return order ? order : strcmp(a->server->name, b->server->name);
}

/* A gateway may name a server twice. */
static size_t
drop_repeated(struct claim *claims, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!kept || order_claims(&claims[kept - 1], &claims[i]))
			claims[kept++] = claims[i];
	return kept;
}

static struct claim *
gather_claims(const struct compiled *compiled, const struct gateway *g,
    size_t *count)
{
	struct claim *claims = NULL;
	size_t cap = 0;

	*count = 0;
	for (size_t i = 0; i < g->server_count; i++) {
		const struct ruleset *r = relay_ruleset(compiled,
		    g->servers[i]);
		const struct server *s = r ? r->server : NULL;

		for (size_t j = 0; s && s->enabled && j < s->listener_count;
		     j++) {
			claims = mem_grow(claims, *count, &cap,
			    sizeof(*claims));
			claims[(*count)++] =
			    (struct claim){ s->listeners[j], s };
		}
	}
	if (*count)
		qsort(claims, *count, sizeof(*claims), order_claims);
	*count = drop_repeated(claims, *count);
	return claims;
}

static void
report_conflict(struct checking *c, const struct gateway *g,
    const struct claim *a, const struct claim *b)
{
	struct finding *f = finding_new(c, "listener-conflict", LEVEL_ERROR,
	    (struct object){ "gateway", g->name });
	struct buf x = { 0 }, y = { 0 };

	listener_add(&x, &a->listener);
	listener_add(&y, &b->listener);
	if (a->server == b->server)
		finding_say(f, "server %s claims both %s and %s",
		    a->server->name, buf_text(&x), buf_text(&y));
	else
		finding_say(f, "server %s claims %s and server %s claims %s",
		    a->server->name, buf_text(&x), b->server->name,
		    buf_text(&y));
	f->advice = mem_text("give each server its own address or port, or "
	    "turn one of them off");
	buf_free(&x);
	buf_free(&y);
}

/* Sorted, a wildcard stands in front of the addresses it conflicts with. */
static void
compare_neighbours(struct checking *c, const struct gateway *g,
    const struct claim *claims, size_t count)
{
	const struct claim *wild = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct listener *l = &claims[i].listener;
		const struct claim *before = i ? &claims[i - 1] : NULL;

		if (wild && (wild->listener.family != l->family ||
		        wild->listener.port != l->port))
			wild = NULL;
		if (wild)
			report_conflict(c, g, wild, &claims[i]);
		else if (before && !compare_claims(before, &claims[i]))
			report_conflict(c, g, before, &claims[i]);
		if (!wild && !l->addr)
			wild = &claims[i];
	}
}

void
ask_listener_conflict(struct checking *c)
{
	for (size_t i = 0; i < c->policy->gateway_count; i++) {
		const struct gateway *g = c->policy->gateways[i];
		size_t count;
		struct claim *claims = gather_claims(c->compiled, g, &count);

		compare_neighbours(c, g, claims, count);
		free(claims);
	}
}

void
ask_no_listener(struct checking *c, const struct server_view *v)
{
	struct finding *f;

	if (!v->server->enabled || v->server->listener_count)
		return;
	f = finding_new(c, "no-listener", LEVEL_ERROR,
	    (struct object){ "server", v->server->name });
	finding_say(f, "the server is enabled but listens nowhere");
	f->advice = mem_text("add a listener such as 0.0.0.0:25, or turn the "
	    "server off");
}

void
ask_no_server(struct checking *c)
{
	for (size_t i = 0; i < c->policy->gateway_count; i++) {
		const struct gateway *g = c->policy->gateways[i];
		struct object object = { "gateway", g->name };
		struct finding *f;

		if (!g->server_count) {
			f = finding_new(c, "no-server", LEVEL_ERROR, object);
			finding_say(f, "the gateway carries no virtual server");
			f->advice = mem_text("choose the servers it carries");
		}
		for (size_t j = 0; j < g->server_count; j++) {
			if (relay_ruleset(c->compiled, g->servers[j]))
				continue;
			f = finding_new(c, "no-server", LEVEL_ERROR, object);
			finding_say(f, "there is no server %s", g->servers[j]);
			f->advice = mem_text("make the server, or take it off "
			    "the gateway");
		}
	}
}

/* --- entries ---------------------------------------------------------- */

typedef void (*slot_asker)(struct checking *c, const struct server *s,
    const struct slot *slot, const struct entries *entries);

static void
each_slot(struct checking *c, const struct server_view *v, slot_asker ask)
{
	for (const struct slot *s = server_slots; s->name; s++)
		ask(c, v->server, s, slot_entries_const(s, v->server));
}

static void
report_unknown(struct checking *c, const struct server *s,
    const struct slot *slot, const struct entries *e)
{
	for (size_t i = 0; i < e->list_count; i++) {
		struct finding *f;

		if (relay_list(c->compiled, e->lists[i]))
			continue;
		f = finding_new(c, "unknown-list", LEVEL_ERROR,
		    (struct object){ "server", s->name });
		finding_say(f, "%s: there is no list %s", slot->name,
		    e->lists[i]);
		f->advice = mem_text("make the list, or remove the entry");
	}
}

void
ask_unknown_list(struct checking *c, const struct server_view *v)
{
	each_slot(c, v, report_unknown);
}

static void
report_not_addresses(struct checking *c, const struct server *s,
    const struct slot *slot, const struct entries *e)
{
	size_t first = e->v4_count + e->v6_count;

	for (size_t i = first; i < entries_count(e); i++) {
		struct entry entry;
		struct finding *f;
		struct err err;

		entries_at(e, i, &entry);
		if (slot_check_found(slot, relay_list(c->compiled,
		        entry.name), &entry, &err))
			continue;
		f = finding_new(c, "addresses-only", LEVEL_ERROR,
		    (struct object){ "server", s->name });
		finding_say(f, "%s", err.text);
		f->advice = mem_text("remove the client domains");
	}
}

void
ask_addresses_only(struct checking *c, const struct server_view *v)
{
	each_slot(c, v, report_not_addresses);
}

static void
report_domain(struct checking *c, const struct server *s,
    const struct slot *slot, const struct entries *e)
{
	size_t count = e->domain_count;
	const char *name = count ? e->domains[0] : NULL;
	struct object object = { "server", s->name };
	struct finding *f;

	for (size_t i = 0; i < e->list_count; i++) {
		const struct list *l = relay_list(c->compiled, e->lists[i]);

		if (l && l->entries.domain_count && !count)
			name = l->entries.domains[0];
		count += l ? l->entries.domain_count : 0;
	}
	if (!count || slot->only_addresses || !slot_alive(slot, s))
		return;
	f = finding_new(c, "domain-entry-cost", LEVEL_INFO, object);
	finding_say(f,
	    "%s: domain:%s%s a reverse DNS look-up on each connection",
	    slot->name, name, count > 1 ? " and others need" : " needs");
	f->advice = mem_text("list addresses where you can");
	if (slot_mode(slot, s) != MODE_ALL_EXCEPT)
		return;
	f = finding_new(c, "domain-entry-escape", LEVEL_WARNING, object);
	finding_say(f,
	    "%s: a client without a verified host name escapes domain:%s",
	    slot->name, name);
	f->advice = mem_text("list the addresses that are meant");
}

void
ask_domain_entry(struct checking *c, const struct server_view *v)
{
	each_slot(c, v, report_domain);
}

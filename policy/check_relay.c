#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "effect.h"
#include "mem.h"
#include "reach.h"
#include "ruleset.h"

static struct object
server_object(const struct server *s)
{
	return (struct object){ "server", s->name };
}

/* Each row can cover only one of the domains that are tried. */
char *
foreign_domain(const struct ruleset *rules)
{
	const struct route *every = relay_route(rules, ".");
	char text[40] = "elsewhere.example";

	for (size_t i = 0; relay_route(rules, text) != every; i++)
		snprintf(text, sizeof(text), "elsewhere%zu", i);
	return mem_text(text);
}

/* An address at a domain that no row covers; routed if a row covers all. */
static char *
foreign_recipient(const struct ruleset *rules)
{
	const struct route *every = relay_route(rules, ".");
	char *domain = foreign_domain(rules);
	struct buf text = { 0 };

	buf_addf(&text, "%s@%s", every && every->action == ROUTE_INBOUND
	        ? "somebody%elsewhere.example"
	        : "somebody", domain);
	free(domain);
	return buf_take(&text);
}

void
finding_witness(struct finding *f, const struct ruleset *rules, uint8_t family,
    u128 client)
{
	f->has_witness = true;
	f->recipient = foreign_recipient(rules);
	f->witness = (struct question){ .family = family, .client = client,
		.recipient = f->recipient };
}

void
finding_witness_local(struct finding *f, const struct server *s, uint8_t family,
    u128 local)
{
	f->witness.local_family = family;
	f->witness.local = local;
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (l->family == family && (!l->addr || l->addr == local))
			f->witness.local_port = l->port;
	}
	if (!f->witness.local_port)
		f->witness.local_port = 25;
}

static void
report_open(struct checking *c, const struct server_view *v, uint8_t family)
{
	int place = family == 6;
	const struct set *reach = &v->opened.reach;
	struct finding *f;

	if (!v->opened.open[place])
		return;
	f = finding_new(c, "open-relay", LEVEL_ERROR,
	    server_object(v->server));
	finding_say(f, "OPEN RELAY: anybody on the IPv%d Internet may send "
	    "mail to any domain through this server without logging on",
	    family);
	f->advice = mem_text("set Relay restrictions to \"Only the list "
	    "below\", or turn on a box of the Routing Restrictions");
	finding_witness(f, v->rules, family,
	    place ? reach->v6[0].first : reach->v4[0].first);
	if (v->opened.needs_local[place])
		finding_witness_local(f, v->server, family,
		    v->opened.local[place]);
}

void
ask_open_relay(struct checking *c, const struct server_view *v)
{
	report_open(c, v, 4);
	report_open(c, v, 6);
}

struct largest {
	struct net block[3];
	size_t count, all;
};

static void
keep_largest(const struct net *block, void *context)
{
	struct largest *l = context;
	size_t i = l->count;

	l->all++;
	while (i && l->block[i - 1].last - l->block[i - 1].first <
	        block->last - block->first)
		i--;
	if (i >= 3)
		return;
	if (l->count < 3)
		l->count++;
	for (size_t j = l->count - 1; j > i; j--)
		l->block[j] = l->block[j - 1];
	l->block[i] = *block;
}

bool
set_add_largest(struct buf *buf, const struct set *set)
{
	struct largest largest = { .count = 0 };

	set_blocks(set, keep_largest, &largest);
	for (size_t i = 0; i < largest.count; i++) {
		buf_add(buf, i ? ", " : "");
		net_add(buf, &largest.block[i]);
	}
	return largest.all > largest.count;
}

static void
report_wide(struct checking *c, const struct server_view *v, uint8_t family)
{
	int place = family == 6;
	struct count count = set_count(&v->opened.reach, family);
	struct buf text = { 0 };
	struct set part;
	struct finding *f;

	if (v->opened.open[place] ||
	    count.low <= (family == 4 ? WIDE_V4 : WIDE_V6))
		return;
	f = finding_new(c, "wide-relay", LEVEL_WARNING,
	    server_object(v->server));
	count_add(&text, count);
	buf_addf(&text, " IPv%d addresses of the Internet relay without "
	    "logging on; the largest blocks are ", family);
	set_copy(&part, &v->opened.reach);
	set_keep_family(&part, family);
	set_add_largest(&text, &part);
	f->sentence = buf_take(&text);
	f->advice = mem_text("list only the addresses that have to relay");
	finding_witness(f, v->rules, family,
	    place ? part.v6[0].first : part.v4[0].first);
	if (v->opened.needs_local[place])
		finding_witness_local(f, v->server, family,
		    v->opened.local[place]);
	set_free(&part);
}

void
ask_wide_relay(struct checking *c, const struct server_view *v)
{
	report_wide(c, v, 4);
	report_wide(c, v, 6);
}

static void
witness_any_domain(struct finding *f, const struct ruleset *rules)
{
	struct set set;

	reach_anywhere(rules, REACH_RELAY, &set);
	if (!set_empty(&set)) {
		struct net first = set_net(&set, 0);

		finding_witness(f, rules, first.family, first.first);
	}
	set_free(&set);
}

void
ask_relay_any_domain(struct checking *c, const struct server_view *v)
{
	const struct route *every = relay_route(v->rules, ".");
	struct finding *f;

	if (!every || every->action != ROUTE_RELAY)
		return;
	f = finding_new(c, "relay-any-domain", LEVEL_ERROR,
	    server_object(v->server));
	f->sentence = mem_text("the routing list row \".\" says relay: mail "
	    "for every domain is accepted from anyone");
	f->advice = mem_text("remove the row, or make it inbound or reject");
	witness_any_domain(f, v->rules);
}

void
ask_cleartext_auth(struct checking *c, const struct server_view *v)
{
	struct finding *f;

	if (!v->server->enabled || !v->server->basic ||
	    v->server->tls == TLS_REQUIRED)
		return;
	f = finding_new(c, "cleartext-auth", LEVEL_WARNING,
	    server_object(v->server));
	f->sentence = mem_text("basic authentication is on and TLS is not "
	    "required: passwords can be read on the way");
	f->advice = mem_text("require TLS");
}

void
ask_auth_unoffered(struct checking *c, const struct server_view *v)
{
	const struct server *s = v->server;
	struct finding *f;

	if (!s->enabled || s->basic ||
	    !(s->only_authenticated || s->relay_authenticated))
		return;
	f = finding_new(c, "auth-unoffered", LEVEL_WARNING, server_object(s));
	finding_say(f, "the %s count on clients that log on, but basic "
	    "authentication is off, so nobody can",
	    s->only_authenticated ? "routing restrictions"
	                          : "relay restrictions");
	f->advice = mem_text("turn basic authentication on, or the box off");
}

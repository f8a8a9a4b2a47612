/* A difference in plain words. */
#include "config.h"

#include <string.h>

#include "difference.h"

const char *const domain_effect_words[] = {
	"foreign",
	"inbound",
	"relayed for everybody",
	"rejected",
	NULL,
};

static const struct {
	enum reach reach;
	const char *gains, *loses;
} verbs[] = {
	{ REACH_CONNECT, "GAINS the connection", "LOSES the connection", },
	{ REACH_ANONYMOUS, "GAINS sending without logging on",
	    "LOSES sending without logging on", },
	{ REACH_RELAY, "GAINS relay", "LOSES relay", },
	{ REACH_RELAY_AUTH, "GAINS relay after logging on",
	    "LOSES relay after logging on", },
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static bool
any_of(const struct set sets[REACHES])
{
	for (size_t i = 0; i < REACHES; i++)
		if (!set_empty(&sets[i]))
			return true;
	return false;
}

static bool
domains_change(const struct server_difference *s)
{
	for (size_t i = 0; i < s->domain_count; i++)
		if (s->domains[i].before != s->domains[i].after)
			return true;
	return false;
}

static bool
named_any(const struct server_difference *s, bool gains)
{
	for (size_t i = 0; i < s->client_count; i++)
		for (size_t r = 0; r < REACHES; r++)
			if (gains ? s->clients[i].gains[r]
			          : s->clients[i].loses[r])
				return true;
	return false;
}

bool
difference_has_gains(const struct difference *d)
{
	bool any = any_of(d->gains);

	for (size_t i = 0; i < d->server_count; i++)
		any = any || named_any(&d->servers[i], true);
	return any;
}

bool
difference_has_losses(const struct difference *d)
{
	bool any = any_of(d->loses);

	for (size_t i = 0; i < d->server_count; i++)
		any = any || named_any(&d->servers[i], false);
	return any;
}

static void
add_plural(struct buf *buf, size_t count, const char *noun)
{
	buf_add_grouped(buf, count);
	buf_addf(buf, " %s%s", noun, count == 1 ? "" : "s");
}

/* --- the summary ------------------------------------------------------ */

static void
add_verb(struct buf *buf, const char *verb, const struct set *set,
    size_t gateways)
{
	if (set_empty(set))
		return;
	buf_add(buf, verb);
	buf_add(buf, ": ");
	set_add_clients(buf, set);
	if (gateways) {
		buf_add(buf, ", on ");
		add_plural(buf, gateways, "gateway");
	}
	buf_addc(buf, '\n');
}

/* What is not a matter of addresses, in one line. */
static void
add_others(struct buf *buf, const struct difference *d)
{
	size_t domains = 0, clients = 0;

	for (size_t i = 0; i < d->server_count; i++) {
		clients += d->servers[i].client_count;
		if (domains_change(&d->servers[i]))
			domains += d->servers[i].domain_count;
	}
	if (domains) {
		add_plural(buf, domains, "routing domain");
		buf_add(buf, domains == 1 ? " changes" : " change");
		buf_addc(buf, '\n');
	}
	if (clients) {
		add_plural(buf, clients, "client domain");
		buf_add(buf, clients == 1 ? " gains or loses"
		                          : " gain or lose");
		buf_addc(buf, '\n');
	}
}

void
difference_add_summary(struct buf *buf, const struct difference *d)
{
	if (!difference_has_gains(d) && !difference_has_losses(d))
		buf_add(buf, "0 clients gain, 0 lose\n");
	for (size_t i = 0; i < VERBS; i++) {
		enum reach r = verbs[i].reach;

		add_verb(buf, verbs[i].gains, &d->gains[r], d->gateways);
		add_verb(buf, verbs[i].loses, &d->loses[r], d->gateways);
	}
	add_others(buf, d);
	buf_addf(buf, "Verdict: %s before, %s after\n",
	    openness_words[d->before], openness_words[d->after]);
}

/* --- the details ------------------------------------------------------ */

static void
add_ranges(struct buf *buf, char mark, const struct set *set, size_t most)
{
	size_t count = set->v4_count + set->v6_count;
	size_t shown = count > most ? most : count;

	for (size_t i = 0; i < shown; i++) {
		struct net net = set_net(set, i);

		buf_addf(buf, "    %c ", mark);
		net_add(buf, &net);
		buf_addc(buf, '\n');
	}
	if (count > shown) {
		buf_addf(buf, "    %c ", mark);
		add_plural(buf, count - shown, "more range");
		buf_addc(buf, '\n');
	}
}

static void
add_set(struct buf *buf, const char *verb, char mark, const struct set *set,
    size_t most)
{
	if (set_empty(set))
		return;
	buf_addf(buf, "  %s", verb);
	buf_add(buf, ": ");
	set_add_clients(buf, set);
	buf_addc(buf, '\n');
	add_ranges(buf, mark, set, most);
}

void
difference_sets_add_text(struct buf *buf, const struct difference_sets *sets,
    size_t most)
{
	for (size_t i = 0; i < VERBS; i++) {
		enum reach r = verbs[i].reach;

		add_set(buf, verbs[i].gains, '+', &sets->gains[r], most);
		add_set(buf, verbs[i].loses, '-', &sets->loses[r], most);
	}
}

static void
add_view(struct buf *buf, const struct difference_view *view, size_t most)
{
	size_t count = view->local.v4_count + view->local.v6_count;

	if (!any_of(view->sets.gains) && !any_of(view->sets.loses))
		return;
	buf_add(buf, "  Connecting to ");
	for (size_t i = 0; i < count && i < 4; i++) {
		struct net net = set_net(&view->local, i);

		buf_add(buf, i ? ", " : "");
		net_add(buf, &net);
	}
	if (count > 4)
		buf_addf(buf, " and %zu more", count - 4);
	buf_add(buf, ":\n");
	difference_sets_add_text(buf, &view->sets, most);
}

static void
add_effect(struct buf *buf, enum domain_effect effect,
    const struct route *route)
{
	buf_add(buf, domain_effect_words[effect]);
	if (route && route->next_hop &&
	    (effect == DOMAIN_INBOUND || effect == DOMAIN_RELAYED)) {
		buf_add(buf, " by ");
		route_add_next_hop(buf, route);
	}
}

static void
add_domain(struct buf *buf, const struct domain_difference *d)
{
	buf_add(buf, "  ~ mail for ");
	if (!strcmp(d->domain, "."))
		buf_add(buf, "every other domain");
	else if (!d->itself)
		buf_addf(buf, "subdomains of %s", d->domain);
	else
		buf_addf(buf, d->subdomains ? "%s" : "%s itself", d->domain);
	buf_add(buf, ": ");
	add_effect(buf, d->before, d->from);
	buf_add(buf, " -> ");
	add_effect(buf, d->after, d->to);
	buf_addc(buf, '\n');
}

static void
add_domains(struct buf *buf, const struct server_difference *s, size_t most)
{
	for (size_t i = 0; i < s->domain_count && i < most; i++)
		add_domain(buf, &s->domains[i]);
	if (s->domain_count > most) {
		buf_add(buf, "  ~ ");
		add_plural(buf, s->domain_count - most, "more domain");
		buf_addc(buf, '\n');
	}
}

static void
add_client(struct buf *buf, const struct client_difference *c)
{
	for (size_t i = 0; i < VERBS; i++) {
		enum reach r = verbs[i].reach;

		if (c->gains[r])
			buf_addf(buf, "  + domain:%s %s\n", c->domain,
			    verbs[i].gains);
		if (c->loses[r])
			buf_addf(buf, "  - domain:%s %s\n", c->domain,
			    verbs[i].loses);
	}
}

static void
add_clients(struct buf *buf, const struct server_difference *s, size_t most)
{
	for (size_t i = 0; i < s->client_count && i < most; i++)
		add_client(buf, &s->clients[i]);
	if (s->client_count > most) {
		buf_add(buf, "  ~ ");
		add_plural(buf, s->client_count - most,
		    "more client domain");
		buf_addc(buf, '\n');
	}
}

static const char *
server_change(const struct server_difference *s)
{
	bool before = s->from && s->from->enabled;
	bool after = s->to && s->to->enabled;

	if (before == after)
		return "";
	if (after)
		return s->from ? ", turned on" : ", new";
	return s->to ? ", turned off" : ", removed";
}

static void
add_server(struct buf *buf, const struct server_difference *s, size_t most)
{
	const char *name = (s->to ? s->to : s->from)->name;

	buf_addf(buf, "server %s%s", name, server_change(s));
	if (s->gateways) {
		buf_add(buf, ", on ");
		add_plural(buf, s->gateways, "gateway");
	}
	buf_addf(buf, ": %s before, %s after\n", openness_words[s->before],
	    openness_words[s->after]);
	if (s->view_count > 1)
		for (size_t i = 0; i < s->view_count; i++)
			add_view(buf, &s->views[i], most);
	else
		difference_sets_add_text(buf, &s->sets, most);
	add_domains(buf, s, most);
	add_clients(buf, s, most);
	if (s->listeners)
		buf_add(buf, "  ~ listens elsewhere than before\n");
}

void
difference_add_text(struct buf *buf, const struct difference *d, size_t most)
{
	difference_add_summary(buf, d);
	for (size_t i = 0; i < d->server_count; i++)
		if (!d->servers[i].same)
			add_server(buf, &d->servers[i], most);
	if (d->carried) {
		add_plural(buf, d->carried, "server");
		buf_add(buf, " placed on, or taken off, gateways\n");
	}
}

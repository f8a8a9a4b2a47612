/* The policy's own decisions, asked of the server that should make them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "probe.h"

#define ROUTES_MOST 16 /* of a routing list; more are sampled evenly */

static const char *const route_forms[] = {
	"relayadm-probe@", "relayadm-probe@sub.", "relayadm-probe@not",
	"relayadm-probe%far.example@",
};

/* As the client that we are there, without a verified name. */
static bool
decide(const struct probe_run *run, const struct probed *p,
    const char *recipient, struct decision *decision)
{
	struct question q = { .family = p->own.family, .client = p->own.addr,
		.local_family = p->at.family, .local = p->at.addr,
		.local_port = p->at.port, .recipient = recipient };

	if (!p->server || !p->own.family)
		return false;
	relay_decide(relay_ruleset(run->fleet.compiled, p->server->name), &q,
	    decision);
	return true;
}

static bool
lets_in(const struct decision *d)
{
	return d->kind == ACCEPT_RELAY || d->kind == ACCEPT_INBOUND;
}

bool
probe_allows(const struct probe_run *run, const struct probed *p,
    const char *recipient)
{
	struct decision d;

	return decide(run, p, recipient, &d) && lets_in(&d);
}

/* --- which are asked ------------------------------------------------------ */

struct recipients {
	struct relay_form *items; /* ended by name NULL */
	size_t count, cap;
};

/* As the text of a form. */
static void
add_recipient(struct recipients *r, const char *local, const char *domain)
{
	struct buf text = { 0 };

	for (const char *at = local; *at; at++)
		buf_addf(&text, *at == '%' ? "%%%%" : "%c", *at);
	buf_add(&text, domain);
	r->items = mem_grow(r->items, r->count + 1, &r->cap,
	    sizeof(*r->items));
	r->items[r->count++] = (struct relay_form){ "decision",
		buf_take(&text), "" };
	r->items[r->count] = (struct relay_form){ NULL, NULL, NULL };
}

static void
choose(struct recipients *r, const struct server *server, const char *user,
    const char *domain)
{
	size_t step = server->route_count / ROUTES_MOST + 1;
	struct buf far = { 0 };

	add_recipient(r, "postmaster", "");
	buf_addf(&far, "%s@", user);
	add_recipient(r, buf_text(&far), domain);
	buf_free(&far);
	for (size_t i = 0; i < server->route_count; i += step) {
		const char *of = server->routes[i].domain;

		if (!strcmp(of, ".") || strlen(of) > 200 ||
		    strcspn(of, ".") > 59)
			continue;
		for (size_t k = 0;
		     k < sizeof(route_forms) / sizeof(route_forms[0]); k++)
			add_recipient(r, route_forms[k], of);
	}
}

/* --- what comes of it ----------------------------------------------------- */

static bool
is_private(const struct listener *own)
{
	struct set routable;
	bool private;

	set_routable(&routable);
	private = !set_holds(&routable, own->family, own->addr);
	set_free(&routable);
	return private;
}

static bool
counts_names(const struct server *s)
{
	return s->relay.domain_count || s->connection.domain_count ||
	    s->clients.entries.domain_count;
}

/* The server takes us for somebody else. */
static bool
add_other_address(struct buf *text, const struct probed *p)
{
	const char *seen = p->greeting.offers.seen;
	struct net net;
	struct err err;

	if (!strncmp(seen, "IPv6:", 5))
		seen += 5;
	if (!*seen || !net_parse_addr(&net, seen, strlen(seen), &err) ||
	    (net.family == p->own.family && net.first == p->own.addr))
		return false;
	buf_addf(text, "it takes us for %s: there is address translation "
	    "between", seen);
	return true;
}

static char *
likely_cause(const struct probe_run *run, const struct probed *p,
    bool server_accepts)
{
	struct buf text = { 0 };

	if (add_other_address(&text, p))
		return buf_take(&text);
	if (!run->pushed)
		buf_add(&text, "nothing was pushed to it yet; ");
	else if (run->pushed != run->last)
		buf_addf(&text, "it was last pushed revision %lld, and this is "
		    "%lld; ", (long long)run->pushed, (long long)run->last);
	if (p->own_left && strcmp(p->vantage, run->target) != 0)
		buf_addf(&text, "address translation between %s and it, which "
		    "it would not tell; ", p->vantage);
	if (counts_names(p->server))
		buf_add(&text, "a client domain covers our name there; ");
	if (server_accepts)
		buf_addf(&text, "%sanother policy there lets it in",
		    is_private(&p->own) ? "our private address is in its own "
		                          "networks (mynetworks), or " : "");
	else
		buf_add(&text, "another policy there refuses it: a filter, a "
		    "block list, a check of the sender");
	buf_addf(&text, "; relayadm status %s says what was changed by hand",
	    run->gateway->name);
	return buf_take(&text);
}

/* Refused because nobody has that mailbox: the relay decision came before.
 * Without a code a refusal of inbound mail is taken for that, unless it speaks
 * of relaying. */
static bool
is_unknown_user(const struct relay_answer *a, const struct decision *decision)
{
	if (!strncmp(a->text, "5.1.1 ", 6))
		return true;
	return decision->kind == ACCEPT_INBOUND &&
	    strncmp(a->text, "5.7.", 4) != 0 && !strcasestr(a->text, "relay");
}

char *
probe_policy_text(const struct decision *decision)
{
	struct buf what = { 0 }, text = { 0 };

	decision_add_what(&what, decision);
	buf_addf(&text, "%s by row %d, %s: %s",
	    decision_words[decision->kind], decision->row,
	    decision_row_title(decision->row), buf_text(&what));
	buf_free(&what);
	return buf_take(&text);
}

struct comparing {
	const struct probe_run *run;
	struct probed *place;
};

static void
compare(void *context, const struct relay_answer *a)
{
	struct comparing *c = context;
	struct probed *p = c->place;
	struct probed_decision d = { .recipient = mem_text(a->to) };
	struct buf server = { 0 };
	struct decision decision;
	bool accepts = a->verdict == RELAY_ACCEPTED;

	if (!decide(c->run, p, a->to, &decision)) {
		free(d.recipient);
		return;
	}
	d.told = accepts || (a->verdict == RELAY_REFUSED &&
	                        !is_unknown_user(a, &decision));
	buf_addf(&server, "%s at %s: %d %s", relay_verdict_words[a->verdict],
	    a->stage, a->code, a->text);
	d.policy = probe_policy_text(&decision);
	d.server = buf_take(&server);
	if (d.told && accepts != lets_in(&decision))
		d.cause = likely_cause(c->run, p, accepts);
	p->decisions = mem_grow(p->decisions, p->decision_count,
	    &p->decision_cap, sizeof(*p->decisions));
	p->decisions[p->decision_count++] = d;
}

void
probe_decisions(struct probe_run *run, struct probed *p,
    struct relay_probe *probe)
{
	struct comparing comparing = { run, p };
	struct recipients r = { 0 };
	struct relay_probe asking = *probe;

	if (!p->server || !p->own.family)
		return;
	choose(&r, p->server, run->far_user, run->far_domain);
	asking.forms = r.items;
	asking.deliver = false;
	asking.take = compare;
	asking.taker = &comparing;
	p->whole = relay_probe(&asking) && p->whole;
	for (size_t i = 0; i < r.count; i++)
		free((char *)(uintptr_t)r.items[i].text);
	free(r.items);
}

/* What the policy decides, asked on the gateway itself about what is in force
 * there, as any client. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "policy/mem.h"
#include "probe.h"
#include "remote/dial.h"
#include "remote/inside.h"

struct gathering {
	struct probe_run *run;
	size_t first; /* of the places that are asked here */
	const struct inside *inside;
};

static char *
likely_cause(const struct gathering *g, bool accepts)
{
	const struct probe_run *run = g->run;
	struct buf text = { 0 };

	if (*g->inside->drift)
		buf_add(&text, g->inside->drift);
	else if (g->inside->revision && run->pushed &&
	    g->inside->revision != run->pushed)
		buf_addf(&text, "it holds revision %lld, and not %lld, which "
		    "was pushed from here", (long long)g->inside->revision,
		    (long long)run->pushed);
	else if (!run->pushed)
		buf_add(&text, "nothing was pushed to it from here");
	else
		buf_addf(&text, "a setting of its own %s", accepts
		    ? "lets it in before the policy is asked"
		    : "refuses it beside the policy");
	buf_addf(&text, "; relayadm status %s says what was changed by hand",
	    run->gateway->name);
	return buf_take(&text);
}

/* Without the brackets. */
static char *
bare_recipient(const char *recipient)
{
	size_t len = strlen(recipient);

	if (len >= 2 && recipient[0] == '<' && recipient[len - 1] == '>')
		return mem_textn(recipient + 1, len - 2);
	return mem_text(recipient);
}

static void
take(void *context, const struct inside_answer *a)
{
	struct gathering *g = context;
	struct probed *p = &g->run->places[g->first + a->listener - 1];
	struct question q = { .family = a->client.family,
		.client = a->client.first, .name = a->name,
		.authenticated = a->authenticated,
		.local_family = p->at.family, .local = p->at.addr,
		.local_port = p->at.port, .recipient = a->recipient };
	struct probed_decision d = { .told = true,
		.authenticated = a->authenticated };
	struct buf client = { 0 };
	struct decision decision;

	relay_decide(relay_ruleset(g->run->fleet.compiled, p->server->name),
	    &q, &decision);
	net_add_addr(&client, a->client.family, a->client.first);
	d.client = buf_take(&client);
	d.name = mem_text_or_null(a->name);
	d.recipient = bare_recipient(a->recipient);
	d.policy = probe_policy_text(&decision);
	d.server = mem_text(a->reply);
	if (!a->agrees)
		d.cause = likely_cause(g, a->reply[0] == '2');
	p->decisions = mem_grow(p->decisions, p->decision_count,
	    &p->decision_cap, sizeof(*p->decisions));
	p->decisions[p->decision_count++] = d;
}

static void
add_places(struct probe_run *run)
{
	for (size_t i = 0; i < run->gateway->server_count; i++) {
		const struct server *s = policy_server(run->fleet.policy,
		    run->gateway->servers[i]);

		for (size_t k = 0; s && s->enabled && k < s->listener_count;
		     k++) {
			struct probed *p = probe_add_place(run,
			    &s->listeners[k], s);

			p->vantage = "the gateway itself";
			p->inside = true;
		}
	}
}

/* What is not proven is not whole. */
static void
settle(struct gathering *g, bool asked, const struct err *err)
{
	for (size_t i = g->first; i < g->run->count; i++) {
		struct probed *p = &g->run->places[i];
		const struct inside_count *c =
		    &g->inside->counts[i - g->first];

		if (!asked) {
			p->failure = mem_text(err->text);
			continue;
		}
		p->asked = c->asked;
		p->differing = c->differing;
		p->left = c->left;
		p->whole = c->asked && c->asked + c->left == c->sent;
		if (*c->why)
			*(p->asked ? &p->unknown : &p->failure) =
			    mem_text(c->why);
	}
}

static void
ask(struct probe_run *run, const struct member *member)
{
	struct gathering g = { run, run->count, NULL };
	struct inside inside = { .site = { run->fleet.policy,
		run->fleet.compiled, run->gateway },
		.gateway = member->gateway, .pins = &member->pins,
		.all = run->all, .take = take, .context = &g };
	struct err err = { 0 };
	bool ok;

	g.inside = &inside;
	add_places(run);
	out_note("asking %s itself", run->target);
	ok = inside_ask(&inside, &err);
	settle(&g, ok, &err);
	inside_free(&inside);
}

bool
probe_inside(struct probe_run *run, struct err *err)
{
	struct fleet now = { 0 };
	char *words[] = { (char *)(uintptr_t)run->target };
	bool ok = fleet_open(&now, run->session, 0, err) &&
	    fleet_choose(&now, words, 1, false, err) &&
	    member_load_pin(&now.members[0], run->session, err);

	if (ok)
		ask(run, &now.members[0]);
	fleet_close(&now);
	return ok;
}

/* Findings invariant-broken and invariant-idle: what an administrator wrote
 * must always hold, held against the exact sets of each server. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "court.h"
#include "mem.h"

/* --- the invariants as such ------------------------------------------- */

static struct object
object_of(const struct invariant *i)
{
	return (struct object){ "invariant", i->name };
}

static void
report_servers(struct checking *c, const struct invariant *i)
{
	for (size_t j = 0; j < i->servers.count; j++) {
		struct finding *f;

		if (relay_ruleset(c->compiled, i->servers.items[j]))
			continue;
		f = finding_new(c, "no-server", LEVEL_ERROR, object_of(i));
		finding_say(f, "there is no server %s", i->servers.items[j]);
		f->advice = mem_text("make the server, or take it off the "
		    "invariant");
	}
}

static void
report_lists(struct checking *c, const struct invariant *i)
{
	const struct entries *e = &i->clients;

	for (size_t j = 0; j < e->list_count; j++) {
		struct finding *f;

		if (relay_list(c->compiled, e->lists[j]))
			continue;
		f = finding_new(c, "unknown-list", LEVEL_ERROR, object_of(i));
		finding_say(f, "clients: there is no list %s", e->lists[j]);
		f->advice = mem_text("make the list, or remove the entry");
	}
}

static void
report_names(struct checking *c, const struct invariant *i)
{
	const struct entries *e = &i->clients;

	for (size_t j = e->v4_count + e->v6_count; j < entries_count(e); j++) {
		struct entry entry;
		struct finding *f;
		struct err err;

		entries_at(e, j, &entry);
		if (slot_check_found(invariant_slots, relay_list(c->compiled,
		        entry.name), &entry, &err))
			continue;
		f = finding_new(c, "addresses-only", LEVEL_ERROR,
		    object_of(i));
		finding_say(f, "%s", err.text);
		f->advice = mem_text("remove the client domains");
	}
}

static bool
judges_any(const struct policy *policy, const struct invariant *i)
{
	for (size_t j = 0; j < policy->server_count; j++)
		if (policy->servers[j]->enabled &&
		    invariant_names(i, policy->servers[j]->name))
			return true;
	return false;
}

/* Nothing that it could refuse. */
static bool
says_nothing(const struct invariant *i)
{
	if (i->kind == INVARIANT_NEVER || i->kind == INVARIANT_MUST)
		return !entries_count(&i->clients);
	if (i->kind == INVARIANT_WIDEST)
		return !i->prefix4 && !i->prefix6;
	return i->kind == INVARIANT_DOMAIN && !i->domains.count;
}

static void
report_idle(struct checking *c, const struct invariant *i)
{
	bool nothing = says_nothing(i);
	struct finding *f;

	if (!nothing && judges_any(c->policy, i))
		return;
	f = finding_new(c, "invariant-idle", LEVEL_INFO, object_of(i));
	f->sentence = mem_text(nothing
	        ? "the invariant holds whatever the policy says"
	        : "the invariant speaks of no server that is enabled");
	f->advice = mem_text(nothing ? "say what must hold"
	                             : "name a server that is enabled");
}

static void
subject_make(struct checking *c, const struct invariant *i, struct set *set)
{
	set_of_entries(set, &i->clients);
	for (size_t j = 0; j < i->clients.list_count; j++) {
		const struct list *list = relay_list(c->compiled,
		    i->clients.lists[j]);
		struct set one;

		if (!list)
			continue;
		set_of_entries(&one, &list->entries);
		set_union(set, set, &one);
		set_free(&one);
	}
}

void
ask_invariants(struct checking *c)
{
	c->subjects = mem_new(c->policy->invariant_count,
	    sizeof(*c->subjects));
	for (size_t i = 0; i < c->policy->invariant_count; i++) {
		const struct invariant *one = c->policy->invariants[i];

		report_servers(c, one);
		report_lists(c, one);
		report_names(c, one);
		report_idle(c, one);
		subject_make(c, one, &c->subjects[i]);
	}
}

/* --- who relays, on one server ---------------------------------------- */

void
court_reach(const struct court *court, enum reach reach, unsigned named,
    struct set *set)
{
	const struct server_view *v = court->view;
	static const uint8_t families[] = { 4, 6 };

	*set = (struct set){ 0 };
	for (int i = 0; i < 2; i++) {
		u128 local;
		struct standing standing = { reach,
			reach_local(v->rules, families[i], &local), named };
		struct set one;

		if (!reach_listens(v->server, families[i]))
			continue;
		reach_standing(v->rules, &v->gates, standing, &one);
		set_keep_family(&one, families[i]);
		set_union(set, set, &one);
		set_free(&one);
	}
}

const struct set *
court_relays(struct court *court, bool logged_on, size_t naming)
{
	struct set *set = &court->relays[logged_on][naming];

	if (!court->known[logged_on][naming])
		court_reach(court, logged_on ? REACH_RELAY_AUTH : REACH_RELAY,
		    court->namings[naming].mask, set);
	court->known[logged_on][naming] = true;
	return set;
}

static void
court_free(struct court *court)
{
	for (size_t i = 0; i < court->naming_count; i++) {
		set_free(&court->relays[0][i]);
		set_free(&court->relays[1][i]);
	}
	free(court);
}

/* --- what is said of it ----------------------------------------------- */

struct finding *
broken_new(struct court *court, const struct invariant *i)
{
	struct finding *f = finding_new(court->c, "invariant-broken",
	    LEVEL_ERROR, object_of(i));

	f->server = mem_text(court->view->server->name);
	return f;
}

/* One of the addresses: one of the Internet rather than another. */
struct net
culprit_choose(const struct set *set)
{
	struct set routable;
	struct net net;

	set_routable(&routable);
	set_intersect(&routable, &routable, set);
	net = set_net(set_empty(&routable) ? set : &routable, 0);
	set_free(&routable);
	return net;
}

void
broken_witness(struct court *court, struct finding *f,
    const struct culprit *culprit)
{
	const struct ruleset *rules = court->view->rules;
	uint8_t family = culprit->net.family;
	u128 local;

	finding_witness(f, rules, family, culprit->net.first);
	f->witness.authenticated = culprit->authenticated;
	if (culprit->name)
		f->client = mem_text(culprit->name);
	f->witness.name = f->client;
	if (rules->server->local.enabled &&
	    reach_local(rules, family, &local))
		finding_witness_local(f, rules->server, family, local);
}

static void (*const judges[])(struct court *court, const struct invariant *i,
    const struct set *clients) = {
	judge_relay,
	judge_relay,
	judge_relay,
	judge_widest,
	judge_domain,
};

void
ask_invariants_of(struct checking *c, const struct server_view *v)
{
	struct court *court;

	if (!v->server->enabled || !c->policy->invariant_count)
		return;
	court = mem_new(1, sizeof(*court));
	court->c = c;
	court->view = v;
	court->naming_count = rules_namings(v->rules, court->namings);
	for (size_t i = 0; i < c->policy->invariant_count; i++) {
		const struct invariant *one = c->policy->invariants[i];

		if (invariant_names(one, v->server->name))
			judges[one->kind](court, one, &c->subjects[i]);
	}
	court_free(court);
}

/* An invariant is reported as broken exactly when the model's decisions, asked
 * of every client and name that can differ, say so; and what the report shows
 * is true of the model and of the core. */
#include "config.h"

#include "policy/finding.h"
#include "policy/invariant.h"

#include "model_invariant.h"
#include "property.h"
#include "unit.h"

#define EACH 6 /* invariants for a policy */

static int
place_in(const char *letters, char c)
{
	return (int)(strchr(letters, c) - letters);
}

static struct invariant *
build(const struct m_invariant *from, const struct model *m, int number)
{
	char name[8];
	struct invariant *to;
	struct err err;

	snprintf(name, sizeof(name), "i%d", number);
	to = invariant_new(name);
	to->kind = place_in("nomwd", from->kind);
	to->when = place_in("eal", from->when);
	to->action = place_in("irx", from->action);
	to->prefix4 = from->prefix[0];
	to->prefix6 = from->prefix[1];
	for (int i = 0; i < m->server_count; i++)
		if (from->servers >> i & 1)
			assert_true(invariant_add_server(to,
			    m->servers[i].name, strlen(m->servers[i].name),
			    &err));
	for (int i = 0; i < from->domain_count; i++)
		assert_true(invariant_add_domain(to, from->domains[i],
		    strlen(from->domains[i]), &err));
	for (int i = 0; i < from->client_count; i++) {
		struct entry entry = { .kind = ENTRY_NET,
			.net = { (uint8_t)from->clients[i].family,
			    from->clients[i].first, from->clients[i].last } };

		entries_add(&to->clients, &entry);
	}
	invariant_settle(to, true);
	return to;
}

static const struct finding *
find(const struct findings *f, int number, const char *server)
{
	char object[24];

	snprintf(object, sizeof(object), "invariant:i%d", number);
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->items[i].code, "invariant-broken") &&
		    !strcmp(f->items[i].object, object) &&
		    !strcmp(f->items[i].server, server))
			return &f->items[i];
	return NULL;
}

static void
fill_probe(struct m_probe *probe, const struct question *q, int server)
{
	memset(probe, 0, sizeof(*probe));
	probe->server = server;
	probe->family = q->family;
	probe->client = q->client;
	snprintf(probe->name, sizeof(probe->name), "%s",
	    q->name ? q->name : "");
	probe->authenticated = q->authenticated;
	probe->local_family = q->local_family;
	probe->local = q->local;
	probe->local_port = q->local_port;
	snprintf(probe->recipient, sizeof(probe->recipient), "%s",
	    q->recipient);
}

/* Is what the witness shows what the invariant forbids? */
static bool
shows(const struct m_invariant *i, const struct question *q,
    const char *decision, int row)
{
	static const char *const words[] = { "accept-inbound", "accept-relay",
		"reject-recipient" };
	static const int own[] = { 4, 6, 3 };
	bool named = m_invariant_holds(i, q->family, q->client);
	int action = place_in("irx", i->action);

	if (i->kind == 'd')
		return m_invariant_covers(i, strchr(q->recipient, '@') + 1) &&
		    row > 2 &&
		    (strcmp(decision, words[action]) || row != own[action]);
	if (i->kind == 'w')
		return !strcmp(decision, "accept-relay") && !q->authenticated;
	if ((i->when == 'a' && q->authenticated) ||
	    (i->when == 'l' && !q->authenticated))
		return false;
	if (i->kind == 'm')
		return named && strcmp(decision, "accept-relay");
	return !strcmp(decision, "accept-relay") &&
	    (i->kind == 'n' ? named : !named);
}

static bool
witness_holds(struct pair *p, const struct m_invariant *i,
    const struct finding *f, int server)
{
	struct m_probe probe;
	struct m_verdict v;
	struct decision d;

	p->checks += 2;
	if (!f->has_witness)
		return pair_denies(p, "%s: no witness", f->sentence);
	relay_decide(relay_ruleset(p->ca, f->server), &f->witness, &d);
	if (!shows(i, &f->witness, decision_words[d.kind], d.row))
		return pair_denies(p, "%s: decided %s", f->sentence,
		    decision_words[d.kind]);
	fill_probe(&probe, &f->witness, server);
	m_decide(&p->a, &probe, &v);
	if (!shows(i, &f->witness, v.decision, v.row))
		return pair_denies(p, "%s: the model says %s", f->sentence,
		    v.decision);
	return true;
}

static unsigned long broken_count, held_count;

static bool
invariant_holds(struct pair *p, const struct findings *all,
    const struct m_invariant *i, int number)
{
	for (int s = 0; s < p->a.server_count; s++) {
		const struct finding *f = find(all, number,
		    p->a.servers[s].name);
		bool broken = m_invariant_broken(i, p, s);

		broken_count += broken;
		held_count += !broken;
		p->checks++;
		if (broken != (f != NULL))
			return pair_denies(p, "i%d (%c) on server%d: broken "
			    "is %d; %s", number, i->kind, s, broken,
			    f ? f->sentence : "no finding");
		if (f && !witness_holds(p, i, f, s))
			return false;
	}
	return true;
}

static bool
invariants_hold(struct pair *p)
{
	struct policy *with = p->pa;
	struct m_invariant made[EACH];
	struct findings all;
	uint64_t random = p->seed * 7919;
	bool hold = true;

	for (int i = 0; i < EACH; i++) {
		m_invariant_make(&made[i], p, &random);
		policy_add_invariant(with, build(&made[i], &p->a, i));
	}
	findings_ask(with, p->ca, &all);
	for (int i = 0; hold && i < EACH; i++)
		hold = invariant_holds(p, &all, &made[i], i);
	findings_free(&all);
	return hold;
}

static void
test_model(void **state)
{
	static const struct claim invariants = { "invariants",
		invariants_hold, pair_draw, 200 };

	(void)state;
	if (!claim_test(&invariants))
		return;
	/* both answers must be frequent, or little was asked */
	assert_true(broken_count > held_count / 20);
	assert_true(held_count > broken_count / 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

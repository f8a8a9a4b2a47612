#include "config.h"

#include "policy/recipient.h"
#include "policy/relay.h"

#include "claims.h"
#include "unit.h"

#define QUESTIONS 100

static unsigned long rows[11];

/* Asked alone, the row that decides applies, and none before it does. */
static bool
rows_hold(struct pair *p, const struct ruleset *rules,
    const struct question *q, const struct decision *decided)
{
	for (int row = 1; row <= decided->row; row++) {
		struct decision looked;
		bool applies = relay_row_applies(rules, q, row, &looked);

		p->checks++;
		if (applies != (row == decided->row))
			return pair_denies(p, "row %d applies: %d", row,
			    applies);
		if (applies && (looked.kind != decided->kind ||
		        looked.row != row || looked.in != decided->in ||
		        looked.route != decided->route))
			return pair_denies(p, "row %d looked elsewhere", row);
	}
	return true;
}

/* The slot, asked alone, names the entry that decided. */
static bool
match_holds(struct pair *p, const struct ruleset *rules,
    const struct question *q, const struct decision *decided)
{
	struct decision where;

	if (!decided->in)
		return true;
	p->checks++;
	if (relay_match(rules, decided->slot, q, &where) &&
	    where.in == decided->in && where.place == decided->place &&
	    where.list == decided->list)
		return true;
	return pair_denies(p, "the list of row %d says otherwise",
	    decided->row);
}

/* Who has looked at the recipient himself gets the same. */
static bool
addressed_holds(struct pair *p, const struct ruleset *rules,
    struct question q, const struct decision *decided)
{
	struct addressed to = { .route = NULL };
	char folded[DOMAIN_SIZE];
	struct decision got;

	to.domain = recipient_scan(q.recipient, &to.domain_len, &to.routed);
	if (to.domain) {
		domain_fold(folded, to.domain, to.domain_len);
		to.route = relay_route(rules, folded);
	}
	q.recipient = NULL;
	relay_decide_to(rules, &q, &to, &got);
	p->checks++;
	return (got.kind == decided->kind && got.row == decided->row &&
	    got.slot == decided->slot && got.list == decided->list &&
	    got.in == decided->in && got.place == decided->place &&
	    got.route == decided->route) ||
	    pair_denies(p, "row %d decides by its parts", got.row);
}

static bool
decision_holds(struct pair *p, const struct m_probe *probe)
{
	const struct ruleset *rules = relay_ruleset(p->ca,
	    p->a.servers[probe->server].name);
	struct question q = build_question(probe);
	struct m_verdict wanted;
	struct decision got;
	struct buf what = { 0 };
	bool same;

	m_decide(&p->a, probe, &wanted);
	relay_decide(rules, &q, &got);
	decision_add_what(&what, &got);
	same = got.row == wanted.row &&
	    !strcmp(decision_words[got.kind], wanted.decision) &&
	    !strcmp(buf_text(&what), wanted.what);
	if (!same)
		pair_denies(p, "got %s %d %s, wanted %s %d %s",
		    decision_words[got.kind], got.row, buf_text(&what),
		    wanted.decision, wanted.row, wanted.what);
	buf_free(&what);
	rows[wanted.row]++;
	p->checks++;
	return same && rows_hold(p, rules, &q, &got) &&
	    addressed_holds(p, rules, q, &got) &&
	    match_holds(p, rules, &q, &got);
}

bool
decisions_hold(struct pair *p)
{
	uint64_t random = p->seed + 1000000007;

	if (p->pinned)
		return decision_holds(p, &p->probe);
	for (int i = 0; i < QUESTIONS; i++) {
		struct m_probe probe;

		m_ask(&p->a, &probe, &random);
		if (decision_holds(p, &probe))
			continue;
		p->probe = probe;
		p->pinned = true;
		return false;
	}
	return true;
}

/* A generator that misses a row would prove nothing about it. */
void
decisions_seen(void)
{
	unsigned long all = 0;

	for (int row = 1; row <= 10; row++)
		all += rows[row];
	for (int row = 1; row <= 10; row++)
		if (rows[row] < all / 200)
			fail_msg("row %d decided %lu of %lu", row, rows[row],
			    all);
}

#include "config.h"

#include <string.h>

#include "policy/field.h"
#include "policy/recipient.h"
#include "who_rows.h"

struct looking {
	const struct ruleset *rules;
	const struct server *server;
	const struct question *question;
	struct recipient recipient;
};

/* --- the rows ---------------------------------------------------------- */

/* The entry that matches, after the word; false, and nothing, when none does.
 */
static bool
add_match(struct buf *out, const struct looking *l, const char *slot,
    const char *word)
{
	struct decision where;

	if (!relay_match(l->rules, slot_find(slot), l->question, &where))
		return false;
	buf_add(out, word);
	decision_add_what(out, &where);
	return true;
}

static void
add_gate(struct buf *out, const struct looking *l, const char *slot, int mode)
{
	static const char *const words[][2] = {
		[MODE_ONLY] = { "", "not listed", },
		[MODE_ALL_EXCEPT] = { "except ", "not excepted", },
	};

	if (!add_match(out, l, slot, words[mode][0]))
		buf_add(out, words[mode][1]);
}

static void
look_connection(struct buf *out, const struct looking *l)
{
	add_gate(out, l, "connection", l->server->connection_mode);
}

static void
look_anonymous(struct buf *out, const struct looking *l)
{
	buf_add(out, l->server->anonymous      ? "on"
	        : l->question->authenticated ? "off, but logged on"
	                                       : "off, not logged on");
}

/* Row 3 looks at the last domain even of a routed address. */
static void
add_route(struct buf *out, const struct looking *l, bool routed_too)
{
	const struct route *route;

	if (!routed_too && l->recipient.routed) {
		buf_add(out, "the address carries a route");
		return;
	}
	if (!l->recipient.has_domain) {
		buf_add(out, "no domain");
		return;
	}
	route = relay_route(l->rules, l->recipient.domain);
	if (!route) {
		buf_add(out, "no row covers it");
		return;
	}
	route_add(out, route);
	buf_addf(out, ": %s", action_words[route->action]);
}

static void
look_reject(struct buf *out, const struct looking *l)
{
	add_route(out, l, true);
}

static void
look_route(struct buf *out, const struct looking *l)
{
	add_route(out, l, false);
}

static void
look_reroute(struct buf *out, const struct looking *l)
{
	buf_add(out, l->server->reroute ? "no: reroute is on"
	                                : "yes: reroute is off");
}

static void
look_never(struct buf *out, const struct looking *l)
{
	if (!add_match(out, l, "never", ""))
		buf_add(out, "not listed");
}

static void
look_restrictions(struct buf *out, const struct looking *l)
{
	const struct server *s = l->server;

	if (!s->only_authenticated && !s->clients.enabled && !s->local.enabled)
		buf_add(out, "no box is on");
	else if (s->only_authenticated && l->question->authenticated)
		buf_add(out, "satisfied: logged on");
	else if (!(s->clients.enabled && add_match(out, l, "clients", "")) &&
	    !(s->local.enabled && add_match(out, l, "local", "local ")))
		buf_add(out, "satisfies no box that is on");
}

static void
look_authenticated(struct buf *out, const struct looking *l)
{
	buf_add(out, !l->server->relay_authenticated ? "the box is off"
	        : l->question->authenticated         ? "logged on"
	                                             : "not logged on");
}

static void
look_relay(struct buf *out, const struct looking *l)
{
	add_gate(out, l, "relay", l->server->relay_mode);
}

/* In the order of the rows of relayadm-policy(7). */
static const struct {
	const char *name;
	void (*look)(struct buf *out, const struct looking *l);
} looks[WHO_ROWS] = {
	{ "connection control", look_connection, },
	{ "anonymous access", look_anonymous, },
	{ "routing list: reject", look_reject, },
	{ "routing list: inbound", look_route, },
	{ "do not reroute", look_reroute, },
	{ "routing list: relay", look_route, },
	{ "NEVER list", look_never, },
	{ "routing restrictions", look_restrictions, },
	{ "log-on lets relay", look_authenticated, },
	{ "relay restrictions", look_relay, },
};

const char *
who_row_name(int row)
{
	return looks[row - 1].name;
}

/* --- the answer -------------------------------------------------------- */

void
who_answer_fill(struct who_answer *answer, const struct ruleset *rules,
    const struct server *server, const struct question *question)
{
	struct looking l = { rules, server, question, { .routed = false } };
	size_t i;

	answer->known = rules && server;
	for (i = 0; i < WHO_ROWS; i++)
		buf_clear(&answer->rows[i]);
	if (!answer->known)
		return;
	recipient_parse(&l.recipient, question->recipient);
	relay_decide(rules, question, &answer->decision);
	for (i = 0; i < WHO_ROWS; i++)
		looks[i].look(&answer->rows[i], &l);
}

void
who_answer_clear(struct who_answer *answer)
{
	size_t i;

	for (i = 0; i < WHO_ROWS; i++)
		buf_free(&answer->rows[i]);
}

bool
who_answer_accepts(const struct who_answer *answer)
{
	return answer->known &&
	    (answer->decision.kind == ACCEPT_INBOUND ||
	        answer->decision.kind == ACCEPT_RELAY);
}

const char *
who_answer_verdict(const struct who_answer *answer)
{
	static const char *const verdicts[] = {
		[REFUSE_CONNECTION] = "REFUSED 554 5.7.1",
		[REQUIRE_AUTHENTICATION] = "REFUSED 530 5.7.0",
		[REJECT_RECIPIENT] = "REFUSED 550 5.7.1",
		[ACCEPT_INBOUND] = "ACCEPTED as inbound",
		[DENY_RELAY] = "REFUSED 550 5.7.1",
		[ACCEPT_RELAY] = "RELAYED",
	};

	return verdicts[answer->decision.kind];
}

void
who_answer_add_why(struct buf *out, const struct who_answer *answer)
{
	int row = answer->decision.row;

	buf_addf(out, " by row %d, %s: %s", row, who_row_name(row),
	    buf_text(&answer->rows[row - 1]));
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "explaining.h"
#include "field.h"
#include "mem.h"
#include "recipient.h"
#include "ruleset.h"

/* --- what each row looks at ------------------------------------------- */

struct looking {
	const struct ruleset *rules;
	const struct question *question;
	struct recipient recipient;
	const struct route *route;
};

/* The entry that matches, after the words; false, and nothing, when none does.
 */
static bool
add_match(struct buf *buf, const struct looking *l, enum slot_place place,
    const char *words)
{
	struct decision where;

	if (!relay_match(l->rules, &server_slots[place], l->question, &where))
		return false;
	buf_add(buf, words);
	decision_add_what(buf, &where);
	return true;
}

static void
add_gate(struct buf *buf, const struct looking *l, enum slot_place place,
    int mode)
{
	static const char *const words[][2] = {
		[MODE_ONLY] = { "", "not listed", },
		[MODE_ALL_EXCEPT] = { "except ", "not excepted", },
	};

	if (!add_match(buf, l, place, words[mode][0]))
		buf_add(buf, words[mode][1]);
}

static void
look_connection(struct buf *buf, const struct looking *l)
{
	add_gate(buf, l, SLOT_CONNECTION, l->rules->server->connection_mode);
}

static void
look_anonymous(struct buf *buf, const struct looking *l)
{
	buf_add(buf, l->rules->server->anonymous ? "on"
	        : l->question->authenticated     ? "off, but logged on"
	                                         : "off, not logged on");
}

static void
add_covering(struct buf *buf, const struct looking *l)
{
	if (!l->recipient.has_domain) {
		buf_add(buf, "no domain");
	} else if (!l->route) {
		buf_add(buf, "no row covers it");
	} else {
		route_add(buf, l->route);
		buf_addf(buf, ": %s", action_words[l->route->action]);
	}
}

/* Row 3 looks at the last domain even of an address that carries a route. */
static void
look_reject(struct buf *buf, const struct looking *l)
{
	add_covering(buf, l);
}

static void
look_route(struct buf *buf, const struct looking *l)
{
	if (l->recipient.routed)
		buf_add(buf, "the address carries a route");
	else
		add_covering(buf, l);
}

static void
look_reroute(struct buf *buf, const struct looking *l)
{
	buf_add(buf, l->rules->server->reroute ? "no: reroute is on"
	                                       : "yes: reroute is off");
}

static void
look_never(struct buf *buf, const struct looking *l)
{
	if (!add_match(buf, l, SLOT_NEVER, ""))
		buf_add(buf, "not listed");
}

/* One box that is on: the entry that satisfies it, or none. */
static void
add_box(struct buf *buf, const struct looking *l, const char *name,
    enum slot_place place)
{
	buf_addf(buf, "; %s ", name);
	if (!add_match(buf, l, place, ""))
		buf_add(buf, "not listed");
}

static void
look_restrictions(struct buf *buf, const struct looking *l)
{
	const struct server *s = l->rules->server;
	struct buf boxes = { 0 };

	if (s->only_authenticated)
		buf_add(&boxes, l->question->authenticated ? "; logged on"
		                                           : "; not logged on");
	if (s->clients.enabled)
		add_box(&boxes, l, "client", SLOT_CLIENTS);
	if (s->local.enabled)
		add_box(&boxes, l, "local", SLOT_LOCAL);
	buf_add(buf, boxes.len ? boxes.data + 2 : "no box is on");
	buf_free(&boxes);
}

static void
look_authenticated(struct buf *buf, const struct looking *l)
{
	buf_add(buf, !l->rules->server->relay_authenticated ? "the box is off"
	        : l->question->authenticated                ? "logged on"
	                                                    : "not logged on");
}

static void
look_relay(struct buf *buf, const struct looking *l)
{
	add_gate(buf, l, SLOT_RELAY, l->rules->server->relay_mode);
}

static const struct {
	const char *name;
	void (*look)(struct buf *buf, const struct looking *l);
} looks[EXPLAIN_ROWS] = {
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
explain_row_name(int row)
{
	return looks[row - 1].name;
}

/* --- the whole -------------------------------------------------------- */

static const char *
deciding_comment(const struct decision *d)
{
	struct entry entry;

	if (d->route)
		return d->route->comment;
	if (!d->in)
		return NULL;
	entries_at(d->in, d->place, &entry);
	return entry.comment;
}

void
explanation_look(struct explanation *e, const struct ruleset *rules,
    const struct question *q)
{
	struct looking l = { .rules = rules, .question = q };

	*e = (struct explanation){ .comment = NULL };
	recipient_parse(&l.recipient, q->recipient);
	if (l.recipient.has_domain)
		l.route = relay_route(rules, l.recipient.domain);
	relay_decide(rules, q, &e->decision);
	e->comment = deciding_comment(&e->decision);
	for (int i = 0; i < EXPLAIN_ROWS; i++) {
		struct buf text = { 0 };

		looks[i].look(&text, &l);
		e->rows[i] = buf_take(&text);
	}
}

void
explanation_flip(struct explanation *e, const struct ruleset *rules,
    const struct question *q)
{
	flip_free(&e->flip);
	flip_find(&e->flip, rules, q, &e->decision);
}

void
explanation_make(struct explanation *e, const struct ruleset *rules,
    const struct question *q)
{
	explanation_look(e, rules, q);
	explanation_flip(e, rules, q);
}

void
explanation_free(struct explanation *e)
{
	for (int i = 0; i < EXPLAIN_ROWS; i++)
		free(e->rows[i]);
	flip_free(&e->flip);
	*e = (struct explanation){ .comment = NULL };
}

void
explanation_add_why(struct buf *buf, const struct explanation *e)
{
	int row = e->decision.row;

	buf_addf(buf, "by row %d, %s: %s", row, explain_row_name(row),
	    e->rows[row - 1]);
}

void
explanation_add_text(struct buf *buf, const struct explanation *e,
    const char *origin)
{
	buf_addf(buf, "%s ", decision_words[e->decision.kind]);
	explanation_add_why(buf, e);
	if (e->comment)
		buf_addf(buf, " (%s)", e->comment);
	buf_addc(buf, '\n');
	if (*origin)
		buf_addf(buf, "from: %s\n", origin);
	for (int i = 0; i < EXPLAIN_ROWS; i++)
		buf_addf(buf, "%c %2d  %-22s %s\n",
		    i + 1 == e->decision.row ? '>' : ' ', i + 1,
		    explain_row_name(i + 1), e->rows[i]);
	buf_add(buf, "To change it: ");
	flip_add(buf, &e->flip);
	buf_addc(buf, '\n');
}

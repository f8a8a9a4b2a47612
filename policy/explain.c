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

static bool
add_match(struct buf *buf, const struct looking *l, enum slot_place place)
{
	struct decision where;

	if (!relay_match(l->rules, &server_slots[place], l->question, &where))
		return false;
	decision_add_what(buf, &where);
	return true;
}

static void
add_gate(struct buf *buf, const struct looking *l, enum slot_place place,
    int mode)
{
	if (!add_match(buf, l, place))
		buf_add(buf, "no entry matches");
	buf_addf(buf, " (%s)", mode_words[mode]);
}

static void
look_connection(struct buf *buf, const struct looking *l)
{
	add_gate(buf, l, SLOT_CONNECTION, l->rules->server->connection_mode);
}

static void
look_anonymous(struct buf *buf, const struct looking *l)
{
	buf_add(buf, l->rules->server->anonymous ? "on" : "off");
	buf_add(buf, l->question->authenticated ? "; logged on"
	                                        : "; not logged on");
}

static void
look_route(struct buf *buf, const struct looking *l)
{
	if (l->recipient.routed)
		buf_add(buf, "the recipient carries a route; ");
	if (!l->recipient.has_domain) {
		buf_add(buf, "no domain");
		return;
	}
	if (!l->route) {
		buf_addf(buf, "no row covers %s", l->recipient.domain);
		return;
	}
	route_add(buf, l->route);
	buf_addf(buf, " is %s", action_words[l->route->action]);
}

static void
look_reroute(struct buf *buf, const struct looking *l)
{
	buf_add(buf, l->rules->server->reroute ? "reroute is on"
	                                       : "reroute is off");
}

static void
look_never(struct buf *buf, const struct looking *l)
{
	if (!add_match(buf, l, SLOT_NEVER))
		buf_add(buf, "no entry matches");
}

/* One box: its state, and the entry that satisfies it. */
static void
add_box(struct buf *buf, const struct looking *l, const char *name,
    enum slot_place place)
{
	buf_addf(buf, "; %s: ", name);
	if (!add_match(buf, l, place))
		buf_add(buf, "no entry matches");
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
		add_box(&boxes, l, "clients", SLOT_CLIENTS);
	if (s->local.enabled)
		add_box(&boxes, l, "local", SLOT_LOCAL);
	buf_add(buf, boxes.len ? boxes.data + 2 : "no box is on");
	buf_free(&boxes);
}

static void
look_authenticated(struct buf *buf, const struct looking *l)
{
	buf_add(buf, l->rules->server->relay_authenticated ? "the box is on"
	                                                   : "the box is off");
	buf_add(buf, l->question->authenticated ? "; logged on"
	                                        : "; not logged on");
}

static void
look_relay(struct buf *buf, const struct looking *l)
{
	add_gate(buf, l, SLOT_RELAY, l->rules->server->relay_mode);
}

/* In the order of the rows. */
static void (*const looks[EXPLAIN_ROWS])(struct buf *buf,
    const struct looking *l) = {
	look_connection,
	look_anonymous,
	look_route,
	look_route,
	look_reroute,
	look_route,
	look_never,
	look_restrictions,
	look_authenticated,
	look_relay,
};

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
explanation_make(struct explanation *e, const struct ruleset *rules,
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

		looks[i](&text, &l);
		e->rows[i] = buf_take(&text);
	}
	flip_find(&e->flip, rules, q, &e->decision);
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
explanation_add_text(struct buf *buf, const struct explanation *e)
{
	buf_addf(buf, "%s by row %d, %s: ", decision_words[e->decision.kind],
	    e->decision.row, decision_row_title(e->decision.row));
	decision_add_what(buf, &e->decision);
	if (e->comment)
		buf_addf(buf, " (%s)", e->comment);
	buf_addc(buf, '\n');
	for (int i = 0; i < EXPLAIN_ROWS; i++)
		buf_addf(buf, "%c %2d %s: %s\n",
		    i + 1 == e->decision.row ? '>' : ' ', i + 1,
		    decision_row_title(i + 1), e->rows[i]);
	if (e->flip.kind == FLIP_NONE)
		return;
	buf_add(buf, "what would change it: ");
	flip_add(buf, &e->flip);
	buf_addc(buf, '\n');
}

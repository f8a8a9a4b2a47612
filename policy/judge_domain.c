/* Invariants on what happens to mail for a domain. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "court.h"
#include "mem.h"

struct domain_judging {
	const struct ruleset *rules;
	const struct invariant *invariant;
	size_t count;        /* names that are treated otherwise */
	char *name;          /* the first of them */
	const struct route *row; /* that covers it, or NULL */
};

static bool
does(const struct ruleset *rules, const struct route *row, int action)
{
	return row && (int)row->action == action &&
	    (action != ROUTE_RELAY || rules->server->reroute);
}

/* A name below the domain that no row of its own covers; the label is made
 * longer until it is none.  A domain may be too long to have one. */
static char *
name_below(const struct ruleset *rules, const char *domain)
{
	char open[DOMAIN_SIZE + 2] = "?.";
	struct buf name = { 0 };
	size_t len = strlen(domain);

	if (!strcmp(domain, "."))
		return foreign_domain(rules);
	memcpy(open + 2, domain, len + 1);
	for (size_t i = 0;; i++) {
		buf_clear(&name);
		if (i)
			buf_addf(&name, "any%zu.%s", i, domain);
		else
			buf_addf(&name, "any.%s", domain);
		if (name.len > DOMAIN_LONGEST) {
			buf_free(&name);
			return NULL;
		}
		if (relay_route(rules, buf_text(&name)) ==
		    relay_route(rules, open))
			return buf_take(&name);
	}
}

/* Takes the name. */
static void
judge_name(struct domain_judging *j, char *name)
{
	const struct route *row = name ? relay_route(j->rules, name) : NULL;

	if (!name || does(j->rules, row, j->invariant->action)) {
		free(name);
		return;
	}
	if (j->count++) {
		free(name);
		return;
	}
	j->name = name;
	j->row = row;
}

static void
judge_below(struct domain_judging *j, const char *domain)
{
	if (strcmp(domain, ".") != 0)
		judge_name(j, mem_text(domain));
	judge_name(j, name_below(j->rules, domain));
}

/* Is the row's domain one that the invariant covers, or below one? */
static bool
is_below(const struct invariant *i, const char *domain)
{
	if (texts_hold(&i->domains, "."))
		return true;
	for (const char *at = domain; at; at = domain_parent(at))
		if (texts_hold(&i->domains, at))
			return true;
	return false;
}

/* Every name is treated as the nearest name with a row above it, or itself, so
 * these and one below each stand for all. */
static void
judge_names(struct domain_judging *j)
{
	const struct texts *domains = &j->invariant->domains;
	const struct server *s = j->rules->server;

	for (size_t i = 0; i < domains->count; i++)
		if (domains->items[i][0] == '#')
			judge_name(j, mem_text(domains->items[i] + 1));
		else
			judge_below(j, domains->items[i]);
	for (size_t i = 0; i < s->route_count; i++)
		if (!texts_hold(domains, s->routes[i].domain) &&
		    is_below(j->invariant, s->routes[i].domain))
			judge_below(j, s->routes[i].domain);
}

/* Somebody whose mail gets as far as the routing list. */
static bool
find_sender(struct court *court, struct culprit *culprit)
{
	bool anonymous = court->view->server->anonymous;
	bool found = false;

	for (size_t n = 0; !found && n < court->naming_count; n++) {
		struct set set;

		court_reach(court, REACH_CONNECT, court->namings[n].mask,
		    &set);
		found = !set_empty(&set);
		if (found)
			*culprit = (struct culprit){ culprit_choose(&set),
				!anonymous, court->namings[n].name };
		set_free(&set);
	}
	return found;
}

static void
say_domain(struct buf *text, const struct domain_judging *j)
{
	buf_addf(text, "server %s: mail for %s ", j->rules->server->name,
	    j->name);
	if (!j->row) {
		buf_add(text, "is covered by no routing row");
	} else {
		buf_add(text, "is covered by the row ");
		route_add(text, j->row);
		buf_addf(text, ", which says %s", action_words[j->row->action]);
		if (j->row->action == ROUTE_RELAY && !j->rules->server->reroute)
			buf_add(text, " while reroute is off");
	}
	buf_addf(text, ", but must be %s", treated_words[j->invariant->action]);
	if (j->count > 1) {
		buf_add(text, "; ");
		buf_add_grouped(text, j->count - 1);
		buf_add(text, j->count > 2 ? " more such names"
		                           : " more such name");
	}
}

void
judge_domain(struct court *court, const struct invariant *i,
    const struct set *ignored)
{
	struct domain_judging j = { court->view->rules, i, 0, NULL, NULL };
	struct culprit culprit;
	struct buf text = { 0 }, recipient = { 0 };
	struct finding *f;

	(void)ignored;
	judge_names(&j);
	if (j.count && find_sender(court, &culprit)) {
		f = broken_new(court, i);
		say_domain(&text, &j);
		f->sentence = buf_take(&text);
		f->advice = mem_text("change the routing list, or what the "
		    "invariant says");
		broken_witness(court, f, &culprit);
		free(f->recipient);
		buf_addf(&recipient, "somebody@%s", j.name);
		f->recipient = buf_take(&recipient);
		f->witness.recipient = f->recipient;
	}
	free(j.name);
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "narrow.h"
#include "policy/effect.h"
#include "policy/mem.h"
#include "push_check.h"
#include "work_text.h"

void
push_check_fill(struct push_check *check, struct app *app)
{
	push_check_clear(check);
	check->app = app;
	findings_ask(app_base(app), app_base_compiled(app), &check->findings);
}

void
push_check_clear(struct push_check *check)
{
	findings_free(&check->findings);
}

const struct finding *
push_check_find(const struct push_check *check, const struct gateway *gateway)
{
	size_t i;

	for (i = 0; i < check->findings.count; i++)
		if (check->findings.items[i].level == LEVEL_ERROR &&
		    finding_concerns(&check->findings.items[i],
		        app_base(check->app), gateway))
			return &check->findings.items[i];
	return NULL;
}

/* --- what changes ------------------------------------------------------ */

static bool
is_there(const struct push_record *last)
{
	return last->state && last->ended &&
	    (!strcmp(last->state, "OK") || !strcmp(last->state, "UNCHANGED"));
}

/* 0: none that is known. */
static int64_t
revision_of(const struct push_record *last)
{
	return is_there(last) ? last->revision : 0;
}

/* The highest of these revisions below top, or -1. */
static int64_t
next_below(int64_t top, const struct push_record *last, const size_t *rows,
    size_t count)
{
	int64_t best = -1;
	size_t i;

	for (i = 0; i < count; i++) {
		int64_t here = revision_of(&last[rows[i]]);

		if (here < top && here > best)
			best = here;
	}
	return best;
}

struct pushing {
	struct app *app;
	struct buf *out, *details;
	const char **names; /* of the gateways that have one revision */
	size_t count;
};

static void
take_having(struct pushing *p, int64_t revision,
    const struct push_record *last, const size_t *rows, size_t count)
{
	size_t i;

	p->count = 0;
	for (i = 0; i < count; i++)
		if (revision_of(&last[rows[i]]) == revision)
			p->names[p->count++] =
			    app_base(p->app)->gateways[rows[i]]->name;
}

/* Who gains and loses where this revision is in force now. */
static void
add_effect_since(struct pushing *p, int64_t revision)
{
	struct narrow before, after;
	struct compiled *from, *to;
	struct policy *policy;
	struct err err;

	if (!store_revision(p->app->store, revision, &policy, &err)) {
		buf_addf(p->out, "\4X what changes is not known: %s\n",
		    err.text);
		return;
	}
	narrow_make(&before, policy, p->names, p->count);
	narrow_make(&after, app_base(p->app), p->names, p->count);
	from = relay_compile(&before.policy);
	to = relay_compile(&after.policy);
	buf_addf(p->details, "\1From revision %lld, on %zu gateway%s\n",
	    (long long)revision, p->count, p->count == 1 ? "" : "s");
	add_effect(p->out, p->details, from, to);
	relay_free(from);
	relay_free(to);
	narrow_free(&before);
	narrow_free(&after);
	policy_free(policy);
}

/* What was there is not known: who may relay from then on. */
static void
add_state(struct pushing *p)
{
	struct narrow after;
	size_t i;

	narrow_make(&after, app_base(p->app), p->names, p->count);
	for (i = 0; i < after.policy.server_count; i++) {
		const char *name = after.policy.servers[i]->name;
		const struct ruleset *rules =
		    relay_ruleset(app_base_compiled(p->app), name);

		if (!after.policy.servers[i]->enabled)
			continue;
		buf_addf(p->out, "server %s: %s, ", name,
		    openness_words[openness_ask(rules)]);
		effect_add_reach(p->out, rules);
		buf_addc(p->out, '\n');
	}
	narrow_free(&after);
}

static void
add_from(struct pushing *p, int64_t from)
{
	char label[24];

	snprintf(label, sizeof(label), "On %zu", p->count);
	if (from == p->app->revision) {
		buf_addf(p->out, "%-9s  this revision already: nothing "
		    "changes unless it has drifted\n", label);
	} else if (from) {
		buf_addf(p->out, "%-9s  revision %lld is replaced\n", label,
		    (long long)from);
		add_effect_since(p, from);
	} else {
		buf_addf(p->out, "%-9s  the first push that is known; "
		    "what was there is kept to go back to\n", label);
		add_state(p);
	}
}

void
push_check_add_effect(struct buf *out, struct buf *details, struct app *app,
    const struct push_record *last, const size_t *rows, size_t count)
{
	struct pushing p = { app, out, details,
		mem_new(count + 1, sizeof(*p.names)), 0 };
	int64_t from = next_below(INT64_MAX, last, rows, count);

	for (; from >= 0; from = next_below(from, last, rows, count)) {
		take_having(&p, from, last, rows, count);
		add_from(&p, from);
	}
	free(p.names);
}

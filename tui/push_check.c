#include "config.h"

#include <stdio.h>
#include <string.h>

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

/* How many of the gateways have this revision (0: none that is known). */
static size_t
count_having(int64_t revision, const struct push_record *last,
    const size_t *rows, size_t count)
{
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		n += (is_there(&last[rows[i]]) ? last[rows[i]].revision : 0) ==
		    revision;
	return n;
}

/* The highest of these revisions below top, or -1. */
static int64_t
next_below(int64_t top, const struct push_record *last, const size_t *rows,
    size_t count)
{
	int64_t best = -1;
	size_t i;

	for (i = 0; i < count; i++) {
		int64_t here =
		    is_there(&last[rows[i]]) ? last[rows[i]].revision : 0;

		if (here < top && here > best)
			best = here;
	}
	return best;
}

/* Who gains and loses where this revision is in force now. */
static void
add_effect_since(struct buf *out, struct app *app, int64_t revision)
{
	struct policy *policy;
	struct compiled *from;
	struct err err;

	if (!store_revision(app->store, revision, &policy, &err)) {
		buf_addf(out, "\4X what changes is not known: %s\n", err.text);
		return;
	}
	from = relay_compile(policy);
	add_effect(out, NULL, from, app_base_compiled(app));
	relay_free(from);
	policy_free(policy);
}

void
push_check_add_effect(struct buf *out, struct app *app,
    const struct push_record *last, const size_t *rows, size_t count)
{
	int64_t from = next_below(INT64_MAX, last, rows, count);
	char label[24];

	for (; from >= 0; from = next_below(from, last, rows, count)) {
		snprintf(label, sizeof(label), "On %zu",
		    count_having(from, last, rows, count));
		if (from == app->revision)
			buf_addf(out, "%-9s  this revision already: nothing "
			    "changes unless it has drifted\n", label);
		else if (from)
			buf_addf(out, "%-9s  revision %lld is replaced\n",
			    label, (long long)from);
		else
			buf_addf(out, "%-9s  the first push that is known; "
			    "what was there is kept to go back to\n", label);
		if (from && from != app->revision)
			add_effect_since(out, app, from);
	}
}

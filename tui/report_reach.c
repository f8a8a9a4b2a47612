#include "config.h"

#include <stdlib.h>

#include "policy/field.h"
#include "policy/mem.h"
#include "policy/reach.h"
#include "report.h"

struct reaching {
	struct report *report;
	const struct ruleset *rules;
	const struct server *server;
	const struct policy *policy;
	bool authenticated;
	struct set set;   /* who may */
	int64_t *entries; /* of each span: how many more than of the one before
	                     speak of it */
};

static size_t
span_count(const struct reaching *r)
{
	return r->set.v4_count + r->set.v6_count;
}

/* The first span of the family that ends at or behind the address, or the one
 * after its last. */
static size_t
span_from(const struct reaching *r, uint8_t family, u128 addr)
{
	size_t low = family == 4 ? 0 : r->set.v4_count;
	size_t high = family == 4 ? r->set.v4_count : span_count(r);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (set_net(&r->set, mid).last < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The entry speaks of the spans that it meets. */
static void
count_net(struct reaching *r, const struct net *net)
{
	size_t from = span_from(r, net->family, net->first);
	size_t to = span_from(r, net->family, net->last);
	size_t end = net->family == 4 ? r->set.v4_count : span_count(r);

	if (to < end && set_net(&r->set, to).first <= net->last)
		to++;
	if (from >= to)
		return;
	r->entries[from]++;
	r->entries[to]--;
}

static void
count_entries(struct reaching *r, const struct entries *entries, bool deep)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	while (entries_next(&walk, &entry)) {
		const struct list *list = entry.kind == ENTRY_LIST && deep
		    ? policy_list(r->policy, entry.name)
		    : NULL;

		if (entry.kind == ENTRY_NET)
			count_net(r, &entry.net);
		else if (list)
			count_entries(r, &list->entries, false);
	}
}

/* Which row lets the first address of the span relay, and what of it. */
static void
add_why(struct reaching *r, const struct net *net)
{
	struct buf *cell = report_cell(r->report, COLUMN_WHY);
	struct question q = { .family = net->family, .client = net->first,
		.authenticated = r->authenticated, .recipient = "" };
	struct decision looked = { 0 };
	struct buf what = { 0 };
	int row = r->authenticated &&
	        relay_row_applies(r->rules, &q, 9, &looked)
	    ? 9
	    : 10;

	if (row == 10) {
		relay_row_applies(r->rules, &q, 10, &looked);
		decision_add_what(&what, &looked);
	}
	buf_addf(cell, "row %d, %s", row, decision_row_title(row));
	if (row == 10 && r->server->relay_mode == MODE_ALL_EXCEPT)
		buf_add(cell, ": all except the list");
	else if (what.len)
		buf_addf(cell, ": %s", buf_text(&what));
	buf_free(&what);
}

static void
add_span(struct reaching *r, size_t place, int64_t entries)
{
	struct net net = set_net(&r->set, place);
	struct set one = { 0 };

	net_add(report_cell(r->report, COLUMN_RANGE), &net);
	set_of_net(&one, &net);
	report_counts(r->report, &one);
	set_free(&one);
	add_why(r, &net);
	buf_addf(report_cell(r->report, COLUMN_ENTRIES), "%lld",
	    (long long)entries);
	report_row(r->report);
}

static const struct report_table anonymous = {
	"relays_without_logging_on",
	"May relay to any domain without logging on",
	"Nobody.",
	{ COLUMN_RANGE, COLUMN_IPV4, COLUMN_IPV6, COLUMN_WHY,
	    COLUMN_ENTRIES }, 5,
};

static const struct report_table logged_on = {
	"relays_having_logged_on",
	"May relay to any domain having logged on",
	"Nobody.",
	{ COLUMN_RANGE, COLUMN_IPV4, COLUMN_IPV6, COLUMN_WHY,
	    COLUMN_ENTRIES }, 5,
};

void
report_reach(struct report *report, const struct report_subject *subject,
    const struct server *server, bool authenticated)
{
	struct reaching r = { .report = report, .server = server,
		.policy = subject->policy, .authenticated = authenticated };
	int64_t entries = 0;

	r.rules = relay_ruleset(subject->compiled, server->name);
	reach_anywhere(r.rules,
	    authenticated ? REACH_RELAY_AUTH : REACH_RELAY, &r.set);
	r.entries = mem_new(span_count(&r) + 1, sizeof(*r.entries));
	count_entries(&r, &server->relay, true);
	report_table(report, authenticated ? &logged_on : &anonymous);
	for (size_t i = 0; i < span_count(&r); i++) {
		entries += r.entries[i];
		/* Spans of the two families do not share entries. */
		add_span(&r, i, entries);
	}
	report_table_end(report);
	free(r.entries);
	set_free(&r.set);
}

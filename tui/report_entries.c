#include "config.h"

#include <string.h>

#include "out.h"
#include "policy/note.h"
#include "report.h"
#include "seen.h"

void
report_counts(struct report *report, const struct set *set)
{
	struct count v4 = set_count(set, 4), v6 = set_count(set, 6);
	void (*add)(struct buf *, struct count) = report->form->exact
	    ? count_add_exact
	    : count_add;

	if (v4.low)
		add(report_cell(report, COLUMN_IPV4), v4);
	if (v6.low || v6.all6)
		add(report_cell(report, COLUMN_IPV6), v6);
}

static void
add_addresses(struct report *report, const struct entry *entry,
    const struct policy *policy)
{
	const struct list *list = entry->kind == ENTRY_LIST
	    ? policy_list(policy, entry->name)
	    : NULL;
	struct set set = { 0 };

	if (entry->kind == ENTRY_DOMAIN)
		return;
	if (entry->kind == ENTRY_NET)
		set_of_net(&set, &entry->net);
	else if (list)
		set_of_entries(&set, &list->entries);
	report_counts(report, &set);
	set_free(&set);
}

static void
add_notes(struct report *report, const struct entry *entry)
{
	static const enum report_column columns[NOTES] = {
		[NOTE_COMMENT] = COLUMN_COMMENT,
		[NOTE_OWNER] = COLUMN_OWNER,
		[NOTE_TICKET] = COLUMN_TICKET,
		[NOTE_EXPIRES] = COLUMN_EXPIRES,
	};

	for (int i = 0; i < NOTES; i++)
		note_add(report_cell(report, columns[i]), entry,
		    (enum note_kind)i);
}

/* When somebody in it last sent mail to the server, or to any; "never" in the
 * logs that were read. */
static void
add_last(struct report *report, const struct report_subject *s,
    const struct entry *entry, const char *server)
{
	struct buf *cell = report_cell(report, COLUMN_LAST);
	int64_t last = 0;

	if (!s->seen->count || entry->kind != ENTRY_NET)
		return;
	for (size_t i = 0; i < s->policy->server_count; i++) {
		const char *name = s->policy->servers[i]->name;
		int64_t time = server && strcmp(server, name) != 0
		    ? 0
		    : seen_last(s->seen, name, &entry->net);

		if (time > last)
			last = time;
	}
	if (last)
		add_time(cell, last);
	else
		buf_add(cell, "never");
}

void
report_entries(struct report *report, const struct report_subject *s,
    const struct entries *entries, const char *server, const char *slot)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	while (entries_next(&walk, &entry)) {
		if (slot)
			buf_add(report_cell(report, COLUMN_SLOT), slot);
		entry_add(report_cell(report, COLUMN_ENTRY), &entry);
		add_addresses(report, &entry, s->policy);
		add_notes(report, &entry);
		add_last(report, s, &entry, server);
		report_row(report);
	}
}

#include "config.h"

#include <string.h>

#include "last_mail.h"
#include "out.h"
#include "policy/note.h"
#include "report.h"

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

/* When somebody in it last sent mail, or since when nobody did; nothing where
 * no log tells. */
static void
add_last(struct report *report, const struct last_mail *mail,
    const struct entry *entry)
{
	struct buf *cell = report_cell(report, COLUMN_LAST);
	struct mail_use use;

	last_mail_ask(mail, entry, &use);
	if (use.last) {
		add_time(cell, use.last);
	} else if (use.since) {
		buf_add(cell, "none since ");
		add_time(cell, use.since);
	}
}

void
report_entries(struct report *report, const struct report_subject *s,
    const struct entries *entries, const struct target *target)
{
	struct entries_walk walk = { .entries = entries };
	struct mail_scope scope;
	struct last_mail mail;
	struct entry entry;

	mail_scope_of(&scope, target, s->policy);
	last_mail_make(&mail, s->seen, &scope);
	while (entries_next(&walk, &entry)) {
		if (target->slot)
			buf_add(report_cell(report, COLUMN_SLOT),
			    target->slot->name);
		entry_add(report_cell(report, COLUMN_ENTRY), &entry);
		add_addresses(report, &entry, s->policy);
		add_notes(report, &entry);
		add_last(report, &mail, &entry);
		report_row(report);
	}
	last_mail_free(&mail);
	mail_scope_free(&scope);
}

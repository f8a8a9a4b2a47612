#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "import_report.h"
#include "out.h"
#include "policy/set.h"

#define PROBLEMS_SHOWN 20
#define ENTRIES_SHOWN 20

/* The entry that a judged line holds. */
static void
line_entry(const struct import *m, const struct judged_line *line,
    struct entry *entry)
{
	entries_at(line->kind == LINE_HELD ? &m->held : &m->entries,
	    line->place, entry);
}

void
import_report_guess(struct buf *out, const struct import *import)
{
	if (import->why)
		buf_addf(out, "read as %s because %s; say --format to "
		    "override\n", import->format, import->why);
	else
		buf_addf(out, "read as %s\n", import->format);
}

static void
add_size(struct buf *out, const struct net *net)
{
	struct set set;

	set_of_net(&set, net);
	count_add(out, set_count(&set, net->family));
	buf_add(out, net->first == net->last ? " address" : " addresses");
	set_free(&set);
}

static void
say_held(const struct import_report *r, const struct judged_line *line)
{
	struct buf text = { 0 };
	struct entry entry;

	line_entry(r->import, line, &entry);
	net_add(&text, &entry.net);
	buf_add(&text, " (");
	add_size(&text, &entry.net);
	buf_add(&text, ") is held: ");
	hold_add_reasons(&text, r->rules, line->holds, &entry.net);
	out_note("%s: line %u: %s", r->file, (unsigned)line->line,
	    buf_text(&text));
	buf_free(&text);
}

static void
say_held_lines(const struct import_report *r)
{
	size_t count;
	uint32_t *held = import_judged(r->import, 1 << LINE_HELD, &count);

	for (size_t i = 0; i < count && i < PROBLEMS_SHOWN; i++)
		say_held(r, &r->import->judged[held[i]]);
	if (count > PROBLEMS_SHOWN)
		out_note("%s: %zu more lines are held", r->file,
		    count - PROBLEMS_SHOWN);
	free(held);
}

void
import_report_problems(const struct import_report *r)
{
	const struct import *m = r->import;

	for (size_t n = 0; n < m->bad_count && n < PROBLEMS_SHOWN; n++)
		out_note("%s: line %zu: %s", r->file, m->bad[n].number,
		    m->bad[n].reason);
	if (m->bad_count > PROBLEMS_SHOWN)
		out_note("%s: %zu more bad lines", r->file,
		    m->bad_count - PROBLEMS_SHOWN);
	say_held_lines(r);
	for (size_t n = 0; n < m->left_count && n < PROBLEMS_SHOWN; n++)
		out_note("%s: line %zu is left out: %s", r->file,
		    m->left[n].number, m->left[n].reason);
	if (m->left_count > PROBLEMS_SHOWN)
		out_note("%s: %zu more lines are left out", r->file,
		    m->left_count - PROBLEMS_SHOWN);
}

/* --- in words ---------------------------------------------------------- */

static void
add_counts(struct buf *out, const struct import *m)
{
	buf_addf(out, "%zu lines read as %s: %zu new", m->lines, m->format,
	    m->added);
	if (m->inside)
		buf_addf(out, " (%zu of them inside another)", m->inside);
	buf_addf(out, ", %zu known, %zu twice in the file, %zu bad", m->known,
	    m->repeated, m->bad_count);
	if (m->holding)
		buf_addf(out, ", %zu held", m->holding);
	if (m->skipped)
		buf_addf(out, ", %zu skipped", m->skipped);
	if (m->left_count)
		buf_addf(out, ", %zu left out", m->left_count);
	buf_addf(out, ", %zu comments and blank\n", m->blank);
}

static void
add_widest(struct buf *out, const struct import *m)
{
	for (size_t i = 0; i < m->widest_count; i++) {
		buf_addf(out, "%s line %-8u ", i ? "        " : "widest: ",
		    (unsigned)m->widest[i].line);
		net_add(out, &m->widest[i].net);
		buf_add(out, "   ");
		add_size(out, &m->widest[i].net);
		buf_addc(out, '\n');
	}
}

/* Entry by entry, as far as there is room. */
static void
add_moved(struct buf *out, char mark, const struct entries *of,
    const struct entries *in)
{
	struct entries left = { 0 };
	struct entries_walk walk = { .entries = &left };
	struct entry entry;

	entries_subtract(&left, of, in);
	while (walk.place < ENTRIES_SHOWN && entries_next(&walk, &entry)) {
		buf_addf(out, "  %c ", mark);
		entry_add(out, &entry);
		buf_addc(out, '\n');
	}
	if (entries_count(&left) > ENTRIES_SHOWN)
		buf_addf(out, "  %c ... and %zu more\n", mark,
		    entries_count(&left) - ENTRIES_SHOWN);
	entries_free(&left);
}

/* What goes is worth seeing; what comes by a plain import is in the file. */
static void
add_changes(struct buf *out, const struct import_report *r)
{
	const struct arrival *a = r->arrival;
	const struct entries *after = arrival_entries(a);
	static const struct entries none;
	const struct entries *before =
	    target_entries(a->target, (struct policy *)(uintptr_t)a->draft);

	if (!after || a->mode == IMPORT_ADD)
		return;
	before = before ? before : &none;
	add_moved(out, '+', after, before);
	add_moved(out, '-', before, after);
}

static void
add_target(struct buf *out, const struct import_report *r)
{
	const struct arrival *a = r->arrival;

	buf_addf(out, "%s: %zu %s before, ", r->into, a->before,
	    a->target->is_routing ? "rows" : "entries");
	if (a->went)
		buf_addf(out, "%zu come, %zu go, ", a->came, a->went);
	buf_addf(out, "%zu %s\n", a->after, !r->applied
	    ? "after (nothing was changed)" : r->id
	    ? "now; next: relayadm check" : "now; nothing had to be changed");
	if (r->id)
		buf_addf(out, "import #%lld; relayadm undo takes it back\n",
		    (long long)r->id);
}

void
import_report_print(const struct import_report *r)
{
	struct buf out = { 0 };

	import_report_guess(&out, r->import);
	add_counts(&out, r->import);
	out_text(&out);
	buf_clear(&out);
	if (r->after)
		changes_print(r->arrival->draft, r->after, false);
	if (!r->applied)
		add_widest(&out, r->import);
	if (r->arrival && (!r->applied || r->arrival->mode == IMPORT_REFRESH))
		add_changes(&out, r);
	if (r->arrival)
		add_target(&out, r);
	out_text(&out);
	buf_free(&out);
}

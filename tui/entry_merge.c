#include "config.h"

#include <stdlib.h>

#include "entry_merge.h"
#include "policy/mem.h"
#include "policy/note.h"

static void
count_block(const struct net *block, void *context)
{
	size_t *count = context;

	(void)block;
	++*count;
}

static void
append_block(const struct net *block, void *context)
{
	struct entry entry = { .kind = ENTRY_NET, .net = *block };

	entries_append(context, &entry);
}

/* The entries are gone through so many times. */
#define TIMES 3
/* So many at a time, before it is asked whether to go on. */
#define STEP 8192

/* So many are done the time that is counted from 0. */
static bool
goes_on(const struct merge *m, int time, size_t done)
{
	const struct merge_order *o = m->order;

	return done % STEP || !o->goes_on ||
	    o->goes_on((size_t)time * m->before + done, TIMES * m->before,
	        o->context);
}

/* Those that may be merged, and the rest. */
static bool
divide(struct merge *m, struct entries *rest)
{
	const struct merge_order *o = m->order;
	struct entries_walk walk = { .entries = o->entries };
	struct entry entry;
	size_t next = 0;

	while (goes_on(m, 0, walk.place)) {
		bool chosen;

		if (!entries_next(&walk, &entry)) {
			entries_settle(&m->from);
			entries_settle(rest);
			return true;
		}
		chosen = !o->places ||
		    (next < o->count && o->places[next] == walk.place - 1);
		next += o->places && chosen;
		if (chosen && entry.kind == ENTRY_NET && !entry.expires)
			entries_append(&m->from, &entry);
		else
			entries_append(rest, &entry);
	}
	return false;
}

static struct merge_row
find_row(const struct merge *m, const struct net *span, size_t first)
{
	struct merge_row row = { *span, first, 0, 0 };
	struct entry entry;

	for (; first < entries_count(&m->from); first++, row.count++) {
		entries_at(&m->from, first, &entry);
		if (entry.net.family != span->family ||
		    entry.net.first > span->last)
			break;
	}
	net_blocks(span, count_block, &row.blocks);
	return row;
}

static void
take_row(struct merge *m, const struct merge_row *row)
{
	struct entry entry;

	if (row->blocks < row->count) {
		m->rows = mem_grow(m->rows, m->count, &m->cap,
		    sizeof(*m->rows));
		m->rows[m->count++] = *row;
		net_blocks(&row->span, append_block, &m->result);
	}
	for (size_t i = row->first; i < row->first + row->count; i++) {
		entries_at(&m->from, i, &entry);
		if (row->blocks >= row->count)
			entries_append(&m->result, &entry);
		else if (note_any(&entry))
			entries_append_note(&m->result, &entry);
	}
}

static bool
take_spans(struct merge *m)
{
	struct set set;
	size_t first = 0, i = 0, count;

	set_of_entries(&set, &m->from);
	count = set.v4_count + set.v6_count;
	for (; i < count && goes_on(m, 1, i); i++) {
		struct net span = set_net(&set, i);
		struct merge_row row = find_row(m, &span, first);

		take_row(m, &row);
		first += row.count;
	}
	set_free(&set);
	if (i < count)
		return false;
	entries_settle(&m->result);
	entries_drop_notes(&m->result);
	return true;
}

/* What ends some day, but stands for ever by now, does not come back. */
static bool
take_rest(struct merge *m, const struct entries *rest)
{
	struct entries_walk walk = { .entries = rest };
	struct entries left = { 0 };
	struct entry entry;
	bool going;

	while ((going = goes_on(m, 2, walk.place)) &&
	    entries_next(&walk, &entry))
		if (!entry.expires ||
		    entries_find(&m->result, &entry) == ENTRY_NOWHERE)
			entries_append(&left, &entry);
	entries_settle(&left);
	entries_append_all(&left, &m->result);
	entries_settle(&left);
	entries_free(&m->result);
	m->result = left;
	return going;
}

bool
merge_make(struct merge *m, const struct merge_order *order)
{
	struct entries rest = { 0 };
	bool ok;

	*m = (struct merge){ .before = entries_count(order->entries),
		.order = order };
	ok = divide(m, &rest) && take_spans(m) && take_rest(m, &rest);
	m->after = entries_count(&m->result);
	m->notes = order->entries->note_count - m->result.note_count;
	m->order = NULL;
	entries_free(&rest);
	return ok;
}

void
merge_free(struct merge *m)
{
	entries_free(&m->from);
	entries_free(&m->result);
	free(m->rows);
	*m = (struct merge){ .count = 0 };
}

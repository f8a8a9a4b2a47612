#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "match_rows.h"
#include "policy/mem.h"
#include "policy/set.h"

/* More blocks than these are not made of rows that are cut: what remains is
 * then taken as ranges. */
#define MOST_BLOCKS 4000000

/* --- rows ---------------------------------------------------------------- */

struct kept {
	struct item item;
	char texts[];
};

/* Copies a text of the item behind the others. */
static const char *
keep_text(char **to, const char *text, size_t len)
{
	char *copy = *to;

	if (!text)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*to += len + 1;
	return copy;
}

static struct kept *
keep(const struct item *item)
{
	struct item *copy;
	struct kept *kept;
	char *to;

	if (!item->comment && !item->owner && !item->ticket && !item->expires)
		return NULL;
	kept = mem_new(1, sizeof(*kept) + item->len + item->comment_len +
	        item->owner_len + item->ticket_len + 10 + 5);
	to = kept->texts;
	copy = &kept->item;
	*copy = *item;
	copy->text = keep_text(&to, item->text, item->len);
	copy->comment = keep_text(&to, item->comment, item->comment_len);
	copy->owner = keep_text(&to, item->owner, item->owner_len);
	copy->ticket = keep_text(&to, item->ticket, item->ticket_len);
	copy->expires = keep_text(&to, item->expires, 10);
	return kept;
}

bool
first_match_hold(struct first_match *m, const struct entry *entry,
    const struct item *item, bool taken)
{
	struct match_row *row;

	m->opposed |= !taken;
	if (m->order == MATCH_NONE || entry->kind == ENTRY_LIST ||
	    (m->order == MATCH_FIRST && !m->opposed))
		return false;
	m->rows = mem_grow(m->rows, m->count, &m->cap, sizeof(*m->rows));
	row = &m->rows[m->count];
	*row = (struct match_row){ .line = item->line, .taken = taken,
		.came = m->count };
	m->count++;
	if (taken)
		row->kept = keep(item);
	if (entry->kind == ENTRY_DOMAIN) {
		row->name = mem_text(entry->name);
		return true;
	}
	row->family = entry->net.family;
	row->first = entry->net.first;
	row->last = entry->net.last;
	return true;
}

static unsigned
count_labels(const char *name)
{
	unsigned labels = 1;

	for (; *name; name++)
		labels += *name == '.';
	return labels;
}

/* The narrowest first; of equals the one that came first. */
static int
compare_width(const void *x, const void *y)
{
	const struct match_row *a = x, *b = y;
	u128 wide_a = a->last - a->first, wide_b = b->last - b->first;

	if (!a->name != !b->name)
		return a->name ? -1 : 1;
	if (a->name && count_labels(a->name) != count_labels(b->name))
		return count_labels(a->name) > count_labels(b->name) ? -1 : 1;
	if (wide_a != wide_b)
		return wide_a < wide_b ? -1 : 1;
	return (a->came > b->came) - (a->came < b->came);
}

/* --- what they come to --------------------------------------------------- */

/* A row's item, or one with its line and what the row says. */
static struct item
item_of(const struct match_row *row, char text[DOMAIN_SIZE])
{
	struct net net = { row->family, row->first, row->last };
	struct item item = { .line = row->line, .column = 1, .text = text };

	if (row->kept)
		return row->kept->item;
	if (row->name)
		item.text = row->name;
	else
		net_text(&net, text);
	item.len = strlen(item.text);
	return item;
}

static void
set_entry(struct entry *entry, const struct match_row *row)
{
	entry_clear(entry);
	if (row->name) {
		entry->kind = ENTRY_DOMAIN;
		memcpy(entry->name, row->name, strlen(row->name) + 1);
		return;
	}
	entry->net = (struct net){ row->family, row->first, row->last };
}

/* Blocks on their way out. */
struct remains {
	const struct first_match *match;
	const struct match_calls *calls;
	size_t rank;      /* of the row whose they are */
	struct item item; /* its */
	char text[DOMAIN_SIZE];
	size_t by_line;
	size_t blocks;
	bool *remains; /* by rank: something remains of it */
	bool *said;    /* by rank: the line that hides the rest was told */
};

static void
call_cut(const struct net *net, void *context)
{
	struct remains *r = context;
	struct entry entry;

	entry_clear(&entry);
	entry.net = *net;
	r->blocks++;
	r->remains[r->rank] = true;
	r->calls->cut(r->calls->context, &entry, &r->item,
	    r->said[r->rank] ? 0 : r->by_line);
	r->said[r->rank] |= r->by_line > 0;
}

static void
add_remains(struct remains *r, u128 first, u128 last, size_t rank)
{
	struct net net = { r->match->rows[rank].family, first, last };

	r->rank = rank;
	r->item = item_of(&r->match->rows[rank], r->text);
	if (r->blocks < MOST_BLOCKS)
		net_blocks(&net, call_cut, r);
	else
		call_cut(&net, r);
}

/* What of one segment the rows that are not taken leave: *place is the first
 * of theirs that may reach it. */
static void
cut_segment(struct remains *r, const struct segment *segment,
    const struct layer *denied, size_t *place)
{
	u128 at = segment->first;

	r->by_line = 0;
	while (*place < denied->count &&
	    denied->segments[*place].last < segment->first)
		++*place;
	for (size_t i = *place; i < denied->count &&
	     denied->segments[i].first <= segment->last; i++) {
		const struct segment *d = &denied->segments[i];

		if (d->rank > segment->rank)
			continue;
		if (!r->by_line)
			r->by_line = r->match->rows[d->rank].line;
		if (d->first > at)
			add_remains(r, at, d->first - 1, segment->rank);
		if (d->last >= segment->last)
			return;
		at = d->last + 1;
	}
	add_remains(r, at, segment->last, segment->rank);
}

static void
settle_family(struct first_match *m, struct remains *r, uint8_t family)
{
	struct layer denied, cut;
	size_t place = 0;

	layer_make(&denied, m, family, false);
	match_mark_cut(m, &denied, family);
	layer_make(&cut, m, family, true);
	for (size_t i = 0; i < cut.count; i++)
		cut_segment(r, &cut.segments[i], &denied, &place);
	layer_free(&cut);
	layer_free(&denied);
}

static void
call_lost(const struct match_calls *calls, const struct match_row *row,
    size_t by_line, bool hidden)
{
	char text[DOMAIN_SIZE];
	struct item item = item_of(row, text);
	struct entry entry;

	set_entry(&entry, row);
	calls->lost(calls->context, &entry, &item, by_line, hidden);
}

/* What its comment says may be wrong, so it has its text then. */
static void
call_take(const struct match_calls *calls, const struct match_row *row)
{
	struct item item = { .line = row->line, .column = 1, .text = "" };
	struct entry entry;

	set_entry(&entry, row);
	calls->take(calls->context, &entry,
	    row->kept ? &row->kept->item : &item);
}

static void
settle_row(const struct match_row *row, const struct name_finder *names,
    size_t rank, const struct remains *r)
{
	const struct match_row *by = NULL;
	bool hidden;

	if (!row->taken)
		return;
	if (row->name)
		by = name_finder_ask(names, rank, &hidden);
	if (by) {
		call_lost(r->calls, row, by->line, hidden);
		return;
	}
	if (!row->cut)
		call_take(r->calls, row);
	else if (!r->remains[rank])
		call_lost(r->calls, row, 0, true);
}

static void
free_rows(struct first_match *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->rows[i].name);
		free(m->rows[i].kept);
	}
	free(m->rows);
	m->rows = NULL;
	m->count = m->cap = 0;
}

void
first_match_settle(struct first_match *m, const struct match_calls *calls)
{
	struct remains r = { .match = m, .calls = calls };
	struct name_finder *names;

	if (m->order == MATCH_NARROWEST && m->opposed)
		qsort(m->rows, m->count, sizeof(*m->rows), compare_width);
	r.remains = mem_new(m->count + 1, sizeof(*r.remains));
	r.said = mem_new(m->count + 1, sizeof(*r.said));
	if (m->opposed) {
		settle_family(m, &r, 4);
		settle_family(m, &r, 6);
	}
	names = name_finder_new(m);
	for (size_t i = 0; i < m->count; i++)
		settle_row(&m->rows[i], names, i, &r);
	name_finder_free(names);
	free(r.remains);
	free(r.said);
	free_rows(m);
}

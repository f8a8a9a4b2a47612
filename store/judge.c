#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "policy/mem.h"

void
import_note(struct import *m, const struct judged_line *line)
{
	m->judged = mem_grow(m->judged, m->judged_count, &m->judged_cap,
	    sizeof(*m->judged));
	m->judged[m->judged_count++] = *line;
}

bool
line_set_holds(const struct line_set *set, uint32_t line)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (set->lines[mid] < line)
			low = mid + 1;
		else
			high = mid;
	}
	return low < set->count && set->lines[low] == line;
}

/* --- a walk over the ranges of one family ------------------------------ */

/* A range that others may lie in. */
struct cover {
	struct net net;
	uint32_t where; /* its line, or its place in what is present */
	bool there;     /* it is present */
	bool any;
};

struct sweep {
	struct import *import;
	const struct import_rules *rules;
	const struct found *found;
	const struct entries *present;
	const struct set *routable;
	uint8_t family;
	bool cloud;
	size_t count;      /* of what was found */
	size_t there;      /* of what is present */
	size_t at;         /* the first of what is present that is not below */
	/* Of all that begin before: what reaches farthest. */
	struct cover wide, wide_there;
	/* Of those that begin at the same address: what reaches farthest. */
	struct cover top, top_there;
	struct entry entry; /* what is taken; its name is never cleared */
};

static struct net
found_net(const struct sweep *s, size_t i, uint32_t *line)
{
	const struct found4 *v4;
	const struct found6 *v6;

	if (s->family == 4) {
		v4 = &s->found->v4[i];
		*line = v4->line;
		return (struct net){ 4, v4->range.first, v4->range.last };
	}
	v6 = &s->found->v6[i];
	*line = v6->line;
	return (struct net){ 6, v6->first, v6->last };
}

static struct net
present_net(const struct sweep *s, size_t i)
{
	if (s->family == 4)
		return (struct net){ 4, s->present->v4[i].first,
			s->present->v4[i].last };
	return (struct net){ 6, s->present->v6[i].first,
		s->present->v6[i].last };
}

static unsigned
holds_of(const struct sweep *s, const struct net *net, uint32_t line)
{
	unsigned holds = hold_net(s->rules, s->routable, net);

	if (s->cloud)
		holds |= s->rules->holds & HOLD_CLOUD;
	if (holds && line_set_holds(&s->rules->accepted, line))
		return 0;
	return holds;
}

static void
reach(struct cover *cover, const struct cover *other)
{
	if (other->any && (!cover->any || other->net.last > cover->net.last))
		*cover = *other;
}

static struct cover
present_cover(const struct sweep *s, size_t i)
{
	size_t before = s->family == 4 ? 0 : s->present->v4_count;

	return (struct cover){ present_net(s, i), (uint32_t)(before + i), true,
		true };
}

/* All that is present and begins before this address. */
static void
pass_present(struct sweep *s, u128 first)
{
	while (s->at < s->there) {
		struct cover cover = present_cover(s, s->at);

		if (cover.net.first >= first)
			break;
		reach(&s->wide_there, &cover);
		s->at++;
	}
}

/* The ranges that begin at the same address, from i to where the next
 * begins.  The last ones reach farthest. */
static size_t
begin_group(struct sweep *s, size_t i)
{
	uint32_t line;
	struct net first = found_net(s, i, &line), net;
	size_t end = i + 1;

	pass_present(s, first.first);
	s->top = s->top_there = (struct cover){ .any = false };
	while (end < s->count && found_net(s, end, &line).first == first.first)
		end++;
	for (size_t k = end; k > i && !s->top.any; k--) {
		net = found_net(s, k - 1, &line);
		s->top = (struct cover){ net, line, false,
			!holds_of(s, &net, line) };
	}
	for (size_t k = s->at; k < s->there; k++) {
		struct cover cover = present_cover(s, k);

		if (cover.net.first != first.first)
			break;
		s->top_there = cover;
	}
	return end;
}

static void
end_group(struct sweep *s)
{
	reach(&s->wide, &s->top);
	reach(&s->wide_there, &s->top_there);
}

/* Is an equal range present?  Those asked for come in order. */
static bool
is_present(struct sweep *s, const struct net *net)
{
	while (s->at < s->there) {
		struct net there = present_net(s, s->at);
		int order = net_compare(&there, net);

		if (order >= 0)
			return order == 0;
		s->at++;
	}
	return false;
}

static const struct cover *
cover_of(const struct sweep *s, const struct net *net)
{
	if (s->wide_there.any && s->wide_there.net.last >= net->last)
		return &s->wide_there;
	if (s->top_there.any && s->top_there.net.last > net->last)
		return &s->top_there;
	if (s->wide.any && s->wide.net.last >= net->last)
		return &s->wide;
	if (s->top.any && s->top.net.last > net->last)
		return &s->top;
	return NULL;
}

/* As a share of its family, so that both can stand in one order. */
static bool
is_wider(const struct net *a, const struct net *b)
{
	u128 x = (a->last - a->first) << (a->family == 4 ? 96 : 0);
	u128 y = (b->last - b->first) << (b->family == 4 ? 96 : 0);

	return x > y;
}

static void
rank(struct import *m, const struct net *net, uint32_t line)
{
	struct wide_line *w = m->widest;
	size_t i = m->widest_count;

	if (i == WIDEST_SHOWN && !is_wider(net, &w[i - 1].net))
		return;
	if (i < WIDEST_SHOWN)
		m->widest_count++;
	else
		i--;
	for (; i && is_wider(net, &w[i - 1].net); i--)
		w[i] = w[i - 1];
	w[i] = (struct wide_line){ line, *net };
}

static size_t
entries_in(const struct entries *entries, uint8_t family)
{
	return family == 4 ? entries->v4_count
	                   : entries->v4_count + entries->v6_count;
}

static void
hold(struct sweep *s, const struct net *net, uint32_t line, unsigned holds)
{
	struct import *m = s->import;
	struct judged_line note = { .line = line, .kind = LINE_HELD,
		.holds = (uint8_t)holds,
		.place = (uint32_t)entries_in(&m->held, s->family) };

	if (s->rules->skip_held) {
		note.kind = LINE_SKIPPED;
		m->skipped++;
	} else {
		m->holding++;
		for (int i = 0; i < HOLDS; i++)
			m->hold_counts[i] += holds >> i & 1;
		s->entry.net = *net;
		entries_append(&m->held, &s->entry);
		rank(m, net, line);
	}
	import_note(m, &note);
}

static void
take(struct sweep *s, const struct net *net, uint32_t line)
{
	struct import *m = s->import;
	struct judged_line note = { .line = line,
		.place = (uint32_t)entries_in(&m->entries, s->family) };
	const struct cover *cover;

	s->entry.net = *net;
	entries_append(&m->entries, &s->entry);
	if (is_present(s, net)) {
		note.kind = LINE_KNOWN;
		m->known++;
		import_note(m, &note);
		return;
	}
	m->added++;
	rank(m, net, line);
	cover = cover_of(s, net);
	if (!cover)
		return;
	note.kind = LINE_INSIDE;
	note.other = cover->where;
	note.there = cover->there;
	m->inside++;
	import_note(m, &note);
}

static void
repeat(struct sweep *s, uint32_t line, uint32_t first)
{
	struct judged_line note = { .line = line, .other = first,
		.kind = LINE_TWICE };
	size_t taken = entries_in(&s->import->entries, s->family);

	note.place = taken ? (uint32_t)taken - 1 : 0;
	s->import->repeated++;
	import_note(s->import, &note);
}

/* What is there, or lies in what is there, was agreed to. */
static bool
is_agreed(struct sweep *s, const struct net *net)
{
	const struct cover *cover = cover_of(s, net);

	return (cover && cover->there) || is_present(s, net);
}

static void
judge_net(struct sweep *s, const struct net *net, uint32_t line)
{
	unsigned holds = holds_of(s, net, line);

	if (holds && !is_agreed(s, net))
		hold(s, net, line, holds);
	else
		take(s, net, line);
}

static void
sweep_group(struct sweep *s, size_t i, size_t end)
{
	struct net last = { .family = 0 };
	uint32_t first_line = 0;

	for (; i < end; i++) {
		uint32_t line;
		struct net net = found_net(s, i, &line);

		if (!net_compare(&net, &last)) {
			repeat(s, line, first_line);
			continue;
		}
		first_line = line;
		last = net;
		judge_net(s, &net, line);
	}
}

static void
sweep(struct sweep *s, uint8_t family)
{
	s->family = family;
	s->count = family == 4 ? s->found->v4_count : s->found->v6_count;
	s->there = family == 4 ? s->present->v4_count : s->present->v6_count;
	s->at = 0;
	s->wide = s->wide_there = (struct cover){ .any = false };
	for (size_t i = 0; i < s->count;) {
		size_t end = begin_group(s, i);

		sweep_group(s, i, end);
		end_group(s);
		i = end;
	}
}

/* --- names ------------------------------------------------------------- */

static void
judge_name(struct import *m, enum entry_kind kind,
    const struct found_name *name, const struct entries *present)
{
	struct entry entry = { .kind = kind };
	struct judged_line note = { .line = name->line, .kind = LINE_KNOWN,
		.place = (uint32_t)entries_count(&m->entries) };

	memcpy(entry.name, name->name, strlen(name->name) + 1);
	entries_append(&m->entries, &entry);
	if (entries_find(present, &entry) == ENTRY_NOWHERE) {
		m->added++;
		return;
	}
	m->known++;
	import_note(m, &note);
}

static void
judge_names(struct import *m, enum entry_kind kind,
    const struct found_name *names, size_t count,
    const struct entries *present)
{
	uint32_t first_line = 0;

	for (size_t i = 0; i < count; i++) {
		struct judged_line note = { .line = names[i].line,
			.other = first_line, .kind = LINE_TWICE,
			.place = (uint32_t)entries_count(&m->entries) - 1 };

		if (!i || strcmp(names[i - 1].name, names[i].name) != 0) {
			first_line = names[i].line;
			judge_name(m, kind, &names[i], present);
			continue;
		}
		m->repeated++;
		import_note(m, &note);
	}
}

void
judge_found(struct import *m, struct found *found,
    const struct import_rules *rules, const struct entries *present,
    bool cloud)
{
	struct set routable = { 0 };
	struct sweep s = { .import = m, .rules = rules, .found = found,
		.present = present, .routable = &routable, .cloud = cloud };

	if (rules->holds & HOLD_PRIVATE)
		set_routable(&routable);
	found_sort(found);
	sweep(&s, 4);
	sweep(&s, 6);
	judge_names(m, ENTRY_DOMAIN, found->domains, found->domain_count,
	    present);
	judge_names(m, ENTRY_LIST, found->lists, found->list_count, present);
	entries_settle(&m->entries);
	entries_drop_notes(&m->entries);
	found_free(found);
	set_free(&routable);
}

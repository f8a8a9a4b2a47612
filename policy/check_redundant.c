/* Finding redundant-entry: what other entries of the same list cover. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "mem.h"
#include "ruleset.h"

/* An address entry of the list, or of a list that it includes. */
struct cover {
	u128 first, last;
	const char *list; /* NULL: of the list itself */
};

/* In order.  Those of the list alone are read where they stand: a copy of a
 * million takes more memory than all else. */
struct covers {
	const struct entries *own;
	struct cover *items; /* NULL: of its own alone */
	size_t count, cap;
	uint8_t family;
};

static int
compare_covers(const void *x, const void *y)
{
	const struct cover *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->last > b->last) - (a->last < b->last);
}

static void
add_cover(struct covers *c, u128 first, u128 last, const char *list)
{
	c->items = mem_grow(c->items, c->count, &c->cap, sizeof(*c->items));
	c->items[c->count++] = (struct cover){ first, last, list };
}

static void
add_entries(struct covers *c, const struct entries *e, const char *list)
{
	for (size_t i = 0; c->family == 4 && i < e->v4_count; i++)
		add_cover(c, e->v4[i].first, e->v4[i].last, list);
	for (size_t i = 0; c->family == 6 && i < e->v6_count; i++)
		add_cover(c, e->v6[i].first, e->v6[i].last, list);
}

/* The list that is looked at: for each() or, without it, for the tally. */
struct looking {
	struct tally tally;
	void (*each)(size_t place, void *context);
	void *context;
	const struct compiled *compiled;
	const struct entries *entries;
};

static size_t
count_of(const struct entries *e, uint8_t family)
{
	return family == 4 ? e->v4_count : e->v6_count;
}

static void
gather(const struct looking *l, struct covers *c)
{
	const struct entries *e = l->entries;

	c->own = e;
	c->count = count_of(e, c->family);
	if (!c->count || !e->list_count)
		return;
	c->count = 0;
	add_entries(c, e, NULL);
	for (size_t i = 0; i < e->list_count; i++) {
		const struct list *list = relay_list(l->compiled, e->lists[i]);

		if (list)
			add_entries(c, &list->entries, list->name);
	}
	qsort(c->items, c->count, sizeof(*c->items), compare_covers);
}

static struct cover
cover_at(const struct covers *c, size_t i)
{
	if (c->items)
		return c->items[i];
	if (c->family == 4)
		return (struct cover){ c->own->v4[i].first, c->own->v4[i].last,
			NULL };
	return (struct cover){ c->own->v6[i].first, c->own->v6[i].last, NULL };
}

/* The entries that cover one, the first of them. */
struct by {
	struct cover items[3];
	size_t count;
};

static void
by_add(struct by *by, const struct cover *cover)
{
	if (by->count < 3)
		by->items[by->count] = *cover;
	by->count++;
}

/* Do the others cover entry i?  before: of those in front, which all begin no
 * later, the one that ends last.  Those behind it are walked as long as they
 * leave no gap; as they lie within the entry, none is walked twice. */
static bool
is_covered(const struct covers *c, size_t i, const struct cover *before,
    struct by *by)
{
	const struct cover entry = cover_at(c, i);
	u128 at = entry.first; /* the first address not yet covered */

	by->count = 0;
	if (i && before->last >= entry.first) {
		by_add(by, before);
		if (before->last >= entry.last)
			return true;
		at = before->last + 1;
	}
	for (size_t j = i + 1; j < c->count; j++) {
		const struct cover next = cover_at(c, j);

		if (next.first > at)
			break;
		if (next.last < at)
			continue;
		by_add(by, &next);
		if (next.last >= entry.last)
			return true;
		at = next.last + 1;
	}
	return false;
}

static void
add_by(struct buf *buf, uint8_t family, const struct by *by)
{
	for (size_t i = 0; i < by->count && i < 3; i++) {
		const struct cover *c = &by->items[i];
		struct net net = { family, c->first, c->last };

		buf_add(buf, i ? ", " : "");
		if (c->list)
			buf_addf(buf, "list:%s ", c->list);
		net_add(buf, &net);
	}
	if (by->count > 3)
		buf_add(buf, " and others");
}

static void
report(struct looking *l, const char *entry, const char *by)
{
	struct finding *f = tally_next(&l->tally);

	if (!f)
		return;
	finding_say(f, "%s: %s is already covered by %s", l->tally.where,
	    entry, by);
	f->advice = mem_text("remove it, unless it is there to last");
}

static void
report_cover(struct looking *l, uint8_t family, const struct cover *c,
    const struct by *by, size_t place)
{
	struct net net = { family, c->first, c->last };
	char text[NET_TEXT];
	struct buf names = { 0 };

	if (l->each) {
		l->each(place, l->context);
		return;
	}
	add_by(&names, family, by);
	report(l, net_text(&net, text), buf_text(&names));
	buf_free(&names);
}

static void
look_at_family(struct looking *l, uint8_t family)
{
	struct covers c = { .family = family };
	struct cover before = { 0 };
	size_t place = family == 4 ? 0 : l->entries->v4_count;

	gather(l, &c);
	for (size_t i = 0; i < c.count; i++) {
		const struct cover cover = cover_at(&c, i);
		struct by by;

		if (!cover.list && is_covered(&c, i, &before, &by))
			report_cover(l, family, &cover, &by, place);
		place += !cover.list;
		if (!i || cover.last >= before.last)
			before = cover;
	}
	free(c.items);
}

/* --- client domains --------------------------------------------------- */

static const char *
find_domain(const struct entries *e, const char *domain)
{
	struct entry wanted = { .kind = ENTRY_DOMAIN };
	size_t place;

	memcpy(wanted.name, domain, strlen(domain) + 1);
	place = entries_find(e, &wanted);
	return place == ENTRY_NOWHERE
	    ? NULL
	    : e->domains[place - e->v4_count - e->v6_count];
}

/* Above the domain, or in an included list also the same. */
static void
look_above(struct looking *l, size_t place)
{
	const char *domain = l->entries->domains[place];


	for (const char *up = domain; up; up = domain_parent(up)) {
		struct buf text = { 0 };
		const char *found = up == domain
		    ? NULL
		    : find_domain(l->entries, up);

		if (found)
			buf_addf(&text, "domain:%s", found);
		for (size_t i = 0; !found && i < l->entries->list_count; i++) {
			const struct list *list = relay_list(l->compiled,
			    l->entries->lists[i]);

			found = list ? find_domain(&list->entries, up) : NULL;
			if (found)
				buf_addf(&text, "list:%s domain:%s",
				    list->name, found);
		}
		if (found && l->each) {
			l->each(l->entries->v4_count + l->entries->v6_count +
			    place, l->context);
		} else if (found) {
			char entry[DOMAIN_SIZE + 8];

			snprintf(entry, sizeof(entry), "domain:%s", domain);
			report(l, entry, buf_text(&text));
		}
		buf_free(&text);
		if (found)
			return;
	}
}

static void
look_at(struct looking *l)
{
	look_at_family(l, 4);
	look_at_family(l, 6);
	for (size_t i = 0; i < l->entries->domain_count; i++)
		look_above(l, i);
	tally_end(&l->tally);
}

void
redundant_each(const struct compiled *compiled, const struct entries *entries,
    void (*each)(size_t place, void *context), void *context)
{
	struct looking l = { .each = each, .context = context,
		.compiled = compiled, .entries = entries };

	look_at(&l);
}

static void
look_at_one(struct checking *c, struct object object, const char *where,
    const struct entries *entries)
{
	struct looking l = { .tally = { c, "redundant-entry", LEVEL_INFO,
		object, where, 0 }, .compiled = c->compiled,
		.entries = entries };

	look_at(&l);
}

void
ask_redundant_list(struct checking *c)
{
	for (size_t i = 0; i < c->policy->list_count; i++) {
		const struct list *list = c->policy->lists[i];

		look_at_one(c, (struct object){ "list", list->name },
		    "the list", &list->entries);
	}
}

void
ask_redundant_entry(struct checking *c, const struct server_view *v)
{
	for (const struct slot *s = server_slots; s->name; s++)
		look_at_one(c, (struct object){ "server", v->server->name },
		    s->name, slot_entries_const(s, v->server));
}

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "finder.h"
#include "lookup.h"
#include "mem.h"

struct lookup {
	const struct entries *entries;
	struct finder v4, v6;
	bool with_domains;
};

struct lookup *
lookup_new(const struct entries *e, bool with_domains)
{
	struct lookup *lookup = mem_new(1, sizeof(*lookup));

	lookup->entries = e;
	lookup->with_domains = with_domains;
	finder_make(&lookup->v4, e, 4);
	finder_make(&lookup->v6, e, 6);
	return lookup;
}

void
lookup_free(struct lookup *lookup)
{
	if (!lookup)
		return;
	finder_free(&lookup->v4);
	finder_free(&lookup->v6);
	free(lookup);
}

void
lookup_added(struct lookup *lookup, size_t place)
{
	const struct entries *e = lookup->entries;

	if (place < e->v4_count)
		finder_added(&lookup->v4, e, 4, (uint32_t)place);
	else
		finder_added(&lookup->v6, e, 6,
		    (uint32_t)(place - e->v4_count));
}

void
lookup_removed(struct lookup *lookup, size_t place, const struct net *net)
{
	const struct entries *e = lookup->entries;

	if (net->family == 4)
		finder_removed(&lookup->v4, e, (uint32_t)place, net);
	else
		finder_removed(&lookup->v6, e,
		    (uint32_t)(place - e->v4_count), net);
}

static size_t
find_name(const struct lookup *lookup, const char *name)
{
	const struct entries *e = lookup->entries;
	struct entry wanted = { .kind = ENTRY_DOMAIN };

	for (; name; name = domain_parent(name)) {
		size_t len = strlen(name), place;

		if (len >= sizeof(wanted.name))
			continue;
		memcpy(wanted.name, name, len + 1);
		place = entries_find(e, &wanted);
		if (place != ENTRY_NOWHERE)
			return place;
	}
	return ENTRY_NOWHERE;
}

size_t
lookup_find(const struct lookup *lookup, uint8_t family, u128 addr,
    const char *name)
{
	uint32_t owner = family == 4
	    ? finder_find4(&lookup->v4, (uint32_t)addr)
	    : finder_find6(&lookup->v6, addr);

	if (owner != FINDER_NONE)
		return family == 4 ? owner : lookup->entries->v4_count + owner;
	if (name && lookup->with_domains && lookup->entries->domain_count)
		return find_name(lookup, name);
	return ENTRY_NOWHERE;
}

bool
lookup_covers(const struct lookup *lookup, const char *name)
{
	return lookup->with_domains && lookup->entries->domain_count &&
	    find_name(lookup, name) != ENTRY_NOWHERE;
}

const struct entries *
lookup_entries(const struct lookup *lookup)
{
	return lookup->entries;
}

void
lookup_hint(const struct lookup *l, uint8_t family, u128 addr)
{
	if (family == 4)
		finder_hint4(&l->v4, (uint32_t)addr);
}

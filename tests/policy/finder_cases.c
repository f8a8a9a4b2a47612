#include "config.h"

#include "finder_cases.h"
#include "unit.h"

uint64_t random_state;

uint32_t
next_random(void)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33);
}

/* Where sets are interesting: both ends of the space, around a part of the
 * index, anywhere. */
u128
place_of(uint8_t family, uint32_t kind)
{
	u128 top = net_top(family), near = next_random() % 600;

	switch (kind % 5) {
	case 0:
		return near;
	case 1:
		return top - near;
	case 2:
		return family == 4 ? 0x0a00ff00 + near
		                   : ((u128)0x20010db8 << 96) + near;
	case 3:
		return family == 4
		    ? (u128)(next_random() % 8) << 16 | (near & 3)
		    : (u128)0x20010db8 << 96 | near << 64 | (near & 3);
	default:
		return (family == 4 ? (u128)next_random() << 1
		                    : (u128)next_random() << 97 |
		                next_random()) & top;
	}
}

struct net
some_net(uint8_t family, enum shape shape)
{
	u128 first = place_of(family, next_random()), last = first;
	u128 top = net_top(family);
	int host = (int)(next_random() % 12);

	if (next_random() % 40 == 0)
		host = (int)(next_random() % (uint32_t)(net_bits(family) + 1));
	if (shape == BLOCKS || shape == ODD) {
		u128 mask = net_block_last(family, 0, net_bits(family) - host);

		first &= ~mask;
		last = first | mask;
	}
	if (shape == ODD && host > 2)
		last -= 1; /* still around all that it was around */
	if (shape == RANGES) {
		u128 more = next_random() % 700;

		last = top - first < more ? top : first + more;
	}
	return (struct net){ family, first, last };
}

/* ODD ranges less one at the end may cut others: those are left out. */
bool
crosses(const struct entries *e, const struct net *net)
{
	size_t count = net->family == 4 ? e->v4_count : e->v6_count;

	for (size_t i = 0; i < count; i++) {
		struct range6 r = net->family == 4
		    ? (struct range6){ e->v4[i].first, e->v4[i].last }
		    : e->v6[i];

		if ((r.first < net->first && net->first <= r.last &&
		        r.last < net->last) ||
		    (net->first < r.first && r.first <= net->last &&
		        net->last < r.last))
			return true;
	}
	return false;
}

void
fill(struct entries *e, uint8_t family, enum shape shape, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct entry entry = { .kind = ENTRY_NET };

		entry.net = some_net(family, shape);
		if (shape != ODD || !crosses(e, &entry.net))
			entries_append(e, &entry);
	}
	entries_settle(e);
}

/* The narrowest; of equally wide ones the first. */
static uint32_t
look_at_all(const struct entries *e, uint8_t family, u128 addr)
{
	size_t count = family == 4 ? e->v4_count : e->v6_count;
	uint32_t best = FINDER_NONE;
	u128 width = 0;

	for (uint32_t i = 0; i < count; i++) {
		u128 first = family == 4 ? e->v4[i].first : e->v6[i].first;
		u128 last = family == 4 ? e->v4[i].last : e->v6[i].last;

		if (addr < first || addr > last ||
		    (best != FINDER_NONE && last - first >= width))
			continue;
		best = i;
		width = last - first;
	}
	return best;
}

static uint32_t
find(const struct finder *f, uint8_t family, u128 addr)
{
	return family == 4 ? finder_find4(f, (uint32_t)addr)
	                   : finder_find6(f, addr);
}

void
ask(const struct finder *f, const struct entries *e, uint8_t family,
    u128 addr)
{
	uint32_t wanted, got;

	addr &= net_top(family); /* one before 0 is the other end */
	wanted = look_at_all(e, family, addr);
	if (family == 4)
		finder_hint4(f, (uint32_t)addr);
	got = find(f, family, addr);
	if (got != wanted)
		fail_msg("seed state %llx: IPv%d, of %zu at %llx %llx: place "
		    "%u instead of %u", (unsigned long long)random_state,
		    family, family == 4 ? e->v4_count : e->v6_count,
		    (unsigned long long)(addr >> 64),
		    (unsigned long long)addr, got, wanted);
}

void
ask_all(const struct finder *f, const struct entries *e, uint8_t family)
{
	size_t count = family == 4 ? e->v4_count : e->v6_count;

	ask(f, e, family, 0);
	ask(f, e, family, net_top(family));
	for (size_t i = 0; i < count; i++) {
		u128 first = family == 4 ? e->v4[i].first : e->v6[i].first;
		u128 last = family == 4 ? e->v4[i].last : e->v6[i].last;

		ask(f, e, family, first - 1);
		ask(f, e, family, first);
		ask(f, e, family, first + (last - first) / 2);
		ask(f, e, family, last);
		ask(f, e, family, last + 1);
	}
	for (unsigned i = 0; i < 50; i++)
		ask(f, e, family, place_of(family, i));
}

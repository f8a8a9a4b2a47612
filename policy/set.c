#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "set.h"

#define SPAN struct range4
#define KEY uint32_t
#define OF(name) name##4
#include "set_spans.h"
#undef SPAN
#undef KEY
#undef OF

#define SPAN struct range6
#define KEY u128
#define OF(name) name##6
#include "set_spans.h"
#undef SPAN
#undef KEY
#undef OF

void
set_free(struct set *set)
{
	free(set->v4);
	free(set->v6);
	*set = (struct set){ 0 };
}

static void
set_make(struct set *to, struct spans4 v4, struct spans6 v6)
{
	set_free(to);
	trim4(&v4);
	trim6(&v6);
	*to = (struct set){ v4.items, v6.items, v4.count, v6.count };
}

void
set_union(struct set *to, const struct set *a, const struct set *b)
{
	struct spans4 v4 = union4(a->v4, a->v4_count, b->v4, b->v4_count);
	struct spans6 v6 = union6(a->v6, a->v6_count, b->v6, b->v6_count);

	set_make(to, v4, v6);
}

void
set_intersect(struct set *to, const struct set *a, const struct set *b)
{
	struct spans4 v4 = intersect4(a->v4, a->v4_count, b->v4, b->v4_count);
	struct spans6 v6 = intersect6(a->v6, a->v6_count, b->v6, b->v6_count);

	set_make(to, v4, v6);
}

void
set_subtract(struct set *to, const struct set *a, const struct set *b)
{
	struct spans4 v4 = subtract4(a->v4, a->v4_count, b->v4, b->v4_count);
	struct spans6 v6 = subtract6(a->v6, a->v6_count, b->v6, b->v6_count);

	set_make(to, v4, v6);
}

void
set_copy(struct set *to, const struct set *from)
{
	struct set none = { 0 };

	*to = none;
	set_union(to, from, &none);
}

void
set_of_net(struct set *set, const struct net *net)
{
	struct spans4 v4 = new4(1);
	struct spans6 v6 = new6(1);

	*set = (struct set){ 0 };
	if (net->family == 4)
		add4(&v4, (uint32_t)net->first, (uint32_t)net->last);
	else
		add6(&v6, net->first, net->last);
	set_make(set, v4, v6);
}

void
set_all(struct set *set)
{
	struct spans4 v4 = new4(1);
	struct spans6 v6 = new6(1);

	*set = (struct set){ 0 };
	add4(&v4, 0, (uint32_t)NET_LAST4);
	add6(&v6, 0, NET_LAST6);
	set_make(set, v4, v6);
}

void
set_of_entries(struct set *set, const struct entries *e)
{
	struct spans4 v4 = new4(e->v4_count);
	struct spans6 v6 = new6(e->v6_count);

	*set = (struct set){ 0 };
	for (size_t i = 0; i < e->v4_count; i++)
		add4(&v4, e->v4[i].first, e->v4[i].last);
	for (size_t i = 0; i < e->v6_count; i++)
		add6(&v6, e->v6[i].first, e->v6[i].last);
	set_make(set, v4, v6);
}

bool
set_empty(const struct set *set)
{
	return !set->v4_count && !set->v6_count;
}

bool
set_equal(const struct set *a, const struct set *b)
{
	return a->v4_count == b->v4_count && a->v6_count == b->v6_count &&
	    equal4(a->v4, b->v4, a->v4_count) &&
	    equal6(a->v6, b->v6, a->v6_count);
}

/* The first span that ends at or behind the address; false when there is
 * none. */
static bool
find_from(const struct set *set, uint8_t family, u128 addr, struct range6 *at)
{
	size_t i;

	if (family == 6) {
		i = from6(set->v6, set->v6_count, addr);
		if (i < set->v6_count)
			*at = set->v6[i];
		return i < set->v6_count;
	}
	i = from4(set->v4, set->v4_count, (uint32_t)addr);
	if (i < set->v4_count)
		*at = (struct range6){ set->v4[i].first, set->v4[i].last };
	return i < set->v4_count;
}

bool
set_holds(const struct set *set, uint8_t family, u128 addr)
{
	struct range6 s;

	return find_from(set, family, addr, &s) && s.first <= addr;
}

bool
set_meets(const struct set *set, const struct net *net)
{
	struct range6 s;

	return find_from(set, net->family, net->first, &s) &&
	    s.first <= net->last;
}

bool
set_covers(const struct set *set, const struct net *net)
{
	struct range6 s;

	return find_from(set, net->family, net->first, &s) &&
	    s.first <= net->first && net->last <= s.last;
}

struct count
set_count(const struct set *set, uint8_t family)
{
	struct count count = { 0, false };

	for (size_t i = 0; family == 4 && i < set->v4_count; i++)
		count.low += (u128)set->v4[i].last - set->v4[i].first + 1;
	if (family == 6 && set->v6_count == 1 && set->v6[0].first == 0 &&
	    set->v6[0].last == NET_LAST6)
		return (struct count){ 0, true };
	for (size_t i = 0; family == 6 && i < set->v6_count; i++)
		count.low += set->v6[i].last - set->v6[i].first + 1;
	return count;
}

/* The place of the highest bit. */
static int
highest_bit(u128 n)
{
	int bit = 0;

	while (n >>= 1)
		bit++;
	return bit;
}

/* 2^bit * (1 + tenths / 10), near enough to say how much it is. */
static void
add_power(struct buf *buf, u128 n)
{
	/* 2^(k/10) in thousandths. */
	static const unsigned steps[] = { 1000, 1072, 1149, 1231, 1320, 1414,
		1516, 1625, 1741, 1866 };
	int bit = highest_bit(n), tenth = 9;
	unsigned mantissa = (unsigned)(((n >> (bit - 32)) * 1000) >> 32);

	if ((n & (n - 1)) == 0) {
		buf_addf(buf, "2^%d", bit);
		return;
	}
	while (tenth && mantissa < steps[tenth])
		tenth--;
	buf_addf(buf, "about 2^%d.%d", bit, tenth);
}

void
count_add(struct buf *buf, struct count count)
{
	if (count.all6)
		buf_add(buf, "2^128");
	else if (count.low >> 64)
		add_power(buf, count.low);
	else
		buf_add_grouped(buf, (unsigned long long)count.low);
}

static bool
holds_family(const struct set *set, uint8_t family)
{
	struct net all = { family, 0, net_top(family) };

	return set_covers(set, &all);
}

static void
add_family(struct buf *buf, const struct set *set, uint8_t family)
{
	if (holds_family(set, family))
		buf_add(buf, "every");
	else
		count_add(buf, set_count(set, family));
	buf_addf(buf, " IPv%d", family);
}

bool
set_one(const struct set *set)
{
	struct count v4 = set_count(set, 4), v6 = set_count(set, 6);
	bool whole4 = holds_family(set, 4), whole6 = holds_family(set, 6);

	if (whole4 || whole6)
		return (whole4 || !set->v4_count) &&
		    (whole6 || !set->v6_count);
	return set_empty(set) || (v4.low == 1 && !set->v6_count) ||
	    (v6.low == 1 && !set->v4_count);
}

void
set_add_clients(struct buf *buf, const struct set *set)
{
	bool whole4 = holds_family(set, 4), whole6 = holds_family(set, 6);

	if (set_empty(set) || (whole4 && whole6)) {
		buf_add(buf, whole4 ? "everybody" : "nobody");
		return;
	}
	if (set->v4_count)
		add_family(buf, set, 4);
	if (set->v4_count && set->v6_count)
		buf_add(buf, " and ");
	if (set->v6_count)
		add_family(buf, set, 6);
	buf_add(buf, set_one(set) ? " address" : " addresses");
}

void
count_add_exact(struct buf *buf, struct count count)
{
	char digits[40];
	size_t at = sizeof(digits);
	u128 n = count.low;

	if (count.all6) {
		buf_add(buf, "340282366920938463463374607431768211456");
		return;
	}
	do {
		digits[--at] = (char)('0' + (int)(n % 10));
		n /= 10;
	} while (n);
	buf_addn(buf, digits + at, sizeof(digits) - at);
}

struct net
set_net(const struct set *set, size_t place)
{
	if (place < set->v4_count)
		return (struct net){ 4, set->v4[place].first,
			set->v4[place].last };
	place -= set->v4_count;
	return (struct net){ 6, set->v6[place].first, set->v6[place].last };
}

/* The largest block that begins at first and ends by last. */
static int
largest_block(uint8_t family, u128 first, u128 last)
{
	int prefix = net_bits(family);

	while (prefix > 0) {
		u128 end = net_block_last(family, first, prefix - 1);
		u128 host = net_block_last(family, 0, prefix - 1);

		if ((first & host) || end > last)
			break;
		prefix--;
	}
	return prefix;
}

void
net_blocks(const struct net *net,
    void (*each)(const struct net *block, void *context), void *context)
{
	u128 at = net->first;

	for (;;) {
		int prefix = largest_block(net->family, at, net->last);
		struct net block = { net->family, at,
			net_block_last(net->family, at, prefix) };

		each(&block, context);
		if (block.last == net->last)
			return;
		at = block.last + 1;
	}
}

void
set_blocks(const struct set *set,
    void (*each)(const struct net *block, void *context), void *context)
{
	for (size_t i = 0; i < set->v4_count + set->v6_count; i++) {
		struct net net = set_net(set, i);

		net_blocks(&net, each, context);
	}
}

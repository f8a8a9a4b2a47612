#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "set.h"

/* Spans of one family while a set is made; spans come in order. */
struct spans {
	struct span *items;
	size_t count, cap;
};

/* Room for that many at once; spans_trim() gives back what was not needed. */
static struct spans
spans_new(size_t most)
{
	struct spans s = { .cap = most };

	if (most)
		s.items = mem_resize(NULL, most, sizeof(*s.items));
	return s;
}

static void
spans_trim(struct spans *s)
{
	if (!s->count) {
		free(s->items);
		s->items = NULL;
	} else if (s->count < s->cap / 2) {
		s->items = mem_resize(s->items, s->count, sizeof(*s->items));
	}
	s->cap = s->count;
}

static void
spans_add(struct spans *s, u128 first, u128 last)
{
	struct span *end = s->count ? &s->items[s->count - 1] : NULL;

	/* Overlaps or touches the span before? */
	if (end && (end->last >= first || end->last + 1 == first)) {
		if (end->last < last)
			end->last = last;
		return;
	}
	s->items = mem_grow(s->items, s->count, &s->cap, sizeof(*s->items));
	s->items[s->count++] = (struct span){ first, last };
}

static struct spans
spans_union(const struct span *a, size_t na, const struct span *b, size_t nb)
{
	struct spans out = spans_new(na + nb);

	while (na || nb) {
		if (!nb || (na && a->first <= b->first)) {
			spans_add(&out, a->first, a->last);
			a++, na--;
		} else {
			spans_add(&out, b->first, b->last);
			b++, nb--;
		}
	}
	return out;
}

static struct spans
spans_intersect(const struct span *a, size_t na, const struct span *b,
    size_t nb)
{
	struct spans out = spans_new(na + nb);

	while (na && nb) {
		u128 first = a->first > b->first ? a->first : b->first;
		u128 last = a->last < b->last ? a->last : b->last;

		if (first <= last)
			spans_add(&out, first, last);
		if (a->last < b->last)
			a++, na--;
		else
			b++, nb--;
	}
	return out;
}

static struct spans
spans_subtract(const struct span *a, size_t na, const struct span *b,
    size_t nb)
{
	struct spans out = spans_new(na + nb);

	for (; na; a++, na--) {
		u128 at = a->first;
		bool left = true;

		while (nb && b->last < a->first)
			b++, nb--;
		for (size_t i = 0; left && i < nb && b[i].first <= a->last;
		     i++) {
			if (b[i].first > at)
				spans_add(&out, at, b[i].first - 1);
			left = b[i].last < a->last;
			at = b[i].last + 1;
		}
		if (left)
			spans_add(&out, at, a->last);
	}
	return out;
}

void
set_free(struct set *set)
{
	free(set->v4);
	free(set->v6);
	*set = (struct set){ 0 };
}

static void
set_make(struct set *to, struct spans v4, struct spans v6)
{
	set_free(to);
	spans_trim(&v4);
	spans_trim(&v6);
	*to = (struct set){ v4.items, v6.items, v4.count, v6.count };
}

void
set_union(struct set *to, const struct set *a, const struct set *b)
{
	struct spans v4 = spans_union(a->v4, a->v4_count, b->v4, b->v4_count);
	struct spans v6 = spans_union(a->v6, a->v6_count, b->v6, b->v6_count);

	set_make(to, v4, v6);
}

void
set_intersect(struct set *to, const struct set *a, const struct set *b)
{
	struct spans v4 =
	    spans_intersect(a->v4, a->v4_count, b->v4, b->v4_count);
	struct spans v6 =
	    spans_intersect(a->v6, a->v6_count, b->v6, b->v6_count);

	set_make(to, v4, v6);
}

void
set_subtract(struct set *to, const struct set *a, const struct set *b)
{
	struct spans v4 =
	    spans_subtract(a->v4, a->v4_count, b->v4, b->v4_count);
	struct spans v6 =
	    spans_subtract(a->v6, a->v6_count, b->v6, b->v6_count);

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
	struct spans spans = { 0 };

	*set = (struct set){ 0 };
	spans_add(&spans, net->first, net->last);
	if (net->family == 4)
		set->v4 = spans.items, set->v4_count = spans.count;
	else
		set->v6 = spans.items, set->v6_count = spans.count;
}

void
set_all(struct set *set)
{
	struct spans v4 = { 0 }, v6 = { 0 };

	*set = (struct set){ 0 };
	spans_add(&v4, 0, NET_LAST4);
	spans_add(&v6, 0, NET_LAST6);
	set_make(set, v4, v6);
}

void
set_of_entries(struct set *set, const struct entries *e)
{
	struct spans v4 = spans_new(e->v4_count);
	struct spans v6 = spans_new(e->v6_count);

	*set = (struct set){ 0 };
	for (size_t i = 0; i < e->v4_count; i++)
		spans_add(&v4, e->v4[i].first, e->v4[i].last);
	for (size_t i = 0; i < e->v6_count; i++)
		spans_add(&v6, e->v6[i].first, e->v6[i].last);
	set_make(set, v4, v6);
}

bool
set_empty(const struct set *set)
{
	return !set->v4_count && !set->v6_count;
}

static bool
spans_equal(const struct span *a, const struct span *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (a[i].first != b[i].first || a[i].last != b[i].last)
			return false;
	return true;
}

bool
set_equal(const struct set *a, const struct set *b)
{
	return a->v4_count == b->v4_count && a->v6_count == b->v6_count &&
	    spans_equal(a->v4, b->v4, a->v4_count) &&
	    spans_equal(a->v6, b->v6, a->v6_count);
}

/* The first span that ends at or behind the address, or NULL. */
static const struct span *
span_from(const struct set *set, uint8_t family, u128 addr)
{
	const struct span *spans = family == 4 ? set->v4 : set->v6;
	size_t count = family == 4 ? set->v4_count : set->v6_count;
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (spans[mid].last < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low < count ? &spans[low] : NULL;
}

bool
set_holds(const struct set *set, uint8_t family, u128 addr)
{
	const struct span *s = span_from(set, family, addr);

	return s && s->first <= addr;
}

bool
set_meets(const struct set *set, const struct net *net)
{
	const struct span *s = span_from(set, net->family, net->first);

	return s && s->first <= net->last;
}

bool
set_covers(const struct set *set, const struct net *net)
{
	const struct span *s = span_from(set, net->family, net->first);

	return s && s->first <= net->first && net->last <= s->last;
}

struct count
set_count(const struct set *set, uint8_t family)
{
	const struct span *spans = family == 4 ? set->v4 : set->v6;
	size_t n = family == 4 ? set->v4_count : set->v6_count;
	struct count count = { 0, false };

	if (n == 1 && spans[0].first == 0 && spans[0].last == NET_LAST6)
		return (struct count){ 0, true };
	for (size_t i = 0; i < n; i++)
		count.low += spans[i].last - spans[i].first + 1;
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
	const struct span *s;

	if (place < set->v4_count) {
		s = &set->v4[place];
		return (struct net){ 4, s->first, s->last };
	}
	s = &set->v6[place - set->v4_count];
	return (struct net){ 6, s->first, s->last };
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

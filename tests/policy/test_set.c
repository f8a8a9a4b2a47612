/* Sets against bit maps: 256 addresses at either end of either family. */
#include "config.h"

#include "policy/set.h"
#include "unit.h"

#define SPACE 256

struct window {
	uint8_t family;
	u128 base; /* of the 256 addresses */
};

static const struct window windows[] = {
	{ 4, 0, },
	{ 4, 0xffffff00, },
	{ 4, 0x0a000000, },
	{ 6, 0, },
	{ 6, ~(u128)0 - 255, },
	{ 6, (u128)0x20010db8 << 96, },
};

static uint64_t seed = 7;

static unsigned
next_random(unsigned n)
{
	seed = seed * 6364136223846793005u + 1;
	return (unsigned)(seed >> 33) % n;
}

/* A random set and its map. */
static void
make(const struct window *w, struct set *set, bool map[SPACE])
{
	unsigned spans = next_random(8);

	*set = (struct set){ 0 };
	memset(map, 0, SPACE);
	for (unsigned i = 0; i < spans; i++) {
		unsigned first = next_random(SPACE);
		unsigned last = first + next_random(SPACE - first);
		struct net net = { w->family, w->base + first,
			w->base + last };
		struct set one;

		if (next_random(3) == 0)
			net.last = net.first, last = first;
		set_of_net(&one, &net);
		set_union(set, set, &one);
		set_free(&one);
		for (unsigned j = first; j <= last; j++)
			map[j] = true;
	}
}

/* The fewest blocks by definition: a full half needs one, a mixed one those of
 * its halves. */
static unsigned
fewest(const bool *map, unsigned size)
{
	unsigned full = 0;

	for (unsigned i = 0; i < size; i++)
		full += map[i];
	if (full == size || !full)
		return full != 0;
	return fewest(map, size / 2) + fewest(map + size / 2, size / 2);
}

struct walk {
	const struct window *window;
	bool seen[SPACE];
	unsigned blocks;
};

static void
walk(const struct net *block, void *context)
{
	struct walk *w = context;

	w->blocks++;
	assert_true(net_prefix(block) >= 0);
	for (u128 a = block->first;; a++) {
		assert_false(w->seen[a - w->window->base]);
		w->seen[a - w->window->base] = true;
		if (a == block->last)
			return;
	}
}

static void
check(const struct window *w, const struct set *set, const bool map[SPACE])
{
	struct walk seen = { .window = w };
	size_t runs = 0, count = 0;

	for (unsigned i = 0; i < SPACE; i++) {
		assert_int_equal(set_holds(set, w->family, w->base + i),
		    map[i]);
		runs += map[i] && (!i || !map[i - 1]);
		count += map[i];
	}
	assert_false(set_holds(set, w->family == 4 ? 6 : 4, w->base));
	assert_int_equal(set->v4_count + set->v6_count, runs);
	assert_true(set_count(set, w->family).low == count);
	assert_int_equal(set_empty(set), !count);
	set_blocks(set, walk, &seen);
	assert_memory_equal(seen.seen, map, SPACE);
	assert_int_equal(seen.blocks, fewest(map, SPACE));
}

static void
check_ranges(const struct window *w, const struct set *set,
    const bool map[SPACE])
{
	unsigned first = next_random(SPACE);
	unsigned last = first + next_random(SPACE - first);
	struct net net = { w->family, w->base + first, w->base + last };
	bool meets = false, covers = true;

	for (unsigned i = first; i <= last; i++) {
		meets = meets || map[i];
		covers = covers && map[i];
	}
	assert_int_equal(set_meets(set, &net), meets);
	assert_int_equal(set_covers(set, &net), covers);
}

static void
test_algebra(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++) {
		const struct window *w = &windows[i % 6];
		struct set a, b, c = { 0 };
		bool x[SPACE], y[SPACE], z[SPACE];

		make(w, &a, x);
		make(w, &b, y);
		check(w, &a, x);
		check_ranges(w, &a, x);
		for (int j = 0; j < SPACE; j++)
			z[j] = x[j] || y[j];
		set_union(&c, &a, &b);
		check(w, &c, z);
		for (int j = 0; j < SPACE; j++)
			z[j] = x[j] && y[j];
		set_intersect(&c, &a, &b);
		check(w, &c, z);
		for (int j = 0; j < SPACE; j++)
			z[j] = x[j] && !y[j];
		set_subtract(&c, &a, &b);
		check(w, &c, z);
		assert_int_equal(set_equal(&a, &b), !memcmp(x, y, SPACE));
		set_subtract(&a, &a, &b); /* the result may be an operand */
		assert_true(set_equal(&a, &c));
		set_free(&a);
		set_free(&b);
		set_free(&c);
	}
}

static void
add_block(const struct net *block, void *context)
{
	struct buf *text = context;

	net_add(text, block);
	buf_addc(text, ' ');
}

static void
test_whole(void **state)
{
	struct set all, none = { 0 }, part;
	struct buf text = { 0 };
	struct net net = { 6, 0, 0 };

	(void)state;
	set_all(&all);
	assert_true(set_count(&all, 4).low == (u128)1 << 32);
	assert_true(set_count(&all, 6).all6);
	count_add(&text, set_count(&all, 6));
	assert_string_equal(text.data, "2^128");
	buf_clear(&text);
	count_add_exact(&text, set_count(&all, 6));
	assert_string_equal(text.data,
	    "340282366920938463463374607431768211456");
	buf_clear(&text);
	set_blocks(&all, add_block, &text);
	assert_string_equal(text.data, "0.0.0.0/0 ::/0 ");
	set_of_net(&part, &net);
	set_subtract(&part, &all, &part);
	buf_clear(&text);
	count_add_exact(&text, set_count(&part, 6));
	assert_string_equal(text.data,
	    "340282366920938463463374607431768211455");
	set_subtract(&part, &all, &all);
	assert_true(set_equal(&part, &none));
	set_free(&part);
	set_free(&all);
	buf_free(&text);
}

static void
test_clients(void **state)
{
	static const struct {
		const char *nets, *text;
		bool one;
	} rows[] = {
		{ "", "nobody", true, },
		{ "0.0.0.0/0 ::/0", "everybody", true, },
		{ "0.0.0.0/0", "every IPv4 address", true, },
		{ "::/0", "every IPv6 address", true, },
		{ "192.0.2.1", "1 IPv4 address", true, },
		{ "2001:db8::1", "1 IPv6 address", true, },
		{ "192.0.2.1 2001:db8::1", "1 IPv4 and 1 IPv6 addresses",
		    false, },
		{ "192.0.2.0/24", "256 IPv4 addresses", false, },
		{ "192.0.2.1 ::/0", "1 IPv4 and every IPv6 addresses", false, },
		{ "0.0.0.0/0 2001:db8::/48", "every IPv4 and 2^80 IPv6 "
		    "addresses", false, },
		{ "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 192.0.2.0/31",
		    "2 IPv4 and about 2^127.9 IPv6 addresses", false, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct set set = { 0 }, one;
		struct buf text = { 0 };

		for (const char *p = rows[i].nets; *p;) {
			size_t len = strcspn(p, " ");
			struct net net;
			struct err err;

			assert_true(net_parse(&net, p, len, NET_STRICT, &err));
			set_of_net(&one, &net);
			set_union(&set, &set, &one);
			set_free(&one);
			p += len + (p[len] == ' ');
		}
		set_add_clients(&text, &set);
		check_same(buf_text(&text), rows[i].text, rows[i].nets);
		assert_int_equal(set_one(&set), rows[i].one);
		buf_free(&text);
		set_free(&set);
	}
}

static void
test_count_text(void **state)
{
	static const struct {
		u128 count;
		const char *text, *exact;
	} rows[] = {
		{ 0, "0", "0", },
		{ 7, "7", "7", },
		{ 1534, "1,534", "1534", },
		{ 4294967296, "4,294,967,296", "4294967296", },
		{ UINT64_MAX, "18,446,744,073,709,551,615",
		    "18446744073709551615", },
		{ (u128)1 << 64, "2^64", "18446744073709551616", },
		{ (u128)1 << 80, "2^80", "1208925819614629174706176", },
		{ (u128)3 << 80, "about 2^81.5",
		    "3626777458843887524118528", },
		{ ((u128)1 << 80) + 1, "about 2^80.0",
		    "1208925819614629174706177", },
		{ ~(u128)0, "about 2^127.9",
		    "340282366920938463463374607431768211455", },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct count count = { rows[i].count, false };
		struct buf text = { 0 };

		count_add(&text, count);
		check_same(text.data, rows[i].text, rows[i].exact);
		buf_clear(&text);
		count_add_exact(&text, count);
		check_same(text.data, rows[i].exact, rows[i].exact);
		buf_free(&text);
	}
}

/* A tenth of a power begins where 2^(tenth / 10) does, to a thousandth. */
static void
test_count_tenths(void **state)
{
	static const unsigned begins[] = { 1072, 1149, 1231, 1320, 1414, 1516,
		1625, 1741, 1866 };

	(void)state;
	for (unsigned i = 0; i < ROWS(begins); i++) {
		u128 from = ((u128)begins[i] << 32) / 1000 + 1;
		struct count count = { from << 48, false };
		struct buf text = { 0 };
		char wanted[40];

		count_add(&text, count);
		snprintf(wanted, sizeof(wanted), "about 2^80.%u", i + 1);
		check_same(text.data, wanted, wanted);
		buf_clear(&text);
		count.low = (from - 2) << 48;
		count_add(&text, count);
		snprintf(wanted, sizeof(wanted), "about 2^80.%u", i);
		check_same(text.data, wanted, wanted);
		buf_free(&text);
	}
}

static void
test_routable(void **state)
{
	static const struct {
		const char *addr;
		bool routable;
	} rows[] = {
		{ "0.0.0.0", false, }, { "1.0.0.0", true, },
		{ "9.255.255.255", true, }, { "10.0.0.0", false, },
		{ "10.255.255.255", false, }, { "11.0.0.0", true, },
		{ "100.63.255.255", true, }, { "100.64.0.0", false, },
		{ "127.0.0.1", false, }, { "169.254.1.1", false, },
		{ "172.15.255.255", true, }, { "172.31.255.255", false, },
		{ "172.32.0.0", true, }, { "192.0.0.1", false, },
		{ "192.0.2.1", false, }, { "192.168.1.1", false, },
		{ "198.18.0.1", false, }, { "198.20.0.0", true, },
		{ "203.0.113.9", false, }, { "223.255.255.255", true, },
		{ "224.0.0.0", false, }, { "255.255.255.255", false, },
		{ "::1", false, }, { "1fff::", false, },
		{ "2001:4860::1", true, }, { "2001::1", false, },
		{ "2001:200::", true, }, { "2001:db8::1", false, },
		{ "2002::1", false, }, { "3fff::1", false, },
		{ "3ffe::1", true, }, { "4000::", false, },
		{ "fe80::1", false, }, { "fc00::1", false, },
		{ "ff02::1", false, },
	};
	struct set set;

	(void)state;
	set_routable(&set);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct net net;
		struct err err;

		assert_true(net_parse_addr(&net, rows[i].addr,
		    strlen(rows[i].addr), &err));
		check_row(set_holds(&set, net.family, net.first) ==
		    rows[i].routable, rows[i].addr);
	}
	set_free(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_algebra),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_count_text),
		cmocka_unit_test(test_count_tenths),
		cmocka_unit_test(test_routable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

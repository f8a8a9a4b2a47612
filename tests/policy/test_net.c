#include "config.h"

#include <arpa/inet.h>

#include "policy/net.h"
#include "unit.h"

struct row {
	const char *text;
	unsigned rules;
	const char *wanted; /* canonical text, or NULL: refused */
	const char *reason; /* that the refusal holds */
};

static const struct row rows[] = {
	/* addresses */
	{ "192.0.2.1", NET_STRICT, "192.0.2.1", NULL, },
	{ " \t192.0.2.1\r", NET_STRICT, "192.0.2.1", NULL, },
	{ "0.0.0.0", NET_STRICT, "0.0.0.0", NULL, },
	{ "255.255.255.255", NET_STRICT, "255.255.255.255", NULL, },
	{ "2001:DB8::1", NET_STRICT, "2001:db8::1", NULL, },
	{ "::", NET_STRICT, "::", NULL, },
	{ "0:0:0:0:0:0:0:1", NET_STRICT, "::1", NULL, },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NET_STRICT,
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL, },
	{ "1:0:0:2:0:0:0:3", NET_STRICT, "1:0:0:2::3", NULL, },
	{ "1:0:0:2:3:0:0:4", NET_STRICT, "1::2:3:0:0:4", NULL, },
	{ "1:0:2:3:4:5:6:7", NET_STRICT, "1:0:2:3:4:5:6:7", NULL, },
	{ "2001:db8::192.0.2.1", NET_STRICT, "2001:db8::c000:201", NULL, },
	/* blocks */
	{ "192.0.2.0/24", NET_STRICT, "192.0.2.0/24", NULL, },
	{ "0.0.0.0/0", NET_STRICT, "0.0.0.0/0", NULL, },
	{ "::/0", NET_STRICT, "::/0", NULL, },
	{ "192.0.2.1/32", NET_STRICT, "192.0.2.1", NULL, },
	{ "2001:db8::1/128", NET_STRICT, "2001:db8::1", NULL, },
	{ "192.0.2.0/31", NET_STRICT, "192.0.2.0/31", NULL, },
	{ "2001:db8::/127", NET_STRICT, "2001:db8::/127", NULL, },
	{ "192.0.2.0 255.255.255.0", NET_STRICT, "192.0.2.0/24", NULL, },
	{ "192.0.2.0 \t 255.255.255.0", NET_STRICT, "192.0.2.0/24", NULL, },
	{ "0.0.0.0 0.0.0.0", NET_STRICT, "0.0.0.0/0", NULL, },
	{ "1.2.3.4 255.255.255.255", NET_STRICT, "1.2.3.4", NULL, },
	/* ranges */
	{ "192.0.2.10-192.0.2.20", NET_STRICT, "192.0.2.10-192.0.2.20",
	    NULL, },
	{ "192.0.2.0-192.0.2.255", NET_STRICT, "192.0.2.0/24", NULL, },
	{ "0.0.0.0-255.255.255.255", NET_STRICT, "0.0.0.0/0", NULL, },
	{ "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NET_STRICT, "::/0",
	    NULL, },
	{ "192.0.2.1-192.0.2.1", NET_STRICT, "192.0.2.1", NULL, },
	{ "2001:db8::1-2001:db8::9", NET_STRICT, "2001:db8::1-2001:db8::9",
	    NULL, },
	/* mapped IPv6 is IPv4 */
	{ "::ffff:192.0.2.1", NET_STRICT, "192.0.2.1", NULL, },
	{ "::FFFF:c000:201", NET_STRICT, "192.0.2.1", NULL, },
	{ "::ffff:192.0.2.0/120", NET_STRICT, "192.0.2.0/24", NULL, },
	{ "::ffff:0.0.0.0/96", NET_STRICT, "0.0.0.0/0", NULL, },
	{ "::ffff:10.0.0.1-::ffff:10.0.0.9", NET_STRICT,
	    "10.0.0.1-10.0.0.9", NULL, },
	{ "::ffff:10.0.0.0/95", NET_STRICT, NULL, "96 to 128", },
	{ "::ffff:10.0.0.0/0", NET_WIDEN, NULL, "96 to 128", },
	{ "::1-::ffff:10.0.0.9", NET_STRICT, NULL, "IPv4", },
	{ "::ffff:10.0.0.9-1::", NET_STRICT, NULL, "IPv4", },
	{ "::ffff:10.0.0.1-10.0.0.9", NET_STRICT, "10.0.0.1-10.0.0.9",
	    NULL, },
	{ "::ffff:192.0.2.1/120", NET_STRICT, NULL, "192.0.2.0/24", },
	{ "::/96", NET_STRICT, "::/96", NULL, },
	{ "::fffe:0:0/95", NET_STRICT, "::fffe:0:0/95", NULL, },
	/* nothing is guessed */
	{ "", NET_STRICT, NULL, "missing", },
	{ " \t", NET_STRICT, NULL, "missing", },
	{ "010.0.0.1", NET_STRICT, NULL, "leading zero", },
	{ "10.0.0.01", NET_STRICT, NULL, "leading zero", },
	{ "00.0.0.0", NET_STRICT, NULL, "leading zero", },
	{ "1.2.3", NET_STRICT, NULL, "3 of 4 octets", },
	{ "1.2.3.", NET_STRICT, NULL, "3 of 4 octets", },
	{ "1.2.3.4.", NET_STRICT, NULL, "not an IP", },
	{ "1.2.3.4.5", NET_STRICT, NULL, "more than four", },
	{ "1..2.3", NET_STRICT, NULL, "not an IP", },
	{ ".1.2.3.4", NET_STRICT, NULL, "not an IP", },
	{ "0x0a.0.0.1", NET_STRICT, NULL, "not an IP", },
	{ "167772161", NET_STRICT, NULL, "over 255", },
	{ "1.2.3.256", NET_STRICT, NULL, "256 is over 255", },
	{ "1.2.3.99999999999999999999", NET_STRICT, NULL, "over 255", },
	{ "1.2.3.4x", NET_STRICT, NULL, "not an IP", },
	{ "1.2.3.-4", NET_STRICT, NULL, "octets", },
	{ "+1.2.3.4", NET_STRICT, NULL, "not an IP", },
	{ "localhost", NET_STRICT, NULL, "not an IP", },
	{ "*", NET_STRICT, NULL, "not an IP", },
	{ "!10.0.0.0/8", NET_STRICT, NULL, "not an IP", },
	{ "10.0.0.1/8", NET_STRICT, NULL, "10.0.0.0/8", },
	{ "10.0.0.1 255.0.0.0", NET_STRICT, NULL, "10.0.0.0/8", },
	{ "2001:db8::1/64", NET_STRICT, NULL, "2001:db8::/64", },
	{ "10.0.0.0/33", NET_STRICT, NULL, "0 to 32", },
	{ "::/129", NET_STRICT, NULL, "0 to 128", },
	{ "10.0.0.0/", NET_STRICT, NULL, "0 to 32", },
	{ "10.0.0.0/-1", NET_STRICT, NULL, "is not", },
	{ "10.0.0.0/+8", NET_STRICT, NULL, "0 to 32", },
	{ "10.0.0.0/ 8", NET_STRICT, NULL, "0 to 32", },
	{ "10.0.0.0 /8", NET_STRICT, NULL, "not an IP", },
	{ "10.0.0.0/08", NET_STRICT, NULL, "0 to 32", },
	{ "10.0.0.0/00", NET_STRICT, NULL, "0 to 32", },
	{ "10.0.0.0/8x", NET_STRICT, NULL, "0 to 32", },
	{ "10.0.0.0/4294967304", NET_STRICT, NULL, "0 to 32", },
	{ "10.0.0.0/8/8", NET_STRICT, NULL, "0 to 32", },
	{ "/8", NET_STRICT, NULL, "missing", },
	{ "10.0.0.0 255.0.255.0", NET_STRICT, NULL, "holes", },
	{ "10.0.0.0 0.255.255.255", NET_STRICT, NULL, "holes", },
	{ "10.0.0.0 255.0.0", NET_STRICT, NULL, "mask", },
	{ "10.0.0.0 255.0.0.0 x", NET_STRICT, NULL, "mask", },
	{ "2001:db8:: ffff::", NET_STRICT, NULL, "prefix length", },
	{ "10.0.0.9-10.0.0.1", NET_STRICT, NULL, "reversed", },
	{ "2001:db8::9-2001:db8::1", NET_STRICT, NULL, "reversed", },
	{ "10.0.0.1-2001:db8::1", NET_STRICT, NULL, "IPv4 to IPv6", },
	{ "10.0.0.1-", NET_STRICT, NULL, "missing", },
	{ "-10.0.0.1", NET_STRICT, NULL, "missing", },
	{ "10.0.0.1-20", NET_STRICT, NULL, "1 of 4 octets", },
	{ "10.0.0.0/8-11.0.0.0/8", NET_STRICT, NULL, "not an IP", },
	{ "10.0.0.1 - 10.0.0.9", NET_STRICT, NULL, "not an IP", },
	{ "fe80::1%eth0", NET_STRICT, NULL, "zone", },
	{ "fe80::%1/64", NET_STRICT, NULL, "zone", },
	{ "[2001:db8::1]", NET_STRICT, NULL, "not an IPv6", },
	{ "1:2:3", NET_STRICT, NULL, "not an IPv6", },
	{ "1::2::3", NET_STRICT, NULL, "not an IPv6", },
	{ "::ffff:010.0.0.1", NET_STRICT, NULL, "not an IPv6", },
	{ "::10.0.0.0/104", NET_STRICT, "::a00:0/104", NULL, },
	{ "12345::", NET_STRICT, NULL, "not an IPv6", },
	{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111", 0, NULL,
	    "not an IP", },
	{ "10.0.0.0/255.0.0.0", NET_STRICT, NULL, "0 to 32", },
	{ "10.0.0", NET_IMPORT, NULL, "3 of 4 octets", },
	/* the importer reads more */
	{ "10.0.0.0/255.0.0.0", NET_IMPORT, "10.0.0.0/8", NULL, },
	{ "10.0.0.0/255.0.255.0", NET_IMPORT, NULL, "holes", },
	{ "[2001:db8::1]", NET_IMPORT, "2001:db8::1", NULL, },
	{ "[2001:db8::]/32", NET_IMPORT, "2001:db8::/32", NULL, },
	{ "[]", NET_IMPORT, NULL, "not an IP", },
	{ "10.0.0.1 - 10.0.0.9", NET_IMPORT, "10.0.0.1-10.0.0.9", NULL, },
	{ "10.0.0.1/8", NET_IMPORT, NULL, "10.0.0.0/8", },
	{ "10.0.0.1-9", NET_IMPORT, "10.0.0.1-10.0.0.9", NULL, },
	{ "10.0.0.0-255", NET_IMPORT, "10.0.0.0/24", NULL, },
	{ "10.0.0.9-1", NET_IMPORT, NULL, "reversed", },
	{ "10.0.0.1-256", NET_IMPORT, NULL, "over 255", },
	{ "10.0.0.1-09", NET_IMPORT, NULL, "leading zero", },
	{ "10.0.0.1-0", NET_IMPORT, NULL, "reversed", },
	{ "2001:db8::1-9", NET_IMPORT, NULL, "1 of 4 octets", },
	{ "10.0.0.1-9", NET_STRICT, NULL, "1 of 4 octets", },
	/* and when asked, more still */
	{ "10.0.0.1/8", NET_WIDEN, "10.0.0.0/8", NULL, },
	{ "10.0.0.1 255.0.0.0", NET_WIDEN, "10.0.0.0/8", NULL, },
	{ "10.", NET_WIDEN, "10.0.0.0/8", NULL, },
	{ "192.0.2.", NET_WIDEN, "192.0.2.0/24", NULL, },
	{ "192.0.2", NET_WIDEN, "192.0.2.0/24", NULL, },
	{ "192.0.2.*", NET_WIDEN, "192.0.2.0/24", NULL, },
	{ "192.0.*.*", NET_WIDEN, "192.0.0.0/16", NULL, },
	{ "192.0.2*", NET_WIDEN, NULL, "not an IP", },
	{ "192.0.2.*x", NET_WIDEN, NULL, "not an IP", },
	{ "192.0.*.2", NET_WIDEN, NULL, "not an IP", },
	{ "192.0.2.*.*", NET_WIDEN, NULL, "not an IP", },
	{ "192.0.2.**", NET_WIDEN, NULL, "not an IP", },
	{ "*", NET_WIDEN, NULL, "not an IP", },
	{ "12345::", NET_WIDEN, NULL, "not an IPv6", },
	{ "192.0.02", NET_WIDEN, NULL, "leading zero", },
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct row *r = &rows[i];
		char text[NET_TEXT];
		struct net net;
		struct err err = { 0 };
		bool ok = net_parse(&net, r->text, strlen(r->text), r->rules,
		    &err);

		check_row(ok == (r->wanted != NULL), r->text);
		if (ok)
			check_same(net_text(&net, text), r->wanted, r->text);
		else if (!strstr(err.text, r->reason))
			fail_msg("row '%s': reason '%s'", r->text, err.text);
	}
}

static void
test_nul(void **state)
{
	struct net net;
	struct err err;

	(void)state;
	assert_false(net_parse(&net, "10.0.0.1\0x", 10, 0, &err));
	assert_non_null(strstr(err.text, "NUL"));
	assert_false(net_parse(&net, "::1\0", 4, 0, &err));
}

static void
test_addr(void **state)
{
	struct net net;
	struct err err;

	(void)state;
	assert_true(net_parse_addr(&net, "192.0.2.1", 9, &err));
	assert_int_equal(net.family, 4);
	assert_true(net.first == 0xc0000201 && net.last == net.first);
	assert_true(net_parse_addr(&net, "::ffff:1.2.3.4", 14, &err));
	assert_int_equal(net.family, 4);
	assert_false(net_parse_addr(&net, "192.0.2.0/24", 12, &err));
	assert_false(net_parse_addr(&net, "1.2.3.4-1.2.3.5", 15, &err));
	assert_false(net_parse_addr(&net, " 1.2.3.4", 8, &err));
	assert_false(net_parse_addr(&net, "[::1]", 5, &err));
	assert_false(net_parse_addr(&net, "", 0, &err));
}

static void
test_prefix(void **state)
{
	static const struct {
		const char *text;
		int prefix;
	} table[] = {
		{ "0.0.0.0/0", 0, }, { "::/0", 0, }, { "10.0.0.0/8", 8, },
		{ "10.0.0.1", 32, }, { "::1", 128, }, { "::/1", 1, },
		{ "10.0.0.0-10.0.0.2", -1, }, { "10.0.0.1-10.0.0.2", -1, },
		{ "10.0.0.2-10.0.0.5", -1, },
		{ "0.0.0.1-255.255.255.255", -1, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(table); i++) {
		struct net net;
		struct err err;

		net_parse(&net, table[i].text, strlen(table[i].text), 0, &err);
		check_row(net_prefix(&net) == table[i].prefix, table[i].text);
	}
}

/* Below, equal, above; the last column is the order of the rows. */
static void
test_order(void **state)
{
	static const char *const sorted[] = {
		"0.0.0.0", "0.0.0.0/0", "10.0.0.0", "10.0.0.0/31",
		"10.0.0.0/8", "10.0.0.1", "255.255.255.255", "::", "::/0",
		"::1", "2001:db8::", "2001:db8::/32",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};
	struct net a, b;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ROWS(sorted); i++)
		for (size_t j = 0; j < ROWS(sorted); j++) {
			net_parse(&a, sorted[i], strlen(sorted[i]), 0, &err);
			net_parse(&b, sorted[j], strlen(sorted[j]), 0, &err);
			check_row(net_compare(&a, &b) == (i > j) - (i < j),
			    sorted[i]);
		}
}

static void
test_block_last(void **state)
{
	(void)state;
	assert_true(net_block_last(4, 0, 0) == NET_LAST4);
	assert_true(net_block_last(4, 5, 32) == 5);
	assert_true(net_block_last(6, 0, 0) == NET_LAST6);
	assert_true(net_block_last(6, 7, 128) == 7);
	assert_true(net_block_last(6, 0, 64) == (u128)UINT64_MAX);
	assert_true(net_top(4) == NET_LAST4 && net_top(6) == NET_LAST6);
}

/* Every IPv6 address prints as inet_ntop() does, but for its dotted forms. */
static void
test_text6(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		unsigned char bytes[16];
		char wanted[INET6_ADDRSTRLEN];
		struct buf buf = { 0 };
		u128 addr = 0;

		for (int j = 0; j < 16; j++) {
			seed = seed * 6364136223846793005u + 1;
			bytes[j] = seed >> 62 ? 0 : (unsigned char)(seed >> 40);
			if (j < 2)
				bytes[j] |= 1;
			addr = addr << 8 | bytes[j];
		}
		inet_ntop(AF_INET6, bytes, wanted, sizeof(wanted));
		net_add_addr(&buf, 6, addr);
		check_same(buf_text(&buf), wanted, wanted);
		buf_free(&buf);
	}
}

/* What the short way takes is what the long way makes of it; whole addresses
 * and blocks are taken, and nothing else. */
static void
check_usual(const char *text, size_t len)
{
	struct net quick, net;
	struct err err;
	bool ok = net_parse(&net, text, len, NET_STRICT, &err);
	bool usual = ok && net.family == 4 &&
	    strspn(text, "0123456789./") >= len;

	if (net_parse_usual(&quick, text, len) != usual)
		fail_msg("'%.*s': %s", (int)len, text, err.text);
	if (usual && net_compare(&quick, &net))
		fail_msg("'%.*s': another net", (int)len, text);
}

static void
test_usual(void **state)
{
	static const char *const pieces[] = { "0", "1", "9", "00", "01", "10",
		"32", "33", "100", "128", "255", "256", "999", "1000", ".",
		"..", "/", "/0", "/8", "/24", "/32", "1.2.3.", "10.0.0.0",
		" ", "-", "a", "", };
	uint64_t seed = 5;
	char text[64];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check_usual(rows[i].text, strlen(rows[i].text));
	for (int i = 0; i < 300000; i++) {
		size_t len = 0;

		for (int k = i % 9; k >= 0; k--) {
			const char *piece;

			seed = seed * 6364136223846793005u +
			    1442695040888963407u;
			piece = pieces[(seed >> 33) % ROWS(pieces)];
			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
			if (k && k % 2 && seed >> 63)
				text[len++] = '.';
		}
		text[len] = '\0';
		check_usual(text, len);
	}
	for (int prefix = 0; prefix <= 33; prefix++)
		check_usual(text, (size_t)snprintf(text, sizeof(text),
		    "128.0.0.0/%d", prefix));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_addr),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_block_last),
		cmocka_unit_test(test_text6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

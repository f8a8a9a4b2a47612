/* Addresses, blocks and ranges as text. */
#include "config.h"

#include <stdio.h>

#include "net.h"

/* 0 to 255; *to moves on. */
static void
put_octet(char **to, unsigned octet)
{
	if (octet >= 100)
		*(*to)++ = (char)('0' + octet / 100);
	if (octet >= 10)
		*(*to)++ = (char)('0' + octet / 10 % 10);
	*(*to)++ = (char)('0' + octet % 10);
}

/* By hand: exports print millions of them. */
static void
put_v4(char **to, uint32_t a)
{
	put_octet(to, a >> 24);
	*(*to)++ = '.';
	put_octet(to, a >> 16 & 255);
	*(*to)++ = '.';
	put_octet(to, a >> 8 & 255);
	*(*to)++ = '.';
	put_octet(to, a & 255);
}

static void
add_v4(struct buf *buf, uint32_t a)
{
	char text[16], *end = text;

	put_v4(&end, a);
	buf_addn(buf, text, (size_t)(end - text));
}

static void
add_prefix(struct buf *buf, int prefix)
{
	char text[4] = "/", *end = text + 1;

	put_octet(&end, (unsigned)prefix);
	buf_addn(buf, text, (size_t)(end - text));
}

static void
add_group(struct buf *buf, unsigned group)
{
	char text[4], *end = text;

	for (int shift = 12; shift >= 0; shift -= 4)
		if (group >> shift || !shift)
			*end++ = "0123456789abcdef"[group >> shift & 15];
	buf_addn(buf, text, (size_t)(end - text));
}

/* RFC 5952: lower case, no leading zeros, the longest run of two or more zero
 * groups (the first of equals) as "::". */
static void
add_v6(struct buf *buf, u128 a)
{
	unsigned group[8];
	int best = -1, best_len = 1;

	for (int i = 0; i < 8; i++)
		group[i] = (unsigned)(a >> (112 - 16 * i)) & 0xffff;
	for (int i = 0, run = 0; i < 8; i++) {
		run = group[i] ? 0 : run + 1;
		if (run > best_len)
			best = i - run + 1, best_len = run;
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			buf_add(buf, "::");
			i += best_len - 1;
			continue;
		}
		if (i && i != best + best_len)
			buf_addc(buf, ':');
		add_group(buf, group[i]);
	}
}

void
net_add_addr(struct buf *buf, uint8_t family, u128 addr)
{
	if (family == 4)
		add_v4(buf, (uint32_t)addr);
	else
		add_v6(buf, addr);
}

/* "/24" or "-192.0.2.9", whichever says where it ends. */
static void
put_last4(char **to, const struct net *net)
{
	int prefix = net_prefix(net);

	*(*to)++ = prefix < 0 ? '-' : '/';
	if (prefix < 0)
		put_v4(to, (uint32_t)net->last);
	else
		put_octet(to, (unsigned)prefix);
}

static void
put_net4(char **to, const struct net *net)
{
	put_v4(to, (uint32_t)net->first);
	if (net->first != net->last)
		put_last4(to, net);
}

static void
add_net4(struct buf *buf, const struct net *net)
{
	char text[32], *end = text;

	put_net4(&end, net);
	buf_addn(buf, text, (size_t)(end - text));
}

void
net_add(struct buf *buf, const struct net *net)
{
	int prefix;

	if (net->family == 4) {
		add_net4(buf, net);
		return;
	}
	add_v6(buf, net->first);
	if (net->first == net->last)
		return;
	prefix = net_prefix(net);
	if (prefix >= 0) {
		add_prefix(buf, prefix);
		return;
	}
	buf_addc(buf, '-');
	add_v6(buf, net->last);
}

char *
net_text(const struct net *net, char text[NET_TEXT])
{
	struct buf buf = { 0 };
	char *end = text;

	if (net->family == 4) {
		put_net4(&end, net);
		*end = '\0';
		return text;
	}
	net_add(&buf, net);
	snprintf(text, NET_TEXT, "%s", buf_text(&buf));
	buf_free(&buf);
	return text;
}

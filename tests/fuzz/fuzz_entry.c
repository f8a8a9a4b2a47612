/* Entries: what is accepted means the same when it is written and read again,
 * and an address is one where inet_pton() says so. */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "policy/entries.h"

#include "fuzz.h"

/* What is printed is read back, strictly, and printed the same. */
static void
check_again(const struct entry *entry)
{
	struct buf text = { 0 }, again = { 0 };
	struct entry other;
	struct err err;

	entry_add(&text, entry);
	demand(entry_parse(&other, text.data, text.len, NET_STRICT, &err));
	demand(entry_compare(entry, &other) == 0);
	entry_add(&again, &other);
	demand(!strcmp(text.data, again.data));
	buf_free(&text);
	buf_free(&again);
}

static void
check_net(const struct net *net)
{
	demand(net->family == 4 || net->family == 6);
	demand(net->first <= net->last && net->last <= net_top(net->family));
	/* no mapped address stays in IPv6 */
	demand(net->family == 4 || net->first >> 32 != 0xffff ||
	    net->last >> 32 != 0xffff);
	if (net_prefix(net) >= 0)
		demand(net->last == net_block_last(net->family, net->first,
		    net_prefix(net)));
}

/* The two readers of addresses, on a text that might be one. */
static void
check_addr(const char *text, size_t len)
{
	unsigned char bytes[16];
	struct net net;
	struct err err;
	bool v4, v6, ours;

	if (memchr(text, '\0', len))
		return;
	v4 = inet_pton(AF_INET, text, bytes) == 1;
	v6 = inet_pton(AF_INET6, text, bytes) == 1;
	ours = net_parse_addr(&net, text, len, &err);
	demand(ours == (v4 || v6));
	if (v4)
		demand(net.family == 4 && net.first ==
		    ((u128)bytes[0] << 24 | (u128)bytes[1] << 16 |
		        (u128)bytes[2] << 8 | bytes[3]));
	if (ours)
		demand(net_parse(&net, text, len, NET_STRICT, &err) &&
		    net.first == net.last);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned rules[] = { NET_STRICT, NET_IMPORT, NET_WIDEN,
		NET_IMPORT | NET_WIDEN };
	char *text = malloc(size + 1);
	bool strict = false;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	for (int i = 0; i < 4; i++) {
		struct entry entry;
		struct err err = { 0 };
		bool ok = entry_parse(&entry, size ? (const char *)data : "",
		    size, rules[i], &err);

		demand(ok || (err.text[0] && err.kind == ERR_INPUT));
		if (i == 0)
			strict = ok;
		demand(ok || !strict); /* more rules never accept less */
		if (ok && entry.kind == ENTRY_NET)
			check_net(&entry.net);
		if (ok)
			check_again(&entry);
	}
	check_addr(text, size);
	free(text);
	return 0;
}

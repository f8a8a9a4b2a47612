/* Sets for packet filters, only written: nft(8) and ipset(8). */
#include "config.h"

#include "format_list.h"
#include "policy/set.h"

static bool
check_nets(const struct entries *entries, const char *what, struct err *err)
{
	struct entry entry;

	if (!entries->domain_count && !entries->list_count)
		return true;
	entries_at(entries, entries->v4_count + entries->v6_count, &entry);
	return format_cannot_hold(what, "addresses", &entry, err);
}

/* Entries of a family, one after the other. */
struct family_walk {
	struct entries_walk walk;
	uint8_t family;
};

static bool
next_net(struct family_walk *w, struct net *net)
{
	struct entry entry;

	while (entries_next(&w->walk, &entry)) {
		*net = entry.net;
		if (net->family == w->family)
			return true;
	}
	return false;
}

/* --- nftables ------------------------------------------------------------ */

static void
add_nft_set(struct buf *buf, const struct entries *entries, uint8_t family)
{
	struct family_walk walk = { { .entries = entries }, family };
	const char *between = "\n\t\telements = {\n\t\t\t";
	bool any = false;
	struct net net;

	/* Entries may lie within each other. */
	buf_addf(buf, "\tset listed%d {\n\t\ttype ipv%d_addr\n"
	    "\t\tflags interval\n\t\tauto-merge", family, family);
	for (; next_net(&walk, &net); any = true) {
		buf_add(buf, between);
		net_add(buf, &net);
		between = ",\n\t\t\t";
	}
	buf_add(buf, any ? "\n\t\t}\n\t}\n" : "\n\t}\n");
}

static bool
write_nft(struct buf *buf, const struct entries *entries, struct err *err)
{
	if (!check_nets(entries, "an nftables set", err))
		return false;
	buf_add(buf, "# nft -f FILE; then: ip saddr @listed4, "
	    "ip6 saddr @listed6\n");
	format_add_days(buf, entries);
	buf_add(buf, "table inet relayadm {\n");
	add_nft_set(buf, entries, 4);
	add_nft_set(buf, entries, 6);
	buf_add(buf, "}\n");
	return true;
}

const struct format format_nftables = {
	.name = "nftables",
	.title = "nftables sets",
	.write = write_nft,
};

/* --- ipset --------------------------------------------------------------- */

struct ipset {
	struct buf *buf;
	uint8_t family;
	size_t count; /* of blocks; buf NULL: only counted */
};

static void
add_block(const struct net *block, void *context)
{
	struct ipset *s = context;
	struct net half = *block;

	s->count++;
	if (!s->buf)
		return;
	/* hash:net takes no prefix length of 0. */
	if (net_prefix(block) == 0) {
		half.last = block->last / 2;
		add_block(&half, s);
		half = (struct net){ block->family, half.last + 1,
			block->last };
	}
	buf_addf(s->buf, "add listed%d ", s->family);
	net_add(s->buf, &half);
	buf_addc(s->buf, '\n');
}

static void
add_ipset(struct buf *buf, const struct entries *entries, uint8_t family)
{
	struct family_walk counting = { { .entries = entries }, family };
	struct family_walk walk = counting;
	struct ipset set = { NULL, family, 0 };
	struct net net;

	while (next_net(&counting, &net))
		net_blocks(&net, add_block, &set);
	buf_addf(buf, "create listed%d hash:net family %s maxelem %zu\n",
	    family, family == 4 ? "inet" : "inet6",
	    set.count < 65535 ? (size_t)65536 : set.count + 1);
	set.buf = buf;
	while (next_net(&walk, &net))
		net_blocks(&net, add_block, &set);
}

static bool
write_ipset(struct buf *buf, const struct entries *entries, struct err *err)
{
	if (!check_nets(entries, "an ipset", err))
		return false;
	buf_add(buf, "# ipset -exist restore <FILE\n");
	format_add_days(buf, entries);
	add_ipset(buf, entries, 4);
	add_ipset(buf, entries, 6);
	return true;
}

const struct format format_ipset = {
	.name = "ipset",
	.title = "ipset sets",
	.write = write_ipset,
};

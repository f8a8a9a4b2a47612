#include "config.h"

#include "mask.h"

static bool
read_v4(struct span s, uint32_t *addr)
{
	struct net net;
	struct err err;

	if (!net_parse_addr(&net, s.text, s.len, &err) || net.family != 4 ||
	    span_find(s, ':') < s.len)
		return false;
	*addr = (uint32_t)net.first;
	return true;
}

/* Ones from the left, zeros behind. */
static bool
is_subnet(uint32_t mask)
{
	return (~mask & (~mask + 1)) == 0;
}

bool
mask_parse(struct mask *mask, struct span text)
{
	size_t slash = span_find(text, '/');
	struct span rest = text, addr, word;
	uint32_t bits;

	if (slash < text.len) {
		addr = span_of(text.text, slash);
		word = span_from(text, slash + 1);
	} else if (!span_word(&rest, &addr) || !span_word(&rest, &word) ||
	    rest.len) {
		return false;
	}
	if (!read_v4(addr, &mask->addr) || !read_v4(word, &bits) ||
	    is_subnet(bits))
		return false;
	mask->wildcard = !(bits >> 31);
	mask->fixed = mask->wildcard ? ~bits : bits;
	return true;
}

/* The zeros at the right end make every piece a block. */
static unsigned
count_host_bits(const struct mask *mask)
{
	unsigned n = 0;

	while (n < 32 && !(mask->fixed >> n & 1))
		n++;
	return n;
}

size_t
mask_pieces(const struct mask *mask)
{
	size_t pieces = 1;

	for (unsigned i = count_host_bits(mask); i < 32; i++)
		if (!(mask->fixed >> i & 1))
			pieces *= 2;
	return pieces;
}

/* The bits of number, put where the mask has zeros from bit low on. */
static uint32_t
spread(const struct mask *mask, uint32_t number, unsigned low)
{
	uint32_t bits = 0;

	for (unsigned i = low; i < 32; i++) {
		if (mask->fixed >> i & 1)
			continue;
		bits |= (number & 1) << i;
		number >>= 1;
	}
	return bits;
}

void
mask_expand(const struct mask *mask,
    void (*each)(const struct net *block, void *context), void *context)
{
	unsigned host = count_host_bits(mask);
	size_t pieces = mask_pieces(mask);

	for (size_t i = 0; i < pieces; i++) {
		uint32_t first = (mask->addr & mask->fixed) |
		    spread(mask, (uint32_t)i, host);
		struct net net = { 4, first,
			net_block_last(4, first, 32 - (int)host) };

		each(&net, context);
	}
}

bool
mask_explain(struct span text, struct err *err)
{
	char meant[NET_TEXT];
	struct mask mask;
	struct span word = text;
	struct net net;

	if (!mask_parse(&mask, text))
		return false;
	while (span_find(word, ' ') < word.len || span_find(word, '/') <
	    word.len || span_find(word, '\t') < word.len)
		word = span_from(word, 1);
	if (mask.addr & ~mask.fixed) {
		fail(err, "the address has bits set that the mask %.*s leaves "
		    "open", SPAN_SHOWN(word));
	} else if (mask_pieces(&mask) > MASK_PIECES) {
		fail(err, "the mask %.*s has holes and means more than %d "
		    "blocks; write those that are meant", SPAN_SHOWN(word),
		    MASK_PIECES);
	} else if (mask.wildcard && is_subnet(mask.fixed)) {
		net = (struct net){ 4, mask.addr & mask.fixed,
			(mask.addr & mask.fixed) | ~mask.fixed };
		fail(err, "the mask %.*s is the other way round, as routers "
		    "write it; %s was probably meant", SPAN_SHOWN(word),
		    net_text(&net, meant));
	} else {
		fail(err, "the mask %.*s has holes; only a run of ones from "
		    "the left is a subnet; its %zu blocks are taken with "
		    "--expand", SPAN_SHOWN(word), mask_pieces(&mask));
	}
	return true;
}

bool
mask_looks_so(struct span word)
{
	uint32_t bits;

	return read_v4(word, &bits) && (bits >> 24 == 0 || bits >> 24 >= 128) &&
	    (is_subnet(bits) || is_subnet(~bits) || bits >> 24 == 255 ||
	        bits >> 24 == 0);
}

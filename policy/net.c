#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "net.h"

/* A piece of text that is not terminated. */
struct piece {
	const char *text;
	size_t len;
};

#define SHOWN(p) (int)((p).len > 80 ? 80 : (p).len), (p).text

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct piece
trim(struct piece p)
{
	while (p.len && is_blank(p.text[0]))
		p.text++, p.len--;
	while (p.len && is_blank(p.text[p.len - 1]))
		p.len--;
	return p;
}

/* The octets of dotted decimal text; how many there are (0 to 4) or -1 with
 * the reason.  *rest is what follows the last octet. */
static int
read_octets(struct piece p, uint32_t octets[4], struct piece *rest,
    struct err *err)
{
	int count = 0;

	while (p.len && p.text[0] >= '0' && p.text[0] <= '9') {
		size_t n = 0;
		uint32_t value = 0;

		for (; n < p.len && p.text[n] >= '0' && p.text[n] <= '9'; n++)
			value = n < 5 ? value * 10 + (uint32_t)(p.text[n] - '0')
			              : 99999;
		if (count == 4) {
			fail(err, "more than four octets in an IPv4 address");
			return -1;
		}
		if (n > 1 && p.text[0] == '0') {
			fail(err,
			    "an octet with a leading zero (%.*s) reads "
			    "differently in different programs; write it "
			    "without",
			    (int)(n > 20 ? 20 : n), p.text);
			return -1;
		}
		if (value > 255) {
			fail(err, "%.*s is over 255", (int)(n > 20 ? 20 : n),
			    p.text);
			return -1;
		}
		octets[count++] = value;
		p.text += n, p.len -= n;
		if (!p.len || p.text[0] != '.')
			break;
		p.text++, p.len--;
	}
	*rest = p;
	return count;
}

static bool
read_v4(struct piece p, u128 *addr, struct err *err)
{
	uint32_t o[4];
	struct piece rest;
	int count = read_octets(p, o, &rest, err);

	if (count < 0)
		return false;
	if (rest.len)
		return fail(err, "'%.*s' is not an IP address", SHOWN(p));
	if (count != 4 || p.text[p.len - 1] == '.')
		return fail(err,
		    "'%.*s' is not an IPv4 address: %d of 4 octets", SHOWN(p),
		    count);
	*addr = o[0] << 24 | o[1] << 16 | o[2] << 8 | o[3];
	return true;
}

static bool
read_v6(struct piece p, u128 *addr, struct err *err)
{
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char bytes[16];
	u128 value = 0;

	if (memchr(p.text, '%', p.len))
		return fail(err,
		    "'%.*s' has a zone, which means something on one "
		    "computer only; leave out the %% and what follows",
		    SHOWN(p));
	if (p.len > INET6_ADDRSTRLEN)
		return fail(err, "'%.*s' is not an IP address", SHOWN(p));
	memcpy(text, p.text, p.len);
	text[p.len] = '\0';
	if (strlen(text) != p.len || inet_pton(AF_INET6, text, bytes) != 1)
		return fail(err, "'%.*s' is not an IPv6 address", SHOWN(p));
	for (int i = 0; i < 16; i++)
		value = value << 8 | bytes[i];
	*addr = value;
	return true;
}

/* An address of either family; mapped addresses stay family 6 here. */
static bool
read_addr(struct piece p, unsigned rules, uint8_t *family, u128 *addr,
    struct err *err)
{
	if ((rules & NET_IMPORT) && p.len > 2 && p.text[0] == '[' &&
	    p.text[p.len - 1] == ']')
		p = (struct piece){ p.text + 1, p.len - 2 };
	if (!p.len)
		return fail(err, "an address is missing");
	*family = memchr(p.text, ':', p.len) ? 6 : 4;
	return *family == 6 ? read_v6(p, addr, err) : read_v4(p, addr, err);
}

/* No IPv4 address as a number looks like this. */
static bool
is_mapped(u128 addr)
{
	return addr >> 32 == 0xffff;
}

/* Mapped IPv6 becomes IPv4. */
static void
unmap(struct net *net)
{
	if (net->family != 6 || !is_mapped(net->first) || !is_mapped(net->last))
		return;
	net->family = 4;
	net->first &= NET_LAST4;
	net->last &= NET_LAST4;
}

static bool
read_prefix(struct piece p, int bits, int *prefix, struct err *err)
{
	int value = 0;

	if (!p.len || p.len > 3)
		return fail(err, "'/%.*s' is not a prefix length of 0 to %d",
		    SHOWN(p), bits);
	for (size_t i = 0; i < p.len; i++) {
		if (p.text[i] < '0' || p.text[i] > '9')
			return fail(err,
			    "'/%.*s' is not a prefix length of 0 to %d",
			    SHOWN(p), bits);
		value = value * 10 + (p.text[i] - '0');
	}
	if (value > bits || (p.len > 1 && p.text[0] == '0'))
		return fail(err, "'/%.*s' is not a prefix length of 0 to %d",
		    SHOWN(p), bits);
	*prefix = value;
	return true;
}

static bool
read_mask(struct piece p, int *prefix, struct err *err)
{
	u128 mask;
	uint32_t host;

	if (!read_v4(p, &mask, err))
		return fail_in(err, "mask");
	host = ~(uint32_t)mask;
	if (host & (host + 1))
		return fail(err,
		    "the mask %.*s has holes; only a run of ones from the "
		    "left is a subnet",
		    SHOWN(p));
	*prefix = 32;
	while (host)
		host >>= 1, --*prefix;
	return true;
}

static bool
make_block(struct net *net, int prefix, unsigned rules, struct err *err)
{
	char one[NET_TEXT], wide[NET_TEXT];
	u128 host = net_block_last(net->family, 0, prefix);
	struct net whole = *net;

	if (net->family == 6 && is_mapped(net->first) && prefix < 96)
		return fail(err,
		    "a block of IPv4-mapped addresses has a prefix length of "
		    "96 to 128, not %d", prefix);
	whole.first = net->first & ~host;
	whole.last = whole.first | host;
	if (whole.first != net->first && !(rules & NET_WIDEN)) {
		net->last = net->first;
		prefix -= is_mapped(net->first) ? 96 : 0;
		unmap(net);
		unmap(&whole);
		return fail(err,
		    "%s/%d has bits set behind the prefix; write %s for the "
		    "block or %s for the one address",
		    net_text(net, one), prefix, net_text(&whole, wide), one);
	}
	*net = whole;
	unmap(net);
	return true;
}

/* The "20" of "192.0.2.10-20": an end in the same last octet. */
static bool
read_last_octet(const struct net *net, struct piece p, u128 *addr)
{
	uint32_t value = 0;

	if (net->family != 4 || !p.len || p.len > 3 ||
	    (p.len > 1 && p.text[0] == '0'))
		return false;
	for (size_t i = 0; i < p.len; i++) {
		if (p.text[i] < '0' || p.text[i] > '9')
			return false;
		value = value * 10 + (uint32_t)(p.text[i] - '0');
	}
	*addr = (net->first & ~(u128)0xff) | value;
	return value <= 255;
}

static bool
read_range(struct net *net, struct piece a, struct piece b, unsigned rules,
    struct err *err)
{
	struct net end = { .family = 4 };

	if (rules & NET_IMPORT)
		a = trim(a), b = trim(b);
	if (!read_addr(a, rules, &net->family, &net->first, err))
		return false;
	if (!((rules & NET_IMPORT) && read_last_octet(net, b, &end.first)) &&
	    !read_addr(b, rules, &end.family, &end.first, err))
		return false;
	net->last = net->first;
	end.last = end.first;
	unmap(net);
	unmap(&end);
	if (end.family != net->family)
		return fail(err, "a range from IPv%d to IPv%d", net->family,
		    end.family);
	net->last = end.last;
	if (net->first > net->last)
		return fail(err,
		    "the range %.*s-%.*s is reversed: its end is below its "
		    "start",
		    SHOWN(a), SHOWN(b));
	return true;
}

/* "10.", "192.0.2", "192.0.2.*": the block that people meant.  False without
 * a reason when the text is nothing of the kind. */
static bool
read_short(struct net *net, struct piece p)
{
	struct err ignored;
	struct piece rest;
	uint32_t o[4] = { 0, 0, 0, 0 };
	int count = read_octets(p, o, &rest, &ignored);
	bool star;

	if (count < 1 || count > 3)
		return false;
	star = rest.len && rest.text[0] == '*';
	if (star && rest.text[-1] != '.')
		return false;
	for (int parts = count; star && parts < 4 && rest.len &&
	     rest.text[0] == '*'; parts++) {
		rest.text++, rest.len--;
		if (rest.len > 1 && rest.text[0] == '.' && rest.text[1] == '*')
			rest.text++, rest.len--;
	}
	if (rest.len)
		return false;
	net->family = 4;
	net->first = o[0] << 24 | o[1] << 16 | o[2] << 8 | o[3];
	net->last = net_block_last(4, net->first, count * 8);
	return true;
}

static bool
parse_slash(struct net *net, struct piece p, const char *slash, unsigned rules,
    struct err *err)
{
	struct piece a = { p.text, (size_t)(slash - p.text) };
	struct piece b = { slash + 1, p.len - a.len - 1 };
	int prefix;

	if (!read_addr(a, rules, &net->family, &net->first, err))
		return false;
	if (net->family == 4 && (rules & NET_IMPORT) &&
	    memchr(b.text, '.', b.len)) {
		if (!read_mask(b, &prefix, err))
			return false;
	} else if (!read_prefix(b, net_bits(net->family), &prefix, err))
		return false;
	return make_block(net, prefix, rules, err);
}

static bool
parse_mask(struct net *net, struct piece p, size_t blank, unsigned rules,
    struct err *err)
{
	struct piece a = { p.text, blank };
	struct piece b = trim((struct piece){ p.text + blank, p.len - blank });
	int prefix;

	if (!read_addr(a, rules, &net->family, &net->first, err))
		return false;
	if (net->family != 4)
		return fail(err,
		    "'%.*s': an IPv6 subnet is written with a prefix length",
		    SHOWN(p));
	if (!read_mask(b, &prefix, err))
		return false;
	return make_block(net, prefix, rules, err);
}

bool
net_parse(struct net *net, const char *text, size_t len, unsigned rules,
    struct err *err)
{
	struct piece p = trim((struct piece){ text, len });
	const char *at;

	if (!p.len)
		return fail(err, "an address is missing");
	if (memchr(p.text, '\0', p.len))
		return fail(err, "a NUL byte in an address");
	at = memchr(p.text, '-', p.len);
	if (at)
		return read_range(net,
		    (struct piece){ p.text, (size_t)(at - p.text) },
		    (struct piece){ at + 1, p.len - (size_t)(at - p.text) - 1 },
		    rules, err);
	at = memchr(p.text, '/', p.len);
	if (at)
		return parse_slash(net, p, at, rules, err);
	for (size_t i = 0; i < p.len; i++)
		if (is_blank(p.text[i]))
			return parse_mask(net, p, i, rules, err);
	if ((rules & NET_WIDEN) && read_short(net, p))
		return true;
	if (!read_addr(p, rules, &net->family, &net->first, err))
		return false;
	net->last = net->first;
	unmap(net);
	return true;
}

/* Above 9: there is no digit. */
static inline unsigned
digit_at(const char *at, const char *end)
{
	return at < end ? (unsigned char)*at - (unsigned)'0' : 10;
}

/* A number of one to three digits, without a zero in front; *at moves on.
 * Above 999: there is none. */
static inline unsigned
read_number(const char **at, const char *end)
{
	unsigned value = digit_at(*at, end), digit;

	if (value > 9)
		return 1000;
	for (int i = 0; i < 2; i++) {
		digit = digit_at(++*at, end);
		if (digit > 9)
			return value;
		if (!value)
			return 1000;
		value = value * 10 + digit;
	}
	return digit_at(++*at, end) > 9 ? value : 1000;
}

/* "192.0.2.1" at the front; *at moves on. */
static inline bool
read_dotted(const char **at, const char *end, uint32_t *addr)
{
	*addr = 0;
	for (int i = 0; i < 4; i++) {
		unsigned octet;

		if (i && (*at == end || *(*at)++ != '.'))
			return false;
		octet = read_number(at, end);
		if (octet > 255)
			return false;
		*addr = *addr << 8 | octet;
	}
	return true;
}

bool
net_parse_usual(struct net *net, const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	uint32_t addr, host = 0;

	if (!read_dotted(&at, end, &addr))
		return false;
	if (at < end) {
		unsigned prefix;

		if (*at++ != '/')
			return false;
		prefix = read_number(&at, end);
		if (prefix > 32 || at < end)
			return false;
		host = prefix ? (uint32_t)(((uint64_t)1 << (32 - prefix)) - 1)
		              : UINT32_MAX;
	}
	if (addr & host)
		return false;
	*net = (struct net){ 4, addr, addr | host };
	return true;
}

/* Whatever is not plain is read again, for the reason. */
bool
net_parse_addr(struct net *net, const char *text, size_t len, struct err *err)
{
	struct piece p = { text, len };
	const char *at = text;
	uint32_t addr;

	if (read_dotted(&at, text + len, &addr) && at == text + len) {
		*net = (struct net){ 4, addr, addr };
		return true;
	}
	if (!read_addr(p, NET_STRICT, &net->family, &net->first, err))
		return false;
	net->last = net->first;
	unmap(net);
	return true;
}

int
net_prefix(const struct net *net)
{
	u128 host = net->first ^ net->last;

	if ((host & (host + 1)) || (net->first & host))
		return -1;
	return net_bits(net->family) - __builtin_popcountll((uint64_t)host) -
	    __builtin_popcountll((uint64_t)(host >> 64));
}

int
net_compare(const struct net *a, const struct net *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	if (a->last != b->last)
		return a->last < b->last ? -1 : 1;
	return 0;
}

#include "config.h"

#include "maillog_line.h"
#include "policy/err.h"

bool
piece_find(struct piece p, const char *text, struct piece *after)
{
	size_t len = strlen(text);
	const char *at = p.len ? memmem(p.at, p.len, text, len) : NULL;

	if (!at)
		return false;
	after->at = at + len;
	after->len = (size_t)(p.at + p.len - after->at);
	return true;
}

bool
piece_find_after(struct piece p, char rare, const char *text,
    struct piece *after)
{
	size_t len = strlen(text);

	while (p.len) {
		piece_until(&p, rare);
		if (p.len < len)
			return false;
		if (memcmp(p.at, text, len))
			continue;
		after->at = p.at + len;
		after->len = p.len - len;
		return true;
	}
	return false;
}

bool
piece_find_last(struct piece p, const char *text, struct piece *after)
{
	bool found = false;

	for (; piece_find(p, text, &p); found = true)
		*after = p;
	return found;
}

bool
piece_host(struct piece p, struct piece *name, struct net *addr)
{
	struct err err;

	if (!p.len || p.at[p.len - 1] != ']')
		return false;
	p.len--;
	*name = piece_until(&p, '[');
	if (!piece_skip(&p, "IPv6:"))
		(void)piece_skip(&p, "ipv6:");
	return net_parse_addr(addr, p.at, p.len, &err);
}

/* By eight bytes at once, the last of them perhaps twice. */
uint64_t
piece_hash(struct piece p)
{
	const char *at = p.at, *end = p.at + p.len;
	uint64_t h = p.len, word = 0;

	if (p.len < 8)
		for (; at < end; at++)
			word = word << 8 | (unsigned char)*at;
	else
		word = word_at(end - 8);
	for (; end - at > 8; at += 8) {
		h = (h ^ word_at(at)) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	h = (h ^ word) * 0xbf58476d1ce4e5b9u;
	return h ^ h >> 32;
}

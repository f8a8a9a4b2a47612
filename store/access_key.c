#include "config.h"

#include <string.h>

#include "access_key.h"

/* A row is found by text: the address without its last octets. */
static bool
parse_octets(struct span key, struct net *net, struct err *err)
{
	if (key.text[key.len - 1] == '.')
		return fail(err, "'%.*s' ends in a dot and is never found; "
		    "leave the dot out", SPAN_SHOWN(key));
	return net_parse(net, key.text, key.len, NET_WIDEN, err);
}

/* "2001:db8" as 2001:db8::/32. */
static bool
parse_groups(struct span key, struct net *net, struct err *err)
{
	char text[64];
	int groups = 1;

	for (size_t i = 0; i < key.len; i++)
		groups += key.text[i] == ':';
	if (groups > 7 || key.len > 40 || span_has(key, "::"))
		return net_parse_addr(net, key.text, key.len, err);
	memcpy(text, key.text, key.len);
	memcpy(text + key.len, "::", 3);
	if (!net_parse_addr(net, text, key.len + 2, err))
		return false;
	net->last = net_block_last(6, net->first, groups * 16);
	return true;
}

bool
access_is_net(struct span key)
{
	return span_only(key, "0123456789.") ||
	    (span_find(key, ':') < key.len &&
	        span_only(key, "0123456789abcdefABCDEF:."));
}

enum access_kind
access_key(struct span *key, struct net *net, struct err *err)
{
	if (!key->len) {
		fail(err, "nothing stands in front");
		return ACCESS_BAD;
	}
	if (span_find(*key, '@') < key->len || span_is(*key, "<>"))
		return ACCESS_PERSON;
	if (span_find(*key, '/') < key->len) {
		fail(err, "'%.*s' is never found in such a table, which has "
		    "addresses by their first octets; a cidr table is "
		    "imported with --format postfix-cidr", SPAN_SHOWN(*key));
		return ACCESS_BAD;
	}
	if (span_only(*key, "0123456789.") && !(key->len == 4 &&
	        span_only(*key, "0123456789")))
		return parse_octets(*key, net, err) ? ACCESS_NET : ACCESS_BAD;
	if (access_is_net(*key))
		return parse_groups(*key, net, err) ? ACCESS_NET : ACCESS_BAD;
	if (key->text[0] == '.')
		*key = span_from(*key, 1);
	return ACCESS_DOMAIN;
}

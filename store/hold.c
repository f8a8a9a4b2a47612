#include "config.h"

#include <string.h>

#include "judge.h"

const char *const hold_words[] = { "wide", "private", "cloud", "everybody",
	NULL };

static bool
is_wide(const struct import_rules *rules, const struct net *net)
{
	int widest = net->family == 4 ? rules->widest4 : rules->widest6;
	u128 size = net->last - net->first;

	return size > net_block_last(net->family, 0, widest);
}

unsigned
hold_net(const struct import_rules *rules, const struct set *routable,
    const struct net *net)
{
	unsigned holds = 0;

	if (net->first == 0 && net->last == net_top(net->family))
		return rules->holds & HOLD_EVERYBODY;
	if ((rules->holds & HOLD_WIDE) && is_wide(rules, net))
		holds |= HOLD_WIDE;
	if ((rules->holds & HOLD_PRIVATE) && !set_meets(routable, net))
		holds |= HOLD_PRIVATE;
	return holds;
}

void
hold_add_reasons(struct buf *buf, const struct import_rules *rules,
    unsigned holds, const struct net *net)
{
	if (holds & HOLD_EVERYBODY)
		buf_addf(buf, "every IPv%d address there is", net->family);
	if (holds & HOLD_WIDE)
		buf_addf(buf, "wider than /%d", net->family == 4
		    ? rules->widest4 : rules->widest6);
	if (holds & HOLD_PRIVATE)
		buf_addf(buf, "%sprivate or reserved, and the Internet "
		    "reaches the server", holds & HOLD_WIDE ? "; " : "");
	if (holds & HOLD_CLOUD)
		buf_addf(buf, "%sanybody can rent an address there",
		    holds & ~(unsigned)HOLD_CLOUD ? "; " : "");
}

bool
hold_parse(unsigned *holds, const char *words, struct err *err)
{
	for (const char *p = words; *p;) {
		size_t len = strcspn(p, ",");
		int i = 0;

		while (hold_words[i] && (strlen(hold_words[i]) != len ||
		    strncmp(hold_words[i], p, len) != 0))
			i++;
		if (!hold_words[i])
			return fail_as(err, ERR_USAGE,
			    "'%.*s' is none of: wide, private, cloud, "
			    "everybody", (int)(len > 40 ? 40 : len), p);
		*holds |= 1u << i;
		p += len + (p[len] == ',');
	}
	return true;
}

#include "config.h"

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

#include "config.h"

#include "share.h"

enum share
share_of(const struct set *clients)
{
	struct set all;
	bool equal;

	if (set_empty(clients))
		return NONE;
	set_all(&all);
	equal = set_equal(clients, &all);
	set_free(&all);
	return equal ? ALL : SOME;
}

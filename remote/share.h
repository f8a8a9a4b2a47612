/* How many of all clients there are. */
#ifndef REMOTE_SHARE_H
#define REMOTE_SHARE_H

#include "policy/set.h"

enum share {
	NONE,
	SOME,
	ALL,
};

enum share share_of(const struct set *clients);

#endif

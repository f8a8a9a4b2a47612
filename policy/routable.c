#include "config.h"

#include <string.h>

#include "set.h"

/* IANA IPv4 and IPv6 Special-Purpose Address Registries, entries that are not
 * globally reachable, with multicast (RFC 5771) and reserved space (RFC 1112
 * section 4).  Of IPv6 only 2000::/3 is handed out (RFC 4291 2.4). */
static const char *const special[] = {
	"0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10",
	"127.0.0.0/8",     "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24",
	"192.168.0.0/16",  "198.18.0.0/15",  "198.51.100.0/24",
	"203.0.113.0/24",  "224.0.0.0/3",    "::/3",
	"4000::/2",        "8000::/1",       "2001::/23",
	"2001:db8::/32",   "2002::/16",      "3fff::/20",
};

void
set_routable(struct set *set)
{
	struct err ignored;

	set_all(set);
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		struct net net;
		struct set one;

		net_parse(&net, special[i], strlen(special[i]), NET_STRICT,
		    &ignored);
		set_of_net(&one, &net);
		set_subtract(set, set, &one);
		set_free(&one);
	}
}

#!/bin/sh
# apart.sh COMMAND...: runs it in a network namespace of its own, with a loopback
# and nothing else, so that scripts of the lab can run side by side: some take
# ports of all addresses.  Without root it just runs it.
if [ "$(id -u)" -eq 0 ] && command -v ip >/dev/null &&
	unshare -n true 2>/dev/null; then
	# shellcheck disable=SC2016 # of the inner shell
	exec unshare -n sh -c 'ip link set lo up; exec "$@"' apart "$@"
fi
exec "$@"

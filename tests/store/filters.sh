#!/bin/sh
# Sets for packet filters are loaded by the filters themselves, in a network of
# the test's own, and listed again: they hold the addresses of the list, no more
# and no less.
set -u
LC_ALL=C
export LC_ALL
program=$(cd "${builddir:-.}" && pwd)/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir"
PATH=$PATH:/usr/sbin:/sbin
n=0 bad=0

result()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
		return
	fi
	echo "not ok $n - $2"
	sed 's/^/# /' "$dir/said" | head -20
	bad=1
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# What the filter holds, as entries one a line.  Called by the format's name.
# shellcheck disable=SC2317,SC2016
nftables()
{
	unshare -rn sh -c 'nft -f "$1" && nft list set inet relayadm listed4 &&
		nft list set inet relayadm listed6' sh "$1" |
		tr '\n' ' ' | sed 's/elements = {/\n=/g' |
		sed -n 's/^=\([^}]*\).*/\1/p' | tr -s ', \t' '\n' | sed '/^$/d'
}

# shellcheck disable=SC2317,SC2016
ipset()
{
	unshare -rn sh -c 'ipset -exist restore <"$1" && ipset save' sh "$1" |
		sed -n 's/^add [^ ]* //p'
}

# The fewest blocks of the entries in a file.
merged()
{
	rm -f "$RELAYADM_DB"
	"$program" import "$1" --into list:x --format plain \
		--accept wide,everybody >/dev/null &&
		"$program" export list:x --merged
}

# FORMAT TITLE FILE: does the filter hold what the file lists?
loads()
{
	merged "$3" >"$dir/wanted" 2>"$dir/said" &&
		"$program" export list:x --format "$1" >"$dir/set" \
			2>>"$dir/said" &&
		"$1" "$dir/set" >"$dir/back" 2>>"$dir/said" &&
		[ -s "$dir/back" ] && merged "$dir/back" >"$dir/got" \
		2>>"$dir/said" && diff "$dir/wanted" "$dir/got" >>"$dir/said"
	result $? "$1: $2"
}

# Hosts, blocks and ranges, many within others or next to each other.
awk 'BEGIN {
	seed = 11
	for (i = 0; i < 3000; i++) {
		seed = (seed * 16807) % 2147483647
		a = 11 + seed % 180 "." int(seed / 7) % 250 "." \
		    int(seed / 77) % 250
		print a "." int(seed / 999) % 256
		if (i % 3 == 0)
			print a ".0/" 24 + i % 2
		if (i % 5 == 0)
			print a ".7-" a "." 8 + i % 200
		if (i % 4 == 0)
			printf "2001:db8:%x::/%d\n", seed % 4000, 48 + i % 3 * 8
		if (i % 7 == 0)
			printf "2001:db8::%x-2001:db8::%x\n", seed % 9999,
			    seed % 9999 + i % 40
	}
}' >"$dir/many"
printf '0.0.0.0\n255.255.255.255\n::\n%s\n' \
	'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' >"$dir/ends"
printf '0.0.0.0/0\n::/0\n' >"$dir/all"
printf '128.0.0.0/1\n10.0.0.0/8\n10.0.0.1\n8000::/1\n2001:db8::/32\n' \
	>"$dir/wide"
printf '192.0.2.1\n' >"$dir/v4"
printf '2001:db8::1-2001:db8::9\n' >"$dir/v6"

for format in nftables ipset; do
	if [ $format = nftables ]; then tool=nft; else tool=ipset; fi
	if ! command -v $tool >/dev/null; then
		skip "$format" "$tool is not installed"
		continue
	elif ! unshare -rn $tool list ruleset >/dev/null 2>&1 &&
		! unshare -rn $tool list >/dev/null 2>&1; then
		skip "$format" 'no network of its own, or no such filter, here'
		continue
	fi
	loads $format 'many that overlap' "$dir/many"
	loads $format 'the first and the last address' "$dir/ends"
	loads $format 'every address there is' "$dir/all"
	loads $format 'wide ones' "$dir/wide"
	loads $format 'one address' "$dir/v4"
	loads $format 'one range' "$dir/v6"
done
echo "1..$n"
exit $bad

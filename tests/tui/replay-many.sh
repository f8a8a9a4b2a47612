#!/bin/sh
# Ten million transactions in the log of each mail server (REPLAY_MANY=N: others),
# read from a pipe: the changes that were planted are found, and nothing else.
set -u
program=${builddir:-.}/relayadm
make_log=${builddir:-.}/tests/bench/make_log
many=${REPLAY_MANY:-10000000}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir" TZ=UTC LC_ALL=C
cd "$dir" || exit 99

# make_log says who sends what.
"$program" server add internet listen=10.9.0.1:25 routing.reroute=on \
	'routing.list=here.example inbound' \
	relay.entries+=10.0.0.0/16 relay.authenticated=off >/dev/null &&
	"$program" commit -m one >/dev/null &&
	"$program" server set internet relay.entries-=10.0.0.0/16 \
		relay.entries+=10.0.0.0-10.0.0.6 \
		relay.entries+=10.0.0.8-10.0.255.255 \
		relay.entries+=198.51.100.9 >/dev/null || exit 99

awk -v n="$many" 'BEGIN {
	for (i = 7; i < n; i += 65536) loses += i % 100 != 99
	for (i = 99; i < n; i += 100) {
		refused++
		gains += int(i / 100) % 4 == 1
	}
	printf "loses %d\ngains %d\naccepted %d\nrefused %d\n", loses, gains,
	    2 * (n - refused), refused
}' >want
echo 1..6
i=0
for mta in postfix exim opensmtpd; do
	"$make_log" $mta "$many" | "$program" replay --json \
		--server internet - >out 2>errors
	tr -d ' ,"' <out | awk -F : '
		/^(loses|gains|accepted|refused):/ && !($1 in had) {
			had[$1]
			print $1, $2
		}' | sort >got
	i=$((i + 1))
	sort want | cmp -s - got || printf 'not '
	echo "ok $i - $mta: $many transactions, what was planted is found"
	i=$((i + 1))
	[ "$(grep -c '"client": "' out)" -eq 2 ] || printf 'not '
	echo "ok $i - $mta: of the two clients that it concerns"
	head -n 3 errors | sed 's/^/# /'
done

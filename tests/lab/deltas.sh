#!/bin/bash
# A change to a big list travels as the difference from what the gateway holds;
# where that is not known to be as it was, the whole does.  MTA=exim or opensmtpd7
# does it there, LINES_OF=1000000 with more entries.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/adopting.sh
. "$srcdir/tests/lab/adopting.sh"
mta=${MTA:-postfix}
start_gateway "$mta"
net=127.60.$number

cat >"$work/policy" <<END
{ "relayadm": 1, "lists": [], "servers": [ { "name": "in",
    "listen": [ "$net.2:2501" ], "authentication": { "tls": "none" },
    "relay": { "entries": [ "127.30.0.0/16" ] } } ],
  "gateways": [ { "name": "gw", "mta": "${mta%7}", "servers": [ "in" ],
    "ssh": { "host": "$net.1", "port": 2222, "user": "root" } } ] }
END
awk -v n="${LINES_OF:-20000}" 'BEGIN { for (i = 0; i < n; i++)
	print "10." int(i / 32768) % 256 "." int(i / 128) % 256 "." i * 2 % 256 }' \
	>"$work/list"
# report WORDS...: the push, and what it said of the upload.
report()
{
	timeout 300 "$builddir/relayadm" push --report "$@" gw >"$work/out" 2>&1
	upload=$(sed -n 's/.*	upload	//p' "$work/out")
	grep -q '	OK	' "$work/out"
}
accepts()
{
	printf '%s\t0\t%s\troot@far.example\n' "$1" "$net.2:2501" |
		"$builddir/tests/lab/ask" | grep -q '^accept'
}
ok 'a policy' want 0 '' load "$work/policy"
ok 'a big list' want 0 '' import "$work/list" --into server:in/relay
ok 'trust' want 0 '' gateway trust gw --fingerprint \
	"$(ssh-keygen -lf "$trust" | cut -d' ' -f2)"
ok 'committed' want 0 '' commit -m first
ok 'pushed' report
ok 'in whole' [ -z "$upload" ]
wait_for "$net.2" 2501
ok 'nobody there yet' eval '! accepts 127.40.1.1'
printf '127.40.1.1\n' >"$work/one"
ok 'one more' want 0 '' import "$work/one" --into server:in/relay
ok 'committed' want 0 '' commit -m second
ok 'pushed' report
ok 'as a difference' grep -Eq '^what differs: [0-9]+ of [0-9]+ bytes' \
	<<<"$upload"
echo "# $(wc -l <"$work/list") entries: $upload"
ok 'of at most 64 kB' [ "$(echo "$upload" | tr -cd '0-9 ' |
	awk '{ print $1 }')" -le 65536 ]
ok 'it is in force' accepts 127.40.1.1
ok 'and nothing is wrong there' want 0 'IN STEP' status gw
ok 'one less' want 0 '' import "$work/one" --into server:in/relay --remove
ok 'committed' want 0 '' commit -m third
# A control: what was changed by hand is nothing to build on.
"$lab" run gw bash -c 'cd -P /var/lib/relayadm/current/server/in &&
	for f in relay*; do echo "# by hand" >>$f; done'
ok 'over a change by hand' report --force
ok 'goes the whole' [ -z "$upload" ]
ok 'in step' want 0 'IN STEP' status gw
ok 'and that client is gone' eval '! accepts 127.40.1.1'
echo "1..$count"
